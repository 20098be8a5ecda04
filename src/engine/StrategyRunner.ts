/**
 * Runs the strategies: registration and life cycle, indicators before hooks, no `onBar` before everything is
 * ready (X15), and quarantine: a strategy that throws is stopped with its error stored, the others go on.
 */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import { PapertapeError } from '../domain/errors.js';
import type { Fill } from '../domain/fill.js';
import { HOOK, PROBE_BEAT, PROBE_HOOK, PROBE_MINUTE, PROBE_PLACE } from '../domain/hookProbe.js';
import type { HookName } from '../domain/hookProbe.js';
import type { BarTable, PrintTable, QuoteTable } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { KernelSink } from '../domain/ports.js';
import type { StrategyConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Context } from '../strategies/Context.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { BarBacklog } from './BarBacklog.js';
import { BarListeners, isHeard, uncover } from './BarListeners.js';
import type { BarListener } from './BarListeners.js';
import { checkStrategyConfig, checkTimeframes } from './checkStrategyConfig.js';
import { describeError, refuseAnswer } from './hookAnswers.js';
import type { KernelClock } from './KernelClock.js';
import { StrategyInstance } from './StrategyInstance.js';
import { viewFill, viewOrder } from './strategyViews.js';
import type { Timer } from './Timers.js';

/** Finds the class of a strategy by the name in its configuration; undefined for an unknown one. */
export type StrategyResolver = (name: string) => StrategyClass | undefined;

/** What the runner works with. */
export interface RunnerParts {
  readonly sessionId: string;
  readonly symbols: readonly string[];
  readonly priceScale: number;
  readonly clock: KernelClock;
  readonly backlog: BarBacklog;
  readonly sink: KernelSink;
  readonly resolve: StrategyResolver;
  /** See `KernelOptions.hookProbe`. */
  readonly hookProbe: Int32Array | undefined;
  readonly contextFor: (instance: StrategyInstance) => Context;
  /** Cancels what a stopped or failed strategy has working to enter. */
  readonly cancelEntries: (instance: StrategyInstance) => void;
}

const NO_INSTANCES: readonly StrategyInstance[] = [];
/** Above every number of a hook: place and hook are one number by it. */
const HOOKS_END = 16;

/** See the module header. */
export class StrategyRunner {
  private readonly parts: RunnerParts;
  private readonly all: StrategyInstance[] = [];
  private readonly byId = new Map<string, StrategyInstance>();
  /** Whose indicators and hooks take which bars. */
  readonly bars: BarListeners;
  private readonly quoteListeners: StrategyInstance[][];
  private readonly printListeners: StrategyInstance[][];
  /** The instance that was asked for last, most often the next one too. */
  private lastAsked: StrategyInstance | undefined = undefined;

  constructor(parts: RunnerParts) {
    this.parts = parts;
    this.bars = new BarListeners(parts.symbols.length);
    this.quoteListeners = Array.from(parts.symbols, () => []);
    this.printListeners = Array.from(parts.symbols, () => []);
  }

  /** The instances, in order of registration, stopped ones included. */
  get instances(): readonly StrategyInstance[] {
    return this.all;
  }

  /** The instance of an id. */
  instance(id: string): StrategyInstance | undefined {
    const last = this.lastAsked;
    if (last !== undefined && last.id === id) return last;
    const instance = this.byId.get(id);
    if (instance !== undefined) this.lastAsked = instance;
    return instance;
  }

  /**
   * Builds and registers an instance; {@link start} calls its first hook. Throws `STRATEGY_UNKNOWN`,
   * `STRATEGY_INVALID`, `STRATEGY_PARAMETER_INVALID` or `SYMBOL_UNKNOWN`, and then changes nothing.
   */
  add(config: StrategyConfig): StrategyInstance {
    const { parts } = this;
    const strategyClass = parts.resolve(config.strategy);
    if (strategyClass === undefined) {
      throw new PapertapeError('STRATEGY_UNKNOWN', `There is no strategy ${config.strategy}.`, {
        remedy: 'Name a built-in strategy or the path of a strategy file.',
      });
    }
    checkStrategyConfig(config, parts.symbols, this.byId.has(config.instanceId));
    const instance = this.build(config, strategyClass);
    checkTimeframes(config, instance.scopes);
    instance.context = parts.contextFor(instance);
    this.all.push(instance);
    this.byId.set(instance.id, instance);
    this.listen(instance);
    return instance;
  }

  /** Calls `onStart` of an instance that was not started yet. */
  start(instance: StrategyInstance): void {
    if (instance.started) return;
    instance.started = true;
    this.parts.sink.onStrategy(instance.id, instance.state, this.parts.clock.now, undefined);
    const { strategy, context } = instance;
    if (context !== undefined && strategy.onStart !== undefined) {
      this.guard(instance, 'onStart', '', () => strategy.onStart?.(context));
    }
    // Without indicators there is nothing to wait for.
    for (let slot = 0; slot < instance.symbolIds.length; slot += 1) instance.isReady(slot);
    this.noteWarm(instance);
  }

  /** Stops an instance by request: last hook, entries canceled. False if it is not active. */
  stop(instance: StrategyInstance): boolean {
    if (!instance.active) return false;
    const { strategy, context } = instance;
    if (context !== undefined && strategy.onStop !== undefined) {
      this.guard(instance, 'onStop', '', () => strategy.onStop?.(context));
    }
    if (!instance.active) return true;
    instance.active = false;
    instance.state = 'stopped';
    this.parts.cancelEntries(instance);
    this.parts.sink.onStrategy(instance.id, 'stopped', this.parts.clock.now, undefined);
    return true;
  }

  /** Before a run of bars of {@link BarListeners.runListeners}: whatever rows of the table it is called for. */
  beginRun(listeners: readonly BarListener[], table: BarTable): void {
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener?.own !== true) continue;
      listener.instance.cursor.slot = 0;
      listener.instance.bar.move(table, 0);
    }
  }

  /** Ends a run of bars, or interrupts it before other hooks run: until here the bars stay readable. */
  releaseBars(listeners: readonly BarListener[]): void {
    for (let i = 0; i < listeners.length; i += 1) listeners[i]?.instance.bar.release();
  }

  /** Does in a run of bars what {@link deliverBar} does. */
  deliverRow(listeners: readonly BarListener[], row: number): void {
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener?.own !== true) continue;
      const { instance } = listener;
      if (instance.context === undefined || instance.active !== true) continue;
      instance.bar.moveTo(row);
      this.callOnBar(instance, instance.context, 0);
      instance.bar.release();
    }
  }

  /**
   * Does for the rows [from, stop) what {@link deliverRow} does, one after the other, while the backlog is open, and
   * returns the row of the hook that had it written, or `stop`.
   */
  deliverWaiting(listeners: readonly BarListener[], backlog: BarBacklog, from: number, stop: number): number {
    const sole = listeners.length === 1 ? listeners[0] : undefined;
    const context = sole?.instance.context;
    if (sole?.own === true && sole.instance.active === true && context !== undefined) {
      return this.deliverToSole(sole, context, backlog, from, stop);
    }
    return this.deliverInTurn(listeners, backlog, from, stop);
  }

  private deliverInTurn(listeners: readonly BarListener[], backlog: BarBacklog, from: number, stop: number): number {
    if (!isHeard(listeners)) {
      uncover(listeners, stop - from);
      return stop;
    }
    const end = stop | 0;
    let row = from | 0;
    for (; row < end; row = (row + 1) | 0) {
      uncover(listeners, 1);
      for (let i = 0; i < listeners.length; i += 1) {
        const listener = listeners[i];
        if (listener?.own !== true) continue;
        const { instance } = listener;
        if (instance.context === undefined || instance.active !== true) continue;
        const { bar } = instance;
        bar.moveTo(row);
        backlog.attend(bar, listener.ahead);
        this.callOnBar(instance, instance.context, 0);
        bar.release();
      }
      if (backlog.isOpen !== true) break;
    }
    return row;
  }

  private deliverToSole(
    listener: BarListener,
    context: Context,
    backlog: BarBacklog,
    from: number,
    stop: number,
  ): number {
    const { instance, ahead } = listener;
    const { strategy, bar } = instance;
    const { hookProbe } = this.parts;
    backlog.attend(bar, ahead);
    const outer = this.enterHook(instance, HOOK.onBar);
    const end = stop | 0;
    let row = from | 0;
    try {
      for (; row < end; row = (row + 1) | 0) {
        ahead.rows -= 1;
        bar.moveTo(row);
        if (hookProbe !== undefined) {
          hookProbe[PROBE_BEAT] = (hookProbe[PROBE_BEAT] ?? 0) + 1;
          hookProbe[PROBE_MINUTE] = backlog.now / MINUTE;
        }
        const answer: unknown = strategy.onBar?.(bar, context);
        if (answer !== undefined) refuseAnswer('onBar', answer);
        if (backlog.isOpen !== true) break;
      }
    } catch (error) {
      this.quarantine(instance, 'onBar', this.parts.symbols[0] ?? '', error);
    }
    this.leaveHook(outer);
    return row;
  }

  /**
   * As {@link deliverBar} for the rows [from, to) of one time, with a decision point after each. `sole` is the instance
   * that alone has such bars as its own, if one has. Returns the row after the first at which `orders` has an open one,
   * or `to`.
   */
  deliverBars(
    code: number,
    sole: StrategyInstance | undefined,
    orders: { readonly openCount: number },
    table: BarTable,
    from: number,
    to: number,
  ): number {
    let row = from;
    if (sole?.state === 'running' && sole.isWarm && sole.failure === undefined) {
      row = this.deliverBarsToSole(sole, orders, table, from, to);
      if (orders.openCount !== 0) return row;
    }
    while (row < to) {
      this.deliverBar(code, table, row);
      row += 1;
      if (orders.openCount !== 0) return row;
      this.parts.clock.point += 1;
    }
    return row;
  }

  /** Calls `onBar` of every instance whose own timeframe this is. */
  deliverBar(code: number, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.bars.listenersOf(code, symbolId);
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener !== undefined && listener.own === true) this.deliverBarTo(listener.instance, symbolId, table, row);
    }
  }

  /** Calls `onQuote`; guarded here, as a closure for every quote would cost more than many a hook. */
  deliverQuote(table: QuoteTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.quoteListeners[symbolId] ?? NO_INSTANCES;
    for (let i = 0; i < listeners.length; i += 1) {
      const instance = listeners[i];
      if (instance?.context === undefined || instance.active !== true) continue;
      const { strategy, quote, context } = instance;
      instance.cursor.slot = instance.slotOf[symbolId] ?? 0;
      quote.move(table, row);
      const outer = this.enterHook(instance, HOOK.onQuote);
      try {
        const answer: unknown = strategy.onQuote?.(quote, context);
        if (answer !== undefined) refuseAnswer('onQuote', answer);
      } catch (error) {
        this.quarantine(instance, 'onQuote', '', error);
      }
      this.leaveHook(outer);
      quote.release();
    }
  }

  /** Calls `onTrade`. */
  deliverPrint(table: PrintTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.printListeners[symbolId] ?? NO_INSTANCES;
    for (let i = 0; i < listeners.length; i += 1) {
      const instance = listeners[i];
      if (instance?.context === undefined || instance.active !== true) continue;
      const { strategy, trade, context } = instance;
      instance.cursor.slot = instance.slotOf[symbolId] ?? 0;
      trade.move(table, row);
      const outer = this.enterHook(instance, HOOK.onTrade);
      try {
        const answer: unknown = strategy.onTrade?.(trade, context);
        if (answer !== undefined) refuseAnswer('onTrade', answer);
      } catch (error) {
        this.quarantine(instance, 'onTrade', '', error);
      }
      this.leaveHook(outer);
      trade.release();
    }
  }

  /** Calls `onSession` of every active instance. */
  deliverSession(phase: SessionPhase): void {
    for (const instance of this.all) {
      const { strategy, context } = instance;
      if (!instance.active || context === undefined || strategy.onSession === undefined) continue;
      this.guard(instance, 'onSession', phase, () => strategy.onSession?.(phase, context));
    }
  }

  /** Calls `onTimer`. */
  deliverTimer(timer: Timer): void {
    const { instance, name } = timer;
    const { strategy, context } = instance;
    if (instance.active !== true || context === undefined) return;
    this.guard(instance, 'onTimer', name, () => strategy.onTimer?.(name, context));
  }

  /** Calls `onOrder` of the order's instance. */
  deliverOrder(instance: StrategyInstance, order: Order): void {
    const { strategy, context } = instance;
    if (!instance.active || context === undefined || strategy.onOrder === undefined) return;
    instance.cursor.slot = instance.slotOf[order.symbolId] ?? 0;
    const view = viewOrder(order, this.parts.symbols);
    this.guard(instance, 'onOrder', order.id, () => strategy.onOrder?.(view, context));
  }

  /** Calls `onFill` of the order's instance. */
  deliverFill(instance: StrategyInstance, fill: Fill): void {
    const { strategy, context } = instance;
    if (!instance.active || context === undefined || strategy.onFill === undefined) return;
    instance.cursor.slot = instance.slotOf[fill.symbolId] ?? 0;
    const view = viewFill(fill, this.parts.symbols, this.parts.priceScale);
    this.guard(instance, 'onFill', fill.id, () => strategy.onFill?.(view, context));
  }

  /** {@link deliverBars} of a running instance; ends after the row at which it does not run any more, too. */
  private deliverBarsToSole(
    instance: StrategyInstance,
    orders: { readonly openCount: number },
    table: BarTable,
    from: number,
    to: number,
  ): number {
    const { clock, hookProbe } = this.parts;
    const { strategy, context, cursor, bar, slotOf } = instance;
    if (context === undefined) return from;
    const outer = this.enterHook(instance, HOOK.onBar);
    const { symbolId } = table;
    bar.move(table, from);
    const end = to | 0;
    let row = from | 0;
    try {
      while (row < end && instance.active === true) {
        const slot = slotOf[symbolId[row] ?? 0] ?? -1;
        const at = row;
        row = (row + 1) | 0;
        if (slot >= 0) {
          cursor.slot = slot;
          bar.moveTo(at);
          if (hookProbe !== undefined) hookProbe[PROBE_BEAT] = (hookProbe[PROBE_BEAT] ?? 0) + 1;
          const answer: unknown = strategy.onBar?.(bar, context);
          if (answer !== undefined) refuseAnswer('onBar', answer);
        }
        if (orders.openCount !== 0) break;
        clock.point += 1;
      }
    } catch (error) {
      this.quarantine(instance, 'onBar', this.parts.symbols[symbolId[row - 1] ?? 0] ?? '', error);
      if (orders.openCount === 0) clock.point += 1;
    }
    this.leaveHook(outer);
    bar.release();
    return row;
  }

  private deliverBarTo(instance: StrategyInstance, symbolId: number, table: BarTable, row: number): void {
    const context = instance.context;
    if (instance.active !== true || context === undefined) return;
    const slot = instance.slotOf[symbolId] ?? 0;
    const { failure } = instance;
    if (failure !== undefined) {
      this.quarantine(instance, 'an indicator', '', failure.error);
      return;
    }
    if (!instance.isReady(slot)) return;
    if (instance.state === 'warmingUp') this.noteWarm(instance);
    instance.cursor.slot = slot;
    instance.bar.move(table, row);
    this.callOnBar(instance, context, symbolId);
    instance.bar.release();
  }

  private callOnBar(instance: StrategyInstance, context: Context, symbolId: number): void {
    const outer = this.enterHook(instance, HOOK.onBar);
    try {
      const answer: unknown = instance.strategy.onBar?.(instance.bar, context);
      if (answer !== undefined) refuseAnswer('onBar', answer);
    } catch (error) {
      this.quarantine(instance, 'onBar', this.parts.symbols[symbolId] ?? '', error);
    }
    this.leaveHook(outer);
  }

  private guard(instance: StrategyInstance, hook: HookName, about: string, call: () => unknown): void {
    const outer = this.enterHook(instance, HOOK[hook]);
    try {
      const answer = call();
      if (answer !== undefined) refuseAnswer(hook, answer);
    } catch (error) {
      this.quarantine(instance, hook, about, error);
    }
    this.leaveHook(outer);
  }

  /** Shows which hook runs. One may run inside another (a fill inside onBar): the answer is what goes on afterwards. */
  private enterHook(instance: StrategyInstance, hook: number): number {
    return this.parts.hookProbe === undefined ? 0 : this.enter(this.parts.hookProbe, this.all.indexOf(instance), hook);
  }

  private enter(probe: Int32Array, place: number, hook: number): number {
    const outer = (probe[PROBE_PLACE] ?? 0) * HOOKS_END + (probe[PROBE_HOOK] ?? 0);
    probe[PROBE_PLACE] = place + 1;
    probe[PROBE_BEAT] = (probe[PROBE_BEAT] ?? 0) + 1;
    probe[PROBE_HOOK] = hook;
    const { backlog, clock } = this.parts;
    probe[PROBE_MINUTE] = (backlog.isOpen ? backlog.now : clock.now) / MINUTE;
    return outer;
  }

  private leaveHook(outer: number): void {
    const probe = this.parts.hookProbe;
    if (probe === undefined) return;
    probe[PROBE_HOOK] = outer % HOOKS_END;
    probe[PROBE_PLACE] = (outer / HOOKS_END) | 0;
  }

  private quarantine(instance: StrategyInstance, hook: string, about: string, error: unknown): void {
    this.parts.backlog.catchUp();
    instance.active = false;
    instance.state = 'quarantined';
    this.parts.cancelEntries(instance);
    const subject = about === '' ? hook : `${hook} of ${about}`;
    this.parts.sink.onStrategy(
      instance.id,
      'quarantined',
      this.parts.clock.now,
      `${subject} threw ${describeError(error)}`,
    );
  }

  private noteWarm(instance: StrategyInstance): void {
    if (!instance.isWarm || instance.state !== 'warmingUp') return;
    instance.state = 'running';
    this.parts.sink.onStrategy(instance.id, 'running', this.parts.clock.now, undefined);
  }

  private build(config: StrategyConfig, strategyClass: StrategyClass): StrategyInstance {
    const { sessionId, symbols, priceScale, hookProbe } = this.parts;
    const outer = hookProbe === undefined ? 0 : this.enter(hookProbe, this.all.length, HOOK.constructor);
    try {
      return new StrategyInstance(config, strategyClass, sessionId, symbols, priceScale);
    } catch (error) {
      if (error instanceof PapertapeError) throw error;
      throw new PapertapeError(
        'STRATEGY_INVALID',
        `The strategy ${config.strategy} cannot be built: ${error instanceof Error ? error.message : String(error)}.`,
        { remedy: 'Correct the strategy; its fields and constructor run when it is built.', cause: error },
      );
    } finally {
      this.leaveHook(outer);
    }
  }

  private listen(instance: StrategyInstance): void {
    this.bars.add(instance);
    for (const symbolId of instance.symbolIds) {
      if (instance.strategy.onQuote !== undefined) this.quoteListeners[symbolId]?.push(instance);
      if (instance.strategy.onTrade !== undefined) this.printListeners[symbolId]?.push(instance);
    }
  }
}
