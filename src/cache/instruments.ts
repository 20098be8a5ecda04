/**
 * Which instrument a ticker means: storage is by permanent id, and a ticker is what an instrument was called for a
 * time (X1). The id is the name under which an instrument's tickers were put, such as `AAA.1` beside a later `AAA`;
 * an instrument without dated tickers is called by its id at all times.
 */
import { PapertapeError } from '../domain/errors.js';
import type { TickerPeriod } from '../domain/history.js';
import { canonicalSymbol } from './cacheLayout.js';

/** Dated tickers of all instruments that have them. */
export class Instruments {
  readonly #periods: ReadonlyMap<string, readonly TickerPeriod[]>;
  /** Per ticker, the instruments that ever had it. */
  readonly #holders = new Map<string, string[]>();

  constructor(periods: ReadonlyMap<string, readonly TickerPeriod[]>) {
    this.#periods = periods;
    for (const [id, own] of periods) {
      for (const ticker of new Set(own.map((period) => period.ticker.toUpperCase()))) {
        this.#holders.set(ticker, [...(this.#holders.get(ticker) ?? []), id]);
      }
    }
  }

  /** The id of the instrument that had a ticker on a date; the text itself where none had. Throws `SYMBOL_INVALID`. */
  idOf(ticker: string, date: string): string {
    const symbol = canonicalSymbol(ticker);
    if (this.#periods.size === 0) return symbol;
    return this.#holderOf(symbol, date) ?? symbol;
  }

  /**
   * The id under which rows are kept that came under a ticker, the last of them of `date`. Throws `SYMBOL_INVALID`
   * where that would be an instrument that was called otherwise then: they are another one's rows.
   */
  idForRows(ticker: string, date: string): string {
    const symbol = canonicalSymbol(ticker);
    const holder = this.#holderOf(symbol, date);
    if (holder !== undefined) return holder;
    const then = this.tickerOf(symbol, date);
    // A name that never was a ticker, such as AAA.1, means the instrument itself.
    if (then === symbol || !this.#holders.has(symbol)) return symbol;
    throw new PapertapeError(
      'SYMBOL_INVALID',
      `On ${date} the instrument ${symbol} was called ${then}, so rows of ${symbol} of that date are another one's.`,
      { remedy: `Import them as ${then} if they are its, or under a name of their own such as ${symbol}.1.` },
    );
  }

  /** What an instrument was called on a date, or last before it; its id where that is not known. */
  tickerOf(id: string, date: string): string {
    const period = this.#periodAt(id, date) ?? this.#periods.get(id)?.at(-1);
    return period?.ticker.toUpperCase() ?? id;
  }

  /** Of those that had the ticker on the date, the one that gave it up first: a ticker has one holder at a time. */
  #holderOf(ticker: string, date: string): string | undefined {
    let found: { readonly id: string; readonly until: string } | undefined;
    for (const id of this.#holders.get(ticker) ?? []) {
      const period = this.#periodAt(id, date);
      if (period === undefined || period.ticker.toUpperCase() !== ticker) continue;
      if (found === undefined || period.until < found.until) found = { id, until: period.until };
    }
    return found?.id;
  }

  #periodAt(id: string, date: string): TickerPeriod | undefined {
    return this.#periods.get(id)?.find((period) => date <= period.until);
  }
}
