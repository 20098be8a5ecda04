/** What every store of history must do; run for each implementation. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../src/calendar/newYorkTime.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import type { HistoryArchive } from '../../src/domain/historyArchive.js';
import type { FeedQuality } from '../../src/domain/marketSource.js';
import { FACTOR_SCALE } from '../../src/domain/history.js';
import { PrintFlag } from '../../src/domain/marketTables.js';
import type { BarTable, MarketTable, PrintTable } from '../../src/domain/marketTables.js';
import type { HistoryQuery } from '../../src/domain/ports.js';
import { columnNames, columnOf, createBarTable, createPrintTable, ensureRoom } from '../../src/domain/tables.js';
import { HOUR, MINUTE } from '../../src/domain/timeframe.js';
import type { ManualClock } from '../support/ManualClock.js';

/** A store under test, at the clock's time; `dispose` ends it. */
export interface HistoryUnderTest {
  readonly store: HistoryArchive;
  readonly clock: ManualClock;
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

/** A consolidated feed. */
export const SIP: FeedQuality = { source: 'vendor/sip', coverage: 'consolidated', delay: 0 };
/** A feed of one venue. */
export const IEX: FeedQuality = { source: 'vendor/iex', coverage: 'venue', delay: 0 };

const printsOf = (symbol: string): HistoryQuery => {
  const { timeframe: _, ...rest } = query([symbol]);
  return { ...rest, kind: 'print' };
};

/** Declares the suite. */
export function describeHistoryStore(name: string, create: () => Promise<HistoryUnderTest>): void {
  const using = async (body: (store: HistoryArchive, clock: ManualClock) => Promise<void>): Promise<void> => {
    const under = await create();
    try {
      await body(under.store, under.clock);
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

    it('keeps data of one venue apart from consolidated data, and names them where they alone are there (X6)', () =>
      using(async (store) => {
        const first = newYork(MONDAY, 9, 30);
        await store.merge('SPY', minuteBars([[first, 1]]), { quality: IEX, covered: [] });
        const missing = store.load(query(['SPY']));
        await expect(missing).rejects.toMatchObject({ code: 'DATA_MISSING' });
        await expect(missing).rejects.toThrow(/vendor\/iex are there, but do not show the whole market/);
        await store.merge('SPY', minuteBars([[first, 2]]), { quality: SIP, covered: [] });
        const closes = async (changes: Partial<HistoryQuery>): Promise<unknown> =>
          rowsOf(await store.load(query(['SPY'], changes))).map((row) => row[6]);
        expect(await closes({})).toEqual([2]);
        expect(await closes({ feed: 'vendor/iex' })).toEqual([1]);
        await expect(closes({ feed: 'vendor/boats' })).rejects.toMatchObject({ code: 'DATA_MISSING' });
        expect((await store.coverage()).map(({ rows }) => rows)).toEqual([1]);
        expect((await store.series()).map(({ symbol, feed }) => [symbol, feed])).toEqual([
          ['SPY', undefined],
          ['SPY', 'vendor/iex'],
        ]);
      }));

    it('answers as received at any time, restated bars and late ones included (X4)', () =>
      using(async (store, clock) => {
        const first = newYork(MONDAY, 9, 30);
        const closesAt = async (knownAt?: number): Promise<unknown> => {
          const when = knownAt === undefined ? {} : { knownAt };
          return rowsOf(await store.load(query(['SPY'], when))).map((row) => row[6]);
        };
        const times: number[] = [];
        const bars = [
          [[first, 10]],
          [
            [first, 11],
            [first + MINUTE, 20],
          ],
          [[first - MINUTE, 5]],
          [[first, 12]],
        ] as const;
        for (const entries of bars) {
          await store.merge('SPY', minuteBars(entries));
          times.push(clock.now());
          clock.advance(1000);
        }
        await expect(closesAt((times[0] ?? 0) - 1)).rejects.toMatchObject({ code: 'DATA_MISSING' });
        expect(await closesAt(times[0])).toEqual([10]);
        expect(await closesAt((times[1] ?? 0) - 1)).toEqual([10]);
        expect(await closesAt(times[1])).toEqual([11, 20]);
        expect(await closesAt(times[2])).toEqual([5, 11, 20]);
        expect(await closesAt(times[3])).toEqual([5, 12, 20]);
        expect(await closesAt()).toEqual([5, 12, 20]);
      }));

    it('takes rows of many symbols at once, beside merged ones, and merges what comes after over them', () =>
      using(async (store, clock) => {
        const first = newYork(MONDAY, 9, 30);
        const rows = (close: number, start: number) => {
          const table = minuteBars([
            [start, close],
            [start, close + 1],
          ]);
          table.symbolId.set([0, 1]);
          return table;
        };
        await store.merge('SPY', minuteBars([[first, 1]]));
        clock.advance(1000);
        const claim = (start: number) => ({ quality: SIP, covered: [{ from: start, to: start + MINUTE }] });
        await store.append(['SPY', 'IBM', 'ZZZ'], rows(10, first + MINUTE), claim(first + MINUTE));
        clock.advance(1000);
        await store.append(['SPY', 'IBM', 'ZZZ'], rows(20, first + 2 * MINUTE), claim(first + 2 * MINUTE));
        const before = clock.now();
        clock.advance(1000);
        // A restatement of an appended bar, and one by a merge.
        await store.append(['SPY', 'IBM'], rows(30, first + MINUTE), claim(first + MINUTE));
        clock.advance(1000);
        await store.merge('IBM', minuteBars([[first + 2 * MINUTE, 99]]));
        const closes = async (symbol: string, knownAt?: number): Promise<unknown> =>
          rowsOf(await store.load(query([symbol], knownAt === undefined ? {} : { knownAt }))).map((row) => row[6]);
        expect(await closes('SPY')).toEqual([1, 30, 20]);
        expect(await closes('IBM')).toEqual([31, 99]);
        expect(await closes('SPY', before)).toEqual([1, 10, 20]);
        expect(await closes('IBM', before)).toEqual([11, 21]);
        const series = { symbol: 'ZZZ', kind: 'bar', timeframe: '1m', feed: undefined } as const;
        expect((await store.stretches(series)).map(({ from, to }) => [from, to])).toEqual([
          [first + MINUTE, first + 3 * MINUTE],
        ]);
        expect(await store.times({ ...series, symbol: 'IBM' }, first, first + 2 * MINUTE)).toEqual(
          Float64Array.of(first + MINUTE),
        );
      }));

    it('keeps who said what of which stretch; a file speaks of its days from first row to last', () =>
      using(async (store, clock) => {
        const open = newYork(MONDAY, 9, 30);
        const next = newYork(TUESDAY, 9, 30);
        await store.merge(
          'SPY',
          minuteBars([
            [open, 1],
            [open + 9 * MINUTE, 2],
            [next, 3],
          ]),
        );
        const fileTime = clock.now();
        clock.advance(1000);
        const covered = [{ from: open + 5 * MINUTE, to: open + 20 * MINUTE }];
        await store.merge('SPY', minuteBars([]), { quality: SIP, covered });
        const series = { symbol: 'SPY', kind: 'bar', timeframe: '1m', feed: undefined } as const;
        const stretches = await store.stretches(series);
        expect(stretches.map(({ from, to, quality, receivedAt }) => [from, to, quality.source, receivedAt])).toEqual([
          [open, open + 5 * MINUTE, 'file', fileTime],
          [open + 5 * MINUTE, open + 20 * MINUTE, 'vendor/sip', clock.now()],
          [next, next + MINUTE, 'file', fileTime],
        ]);
      }));

    it('says of rows that are not there what other lengths are, and that nothing trades on a closed day', () =>
      using(async (store) => {
        await store.merge('SPY', minuteBars([[newYork(MONDAY, 9, 30), 1]]));
        await store.merge('SPY', minuteBars([[newYork(MONDAY, 9, 30) + 30 * 24 * 60 * MINUTE, 1]]));
        const loading = (changes: Partial<HistoryQuery>): Promise<unknown> =>
          store.load(query(['SPY'], changes)).then(
            () => 'rows',
            (error: unknown) => error,
          );
        expect(await loading({ timeframe: '1d', from: MONDAY, to: MONDAY })).toMatchObject({
          remedy: expect.stringContaining('--timeframe 1m'),
        });
        // A gap within what the cache has of the same length: nothing is won by asking for that again.
        expect(await loading({ from: '2013-10-15', to: '2013-10-18' })).toMatchObject({
          remedy: expect.not.stringContaining('--timeframe'),
        });
        expect(await loading({ from: '2013-10-12', to: '2013-10-13' })).toMatchObject({
          message: expect.stringContaining('The exchange is closed on all of these days.'),
          remedy: 'Choose dates with a trading day.',
        });
      }));

    it('says whose name a ticker was where its rows came before the tickers (X1)', () =>
      using(async (store) => {
        await store.merge('GOOG', minuteBars([[newYork(MONDAY, 9, 30), 1]]));
        await store.putTickers('GOOGL', [
          { until: '2014-04-02', ticker: 'GOOG', exchange: 'Q' },
          { until: '2050-12-31', ticker: 'GOOGL', exchange: 'Q' },
        ]);
        const missing = store.load(query(['GOOG']));
        await expect(missing).rejects.toThrow(/GOOGL, which had the name GOOG by the imported tickers: nothing/);
        await expect(missing).rejects.toThrow(/imported before the tickers stay under that name: import their files/);
        await store.merge('GOOG', minuteBars([[newYork(MONDAY, 9, 30), 2]]));
        expect(rowsOf(await store.load(query(['GOOG'])))).toHaveLength(1);
      }));

    it('takes a reused ticker for another instrument, and a renamed one for the same (X1, F58)', () =>
      using(async (store) => {
        const old = newYork('2005-06-01', 10);
        await store.putTickers('AAA.1', [{ until: '2007-05-18', ticker: 'AAA', exchange: 'N' }]);
        await store.putTickers('AAA', [
          { until: '2020-09-09', ticker: 'AAA', exchange: 'P' },
          { until: '2050-12-31', ticker: 'AAA', exchange: 'P' },
        ]);
        await store.putTickers('TFCFA', [
          { until: '2013-06-28', ticker: 'NWSA', exchange: 'Q' },
          { until: '2019-03-18', ticker: 'FOXA', exchange: 'Q' },
        ]);
        await store.merge('AAA', minuteBars([[old, 1]]));
        await store.merge('AAA', minuteBars([[newYork('2021-06-01', 10), 2]]));
        await store.merge('NWSA', minuteBars([[newYork('2013-06-28', 10), 3]]));
        await store.merge('FOXA', minuteBars([[newYork('2013-07-01', 10), 4]]));
        const closes = async (symbol: string, from: string, to: string): Promise<unknown> =>
          rowsOf(await store.load(query([symbol], { from, to }))).map((row) => row[6]);
        expect(await closes('AAA', '2005-06-01', '2005-06-01')).toEqual([1]);
        await expect(closes('AAA', '2005-01-01', '2020-12-31')).rejects.toMatchObject({ code: 'DATA_MISSING' });
        expect(await closes('AAA', '2005-01-01', '2022-12-30')).toEqual([2]);
        expect(await closes('AAA.1', '2005-01-01', '2022-12-30')).toEqual([1]);
        expect(await closes('FOXA', '2013-06-28', '2013-07-01')).toEqual([3, 4]);
        expect(await closes('NWSA', '2013-06-28', '2013-06-28')).toEqual([3]);
        expect(await store.instrument('foxa', '2014-01-02')).toBe('TFCFA');
        // Another company was called FOXB then; its rows are not those of an instrument that got the name later.
        await store.putTickers('FOXB', [
          { until: '2012-12-31', ticker: 'OLD', exchange: '' },
          { until: '2050-12-31', ticker: 'FOXB', exchange: '' },
        ]);
        const foreign = store.merge('FOXB', minuteBars([[newYork('2012-06-01', 10), 5]]));
        await expect(foreign).rejects.toMatchObject({ code: 'SYMBOL_INVALID' });
      }));

    it('reckons factors from splits and dividends as they were known (X3, X4)', () =>
      using(async (store, clock) => {
        const days = ['2025-06-02', '2025-06-03', '2025-06-04', '2025-06-05'];
        await store.merge('SPY', minuteBars(days.map((date) => [newYork(date, 10), 100_000_000])));
        clock.advance(1000);
        const dates = { from: '2025-06-02', to: '2025-06-05' };
        const load = (changes: Partial<HistoryQuery>) => store.load(query(['SPY'], { ...dates, ...changes }));
        await expect(load({ adjust: 'split' })).rejects.toMatchObject({ code: 'DATA_MISSING' });
        const split = { kind: 'split', symbol: 'SPY', exDate: '2025-06-04', ratio: { to: 4, from: 1 } } as const;
        const dividend = { kind: 'dividend', symbol: 'SPY', exDate: '2025-06-03', cash: '2' } as const;
        const asked = { from: '2025-01-01', to: '2025-12-31' };
        await store.putActions('SPY', [dividend, split], asked);
        const first = clock.now();
        clock.advance(1000);
        await store.putActions('SPY', [{ ...dividend, cash: '2.50' }, split], asked);
        const closes = async (changes: Partial<HistoryQuery>): Promise<unknown> =>
          rowsOf(await load(changes)).map((row) => (row[6] ?? 0) / 100_000_000);
        expect(await closes({ adjust: 'split' })).toEqual([25, 25, 100, 100]);
        expect(await closes({ adjust: 'all' })).toEqual([24.375, 25, 100, 100]);
        expect(await closes({ adjust: 'all', knownAt: first })).toEqual([24.5, 25, 100, 100]);
        const volumes = rowsOf(await load({ adjust: 'split' })).map((row) => row[7]);
        expect(volumes).toEqual([400, 404, 102, 103]);
        const beyond = { adjust: 'split', from: '2024-12-02' } as const;
        await expect(load(beyond)).rejects.toThrow(/known of 2025-01-01 to 2025-12-31 only/);
      }));

    it('has no factor for a dividend without a close before it', () =>
      using(async (store) => {
        await store.merge('SPY', minuteBars([[newYork('2025-06-05', 10), 1]]));
        const dividend = { kind: 'dividend', symbol: 'SPY', exDate: '2025-06-04', cash: '0.1' } as const;
        await store.putActions('SPY', [dividend], { from: '2025-01-01', to: '2025-12-31' });
        const range = { from: '2025-06-03', to: '2025-06-05' };
        await expect(store.load(query(['SPY'], { ...range, adjust: 'all' }))).rejects.toThrow(/no close above it/);
        expect((await store.load(query(['SPY'], { ...range, adjust: 'split' }))).length).toBe(1);
        const wrong = store.putActions('SPY', [{ ...dividend, cash: '-1' }], { from: '2025-01-01', to: '2025-12-31' });
        await expect(wrong).rejects.toMatchObject({ code: 'SOURCE_MESSAGE_INVALID' });
      }));

    it('lends its columns: symbol ids may be written to, and answers to equal questions stay equal', () =>
      using(async (store) => {
        await store.merge('SPY', minuteBars([[newYork(MONDAY, 10), 1]]));
        const [one, other] = await Promise.all([store.load(query(['SPY'])), store.load(query(['SPY']))]);
        one.symbolId.fill(7);
        expect(other.symbolId[0]).toBe(0);
        expect((await store.load(query(['SPY']))).symbolId[0]).toBe(0);
      }));
  });
}
