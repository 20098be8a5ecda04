/**
 * The fast path of backtests over many symbols: the instants of one table of bars, merged in the order of time.
 *
 * Each step of an instant is taken for all of its bars at once, over columns indexed by symbol, instead of row by row
 * through every part: nobody acts between the rows of one instant before all are observed. Market orders wait for the
 * next bar of their symbol (`WaitingOrders`) and are followed to their end in one step. Where an order works, or
 * nothing is known of a symbol yet, the venue takes its rows one by one and the reports are taken as always. Whatever
 * else is to happen (a session's boundary, a timer, a report of an earlier time) ends the run, and no order waits any
 * more.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import type { BarTable } from '../domain/marketTables.js';
import type { KernelSink, MergedVenue, SimulatedVenue } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { BarRunParts } from './BarRun.js';
import type { EquityTrace } from './EquityTrace.js';
import type { KernelClock } from './KernelClock.js';
import type { LossGuard } from './LossGuard.js';
import type { EquityGuard } from './EquityGuard.js';
import type { MarketObserver } from './MarketObserver.js';
import type { PositionTracker } from './PositionTracker.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { StreamRouter } from './StreamRouter.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';
import type { WaitingOrders } from './WaitingOrders.js';

/** What a run of merged bars works with. */
export interface MergedRunParts extends Omit<BarRunParts, 'backlog'> {
  readonly observer: MarketObserver;
}

/** See the module header. */
export class MergedBarRun {
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
  private readonly waiting: WaitingOrders;
  private readonly observer: MarketObserver;
  private readonly sink: KernelSink;
  private readonly drain: () => void;

  constructor(parts: MergedRunParts) {
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
    this.waiting = parts.orchestrator.waiting;
    this.observer = parts.observer;
    this.sink = parts.sink;
    this.drain = parts.drain;
  }

  /** Consumes whole instants from `row` on, returns the first row that is not consumed. The kernel decides itself. */
  run(code: number, table: BarTable, row: number): number {
    const { clock, venue, sink, trace, waiting } = this;
    const { merged } = venue;
    if (merged === undefined || !merged.begin(code, table)) return row;
    const { time, length } = table;
    waiting.begin(merged);
    // Who listens to the end of every instant may look at anything.
    const mayWait = sink.ignoresOrders === true && trace.soleColumn !== undefined;
    let next = row;
    let rows = 1;
    while (next < length) {
      const at = time[next] ?? 0;
      // A late row counts as now; what is due is not for a run.
      if (at < clock.now || !this.isNear(at)) break;
      // As many rows as last time, mostly: where times never go back, that of the last one tells.
      let end = trace.timesRise ? next + rows : next + 1;
      if (end > length || time[end - 1] !== at) end = next + 1;
      while (end < length && time[end] === at) end += 1;
      rows = end - next;
      this.instant(merged, code, table, next, end, mayWait);
      next = end;
    }
    waiting.release();
    merged.end();
    return next;
  }

  /** Whether nothing is to happen before the bars of a time but what a run takes care of. */
  private isNear(at: Micros): boolean {
    const { sessions, timers, router, venue, manager } = this;
    if (at >= sessions.nextBoundary || at > timers.nextDue || at > router.nextClose) return false;
    const due = venue.nextDue();
    return due === Infinity || (manager.openCount > 0 && at < due);
  }

  private instant(
    merged: MergedVenue,
    code: number,
    table: BarTable,
    from: number,
    to: number,
    mayWait: boolean,
  ): void {
    const { clock, venue, tracker, router, runner, manager, lossGuard, trace } = this;
    const at = table.time[from] ?? 0;
    clock.moveTo(at);
    if (manager.openCount === 0) {
      clock.point += 1;
    } else {
      venue.advanceTo(at);
      this.drain();
    }
    if (router.nextClose <= at) router.closePrintBars(at);
    const decisive = merged.observe(from, to);
    tracker.observeBars(table, from, to);
    router.observeBars(code, table, from, to);
    runner.bars.observeBars(code, table, from, to);
    clock.inputs += to - from;
    if (router.nextClose <= at) router.closeAggregates(at);
    if (router.hasFresh) this.observer.observeFresh();
    this.decide(merged, table, decisive, at);
    this.guard.check();
    this.deliver(code, table, from, to, mayWait);
    lossGuard.check();
    trace.add();
  }

  /** Lets orders be decided on the bars of an instant, in the order of the rows. */
  private decide(merged: MergedVenue, table: BarTable, decisive: number, at: Micros): void {
    const { clock, venue, manager, waiting } = this;
    const rows = merged.decisive;
    let index = 0;
    while (index < decisive) {
      const row = rows[index] ?? 0;
      const place = merged.placeOf(table.symbolId[row] ?? 0);
      if (place < 0 || !waiting.fill(place, row)) break;
      index += 1;
    }
    // One fill may depend on the one before: from the first that is not plain on, all is decided at the venue.
    if (index < decisive) waiting.release();
    for (; index < decisive; index += 1) merged.touch(rows[index] ?? 0);
    if (manager.openCount === 0) {
      clock.point += 1;
    } else {
      venue.matchInstant(at);
      this.drain();
    }
  }

  private deliver(code: number, table: BarTable, from: number, to: number, mayWait: boolean): void {
    const { router, runner, manager, waiting } = this;
    waiting.isOpen = mayWait;
    const sole = runner.bars.soleInstance(code);
    let row = from;
    while (row < to) {
      row = runner.deliverBars(code, sole, manager, table, row, to);
      if (manager.openCount !== 0) this.drain();
    }
    if (router.hasFresh) this.observer.deliverFresh(this.drain);
    waiting.isOpen = false;
  }
}
