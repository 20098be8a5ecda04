/**
 * The catalogue against QuantConnect's test data (LEAN, commit 24863901), which came from TA-Lib, spreadsheets and
 * charting sites.
 */
import { expect, it } from 'vitest';
import { barsOfCsv, RAW_SCALE, rowsOfCsv } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import type { BandLines, SarLines } from '../strategies/studyLines.js';
import type { IndicatorLine } from './IndicatorLine.js';

type Lines = readonly IndicatorLine[];

const stop = ({ stop: level }: SarLines): Lines => [level];
const bands = ({ upper, middle, lower }: BandLines): Lines => [upper, middle, lower];

/** Of values that were printed with six decimals or more, and of those that a chart told with seven digits. */
const EXACT = 1e-6;
const CHART = 2e-5;

/** Rows that a column must have at least, so that nothing is equal for want of values. */
const ROWS = 80;
/** The file of the SuperTrend is short. */
const ROWS_OF: Readonly<Record<string, number>> = { 'dwac_supertrend.txt': 60 };

/** The file, its columns, the lines that stand for them, and the tolerance against the value or 1. */
type Case = readonly [string, readonly string[], (scope: IndicatorScope) => Lines, tolerance: number];

const CASES: readonly Case[] = [
  ['dwac_supertrend.txt', ['super'], ({ ta }) => stop(ta.superTrend(10, 3, { firstBar: true })), EXACT],
  ['spy_ad_osc.txt', ['adosc_3_10'], ({ ta }) => [ta.chaikinOscillator(3, 10, { seed: 'mean' })], EXACT],
  ['spy_atr.txt', ['average true range 14'], ({ ta }) => [ta.averageTrueRange(14, { average: 'simple' })], CHART],
  ['spy_atr_wilder.txt', ['average true range 14'], ({ ta }) => [ta.averageTrueRange(14, { firstBar: true })], CHART],
  [
    'spy_bollinger_bands.txt',
    ['bollinger bands® 20 2 top', 'moving average 20', 'bollinger bands® 20 2 bottom'],
    ({ ta }) => bands(ta.bollinger(20, 2)),
    EXACT,
  ],
  [
    'spy_mama.csv',
    ['mama', 'fama'],
    ({ ta }) => {
      const { average, following } = ta.cycles.mesa(0.5, 0.05, { on: 'median' });
      return [average, following];
    },
    EXACT,
  ],
  [
    'spy_with_adx.txt',
    ['adx 14', '+di14', '-di14'],
    ({ ta }) => {
      const { index, plus, minus } = ta.adx(14, { seed: 'sum' });
      return [index, plus, minus];
    },
    CHART,
  ],
  [
    'spy_with_adx.txt',
    ['+di14', '-di14'],
    ({ ta }) => {
      const { plus, minus } = ta.directionalIndicators(14, { seed: 'sum' });
      return [plus, minus];
    },
    CHART,
  ],
  ['spy_with_adx.txt', ['adxr 14'], ({ ta }) => [ta.directionalRating(14, { seed: 'sum' })], CHART],
  // The chart told prices with two decimals.
  ['spy_with_cci.txt', ['commodity channel index (cci) 14'], ({ ta }) => [ta.cci(14)], 1e-3],
  [
    'spy_with_indicators.txt',
    ['sma14', 'ema14', 'rsi 14 wilder'],
    (scope) => [scope.sma(14), scope.ema(14), scope.rsi(14)],
    EXACT,
  ],
  ['spy_with_obv.txt', ['obv'], ({ ta }) => [ta.onBalanceVolume()], 1e-4],
  ['spy_with_roc50.txt', ['rate of change 50'], ({ ta }) => [ta.change(50, 'difference')], CHART],
  ['spy_with_rocp50.txt', ['rate of change % 50'], ({ ta }) => [ta.change(50, 'percent')], CHART],
  [
    'spy_with_stoch12k3.txt',
    ['stochastics 12 %k 3', '%d 5'],
    ({ ta }) => {
      const { k, d } = ta.stochastic({ range: 12, slowing: 3, signal: 5 });
      return [k, d];
    },
    4e-5,
  ],
  ['spy_with_williamsR14.txt', ['williams %r 14'], ({ ta }) => [ta.williamsR(14)], 2e-4],
  [
    'spy_acceleration_bands_20_4.txt',
    ['upperband', 'middleband', 'lowerband'],
    ({ ta }) => bands(ta.accelerationBands(20)),
    EXACT,
  ],
  ['spy_ad.txt', ['ad'], ({ ta }) => [ta.accumulationDistribution()], EXACT],
  ['spy_adr.csv', ['adr'], ({ ta }) => [ta.averageRange(20)], EXACT],
  ['spy_ao.txt', ['ao'], ({ ta }) => [ta.awesome(5, 34)], EXACT],
  ['spy_apo.txt', ['apo_5_10'], ({ ta }) => [ta.priceOscillator('simple', 5, 10)], EXACT],
  ['spy_aroon_oscillator.txt', ['aroon oscillator 14'], ({ ta }) => [ta.aroon(14).oscillator], CHART],
  ['spy_bop.txt', ['bop'], ({ ta }) => [ta.balanceOfPower()], EXACT],
  ['spy_cmf.txt', ['cmf_20'], ({ ta }) => [ta.chaikinMoneyFlow(20)], CHART],
  ['spy_cmo.txt', ['cmo_5'], ({ ta }) => [ta.cmo(5)], EXACT],
  ['spy_coppock_curve.csv', ['coppockcurve'], ({ ta }) => [ta.coppock()], EXACT],
  ['spy_dema.txt', ['dema_5'], ({ ta }) => [ta.average('double', 5)], EXACT],
  ['spy_dpo.csv', ['dpo'], ({ ta }) => [ta.detrended(21)], EXACT],
  ['spy_ema.csv', ['ema14'], (scope) => [scope.ema(14)], EXACT],
  ['spy_hma.txt', ['hma_16'], ({ ta }) => [ta.average('hull', 16)], EXACT],
  ['spy_kama.txt', ['kama_5'], ({ ta }) => [ta.average('kaufman', 5)], EXACT],
  ['spy_ker.txt', ['ker'], ({ ta }) => [ta.efficiency(10)], EXACT],
  ['spy_mass_index_25.txt', ['massindex'], ({ ta }) => [ta.massIndex(9, 25)], CHART],
  ['spy_max.txt', ['max_5'], (scope) => [scope.highest(5, { on: 'close' })], EXACT],
  ['spy_min.txt', ['min_5'], (scope) => [scope.lowest(5, { on: 'close' })], EXACT],
  ['spy_mfi.txt', ['money flow index 20'], ({ ta }) => [ta.moneyFlow(20)], CHART],
  ['spy_midpoint.txt', ['midpoint_5'], ({ ta }) => [ta.extremes(5).middle], EXACT],
  ['spy_midprice.txt', ['midprice_5'], ({ ta }) => [ta.donchian(5).middle], EXACT],
  ['spy_natr.txt', ['natr_5'], ({ ta }) => [ta.normalizedRange(5)], EXACT],
  ['spy_ppo.txt', ['ppo_5_10'], ({ ta }) => [ta.percentOscillator('simple', 5, 10)], EXACT],
  ['spy_rocr.txt', ['rocr_5'], ({ ta }) => [ta.change(5, 'ratio')], EXACT],
  ['spy_sarext.txt', ['sar'], ({ ta }) => [ta.sar()], EXACT],
  ['spy_t3.txt', ['t3_5'], ({ ta }) => [ta.average('t3', 5)], EXACT],
  ['spy_tema.txt', ['tema_5'], ({ ta }) => [ta.average('triple', 5)], EXACT],
  ['spy_tr.txt', ['tr'], ({ ta }) => [ta.trueRange()], EXACT],
  [
    'spy_trima.txt',
    ['trima_5', 'trima_6'],
    ({ ta }) => [5, 6].map((length) => ta.average('triangular', length)),
    EXACT,
  ],
  ['spy_trix.txt', ['trix_5'], ({ ta }) => [ta.trix(5)], EXACT],
  ['spy_tsf.csv', ['tsf'], ({ ta }) => [ta.regression(5).forecast], EXACT],
  ['spy_ultosc.txt', ['ultosc_7_14_28'], ({ ta }) => [ta.ultimate(7, 14, 28)], EXACT],
  ['spy_var.txt', ['var'], ({ ta }) => [ta.variance(10)], EXACT],
  ['spy_with_ForceIndex.csv', ['forceindex20'], ({ ta }) => [ta.force(20)], EXACT],
  [
    'spy_with_don50.txt',
    ['donchian channels 50 top', 'donchian channels 50 mean', 'donchian channels 50 bottom'],
    ({ ta }) => bands(ta.donchian(50)),
    EXACT,
  ],
  [
    'spy_with_keltner.csv',
    ['keltner channels 20 top', 'middle band', 'keltner channels 20 bottom'],
    ({ ta }) => bands(ta.keltner(20, 20, 1.5, { on: 'typical', average: 'simple', rangeAverage: 'simple' })),
    CHART,
  ],
  ['spy_with_rsv.csv', ['rsv9'], ({ ta }) => [ta.volatility('rogersSatchell', 9)], EXACT],
  ['spy_with_vwap.txt', ['moving vwap 50'], ({ ta }) => [ta.volumeWeighted(50, { on: 'average' })], CHART],
  ['spy_with_vwma.csv', ['vwma20'], ({ ta }) => [ta.volumeWeighted(20)], EXACT],
  ['spy_with_zlema.csv', ['zlema5'], ({ ta }) => [ta.average('zeroLag', 5)], EXACT],
  [
    'spy_with_StochRSI.csv',
    ['k', 'd'],
    ({ ta }) => {
      const { k, d } = ta.stochasticRsi(14, 14, 3, { slowing: 3 });
      return [k, d];
    },
    CHART,
  ],
  [
    'spy_with_vtx.csv',
    ['plus_vtx', 'minus_vtx'],
    ({ ta }) => {
      const { up, down } = ta.vortex(14);
      return [up, down];
    },
    EXACT,
  ],
  [
    'spy_tsi.csv',
    ['tsi_25_13', 'signal_7'],
    ({ ta }) => {
      const { value, signal } = ta.trueStrength();
      return [value, signal];
    },
    EXACT,
  ],
  [
    'spy_heikin_ashi.txt',
    ['ha_open', 'ha_high', 'ha_low', 'ha_close'],
    ({ ta }) => {
      const { open, high, low, close } = ta.heikinAshi();
      return [open, high, low, close];
    },
    EXACT,
  ],
  [
    'spy_with_ichimoku.csv',
    ['tenkan', 'kijun', 'senkou a', 'senkou b'],
    ({ ta }) => {
      const { conversion, base, spanA, spanB } = ta.ichimoku();
      return [conversion, base, spanA, spanB];
    },
    EXACT,
  ],
  [
    'spy_with_macd.txt',
    ['macd', 'signal'],
    ({ ta }) => {
      const { difference, signal } = ta.macd({ fast: 12, slow: 26, signal: 9 });
      return [difference, signal];
    },
    CHART,
  ],
];

describeWithReferenceData('studies equal LEAN', () => {
  it.each(CASES)('%s', (name, columns, declare, tolerance) => {
    const file = `indicators/lean/${name}.gz`;
    const table = barsOfCsv(file);
    const rows = rowsOfCsv(file);
    const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
    const lines = declare(scope);
    let compared = 0;
    for (let row = 0; row < table.length; row += 1) {
      for (const indicator of scope.indicators) indicator.update(0, table, row);
      if (!scope.indicators.every((indicator) => indicator.isReady(0))) continue;
      for (const [index, column] of columns.entries()) {
        const cell = rows[row]?.get(column);
        expect(cell, `a column ${column}`).toBeDefined();
        const wanted = cell === '' ? NaN : Number(cell);
        // A file begins with blanks or zeros, and the one of the MACD has many blanks.
        if (Number.isNaN(wanted)) continue;
        const value = lines[index]?.value ?? NaN;
        const limit = tolerance * Math.max(1, Math.abs(wanted));
        expect(Math.abs(value - wanted), `${column} of row ${row}: ${value} for ${wanted}`).toBeLessThan(limit);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan((ROWS_OF[name] ?? ROWS) * columns.length);
  });
});
