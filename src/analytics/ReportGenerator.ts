/**
 * The result of a backtest as one HTML page that needs nothing else: no network, no script, no font. Pure: the same
 * run gives the same bytes. Everything that is not markup is escaped (html.ts). What is listed is bounded, and the
 * page says how much is left out.
 */
import type { HistoryBacktestRun } from './backtestHistory.js';
import type { BacktestReport } from './BacktestReport.js';
import { formatCount, formatMoney, formatPercent, formatRatio, plural } from './figureText.js';
import { Html, html, NO_HTML } from './html.js';
import { equityFigure } from './reportChart.js';
import { fillsSection, tradesSection } from './reportLists.js';
import { changeTile, signedMoney, tile, tone } from './reportParts.js';
import { identitySection, modelSection } from './reportProvenance.js';
import { scenariosSection } from './reportScenarios.js';
import { periodsSection, statisticsSection } from './reportStatistics.js';
import { performanceSections } from './reportPerformance.js';
import { scenarioOfPreset } from './scenarioOfPreset.js';
import { REPORT_STYLE } from './reportStyle.js';
import { DOLLAR, SHARE } from '../domain/units.js';

const STYLE = new Html(`<style>${REPORT_STYLE}</style>`);
/** No page may load, run or send anything, whatever is in it. */
const POLICY = new Html("default-src 'none'; style-src 'unsafe-inline'");

/** The whole page; ends with a line break. */
export function generateReport(report: BacktestReport): string {
  const { strategy, from, to, result } = report;
  const { run, symbols } = result;
  const range = from === to ? from : `${from} to ${to}`;
  const timeframe = run.config.strategies[0]?.timeframe ?? '';
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark" />
        <title>${strategy}, ${symbols.join(' ')}, ${range} – Papertape</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <div>
            <h1>${strategy}</h1>
            <div class="muted">${symbols.join(' ')} · ${timeframe} bars · ${range}</div>
          </div>
          <div class="muted">
            Backtest by Papertape ${run.inputs.engineVersion}, preset ${run.inputs.preset}:
            ${scenarioOfPreset(run.config.preset)}
          </div>
        </header>
        <main>
          ${warnings([...openPositions(result), ...report.warnings])} ${tiles(result)}
          <section class="panel">
            <h2>Equity and drawdown</h2>
            ${equity(result)}
          </section>
          ${scenariosSection(report.scenarios)} ${periodsSection(run)} ${statisticsSection(result)}
          ${performanceSections(result)} ${tradesSection(result)} ${fillsSection(result)} ${modelSection(result)}
          ${identitySection(report)}
        </main>
      </body>
    </html> `;
  return page.text;
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

function warnings(sentences: readonly string[]): Html {
  if (sentences.length === 0) return NO_HTML;
  return html`<div class="warning">${sentences.map((text) => html`<p><b>Note</b> ${text}</p>`)}</div>`;
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
