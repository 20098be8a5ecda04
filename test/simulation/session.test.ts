/**
 * Sessions survive: cut at every moment, by a kill or a power cut, they come to the same end as undisturbed ones;
 * strategies that fail are taken out; limits, kill switch and a full disk do what they promise.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/commands.js';
import { PapertapeError } from '../../src/domain/errors.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { Bar, Context } from '../../src/index.js';
import { Strategy } from '../../src/index.js';
import SmaCross from '../../src/strategies/builtin/SmaCross.js';
import { soakCount } from '../soak.js';
import { at, order, PLAN, strategy } from '../support/sessionPlans.js';
import { RIG_START, SessionRig, verifyRig, type RigPlan } from '../support/sessionRig.js';
import { randomFrom, SimulatedDisk } from './simulatedDisk.js';

interface Cut {
  readonly step: number;
  readonly killed: SimulatedDisk;
  readonly dark: SimulatedDisk;
}

const undisturbed = new SessionRig(PLAN);
const cuts: Cut[] = [];
let expected: ReturnType<SessionRig['outcome']>;

beforeAll(() => {
  const random = randomFrom(11);
  undisturbed.run({
    check: true,
    afterStep: (step) =>
      cuts.push({ step, killed: undisturbed.disk.copy(), dark: undisturbed.disk.afterPowerCut(random) }),
  });
  expected = undisturbed.outcome();
}, 300_000);

describe('a session that is cut', () => {
  it('is worth cutting: it fills, in parts too, cancels, and is verified from its tape', () => {
    expect(expected.verified).toBe(true);
    const events = undisturbed.records('venue').map(({ event }) => event);
    expect(events.filter((event) => event.type === 'filled').length).toBeGreaterThan(20);
    expect(events.some((event) => event.type === 'canceled')).toBe(true);
    expect(undisturbed.records('result').map(({ result }) => result.ok)).not.toContain(undefined);
    expect(cuts.length).toBeGreaterThan(38);
  });

  it('F01, I-15, I-20: goes on after a kill at every step as if nothing had happened', () => {
    for (const { step, killed } of sampled(cuts)) {
      const rig = new SessionRig(PLAN, killed);
      expect({ step, ...rig.run().outcome() }).toEqual({ step, ...expected });
    }
  });

  it('F14: goes on after a power cut at every step as if nothing had happened', () => {
    for (const { step, dark } of sampled(cuts)) {
      const rig = new SessionRig(PLAN, dark);
      expect({ step, ...rig.run().outcome() }).toEqual({ step, ...expected });
    }
  });

  it('F02: survives being killed again and again while it recovers', () => {
    for (const { killed } of cuts.slice(14, 34).filter((_, index) => index % soakCount(7, 1) === 0)) {
      let disk = killed;
      for (let life = 0; life < 4; life += 1) {
        const rig = new SessionRig(PLAN, disk);
        if (life > 1) rig.step();
        disk = rig.disk.copy();
      }
      expect(new SessionRig(PLAN, disk).run().outcome()).toEqual(expected);
    }
  });

  it('I-19: has numbers without gaps, and its last word is the end', () => {
    const seqs = undisturbed.durable.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 2));
    expect(undisturbed.records('position').at(-1)).toMatchObject({ ended: true });
  });

  it('says where a tape was tampered with, by the first decision that differs', () => {
    const other = { ...PLAN, commands: PLAN.commands.slice(0, 3) };
    const rig = new SessionRig(other).run();
    expect(verifyRig(other, rig.disk).equal).toBe(true);
    const wrongStrategy = { ...other, classes: { 'sma-cross': Silent } };
    const report = verifyRig(wrongStrategy, rig.disk);
    expect(report.equal).toBe(false);
    expect(report.difference?.recorded).toContain('"instanceId":"cross"');
  });
});

/** Every step in a soak run, every seventh in a quick one, and always those around the commands. */
function sampled(all: readonly Cut[]): readonly Cut[] {
  return all.filter(({ step }) => step % soakCount(7, 1) === 0 || step === 12 || step === 13);
}

/** The same parameters and warm-up, but it never asks for anything. */
class Silent extends SmaCross {
  override onBar(): void {
    // Says nothing on purpose.
  }
}

class Throwing extends Strategy.with({}) {
  #bars = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.#bars += 1;
    if (this.#bars === 3) ctx.order.limit(bar.symbol, 'buy', 10, 1, { reason: 'far away' });
    if (this.#bars === 15) throw new Error('the fifteenth bar is my limit');
  }
}

describe('a strategy that throws', () => {
  const plan: RigPlan = {
    strategies: [strategy('bad', 'throwing', ['AURX']), strategy('cross', 'sma-cross', ['BYTQ'], { fast: 2, slow: 5 })],
    commands: [],
    classes: { throwing: Throwing },
  };

  it('is quarantined with its error, its entries canceled, the others go on, and stays so after a restart', () => {
    const rig = new SessionRig(plan);
    let later: SimulatedDisk | undefined;
    rig.run({ check: true, afterStep: (step) => (step === 30 ? (later = rig.disk.copy()) : undefined) });
    const states = rig.records('strategy').filter(({ instanceId }) => instanceId === 'bad');
    const quarantine = states.at(-1);
    expect(quarantine?.state).toBe('quarantined');
    expect(quarantine?.error).toContain('the fifteenth bar is my limit');
    const after = rig.records('signal').filter(({ signal }) => signal.time > (quarantine?.time ?? Infinity));
    expect(after.map(({ signal }) => signal.instanceId)).not.toContain('bad');
    expect(after.length).toBeGreaterThan(0);
    const mine = rig
      .records('order')
      .filter((record) => record.order.source.kind === 'strategy' && record.order.source.instanceId === 'bad');
    expect(mine.at(-1)?.order.status).toBe('canceled');
    expect(new SessionRig(plan, later).run().outcome()).toEqual(rig.outcome());
  });
});

describe('the kill switch', () => {
  it('I-27: cancels, closes and denies from its command on, and survives a restart', () => {
    const on: Command = { type: 'killSwitch', user: 'owner', on: true, flatten: true, reason: 'enough' };
    const plan: RigPlan = {
      ...PLAN,
      commands: [
        at(11, order('RUSK', 'buy', { orderType: 'limit', limitPrice: 40 * DOLLAR })),
        at(20, on),
        at(24, order('VEGA', 'buy', {})),
      ],
    };
    const rig = new SessionRig(plan);
    let cut: SimulatedDisk | undefined;
    rig.run({ check: true, afterStep: (step) => (step === 22 ? (cut = rig.disk.copy()) : undefined) });
    expect(rig.records('result').at(-1)?.result).toMatchObject({ ok: false, reason: 'KILL_SWITCH' });
    const { kernel } = rig.session.composed;
    expect(kernel.manager.openOrders()).toEqual([]);
    expect(kernel.tracker.positions().filter(({ quantity }) => quantity !== 0)).toEqual([]);
    const submitted = rig
      .records('order')
      .filter(({ transition, order: { createdAt } }) => transition === 'submit' && createdAt > RIG_START + 21 * MINUTE);
    expect(submitted).toEqual([]);
    expect(new SessionRig(plan, cut).run().outcome()).toEqual(rig.outcome());
  });
});

describe('the daily loss limit', () => {
  it('I-24: stops new risk and closes everything once the loss is confirmed', () => {
    // The plan's strategies win on this day, after a moment below zero.
    const plan: RigPlan = { ...PLAN, commands: [], limits: { maxDailyLoss: 1 * DOLLAR, flattenOnDailyLoss: true } };
    const rig = new SessionRig(plan).run({ check: true });
    const { kernel } = rig.session.composed;
    expect(kernel.tracker.positions().filter(({ quantity }) => quantity !== 0)).toEqual([]);
    const denied = rig.records('signal').filter(({ decision }) => decision.reason === 'DAILY_LOSS_LIMIT');
    expect(denied.length).toBeGreaterThan(0);
    // What the closing costs comes on top; it is bounded by the positions that were open.
    expect(kernel.tracker.dailyPnl).toBeLessThan(-1 * DOLLAR);
    expect(kernel.tracker.dailyPnl).toBeGreaterThan(-200 * DOLLAR);
  });
});

describe('a failing disk', () => {
  it('F19: a full disk stops the market, still takes cancels and the kill switch, and goes on by itself', () => {
    const rig = new SessionRig({ ...PLAN, commands: PLAN.commands.slice(0, 3) });
    for (let step = 0; step < 15; step += 1) rig.step();
    rig.disk.capacityBytes = rig.disk.usedBytes;
    for (let step = 0; step < 400 && !rig.session.halted; step += 1) rig.step();
    expect(rig.session.halted).toBe(true);
    const { kernel } = rig.session.composed;
    const stoppedAt = kernel.now;
    rig.step();
    expect(kernel.now).toBe(stoppedAt);
    expect(() => rig.session.execute(order('VEGA', 'buy', {}))).toThrow(/disk is full/);
    expect(rig.session.execute({ type: 'cancelAllOrders', user: 'owner' }).ok).toBe(true);
    rig.disk.capacityBytes = Infinity;
    rig.run({ check: true });
    expect(rig.outcome().verified).toBe(true);
    expect(kernel.now).toBeGreaterThan(stoppedAt);
  });

  it('F21: a sync that fails ends the session; what was acknowledged is there afterwards', () => {
    const disk = new SimulatedDisk();
    const rig = new SessionRig(PLAN, disk);
    for (let step = 0; step < 15; step += 1) rig.step();
    const acknowledged = rig.durable.length;
    disk.failAt(1, 'EIO', ['sync']);
    expect(() => rig.run()).toThrow(PapertapeError);
    const again = new SessionRig(PLAN, disk.afterPowerCut(randomFrom(3)));
    expect(again.records('position').length).toBeGreaterThan(0);
    expect(again.run().outcome()).toEqual(expected);
    expect(acknowledged).toBeGreaterThan(50);
  });
});
