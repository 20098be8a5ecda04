import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { BARE_DAY, order } from '../../test/support/sessionPlans.js';
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { Command } from '../domain/commands.js';
import { SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { openDatabase, type SqlDatabase } from '../storage/sql/database.js';
import { required } from '../utils/assert.js';
import { ProjectionWorker } from './ProjectionWorker.js';
import { tapeDirectory } from './tapeNames.js';
import { readTape } from './readTape.js';
import type { SessionPlan } from './sessionPlan.js';
import { SessionWorker } from './SessionWorker.js';

const OPEN = required(sessionOf(parseDate('2026-11-23')), 'the session').open;
const PLAN: SessionPlan = { ...BARE_DAY, startAt: OPEN + 10 * SECOND };
const SESSION = 'sim-2026-11-23-0001';

/** Runs a session on the disk, gives commands a second apart, and stops it; groups go to the projections. */
async function run(
  dataDir: string,
  projections: Pick<ProjectionWorker, 'take'>,
  commands: readonly Command[],
  more: Partial<SessionPlan> = {},
): Promise<void> {
  const clock = new ManualClock();
  const worker = new SessionWorker(
    { ...PLAN, dataDir, ...more },
    {
      clock,
      tools: {
        fs: nodeFileSystem,
        history: () => {
          throw new Error('a simulated market needs no history');
        },
        // The log goes on using its bytes.
        onGroup: (bytes) => projections.take(bytes.slice()),
      },
      post: () => undefined,
      beat: () => undefined,
      defer: (callback) => callback(),
    },
  );
  await worker.start();
  for (const [id, args] of commands.entries()) {
    await worker.handle({ id, method: 'command', args });
    clock.advance(1_000);
  }
  await worker.handle({ id: 99, method: 'stop', args: null });
}

async function statuses(database: SqlDatabase): Promise<Map<string, string>> {
  const rows = await database
    .selectFrom('orders')
    .select(['order_id', 'status'])
    .where('session_id', '=', SESSION)
    .execute();
  return new Map(rows.map((row) => [row.order_id, row.status]));
}

function onTape(dataDir: string): Map<string, string> {
  const { records } = readTape(nodeFileSystem, tapeDirectory(dataDir, SESSION));
  return new Map(
    records.flatMap(({ record }) => (record.type === 'order' ? [[record.order.id, record.order.status]] : [])),
  );
}

describe('ProjectionWorker', () => {
  it('I-22, F01: tells what a kill kept from the tables when the next session begins a tape', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'papertape-projections-'));
    const database = await openDatabase(':memory:');
    const faults: unknown[] = [];
    const killed = new ProjectionWorker(database, new ManualClock(), (error) => faults.push(error));
    let groups = 0;
    // Of what became durable last nothing arrives: it was still being gathered.
    const early = {
      take: (bytes: Uint8Array): void => {
        groups += 1;
        if (groups <= 2) killed.take(bytes);
      },
    };
    await run(dataDir, early, [order('VEGA', 'buy', {}), order('JOLT', 'buy', {})]);
    await killed.settled();
    expect(await statuses(database)).not.toEqual(onTape(dataDir));
    const next = new ProjectionWorker(database, new ManualClock(), (error) => faults.push(error));
    await run(dataDir, next, [], { fresh: true });
    await next.settled();
    expect(await statuses(database)).toEqual(onTape(dataDir));
    expect(faults).toEqual([]);
    await next.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('I-22: the tables say what the tape says, also when a session goes on and tells its tape again', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'papertape-projections-'));
    const database = await openDatabase(':memory:');
    const faults: unknown[] = [];
    const rest = order('VEGA', 'buy', { orderType: 'limit', limitPrice: 40 * DOLLAR });
    const first = new ProjectionWorker(database, new ManualClock(), (error) => faults.push(error));
    await run(dataDir, first, [rest, order('VEGA', 'buy', {})]);
    await first.settled();
    expect(await statuses(database)).toEqual(onTape(dataDir));
    expect([...onTape(dataDir).values()].sort()).toEqual(['accepted', 'filled']);

    const second = new ProjectionWorker(database, new ManualClock(), (error) => faults.push(error));
    await run(dataDir, second, [{ type: 'cancelAllOrders', user: 'owner' }, order('VEGA', 'sell', {})]);
    await second.settled();
    expect(await statuses(database)).toEqual(onTape(dataDir));
    expect([...onTape(dataDir).values()].sort()).toEqual(['canceled', 'filled', 'filled']);
    expect(faults).toEqual([]);
    await second.stop();
    rmSync(dataDir, { recursive: true });
  });
});
