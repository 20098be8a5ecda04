/** A small market for clients of the Twelve Data server: two days, a running morning, a dividend and a split. */
import { MINUTE } from '../../src/domain/timeframe.js';
import type { FakePaperVenue } from './FakePaperVenue.js';
import { dayBar, minuteBar, newYork, print } from './twelvedataHarness.js';

/** 10:02:30 New York on the running day. */
export const MORNING = newYork('2026-08-03', '10:02:30');

/** Fills the market: AAPL and MSFT trade from 09:30 on, one cent higher each minute. */
export function fillMarket(venue: FakePaperVenue): void {
  venue.now = MORNING;
  const open = newYork('2026-08-03', '09:30');
  for (const [symbolId, dollars] of [
    [0, 200],
    [1, 400],
  ] as const) {
    for (let i = 0; open + i * MINUTE <= MORNING; i += 1) {
      const price = dollars + i / 100;
      venue.minuteBars.push(
        minuteBar(open + i * MINUTE, [price, price + 0.02, price - 0.02, price], 100, { symbolId }),
      );
    }
    venue.dayBars.push(
      dayBar('2026-07-30', [dollars - 4, dollars, dollars - 5, dollars - 2], 9_000, { symbolId }),
      dayBar('2026-07-31', [dollars - 2, dollars + 1, dollars - 3, dollars], 8_000, { symbolId }),
      dayBar('2026-08-03', [dollars, dollars + 0.34, dollars - 0.02, dollars + 0.32], 3_300, { symbolId }),
    );
    venue.printRows.push(print(40, MORNING - 1_000_000, dollars + 0.32, 100, { symbolId }));
  }
  venue.actions.push(
    { kind: 'dividend', symbol: 'AAPL', exDate: '2026-05-08', amount: '0.26' },
    { kind: 'split', symbol: 'AAPL', exDate: '2020-08-31', from: 1, to: 4 },
  );
}
