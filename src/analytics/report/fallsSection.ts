/** The table of the deepest falls. */
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun } from '../BacktestRun.js';
import { FEWEST_DAYS } from '../dayFigures.js';
import { formatPercent, plural } from '../figureText.js';
import { worstFalls } from '../worstFalls.js';
import type { Fall } from '../worstFalls.js';
import { returnCount } from '../yearlyFigures.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { headRow } from './parts.js';

/** As many as other tear sheets list. */
const MOST_FALLS = 10;
const COLUMNS = ['Depth', 'Peak', 'Valley', 'Made good', 'Length'];
const RIGHT = new Set(['Depth', 'Length']);

/** The deepest, if there is one; undefined for a run of few days. */
export function fallsToShow({ curve, config }: BacktestRun): readonly Fall[] | undefined {
  if (returnCount(curve) < FEWEST_DAYS) return undefined;
  const falls = worstFalls(curve, config.startingCash / DOLLAR, MOST_FALLS);
  return falls.length === 0 ? undefined : falls;
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
          By the equity at the end of each day, in calendar days from the peak on.
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
    <td class="n loss">${formatPercent(-depth)}</td>
    <td>${peak}</td>
    <td>${valley}</td>
    <td>${recovery ?? 'not yet'}</td>
    <td class="n">${plural(days, 'day')}</td>
  </tr>`;
}
