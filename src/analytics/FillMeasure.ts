/** One fill of the log with the market around it: what was known when it was decided, and what came after. */
import type { Fill } from '../domain/fill.js';
import type { Micros } from '../domain/units.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { combined, MARKOUT_HORIZONS, markoutOf, REALISED_HORIZON, signedSpread } from './tradeCosts.js';
import type { Benchmark, FillCosts } from './tradeCosts.js';

const NOT_YET = figure(NaN, 'the time has not come yet');
const NO_QUOTE = figure(NaN, 'there was no quote at the fill');
const NO_MIDDLE = figure(NaN, 'there was no two-sided quote');
const REALISED = MARKOUT_HORIZONS.indexOf(REALISED_HORIZON);

/** What is kept of a fill, which may be an object that the next one is written into. */
export type MeasuredFill = Pick<Fill, 'id' | 'orderId' | 'symbolId' | 'side' | 'price' | 'time' | 'liquidity'> & {
  readonly receipt: Pick<Fill['receipt'], 'basis' | 'rule'>;
};

/** See the module header. */
export class FillMeasure {
  readonly fill: MeasuredFill;
  /** Dollars per share. */
  readonly price: number;
  /** The market when it was decided, and when its order had arrived. */
  readonly decision: Benchmark;
  readonly arrival: Benchmark;
  private readonly atFill: Benchmark;
  /** The market at each horizon. */
  private readonly later: Figure[] = MARKOUT_HORIZONS.map(() => NOT_YET);
  /** The middle at the horizon of the realised spread: a last price is none. */
  private laterMiddle: Figure = NOT_YET;
  private open = MARKOUT_HORIZONS.length;

  constructor(fill: Fill, price: number, decision: Benchmark, arrival: Benchmark, atFill: Benchmark) {
    const { id, orderId, symbolId, side, time, liquidity, receipt } = fill;
    const { basis, rule } = receipt;
    this.fill = { id, orderId, symbolId, side, price: fill.price, time, liquidity, receipt: { basis, rule } };
    this.price = price;
    this.decision = decision;
    this.arrival = arrival;
    this.atFill = atFill;
  }

  /** Whether every horizon has been looked at. */
  get settled(): boolean {
    return this.open === 0;
  }

  /** Takes the market at a horizon. */
  setLater(horizon: number, { from, price }: Pick<Benchmark, 'from' | 'price'>): void {
    this.later[horizon] = price;
    if (horizon === REALISED) this.laterMiddle = from === 'last' && 'value' in price ? NO_MIDDLE : price;
    this.open -= 1;
  }

  /** When a horizon is reached. */
  dueAt(horizon: number): Micros {
    return this.fill.time + (MARKOUT_HORIZONS[horizon] ?? 0);
  }

  /** What it cost. */
  get costs(): FillCosts {
    const { price, atFill } = this;
    const { side } = this.fill;
    const spread = (mid: Figure): Figure =>
      atFill.from === 'last' ? NO_QUOTE : combined(mid, mid, (at) => signedSpread(side, price, at));
    const effectiveSpread = spread(atFill.price);
    const realisedSpread = spread(this.laterMiddle);
    return {
      decision: this.decision,
      arrival: this.arrival,
      fill: atFill,
      effectiveSpread,
      realisedSpread,
      priceImpact: combined(effectiveSpread, realisedSpread, (a, b) => a - b),
      markouts: MARKOUT_HORIZONS.map((horizon, index) => {
        const then = this.later[index] ?? NO_QUOTE;
        return { horizon, perShare: combined(then, then, (at) => markoutOf(side, price, at)) };
      }),
    };
  }
}
