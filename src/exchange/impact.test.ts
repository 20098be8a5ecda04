import { describe, expect, it } from 'vitest';
import { RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import { modelledHalfSpread, spreadPartAt } from './matching/costs.js';
import { ImpactState } from './matching/ImpactState.js';
import type { Preset } from './preset.js';
import { PRESETS } from './presets.js';
import { presetOf } from './presets.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

const MINUTE = 60_000_000;
const MODEL = { kind: 'squareRoot', factorPercent: 100, halfLife: 5 * MINUTE, walksBeyondDisplay: false } as const;

/** A rig whose price went from 100 to 101 and back in minutes of 10,000 shares each: 1 % a minute. */
function moving(walksBeyondDisplay: boolean): ExchangeRig {
  const rig = new ExchangeRig({
    cash: 100_000_000,
    overrides: { slippage: { ...MODEL, walksBeyondDisplay }, participationBps: 1000 },
  });
  for (let minute = 40; minute < 50; minute += 1) {
    rig.print(`09:${minute}:01`, minute % 2 === 0 ? 100 : 101, 4000);
    rig.print(`09:${minute}:50`, minute % 2 === 0 ? 101 : 100, 6000);
  }
  rig.print('09:50:01', 100, 50);
  rig.quote('09:50:02', 99.99, 100, 100, 400);
  return rig;
}

describe('square-root impact (M11)', () => {
  it('is the volatility of a minute times the square root of the share in its volume', () => {
    const state = new ImpactState();
    for (let minute = 0; minute < 40; minute += 1) {
      state.observe(minute * MINUTE, minute % 2 === 0 ? 101_000_000 : 100_000_000, 10_000);
    }
    state.observe(40 * MINUTE, 101_000_000, 0);
    // The slice of 2,000 stands for its middle, 1,000 of 10,000: 1 % × √0.1 = 0.00316.
    const impact = state.impactOf(1, 2000e6, 100_000_000, 40 * MINUTE, 1, MODEL.halfLife);
    expect(impact / 100_000_000).toBeGreaterThan(0.003);
    expect(impact / 100_000_000).toBeLessThan(0.0033);
    expect(state.impactOf(1, 8000e6, 100_000_000, 40 * MINUTE, 1, MODEL.halfLife) / impact).toBeCloseTo(2, 4);
  });

  it('is that of the whole parent order: slices cost together what one order would, and fade by half in time', () => {
    const state = new ImpactState();
    state.observe(0, 100_000_000, 10_000);
    state.observe(MINUTE - 1, 101_000_000, 0);
    state.observe(MINUTE, 101_000_000, 0);
    const of = (quantity: number, time: number): number =>
      state.impactOf(1, quantity, 100_000_000, time, 1, MODEL.halfLife);
    const first = of(1000e6, MINUTE);
    state.add(1, 1000e6, MINUTE, MODEL.halfLife);
    expect(of(1000e6, MINUTE) / first).toBeCloseTo(Math.sqrt(3), 4);
    // A half-life later 500 of them count: 500 + 500 against 500.
    expect(of(1000e6, MINUTE + MODEL.halfLife) / first).toBeCloseTo(Math.sqrt(2), 4);
    expect(state.impactOf(-1, 1000e6, 100_000_000, MINUTE, 1, MODEL.halfLife)).toBe(first);
  });

  it('does not look ahead: a minute counts when it is over (M1)', () => {
    const state = new ImpactState();
    state.observe(0, 100_000_000, 10_000);
    state.observe(1, 110_000_000, 10_000);
    expect(state.impactOf(1, 1000e6, 100_000_000, 2, 1, MODEL.halfLife)).toBe(0);
  });

  it('moves executions against the order, stands in the receipt, and never carries a limit beyond its price', () => {
    const rig = moving(false);
    rig.submit({ shares: 400 });
    const [fill] = rig.fills;
    expect(fill?.receipt.impact).toBeGreaterThan(0);
    expect(fill?.price).toBe(100_000_000 + (fill?.receipt.impact ?? 0));
    const limited = moving(false);
    limited.submit({ shares: 400, limit: 100.01 });
    expect(limited.fills[0]).toMatchObject({ price: 100_010_000, receipt: { impact: 10_000 } });
  });

  it('lets an order walk beyond the display, up to its share in the trailing volume, once a minute (M3)', () => {
    const rig = moving(true);
    rig.submit({ shares: 5000 });
    rig.advance('09:50:03');
    // 400 are displayed; a tenth of the 10,000 that a minute trades may be taken beyond.
    const shares = rig.fills.map(({ quantity, receipt }) => `${quantity / 1e6} ${receipt.rule}`);
    expect(shares).toEqual(['400 far-side', '1000 walked-beyond-display']);
    expect(rig.fills[1]?.receipt.impact).toBeGreaterThan(rig.fills[0]?.receipt.impact ?? 0);
    rig.quote('09:50:30', 99.99, 100, 100, 300);
    expect(rig.fills.slice(2).map(({ quantity }) => quantity / 1e6)).toEqual([300]);
  });

  it('works in bars as well, from the bars before', () => {
    const rig = new ExchangeRig({ overrides: { slippage: MODEL, spread: { kind: 'none' }, participationBps: 0 } });
    for (let minute = 41; minute < 50; minute += 1) rig.bar(`09:${minute}`, [100, 101, 100, 101], 10_000);
    rig.submit({ shares: 100 });
    rig.bar('09:50', [100, 120, 100, 120], 10);
    // The bar's own move of 20 % and its volume of 10 are not known at its open.
    expect(rig.fills[0]?.receipt.impact).toBeGreaterThan(0);
    expect(rig.fills[0]?.receipt.impact).toBeLessThan(100_000);
  });
});

describe('impact by the squared share in volume', () => {
  const model = { kind: 'volumeShare', limitBps: 250, impactBps: 1000 } as const;
  const PLAIN = { spread: { kind: 'none' }, participationBps: 0, orderLatency: 0, reportLatency: 0 } as const;
  const rigOf = (overrides: Partial<Preset> = {}): ExchangeRig =>
    new ExchangeRig({
      cash: 10_000_000,
      overrides: { ...PLAIN, slippage: model, ...overrides },
    });

  it('is a tenth of the price times the square, of the bar before what gets the open (M1)', () => {
    const rig = rigOf();
    rig.bar('09:49', [100, 100, 100, 100], 10_000);
    rig.submit({ shares: 100 });
    rig.bar('09:50', [100, 100, 100, 100], 10);
    // 1 % of the volume: 0.1 × 0.0001 of 100 dollars.
    expect(rig.fills[0]).toMatchObject({ price: 100_001_000, receipt: { impact: 1000, slippage: 0 } });
    expect(rig.fills[0]?.receipt.models).toContain(
      'slippage 1000 bp times the squared share in volume, at most 250 bp',
    );
    rig.submit({ side: 'sell', shares: 100 });
    rig.bar('09:51', [100, 100, 100, 100], 10);
    // The bar before traded 10: no share counts for more than 2.5 %.
    expect(rig.fills[1]?.price).toBe(100_000_000 - 6250);
  });

  it('never makes a sale worth nothing, the spread included', () => {
    const rig = rigOf({
      spread: PRESETS['papertape']?.spread ?? { kind: 'none' },
      slippage: { ...model, limitBps: 10_000, impactBps: 10_000 },
    });
    rig.bar('09:49', [10, 10, 10, 10], 100);
    rig.submit({ side: 'sell', shares: 1000 });
    rig.bar('09:50', [10, 10, 10, 10], 100);
    expect(rig.fills[0]?.price).toBe(1);
    expect(rig.fills[0]?.receipt.impact).toBeGreaterThan(0);
  });

  it('is of the bar itself for what gets its close, its stop or its limit, and moves no limit', () => {
    const rig = rigOf({ arrival: 'same-instant', buyingPower: 'unchecked' });
    rig.bar('09:49', [100, 100, 100, 100], 10_000);
    rig.submit({ shares: 200 });
    expect(rig.fills[0]?.receipt.impact).toBe(4000);
    rig.submit({ side: 'sell', type: 'stop', shares: 100, stop: 99 });
    rig.submit({ shares: 100, limit: 99.5 });
    rig.bar('09:50', [100, 100, 98, 99], 5000);
    expect(rig.fills.slice(1).map(({ price, receipt }) => [price, receipt.impact])).toEqual([
      [98_996_040, 3960],
      [99_500_000, 0],
    ]);
  });

  // Zipline's `test_orders_limit` and `test_volume_share_slippage`: 2.5 % of the volume, at the close.
  it.each([
    ['buy', 3.5, 2000, 50, 3.500_218_75],
    ['sell', 3.5, 2000, 50, 3.499_781_25],
    ['buy', 3, 200, 5, 3.000_187_5],
  ] as const)("is Zipline's: a %s at %d of a volume of %d is %d shares at %d", (side, close, volume, shares, price) => {
    const rig = rigOf({ arrival: 'same-instant', buyingPower: 'unchecked', crossing: 'allow', participationBps: 250 });
    rig.bar('09:49', [close, close, close, close], volume);
    rig.submit({ side, shares: 100 });
    expect(rig.fills[0]?.quantity).toBe(shares * SHARE);
    // To the step of the price scale, against the order.
    expect(Math.abs((rig.fills[0]?.price ?? 0) - price * RAW_PRICE_SCALE)).toBeLessThan(1);
  });

  it('is of the trailing volume where a quote decides, and of the limit where nothing is known of volume', () => {
    const rig = rigOf({ displayedSize: 'unlimited' });
    rig.quote('09:40', 99.99, 100, 100, 10);
    rig.submit({ shares: 10 });
    expect(rig.fills[0]?.receipt.impact).toBe(6250);
    for (let minute = 41; minute < 50; minute += 1) rig.print(`09:${minute}:01`, 100, 10_000);
    rig.quote('09:50', 99.99, 100, 100, 10);
    rig.submit({ shares: 100 });
    expect(rig.fills[1]?.receipt.impact).toBe(1000);
  });
});

describe('modelled spreads', () => {
  const spread = presetOf('papertape').spread;
  const session = {
    phase: 'regular' as const,
    date: 0,
    start: at('04:00'),
    open: at('09:30'),
    close: at('16:00'),
    end: 0,
  };
  const parts: readonly [string, string, number][] = [
    ['08:00', 'premarket', 60_000],
    ['09:30', 'open', 30_000],
    ['09:34:59', 'open', 30_000],
    ['09:35', 'regular', 15_000],
    ['15:49:59', 'regular', 15_000],
    ['15:50', 'close', 15_000],
    ['16:00', 'afterHours', 60_000],
  ];
  it.each(parts)('at %s are those of the %s: %i millionths of a dollar at 200', (clock, part, half) => {
    expect(spreadPartAt(at(clock), session)).toBe(part);
    // 0.75 bp of 200 is 0.015.
    expect(modelledHalfSpread(spread, 200_000_000, 5000, spreadPartAt(at(clock), session), 1_000_000)).toBe(half);
  });
});
