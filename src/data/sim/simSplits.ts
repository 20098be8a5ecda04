/**
 * Splits of the simulated companies: now and then one splits its shares when they are dear, or joins them when they are
 * cheap. Which do on a date depends on seed, date and the prices that the day before ended with, and on nothing else.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { SeededRandom } from '../../utils/random.js';
import { SIM_UNIVERSE } from './simUniverse.js';

/** A split that applies before the first trade of its date: `newShares` for every `oldShares`. */
export interface SimSplit {
  readonly symbolId: number;
  readonly newShares: number;
  readonly oldShares: number;
}

/** Apart from all other streams of a day. */
const STREAM = 9_001;
/** On how many of a company's days it splits, while its price asks for it or does not. */
const [CHANCE_WHEN_DUE, CHANCE_AT_ALL] = [1 / 12, 1 / 700];
/** From which price a split is due, and below which the shares are joined. */
const [DEAR, CHEAP] = [300, 2];
/** A split leaves a price of this many dollars at least. */
const [LEAST_AFTER, MOST_AFTER] = [12, 20];

/** The splits of a date, by symbol id. `prices` are those of the close before, in dollars. */
export function simulatedSplits(seed: number, date: TradingDate, prices: readonly number[]): readonly SimSplit[] {
  const random = new SeededRandom(seed, date, STREAM);
  return SIM_UNIVERSE.flatMap((instrument, symbolId) => {
    const price = prices[symbolId] ?? instrument.price;
    const [chance, factor] = [random.next(), 2 + random.below(3)];
    if (price < CHEAP) return chance < CHANCE_WHEN_DUE ? [{ symbolId, newShares: 1, oldShares: MOST_AFTER / 2 }] : [];
    const wanted = price >= DEAR ? CHANCE_WHEN_DUE : CHANCE_AT_ALL;
    if (chance >= wanted || price / factor < LEAST_AFTER) return [];
    return [{ symbolId, newShares: factor, oldShares: 1 }];
  });
}

/** Prices of the close before as they compare with those of the date: divided by the splits. */
export function afterSplits(seed: number, date: TradingDate, prices: readonly number[]): readonly number[] {
  const adjusted = SIM_UNIVERSE.map((instrument, symbolId) => prices[symbolId] ?? instrument.price);
  for (const { symbolId, newShares, oldShares } of simulatedSplits(seed, date, prices)) {
    adjusted[symbolId] = ((adjusted[symbolId] ?? 0) * oldShares) / newShares;
  }
  return adjusted;
}
