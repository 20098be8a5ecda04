/**
 * Market data as it might have been: every price moved a little at random, to see whether a result hangs on exact
 * prices. Times, volumes and sizes stay.
 */
import type { BarTable, MarketBatch, MarketTable, QuoteBarTable } from '../../domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import type { Price } from '../../domain/units.js';
import { tickOf } from '../../exchange/rulebook/tickSizes.js';
import { SeededRandom } from '../../utils/random.js';
import type { Perturbation } from './trial.js';

const BASIS_POINTS = 10_000;

/** What is changed, and on which grid prices are. */
export interface PriceNoise extends Extract<Perturbation, { readonly kind: 'prices' }> {
  /** Steps per dollar. Raw prices are rounded to their tick, others to a step. */
  readonly priceScale: number;
}

/**
 * A copy in which each of the four prices of a bar was multiplied by 1 + deviation × a standard normal of its own, its
 * high and low then widened to hold the four; all sides of a quote bar move together, so that spreads stay. Other kinds
 * of rows are shared unchanged. One seed gives one market.
 */
export function perturbPrices(market: MarketBatch, noise: PriceNoise): MarketBatch {
  const random = new SeededRandom(noise.seed);
  return { ...market, tables: market.tables.map((table) => perturbed(table, noise, random)) };
}

function perturbed(table: MarketTable, noise: PriceNoise, random: SeededRandom): MarketTable {
  if (table.kind === 'bar') return perturbedBars(table, noise, random);
  return table.kind === 'quoteBar' ? perturbedQuoteBars(table, noise, random) : table;
}

function perturbedBars(table: BarTable, noise: PriceNoise, random: SeededRandom): BarTable {
  const { length } = table;
  const next = { ...table };
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    next[name] = table[name].slice(0, length);
    for (let row = 0; row < length; row += 1)
      next[name][row] = moved(table[name][row] ?? 0, draw(noise, random), noise);
  }
  for (let row = 0; row < length; row += 1) {
    const prices = [next.open[row] ?? 0, next.high[row] ?? 0, next.low[row] ?? 0, next.close[row] ?? 0];
    next.high[row] = Math.max(...prices);
    next.low[row] = Math.min(...prices);
  }
  return next;
}

const QUOTE_PRICES = ['bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'askOpen', 'askHigh', 'askLow', 'askClose'] as const;

function perturbedQuoteBars(table: QuoteBarTable, noise: PriceNoise, random: SeededRandom): QuoteBarTable {
  const { length } = table;
  const next = { ...table };
  const factors = Float64Array.from({ length }, () => draw(noise, random));
  for (const name of QUOTE_PRICES) {
    next[name] = table[name].slice(0, length);
    for (let row = 0; row < length; row += 1) next[name][row] = moved(table[name][row] ?? 0, factors[row] ?? 1, noise);
  }
  return next;
}

/** A factor. */
function draw({ deviationBps }: PriceNoise, random: SeededRandom): number {
  return 1 + (deviationBps / BASIS_POINTS) * random.normal();
}

/** A price times a factor, on its grid; at least one tick, and 0 (no price) as it is. */
function moved(price: Price, factor: number, { priceScale }: PriceNoise): Price {
  if (price <= 0) return price;
  const tick = priceScale === RAW_PRICE_SCALE ? tickOf(price, priceScale) : 1;
  return Math.max(tick, Math.round((price * factor) / tick) * tick);
}
