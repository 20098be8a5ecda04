/** Statistics of closed round trips. */
import { daysBetween } from './duration.js';
import { mean, sampleVariance } from './returns.js';

/** One closed trade as the statistics see it: dollars, fractions and Micros in float64. */
export interface ClosedTrade {
  readonly entryTime: number;
  readonly exitTime: number;
  /** Net of fees, in dollars. */
  readonly pnl: number;
  /** (exit ÷ entry − 1) × side − fees ÷ entry value. */
  readonly returnFraction: number;
}

/** Figures of all trades; ratios that the trades cannot support are NaN. Durations in days, rounded up. */
export interface TradeStatistics {
  readonly trades: number;
  readonly winRate: number;
  readonly bestTrade: number;
  readonly worstTrade: number;
  /** Geometric mean of the trade returns. */
  readonly averageTrade: number;
  readonly maxTradeDays: number;
  readonly averageTradeDays: number;
  /** Sum of the winning returns ÷ sum of the losing ones. */
  readonly profitFactor: number;
  /** Mean trade return. */
  readonly expectancy: number;
  /** System quality number (Van Tharp): sqrt(n) × mean P&L ÷ sample deviation of the P&L. */
  readonly sqn: number;
  /** W − (1 − W) ÷ (mean win ÷ mean loss), by P&L. */
  readonly kelly: number;
}

/** Computes the figures; the order of the trades does not matter. */
export function tradeStatistics(trades: readonly ClosedTrade[]): TradeStatistics {
  const returns = trades.map((trade) => trade.returnFraction);
  const pnls = trades.map((trade) => trade.pnl);
  const durations = trades.map((trade) => daysBetween(trade.entryTime, trade.exitTime));
  const wins = pnls.filter((pnl) => pnl > 0);
  const losses = pnls.filter((pnl) => pnl < 0);
  const sumWhere = (keep: (value: number) => boolean): number =>
    returns.reduce((sum, r) => (keep(r) ? sum + r : sum), 0);
  const winRate = trades.length === 0 ? Number.NaN : wins.length / trades.length;
  return {
    trades: trades.length,
    winRate,
    bestTrade: extreme(returns, Math.max),
    worstTrade: extreme(returns, Math.min),
    averageTrade: Math.exp(mean(returns.map((r) => Math.log(1 + r)))) - 1,
    maxTradeDays: trades.length === 0 ? 0 : Math.ceil(extreme(durations, Math.max)),
    averageTradeDays: trades.length === 0 ? 0 : Math.ceil(mean(durations)),
    profitFactor: sumWhere((r) => r > 0) / Math.abs(sumWhere((r) => r < 0)),
    expectancy: mean(returns),
    sqn: (Math.sqrt(trades.length) * mean(pnls)) / Math.sqrt(sampleVariance(pnls)),
    kelly: winRate - (1 - winRate) / (mean(wins) / -mean(losses)),
  };
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number {
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => pick(a, b));
}
