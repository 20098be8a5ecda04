/**
 * Options of TA-Lib's functions beyond its defaults, on the 502 daily bars: values of TA-Lib 0.8.1 (Python package
 * TA-Lib 0.8.2; 0.6.4 of package 0.6.8 gives the same to nine digits).
 */
import { it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { expectTalibValues } from '../../test/talibValues.js';
import type { TalibValues } from '../../test/talibValues.js';
import type { StudyCatalogue } from '../strategies/StudyCatalogue.js';
import type { BandLines, MacdLines, StochasticLines } from '../strategies/studyLines.js';
import type { IndicatorLine } from './IndicatorLine.js';

type Lines = readonly IndicatorLine[];

const bands = ({ upper, middle, lower }: BandLines): Lines => [upper, middle, lower];
const macd = ({ difference, signal, histogram }: MacdLines): Lines => [difference, signal, histogram];
const stochastic = ({ k, d }: StochasticLines): Lines => [k, d];
const directional = (lines: ReturnType<StudyCatalogue['directionalIndicators']>): Lines => {
  return [lines.index, lines.plus, lines.minus];
};
const movement = ({ plus, minus }: ReturnType<StudyCatalogue['directionalMovement']>): Lines => [plus, minus];

const CASES: readonly TalibValues[] = [
  [
    'BBANDS matype=0',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'simple' })),
    19,
    '216.072812 214.525 211.945314, 258.697665 255.704 250.714559, 268.240317 251.86 224.559471',
  ],
  [
    'BBANDS matype=1',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'exponential' })),
    19,
    '216.072812 214.525 211.945314, 258.536427 255.542762 250.553321, 265.732214 249.351897 222.051368',
  ],
  [
    'BBANDS matype=2',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'weighted' })),
    19,
    '216.437431 214.889619 212.309933, 259.672951 256.679286 251.689844, 262.891365 246.511048 219.210519',
  ],
  [
    'BBANDS matype=3',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'double' })),
    38,
    '229.022484 224.10334 215.904767, 261.443849 258.450184 253.460742, 257.548031 241.167714 213.867185',
  ],
  [
    'BBANDS matype=4',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'triple' })),
    57,
    '224.68184 222.602224 219.136196, 261.46649 258.472825 253.483384, 255.149325 238.769007 211.468478',
  ],
  [
    'BBANDS matype=5',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'triangular' })),
    19,
    '215.950539 214.402727 211.823041, 258.940119 255.946455 250.957013, 267.424317 251.044 223.743471',
  ],
  [
    'BBANDS matype=6',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'kaufman' })),
    20,
    '216.399018 214.962531 212.568386, 259.153403 256.159738 251.170297, 268.978696 252.598378 225.29785',
  ],
  [
    'BBANDS matype=7',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 'mesa' })),
    32,
    '224.656418 220.849099 214.503568, 259.863439 256.869775 251.880333, 259.41894 243.038623 215.738094',
  ],
  [
    'BBANDS matype=8',
    (ta) => bands(ta.bollinger(20, { above: 1.5, below: 2.5 }, { average: 't3' })),
    114,
    '232.384762 229.903342 225.767642, 258.535337 255.541672 250.552231, 270.236416 253.856098 226.555569',
  ],
  [
    'MACDEXT matypes=(0, 1, 2)',
    (ta) =>
      macd(
        ta.macd({ fast: 8, slow: 21, signal: 5, fastKind: 'simple', slowKind: 'exponential', signalKind: 'weighted' }),
      ),
    24,
    '0.663351376 0.848668653 -0.185317277, 2.06890513 2.31098497 -0.242079832, -9.01982432 -8.80627537 -0.213548944',
  ],
  [
    'MACDEXT matypes=(3, 4, 5)',
    (ta) =>
      macd(ta.macd({ fast: 8, slow: 21, signal: 5, fastKind: 'double', slowKind: 'triple', signalKind: 'triangular' })),
    64,
    '0.14486854 0.166580125 -0.021711585, -0.665408035 -0.470497769 -0.194910265, 1.93139301 -0.793354002 2.72474701',
  ],
  [
    'MACDEXT matypes=(6, 7, 8)',
    (ta) => macd(ta.macd({ fast: 8, slow: 21, signal: 5, fastKind: 'kaufman', slowKind: 'mesa', signalKind: 't3' })),
    56,
    '0.31760635 0.22644619 0.0911601595, -0.569249989 -0.628307344 0.0590573547, -4.34045338 -4.2874897 -0.0529636859',
  ],
  [
    'MACDEXT matypes=(8, 6, 1)',
    (ta) =>
      macd(ta.macd({ fast: 8, slow: 21, signal: 5, fastKind: 't3', slowKind: 'kaufman', signalKind: 'exponential' })),
    46,
    '0.535466553 0.357225049 0.178241504, 1.84569902 1.80208492 0.0436141025, -12.8895899 -10.8894547 -2.0001352',
  ],
  [
    'MACD fast 26, slow 12',
    (ta) => macd(ta.macd({ fast: 26, slow: 12, signal: 9 })),
    33,
    '2.24447939 1.61141857 0.633060823, 2.09696142 2.27067751 -0.17371609, -6.21977026 -5.85689165 -0.362878603',
  ],
  [
    'STOCH matypes=1,4',
    (ta) =>
      stochastic(ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'exponential', signalKind: 'triple' })),
    23,
    '75.028903 73.6442309, 76.74624 77.7088161, 35.5285867 36.0722811',
  ],
  [
    'STOCH matypes=2,5',
    (ta) =>
      stochastic(
        ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'weighted', signalKind: 'triangular' }),
      ),
    19,
    '68.4038604 78.1079555, 76.3946868 81.784557, 39.676319 31.5139135',
  ],
  [
    'STOCH matypes=3,6',
    (ta) =>
      stochastic(ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'double', signalKind: 'kaufman' })),
    24,
    '81.223253 79.4491546, 71.5017454 80.7505639, 45.7570922 34.2028154',
  ],
  [
    'STOCH matypes=5,8',
    (ta) =>
      stochastic(ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'triangular', signalKind: 't3' })),
    29,
    '94.869758 92.2517529, 80.7498951 82.4645396, 35.5674404 22.877351',
  ],
  [
    'STOCH matypes=6,0',
    (ta) =>
      stochastic(ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'kaufman', signalKind: 'simple' })),
    20,
    '71.0113616 78.4303782, 77.0281293 79.5545501, 34.3572275 26.7986719',
  ],
  [
    'STOCH matypes=7,1',
    (ta) =>
      stochastic(ta.stochastic({ range: 14, slowing: 5, signal: 3, slowingKind: 'mesa', signalKind: 'exponential' })),
    47,
    '54.0788158 54.9547165, 84.1862296 84.4590395, 15.3407113 14.0891513',
  ],
  [
    'STOCHF matype=1',
    (ta) => stochastic(ta.stochastic({ range: 5, slowing: 1, signal: 3, signalKind: 'exponential' })),
    6,
    '71.1627907 60.3313157, 11.4130435 31.8671491, 91.6233391 80.0428436',
  ],
  [
    'STOCHF matype=2',
    (ta) => stochastic(ta.stochastic({ range: 5, slowing: 1, signal: 3, signalKind: 'weighted' })),
    6,
    '71.1627907 61.0958904, 11.4130435 33.6805715, 91.6233391 86.7943018',
  ],
  [
    'STOCHF matype=4',
    (ta) => stochastic(ta.stochastic({ range: 5, slowing: 1, signal: 3, signalKind: 'triple' })),
    10,
    '73.1601732 70.8919074, 11.4130435 19.9660393, 91.6233391 93.5331856',
  ],
  [
    'STOCHF matype=8',
    (ta) => stochastic(ta.stochastic({ range: 5, slowing: 1, signal: 3, signalKind: 't3' })),
    16,
    '91.4081146 86.9497183, 11.4130435 35.818537, 91.6233391 81.4286423',
  ],
  [
    'STOCHRSI matype=1',
    (ta) => stochastic(ta.stochasticRsi(14, 9, 3, { signalKind: 'exponential' })),
    24,
    '47.4173823 50.5082522, 0 12.1605032, 100 91.9982034',
  ],
  [
    'STOCHRSI matype=2',
    (ta) => stochastic(ta.stochasticRsi(14, 9, 3, { signalKind: 'weighted' })),
    24,
    '47.4173823 47.902685, 0 11.7491444, 100 99.5706613',
  ],
  ['APO matype=0', (ta) => [ta.priceOscillator('simple', 10, 3)], 9, '0.0793333333, 0.024, 1.55333333'],
  ['APO matype=1', (ta) => [ta.priceOscillator('exponential', 10, 3)], 9, '0.0249322917, 0.383379536, -0.815073976'],
  ['APO matype=2', (ta) => [ta.priceOscillator('weighted', 10, 3)], 9, '-0.0749393939, -0.066969697, 2.66139394'],
  ['APO matype=3', (ta) => [ta.priceOscillator('double', 10, 3)], 18, '-0.502902617, -0.793358319, 4.96052223'],
  ['APO matype=4', (ta) => [ta.priceOscillator('triple', 10, 3)], 27, '0.677135942, -0.480185376, 4.47695566'],
  ['APO matype=5', (ta) => [ta.priceOscillator('triangular', 10, 3)], 9, '0.0721666667, 0.0976666667, 3.54'],
  ['APO matype=6', (ta) => [ta.priceOscillator('kaufman', 10, 3)], 10, '0.354205978, 0.466789544, 1.30687526'],
  ['APO matype=7', (ta) => [ta.priceOscillator('mesa', 10, 3)], 32, '0, 0, 0'],
  ['APO matype=8', (ta) => [ta.priceOscillator('t3', 10, 3)], 54, '-2.03978096, -0.334432019, -0.261647912'],
  ['PPO matype=3', (ta) => [ta.percentOscillator('double', 3, 10)], 18, '-0.232853489, -0.307430062, 2.06663864'],
  ['PPO matype=6', (ta) => [ta.percentOscillator('kaufman', 3, 10)], 10, '0.165693875, 0.182229346, 0.544273386'],
  ['PPO matype=7', (ta) => [ta.percentOscillator('mesa', 3, 10)], 32, '0, 0, 0'],
  [
    'MAVP matype=3',
    (ta) => [ta.variableAverage('double', { shortest: 3, longest: 12 }, () => 7)],
    22,
    '215.858657, 257.734343, 241.429534',
  ],
  [
    'MAVP matype=4',
    (ta) => [ta.variableAverage('triple', { shortest: 3, longest: 12 }, () => 7)],
    33,
    '223.18369, 257.372181, 243.623339',
  ],
  [
    'MAVP matype=5',
    (ta) => [ta.variableAverage('triangular', { shortest: 3, longest: 12 }, () => 7)],
    11,
    '214.141875, 257.518125, 239.5',
  ],
  [
    'MAVP matype=6',
    (ta) => [ta.variableAverage('kaufman', { shortest: 3, longest: 12 }, () => 7)],
    12,
    '213.43779, 256.073577, 237.886588',
  ],
  [
    'MAVP matype=7',
    (ta) => [ta.variableAverage('mesa', { shortest: 3, longest: 12 }, () => 7)],
    32,
    '220.849099, 256.869775, 243.038623',
  ],
  [
    'MAVP matype=8',
    (ta) => [ta.variableAverage('t3', { shortest: 3, longest: 12 }, () => 7)],
    66,
    '223.172752, 258.001832, 239.02412',
  ],
  ['MA 20 matype=7', (ta) => [ta.average('mesa', 20)], 32, '220.849099, 256.869775, 243.038623'],
  ['MA 1 matype=6', (ta) => [ta.average('kaufman', 1)], 0, '212.8, 257.02, 245.28'],
  ['T3 vfactor=0.3', (ta) => [ta.average('t3', 8, { factor: 0.3 })], 42, '223.041782, 256.607811, 246.709392'],
  ['STDDEV nbdev=2.5', (ta) => [ta.deviation(10, { times: 2.5 })], 9, '1.2549502, 1.12250835, 13.6845899'],
  ['VAR', (ta) => [ta.variance(10)], 9, '0.251984, 0.201604, 29.96288'],
  ['ADX 14', (ta) => [ta.adx(14).index], 27, '16.7315106, 29.6404815, 34.2986991'],
  ['ADXR 7', (ta) => [ta.directionalRating(7)], 19, '16.8689749, 30.6772546, 41.5729069'],
  [
    'DX, PLUS_DI, MINUS_DI 9',
    (ta) => directional(ta.directionalIndicators(9)),
    9,
    '2.86844708 21.8166562 20.599958, 9.34672579 25.4453588 21.0953284, 22.1249144 18.3762882 28.8179796',
  ],
  [
    'PLUS_DM, MINUS_DM 9',
    (ta) => movement(ta.directionalMovement(9)),
    8,
    '2.6 1.51, 2.99357395 2.48180527, 10.7211938 16.8131421',
  ],
  ['PLUS_DM, MINUS_DM 1', (ta) => movement(ta.directionalMovement(1)), 1, '0.87 0, 0 0.78, 0 0'],
  ['ULTOSC 28, 7, 14', (ta) => [ta.ultimate(28, 7, 14)], 28, '70.7146551, 42.5013847, 49.5257183'],
  ['MIDPOINT 9', (ta) => [ta.extremes(9).middle], 8, '213.73, 257.665, 239.44'],
  ['OBV of typical prices', (ta) => [ta.onBalanceVolume({ on: 'typical' })], 0, '96708880, 2.17566806e+09, 539170496'],
];

describeWithReferenceData('studies equal TA-Lib with other options', () => {
  const table = barsOfCsv(DEFAULT_BARS);

  it.each(CASES)('%s', (...values) => {
    expectTalibValues(table, values);
  });
});
