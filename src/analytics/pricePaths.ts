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
  // Counted first: lists that grow would take several times the memory of the paths.
  const counts = new Uint32Array(symbolCount);
  eachPrice(market, symbolCount, (symbolId) => {
    counts[symbolId] = (counts[symbolId] ?? 0) + 1;
  });
  const paths = Array.from(counts, (count): PricePath => {
    return { time: new Float64Array(count), price: new Float64Array(count) };
  });
  const ends = new Uint32Array(symbolCount);
  eachPrice(market, symbolCount, (symbolId, time, price) => {
    const path = paths[symbolId];
    const end = ends[symbolId] ?? 0;
    if (path === undefined) return;
    path.time[end] = time;
    path.price[end] = price / priceScale;
    ends[symbolId] = end + 1;
  });
  return paths;
}

/** Shows what the paths are made of, those of one symbol in the order of time; prices in raw units. */
function eachPrice(
  market: MarketBatch,
  symbolCount: number,
  visit: (symbolId: number, time: number, price: number) => void,
): void {
  /** Of each symbol the number of the table that alone tells its prices, from 1; 0 as long as none does. */
  const tellers = new Uint32Array(symbolCount);
  let number = 0;
  for (const kind of KINDS) {
    for (const table of market.tables.filter((one) => one.kind === kind).toSorted(byLength)) {
      number += 1;
      for (let row = 0; row < table.length; row += 1) {
        const symbolId = table.symbolId[row] ?? 0;
        const teller = tellers[symbolId] ?? 0;
        if (teller !== 0 && teller !== number) continue;
        const price = priceAt(table, row);
        if (price <= 0) continue;
        tellers[symbolId] = number;
        visit(symbolId, table.time[row] ?? 0, price);
      }
    }
  }
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
