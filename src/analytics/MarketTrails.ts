/**
 * The price trails of a session's symbols, and the measurements that trade costs need of them. Rows are taken table by
 * table, as they come; every question is about a time, so that neither the size of batches nor when a fill is told
 * changes an answer, as long as it is told within {@link LOOKBACK} of its own time.
 */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import { SECOND } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { figure } from './figure.js';
import { middleOf, PriceTrail } from './PriceTrail.js';
import type { PriceView, RangeVisitor } from './PriceTrail.js';
import type { Benchmark } from './tradeCosts.js';

/** How late a fill may be told and still be measured on the market of its own time. */
export const LOOKBACK: DurationMicros = 15 * SECOND;

/** See the module header. */
export class MarketTrails {
  readonly #trails: readonly PriceTrail[];
  readonly #priceScale: number;
  /** By symbol id: whether a quote was ever seen. */
  readonly #hasQuotes: Uint8Array;
  #limit: Micros = -Infinity;

  constructor(symbolCount: number, priceScale: number) {
    this.#trails = Array.from({ length: symbolCount }, () => new PriceTrail());
    this.#hasQuotes = new Uint8Array(symbolCount);
    this.#priceScale = priceScale;
  }

  /** Takes the rows of a batch. */
  observe(batch: MarketBatch): void {
    // Quotes and prints of a symbol lie in tables of their own and must be joined by time.
    const { tables, order, length } = batch;
    if (order === null) {
      const [table] = tables;
      for (let row = 0; row < length; row += 1) this.#take(table, row);
      return;
    }
    const rows = new Uint32Array(tables.length);
    for (let event = 0; event < length; event += 1) {
      const index = order[event] ?? 0;
      const row = rows[index] ?? 0;
      this.#take(tables[index], row);
      rows[index] = row + 1;
    }
  }

  /** Everything that happened up to `time` has been told: what ended {@link LOOKBACK} before it may be forgotten. */
  settle(time: Micros): void {
    this.#limit = time - LOOKBACK;
  }

  /**
   * What a symbol stood at: the middle of its quote, or its last price where no quotes are known. With `after`, a last
   * price must be later than that: an older one says nothing about the time between.
   */
  benchmark(symbolId: number, time: Micros, after = -Infinity): Benchmark {
    const view = this.#trails[symbolId]?.at(time);
    if (view === undefined) return { time, from: 'last', price: figure(NaN, 'no price had been seen yet') };
    if (this.#isAtMid(symbolId, view)) {
      return { time, from: 'mid', price: figure(view.mid / this.#priceScale, 'there was no two-sided quote') };
    }
    const isNew = view.last > 0 && view.lastTime > after;
    return {
      time,
      from: 'last',
      price: figure(isNew ? view.last / this.#priceScale : NaN, 'no price was seen in that time'),
    };
  }

  /** The same as a number alone, for whoever asks very often; NaN without a price. */
  priceAt(symbolId: number, time: Micros): number {
    const view = this.#trails[symbolId]?.at(time);
    if (view === undefined) return NaN;
    if (this.#isAtMid(symbolId, view)) return view.mid / this.#priceScale;
    return view.last > 0 ? view.last / this.#priceScale : NaN;
  }

  #isAtMid(symbolId: number, { mid, last }: PriceView): boolean {
    return this.#hasQuotes[symbolId] === 1 && (!Number.isNaN(mid) || last === 0);
  }

  /** Shows the ranges of a symbol's prices in (`after`, `until`], in dollars. */
  visit(symbolId: number, after: Micros, until: Micros, visitor: RangeVisitor): void {
    const scale = this.#priceScale;
    this.#trails[symbolId]?.visit(after, until, (low, high) => visitor(low / scale, high / scale));
  }

  #take(table: MarketTable | undefined, row: number): void {
    if (table === undefined) return;
    const symbolId = table.symbolId[row] ?? 0;
    const trail = this.#trails[symbolId];
    if (trail === undefined) return;
    const time = table.time[row] ?? 0;
    switch (table.kind) {
      case 'quote': {
        if (table.flags[row] !== 0) return;
        this.#hasQuotes[symbolId] = 1;
        const bid = table.bid[row] ?? 0;
        const ask = table.ask[row] ?? 0;
        const mid = middleOf(bid, ask);
        trail.addQuote(time, bid, ask, mid, mid, this.#limit);
        return;
      }
      case 'quoteBar': {
        this.#hasQuotes[symbolId] = 1;
        const [bidLow = 0, askLow = 0] = [table.bidLow[row], table.askLow[row]];
        // Extremes of bid and ask are of different moments and may cross, where neither side ever did.
        const isTwoSided = bidLow > 0 && askLow > 0;
        const low = isTwoSided ? (bidLow + askLow) / 2 : 0;
        const high = isTwoSided ? ((table.bidHigh[row] ?? 0) + (table.askHigh[row] ?? 0)) / 2 : 0;
        trail.addQuote(time, table.bidClose[row] ?? 0, table.askClose[row] ?? 0, low, high, this.#limit);
        return;
      }
      case 'print': {
        const flags = table.flags[row] ?? 0;
        if ((flags & PrintFlag.LAST) === 0 || (flags & PrintFlag.SUSPICIOUS) !== 0) return;
        const price = table.price[row] ?? 0;
        trail.addLast(time, price, price, price, this.#limit);
        return;
      }
      case 'bar':
        trail.addLast(time, table.close[row] ?? 0, table.low[row] ?? 0, table.high[row] ?? 0, this.#limit);
        return;
      case 'book':
      case 'status':
        return;
    }
  }
}
