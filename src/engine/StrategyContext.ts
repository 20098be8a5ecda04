/** The {@link Context} of one instance: turns dollars and shares into exact integers and passes wishes on. */
import type { ExitTerms, GroupTerms, OrderChanges, OrderType, Side, Trail } from '../domain/order.js';
import type { KernelSink } from '../domain/ports.js';
import type { SignalIntent, SignalTarget } from '../domain/signal.js';
import type { Micros, Price } from '../domain/units.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type {
  Context,
  EntryOptions,
  EntrySize,
  ExitOptions,
  OrderDesk,
  OrderOptions,
  ReplaceOptions,
  SignalOptions,
  StrategyPosition,
  TrailSize,
} from '../strategies/Context.js';
import { AssertionError, assert } from '../utils/assert.js';
import {
  checkReason,
  entryTargetOf,
  priceOf,
  quantityOf,
  sideOf,
  targetOf,
  timeInForceOf,
  typeOf,
} from './askedTerms.js';
import { exitTermsOf, timeStopOf, trailOf } from './exitTerms.js';
import type { BarBacklog } from './BarBacklog.js';
import type { KernelClock } from './KernelClock.js';
import { ownerOf } from './PositionTracker.js';
import type { PositionTracker } from './PositionTracker.js';
import type { StrategyInstance } from './StrategyInstance.js';
import type { SubBook } from './SubBook.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What a context reaches; shared by all instances of a kernel. */
export interface ContextParts {
  readonly clock: KernelClock;
  /** Bars before and at the hook of which nothing is written; whoever wishes or reads has it written first. */
  readonly backlog: BarBacklog;
  readonly orchestrator: TradeOrchestrator;
  readonly manager: TradeManager;
  readonly tracker: PositionTracker;
  readonly timers: Timers;
  /** Where log lines go now: nowhere while recorded decisions are applied. */
  readonly sink: KernelSink;
  readonly priceScale: number;
  readonly tickOf: (price: Price) => Price;
}

/** See the module header. Programmer errors (a foreign symbol, a NaN) throw and so quarantine the strategy. */
export class StrategyContext implements Context {
  readonly symbols: readonly string[];
  readonly order: OrderDesk;
  private readonly parts: ContextParts;
  private readonly instance: StrategyInstance;
  private readonly slots: ReadonlyMap<string, number>;
  /** The symbol that was asked for last, most often the next one too, and its id. */
  private lastSymbol = '';
  private lastId = -1;
  /** The book of that symbol, if it was asked for. */
  private lastBook: SubBook | undefined = undefined;

  constructor(parts: ContextParts, instance: StrategyInstance) {
    this.parts = parts;
    this.instance = instance;
    this.symbols = instance.config.symbols;
    this.slots = new Map(this.symbols.map((symbol, slot) => [symbol, slot]));
    this.order = new StrategyOrderDesk(parts, instance, (symbol) => this.symbolId(symbol));
  }

  get now(): Micros {
    const { backlog, clock } = this.parts;
    return backlog.isOpen ? backlog.now : clock.now;
  }

  get equity(): number {
    const { backlog, tracker } = this.parts;
    if (backlog.isOpen) backlog.mark();
    return tracker.equity / DOLLAR;
  }

  enterLong(symbol: string, options: EntryOptions): void {
    this.enter(symbol, 'enterLong', options, 1);
  }

  enterShort(symbol: string, options: EntryOptions): void {
    this.enter(symbol, 'enterShort', options, -1);
  }

  exit(symbol: string, options: SignalOptions): void {
    this.signal(symbol, 'exit', undefined, options);
  }

  target(symbol: string, size: EntrySize, options: SignalOptions): void {
    this.signal(symbol, 'target', targetOf(size, 1), options);
  }

  position(symbol: string): StrategyPosition {
    const { backlog, tracker, priceScale } = this.parts;
    const last = symbol === this.lastSymbol ? this.lastBook : undefined;
    const book = last ?? this.bookOf(symbol);
    // No mark matters to what is not held.
    if (book.quantity !== 0 && backlog.isOpen) backlog.mark();
    // One literal: of two, the compiler would have to make the object even for a hook that reads one number of it.
    return {
      symbol,
      quantity: book.quantity / SHARE,
      averagePrice: book.averagePrice() / priceScale,
      realisedPnl: book.realisedPnl / DOLLAR,
      unrealisedPnl: book.unrealisedPnl(tracker.marks[book.symbolId] ?? 0) / DOLLAR,
    };
  }

  lastPrice(symbol: string): number | undefined {
    const { backlog, tracker } = this.parts;
    if (backlog.isOpen) backlog.mark();
    const price = tracker.lastPrice[this.symbolId(symbol)] ?? 0;
    return price > 0 ? price / this.parts.priceScale : undefined;
  }

  setTimer(name: string, time: Micros): void {
    assert(Number.isSafeInteger(time), `setTimer(${name}): the time is whole microseconds, not ${time}`);
    this.parts.backlog.catchUp();
    this.parts.timers.add(this.instance, name, time);
  }

  log(text: string): void {
    this.parts.backlog.catchUp();
    this.parts.sink.onLog(this.instance.id, this.parts.clock.now, text.slice(0, 2000));
  }

  /** The instance's own book of a symbol, the same for the whole session. */
  private bookOf(symbol: string): SubBook {
    const book = this.parts.tracker.bookOf(this.instance.id, this.symbolId(symbol));
    this.lastBook = book;
    return book;
  }

  private enter(symbol: string, intent: SignalIntent, options: EntryOptions, sign: 1 | -1): void {
    const { parts, instance } = this;
    parts.backlog.catchUp();
    checkReason(options, instance.id, intent);
    const { limit, enterAt, size } = options;
    const symbolId = this.symbolId(symbol);
    const limitPrice = limit === undefined ? undefined : priceOf(limit, parts.priceScale);
    const stopPrice = enterAt === undefined ? undefined : priceOf(enterAt, parts.priceScale);
    const hasExits = options.target !== undefined || options.stop !== undefined || options.trail !== undefined;
    const price = limitPrice ?? stopPrice ?? parts.tracker.lastPrice[symbolId] ?? 0;
    // Without a price nothing can be entered: the checks say so.
    const exits = hasExits && price > 0 ? this.exitsOf(options, symbolId, sign, price) : undefined;
    parts.orchestrator.signal(
      instance,
      symbolId,
      intent,
      size === undefined ? undefined : entryTargetOf(size, sign),
      typeOf(limitPrice, stopPrice),
      // Exits have the time in force of their entry, and are to last as long as the position.
      timeInForceOf(options.timeInForce, exits === undefined ? 'day' : 'gtc'),
      limitPrice,
      stopPrice,
      options.reason,
      exits,
      options.timeStop === undefined ? undefined : timeStopOf(options),
    );
  }

  private exitsOf(options: EntryOptions, symbolId: number, sign: 1 | -1, price: Price): readonly ExitTerms[] {
    const { instance } = this;
    const { priceScale, tickOf } = this.parts;
    const averageTrueRange = (): number => instance.averageTrueRange(symbolId);
    return exitTermsOf(options, { sign, price, priceScale, tickOf, averageTrueRange });
  }

  private signal(symbol: string, intent: SignalIntent, target: SignalTarget | undefined, options: SignalOptions): void {
    this.parts.backlog.catchUp();
    checkReason(options, this.instance.id, intent);
    const { limit, stop } = options;
    const type: OrderType = typeOf(limit, stop);
    this.parts.orchestrator.signal(
      this.instance,
      this.symbolId(symbol),
      intent,
      target,
      type,
      timeInForceOf(options.timeInForce, 'day'),
      limit === undefined ? undefined : priceOf(limit, this.parts.priceScale),
      stop === undefined ? undefined : priceOf(stop, this.parts.priceScale),
      options.reason,
    );
  }

  private symbolId(symbol: string): number {
    if (symbol === this.lastSymbol && this.lastId >= 0) return this.lastId;
    const slot = this.slots.get(symbol);
    const id = slot === undefined ? undefined : this.instance.symbolIds[slot];
    if (id !== undefined) {
      this.lastSymbol = symbol;
      this.lastId = id;
      this.lastBook = undefined;
      return id;
    }
    throw new AssertionError(`${symbol} is not a symbol of ${this.instance.id}; it has ${this.symbols.join(', ')}`);
  }
}

class StrategyOrderDesk implements OrderDesk {
  private readonly parts: ContextParts;
  private readonly instance: StrategyInstance;
  private readonly symbolId: (symbol: string) => number;

  constructor(parts: ContextParts, instance: StrategyInstance, symbolId: (symbol: string) => number) {
    this.parts = parts;
    this.instance = instance;
    this.symbolId = symbolId;
  }

  market(symbol: string, side: Side, shares: number, options: OrderOptions): string {
    return this.send('order.market', symbol, side, shares, {}, options);
  }

  limit(symbol: string, side: Side, shares: number, limit: number, options: OrderOptions): string {
    return this.send('order.limit', symbol, side, shares, { limitPrice: this.price(limit) }, options);
  }

  stop(symbol: string, side: Side, shares: number, stop: number, options: OrderOptions): string {
    return this.send('order.stop', symbol, side, shares, { stopPrice: this.price(stop) }, options);
  }

  stopLimit(symbol: string, side: Side, shares: number, stop: number, limit: number, options: OrderOptions): string {
    const prices = { stopPrice: this.price(stop), limitPrice: this.price(limit) };
    return this.send('order.stopLimit', symbol, side, shares, prices, options);
  }

  trailingStop(symbol: string, side: Side, shares: number, trail: TrailSize, options: OrderOptions): string {
    const terms = { trail: this.trail(trail, this.symbolId(symbol)) };
    return this.send('order.trailingStop', symbol, side, shares, terms, options);
  }

  limitIfTouched(
    symbol: string,
    side: Side,
    shares: number,
    trigger: number,
    limit: number,
    options: OrderOptions,
  ): string {
    const prices = { stopPrice: this.price(trigger), limitPrice: this.price(limit) };
    const terms = { ...prices, type: 'limit_if_touched' } as const;
    return this.send('order.limitIfTouched', symbol, side, shares, terms, options);
  }

  bracket(
    symbol: string,
    side: Side,
    shares: number,
    exits: ExitOptions,
    options: OrderOptions & { readonly limit?: number },
  ): string {
    checkReason(options, this.instance.id, 'order.bracket');
    const terms = this.exitTerms(exits);
    assert(terms.length > 0, 'a bracket has a target, a stop or both');
    const group: GroupTerms = { orderClass: terms.length === 2 ? 'bracket' : 'oto', exits: terms };
    const { limit } = options;
    return this.send(
      'order.bracket',
      symbol,
      side,
      shares,
      limit === undefined ? {} : { limitPrice: this.price(limit) },
      options,
      group,
    );
  }

  oco(
    symbol: string,
    side: Side,
    shares: number,
    exits: ExitOptions & { readonly target: number; readonly stop: number },
    options: OrderOptions,
  ): string {
    const { target, ...rest } = exits;
    const group: GroupTerms = { orderClass: 'oco', exits: this.exitTerms({ ...rest }) };
    return this.send('order.oco', symbol, side, shares, { limitPrice: this.price(target) }, options, group);
  }

  replace(orderId: string, changes: ReplaceOptions): string | undefined {
    const { instance, parts } = this;
    this.workHeld();
    const order = parts.manager.order(orderId);
    if (order === undefined || ownerOf(order) !== instance.id) return undefined;
    if (!parts.manager.isReplaceable(order)) return undefined;
    const { shares, limit, stop, trail, timeInForce } = changes;
    const asked: OrderChanges = {
      ...(shares === undefined ? {} : { quantity: quantityOf(shares) }),
      ...(limit === undefined ? {} : { limitPrice: this.price(limit) }),
      ...(stop === undefined ? {} : { stopPrice: this.price(stop) }),
      ...(trail === undefined ? {} : { trail: this.trail(trail, order.symbolId) }),
      ...(timeInForce === undefined ? {} : { timeInForce: timeInForceOf(timeInForce, 'day') }),
    };
    instance.clientOrderCount += 1;
    return parts.orchestrator.replace(orderId, asked, instance.clientOrderIds.of(instance.clientOrderCount))?.id;
  }

  cancel(orderId: string): void {
    this.workHeld();
    const order = this.parts.manager.order(orderId);
    if (order !== undefined && ownerOf(order) === this.instance.id) {
      this.parts.manager.cancel(orderId, this.parts.clock.now);
    }
  }

  /** Orders that do not work yet have no ids that could be asked for. */
  private workHeld(): void {
    const { backlog, orchestrator } = this.parts;
    backlog.catchUp();
    orchestrator.prompt.submit();
    orchestrator.waiting.release();
  }

  private price(dollars: number): Price {
    return priceOf(dollars, this.parts.priceScale);
  }

  private trail(trail: TrailSize, symbolId: number): Trail {
    const averageTrueRange = (): number => this.instance.averageTrueRange(symbolId);
    return trailOf(trail, { priceScale: this.parts.priceScale, averageTrueRange });
  }

  private exitTerms(exits: ExitOptions): ExitTerms[] {
    const { target, stop, stopLimit } = exits;
    const terms: ExitTerms[] = [];
    if (target !== undefined) terms.push({ role: 'takeProfit', type: 'limit', limitPrice: this.price(target) });
    if (stop !== undefined) {
      const limit = stopLimit === undefined ? {} : { limitPrice: this.price(stopLimit) };
      const type = stopLimit === undefined ? 'stop' : 'stop_limit';
      terms.push({ role: 'stopLoss', type, stopPrice: this.price(stop), ...limit });
    }
    return terms;
  }

  private send(
    call: string,
    symbol: string,
    side: Side,
    shares: number,
    terms: {
      readonly limitPrice?: Price;
      readonly stopPrice?: Price;
      readonly trail?: Trail;
      /** What the prices say if absent. */
      readonly type?: OrderType;
    },
    options: OrderOptions,
    group?: GroupTerms,
  ): string {
    const { instance, parts } = this;
    parts.backlog.catchUp();
    checkReason(options, instance.id, call);
    const timeInForce = timeInForceOf(options.timeInForce, 'day');
    const { limitPrice, stopPrice, trail, type } = terms;
    const symbolId = this.symbolId(symbol);
    const quantity = quantityOf(shares);
    // What cannot be an order takes no number: ids go on without a gap.
    instance.clientOrderCount += 1;
    return parts.orchestrator.direct({
      clientOrderId: instance.clientOrderIds.of(instance.clientOrderCount),
      symbolId,
      side: sideOf(side),
      type: type ?? (trail === undefined ? typeOf(limitPrice, stopPrice) : 'trailing_stop'),
      timeInForce,
      quantity,
      limitPrice,
      stopPrice,
      trail,
      group,
      extendedHours: options.extendedHours ?? false,
      source: { kind: 'strategy', instanceId: instance.id },
      reason: options.reason.slice(0, 200),
      flatten: false,
    }).id;
  }
}
