/**
 * Answers against Alpaca's own OpenAPI files of August 2026, which are found beside the reference data and never
 * copied into the repository. Fields beyond the schema are allowed, as Alpaca itself adds some; each other exception
 * is listed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MINUTE } from '../../../src/domain/timeframe.js';
import { flatMinute, smallPrint } from '../../support/alpacaRows.js';
import { alpacaHarness } from '../../support/alpacaHarness.js';
import type { AlpacaHarness, Json } from '../../support/alpacaHarness.js';
import { FAKE_NOW } from '../../support/FakePaperVenue.js';
import { referenceData } from '../../referenceData.js';

const FOLDER = referenceData('../reference/alpaca/openapi');
const TRADING = join(FOLDER, 'trading-v2.0.1-2026-08.yaml');
const DATA = join(FOLDER, 'market-data-v1.1-2026-08.yaml');
const present = existsSync(TRADING) && existsSync(DATA);

/** Where an answer differs from the schema on purpose, and why. */
const EXCEPTIONS: readonly { readonly path: RegExp; readonly keyword: string; readonly reason: string }[] = [
  {
    path: /\/legs\/\d+\/legs$/,
    keyword: 'type',
    reason: 'a leg has no legs; recorded answers say null, the schema has no word for it',
  },
];

/** One document: gives the validator of an answer. */
class Schemas {
  readonly #document: Json;
  readonly #ajv: Ajv2020;
  readonly #id: string;

  constructor(path: string, id: string) {
    this.#document = nullableToTypes(parse(readFileSync(path, 'utf8')));
    this.#id = id;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
    // The package's types describe its CommonJS form.
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    for (const format of ['decimal', 'uint32', 'uint64']) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema(this.#document, id);
  }

  validator(path: string, method: string, status: number): ValidateFunction {
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ];
    const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    let at: Json = this.#document;
    for (const part of pointer.slice(0, 5)) at = at?.[part];
    const shared: unknown = at?.$ref;
    if (typeof shared === 'string') {
      return this.#ajv.compile({ $ref: `${this.#id}${shared}/content/application~1json/schema` });
    }
    return this.#ajv.compile({ $ref: `${this.#id}#/${escaped.join('/')}` });
  }

  /** The validator of a schema by its name. */
  component(name: string): ValidateFunction {
    return this.#ajv.compile({ $ref: `${this.#id}#/components/schemas/${name}` });
  }
}

/** OpenAPI 3.0 says `nullable`, which JSON Schema does not know. */
function nullableToTypes(node: Json): Json {
  if (Array.isArray(node)) return node.map(nullableToTypes);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, Json> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = nullableToTypes(value);
  if (copy['nullable'] === true && typeof copy['type'] === 'string') copy['type'] = [copy['type'], 'null'];
  return copy;
}

describe.skipIf(!present)(`answers fit the OpenAPI files of August 2026 (in ${FOLDER})`, () => {
  let h: AlpacaHarness;
  let trading: Schemas;
  let data: Schemas;
  let orderId = '';
  let assetId = '';
  let watchlistId = '';

  beforeAll(async () => {
    trading = new Schemas(TRADING, 'trading');
    data = new Schemas(DATA, 'data');
    h = await alpacaHarness();
    const market = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
    await h.call('POST', '/v2/orders', market);
    await h.call('POST', '/v2/orders', { ...market, qty: undefined, notional: 50 });
    const bracket = { order_class: 'bracket', take_profit: { limit_price: 210 }, stop_loss: { stop_price: 180 } };
    orderId = (await h.call('POST', '/v2/orders', { ...market, type: 'limit', limit_price: 190, ...bracket })).body[
      'id'
    ];
    assetId = (await h.call('GET', '/v2/assets/AAPL')).body['id'];
    watchlistId = (await h.call('POST', '/v2/watchlists', { name: 'one', symbols: ['AAPL'] })).body['id'];
    for (const symbolId of [0, 1]) {
      const start = FAKE_NOW - 5 * MINUTE;
      const price = 200_000_000;
      const bar = flatMinute(symbolId, start, price);
      h.venue.minuteBars.push(bar);
      h.venue.dayBars.push(bar);
      h.venue.printRows.push(smallPrint(symbolId, start, price, 8, 1));
    }
    h.venue.actions.push({ kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', from: 1, to: 4 });
    h.venue.actions.push({ kind: 'split', symbol: 'MSFT', exDate: '2003-02-18', from: 8, to: 1 });
    h.venue.actions.push({ kind: 'dividend', symbol: 'AAPL', exDate: '2020-08-07', amount: '0.82' });
  });
  afterAll(() => h.close());

  const rows: readonly [string, string, string, number, object?][] = [
    ['GET', '/v2/account', '', 200],
    ['GET', '/v2/account/configurations', '', 200],
    ['PATCH', '/v2/account/configurations', '', 200, { no_shorting: true }],
    ['GET', '/v2/account/portfolio/history', '?period=1D&timeframe=5Min&extended_hours=true', 200],
    ['GET', '/v2/account/activities', '', 200],
    ['GET', '/v2/account/activities/{activity_type}', '', 200],
    [
      'POST',
      '/v2/orders',
      '',
      200,
      { symbol: 'AAPL', qty: 1, side: 'buy', type: 'trailing_stop', trail_percent: 1, time_in_force: 'gtc' },
    ],
    ['GET', '/v2/orders', '?status=all', 200],
    ['GET', '/v2/orders', '?status=all&nested=true', 200],
    ['GET', '/v2/orders/{order_id}', '?nested=true', 200],
    ['PATCH', '/v2/orders/{order_id}', '', 200, { limit_price: 191 }],
    ['DELETE', '/v2/orders', '', 207],
    ['GET', '/v2/positions', '', 200],
    ['GET', '/v2/positions/{symbol_or_asset_id}', '', 200],
    ['DELETE', '/v2/positions/{symbol_or_asset_id}', '?qty=1', 200],
    ['DELETE', '/v2/positions', '?cancel_orders=true', 207],
    ['GET', '/v2/assets', '', 200],
    ['GET', '/v2/assets/{symbol_or_asset_id}', '', 200],
    ['GET', '/v2/clock', '', 200],
    ['GET', '/v2/calendar', '?start=2026-11-25&end=2026-11-28', 200],
    ['GET', '/v3/clock', '', 200],
    ['GET', '/v3/calendar/{market}', '?start=2026-11-25&end=2026-11-28', 200],
    ['GET', '/v2/watchlists', '', 200],
    ['GET', '/v2/watchlists/{watchlist_id}', '', 200],
    ['PUT', '/v2/watchlists/{watchlist_id}', '', 200, { name: 'two', symbols: ['MSFT'] }],
    ['GET', '/v2/watchlists:by_name', '?name=two', 200],
  ];
  const dataRows: readonly [string, string][] = [
    ['/v2/stocks/bars', '?symbols=AAPL,MSFT&timeframe=1Min'],
    ['/v2/stocks/{symbol}/bars', '?timeframe=1Day'],
    ['/v2/stocks/quotes', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/quotes', ''],
    ['/v2/stocks/trades', '?symbols=AAPL&limit=1'],
    ['/v2/stocks/{symbol}/trades', ''],
    ['/v2/stocks/auctions', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/auctions', ''],
    ['/v2/stocks/bars/latest', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/bars/latest', ''],
    ['/v2/stocks/quotes/latest', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/quotes/latest', ''],
    ['/v2/stocks/trades/latest', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/trades/latest', ''],
    ['/v2/stocks/snapshots', '?symbols=AAPL'],
    ['/v2/stocks/{symbol}/snapshot', ''],
    ['/v2/stocks/meta/exchanges', ''],
    ['/v2/stocks/meta/conditions/{ticktype}', '?tape=A'],
    ['/v1/corporate-actions', '?symbols=AAPL,MSFT&start=2000-01-01'],
    ['/v1beta1/screener/stocks/most-actives', '?by=trades&top=5'],
    ['/v1beta1/screener/{market_type}/movers', '?top=5'],
  ];

  function check(validate: ValidateFunction, body: unknown): void {
    validate(body);
    const faults = (validate.errors ?? []).filter(
      ({ instancePath, keyword }) => !EXCEPTIONS.some((one) => one.path.test(instancePath) && one.keyword === keyword),
    );
    expect(faults.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)).toEqual([]);
  }
  const fill = (path: string): string =>
    path
      .replace('{order_id}', orderId)
      .replace('{symbol_or_asset_id}', assetId)
      .replace('{watchlist_id}', watchlistId)
      .replace('{activity_type}', 'FILL')
      .replace('{market}', 'NYSE')
      .replace('{symbol}', 'AAPL')
      .replace('{ticktype}', 'trade')
      .replace('{market_type}', 'stocks');

  test.each(rows)('%s %s%s', async (method, path, query, status, body) => {
    const answer = await h.call(method, fill(path) + query, body);
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([status, answer.text.slice(0, 200)]);
    check(trading.validator(path, method, status), answer.body);
  });

  test.each([
    ['/v2/events/trades', 'order', 'Order'],
    ['/v2beta1/events/activities', undefined, 'ActivityEventV2'],
  ])('GET %s, the past as events', async (path, field, schema) => {
    const until = new Date(FAKE_NOW / 1000).toISOString();
    h.venue.now = Math.max(h.venue.now, FAKE_NOW + MINUTE);
    const url = `${path}?since=2026-08-03&until=${until.replace('30:00', '30:59')}`;
    const answer = await h.server.app.inject({ method: 'GET', url, headers: h.headers });
    const events = answer.body
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    expect([answer.statusCode, events.length > 2]).toEqual([200, true]);
    for (const event of events) check(trading.component(schema), field === undefined ? event : event[field]);
  });

  test.each(dataRows)('GET %s%s', async (path, query) => {
    const answer = await h.call('GET', fill(path) + query);
    expect(answer.status).toBe(200);
    check(data.validator(path, 'GET', 200), answer.body);
  });
});
