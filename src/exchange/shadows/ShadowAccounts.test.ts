/**
 * Shadow accounts beside the engine's: known scenarios in which strict, expected and optimistic come apart, and what
 * each makes of orders that were sized for another account. Quotes are of AAA, times of 2013-10-07.
 */
import { describe, expect, it } from 'vitest';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { Order, OrderChanges } from '../../domain/order.js';
import { SHARE } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { PaperVenue } from '../PaperVenue.js';
import { DeskRig } from '../testing/DeskRig.js';
import { usd } from '../testing/ExchangeRig.js';

const SHADOWS = ['papertape+strict', 'papertape+optimistic', 'papertape'];

interface EngineOrder {
  readonly side?: 'buy' | 'sell';
  readonly shares?: number;
  readonly limit?: number;
  readonly stop?: number;
}

/** A rig whose engine sends orders, and which says what they got in each scenario. */
class ShadowRig extends DeskRig {
  readonly sent: Order[] = [];
  #count = 0;

  constructor() {
    super({ shadowPresets: SHADOWS });
    this.quote('09:30:00', 100, 100.02, 1000);
  }

  /** Sends an order of a strategy at a time; gives its id. */
  send(clock: string, { side = 'buy', shares = 100, limit, stop }: EngineOrder = {}): string {
    this.advance(clock);
    this.#count += 1;
    const order: Order = {
      id: `o-${this.#count}`,
      clientOrderId: `c-${this.#count}`,
      accountId: 'main',
      symbolId: 0,
      side,
      type: limit === undefined ? (stop === undefined ? 'market' : 'stop') : 'limit',
      timeInForce: 'day',
      quantity: shares * SHARE,
      ...(limit === undefined ? {} : { limitPrice: usd(limit) }),
      ...(stop === undefined ? {} : { stopPrice: usd(stop) }),
      extendedHours: false,
      source: { kind: 'strategy', instanceId: 's' },
      reason: '',
      status: 'submitted',
      createdAt: this.now,
      updatedAt: this.now,
      filledQuantity: 0,
      filledNotional: 0,
    };
    this.sent.push(order);
    this.venue.submit(order, this.now);
    return order.id;
  }

  cancel(clock: string, orderId: string): void {
    this.advance(clock);
    this.venue.cancel(orderId, this.now);
  }

  replace(clock: string, orderId: string, changes: OrderChanges): string {
    this.advance(clock);
    this.#count += 1;
    const id = `o-${this.#count}`;
    this.venue.replace(orderId, changes, { id, clientOrderId: `c-${this.#count}` }, this.now);
    return id;
  }

  shadow(preset: string) {
    this.venue.shadows.settle(this.now);
    return required(
      this.venue.shadows.accounts.find((account) => account.preset === preset),
      preset,
    );
  }

  /** Shares held: expected, strict, optimistic, and under the session's own models, which is expected once more. */
  held(): readonly number[] {
    const main = this.venue.exchange.book.account('main').quantityOf(0);
    const shadows = SHADOWS.map((preset) => this.shadow(preset).exchange.own.quantityOf(0));
    return [main, ...shadows].map((quantity) => quantity / SHARE);
  }

  /** Dollars of profit: expected, strict, optimistic. */
  profits(): readonly number[] {
    const [strict, optimistic] = SHADOWS.map((preset) => this.shadow(preset).equity);
    const { equity } = this.venue.exchange.book.account('main');
    return [equity, strict ?? 0, optimistic ?? 0].map((money) => Math.round((money - usd(100_000)) / 10_000) / 100);
  }
}

describe('known scenarios', () => {
  it.each<{ what: string; run: (rig: ShadowRig) => void; profits: readonly [number, number, number] }>([
    {
      what: 'a price that runs away: who is slower pays more',
      run: (rig) => {
        rig.send('09:31:00');
        rig.quote('09:31:00.020', 100.01, 100.03);
        rig.quote('09:31:00.100', 100.05, 100.07);
        rig.quote('09:31:01', 100.1, 100.12);
      },
      // Marked at the middle, 100.11; bought at 100.03, at 100.07 and half a spread more, and at 100.02.
      profits: [8, 3, 9],
    },
    {
      what: 'a limit that is touched and not traded through: the queue decides',
      run: (rig) => {
        rig.send('09:31:00', { limit: 100 });
        rig.print('09:31:05', 100, 700);
        rig.print('09:31:06', 100, 900);
        rig.quote('09:31:10', 101, 101.02);
        rig.print('09:31:11', 101, 10);
      },
      // Of 1,500 that are taken to be ahead, 1,600 were traded: expected gets its 100, strict waits in vain.
      profits: [100, 0, 100],
    },
    {
      what: 'a price that falls while the order is under way: in one trade strict may be the best of the three',
      run: (rig) => {
        rig.send('09:31:00');
        rig.quote('09:31:00.020', 99.9, 99.92);
        rig.quote('09:31:00.100', 99.8, 99.82);
        rig.quote('09:31:01', 99.8, 99.82);
      },
      // Marked at 99.81; bought at 99.92, at 99.82 and half a spread more, and at 100.02.
      profits: [-11, -2, -21],
    },
  ])('$what', ({ run, profits }) => {
    const rig = new ShadowRig();
    run(rig);
    expect(rig.profits()).toEqual(profits);
    expect(rig.held()[3]).toBe(rig.held()[0]);
  });
});

describe('orders that were sized for another account', () => {
  it('an exit of all closes what the shadow has, and opens nothing where it has nothing', () => {
    const rig = new ShadowRig();
    rig.send('09:31:00', { limit: 100 });
    rig.print('09:31:05', 100, 1600);
    rig.advance('09:31:06');
    expect(rig.held()).toEqual([100, 0, 100, 100]);
    rig.send('09:31:07', { side: 'sell' });
    rig.advance('09:31:08');
    expect(rig.held()).toEqual([0, 0, 0, 0]);
  });

  it('an entry that is open in the shadow alone is canceled once the session is flat', () => {
    const rig = new ShadowRig();
    rig.send('09:31:00', { limit: 100 });
    rig.print('09:31:05', 100, 1600);
    rig.send('09:31:07', { side: 'sell' });
    rig.quote('09:31:10', 99, 99.02);
    expect(rig.held()).toEqual([0, 0, 0, 0]);
    expect(rig.shadow('papertape+strict').exchange.book.orders.size).toBe(0);
  });

  it('a reversal is made in two steps by the slow one too', () => {
    const rig = new ShadowRig();
    rig.send('09:31:00');
    rig.advance('09:31:10');
    rig.send('09:31:10', { side: 'sell' });
    // The session hears of its close after 80 ms and opens the other side; strict’s close has not even arrived.
    rig.send('09:31:10.080', { side: 'sell' });
    rig.advance('09:31:20');
    expect(rig.held()).toEqual([-100, -100, -100, -100]);
  });

  it('an order that adds does not take a shadow through its own side: it only gets out', () => {
    const rig = new ShadowRig();
    rig.send('09:31:00');
    rig.advance('09:31:05');
    rig.send('09:31:05', { side: 'sell', limit: 100.5 });
    rig.quote('09:31:06', 100.48, 100.5, 1000);
    rig.print('09:31:07', 100.5, 5000);
    expect(rig.held()).toEqual([0, 100, 0, 0]);
    rig.send('09:31:10', { side: 'sell', shares: 70 });
    rig.advance('09:31:11');
    expect(rig.held()).toEqual([-70, 30, -70, -70]);
    rig.send('09:31:12', { side: 'buy', shares: 70 });
    rig.advance('09:31:13');
    expect(rig.held()).toEqual([0, 30, 0, 0]);
  });

  it('a cancel and a replace apply where the order is still open', () => {
    const rig = new ShadowRig();
    const entry = rig.send('09:31:00', { limit: 100 });
    rig.print('09:31:05', 100, 500);
    rig.advance('09:31:06');
    expect(rig.held()).toEqual([0, 0, 100, 0]);
    const moved = rig.replace('09:31:07', entry, { limitPrice: usd(99) });
    rig.print('09:31:08', 99.5, 5000);
    expect(rig.held()).toEqual([0, 0, 100, 0]);
    rig.cancel('09:31:09', moved);
    rig.quote('09:31:10', 98, 98.02);
    expect(rig.held()).toEqual([0, 0, 100, 0]);
    for (const preset of SHADOWS) expect(rig.shadow(preset).exchange.book.orders.size).toBe(0);
  });

  it('a cancel finds an order whose replace the shadow has refused', () => {
    const rig = new ShadowRig();
    const entry = rig.send('09:31:00', { limit: 100, shares: 200 });
    rig.print('09:31:05', 100, 1700);
    rig.advance('09:31:06');
    expect(rig.held()).toEqual([200, 0, 200, 200]);
    const exit = rig.send('09:31:07', { side: 'sell', limit: 101, shares: 200 });
    expect(rig.shadow('papertape+strict').exchange.book.orders.size).toBe(2);
    const moved = rig.replace('09:31:08', exit, { limitPrice: usd(101.5) });
    rig.cancel('09:31:09', moved);
    rig.cancel('09:31:10', entry);
    rig.advance('09:31:11');
    for (const preset of SHADOWS) expect(rig.shadow(preset).exchange.book.orders.size).toBe(0);
  });
});

describe('the day after', () => {
  it('goes on from what each shadow account had, and from the session’s where one is new', () => {
    const rig = new ShadowRig();
    rig.send('09:31:00', { limit: 100 });
    rig.print('09:31:05', 100, 1600);
    rig.advance('09:31:06');
    const held = rig.held();
    expect(held).toEqual([100, 0, 100, 100]);
    const snapshot: unknown = JSON.parse(JSON.stringify(rig.venue.snapshot()));
    const presets = [...SHADOWS, 'papertape+strict.latency'];
    const next = new PaperVenue({ ...rig.config, shadowPresets: presets });
    next.restore(snapshot);
    expect(next.shadows.accounts.map(({ exchange }) => exchange.own.quantityOf(0) / SHARE)).toEqual([0, 100, 100, 100]);
    for (const { exchange, equity, startEquity, preset } of next.shadows.accounts) {
      expect([preset, exchange.own.reserved, exchange.book.orders.size]).toEqual([preset, 0, 0]);
      expect(startEquity).toBe(equity);
      const before = rig.venue.shadows.accounts.find((account) => account.preset === preset);
      if (before !== undefined) expect(equity).toBe(before.equity);
    }
    // Two for one on the next day: twice the shares of what was held, and nothing where nothing was.
    const exDate = formatDate(newYorkDate(rig.config.startTime));
    const action = { kind: 'split', newShares: 2, oldShares: 1 } as const;
    const later = new PaperVenue({ ...rig.config, corporateActions: [{ exDate, symbolId: 0, action }] });
    later.restore(snapshot);
    expect(later.shadows.accounts.map(({ exchange }) => exchange.own.quantityOf(0) / SHARE)).toEqual([0, 200, 200]);
    // An exit of all that the session holds: strict has nothing to sell, whatever its account was told before.
    const exit = {
      ...required(rig.sent.at(-1), 'an order'),
      id: 'o-1',
      clientOrderId: 'next-1',
      side: 'sell',
    } as const;
    next.submit({ ...exit, type: 'market' }, rig.now);
    expect(next.shadows.accounts.map(({ exchange }) => exchange.book.orders.size)).toEqual([0, 0, 1, 1]);
    // Optimistic fills know no delay.
    expect(next.shadows.accounts[1]?.exchange.own.quantityOf(0)).toBe(0);
  });
});
