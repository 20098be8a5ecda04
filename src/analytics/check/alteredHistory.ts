/**
 * Stores of history that answer with something else than what was recorded: the same data cut at an instant, with
 * everything after an instant replaced by noise, or with less volume. Rows are never changed in place.
 */
import type { BarTable, MarketTable } from '../../domain/marketTables.js';
import type { HistoryQuery, HistoryStore } from '../../domain/ports.js';
import { rowAtOrAfter, sliceTable } from '../../domain/tables.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../../domain/units.js';
import type { Micros } from '../../domain/units.js';
import { SeededRandom } from '../../utils/random.js';

/** Steps of prices per dollar in noise: cents. */
const CENTS = 100;
/** Deviation of a bar's return in noise where the data before it do not tell one. */
const DEFAULT_DEVIATION = 0.002;
/** A bar of noise moves by at most this many deviations, so that no price falls to nothing. */
const MOST_DEVIATIONS = 4;

/** The rows known at `time`, and none after it. */
export function cutHistory(store: HistoryStore, time: Micros): HistoryStore {
  return altered(store, (table) => upTo(table, time));
}

/**
 * Bars after `time` are a random walk from the last close, with the deviation of the returns before (or of all returns,
 * where there are none before); times and volumes stay. Other kinds of rows end at `time`.
 */
export function noisyHistory(store: HistoryStore, time: Micros, seed: number): HistoryStore {
  return altered(store, (table, { adjust }) => {
    if (table.kind !== 'bar') return upTo(table, time);
    const scale = adjust === 'raw' ? RAW_PRICE_SCALE : ADJUSTED_PRICE_SCALE;
    return withNoise(table, time, seed, scale / CENTS);
  });
}

/** Volumes and displayed sizes divided by `divisor`, whole shares: what is traded is that many times as large in it. */
export function thinHistory(store: HistoryStore, divisor: number): HistoryStore {
  const thin = (column: Float64Array): Float64Array => column.map((size) => Math.floor(size / divisor));
  return altered(store, (table) => {
    if (table.kind === 'bar') return { ...table, volume: thin(table.volume) };
    if (table.kind === 'quoteBar') return { ...table, bidSize: thin(table.bidSize), askSize: thin(table.askSize) };
    return table;
  });
}

function altered(store: HistoryStore, change: (table: MarketTable, query: HistoryQuery) => MarketTable): HistoryStore {
  return {
    coverage: () => store.coverage(),
    load: async (query) => change(await store.load(query), query),
  };
}

function upTo<T extends MarketTable>(table: T, time: Micros): T {
  return sliceTable(table, 0, rowAtOrAfter(table.time, table.length, time + 1));
}

function withNoise(table: BarTable, time: Micros, seed: number, tick: number): BarTable {
  const first = rowAtOrAfter(table.time, table.length, time + 1);
  const noisy: BarTable = {
    ...table,
    open: table.open.slice(),
    high: table.high.slice(),
    low: table.low.slice(),
    close: table.close.slice(),
  };
  const deviations = deviationsBySymbol(table, first > 0 ? first : table.length);
  const random = new SeededRandom(seed);
  const onGrid = (price: number): number => Math.max(1, Math.round(price / tick)) * tick;
  const last = new Map<number, number>();
  for (let row = 0; row < first; row += 1) last.set(table.symbolId[row] ?? 0, table.close[row] ?? 0);
  for (let row = first; row < table.length; row += 1) {
    const symbolId = table.symbolId[row] ?? 0;
    const before = last.get(symbolId) ?? table.open[row] ?? tick;
    const deviation = deviations.get(symbolId) ?? DEFAULT_DEVIATION;
    const move = (): number => 1 + deviation * Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, random.normal()));
    const open = onGrid(before);
    const close = onGrid(before * move());
    const edge = Math.abs(move() - 1) * before;
    noisy.open[row] = open;
    noisy.close[row] = close;
    noisy.high[row] = Math.max(open, close, onGrid(Math.max(open, close) + edge / 2));
    noisy.low[row] = Math.min(open, close, onGrid(Math.min(open, close) - edge / 2));
    last.set(symbolId, close);
  }
  return noisy;
}

/** Root mean square of the close-to-close returns of rows [0, end), by symbol. */
function deviationsBySymbol(table: BarTable, end: number): ReadonlyMap<number, number> {
  const sums = new Map<number, { last: number; squares: number; count: number }>();
  for (let row = 0; row < end; row += 1) {
    const symbolId = table.symbolId[row] ?? 0;
    const close = table.close[row] ?? 0;
    const sum = sums.get(symbolId) ?? { last: 0, squares: 0, count: 0 };
    if (sum.last > 0 && close > 0) {
      const change = close / sum.last - 1;
      sum.squares += change * change;
      sum.count += 1;
    }
    sum.last = close;
    sums.set(symbolId, sum);
  }
  const deviations = new Map<number, number>();
  for (const [symbolId, { squares, count }] of sums) {
    if (count > 1 && squares > 0) deviations.set(symbolId, Math.min(0.1, Math.sqrt(squares / count)));
  }
  return deviations;
}
