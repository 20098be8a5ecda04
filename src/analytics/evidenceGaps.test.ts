import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { HistoryTable } from '../domain/history.js';
import { mergeTables } from '../domain/mergeTables.js';
import { createBarTable, createPrintTable, createQuoteBarTable, createQuoteTable } from '../domain/tables.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import { evidenceGaps } from './evidenceGaps.js';
import { marketWarnings } from './marketWarnings.js';

const MAKERS = {
  bar: (rows: number) => createBarTable('1m', rows),
  quoteBar: (rows: number) => createQuoteBarTable('1m', rows),
  quote: createQuoteTable,
  print: createPrintTable,
} as const;
type Kind = keyof typeof MAKERS;
/** Minutes of a day that have rows: from 10:00. */
const MINUTES = 60;

/** Rows of a kind at 100 dollars, of each symbol on its days of October 2013. */
function rows(kind: Kind, ...days: readonly (readonly number[])[]): HistoryTable {
  const all = days
    .flatMap((own, symbolId) =>
      own.flatMap((day) => Array.from({ length: MINUTES }, (_, minute) => [day, minute, symbolId])),
    )
    .toSorted(([a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0]) => a - d || b - e || c - f);
  const table: HistoryTable = MAKERS[kind](all.length);
  table.length = all.length;
  for (const [row, [day = 0, minute = 0, symbolId = 0]] of all.entries()) {
    const start = fromNewYork(parseDate(`2013-10-${String(day).padStart(2, '0')}`), 10 * HOUR + minute * MINUTE);
    table.symbolId[row] = symbolId;
    table.time[row] = start + MINUTE;
    if ('start' in table) table.start[row] = start;
  }
  if (table.kind === 'bar') {
    for (const column of [table.open, table.high, table.low, table.close]) column.fill(100 * DOLLAR);
    table.volume.fill(1_000_000);
  }
  if (table.kind === 'quoteBar') {
    for (const column of [table.bidOpen, table.bidHigh, table.bidLow, table.bidClose]) column.fill(99 * DOLLAR);
    for (const column of [table.askOpen, table.askHigh, table.askLow, table.askClose]) column.fill(101 * DOLLAR);
  }
  if (table.kind === 'quote') {
    table.bid.fill(99 * DOLLAR);
    table.ask.fill(101 * DOLLAR);
  }
  if (table.kind === 'quote' || table.kind === 'quoteBar') {
    table.bidSize.fill(5000);
    table.askSize.fill(5000);
  }
  if (table.kind === 'print') {
    table.price.fill(100 * DOLLAR);
    table.size.fill(5000);
    table.flags.fill(PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME);
  }
  return table;
}

/** Kind, symbols and days of October of each gap. */
function told(preset: string, symbols: number, ...tables: readonly HistoryTable[]): readonly string[] {
  return evidenceGaps(mergeTables(tables), symbols, presetOf(preset)).map(
    ({ kind, isLate, symbolIds, dates, sessions }) =>
      `${isLate ? 'late ' : ''}${kind} ${symbolIds.join()}: ` +
      `${dates.map((date) => formatDate(date).slice(-2)).join()} of ${sessions}`,
  );
}

const WEEK = [7, 8, 9, 10, 11];

describe('sessions without what fills are decided on', () => {
  it.each<[string, string, readonly (readonly [Kind, readonly number[]])[], readonly string[]]>([
    ['quotes', 'papertape', [['quote', [7, 10]]], ['quote 0: 08,09,11 of 5']],
    ['quote bars', 'papertape', [['quoteBar', [7]]], ['quoteBar 0: 08,09,10,11 of 5']],
    ['prints', 'papertape', [['print', [7, 8, 9, 10]]], ['print 0: 11 of 5']],
    [
      'quotes where quote bars go on',
      'papertape',
      [
        ['quote', [7]],
        ['quoteBar', WEEK],
      ],
      ['quote 0: 08,09,10,11 of 5'],
    ],
    [
      'prints, which elect stops, where quotes go on',
      'papertape',
      [
        ['quote', WEEK],
        ['print', [8]],
      ],
      ['print 0: 09,10,11 of 5', 'late print 0: 07 of 5'],
    ],
    [
      'quotes and prints, one gap each',
      'papertape',
      [
        ['quote', [7, 8]],
        ['print', [7, 9, 10, 11]],
      ],
      ['quote 0: 09,10,11 of 5', 'print 0: 08 of 5'],
    ],
    ['quote bars by LEAN', 'lean', [['quoteBar', [7, 8, 9]]], ['quoteBar 0: 10,11 of 5']],
    ['days before the first one with them', 'papertape', [['quote', [10, 11]]], ['late quote 0: 07,08,09 of 5']],
    [
      'better rows that begin later still',
      'papertape',
      [
        ['quoteBar', [8, 9, 10, 11]],
        ['quote', [10, 11]],
      ],
      ['late quote 0: 07,08,09 of 5', 'late quoteBar 0: 07 of 5'],
    ],
    [
      'nothing of quote bars that begin once there are quotes',
      'papertape',
      [
        ['quote', WEEK],
        ['quoteBar', [10, 11]],
      ],
      [],
    ],
    ['nothing before the first of them where bars alone decide', 'backtesting.py', [['quote', [10, 11]]], []],
    [
      'no quote bars where quotes decide',
      'papertape',
      [
        ['quote', WEEK],
        ['quoteBar', [7]],
      ],
      [],
    ],
    [
      'nothing where all are there',
      'papertape',
      [
        ['quote', WEEK],
        ['print', WEEK],
      ],
      [],
    ],
    [
      'nothing where bars alone decide',
      'backtesting.py',
      [
        ['quote', [7]],
        ['print', [7]],
      ],
      [],
    ],
    [
      'no quotes nor prints by LEAN',
      'lean',
      [
        ['quote', [7]],
        ['print', [7]],
      ],
      [],
    ],
  ])('tells %s', (_name, preset, kinds, gaps) => {
    expect(told(preset, 1, rows('bar', WEEK), ...kinds.map(([kind, days]) => rows(kind, days)))).toEqual(gaps);
  });

  it('judges each symbol by its own days with any rows', () => {
    const bars = rows('bar', WEEK, [7, 8, 11], [7, 10], WEEK);
    expect(told('papertape', 4, bars, rows('quote', WEEK, [7, 8], [7], []))).toEqual(['quote 2,1: 10,11 of 5']);
    const late = rows('quote', [10, 11], [11], [7, 10], []);
    expect(told('papertape', 4, bars, late)).toEqual(['late quote 0,1: 07,08,09 of 5']);
  });
});

describe('the warning of them', () => {
  const setup = { symbols: ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'], priceScale: DOLLAR };

  it('names some symbols, the first day, how many, what happens and what to do', () => {
    const bars = rows('bar', WEEK, WEEK, WEEK, WEEK, WEEK);
    const market = mergeTables([bars, rows('quote', [7, 8], [7, 8, 9], [7, 8], [7, 8], [7])]);
    expect(marketWarnings(market, setup)).toEqual([
      'The quotes of EEE, AAA, CCC and 2 more are missing on 4 of 5 sessions, 2013-10-08 the first, though an ' +
        'earlier one has them: orders on those days wait for a quote and mostly do not fill; leave quotes out of ' +
        '--ticks, import those days, or run the days with and without them apart (--from, --to).',
    ]);
  });

  it('tells of symbols whose first rows come late that they are decided on in two ways', () => {
    const market = mergeTables([rows('bar', WEEK, WEEK), rows('quote', [9, 10, 11], WEEK)]);
    expect(marketWarnings(market, setup)).toEqual([
      'The quotes of AAA begin after other rows and are missing on 2 of 5 sessions, 2013-10-07 the first: orders ' +
        'before are decided on what else there is, later ones on quotes; leave quotes out of --ticks, import those ' +
        'days, or run the days with and without them apart (--from, --to).',
    ]);
  });

  it('is one for each kind, by the preset', () => {
    const market = mergeTables([rows('bar', WEEK), rows('quoteBar', [7]), rows('print', WEEK)]);
    expect(marketWarnings(market, setup)).toEqual([
      expect.stringMatching(/^The quote bars of AAA are missing on 4 of 5 sessions, 2013-10-08 .*; import those/),
    ]);
    expect(marketWarnings(market, { ...setup, preset: 'backtesting.py' })).toEqual([]);
    const stops = mergeTables([rows('bar', WEEK), rows('quote', WEEK), rows('print', [7])]);
    expect(marketWarnings(stops, setup)).toEqual([expect.stringMatching(/wait for a print, stops above all, mostly/)]);
  });
});

/** Buys a share ten minutes after ten, sells it ten minutes later. */
class Buyer extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1m' };
  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars % MINUTES === 10) ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 1 } });
    if (this.bars % MINUTES === 20) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

describe('a backtest', () => {
  it.each(['quote', 'quoteBar', 'print'] as const)('fills nothing on the days that it tells of: %s', async (kind) => {
    const history = createMemoryHistory();
    for (const table of [rows('bar', WEEK), rows(kind, [8, 11])]) await history.merge('AAA', table);
    const { run } = await backtestFromStore(history, {
      strategies: [{ name: 'Buyer', strategyClass: Buyer, hash: 'test' }],
      from: '2013-10-07',
      to: '2013-10-11',
      ticks: kind === 'quoteBar' ? [] : [kind],
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
    });
    const [gap] = run.evidenceGaps;
    expect(gap).toMatchObject({ kind, dates: ['2013-10-09', '2013-10-10'].map((date) => parseDate(date)) });
    const filled = new Set(run.fills.map(({ time }) => formatDate(newYorkDate(time)).slice(-2)));
    expect([...filled]).toEqual(['07', '08', '11']);
  });
});
