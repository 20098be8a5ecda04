/**
 * What the stream says, outside React. Messages change a working copy at once; what changed is published to
 * readers once per frame, so however fast the market runs, a component renders at most once a frame. However rare
 * the frames are, as in a hidden tab, the working copy stays current and bounded.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type {
  Account,
  EquityCurve,
  FillView,
  Health,
  LogLine,
  OrderView,
  PositionView,
  QuoteView,
  Scenarios,
  SessionInfo,
  SignalView,
  StrategyView,
  TopicFamily,
  TopicUpdate,
} from '../../../src/contracts/index.js';
import type { ConnectionState, StreamListener } from '../services/StreamClient.js';
import { BarSeriesStore } from './BarSeriesStore.js';
import { ScenarioStore } from './ScenarioStore.js';
import { TrendStore } from './TrendStore.js';

/** What components read. Lists are new objects only when they changed. */
export interface LiveState {
  readonly connection: ConnectionState;
  /** Topics of which a snapshot has come; the others show that they are loading. */
  readonly received: ReadonlySet<TopicFamily>;
  readonly session: SessionInfo | undefined;
  /** When `session` came, in milliseconds of the monotonic clock, to run the market clock on between messages. */
  readonly sessionReceivedAt: number;
  readonly account: Account | undefined;
  readonly equity: EquityCurve;
  readonly health: Health | undefined;
  readonly quotes: ReadonlyMap<string, QuoteView>;
  /** By symbol, then owner; open ones only. */
  readonly positions: readonly PositionView[];
  /** Newest first. */
  readonly orders: readonly OrderView[];
  readonly fills: readonly FillView[];
  readonly signals: readonly SignalView[];
  readonly logs: readonly LogLine[];
  /** By instance id. */
  readonly strategies: readonly StrategyView[];
  /** With the orders and points that were kept: newest order first, oldest point first. */
  readonly scenarios: Scenarios | undefined;
}

/** What the store needs from outside. */
export interface LiveStoreOptions {
  /** Calls `task` in the next animation frame. */
  readonly nextFrame: (task: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** How many rows of each list are kept; the oldest go first. */
export const KEPT = {
  orders: 500,
  fills: 1000,
  signals: 500,
  logs: 1000,
  equity: 20_000,
  scenarioOrders: 500,
} as const;

const EMPTY: LiveState = {
  connection: { kind: 'idle' },
  received: new Set(),
  session: undefined,
  sessionReceivedAt: 0,
  account: undefined,
  equity: { time: [], equity: [], cash: [] },
  health: undefined,
  quotes: new Map(),
  positions: [],
  orders: [],
  fills: [],
  signals: [],
  logs: [],
  strategies: [],
  scenarios: undefined,
};

type Changes = { -readonly [Key in keyof LiveState]?: LiveState[Key] };

/** Receives the stream and publishes {@link LiveState}. */
export class LiveStore implements StreamListener {
  /** What components subscribe to. */
  readonly state: StoreApi<LiveState> = createStore<LiveState>(() => EMPTY);
  /** Bars of the subscribed series. */
  readonly bars = new BarSeriesStore();
  /** Recent prices of every symbol. */
  readonly trends = new TrendStore();
  readonly #scenarios = new ScenarioStore(KEPT.scenarioOrders, KEPT.equity);
  readonly #options: LiveStoreOptions;
  readonly #quotes = new Map<string, QuoteView>();
  readonly #positions = new Map<string, PositionView>();
  readonly #orders = new Map<string, OrderView>();
  readonly #fills = new Map<string, FillView>();
  readonly #signals = new Map<string, SignalView>();
  readonly #logs = new Map<number, LogLine>();
  readonly #strategies = new Map<string, StrategyView>();
  #equity: { time: number[]; equity: number[]; cash: number[] } = { time: [], equity: [], cash: [] };
  #received = new Set<TopicFamily>();
  #single: Changes = {};
  readonly #changed = new Set<TopicFamily>();
  #frameAsked = false;

  constructor(options: LiveStoreOptions) {
    this.#options = options;
  }

  onState(connection: ConnectionState): void {
    this.#single.connection = connection;
    this.#askFrame();
  }

  /** Forgets that snapshots came, but keeps showing the last figures until new ones replace them. */
  onResync(): void {
    this.bars.clear();
  }

  /** Forgets everything: the user signed out. */
  reset(): void {
    for (const rows of [this.#quotes, this.#positions, this.#orders, this.#fills, this.#signals, this.#strategies]) {
      rows.clear();
    }
    this.#logs.clear();
    this.#equity = { time: [], equity: [], cash: [] };
    this.#scenarios.clear();
    this.#received = new Set();
    this.#single = {};
    this.#changed.clear();
    this.trends.clear();
    this.bars.clear();
    this.state.setState(EMPTY, true);
  }

  onUpdate(kind: 'snapshot' | 'delta', update: TopicUpdate): void {
    const isSnapshot = kind === 'snapshot';
    switch (update.topic) {
      case 'session':
        this.#single.session = update.data;
        this.#single.sessionReceivedAt = this.#options.now();
        break;
      case 'account':
        this.#single.account = update.data;
        break;
      case 'health':
        this.#single.health = update.data;
        break;
      case 'quotes':
        upsert(this.#quotes, update.data.quotes, (row) => row.symbol, isSnapshot);
        for (const quote of update.data.quotes) this.trends.sample(quote);
        break;
      case 'positions':
        upsert(this.#positions, update.data.positions, (row) => `${row.symbol} ${row.owner}`, isSnapshot);
        break;
      case 'orders':
        upsert(this.#orders, update.data.orders, (row) => row.id, isSnapshot);
        break;
      case 'fills':
        upsert(this.#fills, update.data.fills, (row) => row.id, isSnapshot);
        break;
      case 'signals':
        upsert(this.#signals, update.data.signals, (row) => row.id, isSnapshot);
        break;
      case 'strategies':
        upsert(this.#strategies, update.data.strategies, (row) => row.instanceId, isSnapshot);
        break;
      case 'logs':
        upsert(this.#logs, update.data.lines, (row) => row.id, isSnapshot);
        break;
      case 'equity':
        this.#addEquity(update.data, isSnapshot);
        break;
      case 'scenarios':
        this.#scenarios.apply(update.data, isSnapshot);
        break;
      default:
        this.bars.apply(update.topic, update.data, isSnapshot);
        this.#mark('bars');
        return;
    }
    this.#mark(update.topic);
  }

  #mark(family: TopicFamily): void {
    if (!this.#received.has(family)) this.#received = new Set(this.#received).add(family);
    this.#changed.add(family);
    this.#askFrame();
  }

  #askFrame(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#options.nextFrame(() => {
      this.#frameAsked = false;
      this.#publish();
    });
  }

  #publish(): void {
    const changes: Changes = { ...this.#single, received: this.#received };
    this.#single = {};
    for (const family of this.#changed) this.#publishFamily(family, changes);
    this.#changed.clear();
    this.state.setState(changes);
    this.bars.publish();
  }

  #publishFamily(family: TopicFamily, changes: Changes): void {
    switch (family) {
      case 'quotes':
        changes.quotes = new Map(this.#quotes);
        break;
      case 'positions':
        changes.positions = [...this.#positions.values()]
          .filter((row) => !/^-?0(\.0*)?$/.test(row.quantity))
          .sort((a, b) => compareText(a.symbol, b.symbol) || compareText(a.owner, b.owner));
        break;
      case 'orders':
        changes.orders = newestFirst(this.#orders, (row) => row.createdAt, KEPT.orders);
        break;
      case 'fills':
        changes.fills = newestFirst(this.#fills, (row) => row.time, KEPT.fills);
        break;
      case 'signals':
        changes.signals = newestFirst(this.#signals, (row) => row.time, KEPT.signals);
        break;
      case 'logs':
        changes.logs = newestFirst(this.#logs, (row) => row.id, KEPT.logs);
        break;
      case 'strategies':
        changes.strategies = [...this.#strategies.values()].sort((a, b) => compareText(a.instanceId, b.instanceId));
        break;
      case 'equity':
        changes.equity = {
          time: [...this.#equity.time],
          equity: [...this.#equity.equity],
          cash: [...this.#equity.cash],
        };
        break;
      case 'scenarios':
        changes.scenarios = this.#scenarios.view();
        break;
      case 'session':
      case 'account':
      case 'health':
      case 'bars':
        break;
    }
  }

  #addEquity(points: EquityCurve, isSnapshot: boolean): void {
    if (isSnapshot) this.#equity = { time: [], equity: [], cash: [] };
    const { time, equity, cash } = this.#equity;
    for (let index = 0; index < points.time.length; index++) {
      const at = points.time[index] ?? 0;
      // A point of the same time replaces the last one; an earlier one is a repetition.
      const last = time.at(-1);
      if (last !== undefined && at < last) continue;
      if (last === at) [time, equity, cash].forEach((column) => column.pop());
      time.push(at);
      equity.push(points.equity[index] ?? 0);
      cash.push(points.cash[index] ?? 0);
    }
    const surplus = time.length - KEPT.equity;
    if (surplus > 0) [time, equity, cash].forEach((column) => column.splice(0, surplus));
  }
}

function upsert<Key, Row>(rows: Map<Key, Row>, news: readonly Row[], keyOf: (row: Row) => Key, isSnapshot: boolean) {
  if (isSnapshot) rows.clear();
  for (const row of news) rows.set(keyOf(row), row);
}

/** Rows by `rank`, highest first, equal ones latest received first; the working copy forgets what is beyond `kept`. */
function newestFirst<Key, Row>(rows: Map<Key, Row>, rank: (row: Row) => number, kept: number): Row[] {
  const sorted = [...rows].reverse().sort(([, a], [, b]) => rank(b) - rank(a));
  for (const [key] of sorted.slice(kept)) rows.delete(key);
  return sorted.slice(0, kept).map(([, row]) => row);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
