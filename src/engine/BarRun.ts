/**
 * The fast path of backtests: a run of bars of one symbol, each an instant of its own, to which strategies listen.
 *
 * While no order works and nothing is due, what the kernel does in such an instant beside observing the bar and
 * calling the hooks has no effect and is left out; inputs and decision points are counted all the same. With an order
 * at work every step is taken, by {@link BarRun.fullBar}. Everything rare ends the run instead of being done in it:
 * a loop without calls, but for the hooks, is one in which the compiler keeps what it has loaded and checked.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import type { BarTable } from '../domain/marketTables.js';
import type { KernelSink, SimulatedVenue } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { BarBacklog } from './BarBacklog.js';
import type { BarListener } from './BarListeners.js';
import type { EquityTrace } from './EquityTrace.js';
import type { KernelClock } from './KernelClock.js';
import type { LossGuard } from './LossGuard.js';
import type { PositionTracker } from './PositionTracker.js';
import type { PromptOrders } from './PromptOrders.js';
import { firstRowAt } from './rowTimes.js';
import type { EquityGuard } from './EquityGuard.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { StreamRouter } from './StreamRouter.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What a run of bars works with. */
export interface BarRunParts {
  readonly clock: KernelClock;
  readonly sessions: SessionClock;
  readonly timers: Timers;
  readonly venue: SimulatedVenue;
  readonly tracker: PositionTracker;
  readonly router: StreamRouter;
  readonly runner: StrategyRunner;
  readonly manager: TradeManager;
  readonly lossGuard: LossGuard;
  readonly guard: EquityGuard;
  readonly trace: EquityTrace;
  readonly backlog: BarBacklog;
  readonly orchestrator: TradeOrchestrator;
  readonly sink: KernelSink;
  /** Takes and applies what the venue reports; a new decision point. */
  readonly drain: () => void;
}

/** See the module header. */
export class BarRun {
  private readonly clock: KernelClock;
  private readonly sessions: SessionClock;
  private readonly timers: Timers;
  private readonly venue: SimulatedVenue;
  private readonly tracker: PositionTracker;
  private readonly router: StreamRouter;
  private readonly runner: StrategyRunner;
  private readonly manager: TradeManager;
  private readonly lossGuard: LossGuard;
  private readonly guard: EquityGuard;
  private readonly trace: EquityTrace;
  private readonly backlog: BarBacklog;
  private readonly prompt: PromptOrders;
  private readonly sink: KernelSink;
  private readonly drain: () => void;

  constructor(parts: BarRunParts) {
    this.clock = parts.clock;
    this.sessions = parts.sessions;
    this.timers = parts.timers;
    this.venue = parts.venue;
    this.tracker = parts.tracker;
    this.router = parts.router;
    this.runner = parts.runner;
    this.manager = parts.manager;
    this.lossGuard = parts.lossGuard;
    this.guard = parts.guard;
    this.trace = parts.trace;
    this.backlog = parts.backlog;
    this.prompt = parts.orchestrator.prompt;
    this.sink = parts.sink;
    this.drain = parts.drain;
  }

  /**
   * Consumes rows from `row` on, up to `taken`, and returns the first row that is not consumed. The caller has made
   * sure that nothing is due at the venue if no order works, and that the indicators have taken the rows in
   * (`BarListeners.observeAhead`).
   */
  run(code: number, table: BarTable, row: number, taken: number): number {
    const {
      clock,
      sessions,
      timers,
      venue,
      tracker,
      router,
      runner,
      manager,
      lossGuard,
      guard,
      trace,
      backlog,
      prompt,
    } = this;
    const listeners = runner.bars.runListeners(code);
    const close = router.closeAfter(code, table.start[row] ?? 0);
    if (listeners === undefined || close === undefined) return row;
    const end = Math.min(close, sessions.nextBoundary);
    const begun = table.time[row] ?? 0;
    if (begun >= end || begun < this.clock.now) return row;
    const isIdle = manager.openCount === 0;
    let marks = isIdle ? venue.beginQuietBars(table, row) : undefined;
    if (isIdle && marks === undefined) return row;
    const { time, length } = table;
    const symbolId = table.symbolId[row] ?? 0;
    const isGuarded = lossGuard.isArmed;
    const equity = trace.soleColumn;
    let shares = tracker.soleShares;
    let quietFrom = row;
    let next = row;
    // Rows before this one come before anything else does, as long as the first timer is due then.
    let stop = row;
    let due: Micros = 0;
    // The loss limit looks at every bar, and at open orders; a listener may look at anything.
    const isUnwatched = !isGuarded && equity !== undefined;
    const isPrompt = isUnwatched && prompt.suits(listeners, this.sink);
    const mayWait = isUnwatched && trace.hasSoundBars;
    const isMortal = guard.isArmed;
    prompt.isOpen = isPrompt && isIdle;
    runner.beginRun(listeners, table);
    while (next < taken) {
      const at = time[next] ?? 0;
      // A late row counts as now, which is for the kernel itself.
      if (at >= end || at > timers.nextDue || at < clock.now) break;
      if (next + 1 < length && time[next + 1] === at) break;
      if (marks === undefined) {
        if (venue.nextDue() < at) break;
        const passed = mayWait ? this.restingBars(table, next, taken, end, listeners) : next;
        if (passed === next) this.fullBar(code, table, next, listeners);
        next = Math.max(passed, next + 1);
        if (manager.openCount !== 0 || venue.nextDue() !== Infinity) continue;
        marks = venue.beginQuietBars(table, next);
        if (marks === undefined) break;
        shares = tracker.soleShares;
        quietFrom = next;
        prompt.isOpen = isPrompt;
        runner.beginRun(listeners, table);
        continue;
      }
      const isNew = at > clock.now;
      if (prompt.isHeld === true) {
        this.fillPrompt(table, next, marks);
        quietFrom = next + 1;
        shares = tracker.soleShares;
      }
      if (mayWait && shares !== undefined && isNew) {
        if (next >= stop || timers.nextDue !== due) {
          due = timers.nextDue;
          stop = firstRowAt(time, next, taken, Math.min(end, due + 1));
        }
        const until = isMortal ? guard.before(table, next, stop, shares) : stop;
        if (until === next) {
          this.guardedBar(code, table, next, listeners, marks, quietFrom);
          marks = undefined;
          next += 1;
          break;
        }
        backlog.begin(table, next, shares, marks);
        const begun = next;
        next = runner.deliverWaiting(listeners, backlog, next, until);
        if (isMortal) guard.pass(table, begun, backlog.isOpen === true ? until : next + 1);
        if (backlog.isOpen === true) {
          backlog.settle(until);
          continue;
        }
      } else {
        if (isNew) clock.now = at;
        const price = table.close[next] ?? 0;
        if (price > 0) marks[symbolId] = price;
        if (shares === undefined) tracker.onBar(table, next);
        else tracker.markSole(price, at, shares);
        if (isMortal && guard.isDue()) {
          this.guardedBar(code, table, next, listeners, marks, quietFrom);
          marks = undefined;
          next += 1;
          break;
        }
        runner.bars.uncoverBar(code);
        clock.inputs += 1;
        clock.point += 2;
        runner.deliverRow(listeners, next);
      }
      next += 1;
      if (prompt.isHeld === true) {
        venue.endQuietBars(table, quietFrom, next);
        quietFrom = next;
        const then = time[next] ?? 0;
        const isAlone = next + 1 >= length || time[next + 1] !== then;
        const isPlain = next < taken && then < end && then <= timers.nextDue && isAlone;
        if (!isPlain || !prompt.judge(table, next)) prompt.submit();
      }
      if (manager.openCount === 0) {
        clock.point += 1;
        if (isGuarded) lossGuard.check();
        if (equity === undefined) trace.add();
        else {
          equity[trace.count] = tracker.equity;
          trace.count += 1;
        }
        // The loss limit may have closed the position.
        if (manager.openCount === 0) continue;
        venue.endQuietBars(table, quietFrom, next);
      } else {
        venue.endQuietBars(table, quietFrom, next);
        runner.releaseBars(listeners);
        // What goes on behind a report is of the next instant, and nothing looks at what waits before that.
        prompt.isOpen = false;
        this.drain();
        if (isGuarded) lossGuard.check();
        trace.add();
      }
      marks = undefined;
      prompt.isOpen = false;
    }
    prompt.isOpen = false;
    if (marks !== undefined) venue.endQuietBars(table, quietFrom, next);
    runner.releaseBars(listeners);
    router.observeRun(code, table, row, next);
    return next;
  }

  /** Lets a row come to the prompt order that it fills; it is counted with its hook. */
  private fillPrompt(table: BarTable, row: number, marks: Float64Array): void {
    const { clock, tracker } = this;
    const at = table.time[row] ?? 0;
    const price = table.close[row] ?? 0;
    if (at > clock.now) clock.now = at;
    if (price > 0) marks[table.symbolId[row] ?? 0] = price;
    tracker.onBar(table, row);
    this.prompt.fill(table, row);
  }

  /**
   * Takes a row of a quiet run, the first of `quietFrom` that the venue has not seen, at whose close the guard of the
   * equity acts.
   */
  private guardedBar(
    code: number,
    table: BarTable,
    row: number,
    listeners: readonly BarListener[],
    marks: Float64Array,
    quietFrom: number,
  ): void {
    const { clock, venue, tracker, runner, lossGuard, trace } = this;
    const at = table.time[row] ?? 0;
    const price = table.close[row] ?? 0;
    if (at > clock.now) clock.now = at;
    if (price > 0) marks[table.symbolId[row] ?? 0] = price;
    tracker.onBar(table, row);
    runner.bars.uncoverBar(code);
    clock.inputs += 1;
    clock.point += 2;
    venue.endQuietBars(table, quietFrom, row + 1);
    this.prompt.isOpen = false;
    runner.releaseBars(listeners);
    this.guard.check();
    this.deliver(table, row, listeners);
    // A hook that is not called has its decision point all the same.
    this.drain();
    lossGuard.check();
    trace.add();
  }

  /**
   * Consumes rows from `row` on, up to `taken` and before the time `end`, that decide nothing on the orders at work,
   * and returns the first one that is not consumed: one that may, or that which follows a wish of the strategy. Every
   * bar is known to be sound (`EquityTrace.hasSoundBars`).
   */
  private restingBars(
    table: BarTable,
    row: number,
    taken: number,
    end: Micros,
    listeners: readonly BarListener[],
  ): number {
    const { clock, timers, venue, tracker, runner, manager, guard, trace, backlog } = this;
    const shares = tracker.soleShares;
    const { time } = table;
    if (shares === undefined || (time[row] ?? 0) <= clock.now) return row;
    const reach = venue.beginRestingBars(table, row);
    if (reach === undefined) return row;
    const due = timers.nextDue;
    // What is due at the venue at the very time of a bar comes with it.
    const before = Math.min(end, venue.nextDue());
    const last = firstReached(table, row, firstRowAt(time, row, taken, Math.min(before, due + 1)), reach);
    const stop = guard.isArmed ? guard.before(table, row, last, shares) : last;
    const sent = manager.sentCount;
    let next = row;
    runner.beginRun(listeners, table);
    while (next < stop) {
      backlog.begin(table, next, shares, undefined);
      const begun = next;
      next = runner.deliverWaiting(listeners, backlog, next, stop);
      if (guard.isArmed) guard.pass(table, begun, backlog.isOpen === true ? stop : next + 1);
      if (backlog.isOpen === true) {
        backlog.settle(stop);
        break;
      }
      next += 1;
      const hasSent = manager.sentCount !== sent;
      if (hasSent) {
        runner.releaseBars(listeners);
        this.drain();
      } else {
        clock.point += 1;
      }
      trace.add();
      if (hasSent || timers.nextDue !== due) break;
    }
    runner.releaseBars(listeners);
    return next;
  }

  /** Takes every step of an instant with one bar, of which the indicators know already. */
  private fullBar(code: number, table: BarTable, row: number, listeners: readonly BarListener[]): void {
    const { clock, venue, tracker, runner, lossGuard, trace } = this;
    runner.releaseBars(listeners);
    const at = table.time[row] ?? 0;
    if (at > clock.now) clock.now = at;
    venue.advanceTo(at);
    this.drain();
    venue.onBar(table, row);
    tracker.onBar(table, row);
    runner.bars.uncoverBar(code);
    clock.inputs += 1;
    venue.matchInstant(at);
    this.drain();
    this.guard.check();
    this.deliver(table, row, listeners);
    this.drain();
    lossGuard.check();
    trace.add();
  }

  /** Calls the hooks of one row, of which the bars are not readable before and afterwards. */
  private deliver(table: BarTable, row: number, listeners: readonly BarListener[]): void {
    const { runner } = this;
    runner.beginRun(listeners, table);
    runner.deliverRow(listeners, row);
    runner.releaseBars(listeners);
  }
}

/** The first row of [from, to) that may decide something on an order at work (`SimulatedExchange.beginRestingBars`). */
function firstReached(table: BarTable, from: number, to: number, reach: Float64Array): number {
  const { low, high } = table;
  const below = reach[0] ?? 0;
  const above = reach[1] ?? 0;
  let row = from;
  while (row < to && (low[row] ?? 0) > below && (high[row] ?? 0) < above) row += 1;
  return row;
}
