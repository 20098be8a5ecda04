import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogueNames } from '../../test/catalogueNames.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { IndicatorLine } from '../indicators/IndicatorLine.js';
import { SeededRandom } from '../utils/random.js';
import { IndicatorScope } from './IndicatorScope.js';
import type { StudyCatalogue } from './StudyCatalogue.js';
import { AVERAGES } from './studyKinds.js';

const BARS = 300;
const SAR_FACTOR = { initial: 0.02, step: 0.02, most: 0.2 };

/** Every study with usual lengths, and the range in which its values must lie on prices around $100. */
const STUDIES: readonly [name: string, declare: (ta: StudyCatalogue) => unknown, low: number, high: number][] = [
  ...AVERAGES.map((kind): [string, (ta: StudyCatalogue) => unknown, number, number] => [
    `${kind} average`,
    (ta) => ta.average(kind, 10),
    kind === 'mesa' ? 10 : 60,
    160,
  ]),
  ['price', (ta) => ta.price('typical'), 60, 160],
  ['sum', (ta) => ta.sum(5), 300, 800],
  ['change in dollars', (ta) => ta.change(5, 'difference'), -60, 60],
  ['change as a ratio', (ta) => ta.change(5, 'ratio'), 0.5, 1.5],
  ['bollinger', (ta) => ta.bollinger(20, 2), 50, 170],
  ['keltner', (ta) => ta.keltner(20, 10, 2), 50, 170],
  ['acceleration bands', (ta) => ta.accelerationBands(20), 50, 170],
  ['donchian', (ta) => ta.donchian(20), 50, 170],
  ['super trend', (ta) => ta.superTrend(10, 3).stop, 50, 170],
  ['super trend’s direction', (ta) => ta.superTrend(10, 3).direction, -1, 1],
  ['sar', (ta) => ta.sar(), 50, 170],
  ['macd', (ta) => ta.macd({ fast: 12, slow: 26, signal: 9 }), -20, 20],
  ['macd of several kinds', (ta) => ta.macd({ fast: 5, slow: 9, signal: 3, fastKind: 'kaufman' }), -20, 20],
  ['bands around another average', (ta) => ta.bollinger(20, 2, { average: 'hull' }), 50, 170],
  ['bands of two widths', (ta) => ta.bollinger(20, { above: 1, below: 2 }), 50, 170],
  ['price oscillator', (ta) => ta.priceOscillator('triple', 12, 26), -20, 20],
  ['directional rating', (ta) => ta.directionalRating(14), 0, 100],
  ['directional indicators', (ta) => ta.directionalIndicators(14), 0, 100],
  ['directional movement', (ta) => ta.directionalMovement(14), 0, 100],
  ['variance', (ta) => ta.variance(20), 0, 900],
  ['percent oscillator', (ta) => ta.percentOscillator('exponential', 12, 26), -20, 20],
  ['trix', (ta) => ta.trix(15), -5, 5],
  ['stochastic', (ta) => ta.stochastic({ range: 14, slowing: 3, signal: 3 }), 0, 100.0001],
  ['stochastic rsi', (ta) => ta.stochasticRsi(14, 14, 3), -0.0001, 100.0001],
  ['cmo', (ta) => ta.cmo(14), -100, 100],
  ['cci', (ta) => ta.cci(20), -500, 500],
  ['williams %R', (ta) => ta.williamsR(14), -100, 0],
  ['ultimate', (ta) => ta.ultimate(), 0, 100],
  ['balance of power', (ta) => ta.balanceOfPower(), -1, 1],
  ['intraday momentum', (ta) => ta.intradayMomentum(14), 0, 100],
  ['adx', (ta) => ta.adx(14), 0, 100],
  ['aroon', (ta) => ta.aroon(14), -100, 100],
  ['true range', (ta) => ta.trueRange(), 0, 20],
  ['normalized range', (ta) => ta.normalizedRange(14), 0, 20],
  ['deviation', (ta) => ta.deviation(20), 0, 30],
  ['mean deviation', (ta) => ta.meanDeviation(20), 0, 30],
  ['regression', (ta) => ta.regression(14).value, 50, 170],
  ['regression’s slope', (ta) => ta.regression(14).slope, -5, 5],
  ['regression’s angle', (ta) => ta.regression(14).angle, -80, 80],
  ['extremes', (ta) => ta.extremes(14), 0, 170],
  ['bars since the highest', (ta) => ta.extremes(14).barsSinceHighest, 0, 13],
  ['extended sar', (ta) => ta.sarExtended({ long: SAR_FACTOR, short: SAR_FACTOR }).stop, 50, 170],
  ['correlation', (ta) => ta.correlation(20, 'close', 'volume'), -1, 1],
  ['kaufman’s variable average', (ta) => ta.variableAverage('kaufman', { shortest: 3, longest: 20 }, () => 8), 60, 160],
  ['variable average', (ta) => ta.variableAverage('weighted', { shortest: 3, longest: 20 }, () => 8), 60, 160],
  ['beta', (ta) => ta.beta(20, 'close', 'high'), -5, 5],
  ['parkinson volatility', (ta) => ta.volatility('parkinson', 20), 0, 0.1],
  ['yang and zhang volatility', (ta) => ta.volatility('yangZhang', 20), 0, 0.1],
  ['accelerator', (ta) => ta.accelerator(), -20, 20],
  ['momentum of plain sums', (ta) => ta.plainCmo(14), -100, 100],
  ['efficiency', (ta) => ta.efficiency(10), 0, 1],
  ['coppock', (ta) => ta.coppock(), -50, 50],
  ['detrended price', (ta) => ta.detrended(20), -30, 30],
  ['forecast oscillator', (ta) => ta.forecastOscillator(5), -10, 10],
  ['kdj', (ta) => ta.kdj(), -100, 200],
  ['qstick', (ta) => ta.qstick(10), -3, 3],
  ['stochastic momentum', (ta) => ta.stochasticMomentum(), -100, 100],
  ['vertical horizontal filter', (ta) => ta.verticalHorizontal(28), 0, 1],
  ['fractals', (ta) => ta.fractals(), 0, 1],
  ['chaikin money flow', (ta) => ta.chaikinMoneyFlow(20), -1, 1],
  ['facilitation', (ta) => ta.facilitation(), 0, 1],
  ['negative volume', (ta) => ta.negativeVolume(), 500, 2000],
  ['positive volume', (ta) => ta.positiveVolume(), 500, 2000],
  ['price volume trend', (ta) => ta.priceVolumeTrend(), -1e4, 1e4],
  ['relative volume', (ta) => ta.relativeVolume(20), 0, 5],
  ['williams’ accumulation', (ta) => ta.williamsAccumulation(), -300, 300],
  ['average range', (ta) => ta.averageRange(14), 0, 5],
  ['chaikin volatility', (ta) => ta.chaikinVolatility(), -90, 200],
  ['mass index', (ta) => ta.massIndex(), 15, 35],
  ['relative volatility', (ta) => ta.relativeVolatility(), 0, 100],
  ['percentile', (ta) => ta.percentile(30, 75), 60, 160],
  ['percent rank', (ta) => ta.percentRank(30), 0, 100],
  ['dominant cycle', (ta) => ta.cycles.dominant().period, 6, 50],
  ['phasor', (ta) => ta.cycles.dominant().inPhase, -50, 50],
  ['phase', (ta) => ta.cycles.phase().phase, -45, 315],
  ['sine', (ta) => ta.cycles.phase().leadSine, -1, 1],
  ['trend line', (ta) => ta.cycles.phase().trendLine, 30, 170],
  ['trend mode', (ta) => ta.cycles.phase().trendMode, 0, 1],
  ['average over the cycle', (ta) => ta.cycles.average('simple', 6, 40), 60, 160],
  ['mesa average', (ta) => ta.cycles.mesa(), 10, 160],
  ['average since the highest', (ta) => ta.levels.anchoredVwap({ since: 'highest', bars: 20 }), 60, 160],
  ['volume profile', (ta) => ta.levels.volumeProfile({ bars: 30 }, 0.5).pointOfControl, 60, 160],
  ['value area', (ta) => ta.levels.volumeProfile({ bars: 30 }, 0.5).valueHigh, 60, 160],
  ['ichimoku', (ta) => ta.ichimoku(), 50, 170],
  ['heikin-ashi', (ta) => ta.heikinAshi(), 50, 170],
  ['vortex', (ta) => ta.vortex(14), 0, 5],
  ['elder ray', (ta) => ta.elderRay(13), -20, 20],
  ['awesome', (ta) => ta.awesome(), -20, 20],
  ['true strength', (ta) => ta.trueStrength(), -100, 100],
  ['chandelier exit', (ta) => ta.chandelierExit(22, 3), 40, 170],
  ['volume weighted', (ta) => ta.volumeWeighted(14), 60, 160],
  ['force', (ta) => ta.force(2), -20_000, 20_000],
  ['on balance volume', (ta) => ta.onBalanceVolume(), -1e7, 1e7],
  ['accumulation/distribution', (ta) => ta.accumulationDistribution(), -1e7, 1e7],
  ['chaikin oscillator', (ta) => ta.chaikinOscillator(), -1e6, 1e6],
  ['money flow', (ta) => ta.moneyFlow(14), 0, 100],
];

describe('the catalogue of studies', () => {
  const table = walk();

  it.each(STUDIES)('%s', (_, declare, low, high) => {
    const cursor = { slot: 0 };
    const scope = new IndicatorScope('1m', cursor, ['A', 'B'], RAW_PRICE_SCALE);
    const declared = declare(scope.ta);
    const lines = declared instanceof IndicatorLine ? [declared] : Object.values(declared as Record<string, unknown>);
    const [indicator] = scope.indicators;
    if (indicator === undefined) throw new Error('nothing was declared');
    const seen: number[] = [];
    for (let row = 0; row < table.length; row += 1) {
      // Symbols do not see each other: the second one is half as long and gets other bars.
      indicator.update(0, table, row);
      if (row % 2 === 0) indicator.update(1, table, table.length - 1 - row);
      expect(indicator.isReady(0)).toBe(row + 1 >= indicator.warmUpBars);
      if (!indicator.isReady(0)) continue;
      for (const one of lines) {
        if (!(one instanceof IndicatorLine)) throw new Error('a study gives lines');
        expect(one.value, `row ${row}`).toBeGreaterThanOrEqual(low);
        expect(one.value, `row ${row}`).toBeLessThanOrEqual(high);
        seen.push(one.value);
      }
    }
    // A line that never moves would be inside any range.
    expect(new Set(seen).size).toBeGreaterThan(1);
  });
});

describe('an average true range', () => {
  it('is what exits are given in, if it is the first one declared', () => {
    const one = new IndicatorScope('1m', { slot: 0 }, ['A'], RAW_PRICE_SCALE);
    one.ta.normalizedRange(14);
    expect(one.averageTrueRange).toBeUndefined();
    const range = one.ta.averageTrueRange(14, { average: 'simple' });
    one.atr(14);
    expect(one.averageTrueRange).toBe(range);
    const other = new IndicatorScope('1m', { slot: 0 }, ['A'], RAW_PRICE_SCALE);
    const wilder = other.atr(14);
    other.ta.averageTrueRange(14);
    expect(other.averageTrueRange).toBe(wilder);
  });
});

describe('docs/indicators.md', () => {
  it('names every study of the catalogue', () => {
    const text = readFileSync(new URL('../../docs/indicators.md', import.meta.url), 'utf8');
    const { ta } = new IndicatorScope('1m', { slot: 0 }, ['A'], RAW_PRICE_SCALE);
    for (const group of [ta, ta.cycles, ta.levels]) {
      const shown = catalogueNames(group);
      expect(shown.length).toBeGreaterThan(3);
      expect(shown.filter((name) => !text.includes(`\`${name}(`))).toEqual([]);
    }
  });
});

/** A seeded walk of about $100 with ranges and volumes. */
function walk(): BarTable {
  const random = new SeededRandom(7);
  const table = createBarTable('1m', BARS);
  let price = 100;
  for (let row = 0; row < BARS; row += 1) {
    const open = price;
    price = Math.min(140, Math.max(70, price + (random.next() - 0.5) * 2));
    const cents = (dollars: number): number => Math.round(dollars * 100) * (RAW_PRICE_SCALE / 100);
    table.start[row] = row;
    table.time[row] = row + 1;
    table.open[row] = cents(open);
    table.high[row] = cents(Math.max(open, price) + random.next());
    table.low[row] = cents(Math.min(open, price) - random.next());
    table.close[row] = cents(price);
    table.volume[row] = 100 + Math.floor(random.next() * 1000);
  }
  table.length = BARS;
  return table;
}
