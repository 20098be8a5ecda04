/**
 * What an order of a desk account reserves where the quote is doubtful: crossed, not firm, far off, one-sided,
 * none.
 */
import { describe, expect, it } from 'vitest';
import { QuoteFlag } from '../../domain/marketTables.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

const SHARES = 100;

/** A rig whose last price and mark are 10.00, with a quote of such a kind. */
function quoted(bid: number, ask: number, flags = 0): DeskRig {
  const rig = new DeskRig({ startTime: at('09:30') });
  rig.open('a');
  rig.print('09:40', 10);
  rig.quote('09:41', bid, ask, 10_000, 0, undefined, flags);
  return rig;
}

describe('the reserve of a purchase at the market (I-05)', () => {
  const quotes: readonly [string, number, number, number, number][] = [
    ['a sound quote: the ask', 9.98, 10.02, 0, 10.02],
    ['a quote that is not firm (R11): the mark', 9.98, 15, QuoteFlag.NOT_FIRM, 10],
    ['a quote beyond the bands (R11): the mark', 9.98, 12, QuoteFlag.BEYOND_BANDS, 10],
    ['an ask far off (R11): the mark, which is the bid at least', 9.98, 199_999, 0, 10],
    ['a crossed quote (R10): its worse side', 10.05, 9.99, 0, 10.05],
    ['a locked quote (R10): its price', 10.01, 10.01, 0, 10.01],
    ['no ask: the mark', 9.98, 0, 0, 10],
    ['an ask that is no number: the mark', 9.98, NaN, 0, 10],
  ];
  it.each(quotes)('on %s', (_, bid, ask, flags, price) => {
    const rig = quoted(bid, ask, flags);
    // On its way nothing has filled yet.
    rig.submit('a', { shares: SHARES });
    expect(rig.state('a').reserved).toBe(Math.round(usd(price) * SHARES));
  });

  it.each(quotes)('on %s: a short sale takes three percent more', (_, bid, ask, flags, price) => {
    const rig = quoted(bid, ask, flags);
    rig.submit('a', { side: 'sell', shares: SHARES });
    expect(rig.state('a').reserved).toBe(Math.floor((usd(price) * 103) / 100) * SHARES);
  });

  it('of a symbol of which nothing is known is nothing: it is judged when it fills', () => {
    const rig = new DeskRig({ startTime: at('09:30') });
    rig.open('a');
    rig.submit('a', { shares: SHARES });
    expect(rig.state('a').reserved).toBe(0);
  });
});
