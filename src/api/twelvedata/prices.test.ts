import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayBar, minuteBar, newYork, print, twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { Json } from '../../../test/support/alpacaHarness.js';
import { PLANS } from './plans.js';

const MONDAY = '2026-08-03';
const at = (clock: string): number => newYork(MONDAY, clock);

let h: TwelvedataHarness;
beforeEach(async () => {
  h = await twelvedataHarness();
  h.venue.now = at('11:57:20');
  h.venue.dayBars.push(
    dayBar('2025-06-02', [1, 900, 1, 5], 1),
    dayBar('2026-03-02', [90, 95, 80, 94], 300),
    dayBar('2026-07-30', [100, 104, 99, 103], 100),
    dayBar('2026-07-31', [103, 106, 102, 104], 200),
    dayBar(MONDAY, [104, 110, 103.5, 108], 50),
  );
  h.venue.minuteBars.push(
    minuteBar(at('08:00'), [101, 102, 101, 102], 5),
    minuteBar(at('11:56'), [108, 108, 107, 107.5], 20),
    minuteBar(at('11:57'), [107.5, 108, 107.5, 108], 30),
  );
});
afterEach(() => h.close());
const body = async (url: string): Promise<Json> => (await h.get(url)).body;

describe('/quote', () => {
  test('the running day: last price, change, a year, seconds of the open and of the last minute', async () => {
    expect(await body('/quote?symbol=AAPL')).toEqual({
      symbol: 'AAPL',
      name: 'AAPL Inc.',
      exchange: 'NASDAQ',
      mic_code: 'XNGS',
      currency: 'USD',
      datetime: MONDAY,
      timestamp: at('09:30') / 1e6,
      last_quote_at: at('11:57') / 1e6,
      open: '104.00000',
      high: '110.00000',
      low: '103.50000',
      close: '108.00000',
      volume: '50',
      previous_close: '104.00000',
      change: '4.00000',
      percent_change: '3.84615',
      average_volume: '150',
      is_market_open: true,
      fifty_two_week: {
        low: '80.00000',
        high: '110.00000',
        low_change: '28.00000',
        high_change: '-2.00000',
        low_change_percent: '35.00000',
        high_change_percent: '-1.81818',
        range: '80.000000 - 110.000000',
      },
    });
    expect((await body('/quote?symbol=AAPL&volume_time_period=2')).average_volume).toBe('150');
    expect((await body('/quote?symbol=AAPL&volume_time_period=1')).average_volume).toBe('200');
  });

  test('of the last closed day with eod, and of other intervals', async () => {
    const closed = await body('/quote?symbol=AAPL&eod=true');
    expect([closed.datetime, closed.close, closed.previous_close]).toEqual(['2026-07-31', '104.00000', '103.00000']);
    // The history of the fake has no minutes of that day.
    expect(closed.last_quote_at).toBe(newYork('2026-07-31', '15:59') / 1e6);
    const minute = await body('/quote?symbol=AAPL&interval=1min&timezone=UTC&dp=2');
    expect([minute.datetime, minute.timestamp, minute.close, minute.previous_close, minute.change]).toEqual([
      '2026-08-03 15:57:00',
      at('11:57') / 1e6,
      '108.00',
      '107.50',
      '0.50',
    ]);
  });

  test('extended hours on plans that have them', async () => {
    h.venue.now = at('08:00:30');
    h.venue.dayBars.pop();
    h.venue.minuteBars.length = 1;
    h.venue.printRows.push(print(1, at('08:00:20'), 102, 5));
    const quote = await body('/quote?symbol=AAPL&prepost=true');
    expect(quote).toMatchObject({
      datetime: '2026-07-31',
      close: '104.00000',
      is_market_open: false,
      extended_price: '102.00000',
      extended_change: '-2.00000',
      extended_percent_change: '-1.92308',
      extended_timestamp: at('08:00:20') / 1e6,
    });
    h.venue.now = at('11:57:20');
    h.venue.minuteBars.push(minuteBar(at('11:56'), [108, 108, 107, 107.5], 20));
    h.venue.printRows.push(print(2, at('11:56:20'), 108, 5));
    expect(await body('/quote?symbol=AAPL&prepost=true')).toMatchObject({ extended_timestamp: 0 });
    await h.close();
    h = await twelvedataHarness({ venue: h.venue, plan: PLANS.grow });
    expect((await body('/quote?symbol=AAPL&prepost=true')).extended_timestamp).toBeUndefined();
  });

  test('without any day: 400, and the close before is no quote', async () => {
    h.venue.dayBars.length = 0;
    expect(await body('/quote?symbol=AAPL')).toMatchObject({ code: 400 });
  });

  test('the first day of a market without history compares with the close that it was given', async () => {
    h.venue.dayBars.splice(0, 4);
    expect(await body('/quote?symbol=AAPL')).toMatchObject({ previous_close: '200.00000', average_volume: '50' });
  });
});

describe('/price', () => {
  test('of regular hours, or of any with prepost', async () => {
    h.venue.minuteBars.push(minuteBar(at('16:10'), [120, 120, 120, 120], 1));
    h.venue.now = at('16:11');
    expect(await body('/price?symbol=AAPL')).toEqual({ price: '108.00000' });
    expect(await body('/price?symbol=AAPL&prepost=true&dp=2')).toEqual({ price: '120.00' });
  });

  test('before the first trade the close of the day before', async () => {
    expect(await body('/price?symbol=MSFT')).toEqual({ price: '200.00000' });
    expect(await body('/price?symbol=MSFT,ZZZZ,AAPL')).toMatchObject({
      MSFT: { price: '200.00000' },
      ZZZZ: { code: 404 },
      AAPL: { price: '108.00000' },
    });
  });

  test('as CSV', async () => {
    expect((await h.get('/price?symbol=AAPL&format=CSV')).text).toBe('price\n108.00000\n');
    expect((await h.get('/quote?symbol=AAPL&format=CSV')).text).toContain(';fifty_two_week_low;');
  });
});

describe('/eod', () => {
  test('the last closed day, a named day, today once it is over', async () => {
    expect(await body('/eod?symbol=AAPL')).toEqual({
      symbol: 'AAPL',
      exchange: 'NASDAQ',
      mic_code: 'XNGS',
      currency: 'USD',
      datetime: '2026-07-31',
      close: '104.00000',
    });
    expect(await body('/eod?symbol=AAPL&date=2026-07-30')).toMatchObject({ close: '103.00000' });
    expect(await body('/eod?symbol=AAPL&date=2026-08-01')).toMatchObject({ code: 400 });
    expect(await body(`/eod?symbol=AAPL&date=${MONDAY}`)).toMatchObject({ code: 400 });
    h.venue.now = at('16:00:00');
    expect(await body('/eod?symbol=AAPL')).toMatchObject({ datetime: MONDAY, close: '108.00000' });
  });
});

test('/exchange_rate: no pair is known', async () => {
  const { status, body: one } = await h.get('/exchange_rate?symbol=USD/JPY');
  expect([status, one.code, one.status]).toEqual([404, 404, 'error']);
  expect(Object.keys(await body('/exchange_rate?symbol=USD/JPY,EUR/USD'))).toEqual(['USD/JPY', 'EUR/USD']);
});
