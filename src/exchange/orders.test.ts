import { describe, expect, it } from 'vitest';
import { PrintFlag } from '../domain/marketTables.js';
import type { RigOptions, RigOrder } from './testing/ExchangeRig.js';
import { at, ExchangeRig, ORDINARY, usd } from './testing/ExchangeRig.js';

const PLAIN: RigOptions = { overrides: { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } };
const OPENING = ORDINARY | PrintFlag.OPENING_AUCTION;
const CLOSING = ORDINARY | PrintFlag.CLOSING_AUCTION;

/** What the exchange answers to one order sent at `clock` after a bar at 10:00. */
function answerTo(order: RigOrder, clock = '10:00:30', options: RigOptions = {}): string[] {
  const rig = new ExchangeRig(options);
  rig.bar('10:00', [100, 101, 99, 100]);
  rig.advance(at(clock));
  return rig.types(rig.submit(order));
}

describe('admission', () => {
  const cases: readonly [string, RigOrder, string][] = [
    ['a market order', {}, 'accepted'],
    ['no quantity', { shares: 0 }, 'rejected QUANTITY_INVALID'],
    ['a negative quantity', { shares: -1 }, 'rejected QUANTITY_INVALID'],
    ['NaN shares', { shares: NaN }, 'rejected QUANTITY_INVALID'],
    ['more than is exact (F52)', { shares: 1e10 }, 'rejected QUANTITY_INVALID'],
    ['a limit of 0', { limit: 0 }, 'rejected PRICE_INVALID'],
    ['a negative stop', { stop: -1 }, 'rejected PRICE_INVALID'],
    ['a NaN limit', { limit: NaN }, 'rejected PRICE_INVALID'],
    ['half a cent above a dollar (R20)', { limit: 1.005 }, 'rejected PRICE_OFF_GRID'],
    ['a hundredth of a cent below a dollar (R20)', { limit: 0.9999 }, 'accepted'],
    ['finer than that (R20)', { limit: 0.99995 }, 'rejected PRICE_OFF_GRID'],
    ['a stop for the auction', { stop: 90, timeInForce: 'cls' }, 'rejected ORDER_TYPE_UNSUPPORTED'],
    ['an immediate stop', { stop: 90, timeInForce: 'ioc' }, 'rejected ORDER_TYPE_UNSUPPORTED'],
    ['a market order for extended hours', { extendedHours: true }, 'rejected EXTENDED_HOURS_INVALID'],
    ['a limit for extended hours', { limit: 90, extendedHours: true }, 'accepted'],
    ['a fraction at the market', { shares: 0.5 }, 'accepted'],
    ['a fraction with a limit', { shares: 0.5, limit: 90 }, 'accepted'],
    ['a fraction with a stop', { shares: 0.5, stop: 110 }, 'accepted'],
    ['a fraction with stop and limit', { shares: 0.5, stop: 110, limit: 111 }, 'accepted'],
    ['a fraction with a trail', { shares: 0.5, trailBy: 1 }, 'rejected FRACTIONAL_INVALID'],
    ['a fraction sold short', { shares: 0.5, side: 'sell' }, 'rejected FRACTIONAL_INVALID'],
    ['a notional', { notional: usd(100) }, 'accepted'],
    ['less than a dollar', { notional: usd(0.99) }, 'rejected QUANTITY_INVALID'],
    ['a notional that is good till canceled', { notional: usd(5), timeInForce: 'gtc' }, 'rejected FRACTIONAL_INVALID'],
    ['a notional sold short', { notional: usd(5), side: 'sell' }, 'rejected FRACTIONAL_INVALID'],
    ['a stop-limit', { stop: 110, limit: 111 }, 'accepted'],
    ['a stop-limit without a limit', { type: 'stop_limit', stop: 110 }, 'rejected PRICE_INVALID'],
    ['a stop-limit off the grid', { stop: 110, limit: 111.005 }, 'rejected PRICE_OFF_GRID'],
    ['a trail of a share', { trailPercent: 1.5 }, 'accepted'],
    ['a trail of all', { trailPercent: 100 }, 'rejected PRICE_INVALID'],
    ['a trail of nothing', { trailBy: 0 }, 'rejected PRICE_INVALID'],
    ['an immediate trail', { trailBy: 1, timeInForce: 'fok' }, 'rejected ORDER_TYPE_UNSUPPORTED'],
    ['a trail for extended hours', { trailBy: 1, extendedHours: true }, 'rejected EXTENDED_HOURS_INVALID'],
    ['a limit for extended hours till canceled', { limit: 90, extendedHours: true, timeInForce: 'gtc' }, 'accepted'],
    ['a fraction that is good till canceled', { shares: 0.5, timeInForce: 'gtc' }, 'rejected FRACTIONAL_INVALID'],
    ['an unknown symbol', { symbolId: 7 }, 'rejected SYMBOL_NOT_TRADABLE'],
    [
      'a size for the fill, which this preset does not take',
      { shares: 0, sizeAtFill: { fraction: 1 } },
      'rejected QUANTITY_INVALID',
    ],
    ['more than the account can pay', { shares: 1001 }, 'rejected BUYING_POWER'],
    ['exactly what it can pay', { shares: 1000 }, 'accepted'],
    ['a short sale beyond its cover', { side: 'sell', shares: 1001 }, 'rejected BUYING_POWER'],
    ['an opening auction that has begun (R5)', { timeInForce: 'opg' }, 'rejected AUCTION_CUTOFF'],
    ['a closing auction', { timeInForce: 'cls' }, 'accepted'],
  ];
  it.each(cases)('answers %s', (_, order, expected) => {
    expect(answerTo(order)).toEqual([expected]);
  });

  it('takes any price where the preset has no grid', () => {
    expect(answerTo({ limit: 1.005 }, '10:00:30', { preset: 'lean' })).toEqual(['accepted']);
  });

  it('gives the first reason of the list when several hold', () => {
    expect(answerTo({ shares: 0, limit: 1.005, timeInForce: 'ioc', extendedHours: true })).toEqual([
      'rejected QUANTITY_INVALID',
    ]);
  });

  it('refuses a second use of a client order id for ever, without any effect (I-14)', () => {
    const rig = new ExchangeRig();
    rig.bar('10:00', [100, 101, 99, 100]);
    const first = rig.submit({ clientOrderId: 'same', limit: 90 });
    const second = rig.submit({ clientOrderId: 'same', limit: 90 });
    expect(rig.types(second)).toEqual(['rejected DUPLICATE_CLIENT_ORDER_ID']);
    expect(rig.exchange.account('main').reserved).toBe(usd(9000));
    rig.cancel(first);
    rig.advance('10:05');
    expect(rig.types(rig.submit({ clientOrderId: 'same' }))).toEqual(['rejected DUPLICATE_CLIENT_ORDER_ID']);
    expect(rig.exchange.account('main').reserved).toBe(0);
  });

  it('refuses to close and open the other side in one order, counting orders that close already', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('10:00', [100, 101, 99, 100]);
    rig.submit({ shares: 100 });
    rig.bar('10:01', [100, 101, 99, 100]);
    expect(rig.types(rig.submit({ side: 'sell', shares: 150 }))).toEqual(['rejected POSITION_OPPOSITE']);
    const closing = rig.submit({ side: 'sell', limit: 110 });
    // All 100 shares are spoken for, so this one opens a short position and needs cover.
    const opening = rig.submit({ side: 'sell', shares: 50, limit: 111 });
    expect([...rig.types(closing), ...rig.types(opening)]).toEqual(['accepted', 'accepted']);
    expect(rig.exchange.account('main').reserved).toBe(usd(5550));
    rig.cancel(closing);
    rig.bar('10:03', [112, 113, 111.5, 112]);
    // The long position is still there when the short sale would fill: it only closes 50 of it.
    expect(rig.exchange.account('main').quantityOf(0)).toBe(50_000_000);
  });
});

describe('reserves and buying power (I-05, I-18)', () => {
  it('are held from submission to the end, and released by cancel, expiry and fill', () => {
    const rig = new ExchangeRig(PLAIN);
    const account = rig.exchange.account('main');
    rig.bar('10:00', [100, 101, 99, 100]);
    const limit = rig.submit({ limit: 90, shares: 200 });
    expect([account.reserved, account.buyingPower]).toEqual([usd(18_000), usd(82_000)]);
    rig.submit({ shares: 100 });
    expect(account.reserved).toBe(usd(28_000));
    rig.bar('10:01', [100, 101, 99, 100]);
    expect([account.reserved, account.buyingPower]).toEqual([usd(18_000), usd(72_000)]);
    rig.cancel(limit);
    rig.advance('10:02');
    expect([account.reserved, account.buyingPower]).toEqual([0, usd(90_000)]);
    rig.submit({ limit: 90, shares: 200 });
    rig.advance('16:00:01');
    expect(account.reserved).toBe(0);
  });

  it('cover a short position in full', () => {
    const rig = new ExchangeRig(PLAIN);
    const account = rig.exchange.account('main');
    rig.bar('10:00', [100, 101, 99, 100]);
    rig.submit({ side: 'sell', shares: 400 });
    rig.bar('10:01', [100, 101, 99, 100]);
    expect([account.cash, account.equity, account.buyingPower]).toEqual([usd(140_000), usd(100_000), usd(60_000)]);
    rig.bar('10:02', [100, 111, 99, 110]);
    // Equity 140,000 − 44,000 = 96,000, the position takes 44,000 of it.
    expect([account.equity, account.buyingPower]).toEqual([usd(96_000), usd(52_000)]);
  });
});

describe('what an account can pay (I-07)', () => {
  it('cuts a purchase that costs more than was reserved, and cancels the rest with the reason', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 99.9, 5000, 100, 5000);
    const order = rig.submit({ shares: 1000 });
    // The quote moves while the order is on its way: 1,000 shares would cost 100,500.
    rig.quote('10:00:00.020', 100.4, 5000, 100.5, 5000);
    expect(rig.fillList).toEqual(['995 @ 100.5']);
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'canceled']);
    expect(rig.events.at(-1)).toMatchObject({ reason: 'the account cannot pay for the rest at this price' });
    const account = rig.exchange.account('main');
    expect([account.cash, account.reserved]).toEqual([usd(2.5), 0]);
  });

  it('counts the commission, however many orders share the account', () => {
    const rig = new ExchangeRig({ ...PLAIN, feePlan: 'interactive-brokers-fixed', cash: 10_000 });
    rig.quote('10:00', 99.9, 5000, 100, 5000);
    rig.submit({ shares: 50 });
    rig.submit({ shares: 50, limit: 100 });
    rig.advance('10:00:01');
    // A dollar each: all money is reserved, so the first one is a share short, which pays for both commissions.
    expect(rig.fillList).toEqual(['49 @ 100', '50 @ 100']);
    expect(rig.exchange.account('main').cash).toBe(usd(98));
  });

  it('counts the least commission of an order once, although it fills in parts', () => {
    const rig = new ExchangeRig({ ...PLAIN, feePlan: 'interactive-brokers-fixed', cash: 9901 });
    rig.quote('10:00', 97.9, 5000, 98, 20);
    rig.submit({ shares: 100 });
    rig.quote('10:00:00.020', 99.9, 5000, 100, 20);
    rig.advance('10:00:01');
    // 20 × 100 + 1 of 9,901 are spent; 7,900 pay for 79 more and no further dollar.
    rig.quote('10:00:02', 99.9, 5000, 100, 500);
    expect(rig.fillList).toEqual(['20 @ 100', '79 @ 100']);
    expect(rig.exchange.account('main').cash).toBe(0);
  });

  it('never takes cash below zero when a part has cost more than its reserve', () => {
    const rig = new ExchangeRig({ ...PLAIN, cash: 10_000 });
    rig.bar('10:00', [99, 99, 99, 99]);
    rig.submit({ stop: 100 });
    // 50 at 101 cost 5,050: 4,950 are left, and the 50 that are left reserve 5,000.
    rig.quote('10:00:30', 100.9, 5000, 101, 50);
    rig.print('10:00:31', 101, 100);
    rig.quote('10:00:32', 99.9, 5000, 100, 5000);
    expect(rig.fillList).toEqual(['50 @ 101', '49 @ 100']);
    expect(rig.exchange.account('main').cash).toBe(usd(50));
  });

  it('judges an order by what has arrived, not by an order that came after it', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('10:00', [100, 101, 99, 100]);
    const first = rig.submit({ limit: 90 });
    const tooLarge = rig.submit({ limit: 90, shares: 5000 });
    expect([...rig.types(first), ...rig.types(tooLarge)]).toEqual(['accepted', 'rejected BUYING_POWER']);
  });

  it('never keeps anyone from closing a position', () => {
    const rig = new ExchangeRig({ ...PLAIN, cash: 10_000 });
    rig.quote('10:00', 100, 5000, 100.01, 5000);
    rig.submit({ side: 'sell', shares: 100 });
    rig.quote('10:01', 199, 5000, 199.5, 5000);
    rig.submit({ shares: 100 });
    rig.advance('10:01:01');
    expect(rig.fillList).toEqual(['100 @ 100', '100 @ 199.5']);
  });
});

describe('sessions', () => {
  it('F59: an order at 15:59:59.999 arrives after the close and waits for the next open', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('15:59', [100, 101, 99, 100]);
    rig.advance('15:59:59.999');
    const late = rig.submit({ timeInForce: 'day' });
    rig.bar('16:00', [100, 101, 99, 100]);
    expect(rig.types(late)).toEqual(['accepted']);
    expect(rig.explain(late)?.code).toBe('waiting-for-open');
    rig.bar(at('09:31', '2013-10-08'), [105, 106, 104, 105]);
    expect(rig.types(late)).toEqual(['accepted', 'activated', 'filled']);
    expect(rig.fillList).toEqual(['100 @ 105']);
  });

  it('the bar that ends at the close still fills, then day orders expire', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('15:58', [100, 101, 99, 100]);
    const filled = rig.submit({ limit: 98 });
    const unfilled = rig.submit({ limit: 90 });
    rig.bar('16:00', [100, 101, 97, 100]);
    rig.advance('16:01');
    expect(rig.types(filled)).toEqual(['accepted', 'filled']);
    expect(rig.types(unfilled)).toEqual(['accepted', 'expired']);
    expect(rig.events.at(-1)?.time).toBe(at('16:00'));
  });

  it('extended-hours limits trade from 04:00 to 20:00, others do not', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('03:00') });
    const extended = rig.submit({ limit: 100, extendedHours: true });
    const regular = rig.submit({ limit: 100 });
    rig.quote('04:10', 98, 100, 99, 500);
    expect(rig.fillList).toEqual(['100 @ 99']);
    expect(rig.types(extended)).toEqual(['accepted', 'activated', 'filled']);
    expect(rig.types(regular)).toEqual(['accepted']);
    const evening = rig.submit({ limit: 90, extendedHours: true });
    rig.advance('19:59');
    expect(rig.types(evening)).toEqual(['accepted']);
    rig.advance('20:01');
    expect(rig.types(evening)).toEqual(['accepted', 'expired']);
  });

  it('no bar of the night fills an order for extended hours, the last one of the evening does (I-13)', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('19:58', [100, 101, 99, 100]);
    const order = rig.submit({ limit: 98, extendedHours: true, timeInForce: 'gtc' });
    rig.bar('20:01', [97, 97, 97, 97]);
    rig.bar(at('03:59', '2013-10-08'), [97, 97, 97, 97]);
    expect(rig.types(order)).toEqual(['accepted']);
    rig.bar(at('20:00', '2013-10-08'), [97, 97, 97, 97]);
    expect(rig.types(order)).toEqual(['accepted', 'filled']);
  });

  it('good-till-canceled orders outlive the day and end after 90 days (R23)', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('15:58', [100, 101, 99, 100]);
    const order = rig.submit({ limit: 90, timeInForce: 'gtc' });
    rig.advance(at('12:00', '2014-01-03'));
    expect(rig.types(order)).toEqual(['accepted']);
    rig.advance(at('12:00', '2014-01-07'));
    expect(rig.types(order)).toEqual(['accepted', 'canceled']);
  });

  it('an early close ends the day at 13:00 (R21)', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('09:00', '2013-11-29') });
    rig.bar(at('12:00', '2013-11-29'), [100, 101, 99, 100]);
    const order = rig.submit({ limit: 90 });
    rig.advance(at('13:30', '2013-11-29'));
    expect(rig.types(order)).toEqual(['accepted', 'expired']);
    expect(rig.events.at(-1)?.time).toBe(at('13:00', '2013-11-29'));
  });

  it('nothing fills outside the session, whatever the evidence', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('16:00:01', 99, 500, 100, 500);
    const order = rig.submit();
    rig.quote('16:00:02', 99, 500, 100, 600);
    rig.print('16:00:03', 99.5, 500);
    rig.bar('16:05', [100, 101, 99, 100]);
    expect(rig.types(order)).toEqual(['accepted']);
    expect(rig.fillList).toEqual([]);
  });
});

describe('auctions', () => {
  it('a market order that waited overnight takes part in the opening auction (M12)', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 100, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    const order = rig.submit();
    rig.quote('09:30', 101, 500, 103, 500);
    rig.print('09:30:01', 101.5, 100);
    expect(rig.fillList).toEqual([]);
    rig.print('09:30:02', 102, 50_000, OPENING);
    expect(rig.fillList).toEqual(['100 @ 102']);
    expect(rig.types(order)).toEqual(['accepted', 'activated', 'filled']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'auction', rule: 'opening-auction', last: usd(102) });
  });

  it('without an auction print it takes the first firm quote after a minute', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 100, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.submit();
    rig.quote('09:30:30', 101, 500, 103, 500);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:31', 101, 500, 103, 600);
    expect(rig.fillList).toEqual(['100 @ 103']);
  });

  it('a limit that waited overnight takes part in the opening auction, at its price', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 100, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.submit({ limit: 106 });
    const below = rig.submit({ limit: 101.9 });
    rig.print('09:30:01', 101.5, 100);
    rig.print('09:30:02', 102, 50_000, OPENING);
    expect(rig.fillList).toEqual(['100 @ 102']);
    // What the auction left rests at its price.
    rig.quote('09:30:03', 101, 500, 101.5, 500);
    expect(rig.fillList).toEqual(['100 @ 102', '100 @ 101.9']);
    expect(rig.types(below)).toEqual(['accepted', 'activated', 'filled']);
  });

  it('a limit too late for the auction takes the first quote after it, not the worst price that it allows', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 100, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.quote('09:29', 99, 500, 100, 500);
    rig.submit({ limit: 106 });
    rig.print('09:30:02', 102, 50_000, OPENING);
    rig.print('09:30:02.5', 102, 100);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:30:03', 101, 500, 103, 500);
    expect(rig.fillList).toEqual(['100 @ 103']);
  });

  it('on bars a limit that waited for the open waits for no auction', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    const order = rig.submit({ limit: 90 });
    rig.bar('09:30', [100, 101, 99, 100]);
    rig.advance(at('11:00'));
    expect(rig.explain(order)?.code).toBe('limit-not-reached');
  });

  it('a limit rests where nothing is offered, and is traded through', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00:01', 100, 500, 101, 500);
    rig.quote('10:00:02', 100, 500, 0, 0);
    rig.advance(at('10:00:03'));
    rig.submit({ limit: 100 });
    rig.advance(at('10:00:04'));
    rig.print('10:00:05', 99.5, 1000);
    rig.print('10:00:06', 99.5, 1000);
    expect(rig.fillList).toEqual(['100 @ 100']);
  });

  it('orders for the auctions fill only there, at its price and within their limit', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 100, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    const opening = rig.submit({ timeInForce: 'opg' });
    const limited = rig.submit({ timeInForce: 'opg', limit: 101 });
    rig.quote('09:30', 99, 500, 100, 500);
    rig.print('09:30:02', 102, 50_000, OPENING);
    const closing = rig.submit({ side: 'sell', timeInForce: 'cls' });
    rig.quote('15:00', 104, 500, 105, 500);
    rig.print('16:00:05', 106, 70_000, CLOSING);
    expect(rig.fillList).toEqual(['100 @ 102', '100 @ 106']);
    expect(rig.types(opening)).toEqual(['accepted', 'filled']);
    expect(rig.types(limited)).toEqual(['accepted', 'expired']);
    expect(rig.types(closing)).toEqual(['accepted', 'filled']);
  });

  const cutoffs: readonly [string, RigOrder['timeInForce'], string, string][] = [
    ['09:27:59', 'opg', '2013-10-07', 'accepted'],
    ['09:28:00', 'opg', '2013-10-07', 'rejected AUCTION_CUTOFF'],
    ['19:00:00', 'opg', '2013-10-07', 'accepted'],
    ['15:44:59', 'cls', '2013-10-07', 'accepted'],
    ['15:45:00', 'cls', '2013-10-07', 'rejected AUCTION_CUTOFF'],
    ['15:49:59', 'cls', '2021-03-01', 'accepted'],
    ['15:50:00', 'cls', '2021-03-01', 'rejected AUCTION_CUTOFF'],
    ['12:45:00', 'cls', '2013-11-29', 'rejected AUCTION_CUTOFF'],
  ];
  it.each(cutoffs)('at %s an order with %s on %s is %s (R5)', (clock, timeInForce, date, expected) => {
    const rig = new ExchangeRig({ startTime: at('06:00', date), overrides: { orderLatency: 0 } });
    rig.advance(at(clock, date));
    const order = rig.submit({ timeInForce: timeInForce ?? 'day' });
    expect(rig.types(order)).toEqual([expected]);
  });

  it('bars stand for the auctions where there is nothing better', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.submit({ timeInForce: 'opg' });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit({ side: 'sell', timeInForce: 'cls' });
    rig.bar('15:59', [104, 105, 103, 104]);
    rig.bar('16:00', [104, 106, 103, 105]);
    expect(rig.fillList).toEqual(['100 @ 100', '100 @ 105']);
    expect(rig.fills.map((fill) => fill.receipt.rule)).toEqual(['session-open', 'session-close']);
  });
});

describe('halts', () => {
  it('stop fills, allow cancels, keep orders and void earlier quotes', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 99, 500, 100, 500);
    rig.halt('10:00:01', true);
    const kept = rig.submit();
    const canceled = rig.submit();
    rig.quote('10:00:02', 99, 500, 100, 600);
    rig.print('10:00:03', 100, 100);
    rig.cancel(canceled);
    rig.advance('10:01');
    expect(rig.fillList).toEqual([]);
    expect(rig.types(canceled)).toEqual(['accepted', 'canceled']);
    expect(rig.explain(kept)?.code).toBe('halted');
    rig.halt('10:02', false);
    rig.advance('10:02:30');
    expect(rig.fillList).toEqual([]);
    rig.quote('10:03', 90, 500, 91, 600);
    expect(rig.fillList).toEqual(['100 @ 91']);
  });
});

describe('cancels', () => {
  it('lose the race against a fill that came first, and say so (F34)', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 99, 500, 100, 500);
    const order = rig.submit();
    rig.cancel(order);
    rig.advance('10:00:01');
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'cancelRejected']);
  });

  it('end what is left after a partial fill', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 99, 500, 100, 60);
    const order = rig.submit();
    rig.advance('10:00:01');
    rig.cancel(order);
    rig.advance('10:00:02');
    rig.quote('10:00:03', 99, 500, 100, 600);
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'canceled']);
    expect(rig.fillList).toEqual(['60 @ 100']);
  });

  it('of unknown orders are refused', () => {
    const rig = new ExchangeRig();
    rig.cancel('o-99');
    rig.advance('10:00');
    expect(rig.types()).toEqual(['cancelRejected']);
  });
});
