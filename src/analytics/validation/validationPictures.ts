/** The pictures of a validation: cross-validated histories, ranks after a choice, and what luck may have made of it. */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { HOUR } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import { formatCount, formatPercent, formatRatio, plural } from '../figureText.js';
import { paramsText } from '../optimise/paramsText.js';
import { coursesFigure } from '../report/coursesFigure.js';
import { drawnFigures } from '../report/drawnFigures.js';
import { histogramOf, histogramPlot } from '../report/histogramFigure.js';
import type { Html } from '../report/html.js';
import { html } from '../report/html.js';
import { headRow } from '../report/parts.js';
import { yearlySharpe } from './judgement.js';
import type { Answer, PathFigures } from './judgement.js';
import type { JudgedSearch } from './judgementLines.js';
import { profitsAsReturns } from './monteCarlo.js';
import { periodSharpe } from './sharpeSignificance.js';
import { untilRuin } from './untilRuin.js';

const LISTED = 12;

/** Whole histories of days that nobody chose by, and what training chose for them. */
export function crossValidationSection({ search, best, judgement }: JudgedSearch): Html {
  const answer = judgement.crossValidation;
  const time = Float64Array.from(search.dates, (date) => fromNewYork(date, 16 * HOUR));
  return section('Histories that nobody chose by', answer, (paths) => {
    const { median, lowest, splits } = paths;
    return html`<p class="muted">
        Combinatorial purged cross-validation: in each of ${plural(splits, 'split')} the trial that was best in training
        is taken for the days of the test, and the tests are joined to ${plural(paths.paths, 'path')} through the whole
        range. Sharpe ratios of the paths: ${formatRatio(yearlySharpe(lowest))} the lowest,
        ${formatRatio(yearlySharpe(median))} in the middle. With ${plural(paths.purgedDays, 'day')} purged on each side
        of a test, ${formatPercent(paths.keptShare)} of the training days are left.
      </p>
      ${coursesFigure({
        time,
        courses: paths.courses,
        coursesName: 'Paths outside of training',
        compared: { name: 'Best trial, chosen with hindsight', returns: best?.dailyReturns ?? new Float64Array(0) },
        startEquity: search.backtest.startingCash / DOLLAR,
      })}
      ${chosenTable(paths)}`;
  });
}

/** Where the best of one half ended in the other, and what luck makes of so many trials. */
export function overfittingSection({ search, judgement }: JudgedSearch): Html {
  const sharpes = Float64Array.from(
    search.trials.flatMap(({ dailyReturns }) =>
      dailyReturns === undefined ? [] : [yearlySharpe(periodSharpe(untilRuin(dailyReturns)) ?? 0)],
    ),
  );
  const { significance } = judgement;
  return section('Chosen, or lucky', judgement.overfitting, ({ probability, ranks, splits }) => {
    const luck = 'value' in significance ? yearlySharpe(significance.value.expectedMaximum) : undefined;
    const best = 'value' in significance ? yearlySharpe(significance.value.sample.sharpe) : undefined;
    const beside =
      luck === undefined || best === undefined
        ? ''
        : `Luck alone takes the best of all trials on these data to ${formatRatio(luck)} (dashed); ` +
          `the best has ${formatRatio(best)} (dotted).`;
    return html`<div class="pair">
      <figure>
        <figcaption>
          Rank on the other half of the days, from 0 (worst of all trials) to 1 (best), of the trial that was best on
          one half; ${formatCount(splits)} splits. <b>${formatPercent(probability)}</b> end at or below the middle: the
          probability of overfitting.
        </figcaption>
        ${histogramPlot({
          histogram: histogramOf(ranks),
          label: 'Ranks on the other half',
          text: (value) => value.toFixed(1),
          isLoss: (from) => from < 0.5 - 1e-9,
          marks: [{ value: 0.5, className: 'mark' }],
        })}
      </figure>
      <figure>
        <figcaption>Yearly Sharpe ratios of all ${formatCount(sharpes.length)} trials. ${beside}</figcaption>
        ${histogramPlot({
          histogram: histogramOf(sharpes),
          label: 'Sharpe ratios of all trials',
          text: formatRatio,
          marks: [
            ...(luck === undefined ? [] : [{ value: luck, className: 'mark' }]),
            ...(best === undefined ? [] : [{ value: best, className: 'start' }]),
          ],
        })}
      </figure>
    </div>`;
  });
}

/** Days drawn anew and trades in another order. */
export function drawnSections({ search, best, judgement }: JudgedSearch): readonly Html[] {
  const startEquity = search.backtest.startingCash / DOLLAR;
  const profits = search.bestTrades?.tradeProfits ?? new Float64Array(0);
  return [
    section('Days drawn anew', judgement.bootstrapped, (runs) =>
      drawnFigures({
        runs,
        startEquity,
        returns: best?.dailyReturns ?? new Float64Array(0),
        period: 'day',
        name: 'The best trial',
        explained:
          `${formatCount(runs.runs)} runs of as many days, drawn in blocks from those of the best trial: what the ` +
          `same strategy could have shown by chance. ${formatPercent(runs.lossShare)} of them lost money.`,
        withReturns: true,
      }),
    ),
    section('Trades reshuffled', judgement.reshuffled, (runs) =>
      drawnFigures({
        runs,
        startEquity,
        returns: profitsAsReturns(profits, startEquity),
        period: 'trade',
        name: 'The best trial',
        explained:
          `The ${formatCount(profits.length)} closed trades of the best trial in ${formatCount(runs.runs)} other ` +
          'orders: they end at the same equity, and on the way there they show what drawdown to be ready for. ' +
          'Equity is seen at the ends of trades alone, and what is open at the last day is in none of them.',
        withReturns: false,
      }),
    ),
  ];
}

/** What training chose, and how often. */
function chosenTable({ chosen, splits }: PathFigures): Html {
  const rows = chosen.slice(0, LISTED).map(
    ({ number, params, times }) =>
      html`<tr>
        <td class="n">${number}</td>
        <td>${paramsText(params)}</td>
        <td class="n">${times}</td>
        <td class="n">${formatPercent(times / splits)}</td>
      </tr>`,
  );
  const left = chosen.length - rows.length;
  const right = new Set(['Trial', 'Splits', 'Share']);
  return html`<div class="wide">
    <table>
      <caption>
        Parameters that were best in training: one set in most splits is a stable choice, many sets are noise.
      </caption>
      ${headRow(['Trial', 'Parameters', 'Splits', 'Share'], right)}
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${left > 0 ? html`<p class="rest">${plural(left, 'more trial')} chosen less often.</p>` : ''}
  </div>`;
}

function section<T>(title: string, answer: Answer<T>, draw: (value: T) => Html): Html {
  return html`<section class="panel">
    <h2>${title}</h2>
    ${'reason' in answer ? html`<p class="muted">No figure: ${answer.reason}.</p>` : draw(answer.value)}
  </section>`;
}
