import { describe, expect, test } from 'vitest';
import type { MarketRow } from '../api/alpaca/PaperVenue.js';
import { PrintFlag, TradingStatus } from '../domain/marketTables.js';
import type { MarketTable } from '../domain/marketTables.js';
import { createPrintTable, createStatusTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { MarketArchive } from './MarketArchive.js';

const START = Date.UTC(2026, 7, 3, 14, 30) * 1000;
const REGULAR = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

function archive(): MarketArchive {
  const made = new MarketArchive(1, 100);
  made.live.watch(true);
  return made;
}
function observe(into: MarketArchive, table: MarketTable): void {
  into.observe({ tables: [table], order: null, length: table.length });
}
function print(time: number, price: number, size: number, flags: number = REGULAR): MarketTable {
  const table = createPrintTable(1);
  Object.assign(table, { length: 1 });
  [table.time[0], table.price[0], table.size[0], table.flags[0]] = [time, price, size, flags];
  return table;
}
function status(time: number, code: number): MarketTable {
  const table = createStatusTable(1);
  Object.assign(table, { length: 1 });
  [table.time[0], table.status[0]] = [time, code];
  return table;
}
const brief = (rows: readonly MarketRow[]): unknown[] =>
  rows.map((row) => {
    if (row.kind === 'bands') return [row.lower, row.upper, row.cause];
    if (row.kind === 'status') return [row.halted, row.halt];
    return row.kind;
  });

describe('a trade that is reported late', () => {
  test('restates its minute: range, volume, count and turnover, but neither open nor close', () => {
    const one = archive();
    observe(one, print(START + SECOND, 100, 10));
    observe(one, print(START + 30 * SECOND, 102, 20));
    observe(one, print(START + MINUTE + SECOND, 101, 5));
    one.live.take();
    one.noteLateTrade(0, START + 10 * SECOND, START + MINUTE + 40 * SECOND, 99, 7);
    const restated = { open: 100, high: 102, low: 99, close: 102, volume: 37, count: 3, start: START };
    expect(one.live.take()).toMatchObject([
      { kind: 'print', price: 99, size: 7, time: START + MINUTE + 40 * SECOND },
      { kind: 'bar', restated: true, turnover: 1000 + 2040 + 693, ...restated },
    ]);
    expect(one.minutes(0, START, START)).toMatchObject([restated]);
    const prints = one.prints({ symbolId: 0, from: START, to: Infinity, limit: 9, sort: 'asc' });
    expect(prints.map(({ price, id }) => [price, id])).toEqual([
      [100, 1],
      [102, 2],
      [101, 3],
      [99, 4],
    ]);
    // The minute under way goes on.
    observe(one, print(START + MINUTE + 50 * SECOND, 103, 5));
    expect(one.minutes(0, START, Infinity)).toMatchObject([restated, { close: 103, volume: 10, count: 2 }]);
  });

  test('makes the bar of a minute in which nothing else traded', () => {
    const one = archive();
    observe(one, print(START, 100, 10));
    observe(one, print(START + 2 * MINUTE, 100, 10));
    one.noteLateTrade(0, START + MINUTE, START + 2 * MINUTE + SECOND, 98, 4);
    expect(one.minutes(0, START, Infinity).map(({ start, close, volume }) => [start, close, volume])).toEqual([
      [START, 100, 10],
      [START + MINUTE, 98, 4],
      [START + 2 * MINUTE, 100, 10],
    ]);
  });
});

test('the latest trade is the last that could set the price: no odd lot, and none that is reported late', () => {
  const one = archive();
  observe(one, print(START, 99, 3, PrintFlag.VOLUME | PrintFlag.ODD_LOT));
  expect(one.latest(0).print).toBeUndefined();
  observe(one, print(START + SECOND, 100, 100));
  observe(one, print(START + 2 * SECOND, 90, 3, PrintFlag.VOLUME | PrintFlag.ODD_LOT));
  one.noteLateTrade(0, START + SECOND, START + MINUTE + SECOND, 500, 100);
  expect(one.latest(0).print).toMatchObject({ price: 100, id: 2 });
  expect(one.prints({ symbolId: 0, from: START, to: Infinity, limit: 9, sort: 'asc' })).toHaveLength(4);
});

describe('status', () => {
  test('tells each kind of halt and the end of one, and no other message as either', () => {
    const one = archive();
    const codes = [
      TradingStatus.HALTED,
      TradingStatus.TRADING,
      TradingStatus.LULD_PAUSE,
      TradingStatus.MARKET_WIDE_3,
      TradingStatus.OPERATOR_HALT,
      TradingStatus.OPERATOR_RELEASE,
      TradingStatus.BANDS,
      TradingStatus.SHORT_SALE_RESTRICTED,
      TradingStatus.SHORT_SALE_FREE,
      TradingStatus.HEARTBEAT,
    ];
    codes.forEach((code, index) => observe(one, status(START + index, code)));
    expect(brief(one.live.take())).toEqual([
      [true, 'regulatory'],
      [false, undefined],
      [true, 'volatilityPause'],
      [true, 'marketWide3'],
      [true, 'operator'],
      [false, undefined],
    ]);
  });
});

describe('price bands', () => {
  const symbol = { symbolId: 0, bandLower: 95, bandUpper: 105, halted: false, tellsHalts: false };
  const none = { bandLower: 0, bandUpper: 0 };

  test('are opened, updated, lifted in a pause and at the end; a computed pause is a status too', () => {
    const one = archive();
    one.live.noteBands(symbol, START);
    one.live.noteBands({ ...symbol, bandUpper: 106 }, START + 1);
    one.live.noteBands({ ...symbol, ...none, halted: true }, START + 2);
    one.live.noteBands(symbol, START + 3);
    one.live.noteBands({ ...symbol, ...none }, START + 4);
    expect(brief(one.live.take())).toEqual([
      [95, 105, 'opening'],
      [95, 106, 'update'],
      [0, 0, 'paused'],
      [true, 'volatilityPause'],
      [95, 105, 'reopening'],
      [false, undefined],
      [0, 0, 'outsideHours'],
    ]);
  });

  test('a pause that the feed tells is not told twice', () => {
    const one = archive();
    one.live.noteBands({ ...symbol, tellsHalts: true }, START);
    one.live.noteBands({ ...symbol, ...none, halted: true, tellsHalts: true }, START + 1);
    expect(brief(one.live.take())).toEqual([
      [95, 105, 'opening'],
      [0, 0, 'paused'],
    ]);
  });

  test('stand in order of time among the rows of their batch, and are known before anybody watches', () => {
    const one = new MarketArchive(1, 100);
    one.live.noteBands(symbol, START);
    one.live.watch(true);
    observe(one, print(START + 1, 100, 10));
    observe(one, print(START + 3, 100, 10));
    one.live.noteBands({ ...symbol, bandLower: 96 }, START + 2);
    expect(brief(one.live.take())).toEqual(['print', [96, 105, 'update'], 'print']);
  });
});
