import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { ScriptedRest } from '../../../test/support/ScriptedRest.js';
import type { RestAnswer, RestQuestion } from '../../../test/support/ScriptedRest.js';
import { barEnd } from '../../calendar/barGrid.js';
import { newYorkText } from '../../calendar/newYorkText.js';
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { nyse } from '../../calendar/sessions.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import type { HistoryPage, HistoryRequest } from '../../domain/marketSource.js';
import type { BarTable } from '../../domain/marketTables.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { utcText } from './timeSeries.js';
import { createTwelveData } from './twelvedata.js';
import type { TwelveDataOptions } from './twelvedata.js';

const { signal } = new AbortController();
const at = (date: string, hours: number, minutes = 0, seconds = 0): number =>
  fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE + seconds * SECOND);

let server: ScriptedRest;
let clock: ManualClock;
let lines: string[];

beforeEach(async () => {
  server = await ScriptedRest.start();
  clock = new ManualClock(at('2026-11-23', 17) / 1_000);
  lines = [];
});
afterEach(async () => {
  await server.close();
  if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
});

function history(options: Partial<TwelveDataOptions> = {}) {
  const log = (line: string): void => void lines.push(line);
  return createTwelveData({ apiKey: 'k', restUrl: server.url, clock, random: () => 0, log, ...options }).history;
}

const NO_DATA = {
  code: 400,
  message: 'No data is available on the specified dates. Try setting different start/end dates.',
  status: 'error',
};
const row = (datetime: string, more: object = {}): object => ({
  datetime,
  ...{ open: '10.5', high: '11.00000', low: '10', close: '10.75', volume: '100', ...more },
});

async function pagesOf(request: Partial<HistoryRequest>, options: Partial<TwelveDataOptions> = {}) {
  const full: HistoryRequest = {
    ...{ symbol: 'AAPL', kind: 'bar', timeframe: '1m', priority: 'backfill' },
    ...{ from: at('2026-11-23', 9, 30), to: at('2026-11-23', 16) },
    ...request,
  };
  const pages: HistoryPage[] = [];
  let failure: unknown;
  try {
    for await (const page of history(options).read(full, signal)) pages.push(page);
  } catch (error) {
    failure = error;
  }
  return { pages, failure };
}

const barsOf = (pages: readonly HistoryPage[]): string[] =>
  pages.flatMap(({ table }) => {
    const bars = table as BarTable;
    return Array.from(bars.start.subarray(0, bars.length), newYorkText);
  });
const coveredBy = (pages: readonly HistoryPage[]): string[] =>
  pages.map(({ covered }) => `${newYorkText(covered.from)} – ${newYorkText(covered.to)}`);

/** A server with a bar in every minute of regular sessions, that honours dates and sizes. */
function minutes(isEndInclusive: boolean): (question: RestQuestion) => RestAnswer {
  return ({ query }) => {
    const limit = (name: string): number => Date.parse(`${query[name] ?? ''}Z`) * 1_000;
    const end = limit('end_date');
    const rows: object[] = [];
    let session = nyse.sessionOf(newYorkDate(end)) ?? nyse.previousSession(newYorkDate(end));
    while (rows.length < Number(query['outputsize']) && session.date > parseDate('2026-08-01')) {
      for (let start = session.close - MINUTE; start >= session.open; start -= MINUTE) {
        if (start > end || (!isEndInclusive && start === end)) continue;
        if (start < limit('start_date')) break;
        if (rows.length < Number(query['outputsize'])) rows.push(row(utcText(start).replace('T', ' ')));
      }
      if (session.open < limit('start_date')) break;
      session = nyse.previousSession(session.date);
    }
    return rows.length === 0 ? { status: 400, body: NO_DATA } : { body: { meta: {}, values: rows, status: 'ok' } };
  };
}

describe('history of Twelve Data', () => {
  it('asks for unadjusted bars in UTC and gives them sorted, each once, finished and within the request', async () => {
    const values = [
      row('2026-11-23 21:00:00'),
      row('2026-11-23 20:59:00', { close: '10.7499999', high: '10.74999' }),
      row('2026-11-23 14:31:00', { volume: undefined }),
      row('2026-11-23 14:31:00', { close: '9' }),
      row('2026-11-23 14:30:00', { open: '235.029999', high: '235.03', low: '235', close: '235.00999' }),
      row('2026-11-23 14:29:00'),
    ];
    server.lineUp({ body: { meta: {}, values, status: 'ok' } });
    const { pages, failure } = await pagesOf({}, { plan: 'pro' });
    expect(failure).toBeUndefined();
    expect(barsOf(pages)).toEqual(['2026-11-23 09:30:00', '2026-11-23 09:31:00', '2026-11-23 15:59:00']);
    expect(coveredBy(pages)).toEqual(['2026-11-23 09:30:00 – 2026-11-23 16:00:00']);
    const table = pages[0]?.table as BarTable;
    const firstOf = ({ time, open, high, low, close, volume }: BarTable) =>
      [time, open, high, low, close, volume].map((column) => column[0]);
    expect(firstOf(table)).toEqual([at('2026-11-23', 9, 31), 235_030_000, 235_030_000, 235_000_000, 235_010_000, 100]);
    expect([table.volume[1], table.close[1]]).toEqual([0, 10_750_000]);
    // Rounding noise: the high is lifted to the close.
    expect([table.high[2], table.close[2]]).toEqual([10_750_000, 10_750_000]);
    expect(lines).toEqual(['Bars of AAPL: repeated rows 1, bars without a volume 1.']);
    expect(server.questions[0]).toMatchObject({
      path: '/time_series',
      query: {
        ...{ symbol: 'AAPL', interval: '1min', start_date: '2026-11-23T14:30:00', end_date: '2026-11-23T21:00:00' },
        ...{ outputsize: '5000', order: 'desc', timezone: 'UTC', adjust: 'none', prepost: 'true' },
      },
    });
  });

  it('leaves the bar that is not over out, and out of what is covered', async () => {
    clock = new ManualClock(at('2026-11-23', 10, 5, 3) / 1_000);
    const labels = ['15:05:00', '15:04:00', '15:03:00'];
    server.answer = () => ({ body: { values: labels.map((label) => row(`2026-11-23 ${label}`)), status: 'ok' } });
    const soon = await pagesOf({});
    // The minute before ended three seconds ago: it may not be complete yet.
    expect(barsOf(soon.pages)).toEqual(['2026-11-23 10:03:00']);
    expect(coveredBy(soon.pages)).toEqual(['2026-11-23 09:30:00 – 2026-11-23 10:04:00']);
    clock.advance(2_000);
    const later = await pagesOf({});
    expect(barsOf(later.pages)).toEqual(['2026-11-23 10:03:00', '2026-11-23 10:04:00']);
    const nothing = await pagesOf({ from: at('2026-11-23', 10, 5), to: at('2026-11-23', 11) });
    expect([nothing.pages, nothing.failure]).toEqual([[], undefined]);
  });

  const days: readonly [string, number, string[], string][] = [
    ['during the day', at('2026-11-23', 12), ['2026-11-20'], '2026-11-23 09:30:00'],
    ['right after the close', at('2026-11-23', 16, 10), ['2026-11-20'], '2026-11-23 09:30:00'],
    ['in the evening', at('2026-11-23', 16, 20), ['2026-11-20', '2026-11-23'], '2026-11-23 16:00:00'],
    ['early in the morning', at('2026-11-23', 3), ['2026-11-20'], '2026-11-23 02:40:00'],
  ];
  it.each(days)('knows when a day is over: %s', async (_, now, dates, until) => {
    clock = new ManualClock(now / 1_000);
    const values = ['2026-11-23', '2026-11-22', '2026-11-20'].map((date) => row(date));
    server.lineUp({ body: { values, status: 'ok' } });
    const { pages } = await pagesOf({ timeframe: '1d', from: at('2026-11-20', 9, 30), to: at('2026-11-23', 16) });
    expect(barsOf(pages).map((text) => text.slice(0, 10))).toEqual(dates);
    expect(coveredBy(pages)[0]?.split(' – ')[1]).toBe(until);
    const bars = pages[0]?.table as BarTable;
    expect([bars.start[0], bars.time[0]]).toEqual([at('2026-11-20', 9, 30), at('2026-11-20', 16)]);
    // A Sunday has no session.
    expect(lines).toEqual(['Bars of AAPL: rows outside every session 1.']);
    expect(server.questions[0]?.query).toMatchObject({ start_date: '2026-11-20' });
  });

  const hours: readonly [string, string, string[]][] = [
    ['1h', '2026-11-23', ['14:30', '15:30', '16:30', '17:30', '18:30', '19:30', '20:30']],
    ['4h', '2026-11-23', ['14:30', '18:30']],
    ['1h', '2026-11-27', ['14:30', '15:30', '16:30', '17:30']],
    ['1h', '2026-10-30', ['13:30', '14:30', '15:30', '16:30', '17:30', '18:30', '19:30']],
  ];
  it.each(hours)('%s bars of %s begin at 09:30 and end with the session', async (timeframe, date, labels) => {
    clock = new ManualClock(at('2026-11-30', 20) / 1_000);
    server.lineUp({ body: { values: labels.toReversed().map((label) => row(`${date} ${label}:00`)), status: 'ok' } });
    const session = nyse.sessionOf(parseDate(date));
    const request = { timeframe: timeframe as '1h', from: session?.open ?? 0, to: session?.close ?? 0 };
    const { pages, failure } = await pagesOf(request);
    expect(failure).toBeUndefined();
    const bars = pages[0]?.table as BarTable;
    expect(bars.length).toBe(labels.length);
    expect(bars.time[bars.length - 1]).toBe(session?.close);
    for (let i = 0; i < bars.length; i += 1) expect(bars.time[i]).toBe(barEnd(bars.start[i] ?? 0, request.timeframe));
  });

  it('takes an empty range as an answer', async () => {
    server.lineUp({ status: 400, body: NO_DATA }, { body: NO_DATA });
    for (let style = 0; style < 2; style += 1) {
      const { pages, failure } = await pagesOf({ from: at('2026-11-21', 10), to: at('2026-11-22', 10) });
      expect(failure).toBeUndefined();
      expect(barsOf(pages)).toEqual([]);
      expect(coveredBy(pages)).toEqual(['2026-11-21 10:00:00 – 2026-11-22 10:00:00']);
    }
  });

  it.each([
    ['exclusive', false],
    ['inclusive', true],
  ])('pages a long range backwards, whole and without overlap, its end being %s', async (_, isInclusive) => {
    server.answer = minutes(isInclusive);
    const from = at('2026-10-12', 10);
    const to = at('2026-11-20', 12);
    const { pages, failure } = await pagesOf({ from, to }, { plan: 'pro' });
    expect(failure).toBeUndefined();
    const sessions = nyse.sessionsBetween(parseDate('2026-10-12'), parseDate('2026-11-20'));
    const expected = sessions.flatMap((session) => {
      const first = Math.max(session.open, from);
      const count = (Math.min(session.close, to) - first) / MINUTE;
      return Array.from({ length: count }, (_unused, i) => newYorkText(first + i * MINUTE));
    });
    expect(barsOf(pages.toReversed())).toEqual(expected);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages[0]?.covered.to).toBe(to);
    expect(pages.at(-1)?.covered.from).toBe(from);
    for (const [i, page] of pages.entries()) if (i > 0) expect(page.covered.to).toBe(pages[i - 1]?.covered.from);
    // Only the last page is short enough to be asked for by its start.
    expect(server.questions.map(({ query }) => 'start_date' in query).lastIndexOf(false)).toBeLessThan(pages.length);
  });

  it('ends instead of asking for ever', async () => {
    const values = Array.from({ length: 5_000 }, () => row('2026-11-23 20:59:00'));
    server.answer = () => ({ body: { values, status: 'ok' } });
    const { failure } = await pagesOf({ from: at('2020-01-02', 10), to: at('2026-11-20', 10) });
    expect(failure).toMatchObject({ code: 'SOURCE_MESSAGE_INVALID' });
    expect(server.questions).toHaveLength(1);
  });

  const bad: readonly [string, object][] = [
    ['a price with a comma', { open: '10,5' }],
    ['an exponent', { close: '1e1' }],
    ['NaN', { low: 'NaN' }],
    ['null', { high: null }],
    ['an empty text', { high: '' }],
    ['a boolean', { high: true }],
    ['a list', { high: ['11'] }],
    ['40 digits', { high: '1'.repeat(40) }],
    ['zero', { low: '0' }],
    ['-0', { low: '-0' }],
    ['a negative volume', { volume: '-1' }],
    ['a high below the close', { high: '10.6' }],
    ['a low above the open', { low: '10.6' }],
  ];
  it.each(bad)('F49: %s leaves a hole in what is covered, and is told at the end', async (_, more) => {
    const values = [row('2026-11-23 14:32:00'), row('2026-11-23 14:31:00', more), row('2026-11-23 14:30:00')];
    server.lineUp({ body: { values, status: 'ok' } });
    const { pages, failure } = await pagesOf({});
    expect(barsOf(pages)).toEqual(['2026-11-23 09:30:00', '2026-11-23 09:32:00']);
    expect(coveredBy(pages)).toEqual([
      '2026-11-23 09:30:00 – 2026-11-23 09:31:00',
      '2026-11-23 09:32:00 – 2026-11-23 16:00:00',
    ]);
    expect(failure).toMatchObject({ code: 'SOURCE_MESSAGE_INVALID', kind: 'badPayload' });
    expect(String(failure)).toContain('2026-11-23 14:31:00');
  });

  it('does not take bars that begin between those of the grid for what they are not', async () => {
    server.lineUp({ body: { values: [row('2026-11-23 15:00:00'), row('2026-11-23 14:30:00')], status: 'ok' } });
    const { pages, failure } = await pagesOf({ timeframe: '1h' });
    expect(barsOf(pages)).toEqual(['2026-11-23 09:30:00']);
    expect(coveredBy(pages)[0]).toBe('2026-11-23 09:30:00 – 2026-11-23 10:00:00');
    expect(String(failure)).toContain('begin');
  });

  it.each(['NaN', '2026-13-01 10:00:00', '2026-02-30', '2026-11-23 25:00:00', '', undefined, 5])(
    'throws for a row of the time %s, whose place is not known',
    async (datetime) => {
      server.lineUp({ body: { values: [row('2026-11-23 14:30:00', { datetime })], status: 'ok' } });
      const { pages, failure } = await pagesOf({});
      expect(pages).toEqual([]);
      expect(failure).toMatchObject({ code: 'SOURCE_MESSAGE_INVALID' });
    },
  );

  it('refuses what the service has not, without a call', async () => {
    for (const request of [{ timeframe: '10m' }, { timeframe: '1s' }, { kind: 'print' }, { kind: 'quote' }] as const) {
      const { failure } = await pagesOf(request);
      expect(failure).toMatchObject({ code: 'SOURCE_REQUEST_REFUSED' });
    }
    expect(server.questions).toEqual([]);
  });

  it('ends when it is aborted between pages', async () => {
    server.answer = minutes(true);
    const abort = new AbortController();
    const request: HistoryRequest = {
      ...{ symbol: 'AAPL', kind: 'bar', timeframe: '1m', priority: 'backfill' },
      ...{ from: at('2026-09-01', 10), to: at('2026-11-20', 12) },
    };
    const read = async (): Promise<void> => {
      for await (const page of history().read(request, abort.signal)) abort.abort(page.covered);
    };
    await expect(read()).rejects.toBeDefined();
    expect(server.questions).toHaveLength(1);
  });

  it('tells the oldest bar', async () => {
    server.lineUp({ body: { datetime: '2020-02-10 09:30:00', unix_time: 1_581_345_000 } });
    expect(await history().earliest('AAPL', '1m', signal)).toBe(at('2020-02-10', 9, 30));
    expect(formatDate(newYorkDate(1_581_345_000_000_000))).toBe('2020-02-10');
  });

  it('marks what its volumes are worth by the plan', () => {
    expect(history().quality).toMatchObject({ source: 'twelvedata', coverage: 'venue' });
    expect(history({ plan: 'pro' }).quality.coverage).toBe('consolidated');
  });
});
