/**
 * F19, long: the disk fills up in the middle of a plan, stays full, and gets room again. A stall may delay commands,
 * which then enter at other market times, so that a stalled session is compared with one to which the same commands
 * were given at the same market times and whose disk was never full.
 */
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR } from '../../src/domain/units.js';
import { soakCount } from '../soak.js';
import { at, order, PLAN } from '../support/sessionPlans.js';
import { RIG_END, SessionRig, type RigPlan } from '../support/sessionRig.js';
import { randomFrom, SimulatedDisk } from './simulatedDisk.js';

/** Commands in every minute around the stall, cancels among them. */
const BUSY: RigPlan = {
  ...PLAN,
  commands: Array.from({ length: 30 }, (_, minute) =>
    at(
      minute + 5,
      minute % 7 === 6
        ? { type: 'cancelAllOrders', user: 'owner' }
        : order(minute % 2 === 0 ? 'VEGA' : 'JOLT', minute % 3 === 2 ? 'sell' : 'buy', {}),
    ),
  ),
};

/** A program has an account, and another day follows. */
const WITH_ACCOUNT: RigPlan = {
  ...PLAN,
  commands: [
    at(1, {
      type: 'venue',
      user: 'robot',
      accountId: 'bot',
      request: { type: 'openAccount', terms: { kind: 'margin', startingCash: 50_000 * DOLLAR } },
    }),
  ],
  closingPrices: () => [],
};

/** Half a minute of real time: thirty times as long as the market may make up. */
const STALL_STEPS = 1_500;

interface StallOptions {
  readonly gaps?: boolean;
  readonly whileFull?: (rig: SessionRig) => SessionRig;
}

interface Stalled {
  readonly rig: SessionRig;
  /** Market time at which it stood, and the largest move of the market in one step after it. */
  readonly stoodAt: number;
  readonly largestMove: number;
}

/**
 * Runs a plan; after `step` steps the disk has only `room` bytes left for so long. With `gaps`, a little of that room
 * comes back now and then, so that the session goes on for moments. `whileFull` may cut the session.
 */
function runStalled(
  plan: RigPlan,
  step: number,
  room: number,
  { gaps = false, whileFull = (full) => full }: StallOptions = {},
): Stalled {
  let rig = new SessionRig(plan);
  for (let done = 0; done < step; done += 1) rig.step();
  rig.disk.capacityBytes = rig.disk.usedBytes + room;
  // The room that the log has taken ahead lets it go on for moments; then it stands.
  let stoodAt = Number.NaN;
  for (let stood = 0; stood < 200; stood = rig.session.composed.kernel.now === stoodAt ? stood + 1 : 0) {
    stoodAt = rig.session.composed.kernel.now;
    if (rig.session.ended) throw new Error(`the disk did not fill up after step ${step} with room ${room}`);
    rig.step();
  }
  expect(rig.session.halted).toBe(true);
  for (let done = 0; done < STALL_STEPS; done += 1) {
    if (gaps && done % 400 === 399) rig.disk.capacityBytes = rig.disk.usedBytes + room;
    rig.step();
  }
  if (!gaps) expect(rig.session.composed.kernel.now).toBe(stoodAt);
  rig = whileFull(rig);
  rig.disk.capacityBytes = Infinity;
  let before = rig.session.composed.kernel.now;
  let largestMove = 0;
  rig.run({
    check: true,
    afterStep: () => {
      const { now } = rig.session.composed.kernel;
      largestMove = Math.max(largestMove, now - before);
      before = now;
    },
  });
  return { rig, stoodAt, largestMove };
}

/** The outcome of a session on a disk with room, given the commands of another at the market times that these had. */
function twinOf(plan: RigPlan, stalled: SessionRig): ReturnType<SessionRig['outcome']> {
  const twin = new SessionRig({ ...plan, commands: [] });
  for (const { time, command } of stalled.records('command')) {
    if (time > twin.session.composed.kernel.now) twin.moveTo(time);
    expect(twin.session.composed.kernel.now).toBe(time);
    twin.session.execute(command);
  }
  return twin.run().outcome();
}

/** Steps and rooms of the stalls to try. */
function stalls(seed: number, quick: number): readonly (readonly [step: number, room: number])[] {
  const random = randomFrom(seed);
  return Array.from({ length: soakCount(quick, 200) }, () => [
    6 + Math.floor(random() * 20),
    Math.floor(random() * 400_000),
  ]);
}

describe('a disk that is full for long', () => {
  it.each([
    ['a session', { ...PLAN, commands: [] }],
    ['one that closes its day, with an account of a program,', WITH_ACCOUNT],
  ])('F19, K3: %s has not ended before its last records are durable', (_, plan) => {
    const rig = new SessionRig(plan);
    while (rig.session.composed.kernel.now < RIG_END - MINUTE) rig.step();
    // Not even what is kept ahead can be synced.
    rig.disk.onCall = (call) => {
      if (call === 'sync' || call === 'write') throw SimulatedDisk.error('ENOSPC');
    };
    for (let step = 0; step < 10; step += 1) {
      rig.step();
      expect({ step, ended: rig.session.ended }).toEqual({ step, ended: false });
    }
    expect(rig.durable.some(({ record }) => record.type === 'position' && record.ended)).toBe(false);
    rig.disk.onCall = undefined;
    for (let step = 0; step < 200 && !rig.session.ended; step += 1) rig.step();
    expect(rig.session.ended).toBe(true);
    expect(rig.durable.some(({ record }) => record.type === 'position' && record.ended)).toBe(true);
    expect(rig.records('closing')).toHaveLength(plan.closingPrices === undefined ? 0 : 1);
  });

  it('F19: changes nothing for strategies alone: the market stands, and then goes on from where it stood', () => {
    const plan: RigPlan = { ...PLAN, commands: [] };
    const expected = new SessionRig(plan).run().outcome();
    for (const [step, room] of stalls(19, 3)) {
      const { rig, stoodAt } = runStalled(plan, step, room);
      expect(stoodAt).toBeLessThan(RIG_END);
      expect({ step, room, ...rig.outcome() }).toEqual({ step, room, ...expected });
    }
  });

  it('F19: makes up no market time, so that no command comes later than the next step', () => {
    for (const [step, room] of stalls(20, 2)) {
      const { rig, largestMove } = runStalled(BUSY, step, room);
      // Rows that were held back may lie in the minute that the full disk interrupted, then comes one whole minute.
      expect({ step, room, late: largestMove > 2 * MINUTE }).toEqual({ step, room, late: false });
      expect(rig.records('command')).toHaveLength(BUSY.commands.length);
      expect(rig.records('result').filter(({ result }) => !result.ok && result.reason === 'SESSION_CLOSED')).toEqual(
        [],
      );
      const delays = rig.records('command').map(({ time }, index) => time - (BUSY.commands[index]?.time ?? 0));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...delays)).toBeLessThan(2 * MINUTE);
    }
  });

  it('F19: comes to the books of a session that was given the same commands at the same times', () => {
    for (const [index, [step, room]] of stalls(21, 4).entries()) {
      const { rig } = runStalled(BUSY, step, room, { gaps: index % 2 === 1 });
      const outcome = rig.outcome();
      expect(outcome.verified).toBe(true);
      expect({ step, room, ...outcome }).toEqual({ step, room, ...twinOf(BUSY, rig) });
    }
  });

  it('F19, F01, F14: and so does one that is killed or loses power while the disk is full', () => {
    for (const [index, [step, room]] of stalls(22, 4).entries()) {
      const random = randomFrom(index);
      const { rig } = runStalled(BUSY, step, room, {
        whileFull: (full) => {
          // A cancel while the disk is full is on the tape.
          full.session.execute({ type: 'cancelAllOrders', user: 'owner' });
          const disk: SimulatedDisk = index % 2 === 0 ? full.disk.copy() : full.disk.afterPowerCut(random);
          disk.capacityBytes = Infinity;
          return new SessionRig(BUSY, disk);
        },
      });
      expect({ step, room, verified: rig.outcome().verified }).toEqual({ step, room, verified: true });
      expect({ step, room, ...rig.outcome() }).toEqual({ step, room, ...twinOf(BUSY, rig) });
    }
  });

  it('F19: a cancel that finds the disk full itself comes before the rows that found no room', () => {
    const plan: RigPlan = { ...PLAN, commands: PLAN.commands.slice(0, 5) };
    const rig = new SessionRig(plan);
    for (let step = 0; step < 16; step += 1) rig.step();
    rig.disk.capacityBytes = rig.disk.usedBytes;
    // The market is stepped, and a command comes before the session gets to it: it reads the rows up to its time.
    rig.session.control({ action: 'step', micros: 20 * MINUTE });
    expect(rig.session.execute({ type: 'cancelAllOrders', user: 'owner' }).ok).toBe(true);
    expect(rig.session.halted).toBe(true);
    rig.disk.capacityBytes = Infinity;
    rig.session.control({ action: 'resume' });
    rig.run({ check: true });
    const outcome = rig.outcome();
    expect(outcome.verified).toBe(true);
    expect(outcome).toEqual(twinOf(plan, rig));
    expect(new SessionRig(plan, rig.disk.copy()).outcome()).toEqual(outcome);
  });
});
