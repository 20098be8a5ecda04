/** The rule of LEAN's AddRemoveSecurityRegressionAlgorithm. */
import { newYorkDate } from '../../../src/calendar/newYorkTime.js';
import { formatDate } from '../../../src/calendar/tradingDate.js';
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

const GUESTS = ['AIG', 'BAC'] as const;

/** Half in one symbol from Monday; a quarter each in two others from Wednesday to Thursday, on the first bars. */
export default class LeanGuests extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY', ...GUESTS], timeframe: '1m' };

  private date = '';

  override onBar({ symbol, time }: Bar, ctx: Context): void {
    const date = formatDate(newYorkDate(time));
    // The last of the three whose bars come at one time.
    if (symbol !== 'BAC' || date === this.date) return;
    this.date = date;
    if (date === '2013-10-07') ctx.target('SPY', { weight: 0.5 }, { reason: 'half' });
    for (const guest of GUESTS) {
      if (date === '2013-10-09') ctx.target(guest, { weight: 0.25 }, { reason: 'a quarter' });
      if (date === '2013-10-10') ctx.exit(guest, { reason: 'removed' });
    }
  }
}
