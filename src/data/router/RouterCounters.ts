/** What a live market counts, per source: one number per name and source, without an object on the way of a row. */

/** Names and places of the counters. */
export const Count = {
  /** Messages, and rows in them. */
  messages: 0,
  statuses: 1,
  quotes: 2,
  prints: 3,
  bars: 4,
  /** Rows that were refused: a symbol that the session does not have; a number that is none (F49, F50). */
  refusedSymbol: 5,
  refusedTime: 6,
  refusedPrice: 7,
  refusedSize: 8,
  refusedStatus: 9,
  refusedBar: 10,
  /** Rows ahead of the clock, and rows too old to correct anything. */
  fromFuture: 11,
  tooOld: 12,
  duplicates: 13,
  /** Rows whose time was settled when they came. Quotes and statuses that still hold are counted as restamped. */
  latePrints: 14,
  lateQuotes: 15,
  lateStatuses: 16,
  lateBars: 17,
  restampedQuotes: 18,
  restampedStatuses: 19,
  crossedQuotes: 20,
  implausibleQuotes: 21,
  /** Prices outside the band, and what became of them. */
  heldPrints: 22,
  confirmedPrints: 23,
  discardedPrints: 24,
  /** Rows of a source that was not the one in use for the symbol. */
  unusedRows: 25,
  /** Rows that were given up because the queue was full. */
  conflatedQuotes: 26,
  overflowedRows: 27,
  cancels: 28,
  corrections: 29,
  /** Cancels and corrections of prints that are not known. */
  unmatchedCorrections: 30,
  /** Times that rows of the source may have been missing, and that it fell silent. */
  gaps: 31,
  silences: 32,
  heartbeats: 33,
} as const;

const NAMES = Object.keys(Count);

/** See the module header. */
export class RouterCounters {
  /** By source × width + place. */
  readonly values: Float64Array;
  readonly width = NAMES.length;

  constructor(sourceCount: number) {
    this.values = new Float64Array(sourceCount * this.width);
  }

  /** Adds to a counter of a source. */
  add(source: number, place: number, by = 1): void {
    const at = source * this.width + place;
    this.values[at] = (this.values[at] ?? 0) + by;
  }

  /** The counters of one source by name. */
  of(source: number): Record<string, number> {
    const first = source * this.width;
    return Object.fromEntries(NAMES.map((name, place) => [name, this.values[first + place] ?? 0]));
  }

  /** The sums over all sources by name. */
  sums(): Record<string, number> {
    const sums: Record<string, number> = {};
    NAMES.forEach((name, place) => {
      let sum = 0;
      for (let at = place; at < this.values.length; at += this.width) sum += this.values[at] ?? 0;
      sums[name] = sum;
    });
    return sums;
  }
}
