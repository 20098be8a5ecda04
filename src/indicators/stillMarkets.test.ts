/**
 * Where a market stands still, jumps or goes one way only: what rounding leaves of sums must not be read as a value.
 * Values are the definitions' own, and TA-Lib's where it has them.
 */
import { describe, expect, it } from 'vitest';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import { KaufmanAverage } from './averages.js';
import type { IndicatorLine } from './IndicatorLine.js';

const SCALE = 1_000_000;

interface Bar {
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly close: number;
  readonly volume?: number;
}

function tableOf(bars: readonly Bar[]): BarTable {
  const table = createBarTable('1d', bars.length);
  for (const [row, { open, high, low, close, volume = 100 }] of bars.entries()) {
    table.open[row] = Math.round((open ?? close) * SCALE);
    table.high[row] = Math.round((high ?? close) * SCALE);
    table.low[row] = Math.round((low ?? close) * SCALE);
    table.close[row] = Math.round(close * SCALE);
    table.volume[row] = volume;
  }
  table.length = bars.length;
  return table;
}

/** The values of a line at every bar, NaN before the first. */
function valuesOf(bars: readonly Bar[], declare: (scope: IndicatorScope) => IndicatorLine): number[] {
  const table = tableOf(bars);
  const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], SCALE);
  const declared = declare(scope);
  return bars.map((_, row) => {
    for (const indicator of scope.indicators) indicator.update(0, table, row);
    return declared.value;
  });
}

/** Closes that wander without a rule, in cents. */
const WANDERING = [101.37, 99.82, 100.41, 103.09, 102.77, 98.63, 97.11, 99.94, 104.58, 103.21].map((close) => ({
  close,
  high: close + 0.37,
  low: close - 0.83,
}));
const MESA = [
  [299, 84.14],
  [300, 80.783],
  [301, 80.4473],
  [350, 74.596],
  [351, 74.0146],
] as const;
const still = (close: number, count: number, volume = 100): Bar[] => {
  return Array.from({ length: count }, () => ({ close, high: close + 0.5, low: close - 1.23, volume }));
};

describe('a market that stands still', () => {
  it('has a commodity channel index of 0', () => {
    const values = valuesOf([...WANDERING, ...still(100.17, 40)], ({ ta }) => ta.cci(20));
    expect(values.slice(30)).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('has a money flow index of 0 once nothing was traded for its length', () => {
    const traded = WANDERING.map((bar, row) => ({ ...bar, volume: 1_000 + 333 * row }));
    const values = valuesOf([...traded, ...still(100.17, 20, 0)], ({ ta }) => ta.moneyFlow(14));
    expect(values.slice(24)).toEqual(Array.from({ length: 6 }, () => 0));
  });

  it('has an intraday momentum of 50, and a relative strength of 50 where TA-Lib has 0', () => {
    expect(valuesOf(still(100.17, 20), ({ ta }) => ta.intradayMomentum(6)).at(-1)).toBe(50);
    expect(valuesOf(still(100.17, 20), (scope) => scope.rsi(6)).at(-1)).toBe(50);
  });

  it('has a stochastic of the relative strength of 0 once its range is of still bars alone', () => {
    const values = valuesOf([...WANDERING, ...still(100.17, 40)], ({ ta }) => ta.stochasticRsi(7, 5, 1).k);
    expect(values.slice(15)).toEqual(Array.from({ length: 35 }, () => 0));
  });

  it('has a triangular average of 0 of no volume, which is no oscillation in percent', () => {
    const traded = [...WANDERING, ...WANDERING.slice(0, 4)].map((bar, row) => ({ ...bar, volume: 1_000 + 333 * row }));
    const bars = [...traded, ...still(100.17, 40, 0)];
    const oscillator = valuesOf(bars, ({ ta }) => ta.percentOscillator('triangular', 5, 21, { on: 'volume' }));
    expect(oscillator.slice(34)).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('lets the adaptive average follow as fast as it can', () => {
    // Of figures that are no whole numbers, as a signal line's are.
    const average = new KaufmanAverage(5);
    for (const value of [46.8, 32.9, 44.6, 74.3, 20.5, 17.1, 37.3, 94]) average.push(value);
    for (let count = 0; count < 5; count += 1) average.push(94);
    let before = average.push(94);
    for (let count = 0; count < 5; count += 1) {
      const now = average.push(94);
      // With an efficiency of 1 four ninths of the way are gone with each value.
      expect(now).toBeCloseTo(before + (94 - before) * (4 / 9), 9);
      before = now;
    }
  });

  it('has a phasor of 0, so that the MESA average follows at once', () => {
    const levels = [90.98, 91.32, 94.4, 91.56, 86.08, 84.14, 80.41, 73.95];
    const bars = levels.flatMap((close) => Array.from({ length: 50 }, () => ({ close })));
    const values = valuesOf(bars, ({ ta }) => ta.cycles.mesa(0.9, 0.1).average);
    // TA-Lib 0.8.1: MAMA(0.9, 0.1) of the closes in millionths.
    for (const [row, value] of MESA) expect(values[row]).toBeCloseTo(value, 9);
  });
});

describe('a market that only rises', () => {
  const rising = Array.from({ length: 60 }, (_, row) => ({ close: 10 + 0.37 * row + 0.01 * (row % 7) }));

  it('has a relative strength of 100 exactly, the stochastic of which is 0', () => {
    for (const length of [2, 5, 14]) {
      expect(new Set(valuesOf(rising, (scope) => scope.rsi(length)).slice(length))).toEqual(new Set([100]));
      const k = valuesOf(rising, ({ ta }) => ta.stochasticRsi(length, 5, 3).k);
      expect(new Set(k.slice(length + 6))).toEqual(new Set([0]));
    }
  });
});

describe('a market that jumps', () => {
  it('turns its SuperTrend down on a close below the stop, though it lies above the band of before', () => {
    // TA-Lib 0.8.1: SUPERTREND(2, 0.1). In the last bar both bands of the bar lie above the close.
    const bars: Bar[] = [
      { high: 10.2, low: 9.8, close: 10 },
      { high: 10.3, low: 9.9, close: 10.2 },
      { high: 10.4, low: 10, close: 10.3 },
      { high: 10.5, low: 10.1, close: 10.3 },
      { high: 15, low: 10.3, close: 10.6 },
    ];
    const values = valuesOf(bars, ({ ta }) => ta.superTrend(2, 0.1, { begin: 'up' }).direction);
    expect(values.slice(2)).toEqual([1, 1, -1]);
  });

  it('has its beta once the jump has left the window', () => {
    // By fractions: closes against highs over the three changes after one of a thousandfold.
    const bars: Bar[] = [
      { high: 1.02, close: 1.01 },
      { high: 1.03, close: 1.02 },
      { high: 1_030, close: 1_021.4 },
      { high: 1_035.7, close: 1_019.6 },
      { high: 1_028.1, close: 1_024.3 },
      { high: 1_031.9, close: 1_017.8 },
    ];
    const values = valuesOf(bars, ({ ta }) => ta.beta(3, 'close', 'high'));
    expect(values.at(-1)).toBeCloseTo(-0.66873203049881, 12);
  });
});
