/** What a reader looks at first: the headline figures, and the course of the equity. */
import { DOLLAR } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { benchmarkName } from '../benchmarkName.js';
import { formatCount, formatMoney, formatPercent, formatRatio } from '../figureText.js';
import { fallsOf } from '../runFigures.js';
import { byDays, returnCount } from '../yearlyFigures.js';
import { equityFigure } from './equityFigure.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { changeTile, signedMoney, tile, tone } from './parts.js';

/** The figures at the top. */
export function summarySection({ run }: HistoryBacktestRun): Html {
  const { statistics: s, config, finalEquity } = run;
  const profit = finalEquity - config.startingCash;
  return html`<section class="tiles" id="summary" aria-label="Headline figures">
    ${tile('Net profit', signedMoney(profit), `main ${tone(profit)}`)}
    ${changeTile('Total return', s.totalReturn, 'main')} ${tile('Final equity', formatMoney(finalEquity), 'main')}
    ${changeTile(benchmarkName(run.benchmark), s.buyAndHoldReturn, 'main')}
    ${tile('Max drawdown', formatPercent(-s.maxDrawdown))}
    ${tile('Sharpe', byDays(returnCount(run.curve), formatRatio(s.sharpe)))}
    ${tile('Round trips, won', s.trades === 0 ? 'none' : `${formatCount(s.trades)}, ${formatPercent(s.winRate)}`)}
    ${tile('Fees', formatMoney(run.fees))}
  </section>`;
}

/** Equity, what it is measured against, and the falls from its peaks. */
export function equitySection({ run }: HistoryBacktestRun): Html {
  return html`<section class="panel" id="equity">
    <h2>Equity and drawdown</h2>
    ${run.curve.time.length === 0 ? html`<p class="muted">There was no bar to value the account at.</p>` : figure(run)}
  </section>`;
}

function figure(run: HistoryBacktestRun['run']): Html {
  const { curve, buyAndHold, benchmark, config } = run;
  return equityFigure({
    curve,
    startEquity: config.startingCash / DOLLAR,
    falls: fallsOf(run),
    ...(buyAndHold === undefined ? {} : { held: { name: benchmarkName(benchmark), equity: buyAndHold } }),
  });
}
