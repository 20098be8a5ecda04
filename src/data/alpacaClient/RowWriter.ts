/**
 * Writes checked market rows into {@link SourceRows}. Whoever reads a message puts its numbers into `values`, whole and
 * in our units, and its codes into the fields; numbers do not cross a call, so that nothing is allocated for them.
 * What a market cannot have said is not written, and the answer is false.
 */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { SourceBarState, SourceRowKind } from '../../domain/marketSource.js';
import type { SourceRows } from '../../domain/marketSource.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import { createSourceRows, ensureSourceRoom } from '../sourceRows.js';
import { QuoteConditions, TradeConditions, UNKNOWN_CODE } from './conditions.js';

/** Places in {@link RowWriter.values}. */
export const Value = {
  TIME: 0,
  /** Of a trade; ids are 0 where there is none. */
  PRICE: 1,
  SIZE: 2,
  ID: 3,
  /** Of a quote. */
  BID: 1,
  BID_SIZE: 2,
  ASK: 3,
  ASK_SIZE: 4,
  /** Of a bar; its time is that of its start. */
  OPEN: 1,
  HIGH: 2,
  LOW: 3,
  CLOSE: 4,
  VOLUME: 5,
  /** Of price bands. */
  LOWER: 1,
  UPPER: 2,
} as const;

/** Above every price and size that is taken: nine digits before the point of a price. */
export const MOST_VALUE = 999_999_999_999_999;
const OFF_EXCHANGE_LETTER = 0x44;
const FIRST_ROWS = 256;

/** See the module header. */
export class RowWriter {
  readonly rows: SourceRows = createSourceRows(FIRST_ROWS);
  readonly values = new Float64Array(8);
  readonly trades = new TradeConditions();
  readonly quotes = new QuoteConditions();
  symbolId = 0;
  /** Character code of the reporting exchange's letter, 0 if unknown. */
  exchange = 0;
  /** Index into the tapes of conditions.ts. */
  tape = 3;
  /** The New York day of the conditions' rules, [from, to). */
  #dayFrom = 0.5;
  #dayTo = 0.5;

  /** Makes the trades' conditions those of the day of the time in `values`. */
  turnDay(): void {
    const time = this.values[Value.TIME] ?? 0;
    if (time >= this.#dayFrom && time < this.#dayTo) return;
    const date = newYorkDate(time);
    this.trades.setDate(date);
    this.#dayFrom = fromNewYork(date, 0);
    this.#dayTo = fromNewYork(date + 1, 0);
  }

  /** A trade with these flags, to which those of its exchange are added. */
  writeTrade(flags: number): boolean {
    const { rows, values } = this;
    const price = values[Value.PRICE] ?? 0;
    if (!(price > 0)) return false;
    ensureSourceRoom(rows);
    const { prints } = rows;
    const at = prints.length;
    prints.symbolId[at] = this.symbolId;
    prints.time[at] = values[Value.TIME] ?? 0;
    prints.price[at] = price;
    prints.size[at] = values[Value.SIZE] ?? 0;
    const plain = flags & ~UNKNOWN_CODE;
    prints.flags[at] = this.exchange === OFF_EXCHANGE_LETTER ? plain | PrintFlag.OFF_EXCHANGE : plain;
    prints.exchange[at] = this.exchange;
    rows.printIds[at] = values[Value.ID] ?? 0;
    prints.length = at + 1;
    rows.kinds[rows.length] = SourceRowKind.PRINT;
    rows.length += 1;
    return true;
  }

  /** A quote; a side without a price has no size. */
  writeQuote(flags: number): boolean {
    const { rows, values } = this;
    ensureSourceRoom(rows);
    const { quotes } = rows;
    const at = quotes.length;
    const bid = values[Value.BID] ?? 0;
    const ask = values[Value.ASK] ?? 0;
    quotes.symbolId[at] = this.symbolId;
    quotes.time[at] = values[Value.TIME] ?? 0;
    quotes.bid[at] = bid;
    quotes.bidSize[at] = bid === 0 ? 0 : (values[Value.BID_SIZE] ?? 0);
    quotes.ask[at] = ask;
    quotes.askSize[at] = ask === 0 ? 0 : (values[Value.ASK_SIZE] ?? 0);
    quotes.flags[at] = flags & ~UNKNOWN_CODE;
    quotes.length = at + 1;
    rows.kinds[rows.length] = SourceRowKind.QUOTE;
    rows.length += 1;
    return true;
  }

  /** A minute bar. */
  writeBar(revised: boolean): boolean {
    const { rows, values } = this;
    const start = values[Value.TIME] ?? 0;
    const open = values[Value.OPEN] ?? 0;
    const high = values[Value.HIGH] ?? 0;
    const low = values[Value.LOW] ?? 0;
    const close = values[Value.CLOSE] ?? 0;
    if (!(low > 0 && low <= open && low <= close && high >= open && high >= close)) return false;
    if (start % MINUTE !== 0) return false;
    ensureSourceRoom(rows);
    const { bars } = rows;
    const at = bars.length;
    bars.symbolId[at] = this.symbolId;
    bars.start[at] = start;
    bars.time[at] = start + MINUTE;
    bars.open[at] = open;
    bars.high[at] = high;
    bars.low[at] = low;
    bars.close[at] = close;
    bars.volume[at] = values[Value.VOLUME] ?? 0;
    rows.barStates[at] = revised ? SourceBarState.REVISED : SourceBarState.FINAL;
    bars.length = at + 1;
    rows.kinds[rows.length] = SourceRowKind.BAR;
    rows.length += 1;
    return true;
  }

  /** A status, with the bands in `values` where it publishes any. */
  writeStatus(status: number, hasBands: boolean): void {
    const { rows, values } = this;
    ensureSourceRoom(rows);
    const { statuses } = rows;
    const at = statuses.length;
    statuses.symbolId[at] = this.symbolId;
    statuses.time[at] = values[Value.TIME] ?? 0;
    statuses.status[at] = status;
    statuses.lower[at] = hasBands ? (values[Value.LOWER] ?? 0) : 0;
    statuses.upper[at] = hasBands ? (values[Value.UPPER] ?? 0) : 0;
    statuses.length = at + 1;
    rows.kinds[rows.length] = SourceRowKind.STATUS;
    rows.length += 1;
  }
}
