/** The archive gives back exactly the order that it took, whatever its fields are. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderRequest, OrderSource } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/orderState.js';
import { OrderArchive } from './OrderArchive.js';
import { OrderRecord } from './OrderRecord.js';

const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const clientOrderId = fc.oneof(
  fc.string({ maxLength: 20 }),
  // Series, and what only looks like one: leading zeros, nothing before or after the hyphen, huge numbers.
  fc
    .tuple(fc.constantFrom('a-', 'a-b-', '-', ''), fc.constantFrom('', '0', '01', '1', '27', '999999999', '1e3'))
    .map(([prefix, number]) => prefix + number),
);
const source: fc.Arbitrary<OrderSource> = fc.oneof(
  fc.record({ kind: fc.constant('strategy' as const), instanceId: fc.string() }),
  fc.record({ kind: fc.constant('manual' as const), user: fc.string() }),
);
const request = fc.record(
  {
    clientOrderId,
    accountId: fc.string(),
    symbolId: fc.nat(1000),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.constantFrom('market' as const, 'limit' as const, 'stop' as const),
    timeInForce: fc.constantFrom('day' as const, 'gtc' as const, 'ioc' as const, 'opg' as const, 'cls' as const),
    quantity: amount,
    limitPrice: amount,
    stopPrice: amount,
    extendedHours: fc.boolean(),
    sizeAtFill: fc.record({ fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
    source,
    reason: fc.string(),
    signalId: fc.nat(1_000_000).map((number) => `s-${number + 1}`),
    notional: amount,
    trail: fc.oneof(
      fc.record({ kind: fc.constant('price' as const), amount }),
      fc.record({ kind: fc.constant('percent' as const), ppm: fc.integer({ min: 1, max: 999_999 }) }),
    ),
  },
  {
    requiredKeys: [
      'clientOrderId',
      'accountId',
      'symbolId',
      'side',
      'type',
      'timeInForce',
      'quantity',
      'extendedHours',
      'source',
      'reason',
    ],
  },
);
const orderId = fc.nat(1_000_000).map((number) => `o-${number + 1}`);
/** What only members of groups, replaced orders and entries with a time stop have. */
const seldom = fc.record(
  {
    orderClass: fc.constantFrom('bracket' as const, 'oto' as const, 'oco' as const),
    role: fc.constantFrom('takeProfit' as const, 'stopLoss' as const),
    parentId: orderId,
    replaces: orderId,
    replacedBy: orderId,
    timeStop: amount,
  },
  { requiredKeys: [] },
);
const outcome = fc.record({
  status: fc.constantFrom(...ORDER_STATUSES),
  createdAt: amount,
  updatedAt: amount,
  filledQuantity: fc.oneof(fc.constant(0), amount),
  filledNotional: fc.oneof(fc.constant(0), amount),
  statusReason: fc.option(fc.string(), { nil: undefined }),
  increasesRisk: fc.boolean(),
});

it('what goes in comes out', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(request, outcome, seldom), { minLength: 1, maxLength: 30 }), (orders) => {
      const archive = new OrderArchive();
      const records = orders.map(([asked, { createdAt, statusReason, ...became }, few], index) => {
        const record = new OrderRecord(`o-${index + 1}`, index + 1, asked as OrderRequest, createdAt);
        Object.assign(record, became, few);
        if (statusReason !== undefined) record.statusReason = statusReason;
        return record;
      });
      const places = records.map((record) => archive.add(record));
      expect(places.map((place) => archive.at(place))).toEqual(records);
    }),
  );
});

it('gives the client order id of a series back as its text', () => {
  const archive = new OrderArchive();
  const request: OrderRequest = {
    clientOrderId: 'run-cross-17',
    accountId: 'main',
    symbolId: 0,
    side: 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity: 1_000_000,
    extendedHours: false,
    source: { kind: 'strategy', instanceId: 'cross' },
    reason: '',
  };
  const record = new OrderRecord('o-3', 3, request, 5);
  record.clientOrderNumber = 17;
  record.clientOrderPrefix = 'run-cross-';
  expect(archive.at(archive.add(record)).clientOrderId).toBe('run-cross-17');
});
