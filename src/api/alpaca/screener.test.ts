import { afterEach, beforeEach, expect, test } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness, JsonRow } from '../../../test/support/alpacaHarness.js';
import { flatMinute, smallPrint } from '../../../test/support/alpacaRows.js';
import { FAKE_NOW } from '../../../test/support/FakePaperVenue.js';
import { DOLLAR } from '../../domain/units.js';

let h: AlpacaHarness;
afterEach(() => h.close());

const symbolsOf = (rows: readonly JsonRow[]): unknown[] => rows.map((row) => row['symbol']);
beforeEach(async () => {
  h = await alpacaHarness();
  // All three closed at 200 the day before.
  h.venue.dayBars.push(
    { ...flatMinute(0, FAKE_NOW, 210 * DOLLAR, 500), count: 7 },
    { ...flatMinute(1, FAKE_NOW, 190 * DOLLAR, 900), count: 3 },
    { ...flatMinute(2, FAKE_NOW, 200 * DOLLAR, 100), count: 1 },
  );
  h.venue.printRows.push(smallPrint(0, FAKE_NOW, 211 * DOLLAR, 6, 1));
});

test('what traded most, by shares or by trades', async () => {
  const actives = async (query: string): Promise<readonly JsonRow[]> =>
    (await h.call('GET', `/v1beta1/screener/stocks/most-actives${query}`)).body['most_actives'];
  expect((await actives(''))[0]).toEqual({ symbol: 'MSFT', volume: 900, trade_count: 3 });
  expect(symbolsOf(await actives('?by=trades'))).toEqual(['AAPL', 'MSFT', 'BRK.B']);
  expect(symbolsOf(await actives('?by=volume&top=1'))).toEqual(['MSFT']);
});

test('what moved most since the last close, at the last price', async () => {
  const { body } = await h.call('GET', '/v1beta1/screener/stocks/movers');
  expect(body).toMatchObject({
    gainers: [{ symbol: 'AAPL', percent_change: 5.5, change: 11, price: 211 }],
    losers: [{ symbol: 'MSFT', percent_change: -5, change: -10, price: 190 }],
    market_type: 'stocks',
  });
});

test.each(['most-actives?top=0', 'most-actives?top=101', 'most-actives?by=size', 'movers?top=51'])(
  '%s is refused',
  async (path) => {
    expect((await h.call('GET', `/v1beta1/screener/stocks/${path}`)).status).toBe(400);
  },
);
