/**
 * The market of a session as programs may read it: every quote, print and status so far, and minute bars with trade
 * counts and turnover. Reads the same batches as the kernel and decides nothing. Keeps a bounded number of rows per
 * symbol and kind; the older half goes when it is reached.
 */
import type { BarRow, LatestRows, PrintRow, QuoteRow, RowsQuery } from '../api/alpaca/PaperVenue.js';
import { phaseAt } from '../calendar/sessions.js';
import { PrintFlag, QuoteFlag } from '../domain/marketTables.js';
import type { BarTable, MarketBatch, MarketTable, PrintTable, QuoteTable } from '../domain/marketTables.js';
import { columnNames, columnOf, createPrintTable, createQuoteTable, ensureRoom } from '../domain/tables.js';
import { MINUTE, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Micros, Price, Shares } from '../domain/units.js';
import { LiveRows } from './LiveRows.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** See the module header. */
export class MarketArchive {
  readonly #maxRows: number;
  readonly #quotes: QuoteTable[];
  readonly #prints: PrintTable[];
  /** Prints of each symbol that are not kept any more. */
  readonly #dropped: number[];
  readonly #minutes: Mutable<BarRow>[][];
  /** What a symbol's minutes are made of; the first kind seen stays. */
  readonly #source: ('print' | 'bar' | undefined)[];
  /** Symbols whose last minute is not over. */
  readonly #forming = new Set<number>();
  /** When the next of them is over. */
  #nextEnd: Micros = Infinity;
  /** Rows for whoever watches the market. */
  readonly live: LiveRows;

  /** `maxRows` bounds quotes, and prints, per symbol. */
  constructor(symbolCount: number, maxRows: number) {
    const symbols = Array.from({ length: symbolCount }, (_, id) => id);
    this.#maxRows = maxRows;
    this.#quotes = symbols.map(() => createQuoteTable(0));
    this.#prints = symbols.map(() => createPrintTable(0));
    this.#dropped = symbols.map(() => 0);
    this.#minutes = symbols.map(() => []);
    this.#source = symbols.map(() => undefined);
    this.live = new LiveRows(symbolCount);
  }

  /**
   * A trade of `time` that is reported at `reportedAt`, after its minute, which is restated: it may set high and low
   * and counts, and leaves open and close as they are.
   */
  noteLateTrade(symbolId: number, time: Micros, reportedAt: Micros, price: Price, size: Shares): void {
    const table = createPrintTable(1);
    Object.assign(table, { length: 1 });
    [table.symbolId[0], table.time[0], table.price[0], table.size[0]] = [symbolId, reportedAt, price, size];
    table.flags[0] = PrintFlag.HIGH_LOW | PrintFlag.VOLUME | PrintFlag.OUT_OF_SEQUENCE;
    const kept = this.#prints[symbolId];
    const minutes = this.#minutes[symbolId];
    if (kept === undefined || minutes === undefined) return;
    this.#keep(kept, table, 0);
    this.live.rows?.push(this.#printRow(kept, kept.length - 1));
    const start = Math.floor(time / MINUTE) * MINUTE;
    let place = minutes.findLastIndex((one) => one.start <= start);
    if (minutes[place]?.start !== start) {
      place += 1;
      minutes.splice(place, 0, newMinute(symbolId, start, price));
    }
    const bar = minutes[place];
    if (bar === undefined) return;
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.volume += size;
    bar.count += 1;
    bar.turnover += price * size;
    this.live.rows?.push({ ...bar, time: reportedAt, restated: true });
  }

  /** Takes a batch in its order, so that what is told live is in the order of time. */
  observe(batch: MarketBatch): void {
    const { tables, order } = batch;
    const next = tables.map(() => 0);
    for (let event = 0; event < batch.length; event += 1) {
      const index = order?.[event] ?? 0;
      const table = tables[index];
      const row = next[index] ?? 0;
      next[index] = row + 1;
      if (table !== undefined) this.#observeRow(table, row);
    }
  }

  /** Minutes that ended at or before `time` are over, whether or not anything came since. */
  advance(time: Micros): void {
    this.#nextEnd = Infinity;
    for (const symbolId of this.#forming) {
      const last = this.#minutes[symbolId]?.at(-1);
      if (last === undefined) continue;
      if (last.time > time) {
        this.#nextEnd = Math.min(this.#nextEnd, last.time);
        continue;
      }
      this.#forming.delete(symbolId);
      this.live.rows?.push({ ...last });
    }
  }

  /** Quotes of a symbol, ascending. */
  quotes(query: RowsQuery): QuoteRow[] {
    const table = this.#quotes[query.symbolId];
    return table === undefined ? [] : rowsOf(table, query).map((row) => quoteRow(table, row));
  }

  /** Prints of a symbol, ascending. */
  prints(query: RowsQuery): PrintRow[] {
    const table = this.#prints[query.symbolId];
    return table === undefined ? [] : rowsOf(table, query).map((row) => this.#printRow(table, row));
  }

  /** Minute bars that start within a range, the forming one included, ascending. */
  minutes(symbolId: number, from: Micros, to: Micros): BarRow[] {
    const found = (this.#minutes[symbolId] ?? []).filter(({ start }) => start >= from && start <= to);
    return found.map((bar) => ({ ...bar }));
  }

  /** Quote and minute that were seen last, and the print that set the last price. */
  latest(symbolId: number): LatestRows {
    const [quotes, prints] = [this.#quotes[symbolId], this.#prints[symbolId]];
    const minuteBar = this.#minutes[symbolId]?.at(-1);
    let row = (prints?.length ?? 0) - 1;
    while (row >= 0 && ((prints?.flags[row] ?? 0) & PrintFlag.LAST) === 0) row -= 1;
    return {
      ...(quotes === undefined || quotes.length === 0 ? {} : { quote: quoteRow(quotes, quotes.length - 1) }),
      ...(prints === undefined || row < 0 ? {} : { print: this.#printRow(prints, row) }),
      ...(minuteBar === undefined ? {} : { minuteBar: { ...minuteBar } }),
    };
  }

  #observeRow(table: MarketTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const time = table.time[row] ?? 0;
    const reached = table.kind === 'bar' ? (table.start[row] ?? 0) : time;
    if (reached >= this.#nextEnd) this.advance(reached);
    switch (table.kind) {
      case 'book':
        return;
      case 'quote': {
        // What is not firm never was a quote that a program could act on.
        if (((table.flags[row] ?? 0) & (QuoteFlag.NOT_FIRM | QuoteFlag.SUSPICIOUS)) !== 0) return;
        this.#keep(this.#quotes[symbolId], table, row);
        this.live.rows?.push(quoteRow(table, row));
        return;
      }
      case 'quoteBar': {
        const quote = quoteOfBar(table.bidClose, table.bidSize, table.askClose, table.askSize, row);
        const kept = this.#quotes[symbolId];
        if (kept === undefined) return;
        const single = createQuoteTable(1);
        Object.assign(single, { length: 1 });
        [single.symbolId[0], single.time[0]] = [symbolId, time];
        [single.bid[0], single.bidSize[0], single.ask[0], single.askSize[0]] = quote;
        this.#keep(kept, single, 0);
        this.live.rows?.push(quoteRow(single, 0));
        return;
      }
      case 'print': {
        if (((table.flags[row] ?? 0) & PrintFlag.SUSPICIOUS) !== 0) return;
        const kept = this.#prints[symbolId];
        if (kept === undefined) return;
        this.#keep(kept, table, row);
        this.live.rows?.push(this.#printRow(kept, kept.length - 1));
        this.#addPrint(table, row, symbolId, time);
        return;
      }
      case 'bar':
        this.#addBar(table, row, symbolId);
        return;
      case 'status':
        this.live.noteStatus(symbolId, time, table.status[row] ?? 0);
        return;
    }
  }

  #keep<T extends QuoteTable | PrintTable>(kept: T | undefined, table: T, row: number): void {
    if (kept === undefined) return;
    if (kept.length >= this.#maxRows) {
      const dropped = kept.length >> 1;
      for (const name of columnNames(kept.kind)) columnOf(kept, name).copyWithin(0, dropped, kept.length);
      kept.length -= dropped;
      if (kept.kind === 'print') {
        const symbolId = table.symbolId[row] ?? 0;
        this.#dropped[symbolId] = (this.#dropped[symbolId] ?? 0) + dropped;
      }
    }
    ensureRoom(kept);
    const target = kept.length;
    kept.symbolId[target] = table.symbolId[row] ?? 0;
    kept.time[target] = table.time[row] ?? 0;
    kept.flags[target] = table.flags[row] ?? 0;
    // Column by column: this runs once for every row of the market.
    if (kept.kind === 'quote' && table.kind === 'quote') {
      kept.bid[target] = table.bid[row] ?? 0;
      kept.bidSize[target] = table.bidSize[row] ?? 0;
      kept.ask[target] = table.ask[row] ?? 0;
      kept.askSize[target] = table.askSize[row] ?? 0;
    } else if (kept.kind === 'print' && table.kind === 'print') {
      kept.price[target] = table.price[row] ?? 0;
      kept.size[target] = table.size[row] ?? 0;
      kept.exchange[target] = table.exchange[row] ?? 0;
    }
    kept.length = target + 1;
  }

  #addPrint(table: PrintTable, row: number, symbolId: number, time: Micros): void {
    this.#source[symbolId] ??= 'print';
    if (this.#source[symbolId] !== 'print') return;
    const flags = table.flags[row] ?? 0;
    const price = table.price[row] ?? 0;
    const size = table.size[row] ?? 0;
    const start = Math.floor(time / MINUTE) * MINUTE;
    const minutes = this.#minutes[symbolId] ?? [];
    let bar = minutes.at(-1);
    if (bar?.start !== start) {
      // Only prints that set high and low open a bar (R2).
      if ((flags & PrintFlag.HIGH_LOW) === 0) return;
      bar = newMinute(symbolId, start, price);
      minutes.push(bar);
      this.#forming.add(symbolId);
      this.#nextEnd = Math.min(this.#nextEnd, bar.time);
    }
    if ((flags & PrintFlag.HIGH_LOW) !== 0) {
      bar.high = Math.max(bar.high, price);
      bar.low = Math.min(bar.low, price);
    }
    if ((flags & PrintFlag.LAST) !== 0) bar.close = price;
    bar.count += 1;
    if ((flags & PrintFlag.VOLUME) === 0) return;
    bar.volume += size;
    bar.turnover += price * size;
  }

  /** Bars below a minute are put together; longer ones are kept as they are. */
  #addBar(table: BarTable, row: number, symbolId: number): void {
    this.#source[symbolId] ??= 'bar';
    if (this.#source[symbolId] !== 'bar') return;
    const from = table.start[row] ?? 0;
    const isShort = TIMEFRAME_DURATION[table.timeframe] < MINUTE;
    const start = isShort ? Math.floor(from / MINUTE) * MINUTE : from;
    const minutes = this.#minutes[symbolId] ?? [];
    let bar = minutes.at(-1);
    if (bar?.start !== start) {
      bar = newMinute(symbolId, start, table.open[row] ?? 0);
      bar.time = isShort ? start + MINUTE : (table.time[row] ?? 0);
      minutes.push(bar);
      this.#forming.add(symbolId);
      this.#nextEnd = Math.min(this.#nextEnd, bar.time);
    }
    bar.high = Math.max(bar.high, table.high[row] ?? 0);
    bar.low = Math.min(bar.low, table.low[row] ?? 0);
    bar.close = table.close[row] ?? 0;
    bar.volume += table.volume[row] ?? 0;
  }

  #printRow(table: PrintTable, row: number): PrintRow {
    const symbolId = table.symbolId[row] ?? 0;
    const exchange = table.exchange[row] ?? 0;
    return {
      kind: 'print',
      symbolId,
      time: table.time[row] ?? 0,
      price: table.price[row] ?? 0,
      size: table.size[row] ?? 0,
      flags: table.flags[row] ?? 0,
      exchange: exchange === 0 ? '' : String.fromCharCode(exchange),
      id: (this.#dropped[symbolId] ?? 0) + row + 1,
    };
  }
}

/** Bars of regular hours as one bar of the day; undefined if there are none. */
export function dayBarOf(minutes: readonly BarRow[], start: Micros): BarRow | undefined {
  let day: Mutable<BarRow> | undefined;
  for (const bar of minutes) {
    if (phaseAt(bar.start) !== 'regular') continue;
    if (day === undefined) {
      day = { ...bar, start };
      continue;
    }
    day.time = bar.time;
    day.high = Math.max(day.high, bar.high);
    day.low = Math.min(day.low, bar.low);
    day.close = bar.close;
    day.volume += bar.volume;
    day.count += bar.count;
    day.turnover = day.turnover === 0 || bar.turnover === 0 ? 0 : day.turnover + bar.turnover;
  }
  return day;
}

function newMinute(symbolId: number, start: Micros, price: number): Mutable<BarRow> {
  return {
    kind: 'bar',
    symbolId,
    start,
    time: start + MINUTE,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    count: 0,
    turnover: 0,
  };
}

function quoteOfBar(
  bid: Float64Array,
  bidSize: Float64Array,
  ask: Float64Array,
  askSize: Float64Array,
  row: number,
): [number, number, number, number] {
  return [bid[row] ?? 0, bidSize[row] ?? 0, ask[row] ?? 0, askSize[row] ?? 0];
}

function quoteRow(table: QuoteTable, row: number): QuoteRow {
  return {
    kind: 'quote',
    symbolId: table.symbolId[row] ?? 0,
    time: table.time[row] ?? 0,
    bid: table.bid[row] ?? 0,
    bidSize: table.bidSize[row] ?? 0,
    ask: table.ask[row] ?? 0,
    askSize: table.askSize[row] ?? 0,
  };
}

/** The rows within a range: the first or the last `limit` of them, ascending. */
function rowsOf(table: QuoteTable | PrintTable, { from, to, limit, sort }: RowsQuery): number[] {
  let first = firstAtOrAfter(table, from);
  let end = firstAtOrAfter(table, to + 1);
  if (sort === 'asc') end = Math.min(end, first + limit);
  else first = Math.max(first, end - limit);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function firstAtOrAfter({ time, length }: QuoteTable | PrintTable, wanted: Micros): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
