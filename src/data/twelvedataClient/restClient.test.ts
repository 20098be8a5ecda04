import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { ScriptedRest } from '../../../test/support/ScriptedRest.js';
import type { RestAnswer } from '../../../test/support/ScriptedRest.js';
import { until } from '../../../test/support/streamRig.js';
import type { TwelveDataPlan } from './plans.js';
import { TWELVE_DATA_PLANS } from './plans.js';
import { createTwelveData } from './twelvedata.js';
import type { TwelveDataOptions } from './twelvedata.js';

const KEY = 's3cret-key';
/** A Monday, 10:00:20 New York. */
const START_MS = Date.UTC(2026, 10, 23, 15, 0, 20);

/** Tells what is waited for: the time limit of a call, a pause, the next minute. */
class SeenClock extends ManualClock {
  /** The delay of the newest timer. */
  delay = 0;

  override setTimer(delayMs: number, callback: () => void): () => void {
    this.delay = delayMs;
    return super.setTimer(delayMs, callback);
  }
}

let server: ScriptedRest;
let clock: SeenClock;

beforeEach(async () => {
  server = await ScriptedRest.start();
  clock = new SeenClock(START_MS);
});
afterEach(async () => {
  await server.close();
  if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
});

function setUp(options: Partial<TwelveDataOptions> = {}) {
  const made = createTwelveData({
    apiKey: KEY,
    restUrl: server.url,
    clock,
    random: () => 0,
    log: () => undefined,
    ...options,
  });
  return made;
}

const { signal } = new AbortController();
const LIVE = { priority: 'live', wait: true, signal } as const;
const NO_WAIT = { ...LIVE, wait: false };
const error = (code: number, message: string) => ({ code, message, status: 'error' });
const MINUTE = error(429, 'You have run out of API credits for the current minute. Wait for the next minute.');
const DAY = error(429, 'You have run out of API credits for the day. Wait for the next day.');
const quote = {
  ...{ symbol: 'AAPL', name: 'Apple Inc', exchange: 'NASDAQ', mic_code: 'XNGS', currency: 'USD' },
  ...{ datetime: '2021-09-16', timestamp: 1631799000, last_quote_at: 1631822340 },
  ...{ open: '148.44000', high: '148.96840', low: '147.22099', close: '148.85001', volume: '67903927' },
  ...{ previous_close: '149.09000', change: '-0.23999', average_volume: null, is_market_open: false },
  ...{ fifty_two_week: { low: '103.10000' }, extended_timestamp: 0 },
};

describe('the endpoints', () => {
  it('quote', async () => {
    server.lineUp({ body: quote });
    const { rest } = setUp({ restUrl: `${server.url}/twelvedata/` });
    const quotes = await rest.quotes(['AAPL'], LIVE);
    expect(quotes.get('AAPL')).toEqual({
      value: {
        ...{ symbol: 'AAPL', name: 'Apple Inc', exchange: 'NASDAQ', micCode: 'XNGS', currency: 'USD' },
        ...{ quotedAt: 1_631_822_340_000_000, barStart: 1_631_799_000_000_000 },
        ...{ open: 148_440_000, high: 148_968_400, low: 147_221_000, close: 148_850_000, volume: 67_903_927 },
        ...{ previousClose: 149_090_000, isMarketOpen: false, extendedPrice: undefined, extendedAt: undefined },
      },
    });
    const [asked] = server.questions;
    expect(asked).toMatchObject({ path: '/twelvedata/quote', query: { symbol: 'AAPL' } });
    // The key is in the header and nowhere else.
    expect(asked?.headers.authorization).toBe(`apikey ${KEY}`);
    expect(JSON.stringify({ ...asked, headers: undefined })).not.toContain(KEY);
  });

  it('price, stocks, symbol_search, earliest_timestamp', async () => {
    const listing = { symbol: 'AAPL', exchange: 'NASDAQ', mic_code: 'XNGS', country: 'United States', currency: 'USD' };
    server.lineUp(
      { body: { price: '200.99001' } },
      {
        body: {
          count: 2,
          data: [{ ...listing, name: 'Apple Inc', type: 'Common Stock', isin: 'x' }, {}],
          status: 'ok',
        },
      },
      { body: { data: [{ ...listing, instrument_name: 'Apple Inc', instrument_type: 'Common Stock' }], status: 'ok' } },
      { body: { datetime: '1980-12-12', unix_time: 345479400 } },
      { body: {} },
    );
    const { rest } = setUp();
    expect([...(await rest.prices(['AAPL'], LIVE))]).toEqual([['AAPL', { value: 200_990_000 }]]);
    const { mic_code: micCode, ...same } = listing;
    const expected = [{ ...same, micCode, name: 'Apple Inc', type: 'Common Stock' }];
    expect(await rest.stocks({ country: 'United States' }, LIVE)).toEqual(expected);
    expect(await rest.symbolSearch('apple', 5, LIVE)).toEqual(expected);
    expect(await rest.earliestTimestamp('AAPL', '1m', LIVE)).toBe(345_479_400_000_000);
    expect(await rest.earliestTimestamp('AAPL', '1d', LIVE)).toBeUndefined();
    expect(server.questions.map(({ path, query }) => [path, query])).toEqual([
      ['/price', { symbol: 'AAPL' }],
      ['/stocks', { country: 'United States' }],
      ['/symbol_search', { symbol: 'apple', outputsize: '5' }],
      ['/earliest_timestamp', { symbol: 'AAPL', interval: '1min', timezone: 'UTC' }],
      ['/earliest_timestamp', { symbol: 'AAPL', interval: '1day', timezone: 'UTC' }],
    ]);
  });

  it('splits and dividends, as corporate actions in order', async () => {
    const splits = [
      { date: '2020-08-31', description: '4-for-1 split', ratio: 0.25, from_factor: 4, to_factor: 1 },
      { date: '2014-06-09', ratio: 0.142857, from_factor: 7, to_factor: 1 },
      { date: '2012-01-03', ratio: 0.66667, from_factor: 1.5, to_factor: 1 },
      { date: '2011-01-03', description: '1-for-10 split', ratio: 10, from_factor: 1, to_factor: 10 },
      { date: '2010-01-03', ratio: 0.5, from_factor: 1, to_factor: 2 },
    ];
    const dividends = [
      { ex_date: '2021-08-06', amount: 0.22 },
      { ex_date: '2020-08-31', amount: 0.205 },
    ];
    server.lineUp({ body: { meta: {}, splits } }, { body: { meta: {}, dividends } });
    const { history } = setUp({ plan: 'grow' });
    const actions = await history.corporateActions('AAPL', '2010-01-03', '2020-12-31', signal);
    expect(actions).toEqual([
      { kind: 'split', symbol: 'AAPL', exDate: '2010-01-03', ratio: { to: 2, from: 1 } },
      { kind: 'split', symbol: 'AAPL', exDate: '2011-01-03', ratio: { to: 1, from: 10 } },
      { kind: 'split', symbol: 'AAPL', exDate: '2012-01-03', ratio: { to: 3, from: 2 } },
      { kind: 'split', symbol: 'AAPL', exDate: '2014-06-09', ratio: { to: 7, from: 1 } },
      { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', ratio: { to: 4, from: 1 } },
      { kind: 'dividend', symbol: 'AAPL', exDate: '2020-08-31', cash: '0.205' },
    ]);
    // Forty credits: the plan has room for both in a minute.
    expect(server.questions.map(({ query }) => query)).toEqual([
      { symbol: 'AAPL', range: 'full' },
      { symbol: 'AAPL', adjust: 'false', range: 'full' },
    ]);
  });

  it('api_usage puts the budget right', async () => {
    const usage = { current_usage: 3, plan_limit: 55, daily_usage: 120, plan_daily_limit: 800, plan_category: 'basic' };
    server.lineUp({ body: { timestamp: '2025-05-07 11:10:12', ...usage } });
    const { rest, budget } = setUp();
    expect(await rest.apiUsage(LIVE)).toEqual({ minute: 3, minuteLimit: 55, day: 120, dayLimit: 800, plan: 'basic' });
    expect(budget.left()).toEqual({ minute: 52, minuteLimit: 55, day: 680 });
  });

  const malformed: readonly [string, unknown][] = [
    ['no price', { ...quote, close: undefined }],
    ['an empty shell', { extended_timestamp: 0, is_market_open: false, timestamp: 0 }],
    ['a price with a comma', { ...quote, close: '148,85' }],
    ['a price that is NaN', { ...quote, high: 'NaN' }],
    ['an exponent', { ...quote, low: '1e309' }],
    ['a boolean', { ...quote, open: true }],
    ['40 digits', { ...quote, close: '9'.repeat(40) }],
    ['a negative volume', { ...quote, volume: '-5' }],
    ['a list', [quote]],
  ];
  it.each(malformed)('F49: a quote with %s is refused', async (_, body) => {
    server.lineUp({ body });
    const { rest } = setUp();
    const answer = (await rest.quotes(['AAPL'], LIVE)).get('AAPL');
    expect(answer).toMatchObject({ error: { code: 'SOURCE_MESSAGE_INVALID', kind: 'badPayload' } });
  });
});

describe('several symbols in a call', () => {
  it('keep their own errors', async () => {
    server.lineUp({
      body: { AAPL: quote, ZZZZ: error(404, '**symbol** or **figi** parameter is missing or invalid.'), CCCC: null },
    });
    const { rest } = setUp();
    const quotes = await rest.quotes(['AAPL', 'ZZZZ', 'CCCC', 'AAPL', 'constructor'], LIVE);
    expect(quotes.get('AAPL')).toMatchObject({ value: { close: 148_850_000 } });
    expect(quotes.get('ZZZZ')).toMatchObject({ error: { code: 'SOURCE_SYMBOL_UNKNOWN', kind: 'notFoundOrPlan' } });
    expect(quotes.get('CCCC')).toMatchObject({ error: { code: 'SOURCE_MESSAGE_INVALID' } });
    expect(quotes.get('constructor')).toMatchObject({ error: { code: 'SOURCE_MESSAGE_INVALID' } });
    expect(server.questions[0]?.query['symbol']).toBe('AAPL,ZZZZ,CCCC,constructor');
  });

  it('are split by what a call takes and by the credits of the minute', async () => {
    server.answer = ({ query }) => {
      const symbols = query['symbol']?.split(',') ?? [];
      const prices = symbols.map((symbol) => [symbol, { price: '5' }]);
      return { body: symbols.length === 1 ? { price: '5' } : Object.fromEntries(prices) };
    };
    const symbols = Array.from({ length: 250 }, (_, i) => `S${i}`);
    expect((await setUp({ plan: 'pro' }).rest.prices(symbols, LIVE)).size).toBe(250);
    const sizes = (): number[] => server.questions.map(({ query }) => query['symbol']?.split(',').length ?? 0);
    expect(sizes()).toEqual([120, 120, 10]);
    server.questions.length = 0;
    const { rest, budget } = setUp();
    const few = rest.prices(symbols.slice(0, 17), LIVE);
    for (const count of [1, 2]) {
      await until(() => budget.length === 1 && server.questions.length === count);
      clock.advance(60_000);
    }
    expect((await few).size).toBe(17);
    expect(sizes()).toEqual([8, 8, 1]);
  });

  it('are asked for again when only a part had credits', async () => {
    server.lineUp(
      { body: { A: { price: '5' }, B: MINUTE, C: MINUTE } },
      { body: { B: { price: '6' }, C: { price: '7' } } },
    );
    const { rest, budget } = setUp();
    const prices = rest.prices(['A', 'B', 'C'], LIVE);
    await until(() => budget.length === 1);
    clock.advance(60_000);
    expect([...(await prices)].map(([symbol, answer]) => [symbol, 'value' in answer ? answer.value : 0])).toEqual([
      ['A', 5_000_000],
      ['B', 6_000_000],
      ['C', 7_000_000],
    ]);
  });
});

describe('faults of calls', () => {
  const fatal: readonly [string, RestAnswer, string][] = [
    ['400', { status: 400, body: error(400, 'Invalid **interval**') }, 'SOURCE_REQUEST_REFUSED'],
    ['401', { status: 401, body: error(401, `**apikey** ${KEY} is incorrect`) }, 'SOURCE_KEY_REFUSED'],
    ['403', { status: 403, body: error(403, 'exclusively with grow') }, 'SOURCE_PLAN_REFUSED'],
    ['404', { status: 404, body: error(404, 'missing or invalid') }, 'SOURCE_SYMBOL_UNKNOWN'],
    ['414', { status: 414, body: error(414, 'too long') }, 'SOURCE_REQUEST_REFUSED'],
    ['429 of the day', { status: 429, body: DAY }, 'SOURCE_CREDITS_USED_UP'],
    ['a page with 200', { body: '<html>welcome</html>' }, 'SOURCE_MESSAGE_INVALID'],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, 'SOURCE_MESSAGE_INVALID'],
  ];
  it.each(fatal)('%s: thrown at once, by either style, without the key', async (_, answer, code) => {
    const styles =
      typeof answer === 'string' || typeof answer.body === 'string' ? [answer] : [answer, { body: answer.body }];
    for (const style of styles) {
      server.questions.length = 0;
      server.lineUp(style);
      const failure = await setUp()
        .rest.stocks({}, LIVE)
        .catch((cause: unknown) => cause);
      expect(failure).toMatchObject({ code });
      expect(String(failure)).not.toContain(KEY);
      expect(server.questions).toHaveLength(1);
    }
  });

  const passing: readonly [string, RestAnswer][] = [
    ['500', { status: 500, body: error(500, 'internal') }],
    ['500 within 200', { body: error(500, 'internal') }],
    ['502 in HTML', { status: 502, body: '<html>bad gateway</html>' }],
    ['503', { status: 503, body: '' }],
    ['a reset', 'reset'],
    ['half an answer', 'half'],
  ];
  it.each(passing)('%s: tried again with growing pauses, four times', async (_, answer) => {
    server.answer = () => answer;
    const { rest } = setUp();
    const failure = rest.stocks({}, LIVE).catch((cause: unknown) => cause);
    for (const [tries, pause] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
      [4, 4_000],
    ] as const) {
      await until(() => server.questions.length === tries && clock.delay === pause);
      clock.advance(pause);
    }
    expect(await failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(server.questions).toHaveLength(5);
  });

  it('no answer: given up in time', async () => {
    server.lineUp('hang', { body: { data: [] } });
    const { rest } = setUp({ timeoutMs: 5_000 });
    const stocks = rest.stocks({}, LIVE);
    await until(() => server.questions.length === 1);
    clock.advance(5_000);
    await until(() => clock.delay === 500);
    clock.advance(500);
    expect(await stocks).toEqual([]);
  });

  it('429 of the minute: waits for the next one, or throws when it may not wait', async () => {
    server.lineUp({ status: 429, body: MINUTE }, { body: { data: [] } }, { body: MINUTE });
    const { rest, budget } = setUp();
    const stocks = rest.stocks({}, LIVE);
    await until(() => budget.length === 1);
    // Forty seconds to the next minute, and half a second more.
    expect(clock.delay).toBe(40_500);
    clock.advance(40_500);
    expect(await stocks).toEqual([]);
    await expect(rest.stocks({}, NO_WAIT)).rejects.toMatchObject({ code: 'SOURCE_CREDITS_USED_UP' });
    await expect(rest.stocks({}, NO_WAIT)).rejects.toMatchObject({ code: 'SOURCE_CREDITS_USED_UP' });
    // The last one was not even sent.
    expect(server.questions).toHaveLength(3);
  });

  it('429 of the day: nothing more is sent before midnight UTC', async () => {
    server.lineUp({ status: 429, body: DAY }, { body: { data: [] } });
    const { rest } = setUp();
    await expect(rest.stocks({}, LIVE)).rejects.toMatchObject({ kind: 'dayLimit' });
    await expect(rest.stocks({}, LIVE)).rejects.toMatchObject({ code: 'SOURCE_CREDITS_USED_UP' });
    expect(server.questions).toHaveLength(1);
    clock.advance(9 * 3_600_000);
    expect(await rest.stocks({}, LIVE)).toEqual([]);
  });

  it('the headers correct the budget', async () => {
    const headers = { 'api-credits-used': '6', 'api-credits-left': '2' };
    server.lineUp({ body: { data: [] }, headers }, { body: { data: [] }, headers: { 'api-credits-used': 'x' } });
    const { rest, budget } = setUp({ plan: { ...TWELVE_DATA_PLANS.basic, creditsPerMinute: 55 } as TwelveDataPlan });
    await rest.stocks({}, LIVE);
    expect(budget.left()).toMatchObject({ minute: 2, minuteLimit: 8 });
    await rest.stocks({}, LIVE);
    expect(budget.left()).toMatchObject({ minute: 1, minuteLimit: 8 });
  });

  it('what costs more than a minute of the plan has is refused without a call', async () => {
    const { history } = setUp();
    await expect(history.corporateActions('AAPL', '2020-01-01', '2021-01-01', signal)).rejects.toMatchObject({
      code: 'SOURCE_PLAN_REFUSED',
    });
    expect(server.questions).toEqual([]);
  });

  it('ends when it is aborted: while it waits for credits, for an answer, for another try', async () => {
    const { rest, budget } = setUp();
    const run = async (prepare: () => Promise<void>, answer: RestAnswer): Promise<void> => {
      const abort = new AbortController();
      server.questions.length = 0;
      server.answer = () => answer;
      const stocks = rest.stocks({}, { ...LIVE, signal: abort.signal });
      const ended = stocks.catch((cause: unknown) => cause);
      await prepare();
      abort.abort();
      expect(await ended).toMatchObject({ name: 'AbortError' });
      expect(clock.pending).toBe(0);
    };
    await run(() => until(() => server.questions.length === 1), 'hang');
    await run(async () => {
      await until(() => server.questions.length === 1 && clock.delay === 500);
    }, 'reset');
    budget.minuteIsUsedUp();
    await run(() => until(() => budget.length === 1), 'hang');
  });

  it('refuses addresses that are none', () => {
    for (const restUrl of ['ws://x', 'https://x/?apikey=k3y', 'nonsense']) {
      expect(() => setUp({ restUrl })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    }
  });
});
