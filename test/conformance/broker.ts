/**
 * What every broker must do with orders, as one list of scenarios; run for each implementation. Compared are the
 * reports about each order in a normal form: their kinds in order, with the shares of fills. Times, prices, ids of
 * fills and what only a venue knows of itself (`activated`, `triggered`, sizes of waiting legs) are left out.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Order, OrderChanges, RiskApproved } from '../../src/domain/order.js';
import { SHARE } from '../../src/domain/units.js';
import type { OrderEvent } from '../../src/domain/venueEvents.js';
import type { BrokerRigOrder } from '../support/brokerRig.js';
import { rigOrder, usd } from '../support/brokerRig.js';

/** A broker under test, with a hand on its market. It begins at 99.99 to 100 with much to trade at. */
export interface BrokerUnderTest {
  submit(order: RiskApproved<Order>): void;
  cancel(orderId: string): void;
  replace(orderId: string, changes: OrderChanges, nextId: string): void;
  /** Offers so many shares at a price and bids a cent less, in dollars. */
  offer(price: number, shares: number): void;
  /** Ends the trading day. */
  endDay(): void;
  /** Reports so far; resolves when everything under way has arrived and `isDone` says that it is all. */
  reports(isDone: (events: readonly OrderEvent[]) => boolean): Promise<readonly OrderEvent[]>;
  close(): Promise<void>;
}

/** What a broker offers beyond market and limit orders, cancels and fills in parts. */
export type BrokerFeature = 'replace' | 'reject' | 'expire' | 'groups' | 'idempotence';

const SILENT = new Set(['activated', 'triggered', 'resized']);
const MANY = 100_000;

/** The reports of each order in the normal form. */
function normalForm(events: readonly OrderEvent[]): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const event of events) {
    if (SILENT.has(event.type)) continue;
    (told[event.orderId] ??= []).push(textOf(event));
  }
  return told;
}

function textOf(event: OrderEvent): string {
  switch (event.type) {
    case 'filled':
      return `filled ${event.fill.quantity / SHARE}${event.final ? ' final' : ''}`;
    case 'rejected':
      return `rejected ${event.reason}`;
    case 'replaced':
      return `replaced by ${event.order.id} for ${event.order.quantity / SHARE}`;
    default:
      return event.type;
  }
}

type Step = (broker: BrokerUnderTest) => void;
interface Scenario {
  readonly name: string;
  readonly feature?: BrokerFeature;
  /** Each is done when everything before it has arrived. */
  readonly steps: readonly Step[];
  readonly told: Readonly<Record<string, readonly string[]>>;
}

const submit =
  (id: string, order: BrokerRigOrder = {}): Step =>
  (broker) =>
    broker.submit(rigOrder(id, { shares: 5, ...order }));
const cancel =
  (id: string): Step =>
  (broker) =>
    broker.cancel(id);
const offer =
  (price: number, shares = MANY): Step =>
  (broker) =>
    broker.offer(price, shares);
const replace =
  (id: string, nextId: string, changes: OrderChanges): Step =>
  (broker) =>
    broker.replace(id, changes, nextId);

const BRACKET = { orderClass: 'bracket', limit: 95, profit: 105, loss: 90 } as const;

const SCENARIOS: readonly Scenario[] = [
  { name: 'a market order fills', steps: [submit('o-1')], told: { 'o-1': ['accepted', 'filled 5 final'] } },
  {
    name: 'a limit order waits for its price',
    steps: [submit('o-1', { limit: 95 }), offer(95.5), offer(94.9)],
    told: { 'o-1': ['accepted', 'filled 5 final'] },
  },
  {
    name: 'F34: an order fills in parts',
    steps: [submit('o-1', { limit: 95, shares: 10 }), offer(94.9, 5), offer(94.8, 5)],
    told: { 'o-1': ['accepted', 'filled 5', 'filled 5 final'] },
  },
  {
    name: 'a cancel ends an order that works',
    steps: [submit('o-1', { limit: 95 }), cancel('o-1'), offer(94.9)],
    told: { 'o-1': ['accepted', 'canceled'] },
  },
  {
    name: 'F37: a cancel ends what is left of an order',
    steps: [submit('o-1', { limit: 95, shares: 10 }), offer(94.9, 5), cancel('o-1'), offer(94.9)],
    told: { 'o-1': ['accepted', 'filled 5', 'canceled'] },
  },
  {
    name: 'F37: a cancel after the end, and of no order, is refused',
    steps: [submit('o-1'), cancel('o-1'), cancel('o-9')],
    told: { 'o-1': ['accepted', 'filled 5 final', 'cancelRejected'], 'o-9': ['cancelRejected'] },
  },
  {
    name: 'a replacement works in the place of the old order, under its own id',
    feature: 'replace',
    steps: [
      submit('o-1', { limit: 95 }),
      replace('o-1', 'o-2', { limitPrice: usd(96), quantity: 4 * SHARE }),
      offer(95.9),
    ],
    told: { 'o-1': ['accepted', 'replaced by o-2 for 4'], 'o-2': ['filled 4 final'] },
  },
  {
    name: 'a replacement of a replacement, then a cancel',
    feature: 'replace',
    steps: [
      submit('o-1', { limit: 95 }),
      replace('o-1', 'o-2', { limitPrice: usd(96) }),
      replace('o-2', 'o-3', { limitPrice: usd(97) }),
      cancel('o-3'),
    ],
    told: { 'o-1': ['accepted', 'replaced by o-2 for 5'], 'o-2': ['replaced by o-3 for 5'], 'o-3': ['canceled'] },
  },
  {
    name: 'F37: a replacement keeps what has been filled',
    feature: 'replace',
    steps: [
      submit('o-1', { limit: 95, shares: 10 }),
      offer(94.9, 5),
      replace('o-1', 'o-2', { quantity: 9 * SHARE, limitPrice: usd(95.5) }),
      offer(94.8, 50),
    ],
    told: { 'o-1': ['accepted', 'filled 5', 'replaced by o-2 for 9'], 'o-2': ['filled 4 final'] },
  },
  {
    name: 'F37: a replacement after the end, and of no order, is refused',
    feature: 'replace',
    steps: [
      submit('o-1'),
      replace('o-1', 'o-2', { limitPrice: usd(96) }),
      replace('o-9', 'o-8', { limitPrice: usd(96) }),
    ],
    told: { 'o-1': ['accepted', 'filled 5 final', 'replaceRejected'], 'o-9': ['replaceRejected'] },
  },
  {
    name: 'a price off the grid is rejected',
    feature: 'reject',
    steps: [submit('o-1', { limit: 95.001 })],
    told: { 'o-1': ['rejected PRICE_OFF_GRID'] },
  },
  {
    name: 'more than the account can pay for is rejected',
    feature: 'reject',
    steps: [submit('o-1', { limit: 95, shares: 100_000 })],
    told: { 'o-1': ['rejected BUYING_POWER'] },
  },
  {
    name: 'F31, F33: a client order id counts once',
    feature: 'idempotence',
    steps: [submit('o-1', { limit: 95 }), submit('o-2', { limit: 94, clientOrderId: 'c-o-1' }), offer(94.9)],
    told: { 'o-1': ['accepted', 'filled 5 final'], 'o-2': ['rejected DUPLICATE_CLIENT_ORDER_ID'] },
  },
  {
    name: 'a day order ends with its day',
    feature: 'expire',
    steps: [submit('o-1', { limit: 95 }), (broker) => broker.endDay()],
    told: { 'o-1': ['accepted', 'expired'] },
  },
  {
    name: 'a bracket: the entry lets its exits work, one exit ends the other',
    feature: 'groups',
    steps: [submit('o-1', BRACKET), offer(94.9), offer(105.5)],
    told: {
      'o-1': ['accepted', 'filled 5 final'],
      'o-1-tp': ['held', 'accepted', 'filled 5 final'],
      'o-1-sl': ['held', 'canceled'],
    },
  },
  {
    name: 'a bracket: a cancel of the entry ends its exits',
    feature: 'groups',
    steps: [submit('o-1', BRACKET), cancel('o-1')],
    told: { 'o-1': ['accepted', 'canceled'], 'o-1-tp': ['held', 'canceled'], 'o-1-sl': ['held', 'canceled'] },
  },
];

/** Reports of an order that a venue tells more or less of than others: a leg that works beside its sibling. */
function withoutOptional(told: Record<string, readonly string[]>): Record<string, readonly string[]> {
  const entries = Object.entries(told).map(([id, texts]): [string, readonly string[]] => {
    const isStopLoss = id.endsWith('-sl');
    return [id, isStopLoss ? texts.filter((text) => text !== 'accepted') : texts];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Runs every scenario whose feature the broker has. */
export function brokerConformance(
  name: string,
  features: readonly BrokerFeature[],
  open: () => Promise<BrokerUnderTest>,
): void {
  describe(`${name} is a broker`, () => {
    let broker: BrokerUnderTest | undefined;
    afterEach(async () => {
      await broker?.close();
      broker = undefined;
    });

    it.each(SCENARIOS.filter(({ feature }) => feature === undefined || features.includes(feature)))(
      '$name',
      async ({ steps, told }) => {
        broker = await open();
        let events: readonly OrderEvent[] = [];
        for (const step of steps) {
          const before = events.length;
          step(broker);
          // Offers may change nothing; whatever else is asked is answered.
          events = await broker.reports((seen) => seen.length > before);
        }
        const wanted = withoutOptional(told);
        events = await broker.reports((seen) => sameText(withoutOptional(normalForm(seen)), wanted));
        expect(withoutOptional(normalForm(events))).toEqual(wanted);
      },
    );
  });
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
