import { describe, expect, it } from 'vitest';
import { PrintFlag, TradingStatus } from '../domain/marketTables.js';
import { at, ExchangeRig, ORDINARY } from './testing/ExchangeRig.js';

/** A rig of a stock that closed at 10.00 the day before, with a quote 9.00 × 9.02 of 300 × 500 shares at 09:40. */
function falling(options: ConstructorParameters<typeof ExchangeRig>[0] = {}): ExchangeRig {
  const rig = new ExchangeRig({ listings: [{ venue: 'N', previousClose: 10_000_000 }], ...options });
  rig.quote('09:40', 9, 300, 9.02, 500);
  return rig;
}

describe('the short-sale restriction (R8)', () => {
  const triggers: readonly [string, number, number, boolean][] = [
    ['at 10 % below the previous close starts it', 9, ORDINARY, true],
    ['one step above does not', 9.000001, ORDINARY, false],
    ['that may not set the last price does not', 8, PrintFlag.VOLUME, false],
    ['outside regular hours does not', 8, ORDINARY | PrintFlag.EXTENDED_HOURS, false],
  ];
  it.each(triggers)('a print %s', (_, price, flags, isRestricted) => {
    const rig = falling();
    rig.print('09:40:01', price, 100, flags);
    rig.quote('09:40:02', 9, 300, 9.02, 500);
    rig.submit({ side: 'sell' });
    expect(rig.fillList).toEqual(isRestricted ? [] : ['100 @ 9']);
  });

  it('puts a market short one tick above the bid, where it rests and fills as others do', () => {
    const rig = falling();
    rig.print('09:40:01', 9, 100);
    const short = rig.submit({ side: 'sell' });
    rig.advance('09:40:02');
    expect(rig.explain(short)).toMatchObject({
      code: 'short-sale-restricted',
      orderPrice: 9_010_000,
      marketPrice: 9_000_000,
    });
    // It was displayed above the bid, so that it may fill when the bid comes up to it.
    rig.quote('09:40:03', 9.01, 300, 9.03, 500);
    expect(rig.fillList).toEqual(['100 @ 9.01']);
    expect(rig.fills[0]).toMatchObject({ liquidity: 'maker', receipt: { shortFloor: 9_010_000 } });
  });

  it('lasts through the next day for whoever carries on what the day ended with, and ends with it', () => {
    const shortOn = (carried: unknown, date: string): { readonly fills: string[]; readonly end: unknown } => {
      const rig = new ExchangeRig({
        listings: [{ venue: 'N', previousClose: 10_000_000 }],
        startTime: at('04:00', date),
      });
      // What the closing record of a simulated day holds goes through JSON.
      rig.exchange.restore(JSON.parse(JSON.stringify(carried)));
      const next = rig.continueOn(rig.exchange);
      next.quote(at('09:40', date), 9, 300, 9.02, 500);
      next.submit({ side: 'sell', clientOrderId: date });
      const fills = next.fillList;
      next.print(at('16:00:01', date), 9, 100, ORDINARY | PrintFlag.CLOSING_AUCTION, 'N');
      next.advance(at('20:01', date));
      return { fills, end: next.exchange.snapshot() };
    };
    const first = falling();
    first.print('09:40:01', 9, 100);
    first.advance(at('20:01'));
    const second = shortOn(first.exchange.snapshot(), '2013-10-08');
    expect(second.fills).toEqual([]);
    expect(shortOn(second.end, '2013-10-09').fills).toEqual(['100 @ 9']);
  });

  it('leaves limits above the bid, purchases and sales of what is held alone', () => {
    const rig = falling();
    rig.submit();
    rig.print('09:40:01', 9, 100);
    rig.submit({ side: 'sell', limit: 9.01 });
    rig.submit({ side: 'sell' });
    rig.submit({ symbolId: 0 });
    // The bid of 300 takes what closes the position; the limit for 100 is the same position's and is closed by it.
    expect(rig.fillList[0]).toBe('100 @ 9.02');
    rig.quote('09:40:02', 9.01, 300, 9.03, 500);
    expect(rig.fills.every(({ receipt }) => receipt.shortFloor === 0 || receipt.shortFloor === 9_010_000)).toBe(true);
  });

  it('refuses instead, where the preset says so', () => {
    const rig = falling({ preset: 'strict' });
    rig.print('09:40:01', 9, 100);
    const market = rig.submit({ side: 'sell' });
    const atBid = rig.submit({ side: 'sell', limit: 9 });
    const above = rig.submit({ side: 'sell', limit: 9.01 });
    expect(rig.types(market)).toEqual(['rejected SHORT_SALE_RESTRICTED']);
    expect(rig.types(atBid)).toEqual(['rejected SHORT_SALE_RESTRICTED']);
    expect(rig.types(above)).toEqual(['accepted']);
  });

  it('is in force on the next trading day too, in extended hours, and not on the day after', () => {
    const clock = (text: string): number => Date.parse(`${text}-04:00`) * 1000;
    const days: readonly [string, boolean][] = [
      ['2013-10-07T16:30:00', true],
      ['2013-10-08T08:00:00', true],
      ['2013-10-08T19:00:00', true],
      ['2013-10-09T08:00:00', false],
    ];
    for (const [time, isRestricted] of days) {
      const rig = falling();
      rig.print('09:40:01', 9, 100);
      rig.quote(clock(time), 9, 300, 9.02, 500);
      rig.submit({ side: 'sell', limit: 9, extendedHours: true });
      expect(rig.fillList, time).toEqual(isRestricted ? [] : ['100 @ 9']);
    }
  });

  it('is not cut short by a feed that tells of it too', () => {
    const rig = falling();
    rig.print('09:40:01', 9, 100);
    rig.status('09:40:02', TradingStatus.SHORT_SALE_RESTRICTED);
    rig.quote(at('08:00', '2013-10-08'), 9, 300, 9.02, 500);
    rig.submit({ side: 'sell', limit: 9, extendedHours: true });
    expect(rig.fillList).toEqual([]);
  });

  it('comes from the feed or from the day before as well, and is kept in a snapshot', () => {
    const told = new ExchangeRig();
    told.quote('09:40', 9, 300, 9.02, 500);
    told.status('09:40:01', TradingStatus.SHORT_SALE_RESTRICTED);
    told.submit({ side: 'sell' });
    expect(told.fillList).toEqual([]);
    const carried = new ExchangeRig({
      listings: [{ shortSaleRestrictedUntil: Date.parse('2013-10-07T20:00:00-04:00') * 1000 }],
    });
    carried.quote('09:40', 9, 300, 9.02, 500);
    const copy = carried.sibling();
    copy.restore(JSON.parse(JSON.stringify(carried.exchange.snapshot())));
    const next = carried.continueOn(copy);
    next.submit({ side: 'sell' });
    expect(next.fillList).toEqual([]);
  });

  it('does not hold in a crossed market', () => {
    const rig = falling();
    rig.print('09:40:01', 9, 100);
    rig.quote('09:40:02', 9.05, 300, 9.02, 500);
    rig.submit({ side: 'sell' });
    rig.advance('09:40:05');
    expect(rig.fillList).toEqual(['100 @ 9.02']);
  });
});
