import { describe, expect, it } from 'vitest';
import { LatencyLeg, LatencyModel } from './LatencyModel.js';
import { presetOf } from './presets.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

const MS = 1000;
const LEGS = {
  dataLatency: 10 * MS,
  orderLatency: 20 * MS,
  cancelLatency: 30 * MS,
  replaceLatency: 35 * MS,
  reportLatency: 40 * MS,
};
const STRATEGY = { source: { kind: 'strategy' as const, instanceId: 's' } };

describe('latency in three legs (M8)', () => {
  it('adds data and order on the way of a strategy, and the report on the way back, each once', () => {
    const rig = new ExchangeRig({ overrides: LEGS });
    rig.quote('09:31', 10, 300, 10.02, 500);
    rig.submit(STRATEGY);
    const [fill] = rig.fills;
    expect(fill?.receipt).toMatchObject({
      decidedAt: at('09:31'),
      arrivedAt: at('09:31') + 30 * MS,
      dataLatency: 10 * MS,
      reportLatency: 40 * MS,
    });
    expect(fill?.time).toBe(at('09:31') + 30 * MS);
    expect(fill?.reportTime).toBe(at('09:31') + 70 * MS);
  });

  it('has no data leg for a person, nor for a live feed, whose data were under way already', () => {
    const byPerson = new ExchangeRig({ overrides: LEGS });
    const live = new ExchangeRig({ overrides: LEGS, feed: 'alpaca' });
    byPerson.quote('09:31', 10, 300, 10.02, 500);
    live.quote('09:31', 10, 300, 10.02, 500);
    byPerson.submit();
    live.submit(STRATEGY);
    for (const rig of [byPerson, live]) {
      expect(rig.fills[0]?.receipt).toMatchObject({ arrivedAt: at('09:31') + 20 * MS, dataLatency: 0 });
    }
  });

  it('lets cancels have their own, and lose the race that a fill has won', () => {
    const rig = new ExchangeRig({ overrides: LEGS });
    rig.quote('09:31', 10, 300, 10.02, 500);
    const order = rig.submit({ limit: 10.01 });
    rig.advance('09:31:01');
    rig.cancel(order);
    // 30 ms later the cancel arrives; 25 ms later the ask comes to the limit.
    rig.quote('09:31:01.025', 10, 300, 10.01, 500);
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'cancelRejected']);
  });

  it('is that of a strategy for the orders that its orders become, too (M8)', () => {
    const rig = new ExchangeRig({ overrides: LEGS });
    rig.quote('09:31', 10, 300, 10.02, 500);
    const first = rig.submit({ ...STRATEGY, limit: 9 });
    rig.advance('09:31:01');
    const second = rig.replace(first, { limit: 9.01 });
    rig.advance('09:31:02');
    // 10 + 35 ms to replace what replaced it, 10 + 30 ms to cancel that by the id of the first.
    const third = rig.replace(second, { limit: 9.02 });
    rig.advance('09:31:03');
    rig.cancel(first);
    expect(rig.types(third)).toEqual(['canceled']);
    expect(rig.events.map(({ time }) => (time - at('09:31')) / MS)).toEqual([30, 1045, 2045, 3040]);
  });

  it('never lets a cancel overtake its order', () => {
    const rig = new ExchangeRig({ overrides: { ...LEGS, cancelLatency: 0 } });
    rig.quote('09:31', 10, 300, 10.02, 500);
    const order = rig.submit({ limit: 9 });
    rig.cancel(order);
    expect(rig.types(order)).toEqual(['accepted', 'canceled']);
    expect(rig.events.map(({ time }) => time)).toEqual([at('09:31') + 20 * MS, at('09:31') + 20 * MS]);
  });
});

describe('log-normal latency', () => {
  const preset = { ...presetOf('papertape'), ...LEGS, latencySigmaPercent: 50 };
  const draws = (seed: number): number[] => {
    const model = new LatencyModel(preset, 'recorded', seed);
    return Array.from({ length: 2000 }, (_, i) => model.of(LatencyLeg.ORDER, at('09:31') + i * 1_000_003));
  };

  it('is the same for the same seed and another for another (K10)', () => {
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  it('has the median of the constant model, and the spread that it was given', () => {
    const sorted = draws(7).sort((a, b) => a - b);
    const share = (fraction: number): number => (sorted[Math.floor(fraction * sorted.length)] ?? 0) / (20 * MS);
    expect(Math.abs(share(0.5) - 1)).toBeLessThan(0.05);
    // One standard deviation of the logarithm: e^0.5 = 1.649 and its inverse 0.607.
    expect(Math.abs(share(0.8413) - 1.649)).toBeLessThan(0.1);
    expect(Math.abs(share(0.1587) - 0.607)).toBeLessThan(0.05);
  });

  it('draws the data leg of a cancel for its own time, not for that of its order', () => {
    const overrides = { ...LEGS, latencySigmaPercent: 100 };
    const rig = new ExchangeRig({ overrides, startTime: at('09:31') });
    rig.quote('09:31', 10, 300, 10.02, 500);
    const order = rig.submit({ ...STRATEGY, limit: 9 });
    rig.advance('09:32');
    rig.cancel(order);
    const model = new LatencyModel({ ...presetOf('papertape'), ...overrides }, 'recorded', 1);
    const way = model.of(LatencyLeg.DATA, at('09:32')) + model.of(LatencyLeg.CANCEL, at('09:32'));
    expect(rig.types(order)).toEqual(['accepted', 'canceled']);
    expect(rig.events.at(-1)?.time).toBe(at('09:32') + way);
  });

  it('keeps reports in their order, and a run the same after a snapshot', () => {
    const run = (restoreAt: number): string[] => {
      let rig = new ExchangeRig({ overrides: { ...LEGS, latencySigmaPercent: 100 } });
      for (let i = 0; i < 20; i += 1) {
        rig.quote(at('09:31') + i * 7 * MS, 10, 300, 10.02 + (i % 3) / 100, 500);
        rig.submit(STRATEGY);
        if (i === restoreAt) {
          const copy = rig.sibling();
          copy.restore(JSON.parse(JSON.stringify(rig.exchange.snapshot())));
          rig = rig.continueOn(copy);
        }
      }
      const { fills } = rig;
      const times = fills.map(({ reportTime }) => reportTime);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      return fills.slice(-5).map(({ id, time, price, reportTime }) => `${id} ${time} ${price} ${reportTime}`);
    };
    expect(run(10)).toEqual(run(-1));
  });
});
