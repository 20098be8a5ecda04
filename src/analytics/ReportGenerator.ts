/**
 * The result of a backtest as one HTML page that needs nothing else: no network, no script, no font. Pure: the same
 * run gives the same bytes. Everything that is not markup is escaped (html.ts). What is listed is bounded, and the
 * page says how much is left out.
 */
import type { HistoryBacktestRun } from './backtestHistory.js';
import type { BacktestReport } from './BacktestReport.js';
import { formatCount, formatMoney, formatPercent, formatRatio, plural } from './figureText.js';
import type { Html } from './report/html.js';
import { html } from './report/html.js';
import { excursionsSection } from './report/excursionsSection.js';
import { equityFigure } from './report/equityFigure.js';
import { fillsSection, tradesSection } from './report/tradeLists.js';
import { reportPage } from './report/page.js';
import { changeTile, signedMoney, tile, tone } from './report/parts.js';
import { identitySection, modelSection } from './report/provenance.js';
import { scenariosSection } from './report/fillScenariosSection.js';
import { performanceSections } from './report/performanceSections.js';
import { periodsSection, statisticsSection } from './report/statisticsSections.js';
import { scenarioOfPreset } from './scenarioOfPreset.js';
import { exposureSection, pricesSection } from './report/pricesSection.js';
import { returnsSection } from './report/returnsSection.js';
import { DOLLAR, SHARE } from '../domain/units.js';

/** The whole page; ends with a line break. */
export function generateReport(report: BacktestReport): string {
  const { strategy, from, to, result } = report;
  const { run, symbols } = result;
  const range = from === to ? from : `${from} to ${to}`;
  const timeframe = run.config.strategies[0]?.timeframe ?? '';
  const { engineVersion, preset } = run.inputs;
  return reportPage({
    title: `${strategy}, ${symbols.join(' ')}, ${range}`,
    heading: strategy,
    subtitle: `${symbols.join(' ')} · ${timeframe} bars · ${range}`,
    origin: `Backtest by Papertape ${engineVersion}, preset ${preset}: ${scenarioOfPreset(run.config.preset)}`,
    warnings: [...openPositions(result), ...report.warnings],
    body: [
      tiles(result),
      html`<section class="panel">
        <h2>Equity and drawdown</h2>
        ${equity(result)}
      </section>`,
      scenariosSection(report.scenarios),
      pricesSection(result),
      periodsSection(run),
      returnsSection(run),
      exposureSection(result),
      statisticsSection(result),
      excursionsSection(run),
      performanceSections(result),
      tradesSection(result),
      fillsSection(result),
      modelSection(result),
      identitySection(report),
    ],
  });
}

function tiles({ run }: HistoryBacktestRun): Html {
  const { statistics: s, config, finalEquity } = run;
  const profit = finalEquity - config.startingCash;
  return html`<section class="tiles" aria-label="Headline figures">
    ${tile('Net profit', signedMoney(profit), `main ${tone(profit)}`)}
    ${changeTile('Total return', s.totalReturn, 'main')} ${tile('Final equity', formatMoney(finalEquity), 'main')}
    ${changeTile('Buy and hold', s.buyAndHoldReturn, 'main')} ${tile('Max drawdown', formatPercent(-s.maxDrawdown))}
    ${tile('Sharpe', formatRatio(s.sharpe))}
    ${tile('Round trips, won', s.trades === 0 ? 'none' : `${formatCount(s.trades)}, ${formatPercent(s.winRate)}`)}
    ${tile('Fees', formatMoney(run.fees))}
  </section>`;
}

function equity({ run }: HistoryBacktestRun): Html {
  const { curve, buyAndHold, config } = run;
  if (curve.time.length === 0) return html`<p class="muted">There was no bar to value the account at.</p>`;
  return equityFigure({
    curve,
    startEquity: config.startingCash / DOLLAR,
    ...(buyAndHold === undefined ? {} : { held: buyAndHold }),
  });
}

/** What the run ended with, summed up from its fills: these positions are in the equity but in no round trip. */
function openPositions({ run, symbols }: HistoryBacktestRun): readonly string[] {
  const held = new Map<number, number>();
  for (const { symbolId, side, quantity } of run.fills) {
    held.set(symbolId, (held.get(symbolId) ?? 0) + (side === 'buy' ? quantity : -quantity));
  }
  const open = [...held].filter(([, quantity]) => quantity !== 0);
  if (open.length === 0) return [];
  const list = open.map(([symbolId, quantity]) => {
    const shares = formatCount(Math.abs(quantity) / SHARE);
    return `${quantity > 0 ? 'long' : 'short'} ${shares} ${symbols[symbolId] ?? ''}`;
  });
  const count = plural(open.length, 'position is', 'positions are');
  const subject = open.length === 1 ? 'It counts' : 'They count';
  const end = `At the end ${count} still open: ${list.join(', ')}.`;
  return [`${end} ${subject} in the equity at the last mark, and in no round trip.`];
}
