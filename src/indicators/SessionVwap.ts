/**
 * Volume-weighted average price since the open of regular trading, on the typical price (high + low + close) / 3
 * of each bar. No value before the first bar with volume of a session, nor outside regular hours.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';
import { SessionCursor } from './SessionCursor.js';

/** See the module header. */
export class SessionVwap implements Indicator {
  readonly warmUpBars = 0;
  private readonly line: IndicatorLine;
  private readonly session = new SessionCursor();
  private readonly sessionOpen: Float64Array;
  /** Sums of 3 × typical price × volume, and of volume. */
  private readonly turnover: Float64Array;
  private readonly volume: Float64Array;

  constructor(line: IndicatorLine, slots: number) {
    this.line = line;
    this.sessionOpen = new Float64Array(slots).fill(-1);
    this.turnover = new Float64Array(slots);
    this.volume = new Float64Array(slots);
  }

  update(slot: number, table: BarTable, row: number): void {
    const { line, session } = this;
    if (!session.covers(table.start[row] ?? 0)) {
      line.skip(slot);
      return;
    }
    const isNew = this.sessionOpen[slot] !== session.open;
    const shares = table.volume[row] ?? 0;
    const prices = (table.high[row] ?? 0) + (table.low[row] ?? 0) + (table.close[row] ?? 0);
    const volume = (isNew ? 0 : (this.volume[slot] ?? 0)) + shares;
    const turnover = (isNew ? 0 : (this.turnover[slot] ?? 0)) + prices * shares;
    this.sessionOpen[slot] = session.open;
    this.volume[slot] = volume;
    this.turnover[slot] = turnover;
    if (volume > 0) line.values[isNew ? line.nextAnew(slot) : line.next(slot)] = turnover / (3 * volume);
    else line.skip(slot);
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const { line, session } = this;
    const { start, high, low, close, volume } = table;
    let row = from;
    while (row < to) {
      // The first bar of a session, and what lies outside, one by one; the rest of the session at once.
      this.update(slot, table, row);
      row += 1;
      if (!session.covers(start[row - 1] ?? 0) || !((this.volume[slot] ?? 0) > 0)) continue;
      const { open, close: end } = session;
      const { values, mask } = line;
      const first = row;
      const ahead = line.nextMany(0) - row;
      let shares = this.volume[slot] ?? 0;
      let turnover = this.turnover[slot] ?? 0;
      for (; row < to; row += 1) {
        const begun = start[row] ?? 0;
        if (begun < open || begun >= end) break;
        const traded = volume[row] ?? 0;
        shares += traded;
        turnover += ((high[row] ?? 0) + (low[row] ?? 0) + (close[row] ?? 0)) * traded;
        values[(ahead + row) & mask] = turnover / (3 * shares);
      }
      line.nextMany(row - first);
      this.volume[slot] = shares;
      this.turnover[slot] = turnover;
    }
  }

  /** Always: its line comes and goes with the time of day. */
  isReady(): boolean {
    return true;
  }
}
