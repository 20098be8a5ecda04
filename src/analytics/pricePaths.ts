/** What the symbols of a run cost over its time: for charts, and to value what was held. */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';

/** Prices of one symbol in the order of time; dollars. Columns of equal length. */
export interface PricePath {
  readonly time: Float64Array;
  readonly price: Float64Array;
}

/** What may tell a price, best first. */
const KINDS: readonly MarketTable['kind'][] = ['bar', 'print', 'quoteBar', 'quote'];

/**
 * A path per symbol, by symbol id: the closes of its bars; where it has none its prints that count for the last price,
 * else the middle of bid and ask. Empty for a symbol without data. Of bars of several lengths the shortest are taken.
 */
export function pricePathsOf(market: MarketBatch, symbolCount: number, priceScale: number): readonly PricePath[] {
  const paths = Array.from({ length: symbolCount }, (): { time: number[]; price: number[] } => ({
    time: [],
    price: [],
  }));
  const isTold = new Uint8Array(symbolCount);
  for (const kind of KINDS) {
    const told = new Set<number>();
    for (const table of market.tables.filter((one) => one.kind === kind).toSorted(byLength)) {
      const here = new Set<number>();
      for (let row = 0; row < table.length; row += 1) {
        const symbolId = table.symbolId[row] ?? 0;
        if (isTold[symbolId] === 1 || told.has(symbolId)) continue;
        const price = priceAt(table, row);
        if (price <= 0) continue;
        here.add(symbolId);
        const path = paths[symbolId];
        path?.time.push(table.time[row] ?? 0);
        path?.price.push(price / priceScale);
      }
      for (const symbolId of here) told.add(symbolId);
    }
    for (const symbolId of told) isTold[symbolId] = 1;
  }
  return paths.map(({ time, price }) => ({ time: Float64Array.from(time), price: Float64Array.from(price) }));
}

/** The price of the newest row at or before a time, looked for from `from` on; its index, −1 before the first. */
export function rowAt(path: PricePath, time: number, from = 0): number {
  let low = Math.max(0, from);
  let high = path.time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((path.time[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Shorter bars first; other tables as they are. */
function byLength(a: MarketTable, b: MarketTable): number {
  const lengthOf = (table: MarketTable): number =>
    table.kind === 'bar' || table.kind === 'quoteBar' ? (table.time[0] ?? 0) - (table.start[0] ?? 0) : 0;
  return lengthOf(a) - lengthOf(b);
}

/** Raw units; 0 where a row tells no price. */
function priceAt(table: MarketTable, row: number): number {
  switch (table.kind) {
    case 'bar':
      return table.close[row] ?? 0;
    case 'print':
      return ((table.flags[row] ?? 0) & (PrintFlag.LAST | PrintFlag.SUSPICIOUS)) === PrintFlag.LAST
        ? (table.price[row] ?? 0)
        : 0;
    case 'quoteBar':
      return middle(table.bidClose[row] ?? 0, table.askClose[row] ?? 0);
    case 'quote':
      return middle(table.bid[row] ?? 0, table.ask[row] ?? 0);
    default:
      return 0;
  }
}

function middle(bid: number, ask: number): number {
  return bid > 0 && ask > 0 ? (bid + ask) / 2 : 0;
}
