/**
 * The judgement of a search as one HTML page that needs nothing else: the verdict, the figures behind it, and pictures
 * of what the search might as well have shown. Pure: the same judgement gives the same bytes.
 */
import { formatCount, formatPercent, formatRatio, plural } from '../figureText.js';
import { byDays } from '../yearlyFigures.js';
import { keptScoreText, paramsText, wantedText, whyNoneKept } from '../optimise/paramsText.js';
import { searchedDataText } from '../optimise/storedSearch.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { changeTile, factList, headRow, percentTone, tile } from '../report/parts.js';
import { reportPage } from '../report/page.js';
import { yearlySharpe } from './judgement.js';
import type { Answer } from './judgement.js';
import { judgementLines, shortVerdict, verdictOf } from './judgementLines.js';
import type { JudgedSearch, JudgementLine } from './judgementLines.js';
import { crossValidationSection, drawnSections, overfittingSection } from './validationPictures.js';
import { rerunsSection } from './rerunsSection.js';

/** The whole page; ends with a line break. */
export function validationReport(judged: JudgedSearch): string {
  const { search, warnings } = judged;
  const { strategy, symbols, timeframe, from, to } = search.backtest;
  const lines = judgementLines(judged);
  return reportPage({
    title: `${strategy}, validation, ${symbols.join(' ')}`,
    heading: strategy,
    subtitle: `${symbols.join(' ')} · ${timeframe} bars · ${from} to ${to} · ${wantedText(search.plan)}`,
    origin: 'Validation of a search by Papertape',
    warnings,
    body: [
      tiles(judged, lines),
      verdictSection(lines),
      crossValidationSection(judged),
      overfittingSection(judged),
      ...drawnSections(judged),
      rerunsSection(judged.reruns),
      holdoutSection(judged),
      html`<section class="panel">
        <h2>What it rests on</h2>
        ${factList(validationFacts(judged))}
      </section>`,
    ],
  });
}

/** What was judged and by what, in order. */
export function validationFacts({ search, best, count }: JudgedSearch): readonly (readonly [string, string])[] {
  const { plan, backtest, runs, trials, dates, holdout } = search;
  const { preset, feePlan, adjust, dataHash } = backtest;
  return [
    ['Search', search.id],
    [
      'Best trial',
      best === undefined
        ? `none: ${whyNoneKept(search)}`
        : `number ${best.number}: ${paramsText(best.params)}, ` +
          `${plan.objective.figure} ${keptScoreText(plan.objective, best)}`,
    ],
    [
      'Searched',
      `${plural(trials.length, 'trial')} in ${plural(runs, 'run')} on ${plural(dates.length, 'trading day')}`,
    ],
    ['Data', searchedDataText(backtest)],
    ['Tried', `${formatCount(count.trials)} configurations on these data so far, in ${formatCount(count.runs)} runs`],
    ['Held out', holdout === undefined ? 'nothing' : `${holdout.from} to ${holdout.to}`],
    ['Fills', `preset ${preset}, fee plan ${feePlan ?? 'of the preset'}, prices ${adjust}`],
    ['Data hash', dataHash],
  ];
}

function tiles({ best, judgement }: JudgedSearch, lines: readonly JudgementLine[]): Html {
  const { significance, overfitting, realityCheck, crossValidation } = judgement;
  const against = lines.some(({ passed }) => passed === false);
  const sharpe = byDays(best?.dailyReturns?.length ?? 0, formatRatio(best?.statistics?.sharpe ?? NaN));
  return html`<section class="tiles">
    ${tile('Verdict', shortVerdict(lines), `main ${against ? 'loss' : ''}`)}
    ${judgedTile('Deflated Sharpe', significance, ({ deflated }) => formatPercent(deflated), lines)}
    ${judgedTile('Probability of overfitting', overfitting, ({ probability }) => formatPercent(probability), lines)}
    ${judgedTile('Reality check', realityCheck, ({ pValue }) => `p ${pValue.toFixed(3)}`, lines)}
    ${changeTile('Return where it was searched', best?.statistics?.totalReturn ?? NaN)}
    ${tile('Sharpe where it was searched', sharpe)}
    ${tile(
      'Sharpe cross-validated',
      'value' in crossValidation ? formatRatio(yearlySharpe(crossValidation.value.median)) : 'n/a',
    )}
    ${tile('Max drawdown where it was searched', formatPercent(best?.statistics?.maxDrawdown ?? NaN))}
  </section>`;
}

/** The test that a tile tells of, by the name on the tile. */
const TEST_OF: Readonly<Record<string, string>> = { 'Probability of overfitting': 'Overfitting' };

function judgedTile<T>(
  name: string,
  answer: Answer<T>,
  text: (value: T) => string,
  lines: readonly JudgementLine[],
): Html {
  const passed = lines.find((line) => line.name === (TEST_OF[name] ?? name))?.passed;
  const tone = passed === undefined ? '' : passed ? 'gain' : 'loss';
  return tile(name, 'value' in answer ? text(answer.value) : 'n/a', `main ${tone}`);
}

function verdictSection(lines: readonly JudgementLine[]): Html {
  const rows = lines.map(({ name, found, needed, meaning, passed }) => {
    const [mark, word, tone] =
      passed === undefined
        ? ['–', 'tells only', '']
        : passed
          ? ['✔', 'for it', 'passed']
          : ['✖', 'against it', 'failed'];
    return html`<tr>
      <td class="nowrap ${tone}">${mark} ${word}</td>
      <th scope="row">${name}</th>
      <td class="nowrap"><b>${found}</b></td>
      <td class="nowrap muted">${needed}</td>
      <td class="reason muted">${meaning}</td>
    </tr>`;
  });
  return html`<section class="panel">
    <h2>Verdict</h2>
    <p>${verdictOf(lines)}</p>
    <div class="wide">
      <table>
        ${headRow(['Speaks', 'Test', 'Found', 'Asked for', 'What it means'], new Set())}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    <p class="rest">
      None of these proves that a strategy will earn money; each can show that there is no reason to think so.
    </p>
  </section>`;
}

function holdoutSection({ opened }: JudgedSearch): Html {
  if (opened === undefined) return NO_HTML;
  const { data, outcome, earlier } = opened;
  const { statistics: s } = outcome;
  const before = plural(earlier.length, 'time');
  const looks = earlier.length === 0 ? 'Nobody had looked at these days before.' : `Looked at ${before} before.`;
  return html`<section class="panel">
    <h2>Holdout, ${data.from} to ${data.to}</h2>
    <p class="muted">${looks}</p>
    ${factList([
      [
        'Return',
        html`<span class="${percentTone(s.totalReturn)}">${formatPercent(s.totalReturn, { signed: true })}</span>`,
      ],
      ['Sharpe', byDays(outcome.dailyReturns.length, formatRatio(s.sharpe))],
      ['Max drawdown', formatPercent(s.maxDrawdown)],
      ['Round trips', formatCount(s.trades)],
    ])}
  </section>`;
}
