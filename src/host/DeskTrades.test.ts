/** Closed trades of the desk's accounts: each account for itself, over a night, and over a reset. */
import { describe, expect, it } from 'vitest';
import { MarketTrails } from '../analytics/MarketTrails.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import { DOLLAR, parseDecimal } from '../domain/units.js';
import { usd } from '../exchange/testing/ExchangeRig.js';
import { DeskRig } from '../exchange/testing/DeskRig.js';
import { assert, required } from '../utils/assert.js';
import { DeskTrades } from './DeskTrades.js';
import type { CarriedAccount } from './tapeRecords.js';

/** A desk and the log of its trades, which hears of an event when it is asked. */
class Rig {
  readonly desk: DeskRig;
  readonly log: DeskTrades;
  #taken = 0;

  constructor(carried: CarriedAccount | null, startTime?: number) {
    this.desk = new DeskRig(startTime === undefined ? {} : { startTime });
    const { config } = this.desk;
    if (carried !== null) this.desk.venue.restore(carried.venue);
    const market = { kind: 'simulated', version: 1, seed: 1, date: '2013-10-07', openingPrices: [] } as const;
    const identity = { engineVersion: '0', node: '', v8: '', strategies: {} };
    const trails = new MarketTrails(config.symbols.length, config.priceScale);
    this.log = new DeskTrades({ type: 'session', config, market, identity, carried }, trails);
  }

  /** An order at a price that fills it whole. */
  trade(accountId: string, side: 'buy' | 'sell', shares: number, clock: string, price: number): void {
    const id = this.desk.submit(accountId, { id: `${side} at ${clock}`, side, shares });
    assert(id.startsWith('v-'), `the order is taken: ${id}`);
    this.desk.quote(clock, price, price + 0.01);
  }

  closed(accountId: string): readonly TradeDocument[] {
    for (const event of this.desk.events.slice(this.#taken)) this.log.note(event);
    this.#taken = this.desk.events.length;
    return this.log.takeClosed().flatMap((closed) => (closed.accountId === accountId ? closed.trades : []));
  }

  /** What the session leaves to the next, as a tape keeps it; without what the log knows where `isOld`. */
  left(isOld: boolean): CarriedAccount {
    this.closed('');
    const { venue } = this.desk;
    const desk = isOld ? {} : { desk: this.log.carry(venue.desk.accounts) };
    const left = { venue: venue.snapshot(), books: { cash: 0, books: [] }, ...desk };
    return JSON.parse(JSON.stringify(left)) as CarriedAccount;
  }
}

function opened(): Rig {
  const rig = new Rig(null);
  rig.desk.advance('09:31');
  rig.desk.open('one', 50_000, { feePlan: 'interactive-brokers-fixed' });
  rig.desk.open('two', 50_000, { feePlan: 'interactive-brokers-fixed' });
  rig.desk.quote('09:32', 9.99, 10.0);
  rig.trade('one', 'buy', 300, '09:33', 10);
  return rig;
}

/** Round trips of 100 shares, a minute apart, all told with their last markouts. */
function traded(count: number): { readonly rig: Rig; readonly told: readonly TradeDocument[] } {
  const rig = new Rig(null);
  rig.desk.advance('09:31');
  rig.desk.open('one', 50_000);
  rig.desk.quote('09:32', 9.99, 10.0);
  const told: TradeDocument[] = [];
  for (let trip = 0; trip < count; trip += 1) {
    const minute = `${10 + Math.floor(trip / 60)}:${String(trip % 60).padStart(2, '0')}`;
    rig.trade('one', 'buy', 100, `${minute}:10`, 10);
    rig.trade('one', 'sell', 100, `${minute}:40`, 10.1);
    told.push(...rig.closed('one'));
  }
  rig.desk.quote('11:10', 10, 10.01);
  rig.log.settle(rig.desk.now, false);
  told.push(...rig.closed('one'));
  return { rig, told };
}

const sumOf = (trades: readonly TradeDocument[]): number =>
  trades.reduce((sum, { pnl }) => sum + required(parseDecimal(pnl, DOLLAR), pnl), 0);

describe('trades of the desk', () => {
  it('are told by account, and come to what the account has won, to the micro-dollar', () => {
    const rig = opened();
    rig.trade('two', 'buy', 100, '09:34', 10.5);
    rig.trade('one', 'sell', 300, '09:35', 10.8);
    rig.trade('one', 'sell', 200, '09:35:30', 10.7);
    rig.trade('two', 'sell', 100, '09:36', 10.2);
    rig.trade('one', 'buy', 200, '09:37', 10.1);
    const one = rig.closed('one');
    expect(one.map(({ id, owner, side, quantity }) => [id, owner, side, quantity])).toEqual([
      ['d-1', 'one', 'long', '300'],
      ['d-3', 'one', 'short', '200'],
    ]);
    expect(sumOf(one)).toBe(rig.desk.state('one').cash - usd(50_000));
    expect(rig.closed('one')).toEqual([]);
  });

  it('go on over a night with their entries, reasons and fees', () => {
    const first = opened();
    const entry = required(first.desk.fills('one')[0], 'the entry');
    const next = new Rig(first.left(false), first.desk.now);
    next.trade('one', 'sell', 300, '09:40', 11);
    const closed = next.closed('one');
    expect(closed).toMatchObject([{ id: 'd-1', carried: true, entryTime: entry.time, quantity: '300' }]);
    expect(sumOf(closed)).toBe(next.desk.state('one').cash - usd(50_000));
  });

  it('begin with the session after a tape that says nothing of the entries: their fees are its own', () => {
    const first = opened();
    const [entry] = first.desk.fills('one');
    const paid = required(entry, 'the entry').fees.reduce((sum, { amount }) => sum + amount, 0);
    const next = new Rig(first.left(true), first.desk.now);
    next.trade('one', 'sell', 300, '09:40', 11);
    const closed = next.closed('one');
    expect(closed).toMatchObject([{ carried: true, entryTime: first.desk.now, entryPrice: '10.00' }]);
    expect(paid).toBeGreaterThan(0);
    expect(sumOf(closed)).toBe(next.desk.state('one').cash - usd(50_000) + paid);
  });

  it('are forgotten once they were told for the last time, and so are orders without a fill', () => {
    const { rig, told } = traded(40);
    // Each as it is closed, and once more with its last markout.
    expect(told.length).toBe(80);
    expect(rig.log.held).toEqual({ trades: 1, orders: 1 });
    rig.desk.request('one', { type: 'cancel', orderId: rig.desk.submit('one', { limit: 1 }) });
    rig.desk.quote('11:20', 10, 10.01);
    rig.closed('one');
    expect(rig.log.held).toEqual({ trades: 1, orders: 1 });
  });

  it('measure a replaced order from the decision of the first, and from its own arrival', () => {
    const rig = opened();
    const decided = rig.desk.now;
    const first = rig.desk.submit('two', { shares: 100, limit: 9.5 });
    rig.desk.quote('09:40', 10.99, 11.01);
    rig.desk.request('two', { type: 'replace', orderId: first, changes: { limitPrice: usd(11.2) } });
    rig.desk.quote('09:41', 10.99, 11.01);
    rig.trade('two', 'sell', 100, '09:42', 11);
    const [fill] = rig.closed('two')[0]?.fills ?? [];
    const { decidedAt, arrivedAt } = required(rig.desk.fills('two')[0], 'the entry').receipt;
    expect(fill?.costs.decision.time).toBe(decided);
    expect(fill?.costs.arrival.time).toBe(arrivedAt);
    expect(decidedAt).toBeGreaterThan(decided);
  });

  it('forget the orders of a trade that goes on as they end', () => {
    const rig = opened();
    for (const minute of ['35', '36', '37', '38']) {
      rig.trade('one', 'buy', 100, `09:${minute}:10`, 10.2);
      rig.trade('one', 'sell', 150, `09:${minute}:40`, 10.1);
      rig.closed('one');
    }
    expect(rig.log.held).toEqual({ trades: 1, orders: 0 });
  });

  it.each(['the first', 'the last'])('follow a fill that is taken back of a trade that was forgotten: %s', (which) => {
    const { rig } = traded(3);
    const fills = rig.desk.fills('one');
    const fill = required(which === 'the first' ? fills[0] : fills.at(-2), 'an entry');
    rig.desk.request('one', { type: 'inject', injection: { kind: 'bust', fillId: fill.id } });
    rig.closed('one');
    const [carried] = rig.log.carry(rig.desk.venue.desk.accounts);
    const lots = carried?.books.books.flatMap((book) => book.lots) ?? [];
    expect(lots.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(-fill.quantity);
    rig.trade('one', 'buy', 100, '11:30', 10);
    expect(rig.log.carry(rig.desk.venue.desk.accounts)).toEqual([]);
  });

  it('that a reset cuts off are not told, and those after it are others', () => {
    const rig = opened();
    rig.desk.request('one', { type: 'resetAccount', startingCash: usd(20_000) });
    rig.trade('one', 'buy', 100, '09:35', 10);
    rig.trade('one', 'sell', 100, '09:36', 10.3);
    const closed = rig.closed('one');
    expect(closed.map(({ id, quantity, carried }) => [id, quantity, carried])).toEqual([['d-2', '100', false]]);
    expect(sumOf(closed)).toBe(rig.desk.state('one').cash - usd(20_000));
  });
});
