/**
 * Accounts of the desk in a live session: beside strategies and a person's orders, cut at every moment by a kill, and
 * verified from the tape. Events alone bring accounts and orders back, with the same ids and the same books.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { DOLLAR, parseDecimal, SHARE } from '../../src/domain/units.js';
import type { DeskOrder, VenueRequest } from '../../src/domain/venueDesk.js';
import { bookSnapshot } from '../../src/exchange/snapshot.js';
import { isDeskEvent } from '../../src/domain/venueEvents.js';
import type { ClosedDeskTrades } from '../../src/host/DeskTrades.js';
import { lastWorking } from '../../src/host/readTape.js';
import type { DeskMark, PlacedRecord } from '../../src/host/tapeRecords.js';
import { required } from '../../src/utils/assert.js';
import { soakCount } from '../soak.js';
import { at, PLAN } from '../support/sessionPlans.js';
import { SessionRig, type RigPlan, type TimedCommand } from '../support/sessionRig.js';
import type { SimulatedDisk } from './simulatedDisk.js';

/** Symbol ids of the rig's market. */
const VEGA = symbolId('VEGA');
const JOLT = symbolId('JOLT');

function symbolId(name: string): number {
  return new SessionRig({ strategies: [], commands: [] }).session.units.symbols.indexOf(name);
}

function request(minute: number, accountId: string, asked: VenueRequest): TimedCommand {
  return at(minute, { type: 'venue', user: 'robot', accountId, request: asked });
}

function submit(minute: number, accountId: string, clientOrderId: string, more: Partial<DeskOrder>): TimedCommand {
  return request(minute, accountId, {
    type: 'submit',
    order: {
      clientOrderId,
      symbolId: VEGA,
      side: 'buy',
      type: 'market',
      timeInForce: 'day',
      quantity: 60 * SHARE,
      extendedHours: false,
      orderClass: 'simple',
      legs: [],
      ...more,
    },
  });
}

const margin = { kind: 'margin', startingCash: 50_000 * DOLLAR, owner: 'robot' } as const;
const DESK: readonly TimedCommand[] = [
  request(1, 'a', { type: 'openAccount', terms: margin }),
  request(1, 'b', { type: 'openAccount', terms: { ...margin, kind: 'cash', preset: 'strict' } }),
  submit(3, 'a', 'early', {}),
  submit(11, 'a', 'one', { quantity: 300 * SHARE }),
  submit(11, 'b', 'one', { quantity: 200 * SHARE }),
  submit(12, 'a', 'two', { symbolId: JOLT, quantity: 500 * SHARE }),
  request(12, 'a', { type: 'inject', injection: { kind: 'delayNext', count: 1, micros: 90_000_000 } }),
  submit(13, 'a', 'late', { symbolId: JOLT, type: 'limit', limitPrice: 1 * DOLLAR, timeInForce: 'gtc' }),
  submit(13, 'a', 'out', { side: 'sell', type: 'limit', limitPrice: 80 * DOLLAR, quantity: 100 * SHARE }),
  submit(14, 'b', 'refused', { quantity: 5_000_000 * SHARE }),
  request(16, 'a', { type: 'cancelAll' }),
  request(17, 'a', { type: 'inject', injection: { kind: 'bust', fillId: 'f-404' } }),
  request(18, 'a', { type: 'closePosition', symbolId: VEGA, clientOrderId: 'half', part: { ppm: 500_000 } }),
  request(22, 'b', { type: 'resetAccount', startingCash: 20_000 * DOLLAR }),
  submit(24, 'b', 'again', { quantity: 10 * SHARE }),
  request(27, 'a', { type: 'closeAllPositions', clientOrderIdPrefix: 'all-', cancelOrders: true }),
  request(33, 'c', { type: 'openAccount', terms: margin }),
];
const plan: RigPlan = {
  ...PLAN,
  commands: [...PLAN.commands, ...DESK].sort((one, other) => one.time - other.time),
};

/** As a tape keeps it. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function outcome(rig: SessionRig): unknown {
  const { venue, kernel } = rig.session.composed;
  const accounts = venue.deskAccounts().map((accountId) => ({
    state: venue.accountState(accountId, kernel.now),
    orders: venue.deskOrders(accountId),
    books: bookSnapshot(venue.desk.accounts.get(accountId)?.exchange.book ?? venue.exchange.book),
  }));
  return {
    ...rig.outcome(),
    accounts: json(accounts),
    trades: json(rig.session.trades.desk.takeClosed()),
    marks: rig.records('deskEquity').map(({ time, accounts: of }) => ({ time, of })),
  };
}

const undisturbed = new SessionRig(plan);

const cuts: SimulatedDisk[] = [];
let expected: unknown;

beforeAll(() => {
  undisturbed.run({ check: true, afterStep: () => cuts.push(undisturbed.disk.copy()) });
  expected = outcome(undisturbed);
}, 300_000);

describe('the desk in a session', () => {
  it('is worth cutting: accounts fill, wait, are canceled, reset and refused, and the tape is verified', () => {
    expect(expected).toMatchObject({ verified: true });
    const events = undisturbed.records('venue').map(({ event }) => event);
    const desk = events.filter((event) => isDeskEvent(event, 'paper'));
    const types = new Set(desk.map(({ type }) => type));
    for (const type of [
      'accountOpened',
      'accountReset',
      'entered',
      'accepted',
      'filled',
      'canceled',
      'injected',
    ] as const) {
      expect(types).toContain(type);
    }
    const ids = desk.flatMap((event) => (event.type === 'entered' ? [event.orderId] : []));
    expect(ids).toEqual(ids.map((_, index) => `v-${index + 1}`));
    const fills = events.flatMap((event) => (event.type === 'filled' ? [event.fill.id] : []));
    expect(new Set(fills).size).toBe(fills.length);
    const answers = undisturbed.records('result').flatMap(({ result }) => (result.ok ? [result.answer] : []));
    expect(answers).toContainEqual(expect.objectContaining({ ok: false }));
  });

  it('is marked once a minute and around what replaces its money, and its closed trades are kept', () => {
    const { marks, trades } = expected as {
      readonly marks: readonly { readonly time: number; readonly of: readonly DeskMark[] }[];
      readonly trades: readonly ClosedDeskTrades[];
    };
    const reset = undisturbed.records('venue').find(({ event }) => event.type === 'accountReset');
    const around = marks.filter(({ time, of }) => time === reset?.now && of.length === 1);
    expect(around.map(({ of }) => of[0]?.cash === 20_000 * DOLLAR)).toEqual([false, true]);
    const minutes = undisturbed.records('equity').map(({ time }) => time);
    const whole = marks.filter(({ of }) => of.length > 1).map(({ time }) => time);
    expect(minutes).toEqual(expect.arrayContaining(whole));
    expect(whole.length).toBeGreaterThan(minutes.length - 5);
    const { cash, equity } = required(
      marks.at(-1)?.of.find(({ accountId }) => accountId === 'a'),
      'the last mark',
    );
    const own = trades.filter(({ accountId }) => accountId === 'a').flatMap((closed) => closed.trades);
    // It is flat: what came of it is what came of its trades, to the micro-dollar.
    expect(own.reduce((sum, { pnl }) => sum + required(parseDecimal(pnl, DOLLAR), pnl), 0)).toBe(
      cash - 50_000 * DOLLAR,
    );
    expect(equity).toBe(cash);
  });

  it('leaves the engine’s account as it is without the desk', () => {
    const alone = new SessionRig(PLAN).run();
    const { books, positions } = undisturbed.outcome();
    const bookOf = (text: string): unknown => {
      const book = JSON.parse(text.replaceAll(/"f-\d+"/g, '"f"')) as { accounts: unknown };
      return book.accounts;
    };
    expect(bookOf(books)).toEqual(bookOf(alone.outcome().books));
    expect(JSON.parse(positions)).toEqual(JSON.parse(alone.outcome().positions));
  });

  it('I-20: the changes on the tape come to what the venue holds, group by group, also when it goes on', () => {
    let groups = 0;
    let changes = 0;
    const check = (rig: SessionRig): void => {
      let seen = rig.durable.length;
      const before = rig.recovered;
      rig.run({
        afterStep: () => {
          if (rig.durable.length === seen) return;
          seen = rig.durable.length;
          groups += 1;
          const records = json([...before, ...rig.durable]) as readonly PlacedRecord[];
          expect(lastWorking(records)).toEqual(json(rig.session.composed.venue.workingState()));
        },
      });
      changes += rig.records('position').filter(({ workingChange }) => workingChange !== undefined).length;
    };
    check(new SessionRig(plan));
    check(new SessionRig(plan, required(cuts[15], 'a disk').copy()));
    expect([groups > 40, changes > 40]).toEqual([true, true]);
  });

  it('F01, K1, I-15: goes on after a kill at every step as if nothing had happened', () => {
    for (const [step, disk] of cuts.entries()) {
      if (step % soakCount(4, 1) !== 0) continue;
      expect({ step, outcome: outcome(new SessionRig(plan, disk).run()) }).toEqual({ step, outcome: expected });
    }
  }, 300_000);
});
