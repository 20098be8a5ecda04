/**
 * Indicators on series that are hard on sums: still, alternating, at the ends of what prices can be, without volume,
 * and after jumps that have left the window. What looks at a window alone must be what it is of that window by itself,
 * which nothing before can have spoiled; and no value of any is NaN or infinite.
 */
import { describe, expect, it } from 'vitest';
import { BEYOND, HOSTILE_BARS as BARS, hostileTable, SERIES, valuesOf } from '../../test/support/hostileSeries.js';
import type { Declare } from '../../test/support/hostileSeries.js';
import type { StudyCatalogue } from '../strategies/StudyCatalogue.js';
import { AVERAGES } from '../strategies/studyKinds.js';
import { RollingMoments } from './RollingMoments.js';

const LENGTHS = [1, 2, 5, 20];

const study = (declare: (ta: StudyCatalogue, n: number) => unknown): Declare => {
  return ({ ta }, n) => declare(ta, n);
};
const factor = { initial: 0.02, step: 0.02, most: 0.2 };

/** What looks at a window of bars and at nothing before. */
const WINDOWED: Readonly<Record<string, Declare>> = {
  sma: (scope, n) => scope.sma(n),
  highest: (scope, n) => scope.highest(n),
  lowest: (scope, n) => scope.lowest(n),
  ...Object.fromEntries(
    (['simple', 'weighted', 'triangular', 'hull'] as const).flatMap((kind) => [
      [`average ${kind}`, study((ta, n) => ta.average(kind, n))],
      [`average of volume ${kind}`, study((ta, n) => ta.average(kind, n, { on: 'volume' }))],
    ]),
  ),
  sum: study((ta, n) => ta.sum(n)),
  change: study((ta, n) => ta.change(n, 'percent', { on: 'volume' })),
  bollinger: study((ta, n) => ta.bollinger(n, 2)),
  'bollinger of hull': study((ta, n) => ta.bollinger(n, 2, { average: 'hull' })),
  variance: study((ta, n) => ta.variance(n)),
  deviation: study((ta, n) => ta.deviation(n)),
  meanDeviation: study((ta, n) => ta.meanDeviation(n)),
  regression: study((ta, n) => ta.regression(Math.max(2, n))),
  forecastOscillator: study((ta, n) => ta.forecastOscillator(Math.max(2, n))),
  correlation: study((ta, n) => ta.correlation(n, 'close', 'volume')),
  beta: study((ta, n) => ta.beta(n, 'close', 'high')),
  ...Object.fromEntries(
    (['parkinson', 'garmanKlass', 'rogersSatchell', 'yangZhang'] as const).map((kind) => [
      `volatility ${kind}`,
      study((ta, n) => ta.volatility(kind, Math.max(2, n))),
    ]),
  ),
  accelerationBands: study((ta, n) => ta.accelerationBands(n)),
  donchian: study((ta, n) => ta.donchian(n)),
  extremes: study((ta, n) => ta.extremes(n)),
  aroon: study((ta, n) => ta.aroon(n)),
  averageRange: study((ta, n) => ta.averageRange(n)),
  'simple range': study((ta, n) => ta.normalizedRange(n, { average: 'simple' })),
  macd: study((ta, n) => ta.macd({ fast: n, slow: n + 3, signal: n, kind: 'simple' })),
  percentOscillator: study((ta, n) => ta.percentOscillator('simple', n, n + 2, { on: 'volume' })),
  stochastic: study((ta, n) => ta.stochastic({ range: n, slowing: n, signal: n })),
  cci: study((ta, n) => ta.cci(n)),
  williamsR: study((ta, n) => ta.williamsR(n)),
  ultimate: study((ta, n) => ta.ultimate(n, n + 1, n + 2)),
  intradayMomentum: study((ta, n) => ta.intradayMomentum(n)),
  accelerator: study((ta, n) => ta.accelerator(n, n + 2, n)),
  awesome: study((ta, n) => ta.awesome(n, n + 3)),
  plainCmo: study((ta, n) => ta.plainCmo(n)),
  efficiency: study((ta, n) => ta.efficiency(n)),
  coppock: study((ta, n) => ta.coppock(n, n, n + 1)),
  detrended: study((ta, n) => ta.detrended(n)),
  qstick: study((ta, n) => ta.qstick(n)),
  verticalHorizontal: study((ta, n) => ta.verticalHorizontal(n)),
  percentile: study((ta, n) => ta.percentile(n, 37)),
  percentRank: study((ta, n) => ta.percentRank(n)),
  vortex: study((ta, n) => ta.vortex(n)),
  ichimoku: study((ta, n) => ta.ichimoku({ conversion: n, base: n + 1, span: n + 2 })),
  chaikinMoneyFlow: study((ta, n) => ta.chaikinMoneyFlow(n)),
  relativeVolume: study((ta, n) => ta.relativeVolume(n)),
  volumeWeighted: study((ta, n) => ta.volumeWeighted(n)),
  moneyFlow: study((ta, n) => ta.moneyFlow(n)),
  'average since the highest': study((ta, n) => ta.levels.anchoredVwap({ since: 'highest', bars: n })),
  // Of one change there is nothing smoothed.
  'cmo of one': study((ta) => ta.cmo(1)),
};

/** What remembers more than a window. */
const ENDLESS: Readonly<Record<string, Declare>> = {
  ema: (scope, n) => scope.ema(n),
  rsi: (scope, n) => scope.rsi(n),
  atr: (scope, n) => scope.atr(n),
  ...Object.fromEntries(AVERAGES.map((kind) => [`average ${kind}`, study((ta, n) => ta.average(kind, n))])),
  trix: study((ta, n) => ta.trix(n, { on: 'volume' })),
  keltner: study((ta, n) => ta.keltner(n, n, 2)),
  superTrend: study((ta, n) => ta.superTrend(n, 3)),
  stochasticRsi: study((ta, n) => ta.stochasticRsi(n, n, n)),
  kdj: study((ta, n) => ta.kdj({ range: n, slowing: n, signal: n })),
  stochasticMomentum: study((ta, n) => ta.stochasticMomentum({ range: n, first: n, second: n, signal: n })),
  trueStrength: study((ta, n) => ta.trueStrength(n, n, n)),
  adx: study((ta, n) => ta.adx(n)),
  directionalRating: study((ta, n) => ta.directionalRating(n)),
  massIndex: study((ta, n) => ta.massIndex(n, n)),
  chaikinVolatility: study((ta, n) => ta.chaikinVolatility(n, n)),
  relativeVolatility: study((ta, n) => ta.relativeVolatility(n, n)),
  force: study((ta, n) => ta.force(n)),
  chaikinOscillator: study((ta, n) => ta.chaikinOscillator(n, n + 2)),
  variableAverage: study((ta, n) => ta.variableAverage('kaufman', { shortest: 1, longest: n }, () => n)),
  dominant: study((ta) => ta.cycles.dominant()),
  phase: study((ta) => ta.cycles.phase()),
  mesa: study((ta) => ta.cycles.mesa()),
  sar: study((ta) => ta.sar()),
  sarExtended: study((ta) => ta.sarExtended({ long: factor, short: factor, offset: 0.1 })),
  priceVolumeTrend: study((ta) => ta.priceVolumeTrend()),
  positiveVolume: study((ta) => ta.positiveVolume()),
  negativeVolume: study((ta) => ta.negativeVolume()),
  facilitation: study((ta) => ta.facilitation()),
};

describe('an indicator on a hostile series', () => {
  it.each(Object.entries({ ...WINDOWED, ...ENDLESS }))('has no value that is none: %s', (_, declare) => {
    for (const [name, bars] of Object.entries({ ...SERIES, ...BEYOND })) {
      for (const n of LENGTHS) {
        const { values, warmUp } = valuesOf(declare, n, hostileTable(bars));
        const faults = values.flatMap((row, index) => {
          const isSound = row.every((value) => (index + 1 < warmUp ? Number.isNaN(value) : Number.isFinite(value)));
          return isSound ? [] : [`${name}, ${n}, row ${index}: ${row.join(' ')}`];
        });
        expect(faults).toEqual([]);
      }
    }
  });

  it.each(Object.entries(WINDOWED))('is that of its window by itself: %s', (_, declare) => {
    for (const [name, bars] of Object.entries(SERIES)) {
      const table = hostileTable(bars);
      for (const n of LENGTHS) {
        const { values, warmUp } = valuesOf(declare, n, table);
        for (let row = warmUp - 1; row < BARS; row += 1) {
          const alone = valuesOf(declare, n, table, row - warmUp + 1, row + 1).values.at(-1) ?? [];
          for (const [line, value] of (values[row] ?? []).entries()) {
            const own = alone[line] ?? NaN;
            const difference = Math.abs(value - own);
            if (difference <= 1e-7 * Math.abs(own) + 1e-15) continue;
            expect.fail(`${name}, ${n}, row ${row}, line ${line}: ${value}, of its window ${own}`);
          }
        }
      }
    }
  });

  it.each(Object.entries({ ...WINDOWED, ...ENDLESS }))(
    'has no value of a series shorter than it needs: %s',
    (_, declare) => {
      const { warmUp } = valuesOf(declare, 20, hostileTable([]));
      const { values } = valuesOf(declare, 20, hostileTable((SERIES['walk'] ?? []).slice(0, warmUp - 1)));
      expect(values.flat().filter((value) => !Number.isNaN(value))).toEqual([]);
    },
  );
});

it('moments are the same whether values are taken in one by one or many at a time', () => {
  for (const bars of Object.values(SERIES)) {
    const { close } = hostileTable(bars);
    const [one, many] = [new RollingMoments(20), new RollingMoments(20)];
    const [upper, middle, lower] = [new Float64Array(BARS), new Float64Array(BARS), new Float64Array(BARS)];
    for (let row = 0; row < 20; row += 1) for (const moments of [one, many]) moments.push(close[row] ?? 0);
    many.pushMany(close, 20, BARS - 20, 2, upper, middle, lower, 20, 255);
    for (let row = 20; row < BARS; row += 1) {
      one.push(close[row] ?? 0);
      const half = 2 * Math.sqrt(one.variance);
      expect([upper[row], middle[row], lower[row]]).toEqual([one.mean + half, one.mean, one.mean - half]);
    }
  }
});
