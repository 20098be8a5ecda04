/**
 * Bars of a quiet run whose hooks were called although nothing of them is written down yet: time, counts, marks and
 * equity. While a strategy only looks at bars and indicators nobody asks for these, and they are written for many bars
 * at once; the first who asks has them brought up to the bar at hand.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { Micros, Shares } from '../domain/units.js';
import { addExact } from '../domain/units.js';
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

/** See the module header. One per kernel; the run of bars (`BarRun`) opens and settles it. */
export class BarBacklog {
  /** Whether bars wait to be written, the one at {@link row} the last of them. Read-only to others. */
  isOpen = false;
  /** The row of the bar at hand; set by the run before each hook. */
  row = 0;
  /** What was read of a row ahead of its time; nobody looks at it, but a reading that goes nowhere is left out. */
  asked = 0.5;
  private readonly parts: BacklogParts;
  private table: BarTable | undefined = undefined;
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
    this.row = row;
    this.from = row;
    this.shares = shares;
    if (this.marks !== marks) this.marks = marks;
    this.isOpen = true;
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
    this.askFor(row + 1);
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
   * Reads all of a row in which an order that is about to be given may be filled: its columns lie far apart, and the
   * memory answers while the order is made.
   */
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
    let { count } = trace;
    if (shares === 0) {
      const { equity } = tracker;
      // A loop, as most stretches are too short for a call out of the compiled code.
      const end = count + traced - from;
      for (; count < end; count += 1) column[count] = equity;
    } else {
      const rest = tracker.equityBesideSole;
      for (let row = from; row < traced; row += 1) {
        column[count] = rest + addExact((close[row] ?? 0) * shares, 0);
        count += 1;
      }
    }
    trace.count = count;
    const last = end - 1;
    clock.now = table.time[last] ?? 0;
    tracker.markSole(close[last] ?? 0, clock.now, shares);
    if (marks === undefined) venue.endRestingBars(table, from, end);
    else marks[table.symbolId[last] ?? 0] = close[last] ?? 0;
  }
}
