import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { ProjectionRecord } from '../storage/sql/projection.js';
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
