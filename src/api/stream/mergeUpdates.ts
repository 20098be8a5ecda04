/**
 * Conflation: two updates of one topic become one that has the same effect as both in order. Every topic is an
 * upsert by key, so that the newest value of each key is all that a slow client needs.
 */
import type { Bars, EquityCurve, ScenarioCurve, Scenarios, TopicUpdate } from '../../contracts/index.js';
import { assert } from '../../utils/assert.js';

/** Merges `newer` into `older`; both must be of one topic. Neither is changed. */
export function mergeUpdates(older: TopicUpdate, newer: TopicUpdate): TopicUpdate {
  assert(older.topic === newer.topic, `updates of ${older.topic} and ${newer.topic} do not merge`);
  switch (newer.topic) {
    case 'session':
    case 'account':
    case 'health':
      return newer;
    case 'quotes':
      if (older.topic !== 'quotes') return newer;
      return {
        topic: 'quotes',
        data: { quotes: upsert(older.data.quotes, newer.data.quotes, (quote) => quote.symbol) },
      };
    case 'orders':
      if (older.topic !== 'orders') return newer;
      return { topic: 'orders', data: { orders: upsert(older.data.orders, newer.data.orders, byId) } };
    case 'fills':
      if (older.topic !== 'fills') return newer;
      return { topic: 'fills', data: { fills: upsert(older.data.fills, newer.data.fills, byId) } };
    case 'signals':
      if (older.topic !== 'signals') return newer;
      return { topic: 'signals', data: { signals: upsert(older.data.signals, newer.data.signals, byId) } };
    case 'logs':
      if (older.topic !== 'logs') return newer;
      return { topic: 'logs', data: { lines: upsert(older.data.lines, newer.data.lines, byId) } };
    case 'positions':
      if (older.topic !== 'positions') return newer;
      return {
        topic: 'positions',
        data: {
          positions: upsert(older.data.positions, newer.data.positions, ({ owner, symbol }) => `${owner} ${symbol}`),
        },
      };
    case 'strategies':
      if (older.topic !== 'strategies') return newer;
      return {
        topic: 'strategies',
        data: {
          strategies: upsert(older.data.strategies, newer.data.strategies, ({ instanceId }) => instanceId),
        },
      };
    case 'scenarios':
      return older.topic === 'scenarios' ? { topic: 'scenarios', data: mergeScenarios(older.data, newer.data) } : newer;
    case 'equity':
      return older.topic === 'equity' ? { topic: 'equity', data: mergeEquity(older.data, newer.data) } : newer;
    default:
      return isBars(older) && isBars(newer) ? { topic: newer.topic, data: mergeBars(older.data, newer.data) } : newer;
  }
}

/** How many items an update carries; the measure of a slow client's backlog. */
export function updateSize(update: TopicUpdate): number {
  switch (update.topic) {
    case 'session':
    case 'account':
    case 'health':
      return 1;
    case 'quotes':
      return update.data.quotes.length;
    case 'orders':
      return update.data.orders.length;
    case 'fills':
      return update.data.fills.length;
    case 'signals':
      return update.data.signals.length;
    case 'logs':
      return update.data.lines.length;
    case 'positions':
      return update.data.positions.length;
    case 'strategies':
      return update.data.strategies.length;
    case 'scenarios':
      return 1 + update.data.orders.length + update.data.curve.time.length;
    default:
      return update.data.time.length;
  }
}

type BarsUpdate = Extract<TopicUpdate, { readonly topic: `bars:${string}` }>;

function isBars(update: TopicUpdate): update is BarsUpdate {
  return update.topic.startsWith('bars:');
}

function byId<Id extends string | number>(item: { readonly id: Id }): Id {
  return item.id;
}

/** Newest first, as the lists of the wire are: new and changed items, then those that did not change. */
function upsert<Item>(older: readonly Item[], newer: readonly Item[], keyOf: (item: Item) => string | number): Item[] {
  const keys = new Set(newer.map(keyOf));
  return [...newer, ...older.filter((item) => !keys.has(keyOf(item)))];
}

/** Rows of `older` before the first row of `newer`: columns are in order of time and newer ones replace the end. */
function keptRows(older: readonly number[], newer: readonly number[]): number {
  const first = newer[0];
  if (first === undefined) return older.length;
  let kept = older.length;
  while (kept > 0 && (older[kept - 1] ?? -Infinity) >= first) kept -= 1;
  return kept;
}

function mergeEquity(older: EquityCurve, newer: EquityCurve): EquityCurve {
  const kept = keptRows(older.time, newer.time);
  return {
    time: [...older.time.slice(0, kept), ...newer.time],
    equity: [...older.equity.slice(0, kept), ...newer.equity],
    cash: [...older.cash.slice(0, kept), ...newer.cash],
  };
}

function mergeScenarios(older: Scenarios, newer: Scenarios): Scenarios {
  const kept = keptRows(older.curve.time, newer.curve.time);
  const join = (column: keyof ScenarioCurve): number[] => [
    ...older.curve[column].slice(0, kept),
    ...newer.curve[column],
  ];
  return {
    ...newer,
    orders: upsert(older.orders, newer.orders, ({ orderId }) => orderId),
    curve: {
      time: join('time'),
      expected: join('expected'),
      strict: join('strict'),
      optimistic: join('optimistic'),
    },
  };
}

function mergeBars(older: Bars, newer: Bars): Bars {
  const kept = keptRows(older.time, newer.time);
  return {
    symbol: newer.symbol,
    timeframe: newer.timeframe,
    time: [...older.time.slice(0, kept), ...newer.time],
    open: [...older.open.slice(0, kept), ...newer.open],
    high: [...older.high.slice(0, kept), ...newer.high],
    low: [...older.low.slice(0, kept), ...newer.low],
    close: [...older.close.slice(0, kept), ...newer.close],
    volume: [...older.volume.slice(0, kept), ...newer.volume],
    vwap: [...older.vwap.slice(0, kept), ...newer.vwap],
    phase: [...older.phase.slice(0, kept), ...newer.phase],
  };
}
