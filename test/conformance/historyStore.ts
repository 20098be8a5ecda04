/** What every store of history must do; run for each implementation. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../src/calendar/newYorkTime.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import type { HistoryWriter } from '../../src/domain/history.js';
import { FACTOR_SCALE } from '../../src/domain/history.js';
import { PrintFlag } from '../../src/domain/marketTables.js';
import type { BarTable, MarketTable, PrintTable } from '../../src/domain/marketTables.js';
import type { HistoryQuery, HistoryStore } from '../../src/domain/ports.js';
import { columnNames, columnOf, createBarTable, createPrintTable, ensureRoom } from '../../src/domain/tables.js';
import { HOUR, MINUTE } from '../../src/domain/timeframe.js';

/** A store under test; `dispose` ends it. */
export interface HistoryUnderTest {
  readonly store: HistoryStore & HistoryWriter;
  dispose(): Promise<void>;
}

/** New York wall-clock time as Micros. */
export function newYork(date: string, hour: number, minute = 0): number {
  return fromNewYork(parseDate(date), hour * HOUR + minute * MINUTE);
}

/** Minute bars of one symbol: each entry is a start and a close in micro-dollars. */
export function minuteBars(entries: readonly (readonly [start: number, close: number])[]): BarTable {
  const table = createBarTable('1m', entries.length);
  for (const [start, close] of entries) {
    const at = table.length;
    table.start[at] = start;
    table.time[at] = start + MINUTE;
    table.open[at] = table.close[at] = table.high[at] = table.low[at] = close;
    table.volume[at] = 100 + at;
    table.length = at + 1;
  }
  return table;
}

/** Prints of one symbol. */
export function prints(entries: readonly (readonly [time: number, price: number, flags: number])[]): PrintTable {
  const table = createPrintTable(0);
  for (const [time, price, flags] of entries) {
    ensureRoom(table);
    const at = table.length;
    table.time[at] = time;
    table.price[at] = price;
    table.size[at] = 100;
    table.flags[at] = flags;
    table.exchange[at] = 78;
    table.length = at + 1;
  }
  return table;
}

/** The rows of a table as plain values, for comparison. */
export function rowsOf(table: MarketTable): number[][] {
  const columns = columnNames(table.kind).map((name) => columnOf(table, name));
  return Array.from({ length: table.length }, (_, row) => columns.map((column) => column[row] ?? Number.NaN));
}

const MONDAY = '2013-10-07';
const TUESDAY = '2013-10-08';
const query = (symbols: readonly string[], changes: Partial<HistoryQuery> = {}): HistoryQuery => ({
  symbols,
  kind: 'bar',
  timeframe: '1m',
  from: MONDAY,
  to: TUESDAY,
  adjust: 'raw',
  extendedHours: true,
  ...changes,
});

const printsOf = (symbol: string): HistoryQuery => {
  const { timeframe: _, ...rest } = query([symbol]);
  return { ...rest, kind: 'print' };
};

/** Declares the suite. */
export function describeHistoryStore(name: string, create: () => Promise<HistoryUnderTest>): void {
  const using = async (body: (store: HistoryUnderTest['store']) => Promise<void>): Promise<void> => {
    const under = await create();
    try {
      await body(under.store);
    } finally {
      await under.dispose();
    }
  };

  describe(`history store: ${name}`, () => {
    it('gives back what was merged, symbols in the order of the query', () =>
      using(async (store) => {
        const first = newYork(MONDAY, 9, 30);
        await store.merge(
          'IBM',
          minuteBars([
            [first, 180_000_000],
            [first + MINUTE, 181_000_000],
          ]),
        );
        await store.merge('SPY', minuteBars([[first, 167_123_456]]));
        const table = await store.load(query(['SPY', 'IBM']));
        expect(rowsOf(table).map(([id, time, start, open]) => [id, time, start, open])).toEqual([
          [0, first + MINUTE, first, 167_123_456],
          [1, first + MINUTE, first, 180_000_000],
          [1, first + 2 * MINUTE, first + MINUTE, 181_000_000],
        ]);
      }));

    it('changes nothing when the same rows come again, and replaces rows of one time', () =>
      using(async (store) => {
        const first = newYork(MONDAY, 9, 30);
        const bars = minuteBars([
          [first, 1_000_000],
          [first + MINUTE, 2_000_000],
        ]);
        expect(await store.merge('SPY', bars)).toEqual({ added: 2, replaced: 0, unchanged: 0 });
        expect(await store.merge('spy', bars)).toEqual({ added: 0, replaced: 0, unchanged: 2 });
        const more = minuteBars([
          [first - MINUTE, 3_000_000],
          [first, 4_000_000],
        ]);
        expect(await store.merge('SPY', more)).toEqual({ added: 1, replaced: 1, unchanged: 0 });
        const table = await store.load(query(['SPY']));
        expect(rowsOf(table).map((row) => row[3])).toEqual([3_000_000, 4_000_000, 2_000_000]);
      }));

    it('keeps prints of one time in their order and replaces an instant as a whole', () =>
      using(async (store) => {
        const time = newYork(MONDAY, 10);
        await store.merge(
          'SPY',
          prints([
            [time, 3, 7],
            [time, 1, 7],
            [time, 2, 7],
            [time + 1, 9, 7],
          ]),
        );
        const prices = async (): Promise<unknown> => {
          const table = await store.load(printsOf('SPY'));
          return rowsOf(table).map((row) => row[2]);
        };
        expect(await prices()).toEqual([3, 1, 2, 9]);
        await store.merge('SPY', prints([[time, 5, 7]]));
        expect(await prices()).toEqual([5, 9]);
      }));

    it('selects by New York date and by regular hours', () =>
      using(async (store) => {
        const bars = minuteBars([
          [newYork(MONDAY, 8), 1],
          [newYork(MONDAY, 9, 30), 2],
          [newYork(MONDAY, 15, 59), 3],
          [newYork(MONDAY, 16), 4],
          [newYork(MONDAY, 19, 59), 5],
          [newYork(TUESDAY, 4), 6],
          [newYork(TUESDAY, 12), 7],
        ]);
        await store.merge('SPY', bars);
        const opens = async (changes: Partial<HistoryQuery>): Promise<unknown> =>
          rowsOf(await store.load(query(['SPY'], changes))).map((row) => row[3]);
        expect(await opens({})).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(await opens({ to: MONDAY })).toEqual([1, 2, 3, 4, 5]);
        expect(await opens({ from: TUESDAY })).toEqual([6, 7]);
        expect(await opens({ extendedHours: false })).toEqual([2, 3, 7]);
      }));

    it('counts a closing auction reported after the close as regular', () =>
      using(async (store) => {
        const close = newYork(MONDAY, 16);
        const { CLOSING_AUCTION, EXTENDED_HOURS } = PrintFlag;
        await store.merge(
          'SPY',
          prints([
            [close - 1, 1, 7],
            [close, 2, EXTENDED_HOURS],
            [close + 5, 3, CLOSING_AUCTION],
          ]),
        );
        const regular = { ...printsOf('SPY'), extendedHours: false };
        expect(rowsOf(await store.load(regular)).map((row) => row[2])).toEqual([1, 3]);
      }));

    it('adjusts by the factor row with the smallest date on or after the day', () =>
      using(async (store) => {
        const bars = minuteBars([
          [newYork(MONDAY, 10), 700_000_000],
          [newYork(TUESDAY, 10), 100_000_000],
        ]);
        await store.merge('SPY', bars);
        await expect(store.load(query(['SPY'], { adjust: 'all' }))).rejects.toMatchObject({ code: 'DATA_MISSING' });
        await store.putFactors('SPY', [
          { until: MONDAY, priceFactor: 0.5 * FACTOR_SCALE, splitFactor: FACTOR_SCALE / 8 },
          { until: '2050-12-31', priceFactor: FACTOR_SCALE, splitFactor: FACTOR_SCALE },
        ]);
        const pick = async (adjust: HistoryQuery['adjust']): Promise<unknown> =>
          rowsOf(await store.load(query(['SPY'], { adjust }))).map((row) => [row[3], row[7]]);
        expect(await pick('raw')).toEqual([
          [700_000_000, 100],
          [100_000_000, 101],
        ]);
        expect(await pick('split')).toEqual([
          [8_750_000_000, 800],
          [10_000_000_000, 101],
        ]);
        expect(await pick('all')).toEqual([
          [4_375_000_000, 800],
          [10_000_000_000, 101],
        ]);
      }));

    it('names every symbol without a row and what is there instead', () =>
      using(async (store) => {
        await store.merge('SPY', minuteBars([[newYork(MONDAY, 10), 1]]));
        const missing = store.load(query(['QQQ', 'SPY', 'IBM'], { from: TUESDAY, to: TUESDAY }));
        await expect(missing).rejects.toMatchObject({ code: 'DATA_MISSING' });
        await expect(missing).rejects.toThrow(/QQQ: nothing; SPY: 1m bars 2013-10-07 to 2013-10-07; IBM: nothing/);
      }));

    it('refuses dates the wrong way round and symbols it cannot hold', () =>
      using(async (store) => {
        await expect(store.load(query(['SPY'], { from: TUESDAY, to: MONDAY }))).rejects.toMatchObject({
          code: 'DATE_RANGE_INVALID',
        });
        await expect(store.load(query(['../etc']))).rejects.toMatchObject({ code: 'SYMBOL_INVALID' });
      }));

    it('lists what it covers', () =>
      using(async (store) => {
        await store.merge(
          'SPY',
          minuteBars([
            [newYork(MONDAY, 10), 1],
            [newYork('2013-11-01', 10), 1],
          ]),
        );
        const [stretch, ...others] = await store.coverage();
        expect(others).toEqual([]);
        expect(stretch).toMatchObject({
          symbol: 'SPY',
          kind: 'bar',
          timeframe: '1m',
          from: MONDAY,
          to: '2013-11-01',
          rows: 2,
        });
      }));
  });
}
