/**
 * What the fills of a run cost, those that took liquidity and those that rested apart: markouts of passive fills are
 * the best test of a fill model (X9). Means per share by quantity, over the fills that know the figure.
 */
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { MARKOUT_HORIZONS } from './tradeCosts.js';
import type { FillCosts } from './tradeCosts.js';
import type { TradeRecord } from './TradeRecord.js';

/** Of one kind of fills. Dollars per share. */
export interface LiquidityCosts {
  readonly liquidity: 'taker' | 'maker';
  readonly fills: number;
  readonly effectiveSpread: Figure;
  readonly realisedSpread: Figure;
  readonly priceImpact: Figure;
  readonly markouts: readonly { readonly horizon: number; readonly perShare: Figure }[];
}

/** Both kinds, takers first. */
export function costSummary(trades: readonly TradeRecord[]): readonly LiquidityCosts[] {
  const all = trades.flatMap(({ fills }) => fills);
  return (['taker', 'maker'] as const).map((liquidity) => {
    const fills = all.filter((fill) => fill.liquidity === liquidity);
    const mean = (of: (costs: FillCosts) => Figure): Figure => {
      let sum = 0;
      let shares = 0;
      let reason = fills.length === 0 ? 'there was no such fill' : '';
      for (const { costs, quantity } of fills) {
        const cost = of(costs);
        if ('value' in cost) {
          sum += cost.value * quantity;
          shares += quantity;
        } else if (reason === '') reason = cost.unsupported;
      }
      return figure(sum / shares, reason);
    };
    return {
      liquidity,
      fills: fills.length,
      effectiveSpread: mean(({ effectiveSpread }) => effectiveSpread),
      realisedSpread: mean(({ realisedSpread }) => realisedSpread),
      priceImpact: mean(({ priceImpact }) => priceImpact),
      markouts: MARKOUT_HORIZONS.map((horizon, index) => ({
        horizon,
        perShare: mean(({ markouts }) => markouts[index]?.perShare ?? { unsupported: 'it was not measured' }),
      })),
    };
  });
}
