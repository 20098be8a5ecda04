/**
 * Rows of Alpaca's history as tables: read in order, one page after the other, and given out up to a time whose rows
 * are all there. Rows of one time are never parted, because a store replaces them together.
 */
import { barEnd, barStart, clockBarSpan } from '../../calendar/barGrid.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { dateOf } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import type { HistoryTable } from '../../domain/history.js';
import type { BarTable, PrintTable, QuoteTable } from '../../domain/marketTables.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { createBarTable, createPrintTable, createQuoteTable, ensureRoom, sliceTable } from '../../domain/tables.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { TradeConditions, UNKNOWN_CODE, quoteFlagsOf, tapeIndex } from './conditions.js';
import type { WireFields } from './MessageReader.js';
import type { RefusalReason } from './wireValues.js';
import { Refused, codesOf, letterOf, priceOf, sharesOf, textOf, timeOf } from './wireValues.js';

/** Trades that were taken back, or put right by another row. */
const VOID_UPDATES = new Set(['canceled', 'incorrect']);
/** Sizes of quotes are shares from this date on, and round lots of a hundred before. */
const SHARES_SINCE = dateOf(2025, 11, 3);
const ROUND_LOT = 100;
const OFF_EXCHANGE_LETTER = 0x44;

/** A row that was left out. */
export interface RefusedRow {
  readonly time: Micros;
  readonly reason: RefusalReason;
}

/** See the module header. For one request. */
export class HistoryRows {
  /** Rows left out since they were last taken. */
  refused: RefusedRow[] = [];
  unknownConditions = 0;
  readonly #timeframe: Timeframe;
  readonly #from: Micros;
  readonly #to: Micros;
  readonly #conditions = new TradeConditions();
  #table: BarTable | QuoteTable | PrintTable;
  #lastTime = -Infinity;

  /** Rows outside of [from, to) are left out; `timeframe` is that of bars. */
  constructor(kind: 'bar' | 'quote' | 'print', timeframe: Timeframe, from: Micros, to: Micros) {
    this.#timeframe = timeframe;
    this.#from = from;
    this.#to = to;
    this.#table =
      kind === 'bar' ? createBarTable(timeframe, 0) : kind === 'quote' ? createQuoteTable(0) : createPrintTable(0);
  }

  /** The time of the last row that came, by start for bars. */
  get lastTime(): Micros {
    return this.#lastTime;
  }

  /** Takes one row in. Throws `SOURCE_MESSAGE_INVALID` for one that has no time or goes back in it. */
  push(row: unknown): void {
    const fields: WireFields = typeof row === 'object' && row !== null ? (row as WireFields) : {};
    const time = this.#timeOf(fields);
    if (time === undefined) return;
    if (time < this.#lastTime) throw invalid('rows that are not in order of time');
    this.#lastTime = time;
    if (time < this.#from || time >= this.#to) return;
    try {
      this.#write(fields, time);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused.push({ time, reason: error.reason });
    }
  }

  /** Takes out the rows before `time`, by start for bars. */
  takeBefore(time: Micros): HistoryTable {
    const table = this.#table;
    const times = table.kind === 'bar' ? table.start : table.time;
    let count = table.length;
    while (count > 0 && (times[count - 1] ?? 0) >= time) count -= 1;
    const taken = sliceTable(table, 0, count);
    const rest = sliceTable(table, count, table.length);
    this.#table = rest;
    return taken;
  }

  /** The time that the row is known by; undefined for a daily bar of a day without a session. */
  #timeOf(fields: WireFields): Micros | undefined {
    let time: Micros;
    try {
      time = timeOf(fields['t']);
    } catch (error) {
      if (error instanceof Refused) throw invalid('a row without a time');
      throw error;
    }
    return this.#table.kind === 'bar' && this.#timeframe === '1d' ? clockBarSpan(time, '1d')?.start : time;
  }

  #write(fields: WireFields, time: Micros): void {
    const table = this.#table;
    if (table.kind === 'bar') this.#writeBar(table, fields, time);
    else if (table.kind === 'quote') this.#writeQuote(table, fields, time);
    else this.#writePrint(table, fields, time);
  }

  #writeBar(table: BarTable, fields: WireFields, start: Micros): void {
    const [open, high, low, close] = [
      priceOf(fields['o']),
      priceOf(fields['h']),
      priceOf(fields['l']),
      priceOf(fields['c']),
    ];
    const volume = sharesOf(fields['v']);
    const end = barEnd(start, this.#timeframe);
    const isOnGrid = end !== undefined && barStart(start, this.#timeframe) === start;
    if (!isOnGrid || low > open || low > close || high < open || high < close) throw new Refused('barContradictory');
    const at = room(table);
    table.start[at] = start;
    table.time[at] = end;
    table.open[at] = open;
    table.high[at] = high;
    table.low[at] = low;
    table.close[at] = close;
    table.volume[at] = volume;
    table.length = at + 1;
  }

  #writeQuote(table: QuoteTable, fields: WireFields, time: Micros): void {
    const [bid, ask] = [priceOf(fields['bp'], true), priceOf(fields['ap'], true)];
    const unit = newYorkDate(time) < SHARES_SINCE ? ROUND_LOT : 1;
    const [bidSize, askSize] = [sharesOf(fields['bs']) * unit, sharesOf(fields['as']) * unit];
    const flags = this.#known(quoteFlagsOf(codesOf(fields['c'])));
    const at = room(table);
    table.time[at] = time;
    table.bid[at] = bid;
    table.bidSize[at] = bid === 0 ? 0 : bidSize;
    table.ask[at] = ask;
    table.askSize[at] = ask === 0 ? 0 : askSize;
    table.flags[at] = flags;
    table.length = at + 1;
  }

  #writePrint(table: PrintTable, fields: WireFields, time: Micros): void {
    if (VOID_UPDATES.has(textOf(fields['u']))) return;
    const price = priceOf(fields['p']);
    const size = sharesOf(fields['s']);
    const exchange = letterOf(fields['x']);
    this.#conditions.setDate(newYorkDate(time));
    const flags = this.#known(this.#conditions.flagsOf(codesOf(fields['c']), tapeIndex(letterOf(fields['z']))));
    const at = room(table);
    table.time[at] = time;
    table.price[at] = price;
    table.size[at] = size;
    table.flags[at] = exchange === OFF_EXCHANGE_LETTER ? flags | PrintFlag.OFF_EXCHANGE : flags;
    table.exchange[at] = exchange;
    table.length = at + 1;
  }

  #known(flags: number): number {
    if ((flags & UNKNOWN_CODE) !== 0) this.unknownConditions += 1;
    return flags & ~UNKNOWN_CODE;
  }
}

/** Makes room for a row and gives its place. */
function room(table: BarTable | QuoteTable | PrintTable): number {
  ensureRoom(table);
  return table.length;
}

/** An answer that cannot be read as history. */
export function invalid(what: string): PapertapeError {
  return new PapertapeError('SOURCE_MESSAGE_INVALID', `Alpaca's history holds ${what}.`, {
    remedy: 'Try again; report it with symbol and date if it stays so.',
  });
}
