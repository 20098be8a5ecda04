import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeeKind, Fill } from '../domain/fill.js';
import type { LedgerAccount } from '../domain/ledger.js';
import type { Order } from '../domain/order.js';
import type { FillBasis } from '../domain/receipt.js';
import { FEED_COVERAGES } from '../domain/receipt.js';
import { DENIAL_REASONS } from '../domain/refusals.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS } from '../domain/risk.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import { FillLog } from './FillLog.js';
import { SignalLog } from './SignalLog.js';

// What is kept of money and sizes: safe integers, without the negative zero that no amount is.
const amount = fc.maxSafeInteger().map((value) => value + 0);
const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ maxLength: 12 });

const receipt = fc.record({
  basis: fc.constantFrom<FillBasis>('book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar', 'auction'),
  rule: text,
  evidenceTime: positive,
  evidenceSequence: positive,
  bid: amount,
  bidSize: amount,
  ask: amount,
  askSize: amount,
  open: amount,
  high: amount,
  low: amount,
  last: amount,
  volume: amount,
  decidedAt: positive,
  arrivedAt: positive,
  basePrice: amount,
  halfSpread: amount,
  slippage: amount,
  queueAtEntry: amount,
  queueAtFill: amount,
  participationLimit: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  participation: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  triggerPrice: amount,
  triggerTime: positive,
  feed: text,
  preset: text,
  models: text,
  notes: text,
  impact: amount,
  bandLower: amount,
  bandUpper: amount,
  shortFloor: amount,
  dataLatency: amount,
  reportLatency: amount,
  feedDelay: amount,
  coverage: fc.constantFrom(...FEED_COVERAGES),
});

const fill: fc.Arbitrary<Fill> = fc
  .record({
    number: fc.integer({ min: 1, max: 1e9 }),
    order: fc.integer({ min: 1, max: 1e9 }),
    accountId: text,
    symbolId: fc.nat(65_535),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: positive,
    price: positive,
    time: positive,
    reportTime: positive,
    liquidity: fc.constantFrom('maker' as const, 'taker' as const),
    fees: fc.array(fc.record({ kind: fc.constantFrom<FeeKind>('commission', 'sec', 'taf'), amount: positive }), {
      maxLength: 3,
    }),
    lines: fc.array(
      fc.record({
        account: fc.constantFrom<LedgerAccount>(
          'cash',
          'position',
          'realisedPnl',
          'equity',
          'fee:commission',
          'fee:sec',
          'fee:taf',
        ),
        symbolId: fc.integer({ min: -1, max: 65_535 }),
        amount,
        quantity: amount,
      }),
      { maxLength: 6 },
    ),
    receipt,
  })
  .map(({ number, order, lines, ...rest }) => ({
    ...rest,
    id: `f-${number}`,
    orderId: `o-${order}`,
    clientOrderId: `name of o-${order}`,
    entries: lines.map((line) => ({ ...line, accountId: rest.accountId })),
  }));

describe('FillLog', () => {
  it('gives back every fill as it was', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 20 }), (fills) => {
        const log = new FillLog();
        for (const one of fills) log.add(one);
        expect(log.length).toBe(fills.length);
        expect(log.toArray((orderId) => `name of ${orderId}`)).toEqual(fills);
        // Each row is written over by the next one: it is looked at before.
        let index = 0;
        for (const row of log.rows()) {
          expect({ ...row, clientOrderId: fills[index]?.clientOrderId }).toEqual(fills[index]);
          index += 1;
        }
        expect(index).toBe(fills.length);
        for (const { id, fees, entries } of log.plainRows()) {
          const same = fills[fills.length - index];
          expect([id, fees, entries]).toEqual([same?.id, same?.fees, same?.entries]);
          index -= 1;
        }
      }),
    );
  });

  it('goes on beyond its first blocks', () => {
    const [sample] = fc.sample(fill, { numRuns: 1, seed: 7 });
    if (sample === undefined) throw new Error('a sample was asked for');
    const log = new FillLog();
    for (let number = 1; number <= 3000; number += 1) log.add({ ...sample, id: `f-${number}`, price: number });
    const fills = log.toArray(() => sample.clientOrderId);
    expect(fills.map(({ price }) => price)).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
    expect(fills[2999]?.receipt).toEqual(sample.receipt);
  });
});

const signal: fc.Arbitrary<Signal> = fc.record(
  {
    id: fc.integer({ min: 1, max: 1e9 }).map((number) => `s-${number}`),
    instanceId: text,
    symbolId: fc.nat(65_535),
    time: positive,
    intent: fc.constantFrom('enterLong' as const, 'enterShort' as const, 'exit' as const, 'target' as const),
    target: fc.record({ kind: fc.constantFrom('weight' as const, 'shares' as const), value: amount }),
    orderType: fc.constantFrom('market' as const, 'limit' as const, 'stop' as const),
    timeInForce: fc.constantFrom('day' as const, 'gtc' as const, 'cls' as const),
    limitPrice: positive,
    stopPrice: positive,
    reason: text,
  },
  { requiredKeys: ['id', 'instanceId', 'symbolId', 'time', 'intent', 'orderType', 'timeInForce', 'reason'] },
);

const figures = fc
  .array(fc.oneof(amount, fc.constant(Infinity)), { minLength: RISK_CHECKS.length, maxLength: RISK_CHECKS.length })
  .map((values) => Float64Array.from(values));

const decision: fc.Arbitrary<RiskDecision> = fc.record({
  outcome: fc.constantFrom('allow' as const, 'shrink' as const, 'deny' as const),
  reason: fc.option(fc.constantFrom(...(Object.keys(DENIAL_REASONS) as DenialReason[])), { nil: undefined }),
  requestedQuantity: positive,
  quantity: positive,
  answers: fc
    .array(fc.nat(3), { minLength: RISK_CHECKS.length, maxLength: RISK_CHECKS.length })
    .map((values) => Uint8Array.from(values)),
  measured: figures,
  limits: figures,
});

describe('SignalLog', () => {
  it('gives back every signal with its decision, and counts the denials', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(signal, decision, fc.nat(9)), { maxLength: 20 }), (records) => {
        const log = new SignalLog();
        const orderOf = (number: number) => (number === 0 ? undefined : ({ id: `o-${number}` } as Order));
        for (const [one, answer, order] of records) log.add(one, answer, orderOf(order));
        expect(log.length).toBe(records.length);
        records.forEach(([one, answer, order], index) => {
          expect(log.at(index)).toEqual({ signal: one, decision: answer, orderId: orderOf(order)?.id });
        });
        expect(log.at(records.length)).toBeUndefined();
        const denied = records.filter(([, { reason }]) => reason !== undefined).length;
        expect([...log.denials.values()].reduce((sum, count) => sum + count, 0)).toBe(denied);
      }),
    );
  });
});
