import { describe, expect, it } from 'vitest';
import { PrintFlag, QuoteFlag } from '../domain/marketTables.js';
import { SHARE } from '../domain/units.js';
import type { RigOrder } from './testing/ExchangeRig.js';
import { ExchangeRig, ORDINARY } from './testing/ExchangeRig.js';

const TRF = ORDINARY | PrintFlag.OFF_EXCHANGE;
const VOLUME_ONLY = PrintFlag.VOLUME;

/** A rig with a quote 10.00 × 10.02 of 300 × 500 shares at 09:31. */
function quoted(options: ConstructorParameters<typeof ExchangeRig>[0] = {}): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.quote('09:31', 10, 300, 10.02, 500);
  return rig;
}

describe('orders that take from the best bid and offer', () => {
  it('get the far side at their arrival, not at the decision', () => {
    const rig = quoted();
    rig.submit();
    rig.quote('09:31:00.020', 10.01, 300, 10.05, 500);
    rig.advance('09:31:01');
    expect(rig.fillList).toEqual(['100 @ 10.05']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'nbbo', rule: 'far-side', bid: 10_010_000, askSize: 500 });
  });

  it('get no more than is displayed, and the rest from the next quote (M2, M3)', () => {
    const rig = quoted();
    rig.submit({ shares: 800 });
    rig.submit({ shares: 100 });
    rig.advance('09:31:01');
    // The bid moves: the ask is the same quote still and nothing of it is left.
    rig.quote('09:31:02', 10.01, 200, 10.02, 500);
    expect(rig.fillList).toEqual(['500 @ 10.02']);
    rig.quote('09:31:03', 10.01, 200, 10.02, 350);
    expect(rig.fillList).toEqual(['500 @ 10.02', '300 @ 10.02', '50 @ 10.02']);
    rig.quote('09:31:04', 10.01, 200, 10.03, 1000);
    expect(rig.fillList.at(-1)).toBe('50 @ 10.03');
  });

  it('never sell for less than nothing, however wide the quote: half a spread is at most half the price', () => {
    const rig = new ExchangeRig({ preset: 'strict' });
    rig.quote('09:31', 0.02, 300, 2000, 300);
    rig.submit({ side: 'sell' });
    rig.advance('09:31:01');
    expect(rig.fillList).toEqual(['100 @ 0.01']);
  });

  it('never sell for nothing on a print: half a spread and as much slippage leave something', () => {
    const rig = new ExchangeRig({ preset: 'strict' });
    rig.print('09:31', 0.01, 5000);
    rig.submit({ side: 'sell' });
    rig.print('09:31:01', 0.01, 5000);
    expect(rig.fills.map(({ price }) => price)).toEqual([1]);
  });

  it('as limits take up to their price and never pay more, slippage included', () => {
    const rig = quoted({ overrides: { slippage: { kind: 'fixedBps', bps: 100 } } });
    rig.submit({ limit: 10.05 });
    rig.submit({ limit: 10.01 });
    rig.advance('09:31:01');
    expect(rig.fillList).toEqual(['100 @ 10.05']);
  });

  it('as immediate-or-cancel are judged once, on the first valid quote (R22)', () => {
    const rig = quoted();
    const order = rig.submit({ shares: 800, timeInForce: 'ioc' });
    rig.advance('09:31:01');
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'canceled']);
    expect(rig.fillList).toEqual(['500 @ 10.02']);
    rig.quote('09:31:02', 0, 0, 10.02, 500, QuoteFlag.NOT_FIRM);
    const waiting = rig.submit({ timeInForce: 'ioc' });
    rig.advance('09:31:03');
    expect(rig.types(waiting)).toEqual(['accepted']);
    rig.quote('09:31:04', 10, 300, 10.02, 50);
    rig.advance('09:31:05');
    expect(rig.types(waiting)).toEqual(['accepted', 'filled', 'canceled']);
  });

  const quotes: readonly [string, readonly [number, number, number, number, number], string[]][] = [
    ['not firm: no fill (R11)', [10, 300, 10.02, 500, QuoteFlag.NOT_FIRM], []],
    ['suspicious: no fill (R11)', [10, 300, 10.02, 500, QuoteFlag.SUSPICIOUS], []],
    ['locked: the locked price (R10)', [10.02, 300, 10.02, 500, 0], ['100 @ 10.02']],
    ['one-sided, ours present: usable (R10)', [0, 0, 10.02, 500, 0], ['100 @ 10.02']],
    ['one-sided, ours absent', [10, 300, 0, 0, 0], []],
    ['no size', [10, 300, 10.02, 0, 0], []],
    ['NaN', [10, 300, NaN, 500, 0], []],
    ['negative', [10, 300, -10.02, 500, 0], []],
    ['a stub quote, far from the last price', [0.01, 100, 199_999.99, 100, 0], []],
  ];
  it.each(quotes)('on a quote that is %s', (_, [bid, bidSize, ask, askSize, flags], expected) => {
    const rig = new ExchangeRig();
    rig.print('09:30:30', 10.01, 100);
    rig.quote('09:31', bid, bidSize, ask, askSize, flags);
    rig.submit();
    rig.advance('09:31:30');
    expect(rig.fillList).toEqual(expected);
  });

  it('wait two seconds on a crossed quote, then pay the worse side (R10)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10.05, 300, 10.02, 500);
    rig.submit();
    rig.quote('09:31:01.900', 10.06, 400, 10.02, 500);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:31:02', 10.05, 300, 10.02, 500);
    expect(rig.fillList).toEqual(['100 @ 10.05']);
  });

  it('decide on the last quote of an instant, never in its middle (X13)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 9, 100, 11, 0);
    rig.submit();
    rig.instant('09:31:01', rig.quoteRow(10, 100, 10.02, 100), rig.quoteRow(10, 100, 10.1, 100));
    expect(rig.fillList).toEqual(['100 @ 10.1']);
  });
});

describe('limits that rest at the best bid and offer', () => {
  const resting = (order: RigOrder, options: ConstructorParameters<typeof ExchangeRig>[0] = {}): ExchangeRig => {
    const rig = quoted(options);
    rig.submit(order);
    rig.advance('09:31:01');
    return rig;
  };

  it('fill at their price when the far side comes to it', () => {
    const rig = resting({ limit: 10 });
    rig.quote('09:31:02', 9.97, 100, 9.99, 60);
    expect(rig.fillList).toEqual(['60 @ 10']);
    expect(rig.fills[0]).toMatchObject({ liquidity: 'maker', receipt: { rule: 'limit-crossed-by-quote' } });
  });

  it('fill when a print trades through them, up to its size', () => {
    const rig = resting({ limit: 10 });
    rig.print('09:31:02', 9.99, 40);
    expect(rig.fillList).toEqual(['40 @ 10']);
  });

  const atPrice: readonly [string, 'conservative' | 'volume-ahead' | 'optimistic', number, string[]][] = [
    // 300 displayed, and half as many at other venues.
    ['nothing while the queue of 450 is not used up', 'volume-ahead', 450, []],
    ['what is left beyond the queue', 'volume-ahead', 500, ['50 @ 10']],
    ['the whole order beyond the queue', 'volume-ahead', 650, ['100 @ 10']],
    ['nothing, only trades through count', 'conservative', 650, []],
    ['at once', 'optimistic', 60, ['60 @ 10']],
  ];
  it.each(atPrice)('at their own price get %s (%s, print of %i) (M5)', (_, queue, size, expected) => {
    const rig = resting({ limit: 10 }, { overrides: { queue } });
    rig.print('09:31:02', 10, size);
    expect(rig.fillList).toEqual(expected);
  });

  it('stand behind the whole size shown and half as much more when their price becomes the best (M5)', () => {
    const rig = resting({ limit: 9.98 });
    rig.print('09:31:02', 9.98, 1000);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:31:03', 9.98, 700, 10, 100);
    rig.print('09:31:04', 9.98, 650);
    expect(rig.fillList).toEqual([]);
    expect(rig.explain('o-1')).toMatchObject({ code: 'queue-ahead', queueAhead: 400 * SHARE });
    rig.print('09:31:05', 9.98, 430);
    expect(rig.fillList).toEqual(['30 @ 9.98']);
    expect(rig.fills[0]?.receipt.queueAtEntry).toBe(1050 * SHARE);
  });

  it('are alone where they better the best price', () => {
    const rig = resting({ limit: 10.01 });
    rig.print('09:31:02', 10.01, 30);
    expect(rig.fillList).toEqual(['30 @ 10.01']);
  });

  it('share the volume of a print once among them (M2)', () => {
    const rig = resting({ limit: 10.01, shares: 30 });
    rig.submit({ limit: 10.01, shares: 30 });
    rig.advance('09:31:02');
    rig.print('09:31:03', 10, 40);
    expect(rig.fillList).toEqual(['30 @ 10.01', '10 @ 10.01']);
  });

  const prints: readonly [string, number, number, string[]][] = [
    ['at the limit: proves nothing', 10, TRF, []],
    ['less than a tick beyond', 9.995, TRF, []],
    ['a full tick beyond', 9.99, TRF, ['100 @ 10']],
  ];
  it.each(prints)('look at an off-exchange print %s (M6)', (_, price, flags, expected) => {
    const rig = resting({ limit: 10 });
    rig.print('09:31:02', price, 5000, flags);
    expect(rig.fillList).toEqual(expected);
  });

  it('ignore prints that may not set the last price, doubtful, impossible and misprinted ones (R1)', () => {
    const rig = resting({ limit: 10 });
    rig.print('09:31:01', 10.01, 100);
    rig.print('09:31:02', 9.5, 100, VOLUME_ONLY);
    rig.print('09:31:03', 9.5, 100, ORDINARY | PrintFlag.SUSPICIOUS);
    rig.print('09:31:04', NaN, 100);
    rig.print('09:31:05', 0, 100);
    rig.print('09:31:06', 1, 100);
    expect(rig.fillList).toEqual([]);
  });
});

describe('stops where there are prints', () => {
  const flags: readonly [string, number, string[]][] = [
    ['an ordinary print elects', ORDINARY, ['100 @ 10.02']],
    ['an odd lot that may not set the last price does not', VOLUME_ONLY | PrintFlag.ODD_LOT, []],
    ['a high/low print does not', PrintFlag.HIGH_LOW | PrintFlag.VOLUME, []],
    ['a Form T print does not (R2)', ORDINARY | PrintFlag.EXTENDED_HOURS, []],
  ];
  it.each(flags)('%s (R3)', (_, printFlags, expected) => {
    const rig = quoted();
    rig.submit({ stop: 10.03 });
    rig.advance('09:31:01');
    rig.print('09:31:02', 10.03, 100, printFlags);
    expect(rig.fillList).toEqual(expected);
  });

  it('are not elected by quotes, and take the far side once elected', () => {
    const rig = quoted();
    const order = rig.submit({ side: 'sell', stop: 9.98 });
    rig.quote('09:31:01', 9.9, 300, 9.95, 500);
    expect(rig.types(order)).toEqual(['accepted']);
    rig.print('09:31:02', 9.98, 100);
    expect(rig.fillList).toEqual(['100 @ 9.9']);
    expect(rig.types(order)).toEqual(['accepted', 'triggered', 'filled']);
    expect(rig.fills[0]?.receipt).toMatchObject({ triggerPrice: 9_980_000 });
  });
});

describe('prints without quotes', () => {
  it('fill market orders at the next trade, half the modelled spread worse', () => {
    const rig = new ExchangeRig();
    rig.print('09:31', 50, 2000);
    rig.submit();
    rig.print('09:31:01', 50.1, 2000);
    // 1.5 bp of 50.10 is 0.007515, and twice that in the first five minutes.
    expect(rig.fillList).toEqual(['100 @ 50.11503']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'lastSale', rule: 'last-sale', halfSpread: 15030 });
  });

  it('fill limits only when traded through', () => {
    const rig = new ExchangeRig();
    rig.print('09:31', 50, 2000);
    rig.submit({ limit: 49.9 });
    rig.print('09:31:01', 49.9, 2000);
    expect(rig.fillList).toEqual([]);
    rig.print('09:31:02', 49.89, 2000);
    expect(rig.fillList).toEqual(['100 @ 49.9']);
  });
});

describe('quote bars', () => {
  it('fill market orders at the far side of the bar that has just ended', () => {
    const rig = new ExchangeRig();
    rig.instant('09:31', rig.quoteBarRow([10, 10.1, 9.9, 10], 300, [10.02, 10.12, 9.92, 10.03], 500));
    rig.submit();
    rig.submit({ side: 'sell', shares: 400, symbolId: 0 });
    rig.advance('09:31:01');
    expect(rig.fillList).toEqual(['100 @ 10.03']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'quoteBar', rule: 'far-side-close' });
  });

  it('never fill at an implausible price: beyond half or double the last one of the session', () => {
    const rig = new ExchangeRig();
    rig.print('09:30:30', 10, 100);
    rig.submit({ side: 'sell' });
    rig.submit({ side: 'sell', limit: 10.5 });
    rig.instant('09:31', rig.quoteBarRow([10, 10, 10, 10], 300, [10.02, 10.02, 10.02, 10.02], 0));
    const before = rig.fillList.length;
    rig.submit({ side: 'sell' });
    rig.instant('09:32', rig.quoteBarRow([10, 25, 0.01, 0.01], 300, [10.02, 10.12, 9.92, 10.04], 500));
    expect(rig.fillList.slice(before)).toEqual(['100 @ 10']);
    rig.submit({ side: 'sell' });
    rig.advance('09:32:30');
    expect(rig.fillList.slice(before)).toEqual(['100 @ 10']);
  });

  it('value positions at their middle until a print may set the last price (M13)', () => {
    const rig = new ExchangeRig();
    rig.print('09:30:30', 9.5, 10, VOLUME_ONLY);
    rig.instant('09:31', rig.quoteBarRow([10, 10.1, 9.9, 10], 300, [10.02, 10.12, 9.92, 10.04], 500));
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.04']);
    expect(rig.exchange.account('main').positions()[0]?.mark).toBe(10_020_000);
  });

  it('fill limits when the far side goes strictly through them', () => {
    const rig = new ExchangeRig();
    rig.instant('09:31', rig.quoteBarRow([10, 10.1, 9.9, 10], 300, [10.02, 10.12, 9.92, 10.03], 500));
    rig.submit({ limit: 9.95 });
    rig.instant('09:32', rig.quoteBarRow([10, 10, 9.9, 10], 300, [10.02, 10.02, 9.95, 10.02], 500));
    rig.instant('09:33', rig.quoteBarRow([10, 10, 9.9, 10], 300, [10.02, 10.02, 9.95, 10.02], 500));
    expect(rig.fillList).toEqual([]);
    rig.instant('09:34', rig.quoteBarRow([10, 10, 9.9, 10], 300, [10.02, 10.02, 9.94, 10.02], 500));
    expect(rig.fillList).toEqual(['100 @ 9.95']);
  });
});
