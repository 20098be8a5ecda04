/**
 * The process side of a session: the {@link TradingSession} that the gateway serves. Holds a mirror for
 * synchronous reads, passes everything else to the session's thread, and watches that the thread still moves.
 */
import type {
  Bars,
  Catalogue,
  Dependency,
  MarketControl,
  OrderExplanation,
  OrderView,
  ReceiptView,
  RiskDecisionView,
  TopicUpdate,
} from '../contracts/index.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { MarketRow } from '../api/alpaca/PaperVenue.js';
import type { BarsQuery, TradingSession, UpdateListener } from '../api/tradingSession.js';
import type { Command, CommandResult } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { Timeframe } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import type { AccountState } from '../domain/venueDesk.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { StorageNotice } from '../storage/eventLog.js';
import { brokerDependency } from './brokerViews.js';
import { sourceDependency } from './liveViews.js';
import type { SessionCalls, SessionMessage, SessionReply, SessionRequest } from './protocol.js';
import type { SessionRecord } from './readTape.js';
import { SessionMirror } from './SessionMirror.js';
import type { SessionPerformance } from './SessionTrades.js';
import { catalogueOf } from './sessionViews.js';
import type { ClosingPrices } from './tapeRecords.js';
import { fromWireError } from './wireError.js';

/** A thread, or something that behaves like one. */
export interface SessionThread {
  send(request: SessionRequest): void;
  terminate(): Promise<void>;
}

/** What the client tells its owner. */
export interface SessionEvents {
  /** A session is open; `events` are those of the desk's accounts so far. */
  onOpened(session: SessionRecord, events: readonly VenueEvent[]): void;
  /** Durable events of the desk's accounts, in order. */
  onEvents(events: readonly VenueEvent[]): void;
  onNotice(notice: StorageNotice): void;
  /** Trades that were closed, or whose last markouts have become known. */
  onTrades?(trades: readonly TradeDocument[], accountId?: string): void;
  /** Rows of the market, while it is watched. */
  onMarketRows?(rows: readonly MarketRow[]): void;
  /** The session is over; what its symbols ended at if another one follows. */
  onEnded(closing: ClosingPrices | undefined): void;
  /** The thread cannot go on. */
  onFatal(error: PapertapeError): void;
}

/** Requests that may wait at once; more are refused with `OVERLOADED`. */
const MAX_WAITING = 1_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: PapertapeError) => void;
}

/** See the module header. */
export class SessionClient implements TradingSession {
  readonly priceScale = RAW_PRICE_SCALE;
  readonly #mirror = new SessionMirror();
  readonly #events: SessionEvents;
  readonly #strategyFiles: () => ReadonlyMap<string, StrategyClass>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<UpdateListener>();
  readonly #barListeners = new Map<string, Set<UpdateListener>>();
  #thread: SessionThread | undefined;
  #nextId = 1;
  #ready: { resolve: () => void; reject: (error: PapertapeError) => void } | undefined;
  #fault: string | undefined;
  #recoveredRecords = 0;
  #watchesMarket = false;

  /** `strategyFiles` gives the user's strategies by the name that starts them. */
  constructor(events: SessionEvents, strategyFiles: () => ReadonlyMap<string, StrategyClass>) {
    this.#events = events;
    this.#strategyFiles = strategyFiles;
  }

  /** Records that were on the tape when the session was opened; the opening one of a new session does not count. */
  get recoveredRecords(): number {
    return this.#recoveredRecords;
  }

  /** Connects to a new thread and resolves when its session is open. Rejects with what kept it from opening. */
  async connect(makeThread: (onMessage: (message: SessionMessage) => void) => SessionThread): Promise<void> {
    this.#fault = undefined;
    await new Promise<void>((resolve, reject) => {
      this.#ready = { resolve, reject };
      this.#thread = makeThread((message) => {
        this.#receive(message);
      });
    });
    for (const topic of this.#barListeners.keys()) this.#askToWatch(topic, true);
    if (this.#watchesMarket) await this.#call('watchMarket', true);
  }

  /** Ends the session cleanly: its tape is closed. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    // A thread that failed has ended already, and its tape with it.
    if (thread === undefined) return;
    try {
      await this.#call('stop', null);
    } finally {
      await thread.terminate();
    }
    this.#abandon(new PapertapeError('SHUTTING_DOWN', 'The session was stopped.'));
  }

  /** Ends a thread that no longer answers; what waited for it is told so. */
  async kill(): Promise<void> {
    this.#fault = 'A strategy did not return; the session is started again without it.';
    await this.#thread?.terminate();
    this.#abandon(
      new PapertapeError('KERNEL_UNRESPONSIVE', 'The kernel did not answer in time.', {
        remedy: 'Look the order up by its client order id before sending it again.',
      }),
    );
  }

  info() {
    return this.#mirror.session;
  }
  account() {
    return this.#mirror.account;
  }
  equity(limit: number) {
    return this.#mirror.equity(limit);
  }
  scenarios(limits: { readonly orders: number; readonly points: number }) {
    return this.#mirror.scenarios(limits);
  }
  positions() {
    return { positions: this.#mirror.positions() };
  }
  orders(query: { readonly openOnly: boolean; readonly symbol?: string; readonly limit: number }) {
    return { orders: this.#mirror.orders(query) };
  }
  order(orderId: string): OrderView | undefined {
    return this.#mirror.order(orderId);
  }
  fills(query: { readonly symbol?: string; readonly limit: number }) {
    return { fills: this.#mirror.fills(query) };
  }
  strategies() {
    return { strategies: this.#mirror.strategies() };
  }
  catalogue(): Catalogue {
    return catalogueOf(this.#strategyFiles());
  }
  /** The id of the instance that was registered as number `index`; undefined if there is none. */
  instanceAt(index: number): string | undefined {
    return this.#mirror.instanceAt(index);
  }
  signals(query: { readonly instanceId?: string; readonly limit: number }) {
    return { signals: this.#mirror.signals(query) };
  }
  quotes() {
    return { quotes: this.#mirror.quotes() };
  }
  logs(limit: number) {
    return { lines: this.#mirror.logs(limit) };
  }
  dependencies(): readonly Dependency[] {
    const state = this.#fault === undefined ? 'up' : 'down';
    const detail = this.#fault ?? '';
    return [
      { name: 'kernel', state, detail, latencyMs: null },
      { name: 'tape', state, detail, latencyMs: null },
      this.#fault === undefined && this.#thread !== undefined
        ? sourceDependency(this.#mirror.sources)
        : { name: 'source', state, detail, latencyMs: null },
      ...this.#brokerDependency(),
    ];
  }

  /** A broker that a stopped session was connected to is not known to be well. */
  #brokerDependency(): readonly Dependency[] {
    const dependency = brokerDependency(this.#mirror.broker);
    if (dependency === undefined) return [];
    return this.#fault === undefined ? [dependency] : [{ ...dependency, state: 'down', detail: this.#fault }];
  }

  bars(query: BarsQuery): Promise<Bars> {
    return this.#call('bars', query);
  }
  async receipt(fillId: string): Promise<ReceiptView | undefined> {
    return (await this.#call('receipt', fillId)) ?? undefined;
  }
  async explain(orderId: string): Promise<OrderExplanation | undefined> {
    return (await this.#call('explain', orderId)) ?? undefined;
  }
  async risk(orderId: string): Promise<RiskDecisionView | undefined> {
    return (await this.#call('risk', orderId)) ?? undefined;
  }
  performance(): Promise<SessionPerformance> {
    return this.#call('performance', null);
  }
  openTrades(): Promise<readonly TradeDocument[]> {
    return this.#call('openTrades', null);
  }
  async accountState(accountId: string): Promise<AccountState | undefined> {
    return (await this.#call('accountState', accountId)) ?? undefined;
  }
  deskAccounts(): Promise<readonly string[]> {
    return this.#call('deskAccounts', null);
  }
  deskOrders(accountId: string): Promise<readonly Order[]> {
    return this.#call('deskOrders', accountId);
  }
  /** Calls of the session's thread that have no form of their own here, for the host. */
  ask<Method extends 'marketQuotes' | 'marketPrints' | 'marketBars' | 'marketLatest' | 'corporateActions' | 'jump'>(
    method: Method,
    args: SessionCalls[Method]['args'],
  ): Promise<SessionCalls[Method]['result']> {
    return this.#call(method, args);
  }
  /** Begins or ends telling the market's rows; a session that follows is asked again. */
  async watchMarket(on: boolean): Promise<void> {
    this.#watchesMarket = on;
    await this.#call('watchMarket', on);
  }
  command(command: Command): Promise<CommandResult> {
    return this.#call('command', command);
  }
  async control(control: MarketControl): Promise<void> {
    await this.#call('control', control);
  }

  onUpdate(listener: UpdateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watchBars(symbol: string, timeframe: Timeframe, listener: UpdateListener): () => void {
    const topic = `${symbol}:${timeframe}`;
    let listeners = this.#barListeners.get(topic);
    if (listeners === undefined) {
      listeners = new Set();
      this.#barListeners.set(topic, listeners);
      this.#askToWatch(topic, true);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#barListeners.get(topic) !== listeners) return;
      this.#barListeners.delete(topic);
      this.#askToWatch(topic, false);
    };
  }

  #askToWatch(topic: string, on: boolean): void {
    const [symbol = '', timeframe = ''] = topic.split(':');
    // The topic was made of a known timeframe; a symbol that is gone gives no bars, which is no fault here.
    this.#call('watch', { symbol, timeframe: timeframe as Timeframe, on }).catch((error: unknown) => {
      this.#events.onNotice({
        code: 'SYMBOL_UNKNOWN',
        message: error instanceof Error ? error.message : String(error),
      });
    });
  }

  #call<Method extends keyof SessionCalls>(
    method: Method,
    args: SessionCalls[Method]['args'],
  ): Promise<SessionCalls[Method]['result']> {
    const thread = this.#thread;
    if (thread === undefined) return Promise.reject(new PapertapeError('SHUTTING_DOWN', 'The session is not running.'));
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(
        new PapertapeError('OVERLOADED', `${MAX_WAITING} requests wait for the kernel; no more are taken.`, {
          remedy: 'Try again in a moment.',
        }),
      );
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      thread.send({ id, method, args } as SessionRequest);
    });
  }

  #receive(message: SessionMessage): void {
    switch (message.type) {
      case 'ready':
        this.#mirror.clear();
        this.#recoveredRecords = message.recordCount;
        this.#events.onOpened(message.session, message.events);
        this.#tell(message.updates);
        this.#ready?.resolve();
        this.#ready = undefined;
        return;
      case 'updates':
        this.#tell(message.updates);
        return;
      case 'durable':
        if (message.events.length > 0) this.#events.onEvents(message.events);
        for (const reply of message.replies) this.#answer(reply);
        return;
      case 'trades':
        this.#events.onTrades?.(message.trades, message.accountId);
        return;
      case 'marketRows':
        this.#events.onMarketRows?.(message.rows);
        return;
      case 'notice':
        this.#events.onNotice(message.notice);
        return;
      case 'ended':
        this.#events.onEnded(message.closing);
        return;
      case 'fatal': {
        const error = fromWireError(message.error);
        this.#fault = error.message;
        // Nothing that it still holds may be decided on; the next start reads the tape.
        void this.#thread?.terminate();
        this.#abandon(error);
        if (this.#ready === undefined) this.#events.onFatal(error);
        this.#ready?.reject(error);
        this.#ready = undefined;
        return;
      }
    }
  }

  #answer(reply: SessionReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(fromWireError(reply.error));
  }

  #tell(updates: readonly TopicUpdate[]): void {
    for (const update of updates) {
      this.#mirror.apply(update);
      if (update.topic.startsWith('bars:')) {
        for (const listener of this.#barListeners.get(update.topic.slice(5)) ?? []) listener(update);
      } else {
        for (const listener of this.#listeners) listener(update);
      }
    }
  }

  #abandon(error: PapertapeError): void {
    this.#thread = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
