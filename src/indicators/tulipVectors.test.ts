/**
 * The catalogue against Tulip's test data (tulipindicators, commit be18abb1): numbers of Achelis' Technical Analysis
 * from A to Z, of spreadsheets and of the library. Left out are those that begin in a way of their own.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RAW_SCALE } from '../../test/indicatorVectors.js';
import { describeWithReferenceData, referenceData } from '../../test/referenceData.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import type { BandLines } from '../strategies/studyLines.js';
import type { IndicatorLine } from './IndicatorLine.js';

type Lines = readonly IndicatorLine[];
type Declare = (scope: IndicatorScope, ...options: readonly number[]) => Lines;

const bands = ({ upper, middle, lower }: BandLines): Lines => [lower, middle, upper];

const STUDIES: Readonly<Record<string, Declare>> = {
  ad: ({ ta }) => [ta.accumulationDistribution()],
  adosc: ({ ta }, fast, slow) => [ta.chaikinOscillator(fast, slow)],
  aroon: ({ ta }, n = 0) => {
    const { up, down } = ta.aroon(n);
    return [down, up];
  },
  aroonosc: ({ ta }, n = 0) => [ta.aroon(n).oscillator],
  atr: ({ ta }, n = 0) => [ta.averageTrueRange(n, { firstBar: true })],
  apo: ({ ta }, f = 0, l = 0) => [ta.priceOscillator('exponential', f, l, { seed: 'first' })],
  dema: ({ ta }, n = 0) => [ta.average('double', n, { seed: 'late' })],
  ema: ({ ta }, n = 0) => [ta.average('exponential', n, { seed: 'late' })],
  kama: ({ ta }, n = 0) => [ta.average('kaufman', n)],
  macd: ({ ta }, fast = 0, slow = 0, signal = 0) => {
    const {
      difference,
      signal: s,
      histogram,
    } = ta.macd({ fast, slow, signal, seed: 'late', aligned: false, fixed: fast === 12 && slow === 26 });
    return [difference, s, histogram];
  },
  natr: ({ ta }, n = 0) => [ta.normalizedRange(n, { firstBar: true })],
  obv: ({ ta }) => [ta.onBalanceVolume({ fromZero: true })],
  ppo: ({ ta }, f = 0, l = 0) => [ta.percentOscillator('exponential', f, l, { seed: 'first' })],
  tema: ({ ta }, n = 0) => [ta.average('triple', n, { seed: 'late' })],
  tr: ({ ta }) => [ta.trueRange({ firstBar: true })],
  avgprice: ({ ta }) => [ta.price('average')],
  bbands: ({ ta }, n = 0, width = 0) => bands(ta.bollinger(n, width)),
  bop: ({ ta }) => [ta.balanceOfPower()],
  cmo: ({ ta }, n = 0) => [ta.plainCmo(n)],
  dm: ({ ta }, n = 0) => {
    const { plus, minus } = ta.directionalMovement(n);
    return [plus, minus];
  },
  dpo: ({ ta }, n = 0) => [ta.detrended(n)],
  fosc: ({ ta }, n = 0) => [ta.forecastOscillator(n)],
  hma: ({ ta }, n = 0) => [ta.average('hull', n)],
  linreg: ({ ta }, n = 0) => [ta.regression(n).value],
  linregintercept: ({ ta }, n = 0) => [ta.regression(n).intercept],
  linregslope: ({ ta }, n = 0) => [ta.regression(n).slope],
  marketfi: ({ ta }) => [ta.facilitation()],
  max: (scope, n = 0) => [scope.highest(n, { on: 'close' })],
  md: ({ ta }, n = 0) => [ta.meanDeviation(n)],
  medprice: ({ ta }) => [ta.price('median')],
  mfi: ({ ta }, n = 0) => [ta.moneyFlow(n)],
  min: (scope, n = 0) => [scope.lowest(n, { on: 'close' })],
  mom: ({ ta }, n = 0) => [ta.change(n, 'difference')],
  nvi: ({ ta }) => [ta.negativeVolume()],
  pvi: ({ ta }) => [ta.positiveVolume()],
  qstick: ({ ta }, n = 0) => [ta.qstick(n)],
  roc: ({ ta }, n = 0) => [ta.change(n, 'fraction')],
  rocr: ({ ta }, n = 0) => [ta.change(n, 'ratio')],
  rsi: (scope, n = 0) => [scope.rsi(n)],
  sma: (scope, n = 0) => [scope.sma(n)],
  stddev: ({ ta }, n = 0) => [ta.deviation(n)],
  stoch: ({ ta }, range = 0, slowing = 0, signal = 0) => {
    const { k, d } = ta.stochastic({ range, slowing, signal });
    return [k, d];
  },
  sum: ({ ta }, n = 0) => [ta.sum(n)],
  trima: ({ ta }, n = 0) => [ta.average('triangular', n)],
  tsf: ({ ta }, n = 0) => [ta.regression(n).forecast],
  typprice: ({ ta }) => [ta.price('typical')],
  ultosc: ({ ta }, short, middle, long) => [ta.ultimate(short, middle, long)],
  var: ({ ta }, n = 0) => [ta.variance(n)],
  vhf: ({ ta }, n = 0) => [ta.verticalHorizontal(n)],
  vwma: ({ ta }, n = 0) => [ta.volumeWeighted(n)],
  wcprice: ({ ta }) => [ta.price('weightedClose')],
  wilders: ({ ta }, n = 0) => [ta.average('wilder', n)],
  willr: ({ ta }, n = 0) => [ta.williamsR(n)],
  wma: ({ ta }, n = 0) => [ta.average('weighted', n)],
};

/** Those of which Tulip tells values before there are as many as the average is long. */
const EARLY = new Set(['apo', 'ema', 'kama', 'macd', 'ppo']);

interface Vector {
  readonly name: string;
  readonly options: readonly number[];
  readonly series: readonly (readonly number[])[];
}

/** A line `name option …`, then one line `{…}` per series. */
function vectorsOf(file: string): readonly Vector[] {
  const vectors: { name: string; options: number[]; series: number[][] }[] = [];
  for (const line of readFileSync(referenceData(`indicators/tulip/${file}`), 'utf8').split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (text.startsWith('{')) vectors.at(-1)?.series.push(text.slice(1, -1).split(',').map(Number));
    else {
      const [name = '', ...options] = text.split(/\s+/);
      vectors.push({ name, options: options.map(Number), series: [] });
    }
  }
  return vectors;
}

/** Names of an indicator's inputs; a lone series stands for closes. */
function inputsOf(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(referenceData('indicators/tulip/index.json'), 'utf8');
  const all = JSON.parse(text) as readonly { readonly name: string; readonly inputs: readonly string[] }[];
  return new Map(all.map(({ name, inputs }) => [name, inputs]));
}

function tableOf(names: readonly string[], series: readonly (readonly number[])[]): BarTable {
  const length = series[0]?.length ?? 0;
  const table = createBarTable('1d', length);
  for (let row = 0; row < length; row += 1) {
    const of = (name: string): number | undefined => series[names.indexOf(name)]?.[row];
    const close = of('close') ?? of('real') ?? of('high') ?? 0;
    table.open[row] = Math.round((of('open') ?? close) * RAW_SCALE);
    table.high[row] = Math.round((of('high') ?? close) * RAW_SCALE);
    table.low[row] = Math.round((of('low') ?? close) * RAW_SCALE);
    table.close[row] = Math.round(close * RAW_SCALE);
    table.volume[row] = of('volume') ?? 0;
  }
  table.length = length;
  return table;
}

/** Values are told with three decimals, larger ones with six digits. */
const limitOf = (wanted: number): number => Math.max(6e-4, 1e-6 * Math.abs(wanted));

describeWithReferenceData('studies equal Tulip', () => {
  const inputs = inputsOf();
  const vectors = ['atoz.txt', 'extra.txt', 'untest.txt'].flatMap(vectorsOf).filter(({ name }) => name in STUDIES);

  it('has a vector of each', () => {
    expect([...new Set(vectors.map(({ name }) => name))].sort()).toEqual(Object.keys(STUDIES).sort());
  });

  it.each(vectors.map((vector, place) => [`${vector.name} ${vector.options.join(' ')}, ${place}`, vector] as const))(
    '%s',
    (_, { name, options, series }) => {
      const names = inputs.get(name) ?? [];
      const table = tableOf(names, series);
      const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
      const lines = STUDIES[name]?.(scope, ...options) ?? [];
      const outputs = series.slice(names.length);
      expect(outputs.length).toBe(lines.length);
      for (let row = 0; row < table.length; row += 1) {
        for (const indicator of scope.indicators) indicator.update(0, table, row);
        for (const [index, output] of outputs.entries()) {
          const wanted = output[row - table.length + output.length];
          const value = lines[index]?.value ?? NaN;
          if (Number.isNaN(value) && EARLY.has(name)) continue;
          expect(Number.isNaN(value), `row ${row}`).toBe(wanted === undefined);
          if (wanted === undefined) continue;
          expect(Math.abs(value - wanted), `row ${row}: ${value} for ${wanted}`).toBeLessThan(limitOf(wanted));
        }
      }
    },
  );
});
