/**
 * Sessions meet broken disks, damaged tapes, other time zones and random commands; what they come to is compared
 * with an undisturbed run, and the SQL projections with the tape.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/commands.js';
import type { GroupTerms } from '../../src/domain/order.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import { ProjectionFeed } from '../../src/host/ProjectionFeed.js';
import type { PlacedRecord } from '../../src/host/tapeRecords.js';
import { openDatabase, type SqlDatabase } from '../../src/storage/sql/database.js';
import type { ProjectionRecord } from '../../src/storage/sql/projection.js';
import { Projector } from '../../src/storage/sql/Projector.js';
import { PROJECTION_TABLES } from '../../src/storage/sql/schema.js';
import { required } from '../../src/utils/assert.js';
import { soakCount } from '../soak.js';
import { ManualClock } from '../support/ManualClock.js';
import { at, order, PLAN } from '../support/sessionPlans.js';
import { RIG_START, SessionRig, verifyRig, type RigPlan, type TimedCommand } from '../support/sessionRig.js';
import { faultOf } from './eventLogFixture.js';
import { randomFrom, SimulatedDisk } from './simulatedDisk.js';

const undisturbed = new SessionRig(PLAN);
let expected: ReturnType<SessionRig['outcome']>;
/** The disk in the middle of the session, and one step before. */
let halfway: SimulatedDisk;
let earlier: SimulatedDisk;

beforeAll(() => {
  undisturbed.run({
    afterStep: (step) => {
      if (step === 19) earlier = undisturbed.disk.copy();
      if (step === 20) halfway = undisturbed.disk.copy();
    },
  });
  expected = undisturbed.outcome();
}, 300_000);

/** The decision log's path. */
function decisions(disk: SimulatedDisk): string {
  return required(
    disk.paths().find((path) => path.includes('decisions-')),
    'a decision log',
  );
}

/** Where the last written byte is; the reserve behind it is zeros. */
function endOfData(content: Uint8Array): number {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end -= 1;
  return end;
}

/** A copy of the disk with the decision log changed. */
function changed(disk: SimulatedDisk, change: (content: Uint8Array) => Uint8Array): SimulatedDisk {
  const copy = disk.copy();
  copy.put(decisions(disk), change(required(disk.read(decisions(disk)), 'the decision log')));
  return copy;
}

describe('random commands, cut at a random call of the disk', () => {
  const symbol = fc.constantFrom('VEGA', 'JOLT', 'RUSK', 'AURX', 'NOSUCH');
  const side = fc.constantFrom('buy' as const, 'sell' as const);
  const shares = fc.integer({ min: 1, max: 500 });
  const price = fc.integer({ min: 4_000, max: 6_000 });
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(symbol, side, shares).map(([s, d, n]) => order(s, d, { quantity: n * SHARE })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(symbol, side, price, fc.constantFrom('day' as const, 'gtc' as const, 'ioc' as const))
        .map(([s, d, cents, timeInForce]) =>
          order(s, d, { orderType: 'limit', limitPrice: (cents * DOLLAR) / 100, timeInForce }),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(symbol, side, price)
        .map(([s, d, cents]) => order(s, d, { orderType: 'stop', stopPrice: (cents * DOLLAR) / 100 })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(symbol, side, price, shares, fc.nat(5)).map(([s, d, cents, n, kind]) => {
        const at = (offset: number): number => ((cents + (d === 'buy' ? offset : -offset)) * DOLLAR) / 100;
        const exits: GroupTerms['exits'] = [
          { role: 'takeProfit', type: 'limit', limitPrice: at(30) },
          { role: 'stopLoss', type: 'stop', stopPrice: at(-30) },
        ];
        const kinds: readonly Parameters<typeof order>[2][] = [
          { orderType: 'stop_limit', stopPrice: at(0), limitPrice: at(10) },
          { orderType: 'trailing_stop', trail: { kind: 'percent', ppm: 5_000 } },
          { quantity: 0, notional: n * 7 * DOLLAR },
          { orderType: 'limit', limitPrice: at(0), group: { orderClass: 'bracket', exits } },
          { group: { orderClass: 'oto', exits: exits.slice(1) } },
          { orderType: 'limit', limitPrice: at(0), timeInForce: 'fok' },
        ];
        return order(s, d, { quantity: (n % 60) * SHARE + SHARE, ...kinds[kind] });
      }),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(10_000), price).map(([n, id, cents]): Command => ({
        type: 'replaceOrder',
        user: 'owner',
        orderId: `o-${n}`,
        clientOrderId: `changed-${id}`,
        changes: { limitPrice: (cents * DOLLAR) / 100 },
      })),
    },
    { weight: 1, arbitrary: fc.constant<Command>({ type: 'cancelAllOrders', user: 'owner' }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 9 }).map((n) => cancelOf(`o-${n}`)) },
    { weight: 1, arbitrary: symbol.map((s): Command => ({ type: 'closePosition', user: 'owner', symbol: s })) },
    {
      weight: 1,
      arbitrary: fc.boolean().map((on): Command => ({
        type: 'killSwitch',
        user: 'owner',
        on,
        flatten: on,
        reason: 'drill',
      })),
    },
  );
  const commands = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 39 }), command), { minLength: 5, maxLength: 25 })
    .map((list): TimedCommand[] => list.sort(([a], [b]) => a - b).map(([minute, what]) => at(minute, what)));

  it(
    'F01, F14, I-14, I-15, I-20: loses and doubles nothing, and decides as if never cut',
    () => {
      fc.assert(
        fc.property(commands, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (list, place, seed) => {
          const plan: RigPlan = { strategies: PLAN.strategies, commands: list };
          const whole = new SessionRig(plan);
          const callsToOpen = whole.disk.calls.length;
          whole.run({ check: true });
          const calls = whole.disk.calls.length - callsToOpen;
          const wanted = whole.outcome();
          expect(wanted.verified).toBe(true);

          const rig = new SessionRig(plan);
          const cutAt = callsToOpen + 1 + Math.floor(place * (calls - 1));
          rig.disk.onCall = (_call, _path, count) => {
            if (count >= cutAt) throw SimulatedDisk.error('EIO');
          };
          expect(faultOf(() => rig.run())?.code).toMatch(/JOURNAL_SYNC_FAILED|STORAGE_READ_ONLY/);
          const told = rig.durable.map(({ seq, record }) => [seq, JSON.stringify(record)]);
          const again = new SessionRig(plan, rig.disk.afterPowerCut(randomFrom(seed)));
          const kept = again.recovered.map(({ seq, record }) => [seq, JSON.stringify(record)]);
          expect(kept.slice(0, told.length)).toEqual(told);
          expect(again.run({ check: true }).outcome()).toEqual(wanted);
        }),
        { numRuns: soakCount(5, 1_000), endOnFailure: true },
      );
    },
    soakCount(240_000, 3_600_000),
  );
});

function cancelOf(orderId: string): Command {
  return { type: 'cancelOrder', user: 'owner', orderId };
}

describe('a damaged tape', () => {
  it('F15: an unfinished last group is cut, whatever its length, and decided again', () => {
    const name = decisions(halfway);
    const [from, to] = [earlier, halfway].map((disk) => endOfData(required(disk.read(name), 'the log')));
    const random = randomFrom(15);
    for (let round = 0; round < soakCount(4, 200); round += 1) {
      const kept = (from ?? 0) + Math.floor(random() * ((to ?? 0) - (from ?? 0)));
      const torn = changed(halfway, (content) => content.fill(0, kept));
      // The group was written, but its acknowledgement was not: that is what a kill in between leaves.
      for (const path of torn.paths()) {
        const before = earlier.read(path);
        if (path.includes('ack') && before !== undefined) torn.put(path, before);
      }
      expect({ kept, ...new SessionRig(PLAN, torn).run().outcome() }).toEqual({ kept, ...expected });
    }
  });

  it('F18: a tail of zeros is no record', () => {
    const longer = changed(halfway, (content) => {
      const zeros = new Uint8Array(content.length + 8_192);
      zeros.set(content);
      return zeros;
    });
    expect(new SessionRig(PLAN, longer).run().outcome()).toEqual(expected);
  });

  it('F16: a flipped bit in the middle is refused with its place, and nothing is changed', () => {
    const end = endOfData(required(halfway.read(decisions(halfway)), 'the decision log'));
    const random = randomFrom(16);
    for (let round = 0; round < soakCount(12, 500); round += 1) {
      const place = 64 + Math.floor(random() * (end / 2));
      const flipped = changed(halfway, (content) => {
        content[place] = (content[place] ?? 0) ^ (1 << (round % 8));
        return content;
      });
      const before = required(flipped.read(decisions(flipped)), 'the decision log');
      const fault = faultOf(() => new SessionRig(PLAN, flipped));
      expect(fault?.code, `byte ${place}`).toBe('JOURNAL_CORRUPT');
      expect(fault?.message).toMatch(/seq=\d+ offset=\d+/);
      expect(Buffer.compare(required(flipped.read(decisions(flipped)), 'the decision log'), before)).toBe(0);
      expect(faultOf(() => verifyRig(PLAN, flipped))?.code).toBe('JOURNAL_CORRUPT');
    }
  });

  it('F17: a log whose segment is missing or swapped is refused by name', () => {
    const name = decisions(halfway);
    const swapped = halfway.copy();
    swapped.put(name.replace('000001', '000002'), required(halfway.read(name), 'the decision log'));
    expect(faultOf(() => new SessionRig(PLAN, swapped))?.code).toBe('JOURNAL_SEGMENT_MISSING');
    swapped.remove(name);
    expect(faultOf(() => new SessionRig(PLAN, swapped))?.code).toBe('JOURNAL_SEGMENT_MISSING');
  });
});

describe('a disk that fills up', () => {
  it('F19: the market stands still, cancels and the kill switch work, and it goes on by itself', () => {
    const rig = new SessionRig({ ...PLAN, commands: PLAN.commands.slice(0, 2) });
    for (let step = 0; step < 12; step += 1) rig.step();
    rig.disk.capacityBytes = rig.disk.usedBytes;
    for (let step = 0; step < 400 && !rig.session.halted; step += 1) rig.step();
    expect(rig.session.halted).toBe(true);
    const { kernel } = rig.session.composed;
    const stoodAt = kernel.now;
    rig.step();
    expect(kernel.now).toBe(stoodAt);

    expect(faultOf(() => rig.session.execute(order('VEGA', 'buy', {})))?.code).toBe('STORAGE_FULL');
    const open = kernel.manager.openOrders()[0];
    expect(open?.clientOrderId).toMatch(/^mine-/);
    expect(rig.session.execute(cancelOf(open?.id ?? ''))).toMatchObject({ ok: true });
    const killed = { type: 'killSwitch', user: 'owner', on: true, flatten: false, reason: 'full' } as const;
    expect(rig.session.execute(killed)).toMatchObject({ ok: true });
    // Both are durable, although the disk is full.
    const told = rig.records('command').map(({ command }) => command.type);
    expect(told.slice(-2)).toEqual(['cancelOrder', 'killSwitch']);

    rig.disk.capacityBytes = Infinity;
    rig.run({ check: true });
    expect(rig.session.halted).toBe(false);
    expect(rig.outcome().verified).toBe(true);
    expect(rig.records('order').filter(({ transition }) => transition === 'submit').length).toBeGreaterThan(0);
  });

  it('F21, F23: whatever call fails, nothing acknowledged is lost', () => {
    for (const [code, fault] of [
      ['EIO', 'JOURNAL_SYNC_FAILED'],
      ['EROFS', 'STORAGE_READ_ONLY'],
    ] as const) {
      for (let k = 1; k <= soakCount(21, 60); k += soakCount(10, 1)) {
        const rig = new SessionRig(PLAN);
        rig.disk.failAt(k, code, ['sync']);
        expect(faultOf(() => rig.run())?.code).toBe(fault);
        expect(new SessionRig(PLAN, rig.disk.afterPowerCut(randomFrom(k))).run().outcome()).toEqual(expected);
      }
    }
  });
});

describe('two processes', () => {
  const here = dirname(fileURLToPath(import.meta.url));
  // Below node_modules, so that the packages that the program leaves out are found.
  const program = resolve(here, `../../node_modules/.cache/papertape-test/sessionProcess-${process.pid}.mjs`);
  afterAll(() => {
    rmSync(program, { force: true });
  });

  it('I-21: give the same decisions, books and positions whatever the zone and the language', async () => {
    mkdirSync(dirname(program), { recursive: true });
    await build({
      entryPoints: [join(here, 'sessionProcess.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    for (const [zone, language] of [
      ['Asia/Kolkata', 'de_DE.UTF-8'],
      ['America/New_York', 'tr_TR.UTF-8'],
    ] as const) {
      const env = { PATH: process.env['PATH'] ?? '', TZ: zone, LANG: language, LC_ALL: language };
      const { stdout } = await promisify(execFile)(process.execPath, [program], { env, maxBuffer: 64 << 20 });
      expect({ zone, ...(JSON.parse(stdout) as object) }).toEqual({ zone, ...expected });
    }
  }, 300_000);
});

describe('the SQL projections', () => {
  // Its timers never end: whoever wants the tables asks the feed to settle.
  const clock = new ManualClock();

  /** All tables as texts. */
  async function tables(database: SqlDatabase): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const table of PROJECTION_TABLES) {
      const rows = await database.selectFrom(table).selectAll().execute();
      found[table] = rows.map((row) => JSON.stringify(row)).sort();
    }
    return found;
  }

  it('I-22: are the same however often told, interrupted or rebuilt, and say what the kernel says', async () => {
    const { header } = undisturbed.session;
    const all: PlacedRecord[] = [{ seq: 1, record: header }, ...undisturbed.durable];
    const fail = (error: unknown): never => {
      throw error;
    };
    const once = await openDatabase(':memory:');
    const feed = new ProjectionFeed(new Projector(once, header.config), fail, clock);
    feed.push(all);
    await feed.settled();
    const wanted = await tables(once);

    const often = await openDatabase(':memory:');
    const random = randomFrom(22);
    const projector = new Projector(often, header.config);
    let applied = 0;
    for (let life = 0; life < 6; life += 1) {
      // Every start tells the tape from its beginning.
      const again = new ProjectionFeed(projector, fail, clock);
      const upTo = life === 5 ? all.length : Math.floor(random() * all.length);
      for (let from = 0; from < upTo;) {
        const to = Math.min(upTo, from + 1 + Math.floor(random() * 300));
        again.push(all.slice(from, to));
        from = to;
        if (random() < 0.5) await again.settled();
      }
      await again.settled();
      const now = await projector.appliedSeq();
      expect(now).toBeGreaterThanOrEqual(applied);
      applied = now;
    }
    expect(await tables(often)).toEqual(wanted);

    const events: ProjectionRecord[] = [];
    const collector = new ProjectionFeed({ apply: (records) => Promise.resolve(events.push(...records)) }, fail, clock);
    collector.push(all);
    await collector.settled();
    await projector.rebuild(events);
    expect(await tables(often)).toEqual(wanted);

    const last = new Map(undisturbed.records('order').map(({ order: of }) => [of.id, of.status]));
    const rows = await often.selectFrom('orders').selectAll().execute();
    expect(new Map(rows.map((row) => [row.order_id, row.status]))).toEqual(last);
    await Promise.all([once.destroy(), often.destroy()]);
  });

  it('I-22: a database that refuses stops only the projections, and is told all at the next start', async () => {
    const { header } = undisturbed.session;
    const all: PlacedRecord[] = [{ seq: 1, record: header }, ...undisturbed.durable];
    const faults: unknown[] = [];
    const feed = new ProjectionFeed(
      { apply: () => Promise.reject(new Error('full')) },
      (error) => faults.push(error),
      clock,
    );
    feed.push(all);
    await feed.settled();
    expect(faults).toHaveLength(1);
  });
});

describe('the limit of orders per minute', () => {
  it('I-25: holds for commands by hand, and a minute later orders pass again', () => {
    const burst = Array.from({ length: 8 }, () => at(12, order('VEGA', 'buy', { quantity: SHARE })));
    const plan: RigPlan = {
      strategies: [],
      commands: [...burst, at(14, order('VEGA', 'buy', { quantity: SHARE }))],
      limits: { maxOrdersPerMinute: 5 },
    };
    const rig = new SessionRig(plan).run({ check: true });
    const answers = rig.records('result').map(({ result }) => (result.ok ? 'ok' : result.reason));
    const denied = 'MAX_ORDERS_PER_MINUTE';
    expect(answers).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', denied, denied, denied, 'ok']);
    expect(rig.records('command').every(({ time }) => time % MINUTE === RIG_START % MINUTE)).toBe(true);
  });
});
