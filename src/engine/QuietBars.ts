/**
 * The fast path of backtests: bars of one symbol, each an instant of its own, while no order works and nothing is
 * due. What the kernel does in such an instant beside observing the bar and calling its hook has no effect and is
 * left out; inputs and decision points are counted all the same.
 *
 * Everything rare ends the run instead of being done in the loop: a loop without calls, but for the hook, is one
 * in which the compiler keeps what it has loaded and checked.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import type { BarTable } from '../domain/marketTables.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { EquityTrace } from './EquityTrace.js';
import type { KernelClock } from './KernelClock.js';
import type { LossGuard } from './LossGuard.js';
import type { PositionTracker } from './PositionTracker.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { StreamRouter } from './StreamRouter.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';

/** What a run of quiet bars works with. */
export interface QuietBarsParts {
  readonly clock: KernelClock;
  readonly sessions: SessionClock;
  readonly timers: Timers;
  readonly venue: SimulatedVenue;
  readonly tracker: PositionTracker;
  readonly router: StreamRouter;
  readonly runner: StrategyRunner;
  readonly manager: TradeManager;
  readonly lossGuard: LossGuard;
  readonly trace: EquityTrace;
  /** Takes and applies what the venue reports; a new decision point. */
  readonly drain: () => void;
}

/** See the module header. */
export class QuietBars {
  private readonly parts: QuietBarsParts;

  constructor(parts: QuietBarsParts) {
    this.parts = parts;
  }

  /**
   * Consumes rows from `row` on, up to `taken`, and returns the first row that is not consumed. The caller has made
   * sure that no order works and nothing is due at the venue, and that the indicators have taken the rows in
   * (`StrategyRunner.observeAhead`). Ends with the row on which an order was given.
   */
  run(code: number, table: BarTable, row: number, taken: number): number {
    const { clock, sessions, timers, venue, tracker, router, runner, manager, lossGuard, trace } = this.parts;
    const listener = runner.soleListener(code);
    if (listener === undefined || !router.isPlain(code)) return row;
    const marks = venue.beginQuietBars(table, row);
    if (marks === undefined) return row;
    const { ahead, instance } = listener;
    const { time, close, length } = table;
    const symbolId = table.symbolId[row] ?? 0;
    const isGuarded = lossGuard.isArmed;
    const shares = tracker.soleShares;
    const end = Math.min(router.nextClose, sessions.nextBoundary);
    let next = row;
    let isOver = false;
    while (next < taken) {
      const at = time[next] ?? 0;
      if (at >= end || at > timers.nextDue) break;
      if (next + 1 < length && time[next + 1] === at) break;
      if (at > clock.now) clock.now = at;
      const price = close[next] ?? 0;
      if (price > 0) marks[symbolId] = price;
      if (shares === undefined) tracker.onBar(table, next);
      else tracker.markSole(price, at, shares);
      ahead.rows -= 1;
      clock.inputs += 1;
      clock.point += 2;
      runner.deliverSole(instance, table, next);
      next += 1;
      isOver = manager.openCount !== 0;
      if (isOver) break;
      clock.point += 1;
      if (isGuarded) lossGuard.check();
      trace.add();
      // The loss limit may have closed the position.
      if (manager.openCount !== 0) break;
    }
    venue.endQuietBars(table, row, next);
    if (isOver) {
      this.parts.drain();
      if (isGuarded) lossGuard.check();
      trace.add();
    }
    return next;
  }
}
