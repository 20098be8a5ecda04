/** The desk through the venue: requests, answers, events; several accounts that do not touch each other. */
import { describe, expect, it } from 'vitest';
import type { OrderChanges } from '../../domain/order.js';
import { SHARE } from '../../domain/units.js';
import { DEFAULT_SETTINGS } from '../../domain/venueDesk.js';
import { checkVenue } from '../invariants.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

/** Two accounts, and a quote of 9.99 × 10.00 in the regular session. */
function openDesk(): DeskRig {
  const rig = new DeskRig();
  rig.advance('09:31');
  rig.open('alice', 50_000);
  rig.open('bob', 10_000, { kind: 'cash' });
  rig.quote('09:32', 9.99, 10.0);
  return rig;
}

describe('accounts of the desk', () => {
  it('are opened once, with any cash above nothing', () => {
    const rig = openDesk();
    expect(rig.venue.deskAccounts()).toEqual(['alice', 'bob']);
    expect(rig.open('alice')).toMatchObject({ ok: false, refusal: { reason: 'ACCOUNT_EXISTS' } });
    expect(rig.open('main')).toMatchObject({ ok: false, refusal: { reason: 'ACCOUNT_EXISTS' } });
    expect(rig.open('carol', 0)).toMatchObject({ ok: false, refusal: { reason: 'TERMS_INVALID' } });
    expect(rig.open('carol', 1, { preset: 'no such' })).toMatchObject({
      ok: false,
      refusal: { reason: 'TERMS_INVALID' },
    });
    expect(rig.request('nobody', { type: 'cancelAll' })).toMatchObject({
      ok: false,
      refusal: { reason: 'ACCOUNT_UNKNOWN', details: { accountId: 'nobody' } },
    });
    expect(rig.events.map(({ type }) => type)).toEqual(['accountOpened', 'accountOpened']);
  });

  it('are as many as a session can serve; a closed one makes room', () => {
    const rig = openDesk();
    for (let number = 3; number <= 200; number += 1) expect(rig.open(`a-${number}`)).toEqual({ ok: true });
    expect(rig.open('dora')).toMatchObject({ ok: false, refusal: { reason: 'TOO_MANY_ACCOUNTS' } });
    rig.request('bob', { type: 'closeAccount' });
    expect(rig.open('dora')).toEqual({ ok: true });
  });

  it('trade by events: entered at once, accepted and filled after the order latency, without report latency', () => {
    const rig = openDesk();
    const id = rig.submit('alice', { shares: 100 });
    expect(id).toBe('v-1');
    expect(rig.types(id)).toEqual(['entered']);
    rig.advance(rig.now + 40_001);
    expect(rig.types(id)).toEqual(['entered', 'accepted', 'filled']);
    const [fill] = rig.fills('alice');
    expect(fill).toMatchObject({ id: 'f-1', orderId: 'v-1', price: usd(10), quantity: 100 * SHARE });
    expect(fill?.reportTime).toBe(fill?.time);
    // 50,000 − 100 × 10.00 = 49,000 in cash; marked at 9.99 or 10.00 within the quote.
    expect(rig.state('alice')).toMatchObject({
      cash: usd(49_000),
      positions: [{ symbolId: 0, quantity: 100 * SHARE }],
    });
    expect(rig.state('bob')).toMatchObject({ cash: usd(10_000), positions: [] });
    expect(rig.venue.account('main').cash).toBe(usd(100_000));
  });

  it('are told where their trailing stops stand, which no event says', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    const id = rig.submit('alice', { side: 'sell', type: 'trailing_stop', trail: { kind: 'price', amount: usd(0.5) } });
    expect(rig.venue.deskOrders('alice')[0]?.highWaterMark).toBeUndefined();
    rig.print('09:34', 10.2, 100);
    rig.print('09:35', 10.1, 100);
    // The best print was 10.20, half a dollar above the stop.
    expect(rig.venue.deskOrders('alice')).toMatchObject([{ id, highWaterMark: usd(10.2), stopPrice: usd(9.7) }]);
  });

  it('M2: do not compete: each takes the whole displayed size of the same quote', () => {
    const rig = openDesk();
    rig.quote('09:33', 9.99, 10.0, 50);
    rig.submit('alice', { shares: 50 });
    rig.submit('bob', { shares: 50 });
    rig.advance('09:34');
    expect(rig.fills('alice').map(({ quantity }) => quantity)).toEqual([50 * SHARE]);
    expect(rig.fills('bob').map(({ quantity }) => quantity)).toEqual([50 * SHARE]);
  });

  it('M2: what an account took from a quote stays taken when it comes back before the quote changed', () => {
    const rig = openDesk();
    rig.quote('09:33', 9.99, 10.0, 50);
    rig.submit('alice', { shares: 50 });
    rig.advance('09:34');
    rig.submit('alice', { shares: 50 });
    rig.advance('09:35');
    expect(rig.fills('alice')).toHaveLength(1);
    rig.quote('09:36', 9.99, 10.01, 50);
    expect(rig.fills('alice')).toHaveLength(2);
  });

  it('name their preset and fee plan', () => {
    const rig = openDesk();
    rig.open('carol', 10_000, { preset: 'optimistic', feePlan: 'per-order-1usd' });
    rig.submit('carol', { shares: 10 });
    // The optimistic preset has no latency: filled within the request.
    const [fill] = rig.fills('carol');
    expect(fill?.receipt.preset).toBe('optimistic');
    expect(rig.state('carol')).toMatchObject({ cash: usd(10_000 - 100 - 1), fees: usd(1) });
  });

  it('reset: orders end, positions go, the cash is new, and used client order ids stay used (F31)', () => {
    const rig = openDesk();
    rig.submit('alice', { id: 'first' });
    rig.advance('09:33');
    const resting = rig.submit('alice', { id: 'second', limit: 9 });
    expect(rig.request('alice', { type: 'resetAccount', startingCash: usd(7) })).toEqual({ ok: true });
    expect(rig.types(resting)).toEqual(['entered', 'canceled']);
    expect(rig.state('alice')).toMatchObject({ cash: usd(7), equity: usd(7), positions: [], reserved: 0 });
    expect(rig.submit('alice', { id: 'first', shares: 0.1 })).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(rig.submit('alice', { id: 'second', shares: 0.1 })).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(rig.submit('bob', { id: 'first' })).toBe('v-3');
  });

  it('close only once nothing is held or open; the refusal names what is, and the id is not given again', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    rig.submit('alice', { limit: 9 });
    const refused = rig.request('alice', { type: 'closeAccount' });
    expect(refused).toMatchObject({
      ok: false,
      refusal: { reason: 'ACCOUNT_NOT_EMPTY', details: { accountId: 'alice', positions: '100 AAA', orders: '1' } },
    });
    expect(refused.ok ? '' : refused.refusal.message).toBe(
      'The account alice holds 100 AAA and has 1 open order. Cancel its orders and close its positions, or reset it, ' +
        'which ends both; then delete it.',
    );
    expect(rig.venue.deskAccounts()).toEqual(['alice', 'bob']);
    rig.request('alice', { type: 'resetAccount', startingCash: usd(7) });
    expect(rig.request('alice', { type: 'closeAccount' })).toEqual({ ok: true });
    expect(rig.venue.deskAccounts()).toEqual(['bob']);
    expect(rig.submit('alice')).toBe('ACCOUNT_UNKNOWN');
    expect(rig.open('alice')).toMatchObject({
      ok: false,
      refusal: {
        reason: 'ACCOUNT_EXISTS',
        message: 'The account alice was deleted: an id is used once. Open the account under another id.',
      },
    });
    expect(rig.open('bob')).toMatchObject({
      ok: false,
      refusal: { message: 'The account bob exists already: an id is used once. Open the account under another id.' },
    });
  });

  it('F31–F33: a client order id is refused for ever, after its order ended and after 90 days', () => {
    const rig = new DeskRig({ startTime: at('09:30', '2013-01-02') });
    rig.open('alice');
    rig.quote('09:31', 9.99, 10, 10_000, 0, '2013-01-02');
    const id = rig.submit('alice', { id: 'once', limit: 5, timeInForce: 'gtc' });
    rig.advance('12:00', '2013-05-01');
    expect(rig.types(id).at(-1)).toBe('canceled');
    expect(rig.submit('alice', { id: 'once', limit: 5 })).toBe('DUPLICATE_CLIENT_ORDER_ID');
  });
});

describe('orders at the door', () => {
  const cases: readonly (readonly [name: string, order: Parameters<DeskRig['submit']>[1], reason: string])[] = [
    ['no quantity', { shares: 0 }, 'QUANTITY_INVALID'],
    ['off the grid', { limit: 9.995 }, 'PRICE_OFF_GRID'],
    ['an unknown symbol', { symbolId: 9 }, 'SYMBOL_NOT_TRADABLE'],
    ['extended hours at the market', { extendedHours: true }, 'EXTENDED_HOURS_INVALID'],
    // 50,000 × 4 = 200,000 of buying power; 20,001 × 10 = 200,010.
    ['beyond the buying power', { shares: 20_001 }, 'BUYING_POWER'],
    ['an opening auction that is past', { timeInForce: 'opg' }, 'AUCTION_CUTOFF'],
  ];
  it.each(cases)('are refused without a trace: %s', (_name, order, reason) => {
    const rig = new DeskRig({ startTime: at('09:31', '2026-07-06') });
    rig.open('alice', 50_000);
    rig.quote('09:32', 9.99, 10, 10_000, 0, '2026-07-06');
    const before = JSON.stringify(rig.venue.snapshot());
    expect(rig.submit('alice', order)).toBe(reason);
    expect(JSON.stringify(rig.venue.snapshot())).toBe(before);
    expect(rig.submit('alice')).toBe('v-1');
  });

  const date = '2026-07-06';
  const window = (tif: string, from: string, until: string): object => ({
    refusal: {
      reason: 'AUCTION_CUTOFF',
      details: { timeInForce: tif, closedFrom: String(at(from, date)), closedUntil: String(at(until, date)) },
    },
  });
  it.each([
    ['papertape', 'opg', undefined, '09:28', '09:28'],
    ['papertape', 'opg', 10, '09:29:30', '09:29:30'],
    ['papertape', 'cls', undefined, '15:55', '15:55'],
    ['papertape', 'cls', 10, '15:58', '15:58'],
    // A broker closes its own window, whoever runs the auction.
    ['alpaca', 'opg', 10, '09:28', '09:28'],
    ['alpaca', 'cls', 10, '15:50', '15:50'],
  ] as const)('say when an auction takes none: %s %s, limit %s, at %s', (preset, timeInForce, limit, clock, from) => {
    const rig = new DeskRig({ startTime: at('04:00', date), listings: [{ venue: 'Q' }] });
    rig.open('alice', 50_000, { preset });
    const order = { timeInForce, ...(limit === undefined ? {} : { limit }) };
    rig.advance(at(clock, date) - 1);
    expect(rig.ask('alice', order)).toMatchObject({ ok: true });
    rig.advance(clock, date);
    expect(rig.ask('alice', order)).toMatchObject(window(timeInForce, from, '19:00'));
  });

  const BEYOND = { basePrice: '10', tick: '0.01' } as const;
  it.each([
    ['buy', 10, 9, { leg: 'takeProfit', side: 'above', ...BEYOND }],
    ['buy', 11, 10, { leg: 'stopLoss', side: 'below', ...BEYOND }],
    ['sell', 10, 11, { leg: 'takeProfit', side: 'below', ...BEYOND }],
    ['sell', 9, 10, { leg: 'stopLoss', side: 'above', ...BEYOND }],
    // Both are beyond the market's price, and the wrong way round.
    ['buy', 12, 13, { leg: 'takeProfit', side: 'above' }],
  ] as const)('say which exit lies on the wrong side: %s, profit %d, loss %d', (side, profit, loss, details) => {
    const rig = new DeskRig({ startTime: at('09:31', date) });
    rig.open('alice', 50_000, { preset: 'alpaca' });
    rig.quote('09:32', 9.99, 10.01, 10_000, 0, date);
    rig.print('09:32:01', 10, 100, 0, date);
    const [limitPrice, stopPrice] = [usd(profit), usd(loss)];
    const legs = [
      { role: 'takeProfit', limitPrice },
      { role: 'stopLoss', stopPrice },
    ] as const;
    const answer = rig.ask('alice', { side, orderClass: 'bracket', legs });
    expect(answer).toEqual({
      ok: false,
      refusal: { reason: 'LEGS_INVALID', message: expect.any(String) as string, details },
    });
  });

  it('say the same of an exit that is replaced', () => {
    const rig = new DeskRig({ startTime: at('09:31', date) });
    rig.open('alice', 50_000, { preset: 'alpaca' });
    rig.quote('09:32', 9.99, 10.01, 10_000, 0, date);
    rig.print('09:32:01', 10, 100, 0, date);
    const legs = [
      { role: 'takeProfit', limitPrice: usd(11) },
      { role: 'stopLoss', stopPrice: usd(9) },
    ] as const;
    rig.submit('alice', { orderClass: 'bracket', legs });
    rig.advance('09:33', date);
    const replace = { type: 'replace', orderId: 'v-3', changes: { stopPrice: usd(10.5) } } as const;
    expect(rig.request('alice', replace)).toMatchObject({
      refusal: { reason: 'LEGS_INVALID', details: { leg: 'stopLoss', side: 'below', basePrice: '10' } },
    });
  });

  it('say of a replacement when an auction takes none', () => {
    const rig = new DeskRig({ startTime: at('09:31', date) });
    rig.open('alice', 50_000);
    rig.quote('09:32', 9.99, 10, 10_000, 0, date);
    const orderId = rig.submit('alice', { limit: 9 });
    rig.advance('15:51', date);
    const replace = { type: 'replace', orderId, changes: { timeInForce: 'cls' } } as const;
    expect(rig.request('alice', replace)).toMatchObject(window('cls', '15:50', '19:00'));
  });

  it('say what they would need and what there is', () => {
    const rig = openDesk();
    expect(rig.ask('bob', { shares: 1001, limit: 10 })).toMatchObject({
      refusal: { reason: 'BUYING_POWER', details: { buyingPower: '10000', costBasis: '10010' } },
    });
  });

  it('hold the shares that they are to sell', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    const figures = { available: '100', existing: '100', held: '0' };
    expect(rig.ask('alice', { side: 'sell', shares: 101, limit: 11 })).toMatchObject({
      refusal: { reason: 'SHARES_UNAVAILABLE', details: { symbolId: '0', requested: '101', ...figures } },
    });
    const first = rig.submit('alice', { side: 'sell', shares: 40, limit: 11 });
    const second = rig.submit('alice', { side: 'sell', shares: 30, limit: 11 });
    expect(rig.state('alice').positions[0]?.availableQuantity).toBe(30 * SHARE);
    const details = { available: '30', existing: '100', held: '70', holders: `${first} ${second}` };
    expect(rig.ask('alice', { side: 'sell', shares: 31, limit: 11 })).toMatchObject({
      refusal: { reason: 'SHARES_UNAVAILABLE', details: { requested: '31', ...details } },
    });
    rig.advance('09:34');
    const changes = { quantity: 71 * SHARE };
    expect(rig.request('alice', { type: 'replace', orderId: first, changes })).toMatchObject({
      refusal: { reason: 'SHARES_UNAVAILABLE', details: { requested: '71', ...details } },
    });
    expect(rig.submit('alice', { side: 'sell', shares: 30, limit: 11 })).toMatch(/^v-/);
  });

  it('are refused where they could trade with an own order', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    const sale = rig.submit('alice', { side: 'sell', shares: 10, limit: 10.5 });
    const clash = { refusal: { reason: 'WASH_TRADE', details: { existingOrderId: sale, existing: 'limit' } } };
    expect(rig.ask('alice', { shares: 10 })).toMatchObject(clash);
    expect(rig.ask('alice', { shares: 10, limit: 10.5 })).toMatchObject(clash);
    expect(rig.submit('alice', { shares: 10, limit: 10.49 })).toMatch(/^v-/);
    rig.request('alice', { type: 'configure', settings: { ...DEFAULT_SETTINGS, washTradeCheck: false } });
    expect(rig.submit('alice', { shares: 10, limit: 10.5 })).toMatch(/^v-/);
  });

  it('follow the settings of the owner', () => {
    const rig = openDesk();
    rig.request('alice', { type: 'configure', settings: { ...DEFAULT_SETTINGS, suspendTrade: true } });
    expect(rig.submit('alice')).toBe('TRADING_SUSPENDED');
    rig.request('alice', {
      type: 'configure',
      settings: { ...DEFAULT_SETTINGS, noShorting: true, fractionalTrading: false },
    });
    expect(rig.submit('alice', { side: 'sell' })).toBe('SHORTING_NOT_ALLOWED');
    expect(rig.submit('alice', { shares: 0.5 })).toBe('FRACTIONAL_DISABLED');
    rig.request('alice', { type: 'configure', settings: { ...DEFAULT_SETTINGS, maxMarginMultiplier: 1 } });
    expect(rig.state('alice')).toMatchObject({ multiplier: 1, buyingPower: usd(50_000) });
  });
});

describe('closing and canceling', () => {
  it('cancels one order or all, after the latency, and knows no order that ended', () => {
    const rig = openDesk();
    const first = rig.submit('alice', { limit: 9 });
    const second = rig.submit('alice', { limit: 8 });
    rig.advance('09:33');
    expect(rig.request('alice', { type: 'cancel', orderId: first })).toEqual({ ok: true, orderId: first });
    expect(rig.types(first)).toEqual(['entered', 'accepted', 'cancelRequested']);
    rig.request('alice', { type: 'cancel', orderId: first });
    rig.advance('09:34');
    expect(rig.types(first)).toEqual(['entered', 'accepted', 'cancelRequested', 'canceled']);
    expect(rig.request('alice', { type: 'cancelAll' })).toEqual({
      ok: true,
      outcomes: [{ orderId: second, symbolId: 0 }],
    });
    rig.advance('09:35');
    expect(rig.state('alice').reserved).toBe(0);
    expect(rig.request('alice', { type: 'cancel', orderId: second })).toMatchObject({
      refusal: { reason: 'ORDER_UNKNOWN' },
    });
    expect(rig.request('bob', { type: 'cancel', orderId: first })).toMatchObject({
      refusal: { reason: 'ORDER_UNKNOWN' },
    });
  });

  it('closes a position whole, by shares and by parts of a million', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    const close = (part?: { readonly quantity: number } | { readonly ppm: number }) =>
      rig.request('alice', {
        type: 'closePosition',
        symbolId: 0,
        clientOrderId: `close-${rig.events.length}`,
        ...(part === undefined ? {} : { part }),
      });
    close({ ppm: 250_000 });
    rig.advance('09:34');
    expect(rig.state('alice').positions[0]?.quantity).toBe(75 * SHARE);
    close({ quantity: 5 * SHARE });
    rig.advance('09:35');
    close();
    rig.advance('09:36');
    expect(rig.state('alice').positions).toEqual([]);
    expect(close()).toMatchObject({ refusal: { reason: 'POSITION_NOT_FOUND' } });
  });

  it.each([
    // A third of ten shares is three, and of ten and a half three and a half.
    [10, 33_333_333_333, 3],
    [10.5, 33_333_333_333, 3.499999],
    [10, 100_000_000_000, 10],
    [0.000001, 50_000_000_000, undefined],
    [10, 100_000_000_001, undefined],
    [10, 0, undefined],
  ])('closes of %d shares %d billionths of a per cent: %s', (shares, nanoPercent, closed) => {
    const rig = openDesk();
    rig.submit('alice', { shares });
    rig.advance('09:33');
    const part = { nanoPercent };
    const answer = rig.request('alice', { type: 'closePosition', symbolId: 0, clientOrderId: 'close', part });
    if (closed === undefined) expect(answer).toMatchObject({ refusal: { reason: 'QUANTITY_INVALID' } });
    else expect(answer.ok).toBe(true);
    rig.advance('09:34');
    const left = rig.state('alice').positions[0]?.quantity ?? 0;
    expect(left).toBe(Math.round((shares - (closed ?? 0)) * SHARE));
  });

  it('closes all positions; orders that hold them go first if so asked, and are told apart if not', () => {
    const rig = openDesk();
    rig.quote('09:32:30', 4.99, 5, 10_000, 1);
    rig.submit('alice', { shares: 100 });
    rig.submit('alice', { shares: 40, symbolId: 1 });
    rig.advance('09:33');
    const holding = rig.submit('alice', { side: 'sell', shares: 100, limit: 11 });
    const close = (cancelOrders: boolean) =>
      rig.request('alice', {
        type: 'closeAllPositions',
        clientOrderIdPrefix: `${String(cancelOrders)}-`,
        cancelOrders,
      });
    expect(close(false)).toMatchObject({
      outcomes: [
        { symbolId: 0, refusal: { reason: 'SHARES_UNAVAILABLE' } },
        { symbolId: 1, orderId: 'v-4' },
      ],
    });
    rig.advance('09:34');
    expect(close(true)).toMatchObject({ outcomes: [{ symbolId: 0, orderId: 'v-5' }] });
    expect(rig.types(holding).at(-1)).toBe('canceled');
    rig.advance('09:35');
    expect(rig.state('alice').positions).toEqual([]);
  });
});

describe('groups and replacement through the desk', () => {
  it('enters a bracket with its legs as one, arms them by the fill, and holds the shares once', () => {
    const rig = openDesk();
    const id = rig.submit('alice', {
      orderClass: 'bracket',
      legs: [
        { role: 'takeProfit', limitPrice: usd(12) },
        { role: 'stopLoss', stopPrice: usd(8) },
      ],
    });
    expect([id, rig.venue.deskOrders('alice').map((order) => order.id)]).toEqual(['v-1', ['v-1', 'v-2', 'v-3']]);
    rig.advance('09:33');
    expect(rig.types('v-2')).toEqual(['held', 'accepted']);
    expect(rig.state('alice').positions[0]?.availableQuantity).toBe(0);
    rig.quote('09:34', 12, 12.02);
    expect(rig.types('v-2').at(-1)).toBe('filled');
    expect(rig.types('v-3').at(-1)).toBe('canceled');
    expect(rig.state('alice')).toMatchObject({ positions: [], reserved: 0 });
    expect(rig.submit('alice')).toBe('v-4');
  });

  it('says of a replacement what the position has, what is free of it and what orders hold', () => {
    const rig = openDesk();
    rig.submit('alice', { shares: 100 });
    rig.advance('09:33');
    const orderId = rig.submit('alice', { side: 'sell', shares: 40, limit: 12 });
    rig.submit('alice', { side: 'sell', shares: 50, limit: 12 });
    rig.advance('09:34');
    const changes = { quantity: 60 * SHARE };
    expect(rig.request('alice', { type: 'replace', orderId, changes })).toMatchObject({
      refusal: { details: { symbolId: '0', requested: '60', available: '10', existing: '100', held: '90' } },
    });
  });

  it('replaces an order by a new one with an id of its own, and refuses what changes nothing', () => {
    const rig = openDesk();
    const id = rig.submit('alice', { limit: 9 });
    const replace = (changes: OrderChanges) => rig.request('alice', { type: 'replace', orderId: id, changes });
    expect(replace({ limitPrice: usd(9.5) })).toMatchObject({ refusal: { reason: 'NOT_REPLACEABLE' } });
    rig.advance('09:33');
    expect(replace({ limitPrice: usd(9) })).toMatchObject({ refusal: { reason: 'NOTHING_CHANGED' } });
    expect(replace({ limitPrice: usd(9.505) })).toMatchObject({ refusal: { reason: 'PRICE_OFF_GRID' } });
    // What the order holds already counts as free, and the cost is that of the whole replacement.
    const { buyingPower, reserved } = rig.state('alice');
    expect(replace({ quantity: 100_000 * SHARE })).toMatchObject({
      refusal: {
        reason: 'BUYING_POWER',
        details: { buyingPower: String((buyingPower + reserved) / 1_000_000), costBasis: '900000' },
      },
    });
    expect(replace({ limitPrice: usd(9.5), quantity: 200 * SHARE })).toEqual({ ok: true, orderId: 'v-2' });
    expect(replace({ limitPrice: usd(9.6) })).toMatchObject({ refusal: { reason: 'NOT_REPLACEABLE' } });
    const other = rig.submit('alice', { limit: 5 });
    expect(other).toBe('v-3');
    rig.advance('09:34');
    expect(rig.types(id)).toEqual(['entered', 'accepted', 'replaceRequested', 'replaced']);
    expect(rig.venue.deskOrders('alice').map((order) => [order.id, order.replaces])).toEqual([
      ['v-3', undefined],
      ['v-2', id],
    ]);
    expect(rig.state('alice').reserved).toBe(usd(200 * 9.5 + 100 * 5));
  });
});

describe('injections', () => {
  it('reject and delay the next orders', () => {
    const rig = openDesk();
    rig.request('alice', { type: 'inject', injection: { kind: 'rejectNext', count: 1, message: 'a test' } });
    rig.request('alice', { type: 'inject', injection: { kind: 'delayNext', count: 2, micros: 1_000_000 } });
    expect(rig.types(rig.submit('alice'))).toEqual(['entered', 'rejected']);
    const late = rig.submit('alice');
    rig.advance(rig.now + 1_040_000);
    expect(rig.types(late)).toEqual(['entered']);
    rig.advance(rig.now + 1);
    expect(rig.types(late)).toEqual(['entered', 'accepted', 'filled']);
  });

  it('halt a symbol for one account', () => {
    const rig = openDesk();
    rig.request('alice', { type: 'inject', injection: { kind: 'halt', symbolId: 0, halted: true } });
    const mine = rig.submit('alice');
    const other = rig.submit('bob', { shares: 10 });
    rig.quote('09:33', 9.98, 10);
    expect(rig.types(mine).at(-1)).toBe('accepted');
    expect(rig.types(other).at(-1)).toBe('filled');
    rig.request('alice', { type: 'inject', injection: { kind: 'halt', symbolId: 0, halted: false } });
    rig.quote('09:34', 9.99, 10);
    expect(rig.types(mine).at(-1)).toBe('filled');
  });

  it('make something happen to an open order', () => {
    const rig = openDesk();
    const order = (kind: 'cancel' | 'expire' | 'reject' | 'doneForDay') => {
      const id = rig.submit('alice', { limit: 9, timeInForce: kind === 'doneForDay' ? 'gtc' : 'day' });
      expect(rig.request('alice', { type: 'inject', injection: { kind, orderId: id } })).toEqual({ ok: true });
      return rig.types(id).slice(1);
    };
    expect(order('cancel')).toEqual(['canceled']);
    expect(order('expire')).toEqual(['accepted', 'expired']);
    expect(order('reject')).toEqual(['rejected']);
    expect(order('doneForDay')).toEqual(['accepted', 'doneForDay']);
    const id = rig.submit('alice', { limit: 9 });
    const fill = { kind: 'fill', orderId: id, quantity: 30 * SHARE, price: usd(8) } as const;
    rig.request('alice', { type: 'inject', injection: fill });
    expect(rig.fills('alice')[0]).toMatchObject({
      quantity: 30 * SHARE,
      price: usd(8),
      receipt: { basis: 'injected' },
    });
    expect(rig.request('alice', { type: 'inject', injection: { ...fill, quantity: 71 * SHARE } })).toMatchObject({
      refusal: { reason: 'QUANTITY_INVALID' },
    });
  });

  it('a gtc order that is done for the day works again in the next session', () => {
    const rig = openDesk();
    const id = rig.submit('alice', { limit: 9, timeInForce: 'gtc' });
    rig.request('alice', { type: 'inject', injection: { kind: 'doneForDay', orderId: id } });
    rig.quote('10:00', 8.98, 8.99);
    expect(rig.fills('alice')).toEqual([]);
    rig.quote('09:31', 8.98, 8.99, 10_000, 0, '2013-10-08');
    expect(rig.fills('alice')).toHaveLength(1);
  });

  it('F41: a bust returns position and cash exactly, whichever fill goes', () => {
    for (const [busted, quantity, cash, realised] of [
      // Buys 100 at 10.00, 100 at 11.00, sells 50 at 12.00 (profit 50 × 2 = 100 by the oldest lot).
      [1, 50, 100_000 - 1100 + 600, 50],
      [2, 50, 100_000 - 1000 + 600, 100],
      [3, 200, 100_000 - 2100, 0],
    ] as const) {
      const rig = new DeskRig({ preset: 'optimistic' });
      rig.open('alice');
      rig.quote('09:31', 9.99, 10);
      rig.submit('alice');
      rig.quote('09:32', 10.99, 11);
      rig.submit('alice');
      rig.quote('09:33', 12, 12.01);
      rig.submit('alice', { side: 'sell', shares: 50 });
      const fees = rig.fills('alice')[2]?.fees.reduce((sum, { amount }) => sum + amount, 0) ?? 0;
      rig.request('alice', { type: 'inject', injection: { kind: 'bust', fillId: `f-${busted}` } });
      expect(rig.venue.account('alice').quantityOf(0)).toBe(quantity * SHARE);
      expect(rig.state('alice')).toMatchObject({
        cash: usd(cash) - (busted === 3 ? 0 : fees),
        realisedPnl: usd(realised),
        fees: busted === 3 ? 0 : fees,
      });
      expect(
        rig.request('alice', { type: 'inject', injection: { kind: 'bust', fillId: `f-${busted}` } }),
      ).toMatchObject({
        refusal: { reason: 'FILL_UNKNOWN' },
      });
      expect(JSON.stringify(rig.recovered().snapshot())).toBe(JSON.stringify(rig.venue.snapshot()));
    }
  });
});

describe('recovery of the desk', () => {
  it.each([
    [
      'rejected',
      (rig: DeskRig) =>
        rig.request('alice', { type: 'inject', injection: { kind: 'rejectNext', count: 1, message: 'a test' } }),
    ],
    ['canceled by a reset', undefined],
  ])('K1: leaves out the arrival of an order that was %s on its way', (_, before) => {
    const rig = openDesk();
    before?.(rig);
    const id = rig.submit('alice', { shares: 100 });
    if (before === undefined) rig.request('alice', { type: 'resetAccount', startingCash: usd(50_000) });
    expect(rig.types(id).at(-1)).not.toBe('entered');
    const venue = rig.recovered();
    venue.advanceTo(rig.now + 100_000);
    expect(venue.takeEvent(rig.now + 100_000)).toBeUndefined();
  });

  it('K1: events and the working state alone give the same accounts, orders and ids', () => {
    const rig = openDesk();
    rig.submit('alice');
    rig.request('alice', { type: 'inject', injection: { kind: 'delayNext', count: 1, micros: 500_000 } });
    rig.quote('09:33', 9.98, 10);
    rig.submit('bob', { shares: 5, limit: 9.5 });
    rig.submit('alice', { side: 'sell', shares: 40, limit: 10.2, timeInForce: 'gtc' });
    rig.quote('09:33:00.030', 10, 10.02);
    const venue = rig.recovered();
    expect(checkVenue(venue)).toEqual([]);
    expect(venue.snapshot()).toEqual(rig.venue.snapshot());
    expect(venue.deskOrders('alice')).toEqual(rig.venue.deskOrders('alice'));
    const twin = Object.assign(new DeskRig(), { venue, now: rig.now });
    for (const one of [rig, twin]) {
      one.quote('09:34', 10.2, 10.25);
      one.submit('alice', { id: 'after' });
      one.quote('09:35', 9.4, 9.45);
    }
    expect(twin.venue.snapshot()).toEqual(rig.venue.snapshot());
    expect(twin.events).toEqual(rig.events.slice(-twin.events.length));
    expect(twin.events.some(({ type }) => type === 'filled')).toBe(true);
  });

  it('a snapshot carries accounts and their orders into a next session', () => {
    const rig = openDesk();
    rig.submit('alice');
    const gtc = rig.submit('alice', { limit: 9, timeInForce: 'gtc' });
    const day = rig.submit('alice', { limit: 8 });
    rig.advance('15:00');
    const next = new DeskRig({ startTime: at('09:25', '2013-10-08') });
    next.venue.restore(JSON.parse(JSON.stringify(rig.venue.snapshot())));
    expect(next.state('alice').positions).toHaveLength(1);
    next.quote('09:31', 8.98, 8.99, 10_000, 0, '2013-10-08');
    expect(next.types(gtc)).toContain('filled');
    expect(next.types(day)).toEqual(['expired']);
    expect(next.submit('alice', { id: 'c-2' })).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(next.submit('alice', { id: 'next' })).toBe('v-4');
  });
});
