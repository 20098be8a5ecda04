/** The equity curve of a run over one table of bars of many symbols. */
import type { BarTable } from '../domain/marketTables.js';
import type { Money } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { EquityTrace } from '../engine/EquityTrace.js';
import type { EquityRecorder } from './EquityRecorder.js';
import type { EquityCurve } from './returns.js';

/** Instants of the rows of a column of times, so that a sweep over one table counts once. Columns never change. */
const COUNTED = new WeakMap<Float64Array, { readonly rows: number; readonly instants: number }>();

/** One point per instant: only the equity is written while the run goes on, what else there is lies in the table. */
export class MergedEquityRecorder implements EquityRecorder {
  private readonly table: BarTable;
  private readonly priceScale: number;
  private readonly trace: EquityTrace;
  /** Micro-dollars. */
  private readonly money: Float64Array;

  /** The recorder of a table; undefined if its times go back. It records from now on what the kernel traces. */
  static of(table: BarTable, priceScale: number, trace: EquityTrace): MergedEquityRecorder | undefined {
    const instants = countInstants(table);
    return instants === undefined ? undefined : new MergedEquityRecorder(table, priceScale, trace, instants);
  }

  private constructor(table: BarTable, priceScale: number, trace: EquityTrace, instants: number) {
    this.table = table;
    this.priceScale = priceScale;
    this.trace = trace;
    this.money = new Float64Array(instants);
    trace.recordInto(this.money, false);
  }

  amendLast(equity: Money): void {
    const { count } = this.trace;
    if (count > 0) this.money[count - 1] = equity;
  }

  get curve(): EquityCurve {
    const { count } = this.trace;
    const time = new Float64Array(count);
    this.forEachInstant((point, lastRow) => (time[point] = this.table.time[lastRow] ?? 0));
    return { time, equity: this.money.subarray(0, count).map((money) => money / DOLLAR) };
  }

  get benchmark(): Float64Array {
    const { symbolId, close } = this.table;
    const prices = new Float64Array(this.trace.count);
    let price = 0;
    let row = 0;
    this.forEachInstant((point, lastRow) => {
      for (; row <= lastRow; row += 1) if (symbolId[row] === 0) price = close[row] ?? 0;
      prices[point] = price / this.priceScale;
    });
    return prices;
  }

  /** Gives each point that was traced with the last row of its instant. */
  private forEachInstant(take: (point: number, lastRow: number) => void): void {
    const { time, length } = this.table;
    let point = 0;
    for (let row = 0; row < length && point < this.trace.count; row += 1) {
      if (row + 1 < length && time[row + 1] === time[row]) continue;
      take(point, row);
      point += 1;
    }
  }
}

/** How many different times the rows of a table have; undefined if they go back. */
function countInstants({ time, length }: BarTable): number | undefined {
  const known = COUNTED.get(time);
  if (known?.rows === length) return known.instants;
  let instants = length > 0 ? 1 : 0;
  for (let row = 1; row < length; row += 1) {
    const step = (time[row] ?? 0) - (time[row - 1] ?? 0);
    if (step < 0) return undefined;
    if (step > 0) instants += 1;
  }
  COUNTED.set(time, { rows: length, instants });
  return instants;
}
