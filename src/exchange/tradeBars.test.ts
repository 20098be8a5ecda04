import { describe, expect, it } from 'vitest';
import { presetOf } from './presets.js';
import type { RigOptions, RigOrder } from './testing/ExchangeRig.js';
import { ExchangeRig } from './testing/ExchangeRig.js';

type Prices = readonly [open: number, high: number, low: number, close: number];

/** No modelled spread, no volume cap: the arithmetic of the rule alone. */
const PLAIN: RigOptions = { overrides: { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } };

/** One bar, then the order at 09:31, then the bars given from 09:32 on. */
function fillsOf(order: RigOrder, bars: readonly Prices[], options: RigOptions = PLAIN): string[] {
  const rig = new ExchangeRig(options);
  rig.bar('09:31', [100, 101, 99, 100]);
  rig.submit(order);
  bars.forEach((prices, index) => rig.bar(`09:${32 + index}`, prices));
  return rig.fillList;
}

describe('orders on trade bars', () => {
  const cases: readonly [string, RigOrder, readonly Prices[], string[]][] = [
    ['market buy: the next open', {}, [[100.5, 101, 100, 101]], ['100 @ 100.5']],
    ['market sale: the next open', { side: 'sell' }, [[100.5, 101, 100, 101]], ['100 @ 100.5']],
    ['limit buy, low equal to it: strictly through is needed', { limit: 99 }, [[100, 100, 99, 100]], []],
    ['limit buy, low a cent below: at the limit', { limit: 99 }, [[100, 100, 98.99, 100]], ['100 @ 99']],
    ['limit buy, opens below: the better open', { limit: 99 }, [[98.5, 100, 98, 100]], ['100 @ 98.5']],
    ['limit sale, high equal to it', { side: 'sell', limit: 101 }, [[100, 101, 100, 100]], []],
    ['limit sale, high a cent above', { side: 'sell', limit: 101 }, [[100, 101.01, 100, 100]], ['100 @ 101']],
    ['limit sale, opens above', { side: 'sell', limit: 101 }, [[101.5, 102, 101, 101]], ['100 @ 101.5']],
    ['stop buy, high reaches it', { stop: 101 }, [[100, 101, 100, 100]], ['100 @ 101']],
    ['stop buy, high a cent short', { stop: 101 }, [[100, 100.99, 100, 100]], []],
    ['stop buy, gap: the open', { stop: 101 }, [[102, 103, 101.5, 102]], ['100 @ 102']],
    ['stop sale, low reaches it', { side: 'sell', stop: 99 }, [[100, 100, 99, 100]], ['100 @ 99']],
    ['stop sale, gap: the open', { side: 'sell', stop: 99 }, [[98, 98.5, 97, 98]], ['100 @ 98']],
    [
      'the second bar counts if the first does not',
      { limit: 99 },
      [
        [100, 100, 99.5, 100],
        [99.5, 100, 98, 99],
      ],
      ['100 @ 99'],
    ],
    ['ioc market: the next open only', { timeInForce: 'ioc' }, [[100.5, 101, 100, 101]], ['100 @ 100.5']],
    [
      'ioc limit not reached in the next bar: over (R22)',
      { limit: 99, timeInForce: 'ioc' },
      [
        [100, 100, 99.5, 100],
        [99, 99, 90, 95],
      ],
      [],
    ],
  ];
  it.each(cases)('%s', (_, order, bars, expected) => {
    expect(fillsOf(order, bars)).toEqual(expected);
  });

  it('adds half of the modelled spread and slippage against the order, for stops too (M9)', () => {
    // 0.75 bp of 100.00, twice that in the first five minutes, is 0.015 half spread; slippage the same once more.
    const strict: RigOptions = { overrides: { participationBps: 0, slippage: { kind: 'halfSpread' } } };
    expect(fillsOf({}, [[100, 101, 100, 101]], strict)).toEqual(['100 @ 100.03']);
    expect(fillsOf({ side: 'sell' }, [[100, 101, 100, 101]], strict)).toEqual(['100 @ 99.97']);
    expect(fillsOf({ side: 'sell', stop: 100 }, [[101, 101, 99, 100]], strict)).toEqual(['100 @ 99.97']);
    const fixed: RigOptions = { overrides: { ...PLAIN.overrides, slippage: { kind: 'fixedBps', bps: 10 } } };
    expect(fillsOf({}, [[100, 101, 100, 101]], fixed)).toEqual(['100 @ 100.1']);
    const { slippage } = presetOf('papertape+slippage.0.05usd');
    const dollars: RigOptions = { overrides: { ...PLAIN.overrides, slippage } };
    expect(fillsOf({}, [[100, 101, 100, 101]], dollars)).toEqual(['100 @ 100.05']);
    expect(fillsOf({ side: 'sell', stop: 100 }, [[101, 101, 99, 100]], dollars)).toEqual(['100 @ 99.95']);
    const { slippage: slippageOfOther } = presetOf('papertape+slippage.BBB.0.05usd');
    const ofOther: RigOptions = { overrides: { ...PLAIN.overrides, slippage: slippageOfOther } };
    expect(fillsOf({}, [[100, 101, 100, 101]], ofOther)).toEqual(['100 @ 100']);
  });

  it('fills market orders at the open by the volume of the bar before, limits by their own bar (M1, M2)', () => {
    const rig = new ExchangeRig({ cash: 1_000_000, overrides: { spread: { kind: 'none' } } });
    rig.bar('09:31', [100, 101, 99, 100], 2000);
    rig.submit({ shares: 500 });
    // A tenth of 2,000 is 200 although the filling bar has 10,000; a tenth of those is 1,000 for the next.
    rig.bar('09:32', [100, 101, 99, 100], 10_000);
    rig.bar('09:33', [100.5, 101, 99, 100], 4000);
    rig.submit({ shares: 300, limit: 99.5 });
    rig.submit({ shares: 300, limit: 99.5 });
    rig.bar('09:34', [100, 101, 99, 100], 4000);
    expect(rig.fillList).toEqual(['200 @ 100', '300 @ 100.5', '300 @ 99.5', '100 @ 99.5']);
    const [, , third] = rig.fills;
    expect(third?.receipt.participation).toBe(300 / 4000);
    expect(third?.receipt.participationLimit).toBe(0.1);
  });

  it('fills nothing at the open after a bar without volume, however much the filling bar has (M1)', () => {
    const rig = new ExchangeRig({ overrides: { spread: { kind: 'none' } } });
    rig.bar('09:31', [100, 101, 99, 100], 0);
    rig.submit({ shares: 10 });
    rig.bar('09:32', [100, 101, 99, 100], 100_000);
    expect(rig.fillList).toEqual([]);
    rig.bar('09:33', [100.5, 101, 99, 100], 0);
    expect(rig.fillList).toEqual(['10 @ 100.5']);
  });

  it('takes the stop, not the target, when both lie in one bar (M9)', () => {
    const rig = new ExchangeRig({ overrides: { ...PLAIN.overrides, crossing: 'allow' } });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit();
    rig.bar('09:32', [100, 101, 99, 100]);
    const target = rig.submit({ side: 'sell', limit: 102 });
    const stop = rig.submit({ side: 'sell', stop: 98 });
    rig.bar('09:33', [100, 103, 97, 100]);
    const order = rig.fills.map((fill) => fill.orderId);
    expect(order.indexOf(stop)).toBeLessThan(order.indexOf(target));
  });

  it('never fills on a bar that began before the order, nor on an unsound one', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.advance('09:31:30');
    rig.submit();
    rig.bar('09:32', [100, 101, 99, 100]);
    expect(rig.fillList).toEqual([]);
    rig.bar('09:33', [0, 101, 99, 100]);
    rig.bar('09:34', [100, 99, 101, 100]);
    rig.bar('09:35', [NaN, 101, 99, 100]);
    rig.bar('09:36', [-1, 101, -2, 100]);
    expect(rig.fillList).toEqual([]);
    rig.bar('09:37', [100, 101, 99, 100]);
    expect(rig.fillList).toEqual(['100 @ 100']);
  });

  it('counts latency of a bar or more in whole bars', () => {
    const rig = new ExchangeRig({ overrides: { ...PLAIN.overrides, orderLatency: 60_000_000 } });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit();
    rig.bar('09:32', [101, 102, 101, 101]);
    rig.bar('09:33', [102, 103, 101, 102]);
    expect(rig.fillList).toEqual(['100 @ 102']);
  });

  it('lets the shortest timeframe decide where several come', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit({ limit: 95 });
    rig.instant('09:35', rig.barRow([96, 97, 95.5, 96]), rig.barRow([100, 100, 90, 96], 1000, '5m'));
    expect(rig.fillList).toEqual([]);
  });

  it('says in the receipt on which bar and by which rule it decided', () => {
    const rig = new ExchangeRig({ preset: 'strict' });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit();
    rig.bar('09:32', [100.5, 101, 100, 101]);
    const [fill] = rig.fills;
    expect(fill?.receipt).toMatchObject({
      basis: 'tradeBar',
      rule: 'bar-open',
      open: 100_500_000,
      evidenceSequence: 2,
    });
    expect(fill?.receipt.evidenceTime).toBe(fill?.time);
    expect((fill?.receipt.arrivedAt ?? 0) - (fill?.receipt.decidedAt ?? 0)).toBe(100_000);
    // Known with the bar: the 100 ms of the report are less than it is long.
    expect(fill?.receipt.reportLatency).toBe(0);
    expect(fill?.reportTime).toBe(fill?.time);
  });
});
