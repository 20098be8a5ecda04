/** The equity curve of a run while it grows: columns, one point per instant or per length of time. */
import type { BarTable } from '../domain/marketTables.js';
import type { DurationMicros, Micros, Money, Price } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { EquityTrace } from '../engine/EquityTrace.js';
import type { Kernel } from '../engine/Kernel.js';
import type { EquityRoom } from './EquityRoom.js';
import { logReturns, marketReturns } from './returns.js';
import type { EquityCurve, MarketReturns } from './returns.js';

/** What is read at the end of a run. */
export interface EquityRecorder {
  /** Gives the last point the value that the run ended with. */
  amendLast(equity: Money): void;
  /** Times, and equity in dollars. Columns are shared, not copied. */
  readonly curve: EquityCurve;
  /** Dollars of the first symbol at each point. */
  readonly benchmark: Float64Array;
  /** Log returns of {@link benchmark}, if it has a price at every point and they are known without reckoning anew. */
  readonly benchmarkReturns?: MarketReturns | undefined;
}

/** What a column of closes is in dollars, and its log returns: the same in every run over it. */
interface DollarCloses {
  readonly priceScale: number;
  readonly closes: Float64Array;
  returns: MarketReturns | undefined;
}

/** How many times of a column are known to rise, so that a sweep over one table looks once. Columns never change. */
const RISING = new WeakMap<Float64Array, number>();
/** Closes of a whole column in dollars. */
const DOLLARS = new WeakMap<Float64Array, DollarCloses>();
/** The same for how many closes are known to be above 0. */
const TRADED = new WeakMap<Float64Array, number>();

/**
 * The recorder for bars of one symbol, of which every row is an instant: their own columns hold all but the equity,
 * so that the hot loop writes one number per bar.
 */
export class BarEquityRecorder implements EquityRecorder {
  private readonly table: BarTable;
  private readonly priceScale: number;
  private readonly trace: EquityTrace;
  /** Micro-dollars. */
  private readonly money: Float64Array;
  private readonly room: EquityRoom | undefined;
  private known: DollarCloses | undefined = undefined;

  /** Whether a table is of that kind. */
  static suits(table: BarTable, symbolCount: number): boolean {
    if (symbolCount !== 1) return false;
    const { time, length } = table;
    const known = RISING.get(time);
    if (known !== undefined && known >= length) return true;
    for (let row = 1; row < length; row += 1) if ((time[row] ?? 0) <= (time[row - 1] ?? 0)) return false;
    RISING.set(time, length);
    return true;
  }

  /** Records from now on what the kernel traces, into `room` if there is one. */
  constructor(table: BarTable, priceScale: number, trace: EquityTrace, room?: EquityRoom) {
    this.table = table;
    this.priceScale = priceScale;
    this.trace = trace;
    this.room = room;
    this.money = room?.money(table.length) ?? new Float64Array(table.length);
    trace.recordInto(this.money, hasTraded(table));
  }

  amendLast(equity: Money): void {
    const { count } = this.trace;
    if (count > 0) this.money[count - 1] = equity;
  }

  get curve(): EquityCurve {
    const { count } = this.trace;
    const equity = this.room?.dollars(count) ?? new Float64Array(count);
    return { time: this.table.time.subarray(0, count), equity: divided(this.money, DOLLAR, equity) };
  }

  get benchmark(): Float64Array {
    return this.dollars.closes.subarray(0, this.trace.count);
  }

  get benchmarkReturns(): MarketReturns | undefined {
    // Of a run that ended early they would be fewer.
    if (!hasTraded(this.table) || this.trace.count !== this.table.length) return undefined;
    const dollars = this.dollars;
    dollars.returns ??= marketReturns(logReturns(dollars.closes));
    return dollars.returns;
  }

  private get dollars(): DollarCloses {
    this.known ??= this.dollarCloses();
    return this.known;
  }

  private dollarCloses(): DollarCloses {
    const { table, priceScale } = this;
    const known = DOLLARS.get(table.close);
    if (known?.priceScale === priceScale && holds(known.closes, table, priceScale)) return known;
    const dollars = {
      priceScale,
      closes: divided(table.close, priceScale, new Float64Array(table.length)),
      returns: undefined,
    };
    DOLLARS.set(table.close, dollars);
    return dollars;
  }
}

/** Whether closes are still what their column says: somebody may have written other prices into it. */
function holds(closes: Float64Array, { close, length }: BarTable, priceScale: number): boolean {
  if (closes.length !== length) return false;
  for (let row = 0; row < length; row += 1) if (closes[row] !== (close[row] ?? 0) / priceScale) return false;
  return true;
}

/** Writes the first values of a column as parts of `unit`, as many as there is room for, and gives them back. */
function divided(column: Float64Array, unit: number, into: Float64Array): Float64Array {
  for (let index = 0; index < into.length; index += 1) into[index] = (column[index] ?? 0) / unit;
  return into;
}

/** Whether every close is a price. */
function hasTraded({ close, length }: BarTable): boolean {
  const known = TRADED.get(close);
  if (known !== undefined && known >= length) return true;
  for (let row = 0; row < length; row += 1) if (!((close[row] ?? 0) > 0)) return false;
  TRADED.set(close, length);
  return true;
}

/** The recorder for any market. */
export class TimedEquityRecorder implements EquityRecorder {
  private readonly time: number[] = [];
  private readonly equity: number[] = [];
  private readonly prices: number[] = [];
  private readonly interval: DurationMicros;
  private readonly priceScale: number;

  /**
   * Records from now on. `interval` is the length of time within which only the last point is kept; 0 keeps every
   * instant.
   */
  constructor(interval: DurationMicros, priceScale: number, kernel: Kernel) {
    this.interval = interval;
    this.priceScale = priceScale;
    kernel.trace.listen(() => {
      this.add(kernel.now, kernel.tracker.equity, kernel.tracker.lastPrice[0] ?? 0);
    });
  }

  amendLast(equity: Money): void {
    if (this.equity.length > 0) this.equity[this.equity.length - 1] = equity / DOLLAR;
  }

  get curve(): EquityCurve {
    return { time: Float64Array.from(this.time), equity: Float64Array.from(this.equity) };
  }

  get benchmark(): Float64Array {
    return Float64Array.from(this.prices);
  }

  private add(time: Micros, equity: Money, price: Price): void {
    let at = this.time.length;
    if (this.interval > 0 && at > 0) {
      const last = this.time[at - 1] ?? 0;
      if (Math.floor(last / this.interval) === Math.floor(time / this.interval)) at -= 1;
    }
    this.time[at] = time;
    this.equity[at] = equity / DOLLAR;
    this.prices[at] = price / this.priceScale;
  }
}
