/**
 * The functions that TA-Lib took up with its versions 0.7 and 0.8, on the 502 daily bars: values of TA-Lib 0.8.1
 * (Python package TA-Lib 0.8.2).
 */
import { expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { expectTalibValues } from '../../test/talibValues.js';
import type { TalibValues } from '../../test/talibValues.js';
import type { StudyCatalogue } from '../strategies/StudyCatalogue.js';
import type { BandLines, HeikinAshiLines, KdjLines, SarLines, StrengthLines } from '../strategies/studyLines.js';
import type { IndicatorLine } from './IndicatorLine.js';
import { Fractals } from './studies/momentumStudies.js';

type Lines = readonly IndicatorLine[];

const bands = ({ upper, middle, lower }: BandLines): Lines => [upper, middle, lower];
const kdj = ({ k, d, j }: KdjLines): Lines => [k, d, j];
const strength = ({ value, signal }: StrengthLines): Lines => [value, signal];
const superTrend = ({ stop, direction }: SarLines): Lines => [stop, direction];
const heikinAshi = ({ open, high, low, close }: HeikinAshiLines): Lines => [open, high, low, close];
const vortex = ({ up, down }: ReturnType<StudyCatalogue['vortex']>): Lines => [up, down];

const CASES: readonly TalibValues[] = [
  ['ZLEMA 10', (ta) => [ta.average('zeroLag', 10)], 13, '214.036, 257.540222, 243.449256'],
  ['AC', (ta) => [ta.accelerator()], 37, '0.2384, -0.700811765, 1.30139412'],
  ['CMOU 14', (ta) => [ta.plainCmo(14)], 14, '24.1081081, 26.8041237, -26.7502161'],
  ['ER 10', (ta) => [ta.efficiency(10)], 10, '0.246527778, 0.332432432, 0.221362615'],
  ['COPPOCK', (ta) => [ta.coppock()], 23, '1.59165988, 3.02233444, -15.3824668'],
  ['COPPOCK 5, 14, 3', (ta) => [ta.coppock(5, 14, 3)], 18, '1.23588552, 1.65869664, -4.46245506'],
  ['DPO 20', (ta) => [ta.detrended(20)], 19, '-0.015, -0.094, 7.07'],
  ['DPO 5', (ta) => [ta.detrended(5)], 4, '0.188, -0.152, 0.912'],
  ['DPO 2', (ta) => [ta.detrended(2)], 2, '-1.175, -0.045, -0.755'],
  ['FOSC 5', (ta) => [ta.forecastOscillator(5)], 5, '-0.370179949, -0.280522917, -0.734262883'],
  [
    'KDJ',
    (ta) => kdj(ta.kdj()),
    12,
    '59.7705091 59.2938042 60.7239188, 53.2805277 68.1375187 23.5665457, 46.9806793 32.0412904 76.8594569',
  ],
  [
    'KDJ of simple averages',
    (ta) => kdj(ta.kdj({ range: 14, slowing: 5, signal: 2, slowingKind: 'simple', signalKind: 'simple' })),
    18,
    '83.1406893 83.5471328 82.3278022, 79.1081357 81.5836337 74.1571396, 32.8385859 28.2262948 42.0631682',
  ],
  ['QSTICK 10', (ta) => [ta.qstick(10)], 9, '0.236, -0.313, -0.898'],
  [
    'SMI',
    (ta) => strength(ta.stochasticMomentum()),
    45,
    '56.0546202 71.3396457, 64.3054812 65.3312655, -46.299607 -45.6207244',
  ],
  ['VHF 28', (ta) => [ta.verticalHorizontal(28)], 28, '0.345231753, 0.50255933, 0.467876788'],
  ['WAD', (ta) => [ta.williamsAccumulation()], 0, '0, 47.36, 22.15'],
  ['ADR 14', (ta) => [ta.averageRange(14)], 13, '1.24571429, 1.04714286, 6.36714286'],
  ['CVI', (ta) => [ta.chaikinVolatility()], 19, '-2.20875117, -22.1864994, 37.8630236'],
  ['MASSI', (ta) => [ta.massIndex()], 40, '24.7196483, 24.6396338, 26.6744497'],
  ['RVI', (ta) => [ta.relativeVolatility()], 22, '46.2554116, 51.5927162, 41.7199906'],
  ['CMF 20', (ta) => [ta.chaikinMoneyFlow(20)], 19, '0.318253327, -0.0932421771, -0.123753742'],
  ['MARKETFI', (ta) => [ta.facilitation()], 0, '1.89227711e-08, 1.84584853e-08, 1.81593794e-08'],
  ['NVI', (ta) => [ta.negativeVolume()], 0, '1000, 1120.52213, 1513.81785'],
  ['PVI', (ta) => [ta.positiveVolume()], 0, '1000, 1077.89103, 761.407049'],
  ['PVT', (ta) => [ta.priceVolumeTrend()], 0, '0, 11938918.4, -32104312.3'],
  ['RVOL 20', (ta) => [ta.relativeVolume(20)], 20, '1.06742024, 1.09562557, 0.915722061'],
  [
    'PVO',
    (ta) => [ta.percentOscillator('exponential', 12, 26, { on: 'volume' })],
    25,
    '-6.04616238, -3.27174742, 10.4395089',
  ],
  ['VWAP', (ta) => [ta.levels.anchoredVwap({ at: 0 })], 0, '212.556667, 232.611301, 250.370048'],
  ['PERCENTILE 30, 0', (ta) => [ta.percentile(30, 0)], 29, '212.8, 247.09, 229.99'],
  ['PERCENTILE 30, 25', (ta) => [ta.percentile(30, 25)], 29, '214.02, 251.74, 245.28'],
  ['PERCENTILE 30, 90', (ta) => [ta.percentile(30, 90)], 29, '217.86, 257.65, 267.33'],
  ['PERCENTRANK 100', (ta) => [ta.percentRank(100)], 100, '99, 92, 7'],
  [
    'DONCHIAN 20',
    (ta) => bands(ta.donchian(20)),
    19,
    '217.02 214.27 211.52, 258.7 254.285 249.87, 273.59 251.505 229.42',
  ],
  [
    'KC 20, 10, 2',
    (ta) => bands(ta.keltner(20, 10, 2, { on: 'typical', aligned: true })),
    19,
    '217.168 214.392 211.616, 258.258191 255.603673 252.949154, 262.2233 249.387902 236.552504',
  ],
  [
    'KC 5, 14, 1.5',
    (ta) => bands(ta.keltner(5, 14, 1.5, { on: 'typical', aligned: true })),
    14,
    '216.021976 214.017333 212.01269, 259.600993 257.540104 255.479215, 251.606677 242.382054 233.157432',
  ],
  [
    'SUPERTREND 10, 3',
    (ta) => superTrend(ta.superTrend(10, 3, { begin: 'up' })),
    10,
    '210.059 1, 254.004135 1, 251.807983 -1',
  ],
  [
    'SUPERTREND 2, 0.1',
    (ta) => superTrend(ta.superTrend(2, 0.1, { begin: 'up' })),
    2,
    '213.417 1, 257.85588 -1, 243.713079 1',
  ],
  ['TRIMA 6 of volumes', (ta) => [ta.average('triangular', 6, { on: 'volume' })], 5, '75532847.3, 62271198, 188054928'],
  ['VWMA 14', (ta) => [ta.volumeWeighted(14)], 13, '213.964001, 256.680747, 244.968671'],
  ['TSI', (ta) => [ta.trueStrength(25, 13, 1).value], 37, '53.1203505, 39.9249189, -28.3512912'],
  ['EFI 13', (ta) => [ta.force(13)], 13, '10668240.8, 6425722.36, -16824018.4'],
  [
    'HA',
    (ta) => heikinAshi(ta.heikinAshi()),
    0,
    '212.705 213.35 211.52 212.57, 257.695969 258.65 256.81 257.7775, 241.301776 245.54 241.301776 244.6525',
  ],
  [
    'VORTEX 14',
    (ta) => vortex(ta.vortex(14)),
    14,
    '1.04596472 0.811865313, 1.04883589 0.696195344, 0.871154266 1.11629937',
  ],
  ['HMA 20', (ta) => [ta.average('hull', 20)], 22, '215.955562, 258.384122, 235.697235'],
  ['RMA 14', (ta) => [ta.average('wilder', 14)], 13, '213.975714, 254.484921, 252.070729'],
];

describeWithReferenceData('studies equal TA-Lib 0.8', () => {
  const table = barsOfCsv(DEFAULT_BARS);

  it.each(CASES)('%s', (...values) => {
    expectTalibValues(table, values);
  });

  it('FRACTAL 3, 1: the first five highs and lows, at the bar with which they are known', () => {
    const study = new Fractals(3, 1);
    const highs: number[] = [];
    const lows: number[] = [];
    for (let row = 0; row < table.length; row += 1) {
      if (!study.next(table, row)) continue;
      if (study.out[0] === 1) highs.push(row);
      if (study.out[1] === 1) lows.push(row);
    }
    expect(highs.slice(0, 5)).toEqual([4, 13, 17, 23, 25]);
    expect(lows.slice(0, 5)).toEqual([8, 12, 14, 20, 26]);
  });
});
