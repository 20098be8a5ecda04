/** Statistics of closed round trips. */
import { DAY } from '../domain/timeframe.js';
import type { DurationMicros } from '../domain/units.js';
import { daysBetween, roundedUp } from './duration.js';
import { Moments } from './Moments.js';

/** One closed trade as the statistics see it: dollars, fractions and Micros in float64. */
export interface ClosedTrade {
  readonly entryTime: number;
  readonly exitTime: number;
  /** Net of fees, in dollars. */
  readonly pnl: number;
  /** (exit ÷ entry − 1) × side − fees ÷ entry value. */
  readonly returnFraction: number;
}

/**
 * Figures of all trades, as backtesting.py 0.6.6 defines them; ratios that the trades cannot support are NaN or
 * infinite. Durations in days, rounded up to a unit.
 */
export interface TradeStatistics {
  readonly trades: number;
  /** Trades with a profit ÷ all, those that came to nothing included (QuantStats leaves them out of its days). */
  readonly winRate: number;
  readonly bestTrade: number;
  readonly worstTrade: number;
  /** Geometric mean of the trade returns; 0 where a trade lost all that it was worth or more. */
  readonly averageTrade: number;
  readonly maxTradeDays: number;
  readonly averageTradeDays: number;
  /** Sum of the winning returns ÷ sum of the losing ones. */
  readonly profitFactor: number;
  /** Mean trade return. */
  readonly expectancy: number;
  /** System quality number (Van Tharp): sqrt(n) × mean P&L ÷ sample deviation of the P&L; n is not capped at 100. */
  readonly sqn: number;
  /** W − (1 − W) ÷ (mean win ÷ mean loss), by P&L and {@link winRate}; NaN without a win or without a loss. */
  readonly kelly: number;
}

/**
 * Closed trades that become more: O(1) per trade, without keeping them. {@link tradeStatistics} is that of a list.
 */
export class TradeSample {
  /** Sums of the winning and of the losing results, in dollars; losses are negative. */
  grossProfit = 0;
  grossLoss = 0;
  wins = 0;
  losses = 0;
  private readonly pnl = new Moments();
  private returnSum = 0;
  private gainSum = 0;
  private lossSum = 0;
  private logSum = 0;
  private isRuined = false;
  private best = -Infinity;
  private worst = Infinity;
  private longestDays = 0;
  private daySum = 0;

  /** Takes the next trade. */
  add({ entryTime, exitTime, pnl, returnFraction }: ClosedTrade): void {
    this.pnl.add(pnl);
    if (pnl > 0) {
      this.wins += 1;
      this.grossProfit += pnl;
    } else if (pnl < 0) {
      this.losses += 1;
      this.grossLoss += pnl;
    }
    this.returnSum += returnFraction;
    if (returnFraction > 0) this.gainSum += returnFraction;
    else this.lossSum += returnFraction;
    if (returnFraction <= -1) this.isRuined = true;
    else this.logSum += Math.log(1 + returnFraction);
    this.best = Math.max(this.best, returnFraction);
    this.worst = Math.min(this.worst, returnFraction);
    const days = daysBetween(entryTime, exitTime);
    this.longestDays = Math.max(this.longestDays, days);
    this.daySum += days;
  }

  /** How many there were. */
  get count(): number {
    return this.pnl.count;
  }

  /** Mean result in dollars; NaN without a trade. */
  get meanPnl(): number {
    return this.count === 0 ? NaN : this.pnl.mean;
  }

  /** Mean win ÷ mean loss, in dollars; NaN without both. */
  get payoff(): number {
    return this.grossProfit / this.wins / (-this.grossLoss / this.losses);
  }

  /** The figures so far, lengths in whole days. */
  get statistics(): TradeStatistics {
    return this.statisticsIn(DAY);
  }

  /** The figures so far, lengths rounded up to a unit. */
  statisticsIn(unit: DurationMicros): TradeStatistics {
    const { count, wins, pnl } = this;
    const winRate = wins / count;
    return {
      trades: count,
      winRate,
      bestTrade: count === 0 ? NaN : this.best,
      worstTrade: count === 0 ? NaN : this.worst,
      averageTrade: this.isRuined ? 0 : Math.exp(this.logSum / count) - 1,
      maxTradeDays: roundedUp(this.longestDays, unit),
      averageTradeDays: count === 0 ? 0 : roundedUp(this.daySum / count, unit),
      profitFactor: this.gainSum / Math.abs(this.lossSum),
      expectancy: this.returnSum / count,
      sqn: (Math.sqrt(count) * this.meanPnl) / pnl.deviation,
      kelly: winRate - (1 - winRate) / this.payoff,
    };
  }
}

/** Computes the figures; the order of the trades does not matter. */
export function tradeStatistics(trades: readonly ClosedTrade[], unit = DAY): TradeStatistics {
  const sample = new TradeSample();
  for (const trade of trades) sample.add(trade);
  return sample.statisticsIn(unit);
}
