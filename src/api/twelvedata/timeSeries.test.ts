import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayBar, minuteBar, newYork, twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { Json } from '../../../test/support/alpacaHarness.js';
import { MINUTE } from '../../domain/timeframe.js';

const FRIDAY = '2026-07-31';
const MONDAY = '2026-08-03';

let h: TwelvedataHarness;
beforeEach(async () => {
  h = await twelvedataHarness();
  h.venue.now = newYork(MONDAY, '10:02:30');
});
afterEach(() => h.close());

/** Minutes at `clock` and after it whose open is the first price, one cent more each. */
function minutes(date: string, clock: string, count: number, dollars: number): void {
  const start = newYork(date, clock);
  for (let i = 0; i < count; i += 1) {
    const open = dollars + i / 100;
    h.venue.minuteBars.push(minuteBar(start + i * MINUTE, [open, open + 0.05, open - 0.05, open + 0.01], 100 + i));
  }
}
const rows = async (query: string): Promise<Json[]> => (await h.get(`/time_series?symbol=AAPL&${query}`)).body.values;
const labels = async (query: string): Promise<string[]> => (await rows(query)).map((row) => row.datetime);

describe('a series', () => {
  test('newest first, strings of five decimals, labelled by the open in New York, the unfinished first', async () => {
    minutes(MONDAY, '10:01', 2, 200);
    const { status, body, headers } = await h.get('/time_series?symbol=aapl&interval=1min');
    expect(status).toBe(200);
    expect(body).toEqual({
      meta: {
        symbol: 'AAPL',
        interval: '1min',
        currency: 'USD',
        exchange_timezone: 'America/New_York',
        exchange: 'NASDAQ',
        mic_code: 'XNGS',
        type: 'Common Stock',
      },
      values: [
        {
          datetime: '2026-08-03 10:02:00',
          open: '200.01000',
          high: '200.06000',
          low: '199.96000',
          close: '200.02000',
          volume: '101',
        },
        {
          datetime: '2026-08-03 10:01:00',
          open: '200.00000',
          high: '200.05000',
          low: '199.95000',
          close: '200.01000',
          volume: '100',
        },
      ],
      status: 'ok',
    });
    expect(headers).toMatchObject({ 'api-credits-used': '1', 'content-type': 'application/json' });
  });

  test('nothing after market time now', async () => {
    minutes(MONDAY, '10:00', 10, 200);
    expect(await labels('interval=1min')).toEqual(['02', '01', '00'].map((one) => `2026-08-03 10:${one}:00`));
    expect(await labels(`interval=1min&end_date=2026-08-04`)).toHaveLength(3);
  });

  test('30 rows, the most with a date, or as many as asked for: the newest', async () => {
    minutes(FRIDAY, '09:30', 390, 100);
    minutes(MONDAY, '09:30', 33, 200);
    expect(await labels('interval=1min')).toHaveLength(30);
    expect(await labels(`interval=1min&start_date=${FRIDAY}`)).toHaveLength(423);
    expect(await labels('interval=1min&outputsize=34')).toEqual([
      ...(await labels(`interval=1min&date=today`)),
      '2026-07-31 15:59:00',
    ]);
    expect(await labels(`interval=1min&outputsize=2&end_date=${FRIDAY}T12:00:00&order=ASC`)).toEqual([
      '2026-07-31 11:59:00',
      '2026-07-31 12:00:00',
    ]);
  });

  test('dates: start inclusive; end inclusive within the day, exclusive for days, either way by choice', async () => {
    minutes(MONDAY, '09:58', 4, 200);
    for (const date of ['2026-07-29', '2026-07-30', FRIDAY]) h.venue.dayBars.push(dayBar(date, [1, 2, 1, 2], 10));
    const day = (text: string): string => text.slice(-8, -3);
    const range = 'interval=1min&start_date=2026-08-03 09:59:00&end_date=2026-08-03T10:00:00';
    expect((await labels(range)).map(day)).toEqual(['10:00', '09:59']);
    expect(await labels(`interval=1day&start_date=2026-07-30&end_date=${FRIDAY}`)).toEqual(['2026-07-30']);
    expect(await labels(`interval=1day&date=${FRIDAY}`)).toEqual([FRIDAY]);
    await h.close();
    const { venue } = h;
    h = await twelvedataHarness({ venue, behaviour: { endDate: { daily: 'inclusive', intraday: 'exclusive' } } });
    expect((await labels(range)).map(day)).toEqual(['09:59']);
    expect(await labels(`interval=1day&start_date=2026-07-30&end_date=${FRIDAY}`)).toEqual([FRIDAY, '2026-07-30']);
  });

  test('time zones: labels and dates are in the zone, but not for a day and longer', async () => {
    minutes(MONDAY, '10:01', 2, 200);
    h.venue.dayBars.push(dayBar(FRIDAY, [1, 2, 1, 2], 10));
    expect(await labels('interval=1min&timezone=UTC&start_date=2026-08-03T14:02:00')).toEqual(['2026-08-03 14:02:00']);
    expect(await labels('interval=1min&timezone=Asia/Tokyo&start_date=2026-08-03T23:02:00')).toEqual([
      '2026-08-03 23:02:00',
    ]);
    expect(await labels(`interval=1day&timezone=Asia/Tokyo&start_date=${FRIDAY}`)).toEqual([FRIDAY]);
  });

  test('an unpublished range, a weekend, the future: 400 with the words that clients look for', async () => {
    minutes(FRIDAY, '15:00', 5, 100);
    for (const range of ['date=2026-08-01', 'start_date=2026-08-03T10:00:00', 'start_date=2027-01-01']) {
      const { status, body } = await h.get(`/time_series?symbol=AAPL&interval=1min&${range}`);
      expect([status, body.code, body.status]).toEqual([400, 400, 'error']);
      expect(body.message).toContain('No data is available on the specified dates');
    }
  });
});

describe('intervals', () => {
  test('begin at 09:30, the last one is short; volume and extremes are those of the minutes', async () => {
    h.venue.now = newYork(MONDAY, '18:00');
    minutes(MONDAY, '09:30', 390, 100);
    const clock = (text: string): string => text.slice(11, 16);
    expect((await labels('interval=4h')).map(clock)).toEqual(['13:30', '09:30']);
    expect((await labels('interval=2h')).map(clock)).toEqual(['15:30', '13:30', '11:30', '09:30']);
    expect((await labels('interval=1h')).map(clock)).toEqual([
      '15:30',
      '14:30',
      '13:30',
      '12:30',
      '11:30',
      '10:30',
      '09:30',
    ]);
    expect((await rows('interval=1h'))[0]).toEqual({
      datetime: '2026-08-03 15:30:00',
      open: '103.60000',
      high: '103.94000',
      low: '103.55000',
      close: '103.90000',
      volume: String(Array.from({ length: 30 }, (_, i) => 460 + i).reduce((sum, one) => sum + one)),
    });
    expect(await labels('interval=45min')).toHaveLength(9);
  });

  test('the forming bar holds what there was until now', async () => {
    minutes(MONDAY, '10:00', 3, 200);
    expect(await rows('interval=5min')).toEqual([
      {
        datetime: '2026-08-03 10:00:00',
        open: '200.00000',
        high: '200.07000',
        low: '199.95000',
        close: '200.03000',
        volume: '303',
      },
    ]);
  });

  test('days are dates, weeks their Monday, months their first', async () => {
    for (const date of ['2026-06-30', '2026-07-01', '2026-07-02', '2026-07-06', FRIDAY, MONDAY]) {
      h.venue.dayBars.push(dayBar(date, [1, 2, 1, 2], 10));
    }
    expect((await labels('interval=1day')).slice(0, 2)).toEqual([MONDAY, FRIDAY]);
    expect(await labels('interval=1week')).toEqual([MONDAY, '2026-07-27', '2026-07-06', '2026-06-29']);
    expect(await labels('interval=1month')).toEqual(['2026-08-01', '2026-07-01', '2026-06-01']);
    expect((await rows('interval=1month&outputsize=2'))[1].volume).toBe('40');
    // A month is whole however it is asked for.
    expect((await rows('interval=1month&start_date=2026-07-01'))[1].volume).toBe('40');
  });

  test('extended hours up to 30 minutes, from 04:00 and from the close; regular hours alone otherwise', async () => {
    minutes(FRIDAY, '08:58', 2, 100);
    minutes(FRIDAY, '09:30', 1, 100);
    minutes(FRIDAY, '16:05', 1, 100);
    const clock = (text: string): string => text.slice(11, 16);
    expect((await labels('interval=1min')).map(clock)).toEqual(['09:30']);
    expect((await labels('interval=30min&prepost=true')).map(clock)).toEqual(['16:00', '09:30', '08:30']);
    expect((await labels('interval=1h&prepost=true')).map(clock)).toEqual(['09:30']);
  });
});

describe('forms', () => {
  test('places: dp, automatic, and the mixture of older answers', async () => {
    h.venue.minuteBars.push(minuteBar(newYork(MONDAY, '10:01'), [237, 241.22, 235.03, 237.123456], 0));
    const prices = async (query: string): Promise<string[]> => {
      const { open, high, low, close } = (await rows(`interval=1min&${query}`))[0];
      return [open, high, low, close];
    };
    expect(await prices('dp=5')).toEqual(['237.00000', '241.22000', '235.03000', '237.12346']);
    expect(await prices('dp=0')).toEqual(['237', '241', '235', '237']);
    expect(await prices('dp=11')).toEqual(['237.00000000000', '241.22000000000', '235.03000000000', '237.12345600000']);
    await h.close();
    h = await twelvedataHarness({ venue: h.venue, behaviour: { prices: 'mixed' } });
    expect(await prices('dp=-1')).toEqual(['237', '241.22000', '235.03000', '237.123455']);
  });

  test('previous_close: of the bar before, also of the first row', async () => {
    minutes(FRIDAY, '15:59', 1, 100);
    minutes(MONDAY, '09:30', 2, 200);
    const closes = async (query: string): Promise<unknown[]> =>
      (await rows(`interval=1min&previous_close=true&${query}`)).map((row) => row.previous_close);
    expect(await closes('outputsize=2')).toEqual(['200.01000', '100.01000']);
    expect(await closes('start_date=2026-08-03T09:31:00')).toEqual(['200.01000']);
    expect(await closes('outputsize=3')).toEqual(['200.01000', '100.01000', undefined]);
  });

  test('CSV with a header line, the media type to the letter, any delimiter', async () => {
    minutes(MONDAY, '10:01', 1, 200);
    const { headers, text } = await h.get('/time_series?symbol=AAPL&interval=1min&format=CSV');
    expect(headers['content-type']).toBe('text/csv');
    expect(text).toBe(
      'datetime;open;high;low;close;volume\n2026-08-03 10:01:00;200.00000;200.05000;199.95000;200.01000;100\n',
    );
    expect((await h.get('/time_series?symbol=AAPL&interval=1min&format=csv&delimiter=,')).text).toContain('datetime,o');
    const refused = await h.get('/time_series?symbol=ZZZZ&interval=1min&format=CSV');
    expect(refused.body).toMatchObject({ code: 404, status: 'error' });
  });

  test('a comma makes a keyed answer: keys as requested, an error by itself, Is_batch', async () => {
    minutes(MONDAY, '10:01', 1, 200);
    const { status, body, headers } = await h.get('/time_series?symbol=AAPL,AAPL:NASDAQ,ZZZZ,MSFT&interval=1min');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ is_batch: 'true', 'api-credits-used': '4' });
    expect(Object.keys(body)).toEqual(['AAPL', 'AAPL:NASDAQ', 'ZZZZ', 'MSFT']);
    expect(body['AAPL:NASDAQ'].values).toEqual(body.AAPL.values);
    expect([body.ZZZZ.code, body.MSFT.code]).toEqual([404, 400]);
    expect(Object.keys((await h.get('/time_series?symbol=AAPL,&interval=1min')).body)).toEqual(['AAPL']);
    expect((await h.get('/time_series?symbol=AAPL&interval=1min')).headers['is_batch']).toBeUndefined();
    const { text } = await h.get('/time_series?symbol=AAPL,MSFT&interval=1min&format=CSV');
    expect(text.split('\n').slice(0, 2)).toEqual([
      'symbol;datetime;open;high;low;close;volume;code;message;status',
      'AAPL;2026-08-03 10:01:00;200.00000;200.05000;199.95000;200.01000;100;;;',
    ]);
  });

  test('filters: exchange, market code, country, type', async () => {
    minutes(MONDAY, '10:01', 1, 200);
    const status = async (query: string): Promise<number> =>
      (await h.get(`/time_series?interval=1min&symbol=AAPL${query}`)).status;
    for (const good of ['&exchange=NASDAQ', '&mic_code=XNAS', '&mic_code=xngs', ':XNAS', '&country=United States']) {
      expect([good, await status(good)]).toEqual([good, 200]);
    }
    for (const bad of ['&exchange=NYSE', '&mic_code=XNYS', ':TSX', '&country=Canada', '&type=ETF', '/USD']) {
      expect([bad, await status(bad)]).toEqual([bad, 404]);
    }
  });

  const wrong: readonly [string, string][] = [
    ['interval=0.99min', 'Invalid **interval** provided: 0.99min. Supported intervals: 1min, 5min'],
    ['', '**interval** parameter is missing'],
    ['interval=1min&outputsize=0', '**outputsize** provided: 0. Supported values: 1 to 5000'],
    ['interval=1min&outputsize=5001', '**outputsize**'],
    ['interval=1min&outputsize=1e2', '**outputsize**'],
    ['interval=1min&dp=12', '**dp**'],
    ['interval=1min&timezone=america/new_york', '**timezone** provided: america/new_york'],
    ['interval=1min&timezone=Mars/Olympus', '**timezone**'],
    ['interval=1min&start_date=2026-02-30', '**start_date** provided: 2026-02-30'],
    ['interval=1min&end_date=2026-02-03T25:00:00', '**end_date**'],
    ['interval=1min&date=someday', '**date**'],
    ['interval=1min&start_date=2026-02-03&end_date=2026-02-01', '**end_date** provided: it lies before'],
    ['interval=1min&order=up', '**order** provided: up. Supported values: asc, desc'],
    ['interval=1min&prepost=yes', '**prepost**'],
    ['interval=1min&adjust=some', '**adjust**'],
    ['interval=1min&format=XML', '**format**'],
    ['interval=1min&format=CSV&delimiter=--', '**delimiter**'],
  ];
  test.each(wrong)('%s is refused with the name, the value and what is allowed', async (query, message) => {
    const { status, body, headers } = await h.get(`/time_series?symbol=AAPL&${query}`);
    expect([status, body.code, body.status]).toEqual([400, 400, 'error']);
    expect(body.message).toContain(message);
    expect(headers['api-credits-used']).toBe('0');
  });
});

describe('/earliest_timestamp', () => {
  test('of days a date, of minutes a time; Unix seconds of the open', async () => {
    h.venue.dayBars.push(dayBar('2026-03-02', [1, 2, 1, 2], 10), dayBar('2026-03-03', [1, 2, 1, 2], 10));
    minutes('2026-06-15', '09:31', 2, 100);
    expect((await h.get('/earliest_timestamp?symbol=AAPL&interval=1day')).body).toEqual({
      datetime: '2026-03-02',
      unix_time: newYork('2026-03-02', '09:30') / 1e6,
    });
    expect((await h.get('/earliest_timestamp?symbol=AAPL&interval=1min&timezone=UTC')).body).toEqual({
      datetime: '2026-06-15 13:31:00',
      unix_time: newYork('2026-06-15', '09:31') / 1e6,
    });
    expect((await h.get('/earliest_timestamp?symbol=MSFT&interval=1day')).status).toBe(400);
    expect((await h.get('/earliest_timestamp?symbol=ZZZZ&interval=1day')).status).toBe(404);
  });
});
