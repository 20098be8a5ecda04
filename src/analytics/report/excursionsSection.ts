/** Excursions against outcomes: every trade a dot, those against it at the left, those for it at the right. */
import type { BacktestRun } from '../BacktestRun.js';
import { excursionFigures } from '../excursions.js';
import type { ExcursionFigures, TradeExcursion } from '../excursions.js';
import { formatCount, formatPercent, plural } from '../figureText.js';
import { at, gridLines, HEIGHT, scaleOf, WIDTH, yLabels } from './chartParts.js';
import type { Scale } from './chartParts.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** Fewer trades make no picture. */
const FEWEST_TRADES = 5;
/** Dots that are drawn at most; evenly chosen beyond. */
export const MOST_DOTS = 1_000;
const MOST_LABELS = 5;

/** What the section shows. */
export interface Excursions {
  /** Closed trades, of which `dots` are drawn. */
  readonly trades: number;
  readonly dots: readonly TradeExcursion[];
  readonly figures: ExcursionFigures;
}

/** Undefined for fewer than five closed trades. */
export function excursionsToShow(run: BacktestRun): Excursions | undefined {
  if (run.fillCount === 0) return undefined;
  const all = run.tradeFigures.excursions;
  if (all.length < FEWEST_TRADES) return undefined;
  const every = Math.max(1, all.length / MOST_DOTS);
  const dots = all.filter((_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every));
  return { trades: all.length, dots, figures: excursionFigures(all) };
}

/** The section; nothing where there is nothing to show. */
export function excursionsSection(run: BacktestRun): Html {
  const shown = excursionsToShow(run);
  if (shown === undefined) return NO_HTML;
  const { trades, dots, figures } = shown;
  const some = trades > dots.length ? ` ${formatCount(dots.length)} of ${formatCount(trades)} trades are drawn.` : '';
  return html`<section class="panel" id="excursions">
    <h2>Excursions against outcomes</h2>
    <div class="pair">
      ${scatter({
        name: 'Adverse excursion against outcome',
        caption: adverseText(figures),
        dots: dots.map(({ adverse, outcome }) => [adverse, outcome]),
        mark: figures.winnersLimit,
      })}
      ${scatter({
        name: 'Favourable excursion against outcome',
        caption: favourableText(figures),
        dots: dots.map(({ favourable, outcome }) => [favourable, outcome]),
        mark: NaN,
      })}
    </div>
    <p class="rest">
      A dot is a trade from flat to flat, in percent of what was entered: upwards what it came to, net of fees; sideways
      its excursion before fees. On the dotted diagonal it ended at its worst (left) or its best (right).${some} A stop
      that is read off the trades it is judged by fits them too well: try it in a run of its own, on other days.
    </p>
  </section>`;
}

function adverseText({ winners, losers, winnersLimit, isLimitOfMost, losersBeyond }: ExcursionFigures): string {
  const first = 'How far trades went against you.';
  if (winners.trades === 0) return `${first} No trade won, so nothing tells how much a winner needs.`;
  const limit = formatPercent(winnersLimit, { signed: true });
  const who = isLimitOfMost
    ? `Nine in ten of the ${plural(winners.trades, 'winner')} never stood below ${limit} (dashed line)`
    : `Of ${plural(winners.trades, 'winner')} none stood below ${limit} (dashed line)`;
  if (losers.trades === 0) return `${first} ${who}; no trade lost.`;
  const share = formatPercent(losersBeyond / losers.trades);
  return `${first} ${who}; ${formatCount(losersBeyond)} of the ${plural(losers.trades, 'loser')} did, ${share}.`;
}

function favourableText({ winners, losers, kept }: ExcursionFigures): string {
  const first = 'How far they went for you.';
  const won = winners.trades === 0 ? '' : ` Winners kept ${formatPercent(kept)} of the best that they showed.`;
  const lost =
    losers.trades === 0
      ? ''
      : ` Half of the losers had been ahead by ${formatPercent(losers.medianFavourable)} or more.`;
  return `${first}${won}${lost}`;
}

interface Scatter {
  readonly name: string;
  readonly caption: string;
  readonly dots: readonly (readonly [excursion: number, outcome: number])[];
  /** An excursion to draw a line at; NaN for none. */
  readonly mark: number;
}

function scatter({ name, caption, dots, mark }: Scatter): Html {
  const across = scaleFrom(dots.map(([excursion]) => excursion));
  const up = scaleFrom(dots.map(([, outcome]) => outcome));
  const x = (value: number): number => (1 - across.place(value) / HEIGHT) * WIDTH;
  const path = (wanted: (outcome: number) => boolean): string =>
    dots
      .filter(([, outcome]) => wanted(outcome))
      .map(([excursion, outcome]) => `M${at(x(excursion))} ${at(up.place(outcome))}h0`)
      .join('');
  const [left, right] = [across.lines[0] ?? 0, across.lines.at(-1) ?? 0];
  const [low, high] = [Math.max(left, up.lines[0] ?? 0), Math.min(right, up.lines.at(-1) ?? 0)];
  const every = Math.ceil(across.lines.length / MOST_LABELS);
  const zero = across.lines.findIndex((value) => value > -across.step / 2);
  return html`<figure>
    <figcaption>${caption}</figcaption>
    <div class="plot under" style="height:220px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${name}">
        ${gridLines(up)}
        <line class="start" x1="0" x2="1000" y1="${at(up.place(0))}" y2="${at(up.place(0))}"></line>
        <line
          class="start"
          x1="${at(x(low))}"
          y1="${at(up.place(low))}"
          x2="${at(x(high))}"
          y2="${at(up.place(high))}"
        ></line>
        ${
          Number.isNaN(mark)
            ? NO_HTML
            : html`<line class="mark" x1="${at(x(mark))}" x2="${at(x(mark))}" y1="0" y2="100"></line>`
        }
        <path class="dot dot-loss" d="${path((outcome) => outcome <= 0)}"></path>
        <path class="dot dot-gain" d="${path((outcome) => outcome > 0)}"></path>
      </svg>
      ${yLabels(up, (value) => formatPercent(value, { signed: true }))}
      ${across.lines
        .filter((_, line) => (line - zero) % every === 0)
        .map((value) => {
          const place = at(x(value) / 10);
          return html`<span class="x${x(value) > 0 ? ' mid' : ''}" style="left:${place}%"
            >${formatPercent(value, { signed: true })}</span
          >`;
        })}
    </div>
  </figure>`;
}

/** A scale that 0 is on. */
function scaleFrom(values: readonly number[]): Scale {
  return scaleOf(
    values.reduce((a, b) => Math.min(a, b), 0),
    values.reduce((a, b) => Math.max(a, b), 0),
  );
}
