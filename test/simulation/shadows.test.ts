/**
 * Shadow accounts of a live session: they leave the session's account as it is without them, come to the same after a
 * kill at every moment, and are verified from the tape.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarioPresets } from '../../src/analytics/fillScenarios.js';
import type { Fill } from '../../src/domain/fill.js';
import type { ShadowFill } from '../../src/domain/shadow.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import { moneyOf } from '../../src/exchange/snapshot.js';
import type { TapeRecord } from '../../src/host/tapeRecords.js';
import type { Bar, Context } from '../../src/index.js';
import { Strategy } from '../../src/index.js';
import { required } from '../../src/utils/assert.js';
import { SeededRandom } from '../../src/utils/random.js';
import { soakCount } from '../soak.js';
import { at, order, PLAN, strategy } from '../support/sessionPlans.js';
import { retold, SessionRig, verifyRig, type RigPlan, type TimedCommand } from '../support/sessionRig.js';
import { randomFrom, type SimulatedDisk } from './simulatedDisk.js';

const [, ...SHADOWS] = scenarioPresets('papertape');

/** Rests bids below the market, moves them, exits by limit and by stop: much for the fill models to differ in. */
class Rester extends Strategy.with({}) {
  #bars = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.#bars += 1;
    const cents = Math.floor(bar.close * 100) / 100;
    if (this.#bars % 5 === 1) ctx.order.limit(bar.symbol, 'buy', 200, cents - 0.01, { reason: 'rests' });
    if (this.#bars % 5 === 4) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

const plan: RigPlan = {
  ...PLAN,
  strategies: [...PLAN.strategies, strategy('rests', 'rester', ['DELF', 'ECHV'])],
  commands: [
    ...PLAN.commands,
    at(17, order('JOLT', 'buy', { orderType: 'limit', limitPrice: 30 * DOLLAR, quantity: 3000 * SHARE })),
    at(18, {
      type: 'replaceOrder',
      user: 'owner',
      orderId: 'o-13',
      clientOrderId: 'r-1',
      changes: { limitPrice: 31 * DOLLAR, quantity: 2500 * SHARE },
    }),
    at(28, { type: 'cancelAllOrders', user: 'owner' }),
  ].sort((one, other) => one.time - other.time),
  classes: { rester: Rester },
  shadowPresets: SHADOWS,
};
const { shadowPresets: _, ...alone } = plan;

function outcome(rig: SessionRig, from = plan): unknown {
  const fills = rig.records('shadowFill').map(({ preset, fill }) => ({ preset, fill }));
  // The order between the accounts is that of the groups, which a restart may cut otherwise.
  const byPreset = SHADOWS.map((preset) => fills.filter((one) => one.preset === preset));
  const { shadows } = rig.session.composed.venue;
  shadows.settle(rig.session.composed.kernel.now);
  return {
    ...rig.outcome(),
    byPreset,
    money: shadows.accounts.map((account) => account.snapshot()),
    shadowFills: verifyRig(from, rig.disk).counts.shadowFills,
  };
}

const undisturbed = new SessionRig(plan);
const cuts: { readonly killed: SimulatedDisk; readonly dark: SimulatedDisk }[] = [];
let expected: unknown;

beforeAll(() => {
  const random = randomFrom(17);
  undisturbed.run({
    check: true,
    afterStep: () => cuts.push({ killed: undisturbed.disk.copy(), dark: undisturbed.disk.afterPowerCut(random) }),
  });
  expected = outcome(undisturbed);
}, 300_000);

describe('shadow accounts of a session', () => {
  it('are worth looking at: every one fills, the scenarios differ, and the tape is verified', () => {
    expect(expected).toMatchObject({ verified: true });
    const fills = undisturbed.records('shadowFill');
    for (const preset of SHADOWS) expect(fills.filter((one) => one.preset === preset).length).toBeGreaterThan(10);
    const equities = undisturbed.records('shadowEquity').at(-1)?.equity ?? [];
    // In a market known order by order spreads, shares of volume and queues are no assumptions; latency still is.
    expect(new Set(equities).size).toBeGreaterThan(1);
  });

  it('leave the session’s account and its decisions as they are without them', () => {
    const { books, positions, digest } = undisturbed.outcome();
    expect(new SessionRig(alone).run().outcome()).toEqual({ books, positions, digest, verified: true });
  });

  it('get the session’s own fills under the session’s own models', () => {
    const rig = new SessionRig({ ...plan, shadowPresets: ['papertape'] }).run();
    const own = rig.records('venue').flatMap(({ event }) => (event.type === 'filled' ? [factsOf(event.fill)] : []));
    expect(rig.records('shadowFill').map(({ fill }) => factsOf(fill))).toEqual(own);
    const { exchange, shadows } = rig.session.composed.venue;
    expect(shadows.accounts[0]?.snapshot()).toEqual(moneyOf(exchange.book.account('paper')));
  });

  it('come to the same end after a kill or a power cut at every step', () => {
    for (let step = 0; step < cuts.length; step += soakCount(13, 1)) {
      for (const disk of [cuts[step]?.killed, cuts[step]?.dark]) {
        const again = outcome(new SessionRig(plan, disk).run());
        expect({ step, again }).toEqual({ step, again: expected });
      }
    }
  }, 300_000);

  it('end, and the session goes on, where the tape has other fills than they get', () => {
    const cut = required(cuts[30], 'a cut').killed;
    const rig = new SessionRig(plan, retold(cut, cheapened)).run();
    const [ended] = rig.records('shadowsEnded');
    expect(ended?.reason).toContain('run again, they decide otherwise');
    const { books, positions, digest, verified } = rig.outcome();
    expect({ books, positions, digest, verified }).toEqual({ ...undisturbed.outcome(), verified: true });
    expect(rig.session.composed.venue.shadows.accounts).toEqual([]);
    const again = new SessionRig(plan, rig.disk.copy());
    expect(again.session.board.scenarios.endedReason).toBe(ended?.reason);
  });

  it('are told by a verification that finds other fills', () => {
    const report = verifyRig(plan, retold(required(cuts.at(-1), 'the last cut').killed, cheapened));
    expect(report.equal).toBe(false);
    expect(report.difference?.decided).toContain('papertape+');
  });
});

describe('random orders of a person', () => {
  it.each(Array.from({ length: soakCount(2, 40) }, (_, index) => index + 1))(
    'seed %i: the account is the one without shadow accounts, before and after a kill',
    (seed) => {
      const random = new SeededRandom(seed);
      const commands = Array.from({ length: 60 }, () => randomOrder(random));
      const wild = { ...alone, commands: [...alone.commands, ...commands].sort((a, b) => a.time - b.time) };
      const shadowed = { ...wild, shadowPresets: SHADOWS };
      const rig = new SessionRig(shadowed);
      const cutAt = 12 + random.below(25);
      let cut: SimulatedDisk | undefined;
      rig.run({ afterStep: (step) => (step === cutAt ? (cut = rig.disk.copy()) : undefined) });
      expect(rig.outcome()).toEqual(new SessionRig(wild).run().outcome());
      expect(outcome(new SessionRig(shadowed, cut).run(), shadowed)).toEqual(outcome(rig, shadowed));
    },
    120_000,
  );
});

/** Any order that a person might give, at any minute: many are refused, cross, overlap or never fill. */
function randomOrder(random: SeededRandom): TimedCommand {
  const symbol = required(['VEGA', 'JOLT', 'ECHV', 'RUSK'][random.below(4)], 'a symbol');
  const side = random.chance(0.5) ? 'buy' : 'sell';
  const price = Math.round(({ VEGA: 55, JOLT: 30, ECHV: 34, RUSK: 46 }[symbol] ?? 1) * (98 + random.below(5))) / 100;
  const limitPrice = Math.round(price * 100) * 10_000;
  const kinds = [
    {},
    { orderType: 'limit', limitPrice },
    { orderType: 'stop', stopPrice: limitPrice },
    { orderType: 'limit', limitPrice, timeInForce: random.chance(0.5) ? 'ioc' : 'fok' },
    { orderType: 'trailing_stop', trail: { kind: 'percent', ppm: 3_000 } },
    { quantity: 0, notional: (100 + random.below(900)) * DOLLAR },
  ] as const;
  const quantity = (1 + random.below(150)) * SHARE;
  return at(1 + random.below(36), order(symbol, side, { quantity, ...kinds[random.below(kinds.length)] }));
}

function factsOf(fill: ShadowFill | Fill): unknown {
  const { orderId, symbolId, side, quantity, price, time } = fill;
  const fees = typeof fill.fees === 'number' ? fill.fees : fill.fees.reduce((sum, { amount }) => sum + amount, 0);
  return { orderId, symbolId, side, quantity, price, time, fees };
}

/** The tape of another engine, which fills shadow accounts a cent cheaper. */
function cheapened(record: TapeRecord): TapeRecord {
  return record.type === 'shadowFill'
    ? { ...record, fill: { ...record.fill, price: record.fill.price - 10_000 } }
    : record;
}
