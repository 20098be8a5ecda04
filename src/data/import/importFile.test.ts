import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { AdjustmentFactor, HistoryTable, HistoryWriter, TickerPeriod } from '../../domain/history.js';
import { PrintFlag, QuoteFlag } from '../../domain/marketTables.js';
import { columnOf } from '../../domain/tables.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import { importFile } from './importFile.js';
import type { ImportOptions, ImportProgress } from './importFile.js';
import { roundScaled } from './fieldParsers.js';

/** Records what an import hands over. */
class RecordingStore implements HistoryWriter {
  readonly tables = new Map<string, HistoryTable>();
  readonly factors = new Map<string, readonly AdjustmentFactor[]>();
  readonly tickers = new Map<string, readonly TickerPeriod[]>();
  merge(symbol: string, table: HistoryTable) {
    this.tables.set(symbol.toUpperCase(), table);
    return Promise.resolve({ added: table.length, replaced: 0, unchanged: 0 });
  }
  putFactors(symbol: string, rows: readonly AdjustmentFactor[]) {
    this.factors.set(symbol, rows);
    return Promise.resolve({ added: rows.length, replaced: 0, unchanged: 0 });
  }
  putTickers(symbol: string, rows: readonly TickerPeriod[]) {
    this.tickers.set(symbol, rows);
    return Promise.resolve({ added: rows.length, replaced: 0, unchanged: 0 });
  }
}

const at = (date: string, hour: number, minute = 0, micros = 0): number =>
  fromNewYork(parseDate(date), hour * HOUR + minute * MINUTE + micros);
const D = '2013-10-07';
const OPEN_MS = 34_200_000;

function column(table: HistoryTable | undefined, name: string): number[] {
  if (table === undefined) throw new Error('nothing was stored');
  return Array.from(columnOf(table, name).subarray(0, table.length));
}

describe('import', () => {
  let folder = '';
  let store: RecordingStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'papertape-import-test-'));
    store = new RecordingStore();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, text: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  const take = async (name: string, text: string | Uint8Array, options: ImportOptions = {}) =>
    importFile(await write(name, text), store, options);

  describe('layouts', () => {
    it('reads daily bars: known at the close, also of a short day', async () => {
      const report = await take(
        'ibm.csv',
        'date,open,high,low,close,volume\r\n2013-07-03,193,194.5,192.75,193.25,1000\r\n2013-07-05,194,195,193,194.9,7',
      );
      expect(report).toMatchObject({ kind: 'bar', timeframe: '1d', rowsRead: 2, rowsKept: 2, refused: [] });
      const table = store.tables.get('IBM');
      expect(column(table, 'start')).toEqual([at('2013-07-03', 9, 30), at('2013-07-05', 9, 30)]);
      expect(column(table, 'time')).toEqual([at('2013-07-03', 13), at('2013-07-05', 16)]);
      expect(column(table, 'low')).toEqual([192_750_000, 193_000_000]);
      expect(column(table, 'volume')).toEqual([1000, 7]);
    });

    it('reads hour bars whose 09:00 label covers 09:30 to 10:00', async () => {
      const rows = ['09:00', '10:00', '15:00'].map((clock) => `${D},${clock},1,1,1,1,5`);
      await take('hour/spy.csv.gz', gzipSync(`date,time,open,high,low,close,volume\n${rows.join('\n')}\n`));
      const table = store.tables.get('SPY');
      expect(column(table, 'start')).toEqual([at(D, 9, 30), at(D, 10), at(D, 15)]);
      expect(column(table, 'time')).toEqual([at(D, 10), at(D, 11), at(D, 16)]);
    });

    it('tells minutes from seconds by the folder, and asks when nothing tells', async () => {
      const text = `date,ms,open,high,low,close,volume\n${D},${OPEN_MS},1,1,1,1,5\n`;
      await take('minute/spy_trade.csv', text);
      expect(column(store.tables.get('SPY'), 'time')).toEqual([at(D, 9, 31)]);
      await take('second/ibm_trade.csv', text);
      expect(column(store.tables.get('IBM'), 'time')).toEqual([at(D, 9, 30, 1_000_000)]);
      await expect(take('any/x.csv', text)).rejects.toMatchObject({ code: 'DATA_LAYOUT_UNKNOWN' });
      expect(await take('any/x.csv', text, { timeframe: '1m' })).toMatchObject({ rowsKept: 1 });
    });

    it('reads quote bars, with a side that is blank', async () => {
      const header =
        'date,ms,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size';
      await take('minute/x_quote.csv', `${header}\n${D},${OPEN_MS},1,2,1,1.5,300,,,,,\n`);
      const table = store.tables.get('X');
      expect([column(table, 'bidClose'), column(table, 'bidSize'), column(table, 'askClose')]).toEqual([
        [1_500_000],
        [300],
        [0],
      ]);
    });

    it('folds one-sided quotes, forgets them overnight and keeps doubtful ones apart', async () => {
      const header = 'date,ms,bid_price,bid_size,ask_price,ask_size,exchange,condition,suspicious';
      const rows = [
        `${D},${OPEN_MS},10,100,,,Q,1,0`,
        `${D},${OPEN_MS},,,10.02,200,Q,1,0`,
        `${D},${OPEN_MS + 1},99,100,,,Q,1,1`,
        `${D},${OPEN_MS + 2},,,10.03,300,Q,1,0`,
        `2013-10-08,${OPEN_MS},9,1,,,Q,1,0`,
      ];
      await take('tick/ibm_20131007_quote.csv', [header, ...rows].join('\n'));
      const table = store.tables.get('IBM');
      expect(column(table, 'bid')).toEqual([10e6, 10e6, 99e6, 10e6, 9e6]);
      expect(column(table, 'ask')).toEqual([0, 10_020_000, 10_020_000, 10_030_000, 0]);
      expect(column(table, 'askSize')).toEqual([0, 200, 200, 300, 0]);
      expect(column(table, 'flags')).toEqual([0, 0, QuoteFlag.SUSPICIOUS, 0, 0]);
    });

    it('maps sale conditions, exchange, session and size to flags', async () => {
      const { HIGH_LOW, LAST, VOLUME, OPENING_AUCTION, CLOSING_AUCTION, SUSPICIOUS } = PrintFlag;
      const { EXTENDED_HOURS, ODD_LOT, OFF_EXCHANGE, OFFICIAL_OPEN, OFFICIAL_CLOSE, REOPENING_AUCTION } = PrintFlag;
      const close = 57_600_000;
      const cases: readonly (readonly [row: string, flags: number])[] = [
        [`${OPEN_MS - 1},10,100,P,1,0`, HIGH_LOW | LAST | VOLUME | EXTENDED_HOURS],
        [`${OPEN_MS},10,100,N,20000040,0`, HIGH_LOW | LAST | VOLUME | OPENING_AUCTION],
        [`${OPEN_MS},10,99,D,20,0`, VOLUME | ODD_LOT | OFF_EXCHANGE],
        [`${OPEN_MS},10,100,N,20002020,0`, HIGH_LOW | LAST | VOLUME | EXTENDED_HOURS],
        [`${OPEN_MS},10,100,N,4000000,0`, OFFICIAL_OPEN],
        [`${OPEN_MS},10,100,N,1,1`, SUSPICIOUS],
        [`${close + 5},10,100,N,80,0`, HIGH_LOW | LAST | VOLUME | CLOSING_AUCTION],
        [`${close + 6},10,100,N,1000000,0`, OFFICIAL_CLOSE | EXTENDED_HOURS],
        [`${close + 7},10,100,N,101,0`, HIGH_LOW | LAST | VOLUME | REOPENING_AUCTION | EXTENDED_HOURS],
      ];
      const text = cases.map(([row]) => `${D},${row}`).join('\n');
      await take('tick/ibm_20131007_trade.csv', `date,ms,price,size,exchange,condition,suspicious\n${text}`);
      const table = store.tables.get('IBM');
      expect(column(table, 'flags')).toEqual(cases.map(([, flags]) => flags));
      expect(
        column(table, 'exchange')
          .map((code) => String.fromCharCode(code))
          .join(''),
      ).toBe('PNDNNNNNN');
    });

    it('judges mapped SIP conditions by tape and date, by both tapes where none is named (R1)', async () => {
      const { HIGH_LOW, LAST, VOLUME, EXTENDED_HOURS, ODD_LOT, OPENING_AUCTION } = PrintFlag;
      const all = HIGH_LOW | LAST | VOLUME;
      const cases: readonly (readonly [row: string, flags: number])[] = [
        ['2024-01-02T14:30:00Z;10;100;@ O;A', all | OPENING_AUCTION],
        ['2024-01-02T14:30:01Z;10;100;B;C', all], // bunched on UTP
        ['2024-01-02T14:30:02Z;10;100;B;B', VOLUME], // average price on CTA
        ['2024-01-02T14:30:03Z;10;100;B;', VOLUME], // the tape is not known
        ['2024-01-02T14:30:04Z;10;50;@,I;C', VOLUME | ODD_LOT],
        ['2024-01-02T14:30:05Z;10;100;4;A', HIGH_LOW | VOLUME],
        ['2024-01-02T21:30:00Z;10;100;@ T;A', all | EXTENDED_HOURS],
      ];
      const text = `T;P;S;C;Z\n${cases.map(([row]) => row).join('\n')}\n`;
      const map = { time: 'T', price: 'P', size: 'S', saleConditions: 'C', tape: 'Z' };
      await take('sip.csv', text, { map });
      expect(column(store.tables.get('SIP'), 'flags')).toEqual(cases.map(([, flags]) => flags));
    });

    it('reads factor and map files', async () => {
      const factors = 'symbol,date,price_factor,split_factor,reference_price\naapl,2014-06-06,0.93,0.1428571,1\n';
      await take('factor_files.csv', `${factors}aapl,2050-12-31,1,1,0\naapl,2050-12-31,1,-1,0\n`);
      expect(store.factors.get('AAPL')).toEqual([
        { until: '2014-06-06', priceFactor: 9_300_000_000, splitFactor: 1_428_571_000 },
        { until: '2050-12-31', priceFactor: 10_000_000_000, splitFactor: 10_000_000_000 },
      ]);
      await take('map_files.csv', 'file,until_date,ticker,exchange_code\ngoog,2014-04-02,goog,Q\n');
      expect(store.tickers.get('GOOG')).toEqual([{ until: '2014-04-02', ticker: 'GOOG', exchange: 'Q' }]);
    });

    it('reads tables of other tools: offsets, declared zones, Unix time, mapped and symbol columns', async () => {
      const ohlcv = '1,1,1,1,0';
      const times: readonly (readonly [text: string, options: ImportOptions])[] = [
        ['2024-01-02 09:30:00-05:00', {}],
        ['2024-01-02T14:30:00Z', {}],
        ['2024-01-02 14:30:00+00', {}],
        ['2024-01-02 09:30', { timezone: 'America/New_York' }],
        ['2024-01-02 14:30:00', { timezone: 'UTC' }],
        ['1704205800', {}],
        ['1704205800000', {}],
      ];
      for (const [text, options] of times) {
        await take('spy.csv', `Datetime,Open,High,Low,Close,Volume,Adj Close\n${text},${ohlcv},1\n`, {
          timeframe: '5m',
          ...options,
        });
        expect([text, column(store.tables.get('SPY'), 'start')]).toEqual([text, [at('2024-01-02', 9, 30)]]);
      }
      const naive = take('spy.csv', `time,open,high,low,close,volume\n2024-01-02 09:30,${ohlcv}`, { timeframe: '1m' });
      await expect(naive).rejects.toThrow(/carry no offset/);

      const bracketed = '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>';
      const stooq = `${bracketed}\nIBM.US,5,20240102,093500,${ohlcv}\n`;
      await expect(take('ibm.txt', stooq, { timeframe: '5m' })).rejects.toThrow(/carry no offset/);
      await take('ibm.txt', stooq, { timeframe: '5m', timezone: 'America/New_York' });
      expect(column(store.tables.get('IBM.US'), 'time')).toEqual([at('2024-01-02', 9, 40)]);
      store.tables.clear();

      const mapped = `T;S;O;H;L;C;V\n20240102;A;1;1;1;1;9\n20240102;B.C;2;2;2;2;9\n`;
      const map = { time: 'T', symbol: 'S', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V' };
      expect(await take('many.txt', mapped, { map })).toMatchObject({ timeframe: '1d', rowsKept: 2 });
      expect([...store.tables.keys()]).toEqual(['A', 'B.C']);
      await expect(take('many.txt', mapped, { map: { ...map, open: 'Q' } })).rejects.toThrow(/no column "Q" for open/);
    });

    it('reads Parquet through the same checks', async () => {
      const path = join(folder, 'QQQ.parquet');
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      await connection.run(
        `COPY (SELECT TIMESTAMPTZ '2013-10-07 13:30:00+00' + to_minutes(i::INTEGER) AS timestamp, 10.25 AS open,
         10.5::DOUBLE AS high, CASE WHEN i = 1 THEN 11 ELSE 10 END AS low, 10.1 AS close, 5::BIGINT AS volume
         FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
      );
      connection.closeSync();
      instance.closeSync();
      const report = await importFile(path, store, { timeframe: '1m' });
      expect(report).toMatchObject({ rowsRead: 3, rowsKept: 2, refused: [{ reason: 'highBelowLow', lines: [3] }] });
      expect(column(store.tables.get('QQQ'), 'start')).toEqual([at(D, 9, 30), at(D, 9, 32)]);
      expect(column(store.tables.get('QQQ'), 'high')).toEqual([10_500_000, 10_500_000]);
    });
  });

  describe('refusals', () => {
    const header = 'date,ms,open,high,low,close,volume';
    const row = (ms: number, rest: string): string => `${D},${ms},${rest}`;

    it.each([
      ['NaN,2,1,1,5', 'notANumber'],
      ['Infinity,2,1,1,5', 'notANumber'],
      ['1e309,2,1,1,5', 'notANumber'],
      ['null,2,1,1,5', 'notANumber'],
      [',2,1,1,5', 'notANumber'],
      ['true,2,1,1,5', 'notANumber'],
      ['[1],2,1,1,5', 'notANumber'],
      ['"1,5",2,1,1,5', 'notANumber'],
      ['+1,2,1,1,5', 'notANumber'],
      ['1.,2,1,1,5', 'notANumber'],
      ['.5,2,1,1,5', 'notANumber'],
      ['0x10,2,1,1,5', 'notANumber'],
      ['1234567890123456789012345678901234567890,2,1,1,5', 'numberTooLarge'],
      ['1.0000001,2,1,1,5', 'tooManyDecimals'],
      ['-0,2,1,1,5', 'notPositive'],
      ['0,2,1,1,5', 'notPositive'],
      ['-1,2,1,1,5', 'notPositive'],
      ['1,2,1,1,-5', 'notPositive'],
      ['1,2,1,1,-0', 'notPositive'],
      ['1,2,1,1,5.5', 'tooManyDecimals'],
      ['1,1,2,1,5', 'highBelowLow'],
      ['3,2,1,1,5', 'outsideHighLow'],
      ['1.5,2,1,0.5,5', 'outsideHighLow'],
      ['1,2,1,1', 'fieldMissing'],
    ])('F49: %s is %s', async (rest, reason) => {
      const good = row(OPEN_MS + 60_000, '1.10,2.000000,1,1.123456,5.0');
      const report = await take('minute/x.csv', `${header}\n${row(OPEN_MS, rest)}\n${good}\n`);
      expect(report.refused).toEqual([{ reason, count: 1, lines: [2] }]);
      expect(column(store.tables.get('X'), 'close')).toEqual([1_123_456]);
    });

    it('names lines of times that go back, repeat, miss the grid, the session or the calendar', async () => {
      const good = '1,1,1,1,1';
      const report = await take(
        'minute/x.csv',
        [
          header,
          row(OPEN_MS, good),
          '',
          row(OPEN_MS, good),
          row(OPEN_MS - 60_000, good),
          row(OPEN_MS + 1, good),
          row(3 * 3_600_000, good),
          `2013-10-06,${OPEN_MS},${good}`,
          `2013-02-30,${OPEN_MS},${good}`,
          `1962-01-02,${OPEN_MS},${good}`,
          `${D},86400000,${good}`,
          row(OPEN_MS + 60_000, good),
        ].join('\n'),
      );
      const lines = Object.fromEntries(report.refused.map(({ reason, lines: at }) => [reason, at]));
      expect(lines).toEqual({
        duplicate: [4],
        timeBackwards: [5],
        timeOffGrid: [6],
        outsideSession: [7, 8],
        timeInvalid: [9, 11],
        outsideCalendar: [10],
      });
      expect(report).toMatchObject({ rowsRead: 10, rowsKept: 2 });
    });

    it('counts all and lists the first twenty lines', async () => {
      const report = await take('minute/x.csv', `${header}\n${`${row(OPEN_MS, 'x,1,1,1,1')}\n`.repeat(1000)}`);
      const [refused] = report.refused;
      expect(refused?.count).toBe(1000);
      expect(refused?.lines).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
      expect(report.symbols).toEqual([]);
    });

    it('refuses whole files that cannot be read, and stores nothing of them', async () => {
      const minutes = Array.from({ length: 390 }, (_, index) => row(OPEN_MS + index * 60_000, '1,1,1,1,1'));
      const text = [header, ...minutes].join('\n');
      const cut = await write('minute/cut.csv.gz', gzipSync(text));
      await truncate(cut, 200);
      const code = (error: string) => ({ code: error });
      await expect(importFile(cut, store)).rejects.toMatchObject(code('DATA_FILE_UNREADABLE'));
      await expect(importFile(join(folder, 'no.csv'), store)).rejects.toMatchObject(code('DATA_FILE_UNREADABLE'));
      await expect(take('e.csv', '')).rejects.toMatchObject(code('DATA_FILE_UNREADABLE'));
      await expect(take('z.csv', 'PK\u0003\u0004')).rejects.toThrow(/ZIP/);
      await expect(take('p.parquet', 'PAR1 no')).rejects.toMatchObject(code('DATA_FILE_UNREADABLE'));
      await expect(take('q.csv', 'a,b\n1,2\n')).rejects.toMatchObject(code('DATA_LAYOUT_UNKNOWN'));
      expect(store.tables.size).toBe(0);
    });
  });

  it('tells how far it has come', async () => {
    const seen: ImportProgress[] = [];
    const text = `date,ms,open,high,low,close,volume\n${`${D},x,1,1,1,1,1\n`.repeat(60_000)}`;
    await take('minute/x.csv', text, { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual({ bytesDone: text.length, bytesTotal: text.length, rows: 60_000 });
  });

  it('reads the same numbers whatever the chunks, line ends, quotes and gzip', async () => {
    const price = fc.integer({ min: 1, max: 9_999_999_999 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(price, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 }),
        async (prices, isGzip, isQuoted, ending) => {
          const rows = prices.map((value, index) => {
            const decimal = `${Math.floor(value / 1e6)}.${String(value % 1e6).padStart(6, '0')}`;
            const text = isQuoted ? `"${decimal}"` : decimal;
            return `${D},${OPEN_MS + index * 60_000},${text},${text},${text},${text},1`;
          });
          const end = ['\n', '\r\n', '\n\n'][ending] ?? '\n';
          const text = ['date,ms,open,high,low,close,volume', ...rows].join(end);
          await take('minute/x.csv', isGzip ? gzipSync(text) : text);
          expect(column(store.tables.get('X'), 'open')).toEqual(prices);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('F49: stores only sane numbers, whatever the bytes', async () => {
    const cell = fc.oneof(
      fc.constantFrom('1', '1.5', '0', '-1', 'NaN', '', '"', '2013-10-07', `${OPEN_MS}`, '1e9', '99999999999999999999'),
      fc.string({ maxLength: 6 }),
    );
    const line = fc.array(cell, { minLength: 1, maxLength: 9 }).map((cells) => cells.join(','));
    const likely = fc
      .tuple(fc.integer({ min: 0, max: 390 }), fc.array(cell, { minLength: 5, maxLength: 5 }))
      .map(([minute, cells]) => `${D},${OPEN_MS + minute * 60_000},${cells.join(',')}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, likely), { maxLength: 30 }), async (lines) => {
        store.tables.clear();
        const text = ['date,ms,open,high,low,close,volume', ...lines].join('\n');
        const report = await take('minute/x.csv', text);
        const refused = report.refused.reduce((sum, { count }) => sum + count, 0);
        expect(report.rowsKept + refused).toBe(report.rowsRead);
        const table = store.tables.get('X');
        expect(table?.length ?? 0).toBe(report.rowsKept);
        if (table === undefined) return;
        for (const name of ['open', 'high', 'low', 'close']) {
          expect(column(table, name).every((value) => Number.isSafeInteger(value) && value > 0)).toBe(true);
        }
        expect(column(table, 'volume').every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
        const starts = column(table, 'start');
        expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });

  it('rounds the binary fractions of other tools only when told to, half to even', async () => {
    const text = 'Date,Open,High,Low,Close,Volume\n2024-01-02,185.63999938964844,186,185,185.5000005,1\n';
    expect(await take('x.csv', text)).toMatchObject({ rowsKept: 0 });
    await take('x.csv', text, { roundPrices: true });
    expect(column(store.tables.get('X'), 'open')).toEqual([185_639_999]);
    expect(column(store.tables.get('X'), 'close')).toEqual([185_500_000]);
    expect([roundScaled('0.0000015', 6), roundScaled('0.00000150001', 6), roundScaled('-1.5', 0)]).toEqual([2, 2, -2]);
  });
});
