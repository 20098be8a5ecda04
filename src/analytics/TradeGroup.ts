/** Closed trades of one kind (a strategy's, a symbol's, a session's, a tag's) and what they came to: O(1) per trade. */
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { Moments } from './Moments.js';
import { TradeSample } from './tradeStatistics.js';
import type { ClosedTrade } from './tradeStatistics.js';

/** A closed trade as performance sees it. Money in dollars. */
export interface TradeOutcome extends ClosedTrade {
  /** Result ÷ what was risked at the entry. */
  readonly rMultiple: Figure;
  /** Most that was lost and gained on the way, before fees: 0 or below, 0 or above. */
  readonly maxAdverse: Figure;
  readonly maxFavourable: Figure;
}

/** What a group of trades came to. Dollars and fractions; durations in days, rounded up. */
export interface TradeFigures {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Dollars, net of fees. */
  readonly netProfit: number;
  readonly grossProfit: number;
  readonly grossLoss: number;
  /** Winning trades ÷ all trades. */
  readonly hitRate: Figure;
  /** Mean win ÷ mean loss, in dollars. */
  readonly payoff: Figure;
  /** Mean result of a trade, in dollars and as a fraction of what was entered. */
  readonly expectancy: Figure;
  readonly expectancyReturn: Figure;
  /** Sum of the wins ÷ sum of the losses, in dollars. */
  readonly profitFactor: Figure;
  /** √trades × mean result ÷ its deviation (Van Tharp's system quality number). */
  readonly sqn: Figure;
  readonly bestReturn: Figure;
  readonly worstReturn: Figure;
  /** Mean result ÷ initial risk, of the trades that had a stop. */
  readonly meanR: Figure;
  /** Mean of the largest excursions against and for the trades, in dollars. */
  readonly meanMaxAdverse: Figure;
  readonly meanMaxFavourable: Figure;
  readonly averageDays: number;
  readonly longestDays: number;
}

const NO_TRADES = 'no trade was closed';

/** See the module header. */
export class TradeGroup {
  private readonly sample = new TradeSample();
  private readonly multiples = new Moments();
  private readonly adverse = new Moments();
  private readonly favourable = new Moments();

  /** Takes the next trade. */
  add(trade: TradeOutcome): void {
    this.sample.add(trade);
    addFigure(this.multiples, trade.rMultiple);
    addFigure(this.adverse, trade.maxAdverse);
    addFigure(this.favourable, trade.maxFavourable);
  }

  /** The figures so far. */
  get figures(): TradeFigures {
    const { sample } = this;
    const { trades, winRate, expectancy, sqn, bestTrade, worstTrade, averageTradeDays, maxTradeDays } =
      sample.statistics;
    const withoutBoth = trades === 0 ? NO_TRADES : sample.losses === 0 ? 'no trade lost' : 'no trade won';
    return {
      trades,
      wins: sample.wins,
      losses: sample.losses,
      netProfit: sample.grossProfit + sample.grossLoss,
      grossProfit: sample.grossProfit,
      grossLoss: sample.grossLoss,
      hitRate: figure(winRate, NO_TRADES),
      payoff: figure(sample.payoff, withoutBoth),
      expectancy: figure(sample.meanPnl, NO_TRADES),
      expectancyReturn: figure(expectancy, NO_TRADES),
      profitFactor: figure(sample.grossProfit / -sample.grossLoss, withoutBoth),
      sqn: figure(
        sqn,
        trades < 2 ? `it takes 2 trades, there ${trades === 1 ? 'is 1' : 'are 0'}` : 'all trades came to the same',
      ),
      bestReturn: figure(bestTrade, NO_TRADES),
      worstReturn: figure(worstTrade, NO_TRADES),
      meanR: meanFigure(this.multiples, trades === 0 ? NO_TRADES : 'no trade was entered with a stop'),
      meanMaxAdverse: meanFigure(this.adverse, trades === 0 ? NO_TRADES : 'no price was seen during a trade'),
      meanMaxFavourable: meanFigure(this.favourable, trades === 0 ? NO_TRADES : 'no price was seen during a trade'),
      averageDays: averageTradeDays,
      longestDays: maxTradeDays,
    };
  }
}

function addFigure(moments: Moments, of: Figure): void {
  if ('value' in of) moments.add(of.value);
}

function meanFigure(moments: Moments, reason: string): Figure {
  return figure(moments.count === 0 ? NaN : moments.mean, reason);
}
