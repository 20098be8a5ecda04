/**
 * Bars of a quiet run whose hooks were called although nothing of them is written down yet: time, counts, marks and
 * equity. While a strategy only looks at bars and indicators nobody asks for these, and they are written for many bars
 * at once; the first who asks has them brought up to the bar at hand.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { Micros, Money, Shares } from '../domain/units.js';
import { addExact } from '../domain/units.js';
import type { RowsAhead } from '../indicators/RowsAhead.js';
import type { Bar } from '../strategies/Bar.js';
import { required } from '../utils/assert.js';
import type { EquityTrace } from './EquityTrace.js';
import type { KernelClock } from './KernelClock.js';
import type { PositionTracker } from './PositionTracker.js';

/** What it writes to. */
export interface BacklogParts {
  readonly clock: KernelClock;
  readonly tracker: PositionTracker;
  readonly trace: EquityTrace;
  readonly venue: SimulatedVenue;
}

/** Half of the exact range: a product that is a little above it is exact, too. */
const HALF_EXACT = 2 ** 52;

/** See the module header. One per kernel; the run of bars (`BarRun`) opens and settles it. */
export class BarBacklog {
  /** Whether bars wait to be written, the one at hand the last of them. Read-only to others. */
  isOpen = false;
  /** What was read of a row ahead of its time; nobody looks at it, but a reading that goes nowhere is left out. */
  asked = 0.5;
  private readonly parts: BacklogParts;
  private table: BarTable | undefined = undefined;
  /** The cursor that is moved from row to row before each hook. */
  private bar: Bar | undefined = undefined;
  private ahead: RowsAhead | undefined = undefined;
  /** The first row that is not written. */
  private from = 0;
  private shares: Shares = 0;
  /** Where the venue wants the marks of a quiet run; undefined for one with orders at work, of which it is told. */
  private marks: Float64Array | undefined = undefined;

  constructor(parts: BacklogParts) {
    this.parts = parts;
  }

  /** From `row` on bars wait, of which `shares` are held throughout. */
  begin(table: BarTable, row: number, shares: Shares, marks: Float64Array | undefined): void {
    if (this.table !== table) this.table = table;
    this.from = row;
    this.shares = shares;
    if (this.marks !== marks) this.marks = marks;
    this.isOpen = true;
  }

  /** Hooks that are called now look at what `bar` is moved to, with `ahead` known to their strategy. */
  attend(bar: Bar, ahead: RowsAhead): void {
    if (this.bar !== bar) this.bar = bar;
    if (this.ahead !== ahead) this.ahead = ahead;
  }

  private get row(): number {
    return this.bar?.rowAtHand ?? 0;
  }

  /** Event time of the bar at hand. */
  get now(): Micros {
    return this.table?.time[this.row] ?? 0;
  }

  /** Values the position at the close of the bar at hand, for those who only look. */
  mark(): void {
    const { table, row } = this;
    if (table !== undefined) this.parts.tracker.markSole(table.close[row] ?? 0, table.time[row] ?? 0, this.shares);
  }

  /** Writes all up to the hook of the bar at hand, which then goes on as if nothing had waited. */
  catchUp(): void {
    if (this.isOpen !== true) return;
    const { row } = this;
    const { clock } = this.parts;
    this.askForAll(row);
    this.write(row, row + 1);
    clock.inputs += row + 1 - this.from;
    clock.point += 3 * (row - this.from) + 2;
    this.isOpen = false;
  }

  /** Writes all, the hooks of the rows before `end` having asked for nothing. */
  settle(end: number): void {
    this.isOpen = false;
    const { from } = this;
    if (end === from) return;
    const { clock } = this.parts;
    this.write(end, end);
    clock.inputs += end - from;
    clock.point += 3 * (end - from);
  }

  /**
   * Reads the row behind `row`, in which an order that is about to be given may be filled, and those behind the crosses
   * that are known to come, where later ones may be. Their columns lie far apart; the memory answers for many rows in
   * little more time than for one, and while the order is made.
   */
  private askForAll(row: number): void {
    const found = this.ahead?.found;
    this.askFor(row + 1);
    if (this.ahead === undefined || found === undefined) return;
    this.ahead.found = undefined;
    // The value of the bar at hand is the last one that is not ahead.
    const behind = row + this.ahead.rows + 1 - found.end;
    for (let i = 0; i < found.count; i += 1) this.askFor(behind + (found.numbers[i] ?? 0) + 1);
  }

  private askFor(row: number): void {
    const { table } = this;
    if (table === undefined || row >= table.length) return;
    const { start, time, open, high, low, close, volume } = table;
    const prices = (open[row] ?? 0) + (high[row] ?? 0) + (low[row] ?? 0) + (close[row] ?? 0);
    this.asked = prices + (start[row] ?? 0) + (time[row] ?? 0) + (volume[row] ?? 0);
  }

  /** Equity of the rows before `traced`, time and marks of the last of those before `end`. */
  private write(traced: number, end: number): void {
    const { clock, tracker, trace, venue } = this.parts;
    const { from, marks, shares } = this;
    const table = required(this.table, 'the table of a backlog');
    const { close } = table;
    const column = required(trace.soleColumn, 'the column of the equity');
    if (shares === 0) fillLevel(column, trace.count, traced - from, tracker.equity);
    else fillHeld(column, trace.count, close, from, traced, shares, tracker.equityBesideSole);
    trace.count += traced - from;
    const last = end - 1;
    clock.now = table.time[last] ?? 0;
    tracker.markSole(close[last] ?? 0, clock.now, shares);
    if (marks === undefined) venue.endRestingBars(table, from, end);
    else marks[table.symbolId[last] ?? 0] = close[last] ?? 0;
  }
}

/** Writes one value `rows` times from a place on; a loop, as most stretches are too short for a call of `fill`. */
function fillLevel(column: Float64Array, at: number, rows: number, equity: Money): void {
  const end = (at + rows) | 0;
  let to = at | 0;
  for (; ((to + 3) | 0) < end; to = (to + 4) | 0) {
    column[to] = equity;
    column[(to + 1) | 0] = equity;
    column[(to + 2) | 0] = equity;
    column[(to + 3) | 0] = equity;
  }
  for (; to < end; to = (to + 1) | 0) column[to] = equity;
}

/** Writes from a place on what `shares` are worth at the closes of [from, before), with the `rest` of the equity. */
function fillHeld(
  column: Float64Array,
  at: number,
  close: Float64Array,
  from: number,
  before: number,
  shares: Shares,
  rest: Money,
): void {
  const end = before | 0;
  const most = HALF_EXACT / Math.abs(shares);
  let to = at | 0;
  let row = from | 0;
  for (; ((row + 3) | 0) < end; row = (row + 4) | 0) {
    const one = close[row] ?? 0;
    const two = close[(row + 1) | 0] ?? 0;
    const three = close[(row + 2) | 0] ?? 0;
    const four = close[(row + 3) | 0] ?? 0;
    if (!(one <= most && two <= most && three <= most && four <= most)) break;
    column[to] = rest + one * shares;
    column[(to + 1) | 0] = rest + two * shares;
    column[(to + 2) | 0] = rest + three * shares;
    column[(to + 3) | 0] = rest + four * shares;
    to = (to + 4) | 0;
  }
  for (; row < end; row = (row + 1) | 0) {
    column[to] = rest + addExact((close[row] ?? 0) * shares, 0);
    to = (to + 1) | 0;
  }
}
