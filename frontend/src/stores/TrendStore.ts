/**
 * Recent prices per symbol for sparklines: sampled from the quotes as they come, whether or not the symbol is on
 * the screen, behind closes of earlier bars that were fetched once.
 */
import type { Bars, QuoteView } from '../../../src/contracts/index.js';

/** How many prices a line has. */
export const TREND_LENGTH = 60;
/** Market time between two samples. */
const SAMPLE_EVERY_MICROS = 300_000_000;

interface Trend {
  readonly values: readonly number[];
  readonly firstAt: number;
  readonly lastAt: number;
}

const NONE: readonly number[] = [];

/** Recent prices by symbol. */
export class TrendStore {
  readonly #trends = new Map<string, Trend>();

  /** Prices oldest first; the list is another one only when it changed. */
  get(symbol: string): readonly number[] {
    return this.#trends.get(symbol)?.values ?? NONE;
  }

  /** Takes a quote; most are not kept. */
  sample({ symbol, time, last }: QuoteView): void {
    const trend = this.#trends.get(symbol);
    if (last === null || (trend !== undefined && time - trend.lastAt < SAMPLE_EVERY_MICROS)) return;
    const values = [...(trend?.values ?? NONE), Number(last)].slice(-TREND_LENGTH);
    this.#trends.set(symbol, { values, firstAt: trend?.firstAt ?? time, lastAt: time });
  }

  /** Puts the closes of earlier bars in front of what was sampled. */
  addEarlier({ symbol, time, close }: Bars): void {
    const trend = this.#trends.get(symbol);
    const firstSample = trend?.firstAt ?? Infinity;
    const earlier = close.filter((_, index) => (time[index] ?? Infinity) < firstSample);
    const values = [...earlier, ...(trend?.values ?? NONE)].slice(-TREND_LENGTH);
    this.#trends.set(symbol, {
      values,
      firstAt: Math.min(firstSample, time[0] ?? Infinity),
      lastAt: trend?.lastAt ?? time.at(-1) ?? -Infinity,
    });
  }

  /** Forgets everything. */
  clear(): void {
    this.#trends.clear();
  }
}
