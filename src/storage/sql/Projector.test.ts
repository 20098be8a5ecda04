import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fill } from '../../domain/fill.js';
import type { Order } from '../../domain/order.js';
import type { Position } from '../../domain/position.js';
import type { Receipt } from '../../domain/receipt.js';
import { RISK_CHECKS } from '../../domain/risk.js';
import type { RiskDecision } from '../../domain/risk.js';
import type { SessionConfig } from '../../domain/session.js';
import { SHARE } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { openDatabase } from './database.js';
import type { SqlDatabase } from './database.js';
import type { ProjectionEvent, ProjectionRecord } from './projection.js';
import { Projector } from './Projector.js';
import { PROJECTION_TABLES } from './schema.js';

const SESSION: SessionConfig = {
  sessionId: 'session-1',
  feed: 'sim',
  symbols: ['AAA', 'BBB'],
  priceScale: 1_000_000,
  accountId: 'paper',
  startingCash: 100_000_000_000,
  preset: 'realistic',
  feePlan: 'none',
  seed: 1,
  startTime: 1_700_000_000_000_000,
  limits: {},
  strategies: [],
};

let database: SqlDatabase;
let projector: Projector;

beforeEach(async () => {
  database = await openDatabase(':memory:');
  projector = new Projector(database, SESSION);
});
afterEach(() => database.destroy());

/** All projection tables as they are, for comparison. */
async function tables(of: SqlDatabase = database): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of PROJECTION_TABLES) {
    const rows = await of.selectFrom(table).selectAll().execute();
    found[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}

function order(number: number, change: Partial<Order> = {}): Order {
  return {
    id: `o-${number}`,
    clientOrderId: `c-${number}`,
    accountId: 'paper',
    symbolId: number % 2,
    side: 'buy',
    type: 'limit',
    timeInForce: 'day',
    quantity: 10 * SHARE,
    limitPrice: 101_250_000,
    extendedHours: false,
    source: number % 3 === 0 ? { kind: 'manual', user: 'owner' } : { kind: 'strategy', instanceId: 'sma' },
    reason: 'because',
    status: 'accepted',
    createdAt: SESSION.startTime + number,
    updatedAt: SESSION.startTime + number,
    filledQuantity: 0,
    filledNotional: 0,
    ...change,
  };
}

function decision(outcome: RiskDecision['outcome']): RiskDecision {
  const answers = new Uint8Array(RISK_CHECKS.length).fill(1);
  const limits = new Float64Array(RISK_CHECKS.length).fill(Infinity);
  return {
    outcome,
    reason: outcome === 'deny' ? 'KILL_SWITCH' : undefined,
    requestedQuantity: 10 * SHARE,
    quantity: outcome === 'deny' ? 0 : 10 * SHARE,
    answers,
    measured: new Float64Array(RISK_CHECKS.length),
    limits,
  };
}

function fill(number: number): Fill {
  const amount = 1_012_500_000;
  const symbolId = number % 2;
  return {
    id: `f-${number}`,
    orderId: `o-${number}`,
    clientOrderId: `c-${number}`,
    accountId: 'paper',
    symbolId,
    side: 'buy',
    quantity: 10 * SHARE,
    price: 101_250_000,
    time: SESSION.startTime + number,
    reportTime: SESSION.startTime + number,
    liquidity: 'taker',
    fees: [{ kind: 'commission', amount: 1_000_000 }],
    entries: [
      { accountId: 'paper', account: 'position', symbolId, amount, quantity: 10 * SHARE },
      { accountId: 'paper', account: 'cash', symbolId: -1, amount: -amount - 1_000_000, quantity: 0 },
      { accountId: 'paper', account: 'fee:commission', symbolId: -1, amount: 1_000_000, quantity: 0 },
    ],
    receipt: { basis: 'nbbo', rule: 'far-side' } as Receipt,
  };
}

function position(number: number): Position {
  return {
    owner: number % 3 === 0 ? 'manual' : 'sma',
    symbolId: number % 2,
    quantity: number * SHARE,
    averagePrice: 101_250_000,
    realisedPnl: number,
    unrealisedPnl: 0,
    fees: number,
    openedAt: SESSION.startTime,
  };
}

/** A session's events of any kind, each order, fill and signal with an id of its own. */
const eventArbitrary: fc.Arbitrary<readonly ProjectionEvent[]> = fc
  .array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 })
  .map((kinds) => [{ type: 'session', config: SESSION } as const, ...kinds.map((kind, index) => eventOf(kind, index))]);

function eventOf(kind: number, index: number): ProjectionEvent {
  const time = SESSION.startTime + index;
  switch (kind) {
    case 0:
      return { type: 'order', order: order(index), decision: decision('allow') };
    case 1:
      return { type: 'order', order: order(index % 5, { status: 'canceled', updatedAt: time }), decision: undefined };
    case 2:
      return { type: 'fill', fill: fill(index), position: position(index) };
    case 3: {
      const signal = {
        id: `s-${index}`,
        instanceId: 'sma',
        symbolId: 0,
        time,
        intent: 'enterLong',
        orderType: 'market',
        timeInForce: 'day',
        reason: 'crossed',
      } as const;
      return { type: 'signal', signal, decision: decision('deny'), orderId: undefined };
    }
    case 4:
      return { type: 'killSwitch', time, on: index % 2 === 0, reason: 'drill', user: 'owner' };
    case 5: {
      const config = {
        instanceId: 'sma',
        strategy: 'sma-cross',
        symbols: ['AAA'],
        timeframe: '1m',
        params: {},
        allocation: 1,
      } as const;
      return { type: 'strategy', time, config, state: 'running', error: undefined };
    }
    default:
      return { type: 'equity', time, equity: 100_000_000_000 + index, cash: 50_000_000_000 };
  }
}

/** Tape numbers with gaps, as market data between decisions leaves them. */
function numbered(events: readonly ProjectionEvent[]): ProjectionRecord[] {
  return events.map((event, index) => ({ seq: 3 + index * 7, event }));
}

describe('I-22 the tables are those of applied_seq', () => {
  test('in any portions, with repeats after a restart, and rebuilt from the start: the same tables', async () => {
    await fc.assert(
      fc.asyncProperty(eventArbitrary, fc.array(fc.nat({ max: 40 }), { maxLength: 4 }), async (events, cuts) => {
        const records = numbered(events);
        const databases = await Promise.all([0, 1, 2].map(() => openDatabase(':memory:')));
        const [whole, parts, rebuilt] = databases.map((one) => new Projector(one, SESSION));
        await whole?.apply(records);
        for (const cut of [...cuts].sort((a, b) => a - b)) await parts?.apply(records.slice(0, cut));
        await parts?.apply(records);
        await parts?.apply(records);
        await rebuilt?.apply(records.slice(0, 5));
        const last = await rebuilt?.rebuild(records);
        expect(last).toBe(records.at(-1)?.seq);
        const [first, second, third] = await Promise.all(databases.map((one) => tables(one)));
        expect(second).toEqual(first);
        expect(third).toEqual(first);
        await Promise.all(databases.map((one) => one.destroy()));
      }),
      { numRuns: 25 },
    );
  });

  test('a record that cannot be written leaves neither rows nor a number', async () => {
    await projector.apply(numbered([{ type: 'session', config: SESSION }]));
    const before = await tables();
    const twice: ProjectionEvent = { type: 'fill', fill: fill(1), position: position(1) };
    const records = [
      { seq: 20, event: { type: 'order', order: order(1), decision: undefined } as const },
      { seq: 21, event: twice },
      { seq: 22, event: twice },
    ];
    await expect(projector.apply(records)).rejects.toThrow(/UNIQUE/);
    expect(await tables()).toEqual(before);
    expect(await projector.appliedSeq()).toBe(3);
  });

  test('records out of order are a programmer’s error', async () => {
    const [first, second] = numbered([eventOf(6, 0), eventOf(6, 1)]);
    await expect(projector.apply([required(second, 'a record'), required(first, 'a record')])).rejects.toThrow(
      /out of order/,
    );
  });

  test('a rebuild of one session leaves the others alone', async () => {
    const other = new Projector(database, { ...SESSION, sessionId: 'session-2' });
    await other.apply(numbered([eventOf(0, 1), eventOf(2, 1)]));
    await projector.rebuild(numbered([eventOf(0, 1)]));
    expect(await other.appliedSeq()).toBe(10);
    expect(await database.selectFrom('orders').selectAll().execute()).toHaveLength(2);
  });
});

test('ledger entries of every record sum to zero (I-01), also in SQL', async () => {
  await projector.apply(numbered([eventOf(2, 1), eventOf(2, 2), eventOf(2, 3)]));
  const sums = await database
    .selectFrom('ledger_entries')
    .select(({ fn }) => ['applied_seq', fn.sum<number>('amount').as('sum')])
    .groupBy('applied_seq')
    .execute();
  expect(sums.map((row) => row.sum)).toEqual([0, 0, 0]);
});

test('amounts up to 2^53 come back exactly', async () => {
  const quantity = Number.MAX_SAFE_INTEGER;
  await projector.apply(numbered([{ type: 'order', order: order(1, { quantity }), decision: undefined }]));
  const row = await database.selectFrom('orders').select(['quantity', 'limit_price', 'stop_price']).executeTakeFirst();
  expect(row).toEqual({ quantity, limit_price: 101_250_000, stop_price: null });
});

test('S54 text of any kind is data, never SQL', async () => {
  const reason = `'); drop table orders; -- \u0000 "%_`;
  await projector.apply(numbered([{ type: 'order', order: order(1, { reason }), decision: undefined }]));
  const row = await database.selectFrom('orders').select('reason').executeTakeFirst();
  expect(row?.reason).toBe(reason.replace('\u0000', '\uFFFD'));
});
