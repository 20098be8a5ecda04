/**
 * Opening range: the high and the low of the first minutes of regular trading. The lines have a value from the
 * bar that ends the range until the session's close, and none before the next range is complete.
 */
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';
import { SessionCursor } from './SessionCursor.js';

/** See the module header. Its bars must be shorter than the range and lie on the grid of the open. */
export class OpeningRange implements Indicator {
  readonly warmUpBars = 0;
  private readonly duration: number;
  private readonly highLine: IndicatorLine;
  private readonly lowLine: IndicatorLine;
  private readonly session = new SessionCursor();
  private readonly sessionOpen: Float64Array;
  private readonly high: Float64Array;
  private readonly low: Float64Array;
  /** 1 until the range of the session has its first value. */
  private readonly isFirst: Uint8Array;

  constructor(high: IndicatorLine, low: IndicatorLine, slots: number, minutes: number) {
    this.duration = minutes * MINUTE;
    this.highLine = high;
    this.lowLine = low;
    this.sessionOpen = new Float64Array(slots).fill(-1);
    this.high = new Float64Array(slots);
    this.low = new Float64Array(slots);
    this.isFirst = new Uint8Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const start = table.start[row] ?? 0;
    if (!this.session.covers(start)) {
      this.skip(slot);
      return;
    }
    const open = this.session.open;
    if (this.sessionOpen[slot] !== open) {
      this.sessionOpen[slot] = open;
      this.high[slot] = -Infinity;
      this.low[slot] = Infinity;
      this.isFirst[slot] = 1;
    }
    if (start < open + this.duration) {
      this.high[slot] = Math.max(this.high[slot] ?? 0, table.high[row] ?? 0);
      this.low[slot] = Math.min(this.low[slot] ?? 0, table.low[row] ?? 0);
    }
    // A symbol that did not trade within the range has none on that day.
    if ((table.time[row] ?? 0) < open + this.duration || this.high[slot] === -Infinity) {
      this.skip(slot);
      return;
    }
    const { highLine, lowLine } = this;
    const isFirst = this.isFirst[slot] === 1;
    this.isFirst[slot] = 0;
    highLine.values[isFirst ? highLine.nextAnew(slot) : highLine.next(slot)] = this.high[slot] ?? 0;
    lowLine.values[isFirst ? lowLine.nextAnew(slot) : lowLine.next(slot)] = this.low[slot] ?? 0;
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    for (let row = from; row < to; row += 1) this.update(slot, table, row);
  }

  /** Always: its lines come and go with the time of day. */
  isReady(): boolean {
    return true;
  }

  private skip(slot: number): void {
    this.highLine.skip(slot);
    this.lowLine.skip(slot);
  }
}
