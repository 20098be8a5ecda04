/**
 * What happens at the end of every instant: the equity goes into a column that the host has given, and whoever
 * listens is called. A column costs a backtest nothing; a listener is a call per instant.
 */
import type { PositionTracker } from './PositionTracker.js';

/** See the module header. */
export class EquityTrace {
  /** Instants recorded so far; 0 without a column. */
  count = 0;
  private readonly tracker: PositionTracker;
  private readonly listeners: (() => void)[] = [];
  private column: Float64Array = new Float64Array(0);
  private isRecording = false;
  /** Whether the host vouches that the session is one of bars whose times rise and whose closes are above 0. */
  hasSoundBars = false;

  constructor(tracker: PositionTracker) {
    this.tracker = tracker;
  }

  /**
   * From now on the equity of every instant, in micro-dollars, is written there in order. It has room for all, and
   * times never go back. `hasSoundBars` vouches that only bars come, with times that rise from bar to bar and closes
   * above 0.
   */
  recordInto(column: Float64Array, hasSoundBars: boolean): void {
    this.column = column;
    this.isRecording = true;
    this.hasSoundBars = hasSoundBars;
  }

  /** Whether it is known that no row is earlier than the one before. */
  get timesRise(): boolean {
    return this.isRecording;
  }

  /** Has `listener` called at the end of every instant, after the column is written. */
  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The column, if writing there at {@link count} is all that there is to do at the end of an instant. */
  get soleColumn(): Float64Array | undefined {
    return this.isRecording && this.listeners.length === 0 ? this.column : undefined;
  }

  /** The end of an instant. */
  add(): void {
    if (this.isRecording) {
      this.column[this.count] = this.tracker.equity;
      this.count += 1;
    }
    const { listeners } = this;
    for (let i = 0; i < listeners.length; i += 1) listeners[i]?.();
  }
}
