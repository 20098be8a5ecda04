/** The table of the deepest falls. */
import type { BacktestRun } from '../BacktestRun.js';
import { conventionOf } from '../conventions.js';
import { FEWEST_DAYS } from '../dayFigures.js';
import { formatPercent, plural } from '../figureText.js';
import { firstPeakOf } from '../runFigures.js';
import { worstFalls } from '../worstFalls.js';
import type { Fall } from '../worstFalls.js';
import { returnCount } from '../yearlyFigures.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { headRow, percentTone } from './parts.js';

/** As many as other tear sheets list. */
const MOST_FALLS = 10;
const COLUMNS = ['Peak', 'Valley', 'Made good', 'Depth', 'Length'];
const RIGHT = new Set(['Depth', 'Length']);

/** The deepest that do not read 0.00 %, if there is one; undefined for a run of few days. */
export function fallsToShow(run: BacktestRun): readonly Fall[] | undefined {
  if (returnCount(run.curve) < FEWEST_DAYS) return undefined;
  const falls = worstFalls(run.curve, firstPeakOf(run), MOST_FALLS).filter(({ depth }) => percentTone(depth) !== '');
  return falls.length === 0 ? undefined : falls;
}

/** What the falls of a run are measured from. */
export function fallsBegin({ statistics }: BacktestRun): string {
  return conventionOf(statistics.convention).fallsFrom === 'start' ? 'starting cash' : 'first point';
}

/** The section; nothing where nothing fell. */
export function fallsSection(run: BacktestRun): Html {
  const falls = fallsToShow(run);
  if (falls === undefined) return NO_HTML;
  return html`<section class="panel" id="falls">
    <h2>Deepest drawdowns</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Deepest drawdowns">
      <table>
        <caption>
          By the equity at the end of each day, from the ${fallsBegin(run)} on; calendar days from the peak on.
        </caption>
        ${headRow(COLUMNS, RIGHT)}
        <tbody>
          ${falls.map(fallRow)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function fallRow({ peak, valley, recovery, depth, days }: Fall): Html {
  return html`<tr>
    <td class="nowrap">${peak}</td>
    <td class="nowrap">${valley}</td>
    <td class="nowrap">${recovery ?? 'not yet'}</td>
    <td class="n loss">${formatPercent(-depth)}</td>
    <td class="n">${plural(days, 'day')}</td>
  </tr>`;
}
