/**
 * Runs the strategies: registration and life cycle, indicators before hooks, no `onBar` before everything is
 * ready (X15), and quarantine: a strategy that throws is stopped with its error stored, the others go on.
 */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import { PapertapeError } from '../domain/errors.js';
import type { Fill } from '../domain/fill.js';
import type { BarTable, PrintTable, QuoteTable } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { KernelSink } from '../domain/ports.js';
import type { StrategyConfig } from '../domain/session.js';
import { TIMEFRAMES, TIMEFRAME_DURATION, timeframeCode } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Indicator } from '../indicators/Indicator.js';
import { MOST_AHEAD } from '../indicators/IndicatorLine.js';
import type { RowsAhead } from '../indicators/IndicatorLine.js';
import type { Context } from '../strategies/Context.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { BarBacklog } from './BarBacklog.js';
import { describeError, refuseAnswer } from './hookAnswers.js';
import type { KernelClock } from './KernelClock.js';
import { StrategyInstance, updateIndicators, updateOneByOne } from './StrategyInstance.js';
import { viewFill, viewOrder } from './strategyViews.js';
import type { Timer } from './Timers.js';

/** Finds the class of a strategy by the name in its configuration; undefined for an unknown one. */
export type StrategyResolver = (name: string) => StrategyClass | undefined;

/** Whose indicators a bar of one timeframe and symbol updates, and whether it is their own timeframe. */
export interface BarListener {
  readonly instance: StrategyInstance;
  readonly indicators: readonly Indicator[];
  readonly ahead: RowsAhead;
  readonly own: boolean;
}

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

const NO_LISTENERS: readonly BarListener[] = [];
const NO_INSTANCES: readonly StrategyInstance[] = [];

/** See the module header. */
export class StrategyRunner {
  private readonly parts: RunnerParts;
  private readonly all: StrategyInstance[] = [];
  private readonly byId = new Map<string, StrategyInstance>();
  /** By timeframe code × symbol count + symbol id. */
  private readonly barListeners: (BarListener[] | undefined)[];
  /** The same listeners by timeframe code alone, each once. */
  private readonly scopesOf: BarListener[][] = TIMEFRAMES.map(() => []);
  private readonly quoteListeners: StrategyInstance[][];
  private readonly printListeners: StrategyInstance[][];
  private readonly symbolCount: number;
  /** The instance that was asked for last, most often the next one too. */
  private lastAsked: StrategyInstance | undefined = undefined;

  constructor(parts: RunnerParts) {
    this.parts = parts;
    this.symbolCount = parts.symbols.length;
    this.barListeners = Array.from({ length: TIMEFRAMES.length * this.symbolCount }, () => undefined);
    this.quoteListeners = Array.from({ length: this.symbolCount }, () => []);
    this.printListeners = Array.from({ length: this.symbolCount }, () => []);
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
    if (this.byId.has(config.instanceId)) {
      throw new PapertapeError(
        'STRATEGY_INVALID',
        `The instance ${config.instanceId} exists already in this session.`,
        {
          remedy: 'Give the new instance another name.',
        },
      );
    }
    if (config.symbols.length === 0 || !(config.allocation >= 0 && config.allocation < Infinity)) {
      throw new PapertapeError(
        'STRATEGY_INVALID',
        `The instance ${config.instanceId} needs at least one symbol and an allocation of 0 or more.`,
        { remedy: 'Name its symbols and the fraction of equity that it may use, such as 0.25.' },
      );
    }
    const known = new Set(parts.symbols);
    for (const symbol of config.symbols) {
      if (known.has(symbol)) continue;
      throw new PapertapeError(
        'SYMBOL_UNKNOWN',
        `The session has no symbol ${symbol}, which ${config.instanceId} names.`,
        {
          remedy: `The session has ${parts.symbols.slice(0, 20).join(', ')}.`,
        },
      );
    }
    const instance = this.build(config, strategyClass);
    for (const scope of instance.scopes) {
      if (TIMEFRAME_DURATION[scope.timeframe] < TIMEFRAME_DURATION[config.timeframe]) {
        throw new PapertapeError(
          'STRATEGY_INVALID',
          `The strategy ${config.strategy} uses bars of ${scope.timeframe}, shorter than its own ${config.timeframe}.`,
          { remedy: `Run it on ${scope.timeframe} or let it use longer bars.` },
        );
      }
    }
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

  /** Timeframes that strategies need for a symbol, shortest first. */
  timeframesOf(symbolId: number): readonly Timeframe[] {
    return TIMEFRAMES.filter((timeframe) => this.listenersOf(timeframeCode(timeframe), symbolId).length > 0);
  }

  /** Whose bars these are. The code is that of the timeframe. */
  listenersOf(code: number, symbolId: number): readonly BarListener[] {
    return this.barListeners[code * this.symbolCount + symbolId] ?? NO_LISTENERS;
  }

  /** Updates every indicator that reads this bar; no hook is called. */
  observeBar(code: number, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.barListeners[code * this.symbolCount + symbolId] ?? NO_LISTENERS;
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener !== undefined) {
        updateIndicators(listener.indicators, listener.instance.slotOf[symbolId] ?? 0, table, row);
      }
    }
  }

  /** As {@link observeBar} for the rows [from, to) of one time. */
  observeBars(code: number, table: BarTable, from: number, to: number): void {
    const scopes = this.scopesOf[code] ?? NO_LISTENERS;
    for (let i = 0; i < scopes.length; i += 1) {
      const scope = scopes[i];
      if (scope === undefined) continue;
      const { indicators } = scope;
      const { slotOf } = scope.instance;
      for (let j = 0; j < indicators.length; j += 1) {
        const indicator = indicators[j];
        if (indicator?.updateRows === undefined) updateOneByOne(indicator, slotOf, table, from, to);
        else indicator.updateRows(slotOf, table, from, to);
      }
    }
  }

  /**
   * Updates the indicators with the rows from `row` on and returns the row after the last; `row` itself if they
   * cannot work ahead. Nothing of it is seen until {@link uncoverBar} is called for each of these rows, in place of
   * {@link observeBar}. Possible where all rows are of one symbol and every indicator has its first value.
   */
  observeAhead(code: number, table: BarTable, row: number): number {
    if (this.symbolCount !== 1) return row;
    const listeners = this.listenersOf(code, 0);
    for (const { instance, indicators } of listeners) {
      if (!instance.isReady(0)) return row;
      for (const indicator of indicators) if (indicator.updateAhead === undefined) return row;
    }
    const end = Math.min(table.length, row + MOST_AHEAD);
    for (const { indicators, ahead } of listeners) {
      for (const indicator of indicators) indicator.updateAhead?.(0, table, row, end);
      ahead.rows += end - row;
    }
    return end;
  }

  /** Lets the next bar that {@link observeAhead} has taken in be seen. */
  uncoverBar(code: number): void {
    const listeners = this.barListeners[code] ?? NO_LISTENERS;
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener !== undefined) listener.ahead.rows -= 1;
    }
  }

  /**
   * Who alone listens to bars of a timeframe of the session's only symbol, if it is one running instance and these
   * are its own bars; {@link deliverSole} then does for it what {@link deliverBar} does.
   */
  soleListener(code: number): BarListener | undefined {
    const listeners = this.listenersOf(code, 0);
    const listener = listeners[0];
    if (listener === undefined || listeners.length > 1 || this.symbolCount !== 1) return undefined;
    return listener.own && listener.instance.state === 'running' ? listener : undefined;
  }

  /** Before {@link deliverSole}: whatever rows of the table it is called for. Afterwards the bar is to be released. */
  beginSole(instance: StrategyInstance, table: BarTable): void {
    instance.cursor.slot = 0;
    instance.bar.move(table, 0);
  }

  /** See {@link soleListener}. The bar stays readable: until it is released no other hook runs. */
  deliverSole(instance: StrategyInstance, context: Context, row: number): void {
    if (!instance.active) return;
    instance.bar.moveTo(row);
    this.callOnBar(instance, context, 0);
  }

  /**
   * Does for the rows [from, stop) what {@link deliverSole} does, one after the other, while the backlog is open, and
   * returns the row of the hook that had it written, or `stop`. The instance is active.
   */
  deliverWaiting(listener: BarListener, context: Context, backlog: BarBacklog, from: number, stop: number): number {
    const { instance, ahead } = listener;
    const { strategy, bar } = instance;
    const outer = this.enterHook(instance);
    let row = from;
    try {
      for (; row < stop; row += 1) {
        ahead.rows -= 1;
        backlog.row = row;
        bar.moveTo(row);
        const answer: unknown = strategy.onBar?.(bar, context);
        if (answer !== undefined) refuseAnswer('onBar', answer);
        if (!backlog.isOpen) break;
      }
    } catch (error) {
      this.quarantine(instance, 'onBar', this.parts.symbols[0] ?? '', error);
    }
    this.leaveHook(outer);
    return row;
  }

  /** The instance that alone has bars of a timeframe as its own, whatever their symbol; undefined if several have. */
  soleInstance(code: number): StrategyInstance | undefined {
    const owns = (this.scopesOf[code] ?? NO_LISTENERS).filter(({ own }) => own);
    return owns.length === 1 ? owns[0]?.instance : undefined;
  }

  /** As {@link deliverBar} where an instance is the {@link soleInstance}. */
  deliverBarOf(instance: StrategyInstance, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    if ((instance.slotOf[symbolId] ?? -1) >= 0) this.deliverBarTo(instance, symbolId, table, row);
  }

  /** Calls `onBar` of every instance whose own timeframe this is. */
  deliverBar(code: number, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.barListeners[code * this.symbolCount + symbolId] ?? NO_LISTENERS;
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener !== undefined && listener.own) this.deliverBarTo(listener.instance, symbolId, table, row);
    }
  }

  /** Calls `onQuote`; guarded here, as a closure for every quote would cost more than many a hook. */
  deliverQuote(table: QuoteTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.quoteListeners[symbolId] ?? NO_INSTANCES;
    for (let i = 0; i < listeners.length; i += 1) {
      const instance = listeners[i];
      if (instance?.context === undefined || !instance.active) continue;
      const { strategy, quote, context } = instance;
      instance.cursor.slot = instance.slotOf[symbolId] ?? 0;
      quote.move(table, row);
      const outer = this.enterHook(instance);
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
      if (instance?.context === undefined || !instance.active) continue;
      const { strategy, trade, context } = instance;
      instance.cursor.slot = instance.slotOf[symbolId] ?? 0;
      trade.move(table, row);
      const outer = this.enterHook(instance);
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
    if (!instance.active || context === undefined) return;
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

  private deliverBarTo(instance: StrategyInstance, symbolId: number, table: BarTable, row: number): void {
    const context = instance.context;
    if (!instance.active || context === undefined) return;
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
    const outer = this.enterHook(instance);
    try {
      const answer: unknown = instance.strategy.onBar?.(instance.bar, context);
      if (answer !== undefined) refuseAnswer('onBar', answer);
    } catch (error) {
      this.quarantine(instance, 'onBar', this.parts.symbols[symbolId] ?? '', error);
    }
    this.leaveHook(outer);
  }

  private guard(instance: StrategyInstance, hook: string, about: string, call: () => unknown): void {
    const outer = this.enterHook(instance);
    try {
      const answer = call();
      if (answer !== undefined) refuseAnswer(hook, answer);
    } catch (error) {
      this.quarantine(instance, hook, about, error);
    }
    this.leaveHook(outer);
  }

  /** Shows whose hook runs. One may run inside another (a fill inside onBar): the answer is who goes on afterwards. */
  private enterHook(instance: StrategyInstance): number {
    const probe = this.parts.hookProbe;
    if (probe === undefined) return 0;
    const outer = probe[0] ?? 0;
    probe[0] = this.all.indexOf(instance) + 1;
    return outer;
  }

  private leaveHook(outer: number): void {
    const probe = this.parts.hookProbe;
    if (probe !== undefined) probe[0] = outer;
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
    const { sessionId, symbols, priceScale } = this.parts;
    try {
      return new StrategyInstance(config, strategyClass, sessionId, symbols, priceScale);
    } catch (error) {
      if (error instanceof PapertapeError) throw error;
      throw new PapertapeError(
        'STRATEGY_INVALID',
        `The strategy ${config.strategy} cannot be built: ${error instanceof Error ? error.message : String(error)}.`,
        { remedy: 'Correct the strategy; its fields and constructor run when it is built.', cause: error },
      );
    }
  }

  private listen(instance: StrategyInstance): void {
    instance.scopes.forEach(({ timeframe, indicators, ahead }, index) => {
      const listener = { instance, indicators, ahead, own: index === 0 };
      const code = timeframeCode(timeframe);
      this.scopesOf[code]?.push(listener);
      for (const symbolId of instance.symbolIds) {
        (this.barListeners[code * this.symbolCount + symbolId] ??= []).push(listener);
      }
    });
    for (const symbolId of instance.symbolIds) {
      if (instance.strategy.onQuote !== undefined) this.quoteListeners[symbolId]?.push(instance);
      if (instance.strategy.onTrade !== undefined) this.printListeners[symbolId]?.push(instance);
    }
  }
}
