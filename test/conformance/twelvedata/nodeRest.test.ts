/** The unmodified vendor client for Node against the server over loopback: REST, one line per call. */
import {
  AdvancedApi,
  BadRequestError,
  CreateConfig,
  ForbiddenError,
  FundamentalsApi,
  MarketDataApi,
  NotFoundError,
  ParameterTooLongError,
  ReferenceDataApi,
  TooManyRequestsError,
  UnauthorizedError,
} from '@twelvedata/twelvedata-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLANS } from '../../../src/api/twelvedata/plans.js';
import { twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';
import { fillMarket } from '../../support/twelvedataMarket.js';

let h: TwelvedataHarness;
let market: MarketDataApi;
let reference: ReferenceDataApi;
let fundamentals: FundamentalsApi;
let advanced: AdvancedApi;
let rest: string;
beforeAll(async () => {
  h = await twelvedataHarness();
  fillMarket(h.venue);
  ({ rest } = await h.listen());
  const config = CreateConfig(h.apikey, rest);
  market = new MarketDataApi(config);
  reference = new ReferenceDataApi(config);
  fundamentals = new FundamentalsApi(config);
  advanced = new AdvancedApi(config);
});
afterAll(() => h.close());

const calls: readonly [string, () => Promise<unknown>, unknown][] = [
  [
    'getTimeSeries',
    () => market.getTimeSeries({ symbol: 'AAPL', interval: '1min', outputsize: 2 }),
    {
      meta: { symbol: 'AAPL', interval: '1min', micCode: 'XNGS', exchangeTimezone: 'America/New_York' },
      values: [
        { datetime: '2026-08-03 10:02:00', close: '200.32000', volume: '100' },
        { datetime: '2026-08-03 10:01:00', open: '200.31000', high: '200.33000', low: '200.29000' },
      ],
      status: 'ok',
    },
  ],
  [
    'getTimeSeries of days between dates',
    () => market.getTimeSeries({ symbol: 'AAPL', interval: '1day', startDate: '2026-07-30', endDate: '2026-07-31' }),
    { values: [{ datetime: '2026-07-30', close: '198.00000' }] },
  ],
  [
    'getQuote',
    () => market.getQuote({ symbol: 'MSFT' }),
    {
      symbol: 'MSFT',
      close: '400.32000',
      previousClose: '400.00000',
      percentChange: '0.08000',
      isMarketOpen: true,
      fiftyTwoWeek: { low: '395.00000' },
    },
  ],
  ['getPrice', () => market.getPrice({ symbol: 'AAPL', dp: 2 }), { price: '200.32' }],
  ['getEod', () => market.getEod({ symbol: 'AAPL' }), { datetime: '2026-07-31', close: '200.00000' }],
  [
    'getStocks',
    () => reference.getStocks({ symbol: 'AAPL' }),
    { count: 1, data: [{ symbol: 'AAPL', type: 'Common Stock' }] },
  ],
  ['getEtf', () => reference.getEtf(), { count: 0, data: [], status: 'ok' }],
  ['getSymbolSearch', () => reference.getSymbolSearch({ symbol: 'mic' }), { data: [], status: 'ok' }],
  [
    'getEarliestTimestamp',
    () => reference.getEarliestTimestamp({ symbol: 'AAPL', interval: '1day' }),
    { datetime: '2026-07-30', unixTime: 1_785_418_200 },
  ],
  [
    'getMarketState',
    () => reference.getMarketState({ code: 'XNYS' }),
    [{ code: 'XNYS', isMarketOpen: true, timeAfterOpen: '00:32:30', timeToClose: '05:57:30' }],
  ],
  [
    'getExchangeSchedule',
    () => reference.getExchangeSchedule({ micCode: 'XNYS', date: '2026-11-27' }),
    { data: [{ code: 'XNYS', sessions: [{}, { closeTime: '13:00:00' }, {}] }] },
  ],
  [
    'getExchanges',
    () => reference.getExchanges({ name: 'CBOE' }),
    { data: [{ code: 'BATS', timezone: 'America/New_York' }] },
  ],
  ['getTechnicalIndicators', () => reference.getTechnicalIndicators(), { data: { sma: {} }, status: 'ok' }],
  [
    'getDividends',
    () => fundamentals.getDividends({ symbol: 'AAPL', range: 'full' }),
    { meta: { symbol: 'AAPL' }, dividends: [{ amount: 0.26 }] },
  ],
  [
    'getSplits',
    () => fundamentals.getSplits({ symbol: 'AAPL' }),
    { splits: [{ description: '4-for-1 split', ratio: 0.25, fromFactor: 4, toFactor: 1 }] },
  ],
  ['getApiUsage', () => advanced.getApiUsage(), { planLimit: 1_000_000, planCategory: 'local' }],
  [
    'advanced: a batch',
    () => advanced.advanced({ key: { one: { url: '/price?symbol=AAPL' }, two: { url: '/price?symbol=ZZZZ' } } }),
    { code: 200, status: 'success', data: { one: { response: { price: '200.32000' } }, two: { status: 'error' } } },
  ],
];
test.each(calls)('%s', async (_name, call, expected) => {
  expect(await call()).toMatchObject(expected as object);
});

describe('errors are the classes of the client', () => {
  type ErrorClass = abstract new (...args: never[]) => Error;
  const errors: readonly [string, () => Promise<unknown>, ErrorClass][] = [
    [
      'a bad parameter',
      () => market.getTimeSeries({ symbol: 'AAPL', interval: '1min', outputsize: 0 }),
      BadRequestError,
    ],
    ['no data', () => market.getTimeSeries({ symbol: 'AAPL', interval: '1min', date: '2026-08-01' }), BadRequestError],
    ['an unknown symbol', () => market.getQuote({ symbol: 'ZZZZ' }), NotFoundError],
    ['a pair of currencies', () => market.getPrice({ symbol: 'EUR/USD' }), NotFoundError],
    ['an endpoint that is not served', () => reference.getBonds(), NotFoundError],
    ['too many symbols', () => market.getPrice({ symbol: Array(121).fill('A').join(',') }), ParameterTooLongError],
    [
      'a wrong key',
      () => new MarketDataApi(CreateConfig('wrong', rest)).getPrice({ symbol: 'AAPL' }),
      UnauthorizedError,
    ],
  ];
  test.each(errors)('%s', async (_name, call, errorClass) => {
    await expect(call()).rejects.toBeInstanceOf(errorClass);
  });

  test('the plan and its credits', async () => {
    const poor = await twelvedataHarness({ venue: h.venue, plan: { ...PLANS.basic, creditsPerMinute: 1 } });
    const config = CreateConfig(poor.apikey, (await poor.listen()).rest);
    await expect(new FundamentalsApi(config).getSplits({ symbol: 'AAPL' })).rejects.toBeInstanceOf(ForbiddenError);
    expect(await new MarketDataApi(config).getPrice({ symbol: 'AAPL' })).toEqual({ price: '200.32000' });
    const refused = new MarketDataApi(config).getPrice({ symbol: 'AAPL' });
    await expect(refused).rejects.toBeInstanceOf(TooManyRequestsError);
    await poor.close();
  });
});
