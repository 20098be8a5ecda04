import { afterEach, describe, expect, test } from 'vitest';
import { minuteBar, newYork, twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { HarnessOptions, TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { Json } from '../../../test/support/alpacaHarness.js';
import { DAY, MINUTE } from '../../domain/timeframe.js';
import { PLANS } from './plans.js';

const NOW = newYork('2026-08-03', '10:02:30');
const SERIES = '/time_series?symbol=AAPL&interval=1min';

let h: TwelvedataHarness;
const start = async (options: HarnessOptions = {}): Promise<void> => {
  h = await twelvedataHarness(options);
  h.venue.now = NOW;
  h.venue.minuteBars.push(minuteBar(NOW - MINUTE, [1, 2, 1, 2], 10));
};
afterEach(() => h.close());
const status = async (url: string, headers?: Record<string, string>): Promise<number> =>
  (await h.get(url, headers)).status;

describe('keys', () => {
  test('in the query or the Authorization header; the header of the stream is none here', async () => {
    await start();
    const [keyId = '', secret = ''] = h.apikey.split('.');
    expect(await status(`${SERIES}&apikey=${h.apikey}`, {})).toBe(200);
    expect(await status(`${SERIES}&ApiKey=${keyId}:${secret}`, {})).toBe(200);
    expect(await status(SERIES, { authorization: `apikey ${h.apikey}` })).toBe(200);
    expect(await status(SERIES, { authorization: `ApiKey ${h.apikey}` })).toBe(200);
    const refused = [
      await h.get(SERIES, {}),
      await h.get(SERIES, { 'x-td-apikey': h.apikey }),
      await h.get(SERIES, { authorization: `Bearer ${h.apikey}` }),
      await h.get(`${SERIES}&apikey=${keyId}`, {}),
      await h.get(`${SERIES}&apikey=${keyId}.${secret}x`, {}),
      await h.get(`${SERIES}&apikey=demo`, { authorization: `apikey ${h.apikey}` }),
    ];
    for (const { status: code, body, headers } of refused) {
      expect([code, body.code, body.status]).toEqual([401, 401, 'error']);
      expect(body.message).toContain('**apikey** parameter is incorrect or not specified');
      expect(headers['api-credits-used']).toBeUndefined();
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  test('a revoked key is none', async () => {
    await start();
    await h.store.revokeApiKey(h.apikey.split('.')[0] ?? '', NOW);
    expect(await status(SERIES)).toBe(401);
  });

  test('any text, where the server is told so; each counts by itself', async () => {
    await start({ anyKey: true, plan: PLANS.basic });
    const used = async (key: string): Promise<unknown> => (await h.get(`${SERIES}&apikey=${key}`, {})).headers;
    expect(await used('demo')).toMatchObject({ 'api-credits-used': '1', 'api-credits-left': '7' });
    expect(await used('demo')).toMatchObject({ 'api-credits-used': '2' });
    expect(await used('other')).toMatchObject({ 'api-credits-used': '1' });
    expect(await status(SERIES, {})).toBe(401);
  });
});

describe('the order of checks', () => {
  test('endpoint, key, plan, parameters, length, credits, symbol, data', async () => {
    await start({ planOf: () => ({ ...PLANS.basic, creditsPerMinute: 0 }) });
    const symbols = Array.from({ length: 121 }, (_, i) => `S${i}`).join(',');
    expect(await status('/nothing?symbol=ZZZZ', {})).toBe(404);
    expect(await status('/splits?symbol=ZZZZ&range=9y', {})).toBe(401);
    expect(await status('/splits?symbol=ZZZZ&range=9y')).toBe(403);
    expect(await status(`/time_series?interval=9min&symbol=${symbols}`)).toBe(400);
    expect(await status(`/time_series?interval=1min&symbol=${symbols}`)).toBe(414);
    expect(await status(`/time_series?interval=1min&symbol=A${'A'.repeat(4_000)}`)).toBe(414);
    expect(await status('/time_series?interval=1min&symbol=ZZZZ')).toBe(429);
    await h.close();
    await start();
    expect(await status('/time_series?interval=1min&symbol=ZZZZ&date=2026-08-01')).toBe(404);
    expect(await status('/time_series?interval=1min')).toBe(404);
    expect(await status(`${SERIES}&date=2026-08-01`)).toBe(400);
  });

  test('methods and paths that there are not', async () => {
    await start();
    expect((await h.get('/')).body).toMatchObject({ code: 404, status: 'error' });
    expect((await h.get('/sma?symbol=AAPL&interval=1min')).status).toBe(404);
    expect((await h.post('/time_series', {})).body).toMatchObject({ code: 404 });
    expect((await h.get('/batch')).status).toBe(404);
    expect((await h.get(`/twelvedata${SERIES}`)).status).toBe(200);
    expect((await h.get('/twelvedata')).status).toBe(404);
    expect((await h.get(SERIES.replace('?', '/?'))).status).toBe(200);
  });
});

describe('credits', () => {
  test('by minutes of market time: the headers, the refusal, the next minute', async () => {
    await start({ plan: PLANS.basic });
    for (let used = 1; used <= 8; used += 1) {
      const { headers } = await h.get(SERIES);
      expect(headers).toMatchObject({ 'api-credits-used': String(used), 'api-credits-left': String(8 - used) });
    }
    const { status: code, body, headers } = await h.get(SERIES);
    expect([code, body.code]).toEqual([429, 429]);
    expect(body.message).toBe(
      'You have run out of API credits for the current minute. 9 API credits were used, with the current limit ' +
        'being 8. Wait for the next minute or consider switching to a higher tier plan.',
    );
    expect(headers).toMatchObject({ 'api-credits-used': '8', 'api-credits-left': '0' });
    // The window is the minute of the clock, whenever the first call was.
    h.venue.now = NOW + 29_000_000;
    expect(await status(SERIES)).toBe(429);
    h.venue.now = NOW + 30_000_000;
    expect(await status(SERIES)).toBe(200);
  });

  test('a call of many symbols costs each of them, and is refused as a whole', async () => {
    await start({ plan: PLANS.basic });
    const all = 'AAPL,MSFT,ZZZZ,A,B,C,D';
    expect((await h.get(`/price?symbol=${all}`)).headers['api-credits-used']).toBe('7');
    expect(await status('/price?symbol=AAPL,MSFT')).toBe(429);
    expect((await h.get('/price?symbol=AAPL')).headers['api-credits-left']).toBe('0');
  });

  test('errors of parameters cost nothing, unknown symbols and empty ranges do', async () => {
    await start({ plan: PLANS.basic });
    await h.get('/time_series?symbol=AAPL&interval=9min');
    await h.get('/time_series?symbol=ZZZZ&interval=1min');
    await h.get(`${SERIES}&date=2026-08-01`);
    expect((await h.get(SERIES)).headers['api-credits-used']).toBe('3');
  });

  test('by UTC days where the plan has a limit', async () => {
    await start({ plan: { ...PLANS.basic, creditsPerMinute: 1_000, creditsPerDay: 2 } });
    await h.get('/price?symbol=AAPL,MSFT');
    expect((await h.get(SERIES)).body.message).toContain(
      'for the day. 3 API credits were used, with the current limit being 2',
    );
    h.venue.now += DAY;
    expect((await h.get('/price?symbol=AAPL')).status).toBe(200);
  });

  test('keys do not share them', async () => {
    await start({ plan: PLANS.basic });
    await h.get('/price?symbol=AAPL,MSFT');
    const other = await h.get('/price?symbol=AAPL', { authorization: `apikey ${await h.key()}` });
    expect(other.headers['api-credits-used']).toBe('1');
  });
});

describe('plans', () => {
  test('endpoints begin at a level', async () => {
    const reached = async (plan: keyof typeof PLANS): Promise<number[]> => {
      await start({ plan: { ...PLANS[plan], creditsPerMinute: 1_000 } });
      const codes = [await status('/dividends?symbol=AAPL'), await status('/exchange_schedule')];
      await h.close();
      return codes;
    };
    expect(await reached('basic')).toEqual([403, 403]);
    expect(await reached('grow')).toEqual([200, 403]);
    expect(await reached('pro')).toEqual([200, 403]);
    expect(await reached('ultra')).toEqual([200, 200]);
    await start({ plan: PLANS.basic });
    expect((await h.get('/splits?symbol=AAPL')).body.message).toContain(
      '/splits is available exclusively with grow plans and above',
    );
  });

  test('a symbol that the plan lacks is 404, not 403', async () => {
    await start({ plan: { ...PLANS.basic, symbols: new Set(['MSFT']) } });
    const { status: code, body } = await h.get(SERIES);
    expect([code, body.message]).toEqual([
      404,
      'This symbol is available starting with a higher plan. Consider upgrading your API Key.',
    ]);
  });

  test('extended hours of the running day from pro on', async () => {
    await start({ plan: PLANS.grow });
    h.venue.minuteBars.splice(0, 1);
    h.venue.minuteBars.push(minuteBar(newYork('2026-07-31', '08:00'), [1, 2, 1, 2], 10));
    h.venue.minuteBars.push(minuteBar(newYork('2026-08-03', '08:00'), [1, 2, 1, 2], 10));
    const { values } = (await h.get(`${SERIES}&prepost=true`)).body;
    expect(values.map((row: Json) => row.datetime)).toEqual(['2026-07-31 08:00:00']);
  });
});

test('legacy200: errors come with the status 200 and their code in the body', async () => {
  await start({ behaviour: { errors: 'legacy200' } });
  for (const [url, code] of [
    [`${SERIES}&outputsize=x`, 400],
    ['/time_series?symbol=ZZZZ&interval=1min', 404],
    ['/nothing', 404],
  ] as const) {
    const answer = await h.get(url);
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([200, code, 'error']);
  }
  expect((await h.get(SERIES, {})).body.code).toBe(401);
});

test('a fault of the server is 500 and says nothing of itself', async () => {
  await start();
  h.venue.bars = () => Promise.reject(new Error('secret of the house'));
  const { status: code, text } = await h.get(SERIES);
  expect(code).toBe(500);
  expect(text).not.toContain('secret');
});

describe('POST /batch', () => {
  test('each item its own answer, keys anywhere, the sum of credits', async () => {
    await start();
    const {
      status: code,
      body,
      headers,
    } = await h.post('/batch', {
      req_1: { url: `${SERIES}&outputsize=1` },
      req_2: { url: '/price?symbol=AAPL,MSFT' },
      req_3: { url: 'https://api.twelvedata.com/quote?symbol=ZZZZ' },
      req_4: { url: '/batch' },
      req_5: { url: `price?symbol=MSFT&apikey=wrong` },
    });
    expect(code).toBe(200);
    expect([body.code, body.status]).toEqual([200, 'success']);
    expect(body.data.req_1).toMatchObject({ status: 'success', response: { status: 'ok', meta: { symbol: 'AAPL' } } });
    expect(Object.keys(body.data.req_2.response)).toEqual(['AAPL', 'MSFT']);
    expect(body.data.req_3).toMatchObject({ status: 'error', response: { code: 404, status: 'error' } });
    expect([body.data.req_4.response.code, body.data.req_5.response.code]).toEqual([404, 401]);
    expect(headers['api-credits-used']).toBe('4');
    const own = await h.post('/batch', { a: { url: `/price?symbol=MSFT&apikey=${h.apikey}` } }, {});
    expect(own.body.data.a.status).toBe('success');
    const inQuery = await h.post(`/batch?apikey=${h.apikey}`, { a: { url: '/price?symbol=MSFT' } }, {});
    expect(inQuery.body.data.a.status).toBe('success');
  });

  test('when credits run out only a part comes back', async () => {
    await start({ plan: { ...PLANS.basic, creditsPerMinute: 1 } });
    const { body } = await h.post('/batch', { a: { url: '/price?symbol=MSFT' }, b: { url: '/price?symbol=MSFT' } });
    expect([body.data.a.status, body.data.b.response.code]).toEqual(['success', 429]);
  });

  test('what is no batch', async () => {
    await start();
    expect((await h.post('/batch', { a: { url: '/price?symbol=MSFT' } }, {})).status).toBe(401);
    for (const bad of [[], {}, { a: 'x' }, { a: { url: 5 } }]) expect((await h.post('/batch', bad)).status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 121 }, (_, i) => [`r${i}`, { url: '/api_usage' }]));
    expect((await h.post('/batch', many)).status).toBe(414);
    const broken = await h.server.app.inject({
      method: 'POST',
      url: '/batch',
      headers: { authorization: `apikey ${h.apikey}`, 'content-type': 'application/json' },
      payload: '{"a":',
    });
    expect([broken.statusCode, broken.json().code]).toEqual([400, 400]);
  });
});
