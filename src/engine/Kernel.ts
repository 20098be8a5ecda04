/**
 * The one deterministic loop behind backtest, replay and paper trading: it consumes market data, commands and
 * the clock in one total order and decides; the same inputs always give the same decisions.
 *
 * Within one instant (all rows of one time) the order is X13's: session boundaries, what became due at the
 * venue, quotes, prints, bars, fills, then the strategies' hooks, then timers. All bars of the instant are
 * observed and all indicators updated before any hook runs. What happens between two instants (a bar that
 * ends, a report that arrives, a timer) happens at its own time, however far apart the inputs are.
 *
 * Recovery: {@link Kernel.beginRecovery}, then the same inputs again, then {@link Kernel.endRecovery}; see
 * recovery.ts. A host stores with each decision `inputSequence`, `decisionPoint` and `now` as they are at the
 * time of the sink's call.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import type { Command, CommandResult } from '../domain/commands.js';
import type { BarTable, MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import { isTerminal } from '../domain/orderState.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { StrategyConfig } from '../domain/session.js';
import { timeframeCode } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { isDeskEvent, isOrderEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { AssertionError, assert } from '../utils/assert.js';
import { CommandDesk } from './CommandDesk.js';
import { deliverRow } from './deliverRow.js';
import type { EquityGuard } from './EquityGuard.js';
import { InstantReader } from './InstantReader.js';
import type { KernelClock } from './KernelClock.js';
import type { EquityTrace } from './EquityTrace.js';
import { assembleKernel, equityGuardOf } from './kernelParts.js';
import type { KernelOptions } from './kernelParts.js';
import type { LossGuard } from './LossGuard.js';
import { MarketObserver } from './MarketObserver.js';
import type { CarriedBooks, PositionTracker } from './PositionTracker.js';
import { BarRun } from './BarRun.js';
import { MergedBarRun } from './MergedBarRun.js';
import type { RecordedDecisions, RecoveryResult } from './recovery.js';
import type { RiskChecks } from './riskChecks.js';
import type { SinkSwitch } from './SinkSwitch.js';
import type { StrategyInstance } from './StrategyInstance.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { StreamRouter } from './StreamRouter.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** See the module header. */
export class Kernel {
  readonly tracker: PositionTracker;
  readonly manager: TradeManager;
  readonly runner: StrategyRunner;
  readonly checks: RiskChecks;
  private readonly clock: KernelClock;
  private readonly sessions: SessionClock;
  private readonly venue: SimulatedVenue;
  private readonly sink: SinkSwitch;
  private readonly orchestrator: TradeOrchestrator;
  private readonly router: StreamRouter;
  private readonly timers: Timers;
  private readonly lossGuard: LossGuard;
  private readonly guard: EquityGuard;
  private readonly desk: CommandDesk;
  private readonly observer: MarketObserver;
  /** What is recorded at the end of every instant. */
  readonly trace: EquityTrace;
  private readonly accountId: string;
  private recorded: RecordedDecisions | undefined = undefined;
  private readonly barRun: BarRun;
  private readonly mergedRun: MergedBarRun;
  private readonly hasOneSymbol: boolean;
  private readonly afterHook: () => void;
  private started = false;

  /** Throws the errors of `StrategyRunner.add` for a strategy that cannot run. */
  constructor(options: KernelOptions) {
    const { config } = options;
    const parts = assembleKernel(options);
    this.venue = options.venue;
    this.trace = parts.trace;
    this.accountId = config.accountId;
    this.sink = parts.sink;
    this.clock = parts.clock;
    this.sessions = parts.sessions;
    this.tracker = parts.tracker;
    this.checks = parts.checks;
    this.manager = parts.manager;
    this.router = parts.router;
    this.orchestrator = parts.orchestrator;
    this.timers = parts.timers;
    this.runner = parts.runner;
    this.lossGuard = parts.lossGuard;
    this.observer = new MarketObserver(this.venue, this.tracker, this.router, this.runner, parts.halted);
    const drain = (): void => this.drain();
    this.afterHook = drain;
    this.guard = equityGuardOf(options, parts, drain);
    const { venue, observer, guard } = this;
    this.barRun = new BarRun({ ...parts, venue, drain, guard });
    this.mergedRun = new MergedBarRun({ ...parts, venue, drain, guard, observer });
    this.hasOneSymbol = config.symbols.length === 1;
    this.desk = new CommandDesk({
      config,
      clock: this.clock,
      manager: this.manager,
      tracker: this.tracker,
      runner: this.runner,
      checks: this.checks,
      orchestrator: this.orchestrator,
      takeReport: options.takeReport,
      addStrategy: (strategy) => this.addStrategy(strategy),
      requestVenue: (accountId, request) =>
        this.recorded === undefined ? this.venue.request(accountId, request, this.clock.now) : undefined,
    });
    for (const strategy of config.strategies) this.addStrategy(strategy);
  }

  /** Event time. */
  get now(): Micros {
    return this.clock.now;
  }

  /** Market rows and commands consumed so far: the input position of what is being decided. */
  get inputSequence(): number {
    return this.clock.inputs;
  }

  /** Where within the inputs a decision is made; recorded with each venue event (recovery.ts). */
  get decisionPoint(): number {
    return this.clock.point;
  }

  /** Bars of its own timeframe that each strategy wants before the start. */
  get warmUpBars(): number {
    return Math.max(0, ...this.runner.instances.map((instance) => instance.warmUpBars()));
  }

  /** Feeds history, a table per length of bars, to the indicators before {@link start}: no hook is called for it. */
  warmUp(...tables: readonly BarTable[]): void {
    assert(!this.started, 'history comes before the start');
    this.observer.warmUp(tables);
  }

  /** Calls the strategies' first hooks. Once, before the first input. */
  start(): void {
    assert(!this.started, 'a kernel starts once');
    this.started = true;
    for (const instance of this.runner.instances) this.runner.start(instance);
    this.drain();
  }

  /** Consumes a batch. Times do not go back from batch to batch; a row that is late counts as now. */
  process(batch: MarketBatch): void {
    assert(this.started, 'a kernel is started before its first input');
    if (this.orchestrator.mismatch !== undefined) return;
    const only = batch.tables[0];
    const table = batch.tables.length === 1 && only?.kind === 'bar' && batch.order === null ? only : undefined;
    if (table !== undefined && this.hasOneSymbol) this.processBars(table);
    else this.processMerged(batch, table);
  }

  /** Executes a command at `time`. It enters the order of inputs here; its answer is final. */
  command(command: Command, time: Micros): CommandResult {
    assert(this.started, 'a kernel is started before its first input');
    this.reach(time);
    this.clock.moveTo(time);
    this.clock.inputs += 1;
    const result = this.desk.execute(command);
    this.drain();
    const settled = this.desk.settle(result);
    this.sink.onCommand(command, settled, this.clock.now);
    return settled;
  }

  /** Lets everything happen that is due before `time` although no market data came (K5: heartbeats). */
  advanceClock(time: Micros): void {
    assert(this.started, 'a kernel is started before its first input');
    if (this.orchestrator.mismatch !== undefined) return;
    this.reach(time);
    this.clock.moveTo(time);
  }

  /** Begins with the books that the session before ended with. Before {@link start}; the venue has its own. */
  adopt(books: CarriedBooks): void {
    assert(!this.started, 'books are carried over before the start');
    this.tracker.adopt(books);
    this.guard.adopt();
  }

  /** Ends the session: the strategies' last hooks. Working orders and positions stay as they are. */
  finish(): void {
    for (const instance of this.runner.instances) this.runner.stop(instance);
    this.drain();
  }

  /** From here on decisions are taken from the record. Call it before {@link start}. */
  beginRecovery(recorded: RecordedDecisions): void {
    assert(!this.started, 'recovery begins before the start');
    this.recorded = recorded;
    this.orchestrator.recorded = recorded;
    this.sink.open = false;
    const venue = this.venue;
    this.manager.gate = {
      submit: (order: Order, now: Micros) => venue.restoreOrder(order, now),
      // Their outcomes are in the record; what is not is asked again at the end.
      cancel: (orderId, now) => venue.restoreCancel(orderId, now),
      replace: (orderId, changes, next, now) => venue.restoreReplace(orderId, changes, next, now),
    };
  }

  /**
   * Ends recovery after the last recorded input: from here on the kernel decides. Cancels whose outcome was not
   * recorded are asked again. A failed recovery must not go live.
   */
  endRecovery(): RecoveryResult {
    const { recorded, orchestrator } = this;
    assert(recorded !== undefined, 'a recovery is under way');
    const left = recorded.remaining;
    const message =
      orchestrator.mismatch ??
      (left > 0 ? `${left} recorded decisions were not reached by the recorded inputs` : undefined);
    if (message !== undefined) return { ok: false, inputSequence: this.clock.inputs, message };
    this.recorded = undefined;
    orchestrator.recorded = undefined;
    this.manager.gate = this.venue;
    this.sink.open = true;
    for (const order of this.manager.openOrders()) {
      if (order.status === 'pending_cancel') this.venue.cancel(order.id, order.updatedAt);
      const next = order.replacement;
      if (next !== undefined) this.venue.replace(order.id, next.changes ?? {}, next, next.createdAt);
    }
    return { ok: true };
  }

  private addStrategy(config: StrategyConfig): StrategyInstance {
    const instance = this.runner.add(config);
    for (const scope of instance.scopes) {
      for (const symbolId of instance.symbolIds) this.router.subscribe(symbolId, scope.timeframe);
    }
    if (this.started) this.runner.start(instance);
    return instance;
  }

  /**
   * The fast path of backtests: one table of bars, most instants with a single row. While no order works, nothing is
   * due at the venue and nothing of ours is due, its steps have nothing to do and are left out; the decision points
   * are counted all the same.
   */
  private processBars(table: BarTable): void {
    const code = timeframeCode(table.timeframe);
    const { tracker, runner, venue, router, clock, trace, sessions, timers, manager } = this;
    const { time, length } = table;
    const live = this.recorded === undefined;
    let isQuiet = false;
    let row = 0;
    /** Rows before this one are in the indicators already. */
    let taken = 0;
    while (row < length) {
      if (row < taken && (isQuiet || (live && manager.openCount !== 0))) {
        row = this.barRun.run(code, table, row, taken);
        if (row === length) return;
        isQuiet = false;
      }
      const own = time[row] ?? 0;
      // A late row counts as now.
      const at = own > clock.now ? own : clock.now;
      let end = row + 1;
      while (end < length && time[end] === own) end += 1;
      if (
        isQuiet &&
        at < sessions.nextBoundary &&
        at <= timers.nextDue &&
        at <= router.nextClose &&
        manager.openCount === 0
      ) {
        clock.now = at;
        clock.point += 1;
      } else {
        this.reach(at);
        clock.now = at;
        if (live) venue.advanceTo(at);
        this.drain();
        isQuiet = live && manager.openCount === 0 && venue.nextDue() === Infinity;
      }
      if (router.nextClose <= at) router.closePrintBars(at);
      for (let i = row; i < end; i += 1) {
        venue.onBar(table, i);
        tracker.onBar(table, i);
        router.onBar(code, table, i);
        if (i >= taken) taken = runner.bars.observeAhead(code, table, i);
        if (i < taken) runner.bars.uncoverBar(code);
        else runner.bars.observeBar(code, table, i);
      }
      this.clock.inputs += end - row;
      if (router.nextClose <= at) router.closeAggregates(at);
      if (router.hasFresh) this.observer.observeFresh();
      if (isQuiet) {
        this.clock.point += 1;
      } else {
        if (live) venue.matchInstant(at);
        this.drain();
      }
      if (this.guard.isArmed === true) this.guard.check();
      for (let i = row; i < end; i += 1) {
        runner.deliverBar(code, table, i);
        if (isQuiet && manager.openCount === 0) {
          this.clock.point += 1;
        } else {
          isQuiet = false;
          this.drain();
        }
      }
      if (router.hasFresh) {
        isQuiet = false;
        this.observer.deliverFresh(this.afterHook);
      }
      this.lossGuard.check();
      trace.add();
      if (!isQuiet) isQuiet = live && manager.openCount === 0 && venue.nextDue() === Infinity;
      row = end;
    }
  }

  /** Instant by instant; `table` is the only one, where it is bars: its instants are taken many at a time. */
  private processMerged(batch: MarketBatch, table: BarTable | undefined): void {
    const reader = new InstantReader(batch);
    for (;;) {
      if (table !== undefined && this.recorded === undefined) {
        reader.skipTo(this.mergedRun.run(timeframeCode(table.timeframe), table, reader.position));
      }
      if (!reader.next()) return;
      this.instant(reader);
    }
  }

  private instant(reader: InstantReader): void {
    const { venue, router, clock, observer } = this;
    const at = reader.time > clock.now ? reader.time : clock.now;
    const live = this.recorded === undefined;
    this.reach(at);
    this.clock.moveTo(at);
    if (live) venue.advanceTo(at);
    this.drain();
    if (router.nextClose <= at) router.closePrintBars(at);
    for (let i = 0; i < reader.count; i += 1) {
      const table = reader.table(i);
      if (table !== undefined) observer.observe(table, reader.row(i));
    }
    this.clock.inputs += reader.count;
    if (router.nextClose <= at) router.closeAggregates(at);
    if (router.hasFresh) this.observer.observeFresh();
    if (live) venue.matchInstant(at);
    this.drain();
    this.guard.check();
    for (let i = 0; i < reader.count; i += 1) {
      const table = reader.table(i);
      if (table !== undefined && deliverRow(this.runner, table, reader.row(i))) this.drain();
    }
    if (router.hasFresh) this.observer.deliverFresh(this.afterHook);
    this.lossGuard.check();
    this.trace.add();
  }

  /** Lets everything happen that is due before `time`, each at its own time; session boundaries up to `time`. */
  private reach(time: Micros): void {
    const { sessions, timers, router } = this;
    if (time < sessions.nextBoundary && time <= timers.nextDue && time <= router.nextClose && time <= this.venueDue()) {
      return;
    }
    for (;;) {
      const boundary = sessions.nextBoundary;
      const due = this.venueDue();
      const close = router.nextClose;
      const timer = timers.nextDue;
      const next = Math.min(boundary, due, close, timer);
      if (next > time || (next === time && boundary !== next)) return;
      this.clock.moveTo(next);
      if (next === boundary) this.crossBoundary();
      else if (next === due) this.venueStep(next);
      else if (next === close) this.closeBars(next);
      else this.fireTimer(next);
    }
  }

  private venueDue(): Micros {
    const recorded = this.recorded;
    if (recorded === undefined) return this.venue.nextDue();
    if (this.orchestrator.mismatch !== undefined) return Infinity;
    return recorded.nextPoint === this.clock.point ? recorded.nextTime : Infinity;
  }

  /** The venue acts between inputs. The decision point stays: the time tells these events apart. */
  private venueStep(due: Micros): void {
    if (this.recorded === undefined) {
      this.venue.advanceTo(due);
      this.drainEvents();
      this.venue.matchInstant(due);
      this.drainEvents();
      if (this.venue.nextDue() <= due) throw new AssertionError(`the venue does not get past ${due}`);
    } else {
      this.drainEvents();
    }
  }

  private closeBars(time: Micros): void {
    this.router.closePrintBars(time);
    this.router.closeAggregates(time);
    this.observer.observeFresh();
    this.observer.deliverFresh(this.afterHook);
    this.lossGuard.check();
  }

  private fireTimer(time: Micros): void {
    for (let timer = this.timers.take(time); timer !== undefined; timer = this.timers.take(time)) {
      if (timer.isTimeStop) this.orchestrator.timeStop(timer.instance, timer.symbolId);
      else this.runner.deliverTimer(timer);
      this.drain();
    }
  }

  private crossBoundary(): void {
    const before = this.clock.phase;
    this.sessions.step();
    this.clock.phase = this.sessions.phase;
    if (before === 'closed' && this.clock.phase !== 'closed') {
      this.tracker.startDay();
      this.lossGuard.startDay();
    }
    this.runner.deliverSession(this.clock.phase);
    this.drain();
  }

  /** Takes and applies what the venue reports until it is silent; a new decision point. */
  private drain(): void {
    this.clock.point += 1;
    this.drainEvents();
  }

  private drainEvents(): void {
    const recorded = this.recorded;
    if (recorded === undefined) {
      const venue = this.venue;
      const now = this.clock.now;
      for (let event = venue.takeEvent(now); event !== undefined; event = venue.takeEvent(now)) this.apply(event);
    } else {
      while (recorded.nextPoint === this.clock.point && recorded.nextTime === this.clock.now) {
        if (this.orchestrator.mismatch !== undefined) return;
        this.applyRecorded(recorded.takeEvent());
      }
    }
  }

  private applyRecorded(event: VenueEvent): void {
    const isKnown = isDeskEvent(event, this.accountId) || !isOrderEvent(event);
    if (!isKnown && this.manager.order(event.orderId) === undefined) {
      this.orchestrator.mismatch = `the record reports ${event.type} of ${event.orderId}, which was never ordered`;
      return;
    }
    this.apply(event);
  }

  private apply(event: VenueEvent): void {
    this.sink.onVenueEvent(event);
    this.venue.apply(event);
    if (isDeskEvent(event, this.accountId)) return;
    if (!isOrderEvent(event)) {
      if (event.type === 'booked') this.tracker.applyBooking(event);
      return;
    }
    const order = this.manager.apply(event, this.clock.now);
    const instance = order.source.kind === 'strategy' ? this.runner.instance(order.source.instanceId) : undefined;
    if (event.type === 'filled') {
      this.tracker.applyFill(event.fill, order);
      this.sink.onFill(event.fill, order);
    } else if (event.type === 'busted' || event.type === 'corrected') {
      this.tracker.applyReversal(event, order);
    }
    const next = event.type === 'replaced' ? this.manager.order(event.order.id) : undefined;
    if (next !== undefined) {
      this.tracker.noteReplacement(next, (id) => isTerminal(this.manager.order(id)?.status ?? 'filled'));
    }
    this.orchestrator.flattener.onReport(order, event.type);
    if (instance === undefined) return;
    this.orchestrator.releaseFinal(order, instance);
    if (event.type === 'filled') this.orchestrator.armTimeStop(order, instance, event.fill.time);
    this.runner.deliverOrder(instance, order);
    if (next !== undefined) this.runner.deliverOrder(instance, next);
    if (event.type === 'filled') this.runner.deliverFill(instance, event.fill);
    this.orchestrator.continuePending(order, instance);
  }
}
