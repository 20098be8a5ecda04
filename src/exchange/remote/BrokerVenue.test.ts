/** The venue that stands for a broker: what waits, what is heard, and the account that follows from both. */
import { describe, expect, it } from 'vitest';
import type { BrokerFigures } from '../../domain/brokerReport.js';
import type { Fill } from '../../domain/fill.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import type { OrderEvent } from '../../domain/venueEvents.js';
import { PaperVenue } from '../PaperVenue.js';
import { ExchangeRig } from '../testing/ExchangeRig.js';
import { BrokerVenue } from './BrokerVenue.js';

const AAA = 0;

/** A venue on the first symbol of a rig, which the broker's account holds 100 shares of, and 5 of a stranger's. */
function opened(): BrokerVenue {
  const { config } = new ExchangeRig();
  const venue = new BrokerVenue(new PaperVenue(config), config);
  const symbol = config.symbols[AAA] ?? '';
  const position = (name: string, shares: number) => ({
    symbol: name,
    quantity: shares * SHARE,
    cost: shares * 10 * DOLLAR,
    mark: 11 * DOLLAR,
  });
  const figures: BrokerFigures = {
    cash: 500 * DOLLAR,
    equity: 1_655 * DOLLAR,
    buyingPower: 900 * DOLLAR,
    asOf: 7,
    positions: [position(symbol, 100), position('ZZZ', 5)],
  };
  venue.hear({ kind: 'account', figures });
  return venue;
}

function filled(id: string, side: 'buy' | 'sell', shares: number): Extract<OrderEvent, { type: 'filled' }> {
  const fill = { id, orderId: 'o-1', symbolId: AAA, side, quantity: shares * SHARE } as Fill;
  return { type: 'filled', orderId: 'o-1', time: 8, fill, final: false };
}

describe('BrokerVenue', () => {
  it('has the figures of the broker’s last word, and positions in the session’s symbols', () => {
    const account = opened().account('main');
    expect([account.cash, account.equity, account.buyingPower]).toEqual([500 * DOLLAR, 1_655 * DOLLAR, 900 * DOLLAR]);
    expect(account.positions()).toEqual([
      { symbolId: AAA, quantity: 100 * SHARE, cost: 1_000 * DOLLAR, mark: 11 * RAW_PRICE_SCALE },
    ]);
  });

  it('keeps requests until they are taken, each once and in order', () => {
    const venue = opened();
    venue.cancel('o-1', 3);
    venue.replace('o-2', { quantity: SHARE }, { id: 'o-3', clientOrderId: 'c-3' }, 4);
    expect(venue.takeRequests().map(({ type }) => type)).toEqual(['cancel', 'replace']);
    expect([venue.hasRequests, venue.takeRequests()]).toEqual([false, []]);
  });

  it('gives what was heard of orders once, and follows fills, busts and corrections until the next word', () => {
    const venue = opened();
    const events: OrderEvent[] = [
      filled('b-1', 'sell', 30),
      filled('b-2', 'buy', 10),
      { type: 'corrected', orderId: 'o-1', time: 9, fillId: 'b-1', price: 1, quantity: 20 * SHARE, entries: [] },
      { type: 'busted', orderId: 'o-1', time: 9, fillId: 'b-2', price: 1, quantity: 10 * SHARE, entries: [] },
    ];
    const held = events.map((event) => {
      venue.hear({ kind: 'order', event });
      const taken = venue.takeEvent(9);
      expect(taken).toBe(event);
      if (taken !== undefined) venue.apply(taken);
      return venue.figures.quantityOf(AAA) / SHARE;
    });
    expect([held, venue.takeEvent(9), venue.fillCount]).toEqual([[70, 80, 90, 80], undefined, 2]);
  });

  it('on recovery takes the recorded event for the one that was reported, and refuses another', () => {
    const venue = opened();
    venue.hear({ kind: 'order', event: filled('b-1', 'buy', 1) });
    venue.apply(filled('b-1', 'buy', 1));
    expect([venue.takeEvent(9), venue.figures.quantityOf(AAA)]).toEqual([undefined, 101 * SHARE]);
    venue.hear({ kind: 'order', event: filled('b-2', 'buy', 1) });
    expect(() => venue.apply({ type: 'canceled', orderId: 'o-1', time: 9, reason: '' })).toThrow('was reported');
  });

  it('is carried over with the broker’s last word', () => {
    const venue = opened();
    const { config } = new ExchangeRig();
    const next = new BrokerVenue(new PaperVenue(config), config);
    next.restore(JSON.parse(JSON.stringify(venue.snapshot())));
    expect(next.figures.last).toEqual(venue.figures.last);
    expect(next.figures.quantityOf(AAA)).toBe(100 * SHARE);
  });
});
