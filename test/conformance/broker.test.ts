/** The brokers that there are, each put through the list of scenarios. */
import type { Order, OrderChanges, RiskApproved } from '../../src/domain/order.js';
import { createBarTable } from '../../src/domain/tables.js';
import { RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import type { OrderEvent } from '../../src/domain/venueEvents.js';
import { isOrderEvent } from '../../src/domain/venueEvents.js';
import { TestVenue } from '../../src/engine/testVenue.js';
import { ExchangeRig } from '../../src/exchange/testing/ExchangeRig.js';
import { BrokerRig, usd } from '../support/brokerRig.js';
import { DeskVenue } from '../support/DeskVenue.js';
import { brokerConformance } from './broker.js';
import type { BrokerUnderTest } from './broker.js';

const SECOND = 1_000_000;
const ALL = ['replace', 'reject', 'expire', 'groups', 'idempotence'] as const;

/** The exchange of a session, driven as the kernel drives it. */
class ExchangeSubject implements BrokerUnderTest {
  readonly #rig = new ExchangeRig({ cash: 100_000 });

  constructor() {
    this.#rig.advance('10:00');
    this.offer(100, 100_000);
  }

  submit(order: RiskApproved<Order>): void {
    const own = { ...order, accountId: 'main', legs: (order.legs ?? []).map((leg) => ({ ...leg, accountId: 'main' })) };
    this.#rig.naive.submitted(own, this.#rig.now);
    for (const leg of own.legs) this.#rig.naive.submitted(leg, this.#rig.now);
    this.#rig.exchange.submit(own as RiskApproved<Order>, this.#rig.now);
  }
  cancel(orderId: string): void {
    this.#rig.exchange.cancel(orderId, this.#rig.now);
  }
  replace(orderId: string, changes: OrderChanges, nextId: string): void {
    this.#rig.exchange.replace(orderId, changes, { id: nextId, clientOrderId: `c-${nextId}` }, this.#rig.now);
  }
  offer(price: number, shares: number): void {
    this.#rig.quote(this.#rig.now + SECOND, price - 0.01, 100_000, price, shares);
  }
  endDay(): void {
    this.#rig.advance('16:00:01');
  }
  reports(): Promise<readonly OrderEvent[]> {
    this.#rig.advance(this.#rig.now + 2 * SECOND);
    return Promise.resolve(this.#rig.events.filter(isOrderEvent));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The engine's test venue: bars of one price, five shares each. */
class TestVenueSubject implements BrokerUnderTest {
  readonly #venue = new TestVenue(1, RAW_PRICE_SCALE, usd(100_000), { maxFill: 5 * SHARE });
  readonly #events: OrderEvent[] = [];
  #now = SECOND;
  #price = 100;

  submit(order: RiskApproved<Order>): void {
    this.#venue.submit(order, this.#now);
    // What is marketable trades at the present price.
    if (order.type === 'market') this.offer(this.#price);
  }
  cancel(orderId: string): void {
    this.#venue.cancel(orderId, this.#now);
  }
  replace(orderId: string, changes: OrderChanges, nextId: string): void {
    this.#venue.replace(orderId, changes, { id: nextId, clientOrderId: `c-${nextId}` }, this.#now);
  }
  offer(price: number): void {
    this.#price = price;
    this.#now += SECOND;
    const table = createBarTable('1m', 1);
    table.length = 1;
    for (const column of [table.open, table.high, table.low, table.close]) column[0] = usd(price);
    this.#venue.onBar(table, 0);
    this.#venue.matchInstant(this.#now);
  }
  endDay(): void {
    throw new Error('it has no sessions');
  }
  reports(): Promise<readonly OrderEvent[]> {
    for (let event = this.#venue.takeEvent(this.#now); event !== undefined; event = this.#venue.takeEvent(this.#now)) {
      this.#venue.apply(event);
      if (isOrderEvent(event)) this.#events.push(event);
    }
    return Promise.resolve(this.#events);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What is needed of a venue behind the Alpaca server. */
interface RemoteMarket {
  offer(price: number, shares: number): void;
  endDay(): void;
}

/** The client against the server over sockets. */
class AlpacaSubject implements BrokerUnderTest {
  readonly #rig: BrokerRig;
  readonly #market: RemoteMarket;

  constructor(rig: BrokerRig, market: RemoteMarket) {
    this.#rig = rig;
    this.#market = market;
  }

  submit(order: RiskApproved<Order>): void {
    this.#rig.client.submit(order, this.#rig.clock.now());
  }
  cancel(orderId: string): void {
    this.#rig.cancel(orderId);
  }
  replace(orderId: string, changes: OrderChanges, nextId: string): void {
    this.#rig.replace(orderId, nextId, changes);
  }
  offer(price: number, shares: number): void {
    this.#market.offer(price, shares);
  }
  endDay(): void {
    this.#market.endDay();
  }
  async reports(isDone: (events: readonly OrderEvent[]) => boolean): Promise<readonly OrderEvent[]> {
    const rig = this.#rig;
    const startedMs = rig.clock.monotonicMs();
    // Some time for answers, and no more: an offer may have none.
    await rig.until(() => isDone(rig.events) || rig.clock.monotonicMs() - startedMs > 10_000, 'the reports');
    return rig.events;
  }
  close(): Promise<void> {
    return this.#rig.close();
  }
}

async function overDesk(): Promise<BrokerUnderTest> {
  const venue = new DeskVenue(['AAPL', 'MSFT', 'BRK.B'], '10:00');
  venue.quote(99.99, 100, 100_000);
  const rig = await BrokerRig.open({ served: venue });
  return new AlpacaSubject(rig, {
    offer: (price, shares) => venue.quote(price - 0.01, price, shares),
    endDay: () => venue.settle('16:00:01'),
  });
}

async function overFake(): Promise<BrokerUnderTest> {
  const rig = await BrokerRig.open();
  const { venue } = rig.h;
  venue.quote('AAPL', 99.99, 100);
  const open = (): string[] => {
    const ended = new Set(venue.events.flatMap((event) => (event.type === 'canceled' ? [event.orderId] : [])));
    return venue.events.flatMap((event) =>
      event.type === 'entered' && !ended.has(event.orderId) ? [event.orderId] : [],
    );
  };
  return new AlpacaSubject(rig, {
    offer: (price, shares) => {
      // It does not look at sizes: a part is filled by hand.
      if (shares >= 100_000 || shares === 50) venue.quote('AAPL', price - 0.01, price);
      else venue.fillPart(open()[0] ?? '', shares, price);
    },
    endDay: () => {
      for (const orderId of open())
        venue.emit({ type: 'expired', orderId, time: venue.now, reason: 'the day is over' });
    },
  });
}

brokerConformance('the exchange', ALL, () => Promise.resolve(new ExchangeSubject()));
brokerConformance('the engine’s test venue', ['replace'], () => Promise.resolve(new TestVenueSubject()));
brokerConformance('the Alpaca client on the desk of the exchange', ALL, overDesk);
brokerConformance('the Alpaca client on the server’s test venue', ALL, overFake);
