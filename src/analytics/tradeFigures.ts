/** What is read from all trades of a run at once. */
import type { FeeKind } from '../domain/fill.js';
import type { Money } from '../domain/units.js';
import { CostSummary } from './costSummary.js';
import type { LiquidityCosts } from './costSummary.js';
import { excursionOf } from './excursions.js';
import type { TradeExcursion } from './excursions.js';
import type { MeasuredTrade } from './TradeRecord.js';

/** See the module header. */
export interface TradeFigures {
  /** Both kinds of fills, takers first. */
  readonly costs: readonly LiquidityCosts[];
  /** Of closed trades, in the order in which they began. */
  readonly excursions: readonly TradeExcursion[];
  /** What was charged for all fills, in micro-dollars. */
  readonly fees: readonly { readonly kind: FeeKind; readonly amount: Money }[];
}

/** The figures while trades come in, in the order in which they began; none of them is kept. */
export class TradeFiguresSum {
  readonly #costs = new CostSummary();
  readonly #excursions: TradeExcursion[] = [];
  readonly #priceScale: number;

  constructor(priceScale: number) {
    this.#priceScale = priceScale;
  }

  /** Takes a trade that can change no more. */
  add(trade: MeasuredTrade): void {
    this.#costs.add(trade);
    const excursion = excursionOf(trade, this.#priceScale);
    if (excursion !== undefined) this.#excursions.push(excursion);
  }

  /** Those of the trades so far. */
  get figures(): Omit<TradeFigures, 'fees'> {
    return { costs: this.#costs.kinds, excursions: this.#excursions };
  }
}
