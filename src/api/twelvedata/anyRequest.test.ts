import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { twelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../../test/support/twelvedataHarness.js';
import { fillMarket } from '../../../test/support/twelvedataMarket.js';
import type { Json } from '../../../test/support/alpacaHarness.js';

let h: TwelvedataHarness;
beforeAll(async () => {
  h = await twelvedataHarness();
  fillMarket(h.venue);
});
afterAll(() => h.close());

const PATHS = [
  'time_series',
  'quote',
  'price',
  'eod',
  'exchange_rate',
  'stocks',
  'etfs',
  'symbol_search',
  'earliest_timestamp',
  'market_state',
  'exchange_schedule',
  'exchanges',
  'api_usage',
  'technical_indicators',
  'dividends',
  'splits',
  'constructor',
  '__proto__',
];
const DATES = [
  'today',
  'yesterday',
  '1700-01-01',
  '1990-01-01',
  '2026-08-03',
  '2026-08-01T10:00:00',
  '2026-03-08 02:30:00',
  '2035-12-31',
  '9999-12-31',
  '0000-00-00',
  '2026-13-01',
];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  symbol: ['AAPL', 'aapl:nasdaq', 'AAPL,MSFT', ',', 'EUR/USD', '__proto__', 'A:B:C', '%', ''],
  interval: ['1min', '45min', '8h', '1day', '1week', '1month', '5h'],
  outputsize: ['1', '30', '5000', '-1', '1.5', 'NaN'],
  start_date: DATES,
  end_date: DATES,
  date: DATES,
  timezone: ['Exchange', 'UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Etc/GMT+5', 'utc', '../etc'],
  order: ['asc', 'desc', 'up'],
  prepost: ['true', 'false', '1'],
  adjust: ['all', 'splits', 'dividends', 'none', 'true'],
  dp: ['-1', '0', '11', '12'],
  previous_close: ['true', 'false'],
  format: ['JSON', 'CSV', 'xml'],
  delimiter: [';', ',', '"', ''],
  range: ['last', 'next', 'ytd', '5y', 'full'],
  exchange: ['NASDAQ', 'XNAS', 'LSE'],
  page: ['1', '50000'],
  eod: ['true', 'false'],
};

describe('any request', () => {
  test('is answered in one of the published ways, never by a fault, and by nothing later than now', async () => {
    const parameters = fc.record(
      Object.fromEntries(
        Object.entries(VALUES).map(([name, values]) => [
          name,
          fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.string() }),
        ]),
      ),
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), parameters, async (path, values) => {
        const query = new URLSearchParams(values as Record<string, string>);
        const { status, headers, body, text } = await h.get(`/${path}?${query.toString()}`);
        expect([200, 400, 404, 414]).toContain(status);
        if (status !== 200) expect(body).toMatchObject({ code: status, status: 'error' });
        else if (headers['content-type'] === 'text/csv') expect(text.endsWith('\n')).toBe(true);
        const rows: readonly Json[] = (path === 'time_series' && body?.values) || [];
        for (const { datetime } of rows) expect(datetime.slice(0, 10) <= '2026-08-04').toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});
