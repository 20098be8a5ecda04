/**
 * The gateway's side of a running session: what the kernel's thread last said, ready for synchronous reads.
 *
 * Updates are upserts by key as contracts/stream.ts describes them. Lists keep the newest entries up to
 * {@link MIRROR_LIMITS}; older ones are in SQL and on the tape.
 */
import type {
  Account,
  EquityCurve,
  FillView,
  LogLine,
  OrderView,
  PositionView,
  QuoteView,
  Scenarios,
  SessionInfo,
  SignalView,
  StrategyView,
  TopicUpdate,
} from '../contracts/index.js';
import { required } from '../utils/assert.js';
import { ScenarioMirror } from './ScenarioMirror.js';

/** How many entries of each list are kept; the oldest go first, open orders never. */
export const MIRROR_LIMITS = { orders: 5_000, fills: 5_000, signals: 2_000, logs: 1_000, equity: 20_000 } as const;

/** The last known state of a session. */
export class SessionMirror {
  #session: SessionInfo | undefined;
  #account: Account | undefined;
  readonly #orders = new Map<string, OrderView>();
  readonly #fills = new Map<string, FillView>();
  readonly #positions = new Map<string, PositionView>();
  readonly #strategies = new Map<string, StrategyView>();
  /** Those that run or ran in this session, in order of registration. */
  #instances: readonly StrategyView[] = [];
  readonly #signals = new Map<string, SignalView>();
  readonly #quotes = new Map<string, QuoteView>();
  #scenarios = new ScenarioMirror(MIRROR_LIMITS.orders, MIRROR_LIMITS.equity);
  #logs: LogLine[] = [];
  #equity: { time: number[]; equity: number[]; cash: number[] } = { time: [], equity: [], cash: [] };

  /** The sources of a live session; empty before it is known. */
  get sources(): SessionInfo['sources'] {
    return this.#session?.sources ?? [];
  }

  /** The broker of the session; null or undefined without one, or before it is known. */
  get broker(): SessionInfo['broker'] | undefined {
    return this.#session?.broker;
  }

  /** Takes an update of any topic; those of bars and health are not mirrored. */
  apply(update: TopicUpdate): void {
    switch (update.topic) {
      case 'session':
        this.#session = update.data;
        return;
      case 'account':
        this.#account = update.data;
        return;
      case 'orders':
        upsert(this.#orders, update.data.orders, (order) => order.id);
        trim(this.#orders, MIRROR_LIMITS.orders, (order) => order.open);
        return;
      case 'fills':
        upsert(this.#fills, update.data.fills, (fill) => fill.id);
        trim(this.#fills, MIRROR_LIMITS.fills);
        return;
      case 'positions':
        for (const position of update.data.positions) {
          const key = `${position.owner} ${position.symbol}`;
          if (position.quantity === '0') this.#positions.delete(key);
          else this.#positions.set(key, position);
        }
        return;
      case 'strategies':
        upsert(this.#strategies, update.data.strategies, (strategy) => strategy.instanceId);
        this.#instances = update.data.strategies.filter(({ startedAt }) => startedAt !== null);
        return;
      case 'signals':
        upsert(this.#signals, update.data.signals, (signal) => signal.id);
        trim(this.#signals, MIRROR_LIMITS.signals);
        return;
      case 'quotes':
        upsert(this.#quotes, update.data.quotes, (quote) => quote.symbol);
        return;
      case 'logs':
        this.#logs.push(...update.data.lines);
        if (this.#logs.length > MIRROR_LIMITS.logs) this.#logs = this.#logs.slice(-MIRROR_LIMITS.logs);
        return;
      case 'equity':
        this.#appendEquity(update.data);
        return;
      case 'scenarios':
        this.#scenarios.apply(update.data);
        return;
      default:
        return;
    }
  }

  /** Forgets everything: the session was rebuilt and will be told anew. */
  clear(): void {
    for (const map of [this.#orders, this.#fills, this.#positions, this.#strategies, this.#signals, this.#quotes])
      map.clear();
    this.#instances = [];
    this.#logs = [];
    this.#equity = { time: [], equity: [], cash: [] };
    this.#scenarios = new ScenarioMirror(MIRROR_LIMITS.orders, MIRROR_LIMITS.equity);
  }

  get session(): SessionInfo {
    return required(this.#session, 'the session');
  }

  get account(): Account {
    return required(this.#account, 'the account');
  }

  /** Newest first. */
  orders(query: { readonly openOnly: boolean; readonly symbol?: string; readonly limit: number }): OrderView[] {
    return newest(
      this.#orders,
      query.limit,
      (order) => (!query.openOnly || order.open) && matches(order, query.symbol),
    );
  }

  order(orderId: string): OrderView | undefined {
    return this.#orders.get(orderId);
  }

  /** Newest first. */
  fills(query: { readonly symbol?: string; readonly limit: number }): FillView[] {
    return newest(this.#fills, query.limit, (fill) => matches(fill, query.symbol));
  }

  /** By owner, then symbol. */
  positions(): PositionView[] {
    return [...this.#positions.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, position]) => position);
  }

  /** By instance id. */
  strategies(): StrategyView[] {
    return [...this.#strategies.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  }

  /** The id of the instance that was registered as number `index`; undefined if there is none. */
  instanceAt(index: number): string | undefined {
    return this.#instances[index]?.instanceId;
  }

  /** Newest first. */
  signals(query: { readonly instanceId?: string; readonly limit: number }): SignalView[] {
    return newest(
      this.#signals,
      query.limit,
      (signal) => query.instanceId === undefined || signal.instanceId === query.instanceId,
    );
  }

  quotes(): QuoteView[] {
    return [...this.#quotes.values()];
  }

  /** Newest first. */
  logs(limit: number): LogLine[] {
    return this.#logs.slice(-limit).reverse();
  }

  /** The newest `limit` points, oldest first. */
  equity(limit: number): EquityCurve {
    const { time, equity, cash } = this.#equity;
    return { time: time.slice(-limit), equity: equity.slice(-limit), cash: cash.slice(-limit) };
  }

  /** Orders newest first, points oldest first. */
  scenarios(limits: { readonly orders: number; readonly points: number }): Scenarios {
    return this.#scenarios.view(limits);
  }

  #appendEquity(points: EquityCurve): void {
    this.#equity.time.push(...points.time);
    this.#equity.equity.push(...points.equity);
    this.#equity.cash.push(...points.cash);
    if (this.#equity.time.length > 2 * MIRROR_LIMITS.equity) this.#equity = this.equity(MIRROR_LIMITS.equity);
  }
}

/** Changes in place: a Map keeps the place of a key, so the order is that of first appearance. */
function upsert<T>(map: Map<string, T>, values: readonly T[], key: (value: T) => string): void {
  for (const value of values) map.set(key(value), value);
}

function trim<T>(map: Map<string, T>, limit: number, keep: (value: T) => boolean = () => false): void {
  if (map.size <= limit) return;
  for (const [key, value] of map) {
    if (map.size <= limit) return;
    if (!keep(value)) map.delete(key);
  }
}

function newest<T>(map: Map<string, T>, limit: number, wanted: (value: T) => boolean): T[] {
  return [...map.values()].filter(wanted).slice(-limit).reverse();
}

function matches(value: { readonly symbol: string }, symbol: string | undefined): boolean {
  return symbol === undefined || value.symbol === symbol;
}
