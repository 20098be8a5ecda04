/** The parts of a report about trades from flat to flat: by what they have in common, and what their fills cost. */
import type { BacktestRun } from '../BacktestRun.js';
import type { LiquidityCosts } from '../costSummary.js';
import type { Figure } from '../figure.js';
import { valueOf } from '../figure.js';
import { formatCount, formatMoney, formatPercent, formatRatio } from '../figureText.js';
import { html, NO_HTML } from './html.js';
import type { Html } from './html.js';
import { headRow } from './parts.js';
import { MARKOUT_HORIZONS } from '../tradeCosts.js';
import type { TradeFigures } from '../TradeGroup.js';
import { horizonName } from '../tradeTable.js';
import type { FeeKind } from '../../domain/fill.js';
import { DOLLAR } from '../../domain/units.js';

const GROUP_COLUMNS = [
  'Of',
  'Trades',
  'Profit',
  'Hit rate',
  'Payoff',
  'Profit factor',
  'Expectancy',
  'Mean R',
  'MAE',
  'MFE',
];
const COST_COLUMNS = [
  'Fills',
  'Number',
  'Effective spread',
  'Realised spread',
  'Price impact',
  ...MARKOUT_HORIZONS.map((horizon) => `Market after ${horizonName(horizon)}`),
];
const SESSION_NAMES: Readonly<Record<string, string>> = {
  premarket: 'premarket',
  regular: 'regular hours',
  afterHours: 'after hours',
  closed: 'overnight',
};

/** What trades have in common; nothing without a closed one. */
export function groupsSection(run: BacktestRun): Html {
  const performance = performanceToShow(run);
  if (performance === undefined) return NO_HTML;
  const rows = [
    groupRow('all', performance.figures.trades),
    ...performance.groups('side').map(({ key, figures }) => groupRow(key, figures)),
    ...performance.groups('owner').map(({ key, figures }) => groupRow(key, figures)),
    ...performance.groups('symbol').map(({ key, figures }) => groupRow(key, figures)),
    ...performance.groups('session').map(({ key, figures }) => groupRow(SESSION_NAMES[key] ?? key, figures)),
  ];
  return html`<section class="panel" id="groups">
    <h2>Trades by side, strategy, symbol and session</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Trades by side, strategy, symbol and session">
      <table>
        <caption>
          From flat to flat: scaling in and out is one trade. Payoff is mean win ÷ mean loss; MAE and MFE are the mean
          of how far the open result went.
        </caption>
        ${headRow(GROUP_COLUMNS, new Set(GROUP_COLUMNS.slice(1)))}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** The figures of closed trades; undefined without one. */
export function performanceToShow(run: BacktestRun): BacktestRun['performance'] | undefined {
  if (run.fillCount === 0) return undefined;
  const { performance } = run;
  return performance.figures.trades.trades === 0 ? undefined : performance;
}

function groupRow(name: string, figures: TradeFigures): Html {
  const money = (of: Figure): Html => cell(of, (value) => formatMoney(Math.round(value * DOLLAR)));
  return html`<tr>
    <td>${name}</td>
    <td class="n">${formatCount(figures.trades)}</td>
    ${money({ value: figures.netProfit })} ${cell(figures.hitRate, (value) => formatPercent(value))}
    ${cell(figures.payoff, formatRatio)} ${cell(figures.profitFactor, formatRatio)} ${money(figures.expectancy)}
    ${cell(figures.meanR, formatRatio)} ${money(figures.meanMaxAdverse)} ${money(figures.meanMaxFavourable)}
  </tr>`;
}

/** What fills of each kind cost; undefined without one. */
export function costsToShow(run: BacktestRun): readonly LiquidityCosts[] | undefined {
  if (run.fillCount === 0) return undefined;
  return run.tradeFigures.costs.filter(({ fills }) => fills > 0);
}

/** Spreads, impact and markouts; nothing without a fill. */
export function costsSection(run: BacktestRun): Html {
  const kinds = costsToShow(run);
  if (kinds === undefined) return NO_HTML;
  const perShare = (of: Figure): Html => cell(of, (value) => `${value < 0 ? '−' : ''}$${Math.abs(value).toFixed(4)}`);
  return html`<section class="panel" id="costs">
    <h2>What fills cost</h2>
    <div class="wide" tabindex="0" role="region" aria-label="What fills cost">
      <table>
        <caption>
          Dollars per share, by quantity. Spreads above 0 were paid; the market after a fill is above 0 where it went
          the order's way. ${missingCosts(kinds)}
        </caption>
        ${headRow(COST_COLUMNS, new Set(COST_COLUMNS.slice(1)))}
        <tbody>
          ${kinds.map(
            ({ liquidity, fills, effectiveSpread, realisedSpread, priceImpact, markouts }) =>
              html`<tr>
                <td>${liquidity === 'taker' ? 'took liquidity' : 'rested in the book'}</td>
                <td class="n">${formatCount(fills)}</td>
                ${perShare(effectiveSpread)} ${perShare(realisedSpread)} ${perShare(priceImpact)}
                ${markouts.map((markout) => perShare(markout.perShare))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="rest">${feesText(run)}</p>
  </section>`;
}

const FEE_NAMES: Readonly<Record<FeeKind, string>> = { commission: 'commission', sec: 'SEC', taf: 'TAF' };

/** What was charged for the fills, by kind. */
function feesText({ tradeFigures: { fees } }: BacktestRun): string {
  if (fees.length === 0) return 'No fees were charged.';
  const kinds = fees.map(({ kind, amount }) => `${FEE_NAMES[kind]} ${formatMoney(amount)}`);
  return `Fees of the fills: ${kinds.join(', ')}.`;
}

/** Why spreads and the market after a fill are n/a, horizons with one reason together; empty where none is. */
function missingCosts(kinds: readonly LiquidityCosts[]): string {
  const reasons = new Map<string, Set<string>>();
  const note = (name: string, of: Figure): void => {
    if (!('unsupported' in of)) return;
    const names = reasons.get(of.unsupported) ?? new Set();
    reasons.set(of.unsupported, names.add(name));
  };
  for (const { effectiveSpread, realisedSpread, priceImpact, markouts } of kinds) {
    note('effective spread', effectiveSpread);
    note('realised spread', realisedSpread);
    note('price impact', priceImpact);
    for (const { horizon, perShare } of markouts) note(`market after ${horizonName(horizon)}`, perShare);
  }
  if (reasons.size === 0) return '';
  return `n/a: ${[...reasons].map(([reason, names]) => `${[...names].join(', ')}: ${reason}`).join('; ')}.`;
}

function cell(of: Figure, write: (value: number) => string): Html {
  if ('unsupported' in of) return html`<td class="n" title="${of.unsupported}">n/a</td>`;
  return html`<td class="n">${write(valueOf(of))}</td>`;
}
