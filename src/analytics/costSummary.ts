/**
 * What the fills of a run cost, those that took liquidity and those that rested apart: markouts of passive fills are
 * the best test of a fill model (X9). Means per share by quantity, over the fills that know the figure.
 */
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { MARKOUT_HORIZONS } from './tradeCosts.js';
import type { MeasuredTrade } from './TradeRecord.js';

/** Of one kind of fills. Dollars per share. */
export interface LiquidityCosts {
  readonly liquidity: 'taker' | 'maker';
  readonly fills: number;
  readonly effectiveSpread: Figure;
  readonly realisedSpread: Figure;
  readonly priceImpact: Figure;
  readonly markouts: readonly { readonly horizon: number; readonly perShare: Figure }[];
}

/** A mean by quantity over the fills that know a figure. */
class CostMean {
  private sum = 0;
  private shares = 0;
  private reason = '';

  add(cost: Figure, quantity: number): void {
    if ('value' in cost) {
      this.sum += cost.value * quantity;
      this.shares += quantity;
    } else if (this.reason === '') this.reason = cost.unsupported;
  }

  figure(fills: number): Figure {
    return figure(this.sum / this.shares, fills === 0 ? 'there was no such fill' : this.reason);
  }
}

/** The costs of one kind of fills while they are added up. */
class LiquiditySum {
  private fills = 0;
  private readonly effectiveSpread = new CostMean();
  private readonly realisedSpread = new CostMean();
  private readonly priceImpact = new CostMean();
  private readonly markouts = MARKOUT_HORIZONS.map(() => new CostMean());

  add({ costs, quantity }: MeasuredTrade['fills'][number]): void {
    this.fills += 1;
    this.effectiveSpread.add(costs.effectiveSpread, quantity);
    this.realisedSpread.add(costs.realisedSpread, quantity);
    this.priceImpact.add(costs.priceImpact, quantity);
    this.markouts.forEach((markout, index) => {
      markout.add(costs.markouts[index]?.perShare ?? { unsupported: 'it was not measured' }, quantity);
    });
  }

  costs(liquidity: LiquidityCosts['liquidity']): LiquidityCosts {
    const { fills } = this;
    return {
      liquidity,
      fills,
      effectiveSpread: this.effectiveSpread.figure(fills),
      realisedSpread: this.realisedSpread.figure(fills),
      priceImpact: this.priceImpact.figure(fills),
      markouts: MARKOUT_HORIZONS.map((horizon, index) => ({
        horizon,
        perShare: this.markouts[index]?.figure(fills) ?? { unsupported: 'it was not measured' },
      })),
    };
  }
}

/** Takes trades one by one. */
export class CostSummary {
  private readonly taker = new LiquiditySum();
  private readonly maker = new LiquiditySum();

  add({ fills }: Pick<MeasuredTrade, 'fills'>): void {
    for (const fill of fills) (fill.liquidity === 'taker' ? this.taker : this.maker).add(fill);
  }

  /** Both kinds, takers first. */
  get kinds(): readonly LiquidityCosts[] {
    return [this.taker.costs('taker'), this.maker.costs('maker')];
  }
}
