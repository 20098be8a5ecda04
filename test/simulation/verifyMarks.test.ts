/**
 * What the accounts of a session are worth is on its tape once a minute; a verification reckons it again and tells the
 * first mark that is another one.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import type { VenueRequest } from '../../src/domain/venueDesk.js';
import type { TapeRecord } from '../../src/host/tapeRecords.js';
import { required } from '../../src/utils/assert.js';
import { at, PLAN } from '../support/sessionPlans.js';
import { retold, SessionRig, verifyRig, type RigPlan } from '../support/sessionRig.js';

const margin = { kind: 'margin', startingCash: 50_000 * DOLLAR, owner: 'robot' } as const;
const order = {
  clientOrderId: 'one',
  symbolId: 0,
  side: 'buy',
  type: 'market',
  timeInForce: 'day',
  quantity: 60 * SHARE,
  extendedHours: false,
  orderClass: 'simple',
  legs: [],
} as const;
const ask = (minute: number, accountId: string, request: VenueRequest): RigPlan['commands'][number] =>
  at(minute, { type: 'venue', user: 'robot', accountId, request });
const plan: RigPlan = {
  ...PLAN,
  shadowPresets: ['strict', 'optimistic'],
  commands: [
    ...PLAN.commands,
    ask(1, 'a', { type: 'openAccount', terms: margin }),
    ask(1, 'b', { type: 'openAccount', terms: margin }),
    ask(12, 'a', { type: 'submit', order }),
    ask(22, 'b', { type: 'resetAccount', startingCash: 20_000 * DOLLAR }),
  ].sort((one, other) => one.time - other.time),
};

type Mark = Extract<TapeRecord, { type: 'equity' | 'deskEquity' | 'shadowEquity' }>;

/** One micro-dollar more, or one account less. */
const WRONG: readonly (readonly [string, Mark['type'], (record: TapeRecord) => TapeRecord])[] = [
  ['equity of the session', 'equity', (mark) => (mark.type === 'equity' ? { ...mark, equity: mark.equity + 1 } : mark)],
  ['cash of the session', 'equity', (mark) => (mark.type === 'equity' ? { ...mark, cash: mark.cash - 1 } : mark)],
  [
    'equity of a desk account',
    'deskEquity',
    (mark) =>
      mark.type === 'deskEquity'
        ? { ...mark, accounts: mark.accounts.map((one, i) => (i > 0 ? one : { ...one, equity: one.equity + 1 })) }
        : mark,
  ],
  [
    'number of desk accounts',
    'deskEquity',
    (mark) => (mark.type === 'deskEquity' ? { ...mark, accounts: mark.accounts.slice(1) } : mark),
  ],
  [
    'name of a desk account',
    'deskEquity',
    (mark) =>
      mark.type === 'deskEquity'
        ? { ...mark, accounts: mark.accounts.map((one) => ({ ...one, accountId: 'nobody' })) }
        : mark,
  ],
  [
    'equity of a shadow account',
    'shadowEquity',
    (mark) => (mark.type === 'shadowEquity' ? { ...mark, equity: mark.equity.map((one) => one + 1) } : mark),
  ],
];

describe('a verification', () => {
  const rig = new SessionRig(plan);
  beforeAll(() => {
    rig.run();
  });

  it('counts the marks that came out equal, whole accounts and single ones', () => {
    const report = verifyRig(plan, rig.disk);
    expect(report).toMatchObject({ equal: true, difference: undefined });
    const { length: own } = rig.records('equity');
    const desk = rig.records('deskEquity');
    expect(own).toBeGreaterThan(30);
    expect(desk.some(({ accounts }) => accounts.length === 2)).toBe(true);
    expect(desk.filter(({ accounts }) => accounts.length === 1).length).toBeGreaterThan(3);
    expect(desk.some(({ accounts }) => accounts.some(({ equity, cash }) => equity !== cash))).toBe(true);
    expect(report.counts.equityMarks).toBe(own + desk.length + rig.records('shadowEquity').length);
  });

  it.each(WRONG)('tells of another %s', (_, type, change) => {
    const marks = rig.records(type);
    const wrong = required(marks[Math.floor(marks.length / 2)], 'a mark in the middle');
    const text = JSON.stringify(wrong);
    const disk = retold(rig.disk, (record) => (JSON.stringify(record) === text ? change(record) : record));
    const { equal, difference } = verifyRig(plan, disk);
    expect(equal).toBe(false);
    expect(difference?.seq).toBeGreaterThan(0);
    expect(difference?.time).toBe(wrong.time);
    expect(JSON.parse(difference?.recorded ?? '')).toEqual(change(wrong));
    expect(difference?.decided).not.toBe(difference?.recorded);
  });

  it('tells of a decision that was not made before it tells of the mark after it', () => {
    const invented = required(rig.records('signal')[0], 'a signal');
    const text = JSON.stringify(invented);
    const changed = { ...invented, signal: { ...invented.signal, reason: 'another' } };
    const disk = retold(rig.disk, (record) => (JSON.stringify(record) === text ? changed : record));
    const { difference } = verifyRig(plan, disk);
    expect(JSON.parse(difference?.recorded ?? '')).toEqual(changed);
  });
});
