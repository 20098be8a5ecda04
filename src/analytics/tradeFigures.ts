/** What is read from all trades of a run at once. */
import { CostSummary } from './costSummary.js';
import type { LiquidityCosts } from './costSummary.js';
import { excursionOf } from './excursions.js';
import type { TradeExcursion } from './excursions.js';
import type { TradeRecord } from './TradeRecord.js';

/** See the module header. */
export interface TradeFigures {
  /** Both kinds of fills, takers first. */
  readonly costs: readonly LiquidityCosts[];
  /** Of closed trades, in the order in which they began. */
  readonly excursions: readonly TradeExcursion[];
}

/** One walk over the trades, of which none is kept. */
export function tradeFiguresOf(trades: Iterable<TradeRecord>, priceScale: number): TradeFigures {
  const costs = new CostSummary();
  const excursions: TradeExcursion[] = [];
  for (const trade of trades) {
    costs.add(trade);
    const excursion = excursionOf(trade, priceScale);
    if (excursion !== undefined) excursions.push(excursion);
  }
  return { costs: costs.kinds, excursions };
}
