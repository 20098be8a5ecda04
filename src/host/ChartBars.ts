/**
 * Bars of every symbol for charts: seconds and minutes built from the session's prints (or taken as the stream
 * brings them), longer ones put together on request. Reads the same batches as the kernel, decides nothing.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { barEnd, barStart } from '../calendar/barGrid.js';
import { phaseAt } from '../calendar/sessions.js';
import type { Bars } from '../contracts/index.js';
import type { BarTable, MarketBatch, PrintTable } from '../domain/marketTables.js';
import { copyRow, createBarTable } from '../domain/tables.js';
import { MINUTE, TIMEFRAME_DURATION, type Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { BarBuilder } from '../engine/BarBuilder.js';
import type { Units } from './views.js';

/** Most rows kept per symbol and base timeframe; the older half goes when it is reached. */
const MAX_ROWS = 24_000;

const PHASES = { premarket: 0, regular: 1, afterHours: 2, closed: 2 } as const;

/** One bar on its way to the screen; prices at the session's scale. */
interface ChartBar {
  readonly start: Micros;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** See the module header. */
export class ChartBars {
  readonly #units: Units;
  readonly #seconds: BarBuilder;
  readonly #minutes: BarBuilder;
  /** Finished bars by symbol id, per timeframe that is kept. */
  readonly #kept = new Map<Timeframe, BarTable[]>();
  readonly #closed = { '1s': createBarTable('1s', 64), '1m': createBarTable('1m', 64) };
  readonly #forming = createBarTable('1s', 1);

  constructor(units: Units) {
    this.#units = units;
    this.#seconds = new BarBuilder('1s', units.symbols.length);
    this.#minutes = new BarBuilder('1m', units.symbols.length);
  }

  /** Takes a batch; prints of one table are in the order of time. */
  observe(batch: MarketBatch): void {
    for (const table of batch.tables) {
      if (table.kind === 'print') this.#observePrints(table);
      else if (table.kind === 'bar') for (let row = 0; row < table.length; row += 1) this.#keep(table, row);
    }
  }

  /**
   * The newest `limit` bars of a symbol that start before `before`, oldest first, the forming one included.
   * Timeframes below a minute are made of seconds, others of minutes; where the stream brings only longer bars,
   * those.
   */
  bars(symbolId: number, timeframe: Timeframe, limit: number, before: Micros): Bars {
    const base = this.#baseOf(symbolId, timeframe);
    const bars = this.#grouped(symbolId, base, timeframe, before);
    const vwap = sessionVwap(bars);
    const first = Math.max(0, bars.length - limit);
    const shown = bars.slice(first);
    const dollars = (price: number): number => price / this.#units.priceScale;
    return {
      symbol: this.#units.symbols[symbolId] ?? '',
      timeframe,
      time: shown.map((bar) => bar.start),
      open: shown.map((bar) => dollars(bar.open)),
      high: shown.map((bar) => dollars(bar.high)),
      low: shown.map((bar) => dollars(bar.low)),
      close: shown.map((bar) => dollars(bar.close)),
      volume: shown.map((bar) => bar.volume),
      vwap: vwap.slice(first).map((price) => (price === null ? null : dollars(price))),
      phase: shown.map((bar) => PHASES[phaseAt(bar.start)]),
    };
  }

  #observePrints(table: PrintTable): void {
    for (let row = 0; row < table.length; row += 1) {
      const time = table.time[row] ?? 0;
      if (this.#seconds.nextEnd <= time) this.#close(this.#seconds, this.#closed['1s'], time);
      if (this.#minutes.nextEnd <= time) this.#close(this.#minutes, this.#closed['1m'], time);
      this.#seconds.addPrint(table, row);
      this.#minutes.addPrint(table, row);
    }
  }

  #close(builder: BarBuilder, closed: BarTable, time: Micros): void {
    closed.length = 0;
    builder.closeDue(time, closed);
    for (let row = 0; row < closed.length; row += 1) {
      const symbolId = closed.symbolId[row] ?? 0;
      const before = this.#tableOf(closed.timeframe, symbolId);
      const late = builder.takeLateVolume(symbolId);
      if (before.length > 0) before.volume[before.length - 1] = (before.volume[before.length - 1] ?? 0) + late;
      this.#keep(closed, row);
    }
  }

  #keep(table: BarTable, row: number): void {
    const kept = this.#tableOf(table.timeframe, table.symbolId[row] ?? 0);
    if (kept.length >= MAX_ROWS) dropOlderHalf(kept);
    copyRow(table, row, kept);
  }

  #tableOf(timeframe: Timeframe, symbolId: number): BarTable {
    let tables = this.#kept.get(timeframe);
    if (tables === undefined) {
      tables = this.#units.symbols.map(() => createBarTable(timeframe, 0));
      this.#kept.set(timeframe, tables);
    }
    const table = tables[symbolId];
    if (table === undefined) throw new RangeError(`the session has no symbol ${symbolId}`);
    return table;
  }

  /** The longest kept timeframe that fits into the wanted one. */
  #baseOf(symbolId: number, timeframe: Timeframe): Timeframe {
    const wanted = TIMEFRAME_DURATION[timeframe];
    const preferred: Timeframe = wanted < MINUTE ? '1s' : '1m';
    if (this.#tableOf(preferred, symbolId).length > 0) return preferred;
    let best: Timeframe = preferred;
    for (const [kept, tables] of this.#kept) {
      if (TIMEFRAME_DURATION[kept] <= wanted && (tables[symbolId]?.length ?? 0) > 0) best = kept;
    }
    return best;
  }

  #grouped(symbolId: number, base: Timeframe, timeframe: Timeframe, before: Micros): ChartBar[] {
    const bars: ChartBar[] = [];
    const table = this.#tableOf(base, symbolId);
    let end: Micros = -Infinity;
    const add = (from: BarTable, row: number): void => {
      const start = from.start[row] ?? 0;
      if (start >= before) return;
      const last = bars[bars.length - 1];
      if (last !== undefined && start < end) {
        last.high = Math.max(last.high, from.high[row] ?? 0);
        last.low = Math.min(last.low, from.low[row] ?? 0);
        last.close = from.close[row] ?? 0;
        last.volume += from.volume[row] ?? 0;
        return;
      }
      const groupStart = base === timeframe ? start : barStart(start, timeframe);
      const groupEnd = base === timeframe ? start + 1 : barEnd(start, timeframe);
      // A daily bar covers regular hours only.
      if (groupStart === undefined || groupEnd === undefined) return;
      end = groupEnd;
      bars.push({
        start: groupStart,
        open: from.open[row] ?? 0,
        high: from.high[row] ?? 0,
        low: from.low[row] ?? 0,
        close: from.close[row] ?? 0,
        volume: from.volume[row] ?? 0,
      });
    };
    for (let row = 0; row < table.length; row += 1) add(table, row);
    const builder = base === '1s' ? this.#seconds : base === '1m' ? this.#minutes : undefined;
    this.#forming.length = 0;
    if (builder?.copyForming(symbolId, this.#forming) === true) add(this.#forming, 0);
    return bars;
  }
}

/** VWAP per bar from typical prices, begun anew at each regular open and each New York date; null before volume. */
function sessionVwap(bars: readonly ChartBar[]): (number | null)[] {
  let date = Number.NaN;
  let regular = false;
  let value = 0;
  let volume = 0;
  return bars.map((bar) => {
    const day = newYorkDate(bar.start);
    const isRegular = phaseAt(bar.start) === 'regular';
    if (day !== date || (isRegular && !regular)) {
      value = 0;
      volume = 0;
    }
    date = day;
    regular = isRegular;
    value += ((bar.high + bar.low + bar.close) / 3) * bar.volume;
    volume += bar.volume;
    return volume === 0 ? null : value / volume;
  });
}

function dropOlderHalf(table: BarTable): void {
  const from = table.length >> 1;
  for (const column of [
    table.symbolId,
    table.time,
    table.start,
    table.open,
    table.high,
    table.low,
    table.close,
    table.volume,
  ]) {
    column.copyWithin(0, from, table.length);
  }
  table.length -= from;
}
