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
    if (!this.session.covers(table.start[row] ?? 0)) {
      this.line.forget(slot);
      return;
    }
    if (this.sessionOpen[slot] !== this.session.open) {
      this.sessionOpen[slot] = this.session.open;
      this.turnover[slot] = 0;
      this.volume[slot] = 0;
      this.line.forget(slot);
    }
    const shares = table.volume[row] ?? 0;
    const prices = (table.high[row] ?? 0) + (table.low[row] ?? 0) + (table.close[row] ?? 0);
    const volume = (this.volume[slot] ?? 0) + shares;
    this.volume[slot] = volume;
    this.turnover[slot] = (this.turnover[slot] ?? 0) + prices * shares;
    if (volume > 0) this.line.values[this.line.next(slot)] = (this.turnover[slot] ?? 0) / (3 * volume);
  }

  /** Always: its line comes and goes with the time of day. */
  isReady(): boolean {
    return true;
  }
}
