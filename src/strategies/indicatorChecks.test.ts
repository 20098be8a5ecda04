/** Whatever an indicator cannot be declared with is refused by its name, its parameter, the value and the range. */
import { describe, expect, it } from 'vitest';
import { catalogueNames } from '../../test/catalogueNames.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { IndicatorScope } from './IndicatorScope.js';
import type { StudyCatalogue } from './StudyCatalogue.js';
import { AVERAGES } from './studyKinds.js';

/** A parameter: how it is given, and what it may be, in words. Values are of any type, as in a file without types. */
type Row = readonly [name: string, parameter: string, declare: (scope: IndicatorScope, value: never) => unknown];

const study = (declare: (ta: StudyCatalogue, value: never) => unknown): Row[2] => {
  return ({ ta }, value) => declare(ta, value);
};
const factor = { initial: 0.02, step: 0.02, most: 0.2 };
const macd = { fast: 12, slow: 26, signal: 9 };
const stochastic = { range: 14, slowing: 3, signal: 3 };
const blau = { range: 13, first: 25, second: 2, signal: 9 };
const cloud = { conversion: 9, base: 26, span: 52 };

const LENGTHS: readonly Row[] = [
  ['sma', 'length', (scope, n) => scope.sma(n)],
  ['ema', 'length', (scope, n) => scope.ema(n)],
  ['rsi', 'length', (scope, n) => scope.rsi(n)],
  ['atr', 'length', (scope, n) => scope.atr(n)],
  ['highest', 'length', (scope, n) => scope.highest(n)],
  ['lowest', 'length', (scope, n) => scope.lowest(n)],
  ...AVERAGES.map((kind): Row => ['ta.average', 'length', study((ta, n) => ta.average(kind, n))]),
  [
    'ta.variableAverage',
    'shortest',
    study((ta, shortest) => ta.variableAverage('simple', { shortest, longest: 9 }, () => 3)),
  ],
  [
    'ta.variableAverage',
    'longest',
    study((ta, longest) => ta.variableAverage('simple', { shortest: 1, longest }, () => 3)),
  ],
  ['ta.sum', 'length', study((ta, n) => ta.sum(n))],
  ['ta.change', 'length', study((ta, n) => ta.change(n, 'ratio'))],
  ['ta.bollinger', 'length', study((ta, n) => ta.bollinger(n, 2))],
  ['ta.keltner', 'length', study((ta, n) => ta.keltner(n, 10, 2))],
  ['ta.keltner', 'rangeLength', study((ta, n) => ta.keltner(10, n, 2))],
  ['ta.accelerationBands', 'length', study((ta, n) => ta.accelerationBands(n))],
  ['ta.donchian', 'length', study((ta, n) => ta.donchian(n))],
  ['ta.extremes', 'length', study((ta, n) => ta.extremes(n))],
  ['ta.superTrend', 'length', study((ta, n) => ta.superTrend(n, 3))],
  ['ta.macd', 'fast', study((ta, fast) => ta.macd({ ...macd, fast }))],
  ['ta.macd', 'slow', study((ta, slow) => ta.macd({ ...macd, slow }))],
  ['ta.macd', 'signal', study((ta, signal) => ta.macd({ ...macd, signal }))],
  ['ta.percentOscillator', 'fast', study((ta, n) => ta.percentOscillator('exponential', n, 26))],
  ['ta.percentOscillator', 'slow', study((ta, n) => ta.percentOscillator('exponential', 12, n))],
  ['ta.trix', 'length', study((ta, n) => ta.trix(n))],
  ['ta.stochastic', 'range', study((ta, range) => ta.stochastic({ ...stochastic, range }))],
  ['ta.stochastic', 'slowing', study((ta, slowing) => ta.stochastic({ ...stochastic, slowing }))],
  ['ta.stochastic', 'signal', study((ta, signal) => ta.stochastic({ ...stochastic, signal }))],
  ['ta.stochasticRsi', 'length', study((ta, n) => ta.stochasticRsi(n, 14, 3))],
  ['ta.stochasticRsi', 'range', study((ta, n) => ta.stochasticRsi(14, n, 3))],
  ['ta.stochasticRsi', 'signal', study((ta, n) => ta.stochasticRsi(14, 14, n))],
  ['ta.stochasticRsi', 'slowing', study((ta, slowing) => ta.stochasticRsi(14, 14, 3, { slowing }))],
  ['ta.cmo', 'length', study((ta, n) => ta.cmo(n))],
  ['ta.cci', 'length', study((ta, n) => ta.cci(n))],
  ['ta.williamsR', 'length', study((ta, n) => ta.williamsR(n))],
  ['ta.ultimate', 'short', study((ta, n) => ta.ultimate(n))],
  ['ta.ultimate', 'middle', study((ta, n) => ta.ultimate(7, n))],
  ['ta.ultimate', 'long', study((ta, n) => ta.ultimate(7, 14, n))],
  ['ta.intradayMomentum', 'length', study((ta, n) => ta.intradayMomentum(n))],
  ['ta.adx', 'length', study((ta, n) => ta.adx(n))],
  ['ta.directionalRating', 'length', study((ta, n) => ta.directionalRating(n))],
  ['ta.directionalIndicators', 'length', study((ta, n) => ta.directionalIndicators(n))],
  ['ta.directionalMovement', 'length', study((ta, n) => ta.directionalMovement(n))],
  ['ta.variance', 'length', study((ta, n) => ta.variance(n))],
  ['ta.priceOscillator', 'fast', study((ta, n) => ta.priceOscillator('exponential', n, 26))],
  ['ta.priceOscillator', 'slow', study((ta, n) => ta.priceOscillator('exponential', 12, n))],
  ['ta.accelerator', 'fast', study((ta, n) => ta.accelerator(n))],
  ['ta.accelerator', 'slow', study((ta, n) => ta.accelerator(5, n))],
  ['ta.accelerator', 'signal', study((ta, n) => ta.accelerator(5, 34, n))],
  ['ta.plainCmo', 'length', study((ta, n) => ta.plainCmo(n))],
  ['ta.efficiency', 'length', study((ta, n) => ta.efficiency(n))],
  ['ta.coppock', 'average', study((ta, n) => ta.coppock(n))],
  ['ta.coppock', 'short', study((ta, n) => ta.coppock(10, n))],
  ['ta.coppock', 'long', study((ta, n) => ta.coppock(10, 11, n))],
  ['ta.detrended', 'length', study((ta, n) => ta.detrended(n))],
  ['ta.kdj', 'range', study((ta, range) => ta.kdj({ ...stochastic, range }))],
  ['ta.qstick', 'length', study((ta, n) => ta.qstick(n))],
  ['ta.stochasticMomentum', 'range', study((ta, range) => ta.stochasticMomentum({ ...blau, range }))],
  ['ta.stochasticMomentum', 'second', study((ta, second) => ta.stochasticMomentum({ ...blau, second }))],
  ['ta.verticalHorizontal', 'length', study((ta, n) => ta.verticalHorizontal(n))],
  ['ta.fractals', 'left', study((ta, n) => ta.fractals(n))],
  ['ta.fractals', 'right', study((ta, n) => ta.fractals(2, n))],
  ['ta.chaikinMoneyFlow', 'length', study((ta, n) => ta.chaikinMoneyFlow(n))],
  ['ta.relativeVolume', 'length', study((ta, n) => ta.relativeVolume(n))],
  ['ta.averageRange', 'length', study((ta, n) => ta.averageRange(n))],
  ['ta.chaikinVolatility', 'length', study((ta, n) => ta.chaikinVolatility(n))],
  ['ta.chaikinVolatility', 'change', study((ta, n) => ta.chaikinVolatility(10, n))],
  ['ta.massIndex', 'length', study((ta, n) => ta.massIndex(n))],
  ['ta.massIndex', 'sum', study((ta, n) => ta.massIndex(9, n))],
  ['ta.relativeVolatility', 'length', study((ta, n) => ta.relativeVolatility(n))],
  ['ta.relativeVolatility', 'deviation', study((ta, n) => ta.relativeVolatility(14, n))],
  ['ta.percentile', 'length', study((ta, n) => ta.percentile(n, 50))],
  ['ta.percentRank', 'length', study((ta, n) => ta.percentRank(n))],
  ['ta.aroon', 'length', study((ta, n) => ta.aroon(n))],
  ['ta.averageTrueRange', 'length', study((ta, n) => ta.averageTrueRange(n))],
  ['ta.normalizedRange', 'length', study((ta, n) => ta.normalizedRange(n))],
  ['ta.deviation', 'length', study((ta, n) => ta.deviation(n))],
  ['ta.volatility', 'length', study((ta, n) => ta.volatility('parkinson', n))],
  ['ta.correlation', 'length', study((ta, n) => ta.correlation(n, 'close', 'high'))],
  ['ta.beta', 'length', study((ta, n) => ta.beta(n, 'close', 'high'))],
  ['ta.correlationWith', 'length', study((ta, n) => ta.correlationWith('B', n))],
  ['ta.betaTo', 'length', study((ta, n) => ta.betaTo('B', n))],
  ['ta.meanDeviation', 'length', study((ta, n) => ta.meanDeviation(n))],
  ['ta.ichimoku', 'conversion', study((ta, conversion) => ta.ichimoku({ ...cloud, conversion }))],
  ['ta.ichimoku', 'base', study((ta, base) => ta.ichimoku({ ...cloud, base }))],
  ['ta.ichimoku', 'span', study((ta, span) => ta.ichimoku({ ...cloud, span }))],
  ['ta.vortex', 'length', study((ta, n) => ta.vortex(n))],
  ['ta.elderRay', 'length', study((ta, n) => ta.elderRay(n))],
  ['ta.awesome', 'fast', study((ta, n) => ta.awesome(n))],
  ['ta.awesome', 'slow', study((ta, n) => ta.awesome(5, n))],
  ['ta.trueStrength', 'first', study((ta, n) => ta.trueStrength(n))],
  ['ta.trueStrength', 'second', study((ta, n) => ta.trueStrength(25, n))],
  ['ta.trueStrength', 'signal', study((ta, n) => ta.trueStrength(25, 13, n))],
  ['ta.chandelierExit', 'length', study((ta, n) => ta.chandelierExit(n, 3))],
  ['ta.volumeWeighted', 'length', study((ta, n) => ta.volumeWeighted(n))],
  ['ta.force', 'length', study((ta, n) => ta.force(n))],
  ['ta.chaikinOscillator', 'fast', study((ta, n) => ta.chaikinOscillator(n))],
  ['ta.chaikinOscillator', 'slow', study((ta, n) => ta.chaikinOscillator(3, n))],
  ['ta.moneyFlow', 'length', study((ta, n) => ta.moneyFlow(n))],
  ['ta.cycles.average', 'shortest', study((ta, n) => ta.cycles.average('simple', n, 40))],
  ['ta.cycles.average', 'longest', study((ta, n) => ta.cycles.average('simple', 1, n))],
  ['ta.levels.anchoredVwap', 'bars', study((ta, n) => ta.levels.anchoredVwap({ since: 'highest', bars: n }))],
  ['ta.levels.volumeProfile', 'bars', study((ta, n) => ta.levels.volumeProfile({ bars: n }, 0.5))],
];

/** Ranges of their own. */
const OTHERS: readonly (readonly [...Row, bad: readonly unknown[], range: string])[] = [
  ['openingRange', 'minutes', (scope, n) => scope.openingRange(n), [-5, 0, 2.5, 391], 'a whole number from 1 to 390'],
  ['ta.regression', 'length', study((ta, n) => ta.regression(n)), [-5, 1, 2.5], 'a whole number from 2 to 1000000'],
  [
    'ta.volatility',
    'length',
    study((ta, n) => ta.volatility('yangZhang', n)),
    [0, 1],
    'a whole number from 2 to 1000000',
  ],
  [
    'ta.cycles.average',
    'longest',
    study((ta, n) => ta.cycles.average('simple', 6, n)),
    [5],
    'a whole number from 6 to 1000000',
  ],
  ...(['bollinger', 'superTrend', 'chandelierExit'] as const).map((name) => {
    const declare = study((ta, n) => ta[name](10, n));
    return [`ta.${name}`, 'width', declare, [-0.1, NaN, Infinity], 'a finite number from 0 on'] as const;
  }),
  ['ta.keltner', 'width', study((ta, n) => ta.keltner(10, 10, n)), [-1, '2'], 'a finite number from 0 on'],
  [
    'ta.bollinger',
    'width',
    study((ta, above) => ta.bollinger(5, { above, below: 1 })),
    [-1, undefined],
    'a finite number from 0 on',
  ],
  ['ta.deviation', 'times', study((ta, times) => ta.deviation(5, { times })), [NaN, '2'], 'a finite number'],
  [
    'ta.average',
    'factor',
    study((ta, factor) => ta.average('t3', 5, { factor })),
    [-0.1, 1.1, null],
    'a finite number from 0 to 1',
  ],
  ['ta.percentile', 'percent', study((ta, n) => ta.percentile(5, n)), [-1, 101, NaN], 'a finite number from 0 to 100'],
  [
    'ta.forecastOscillator',
    'length',
    study((ta, n) => ta.forecastOscillator(n)),
    [-5, 1, 2.5],
    'a whole number from 2 to 1000000',
  ],
  ['ta.sar', 'step', study((ta, n) => ta.sar(n)), [-5, NaN], 'a finite number from 0 on'],
  ['ta.sar', 'most', study((ta, n) => ta.sar(0.02, n)), [-5, NaN], 'a finite number from 0 on'],
  [
    'ta.ichimoku',
    'displacement',
    study((ta, displacement) => ta.ichimoku({ ...cloud, displacement })),
    [-1, 2.5],
    'a whole number from 0 to 1000000',
  ],
  [
    'ta.directionalRating',
    'back',
    study((ta, back) => ta.directionalRating(9, { back })),
    [-1, 2.5],
    'a whole number from 0 to 1000000',
  ],
  [
    'ta.sarExtended',
    'start',
    study((ta, start) => ta.sarExtended({ long: factor, short: factor, start })),
    [NaN, -Infinity],
    'a finite number',
  ],
  [
    'ta.sarExtended',
    'offset',
    study((ta, offset) => ta.sarExtended({ long: factor, short: factor, offset })),
    [-0.1, null],
    'a finite number from 0 on',
  ],
  [
    'ta.sarExtended',
    'short.most',
    study((ta, most) => ta.sarExtended({ long: factor, short: { ...factor, most } })),
    [-0.1, undefined],
    'a finite number from 0 on',
  ],
  ['ta.cycles.mesa', 'fast', study((ta, n) => ta.cycles.mesa(n)), [0, 1.1], 'a finite number above 0 to 1'],
  ['ta.cycles.mesa', 'slow', study((ta, n) => ta.cycles.mesa(0.5, n)), [0, 0.6], 'a finite number above 0 to 0.5'],
  [
    'ta.levels.volumeProfile',
    'step',
    study((ta, n) => ta.levels.volumeProfile({ each: 'week' }, n)),
    [0, -1, NaN],
    'a finite number above 0',
  ],
  [
    'ta.ichimoku',
    'displacement',
    study((ta, displacement) => ta.ichimoku({ ...cloud, displacement })),
    [-1, 1.5, null],
    'a whole number from 0 to 1000000',
  ],
  [
    'ta.directionalRating',
    'back',
    study((ta, back) => ta.directionalRating(9, { back })),
    [-1, 1.5, null],
    'a whole number from 0 to 1000000',
  ],
  [
    'ta.levels.anchoredVwap',
    'at',
    study((ta, at) => ta.levels.anchoredVwap({ at })),
    [1.5, '2024-01-02'],
    'a time in whole microseconds',
  ],
];

const FIELDS = 'one of open, high, low, close, volume';
const PRICES = `${FIELDS}, median, typical, weightedClose, average`;
const SEED_WORDS = 'one of mean, first, once, late';
const PERIODS = 'one of session, week, month';
const KINDS = `one of ${AVERAGES.join(', ')}`;
/** Words, each given one that is none of them. */
const WORDS: readonly (readonly [...Row, range: string])[] = [
  ...(['sma', 'ema', 'rsi', 'highest', 'lowest'] as const).map((name) => {
    return [name, 'on', (scope: IndicatorScope, on: never) => scope[name](5, { on }), FIELDS] as const;
  }),
  ...(
    [
      'sum',
      'extremes',
      'trix',
      'cmo',
      'deviation',
      'meanDeviation',
      'regression',
      'plainCmo',
      'efficiency',
      'detrended',
      'forecastOscillator',
      'verticalHorizontal',
      'percentRank',
    ] as const satisfies (keyof StudyCatalogue)[]
  ).map((name) => [`ta.${name}`, 'on', study((ta, on) => ta[name](5, { on })), PRICES] as const),
  ['ta.kdj', 'signalKind', study((ta, kind) => ta.kdj({ ...stochastic, signalKind: kind })), KINDS],
  ['ta.coppock', 'on', study((ta, on) => ta.coppock(10, 11, 14, { on })), PRICES],
  ['ta.relativeVolatility', 'on', study((ta, on) => ta.relativeVolatility(14, 10, { on })), PRICES],
  ['ta.percentile', 'on', study((ta, on) => ta.percentile(5, 50, { on })), PRICES],
  ['ta.average', 'on', study((ta, on) => ta.average('simple', 5, { on })), PRICES],
  ['ta.average', 'kind', study((ta, kind) => ta.average(kind, 5)), KINDS],
  [
    'ta.variableAverage',
    'kind',
    study((ta, kind) => ta.variableAverage(kind, { shortest: 2, longest: 9 }, () => 3)),
    KINDS,
  ],
  ['ta.price', 'kind', study((ta, kind) => ta.price(kind)), PRICES],
  ['ta.change', 'how', study((ta, how) => ta.change(5, how)), 'one of difference, fraction, percent, ratio'],
  ['ta.change', 'on', study((ta, on) => ta.change(5, 'ratio', { on })), PRICES],
  ['ta.bollinger', 'on', study((ta, on) => ta.bollinger(5, 2, { on })), PRICES],
  ['ta.macd', 'on', study((ta, on) => ta.macd(macd, { on })), PRICES],
  ['ta.macd', 'kind', study((ta, kind) => ta.macd({ ...macd, kind })), KINDS],
  ['ta.macd', 'fastKind', study((ta, fastKind) => ta.macd({ ...macd, fastKind })), KINDS],
  ['ta.macd', 'signalKind', study((ta, signalKind) => ta.macd({ ...macd, signalKind })), KINDS],
  ['ta.kdj', 'slowingKind', study((ta, kind) => ta.kdj({ ...stochastic, slowingKind: kind })), KINDS],
  ['ta.macd', 'slowKind', study((ta, slowKind) => ta.macd({ ...macd, slowKind })), KINDS],
  ['ta.bollinger', 'average', study((ta, average) => ta.bollinger(5, 2, { average })), KINDS],
  ['ta.stochastic', 'slowingKind', study((ta, kind) => ta.stochastic({ ...stochastic, slowingKind: kind })), KINDS],
  ['ta.stochastic', 'signalKind', study((ta, kind) => ta.stochastic({ ...stochastic, signalKind: kind })), KINDS],
  ['ta.stochasticRsi', 'signalKind', study((ta, kind) => ta.stochasticRsi(5, 5, 3, { signalKind: kind })), KINDS],
  ['ta.stochasticRsi', 'slowingKind', study((ta, kind) => ta.stochasticRsi(5, 5, 3, { slowingKind: kind })), KINDS],
  ['ta.keltner', 'average', study((ta, average) => ta.keltner(5, 5, 2, { average })), KINDS],
  ['ta.keltner', 'rangeAverage', study((ta, kind) => ta.keltner(5, 5, 2, { rangeAverage: kind })), KINDS],
  ['ta.keltner', 'on', study((ta, on) => ta.keltner(5, 5, 2, { on })), PRICES],
  ['ta.stochasticRsi', 'on', study((ta, on) => ta.stochasticRsi(5, 5, 3, { on })), PRICES],
  ['ta.extremes', 'equal', study((ta, equal) => ta.extremes(5, { equal })), 'one of newest, oldest, talib'],
  ['ta.average', 'seed', study((ta, seed) => ta.average('exponential', 9, { seed })), SEED_WORDS],
  ['ta.macd', 'seed', study((ta, seed) => ta.macd({ ...macd, seed })), SEED_WORDS],
  ['ta.percentOscillator', 'seed', study((ta, seed) => ta.percentOscillator('wilder', 5, 9, { seed })), SEED_WORDS],
  ['ta.trix', 'seed', study((ta, seed) => ta.trix(9, { seed })), SEED_WORDS],
  ['ta.adx', 'seed', study((ta, seed) => ta.adx(9, { seed })), 'one of early, sum'],
  ['ta.directionalIndicators', 'seed', study((ta, seed) => ta.directionalIndicators(9, { seed })), 'one of early, sum'],
  ['ta.directionalMovement', 'seed', study((ta, seed) => ta.directionalMovement(9, { seed })), 'one of early, sum'],
  ['ta.priceOscillator', 'seed', study((ta, seed) => ta.priceOscillator('wilder', 5, 9, { seed })), SEED_WORDS],
  ['ta.directionalRating', 'seed', study((ta, seed) => ta.directionalRating(9, { seed })), 'one of early, sum'],
  ['ta.chaikinOscillator', 'seed', study((ta, seed) => ta.chaikinOscillator(3, 9, { seed })), 'one of mean, first'],
  [
    'ta.stochasticMomentum',
    'seed',
    study((ta, seed) => ta.stochasticMomentum({ ...blau, seed })),
    'one of mean, first',
  ],
  ['ta.superTrend', 'seed', study((ta, seed) => ta.superTrend(9, 2, { seed })), 'one of close, up, down'],
  ['ta.superTrend', 'average', study((ta, average) => ta.superTrend(9, 2, { average })), KINDS],
  ['ta.averageTrueRange', 'average', study((ta, average) => ta.averageTrueRange(9, { average })), KINDS],
  ['ta.normalizedRange', 'average', study((ta, average) => ta.normalizedRange(9, { average })), KINDS],
  ['ta.cycles.mesa', 'seed', study((ta, seed) => ta.cycles.mesa(0.5, 0.05, { seed })), 'one of zero, mean'],
  ['ta.onBalanceVolume', 'seed', study((ta, seed) => ta.onBalanceVolume({ seed })), 'one of volume, zero'],
  ['ta.onBalanceVolume', 'on', study((ta, on) => ta.onBalanceVolume({ on })), PRICES],
  ['ta.volumeWeighted', 'on', study((ta, on) => ta.volumeWeighted(5, { on })), PRICES],
  ['ta.variance', 'on', study((ta, on) => ta.variance(5, { on })), PRICES],
  ['ta.priceOscillator', 'kind', study((ta, kind) => ta.priceOscillator(kind, 5, 9)), KINDS],
  ['ta.priceOscillator', 'on', study((ta, on) => ta.priceOscillator('simple', 5, 9, { on })), PRICES],
  ['ta.percentOscillator', 'kind', study((ta, kind) => ta.percentOscillator(kind, 5, 9)), KINDS],
  ['ta.percentOscillator', 'on', study((ta, on) => ta.percentOscillator('simple', 5, 9, { on })), PRICES],
  [
    'ta.volatility',
    'kind',
    study((ta, kind) => ta.volatility(kind, 5)),
    'one of parkinson, garmanKlass, rogersSatchell, yangZhang',
  ],
  ['ta.correlation', 'of', study((ta, of) => ta.correlation(5, of, 'high')), PRICES],
  ['ta.correlation', 'against', study((ta, against) => ta.correlation(5, 'close', against)), PRICES],
  ['ta.beta', 'of', study((ta, of) => ta.beta(5, of, 'high')), PRICES],
  ['ta.beta', 'against', study((ta, against) => ta.beta(5, 'close', against)), PRICES],
  ['ta.correlationWith', 'on', study((ta, on) => ta.correlationWith('B', 5, { on })), PRICES],
  ['ta.betaTo', 'on', study((ta, on) => ta.betaTo('B', 5, { on })), PRICES],
  ['ta.cycles.dominant', 'on', study((ta, on) => ta.cycles.dominant({ on })), PRICES],
  ['ta.cycles.phase', 'on', study((ta, on) => ta.cycles.phase({ on })), PRICES],
  ['ta.cycles.average', 'kind', study((ta, kind) => ta.cycles.average(kind, 2, 9)), KINDS],
  ['ta.cycles.mesa', 'on', study((ta, on) => ta.cycles.mesa(0.5, 0.05, { on })), PRICES],
  ['ta.levels.pivots', 'kind', study((ta, kind) => ta.levels.pivots(kind)), 'one of classic, fibonacci, woodie'],
  ['ta.levels.pivots', 'period', study((ta, period) => ta.levels.pivots('classic', period)), PERIODS],
  ['ta.levels.camarillaPivots', 'period', study((ta, period) => ta.levels.camarillaPivots(period)), PERIODS],
  ['ta.levels.demarkPivots', 'period', study((ta, period) => ta.levels.demarkPivots(period)), PERIODS],
  ['ta.levels.anchoredVwap', 'each', study((ta, each) => ta.levels.anchoredVwap({ each })), PERIODS],
  [
    'ta.levels.anchoredVwap',
    'since',
    study((ta, since) => ta.levels.anchoredVwap({ since, bars: 5 })),
    'one of highest, lowest',
  ],
  ['ta.levels.volumeProfile', 'each', study((ta, each) => ta.levels.volumeProfile({ each }, 1)), PERIODS],
];

/** What is true or false. */
const FLAGS: readonly Row[] = [
  ['ta.trueRange', 'firstBar', study((ta, firstBar) => ta.trueRange({ firstBar }))],
  ['ta.averageTrueRange', 'firstBar', study((ta, firstBar) => ta.averageTrueRange(9, { firstBar }))],
  ['ta.normalizedRange', 'firstBar', study((ta, firstBar) => ta.normalizedRange(9, { firstBar }))],
  ['ta.superTrend', 'firstBar', study((ta, firstBar) => ta.superTrend(9, 2, { firstBar }))],
  ['ta.keltner', 'firstBar', study((ta, firstBar) => ta.keltner(5, 5, 2, { firstBar }))],
  ['ta.keltner', 'aligned', study((ta, aligned) => ta.keltner(5, 5, 2, { aligned }))],
  ['ta.macd', 'aligned', study((ta, aligned) => ta.macd({ ...macd, aligned }))],
  ['ta.macd', 'fixed', study((ta, fixed) => ta.macd({ ...macd, fixed }))],
];

/** Averages that begin with nothing but the mean, or of values of which there are not as many. */
const UNSEEDED: readonly (readonly [name: string, declare: Row[2], range: string])[] = [
  ['ta.average', study((ta, seed) => ta.average('simple', 9, { seed })), 'mean for a simple average'],
  ['ta.average', study((ta, seed) => ta.average('zeroLag', 9, { seed })), 'mean for a zeroLag average'],
  ['ta.macd', study((ta, seed) => ta.macd({ ...macd, kind: 'kaufman', seed })), 'mean for a kaufman average'],
  ['ta.macd', study((ta, seed) => ta.macd({ ...macd, signalKind: 'hull', seed })), 'mean for a hull average'],
  [
    'ta.priceOscillator',
    study((ta, seed) => ta.priceOscillator('weighted', 5, 9, { seed })),
    'mean for a weighted average',
  ],
  [
    'ta.percentOscillator',
    study((ta, seed) => ta.percentOscillator('mesa', 5, 9, { seed })),
    'mean for a mesa average',
  ],
];

/** What has nothing to be given. */
const WITHOUT = [
  'vwap',
  'ta.balanceOfPower',
  'ta.heikinAshi',
  'ta.accumulationDistribution',
  'ta.facilitation',
  'ta.negativeVolume',
  'ta.positiveVolume',
  'ta.priceVolumeTrend',
  'ta.williamsAccumulation',
];

const scope = (): IndicatorScope => new IndicatorScope('1m', { slot: 0 }, ['A', 'B'], RAW_PRICE_SCALE);
const refusal = (row: Row, value: unknown): string => {
  try {
    row[2](scope(), value as never);
    return `${String(value)} is taken`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
};
const sentence = ([name, parameter]: Row, value: unknown, range: string): string => {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return `AssertionError: ${name}: ${parameter} is ${shown}, and must be ${range}`;
};

describe('an indicator that cannot be declared', () => {
  it.each(LENGTHS)('names %s, its %s and the bars that it may look back', (...row) => {
    for (const value of [-5, 0, 1.5, NaN, Infinity, 1_000_001, '5', null]) {
      expect(refusal(row, value)).toBe(sentence(row, value, 'a whole number from 1 to 1000000'));
    }
    expect(refusal(row, 2)).toBe('2 is taken');
  });

  it.each(OTHERS)('names %s, its %s and its range', (name, parameter, declare, bad, range) => {
    for (const value of bad) {
      const row: Row = [name, parameter, declare];
      expect(refusal(row, value)).toBe(sentence(row, value, range));
    }
  });

  it.each(WORDS)('names %s, its %s and the words that there are', (name, parameter, declare, range) => {
    const row: Row = [name, parameter, declare];
    for (const value of ['opne', 5, null]) expect(refusal(row, value)).toBe(sentence(row, value, range));
  });

  it.each(FLAGS)('names %s, its %s and that it is true or false', (...row) => {
    for (const value of ['no', 1, 0, null]) expect(refusal(row, value)).toBe(sentence(row, value, 'true or false'));
    for (const value of [true, false, undefined]) expect(refusal(row, value)).toBe(`${value} is taken`);
  });

  it.each(UNSEEDED)('names %s, its %s where the average is of a kind that takes none', (name, declare, range) => {
    const row: Row = [name, 'seed', declare];
    expect(refusal(row, 'first')).toBe(sentence(row, 'first', range));
    expect(refusal(row, 'mean')).toBe('mean is taken');
    expect(refusal(row, 'best')).toBe(sentence(row, 'best', SEED_WORDS));
  });

  it('takes a seed where each of three kinds has one, whatever all were to be', () => {
    const kinds = { fastKind: 'double', slowKind: 'wilder', signalKind: 'exponential' } as const;
    const row: Row = ['ta.macd', 'seed', study((ta, seed) => ta.macd({ ...macd, kind: 'simple', ...kinds, seed }))];
    expect(refusal(row, 'first')).toBe('first is taken');
  });

  it('names a missing object’s parameter, too', () => {
    const row: Row = ['ta.macd', 'fast', study((ta, value) => ta.macd(value))];
    expect(refusal(row, undefined)).toBe(sentence(row, undefined, 'a whole number from 1 to 1000000'));
  });

  it('is asked of every indicator that there is', () => {
    const one = scope();
    const inner = ['constructor', 'ta', 'extreme', 'line'];
    const ofScope = Object.getOwnPropertyNames(Object.getPrototypeOf(one)).filter((name) => !inner.includes(name));
    const groups = [
      ['ta.', one.ta],
      ['ta.cycles.', one.ta.cycles],
      ['ta.levels.', one.ta.levels],
    ] as const;
    const ofGroups = groups.flatMap(([prefix, group]) => catalogueNames(group).map((name) => prefix + name));
    const all = [...ofScope, ...ofGroups];
    const asked = new Set([...WITHOUT, ...[...LENGTHS, ...OTHERS, ...WORDS, ...FLAGS].map(([name]) => name)]);
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((name) => !asked.has(name))).toEqual([]);
  });
});
