import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { ProjectionRecord } from '../storage/sql/projection.js';
import { DeskRig } from '../exchange/testing/DeskRig.js';
import { ProjectionFeed } from './ProjectionFeed.js';
import type { PlacedRecord } from './tapeRecords.js';

/** A record that has a row. */
const equity = (seq: number): PlacedRecord => ({
  seq,
  record: { type: 'equity', at: seq, time: seq, equity: 5, cash: 5 },
});
/** One that has none. */
const silent = (seq: number): PlacedRecord => ({
  seq,
  record: { type: 'log', at: seq, time: seq, instanceId: 'sma', text: 'nothing happens' },
});

/** A feed whose database is a list of transactions. */
class Rig {
  readonly clock = new ManualClock();
  readonly transactions: number[][] = [];
  readonly faults: unknown[] = [];
  fault: Error | undefined;
  readonly feed = new ProjectionFeed(
    {
      apply: async (records: readonly ProjectionRecord[]) => {
        if (this.fault !== undefined) throw this.fault;
        this.transactions.push(records.map(({ seq }) => seq));
        return records.length;
      },
    },
    (error) => this.faults.push(error),
    this.clock,
  );
}

describe('ProjectionFeed', () => {
  it('goes on after records that have no rows', async () => {
    const { feed, transactions } = new Rig();
    feed.push([silent(1)]);
    await feed.settled();
    feed.push([equity(2)]);
    await feed.settled();
    expect(transactions).toEqual([[2]]);
  });

  it('gathers what comes within a moment into one transaction, and waits no longer', async () => {
    const { feed, clock, transactions } = new Rig();
    feed.push([equity(1)]);
    clock.advance(100);
    feed.push([equity(2), silent(3)]);
    feed.push([equity(4)]);
    expect(transactions).toEqual([]);
    clock.advance(100);
    expect(transactions).toEqual([[1, 2, 4]]);
  });

  it('does not wait for a moment to pass when it is asked to settle, or when much has come', async () => {
    const { feed, transactions } = new Rig();
    feed.push([equity(1)]);
    await feed.settled();
    expect(transactions).toEqual([[1]]);
    feed.push(Array.from({ length: 2_500 }, (_, index) => equity(2 + index)));
    await feed.settled();
    const rest = transactions.slice(1);
    expect(rest.flat()).toEqual(Array.from({ length: 2_500 }, (_, index) => 2 + index));
    // Whoever else writes waits for one of these at most.
    expect(Math.max(...rest.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  });

  it('tells what was booked in the engine’s account, by what it was', async () => {
    const told: ProjectionRecord[] = [];
    const target = { apply: (records: readonly ProjectionRecord[]) => Promise.resolve(told.push(...records)) };
    const feed = new ProjectionFeed(target, () => undefined, new ManualClock());
    const { config } = new DeskRig();
    const accountId = config.accountId;
    const entries = [
      { accountId, account: 'cash', symbolId: -1, amount: 150, quantity: 0 },
      { accountId, account: 'dividendsAccrued', symbolId: -1, amount: -150, quantity: 0 },
    ] as const;
    const identity = { engineVersion: '', node: '', v8: '', strategies: {} };
    const market = { kind: 'simulated', version: 1, seed: 1, date: '2013-10-07', openingPrices: [] } as const;
    const event = { type: 'booked', accountId, time: 9, kind: 'dividendPaid', symbolId: 0, entries, note: '' } as const;
    feed.push([
      { seq: 1, record: { type: 'session', config, market, identity, carried: null } },
      { seq: 2, record: { type: 'venue', at: 0, point: 0, now: 9, event } },
      // A corporate action is told of an account that does not hold the symbol too.
      { seq: 3, record: { type: 'venue', at: 0, point: 0, now: 9, event: { ...event, entries: [] } } },
    ]);
    await feed.settled();
    expect(told.map(({ event: of }) => of)).toEqual([
      { type: 'session', config, desk: [] },
      { type: 'ledger', time: 9, entries, booking: 'dividendPaid' },
    ]);
  });

  it('I-22: leaves no gap: once the database has refused, nothing later is told either', async () => {
    const rig = new Rig();
    rig.fault = new Error('full');
    rig.feed.push([equity(1)]);
    await rig.feed.settled();
    rig.fault = undefined;
    rig.feed.push([equity(2)]);
    await rig.feed.settled();
    expect(rig.faults).toHaveLength(1);
    expect(rig.transactions).toEqual([]);
  });
});
