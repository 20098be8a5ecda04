/** The statistics of a report with the conventions that they follow. */
import { MINUTE } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestRun } from '../BacktestRun.js';
import { conventionOf } from '../conventions.js';
import { benchmarkName } from '../benchmarkName.js';
import type { StatisticsConvention } from '../conventions.js';
import { formatCount, formatDays, formatMoney, formatPercent, formatRatio, plural } from '../figureText.js';
import { missingDayFigures, missingFigures, missingText } from '../missingFigures.js';
import { fallsBegin } from './fallsSection.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { change, signedMoney } from './parts.js';
import { dayFiguresOf } from '../runFigures.js';
import type { Statistics } from '../statistics.js';
import {
  byDays,
  hasYearlyFigures,
  perYear,
  returnCount,
  SHORTEST_YEARLY_DAYS,
  tooFewDays,
  tooFewPairs,
} from '../yearlyFigures.js';

type Figure = readonly [name: string, value: string];

/** Every figure, and how it is computed. */
export function statisticsSection({ run }: HistoryBacktestRun): Html {
  const s = run.statistics;
  const few = tooFewDays(returnCount(run.curve));
  const pairs = tooFewPairs(s);
  const note = [
    hasYearlyFigures(s)
      ? ''
      : `In ${plural(Math.ceil(s.days), 'day')}, fewer than ${SHORTEST_YEARLY_DAYS}, figures per year, Calmar and ` +
        `Martin ratio are not given; ${few ?? 'ratios from so few returns say little'}. `,
    pairs === undefined ? '' : `Likewise, ${pairs}. `,
  ].join('');
  return html`<section class="panel" id="statistics">
    <h2>Statistics</h2>
    <div class="columns">${groupsOf(run).map(([title, figures]) => group(title, figures))}</div>
    <p class="rest">
      ${note}By the conventions of ${s.convention}: ${conventionText(conventionOf(s.convention))} Of the drawdowns at
      the ends of days, from the ${fallsBegin(run)} on, are ulcer index (their root mean square), Martin ratio (annual
      return of the days ÷ ulcer index) and recovery factor (total return ÷ the largest). n/a means that the sample
      cannot support the figure${reasonsOf(run)}.
    </p>
  </section>`;
}

/** Why figures are missing, those of days after the others; empty for none. */
function reasonsOf(run: BacktestRun): string {
  const hasBenchmark = run.benchmark !== undefined;
  const ofDays = missingDayFigures(dayFiguresOf(run), hasBenchmark);
  const text = missingText({ ...missingFigures(run.statistics, hasBenchmark), ...ofDays });
  return text === '' ? '' : ` (${text})`;
}

function groupsOf(run: BacktestRun): readonly (readonly [string, readonly Figure[]])[] {
  const s = run.statistics;
  const returns = returnCount(run.curve);
  const isYearly = conventionOf(s.convention).benchmark === 'annual';
  return [
    [
      'Return',
      [
        ['Net profit', signedMoney(run.finalEquity - run.config.startingCash)],
        ['Total return', change(s.totalReturn)],
        ['Annual return', perYear(s, change(s.annualReturn))],
        ['Compound annual growth', perYear(s, change(s.cagr))],
        [benchmarkName(run.benchmark), change(s.buyAndHoldReturn)],
        // Its convention says of what time it is.
        isYearly ? ['Alpha per year', perYear(s, change(s.alpha))] : ['Alpha of the whole run', change(s.alpha)],
        ['Beta', formatRatio(s.beta)],
        ['Information ratio', byDays(s.benchmarkDays, formatRatio(s.informationRatio))],
        ['Tracking error', byDays(s.benchmarkDays, formatPercent(s.trackingError))],
        ['Treynor ratio', byDays(s.benchmarkDays, formatRatio(s.treynorRatio))],
        ['Highest equity', formatMoney(Math.round(s.peakEquity * DOLLAR))],
        ['Fees', formatMoney(run.fees)],
        ...(run.dividends === 0 ? [] : ([['Dividends', signedMoney(run.dividends)]] as const)),
      ],
    ],
    [
      'Risk',
      [
        ['Max drawdown', formatPercent(-s.maxDrawdown)],
        ['Average drawdown', formatPercent(-s.averageDrawdown)],
        ['Longest drawdown', formatDays(s.maxDrawdownDays)],
        ['Average drawdown length', formatDays(s.averageDrawdownDays)],
        ['Annual volatility', byDays(returns, formatPercent(s.annualVolatility))],
        ['Sharpe', byDays(returns, formatRatio(s.sharpe))],
        ['Sortino', byDays(returns, formatRatio(s.sortino))],
        ['Calmar', perYear(s, formatRatio(s.calmar))],
        ['Exposure', formatPercent(s.exposure)],
      ],
    ],
    ['Trades', tradeFigures(s, run)],
    ['Days', dayGroup(run)],
  ];
}

function tradeFigures(s: Statistics, run: BacktestRun): readonly Figure[] {
  return [
    ['Orders, fills', `${formatCount(run.orderCount)}, ${formatCount(run.fillCount)}`],
    ['Round trips', formatCount(s.trades)],
    ['Won', formatPercent(s.winRate)],
    ['Best, worst', `${change(s.bestTrade)}, ${change(s.worstTrade)}`],
    ['Average (geometric)', change(s.averageTrade)],
    ['Expectancy (mean)', change(s.expectancy)],
    ['Profit factor of returns', formatRatio(s.profitFactor)],
    ['System quality number', formatRatio(s.sqn)],
    ['Kelly fraction', formatRatio(s.kelly)],
    [
      'Longest, average length',
      s.trades === 0 ? 'n/a, n/a' : `${formatDays(s.maxTradeDays)}, ${formatDays(s.averageTradeDays)}`,
    ],
    ...closingGroup(s),
  ];
}

/** Of the fills that close, where the convention counts them. */
function closingGroup(s: Statistics): readonly Figure[] {
  const { closings, closingWinRate = NaN, averageWin = NaN, averageLoss = NaN, closingPayoff = NaN } = s;
  if (closings === undefined) return [];
  return [
    ['Closing fills, won', `${formatCount(closings)}, ${formatPercent(closingWinRate)}`],
    ['Average win, loss of equity', `${change(averageWin)}, ${change(averageLoss)}`],
    ['Win ÷ loss, expectancy of those', `${formatRatio(closingPayoff)}, ${formatRatio(s.closingExpectancy ?? NaN)}`],
    ['Longest recovery', plural(s.recoveryDays ?? NaN, 'day')],
    ['Traded a day', formatPercent(s.dailyTurnover ?? NaN)],
    ['Probability of a Sharpe above 1', formatPercent(s.probabilisticSharpe ?? NaN)],
  ];
}

function dayGroup(run: BacktestRun): readonly Figure[] {
  const f = dayFiguresOf(run);
  return [
    ['Days', formatCount(f.days)],
    ['Best, worst', `${change(f.best)}, ${change(f.worst)}`],
    ['Gaining', formatPercent(f.gaining)],
    ['One in twenty falls below', change(f.valueAtRisk)],
    ['Mean of those', change(f.conditionalValueAtRisk)],
    ['Omega', formatRatio(f.omega)],
    ['Tail ratio', formatRatio(f.tailRatio)],
    ['Skewness, excess kurtosis', `${formatRatio(f.skewness)}, ${formatRatio(f.excessKurtosis)}`],
    ['Stability', formatRatio(f.stability)],
    ['Ulcer index', formatPercent(f.ulcerIndex)],
    ['Martin ratio', perYear(run.statistics, formatRatio(f.martinRatio))],
    ['Recovery factor', formatRatio(f.recoveryFactor)],
    ['Longest run of gains, of losses', `${plural(f.longestGain, 'day')}, ${plural(f.longestLoss, 'day')}`],
    ['Beta of days', formatRatio(f.dailyBeta)],
    ['Correlation, R²', `${formatRatio(f.correlation)}, ${formatRatio(f.correlation ** 2)}`],
    ['Captured of rises, of falls', `${formatRatio(f.upCapture)}, ${formatRatio(f.downCapture)}`],
  ];
}

function group(title: string, figures: readonly Figure[]): Html {
  const rows = figures.map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="n">${value}</td>
      </tr>`,
  );
  return html`<div>
    <h3>${title}</h3>
    <table>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** The choices of a convention as a sentence. */
export function conventionText(c: StatisticsConvention): string {
  const samples = {
    points: 'every point of the curve',
    tradingDay: 'the last equity of each New York date with a bar',
    calendarDay: 'the last equity of each calendar day, weekends repeating the last',
  }[c.sampling];
  const first = c.firstReturn === 'counted' ? 'from the starting cash on' : 'from the second sample on';
  const volatility =
    c.volatility === 'scaled' ? 'the deviation of the returns × √periods' : 'the compounded deviation of the returns';
  const sharpe =
    c.sharpe === 'annual' ? '(annual return − risk-free) ÷ volatility' : 'mean excess return ÷ deviation × √periods';
  const sortino = {
    annual: '(annual return − risk-free) ÷ downside deviation × √periods',
    mean: 'mean return ÷ downside deviation × √periods',
    negativeDeviation: '(annual return − risk-free) ÷ deviation of the losing returns × √periods',
  }[c.sortino];
  const benchmark =
    c.benchmark === 'annual'
      ? 'annual returns and the sampled returns'
      : 'total returns and log returns from point to point';
  const ratios =
    c.benchmark === 'annual'
      ? 'information ratio is the difference of the annual returns ÷ tracking error; Treynor is (annual return − ' +
        'risk-free) ÷ beta'
      : 'information ratio is the mean difference of the returns ÷ its deviation × √periods; Treynor is the mean ' +
        'excess return × periods ÷ the beta of the same returns';
  const falls =
    c.drawdowns === 'points'
      ? 'every point of the curve'
      : `points more than 1/${formatCount(Math.round(1 / c.drawdowns.part))} of the run and ` +
        `${plural(c.drawdowns.least / MINUTE, 'minute')} apart, and the last of each New York date`;
  const peak = c.fallsFrom === 'start' ? ', and from what there was before the first' : '';
  const hours = c.benchmarkHours === 'regular' ? ' The benchmark has its prices of regular hours.' : '';
  const closings =
    c.closings === 'counted'
      ? ' Closing fills are judged by the average cost of what they close, less twice their fee; wins and losses are ' +
        'parts of the starting cash and all that was closed before.'
      : '';
  const lengths = c.lengths === 'days' ? 'days' : 'days, hours, minutes or seconds, as the points are apart';
  const growth = c.growthFrom === 'start' ? 'from the start of the run on' : 'from the first point on';
  return (
    `returns between ${samples}, ${first}; ${c.periodsPerYear} periods a year; annual return by the ` +
    `${c.annualReturn} mean; volatility is ${volatility}; Sharpe is ${sharpe}; Sortino is ${sortino}; ` +
    `alpha and beta are of ${benchmark}; tracking error is the deviation of the difference to the benchmark’s ` +
    `returns × √periods; ${ratios}; ${c.daysPerYear} days a year in the growth rate, ${growth}. ` +
    `Drawdowns are measured on ${falls}${peak}; Calmar is annual return ÷ max drawdown. ` +
    `Lengths are rounded up to ${lengths}.${hours}${closings}`
  );
}
