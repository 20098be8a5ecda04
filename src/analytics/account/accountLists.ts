/** The lists of an account's report: trades, what they have in common, positions, orders, rules and fees. */
import { DOLLAR } from '../../domain/units.js';
import type { Figure } from '../figure.js';
import { valueOf } from '../figure.js';
import { formatCount, formatMoney, formatPercent, formatRatio, groupThousands } from '../figureText.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { headRow, percentTone, signedMoney } from '../report/parts.js';
import type { TradeDocument } from '../tradeDocument.js';
import type { AccountReport, ReportGroup } from './accountReportTypes.js';
import { bookingText, moneyText, moneyTone, timeText } from './reportText.js';
import { ruleText } from './touchedRules.js';

const TRADE_COLUMNS = ['Trade', 'Entry', 'Exit', 'Profit', 'Return', 'R', 'Fees', 'Shortfall', 'MAE', 'MFE'];
const GROUP_COLUMNS = ['Of', 'Trades', 'Profit', 'Hit rate', 'Profit factor', 'Expectancy', 'MAE', 'MFE'];
const POSITION_COLUMNS = ['Of', 'Symbol', 'Shares', 'Average price', 'Since'];
const ORDER_COLUMNS = ['Time', 'Of', 'Order', 'Filled', 'State', 'Reason of the order'];
const RULE_COLUMNS = ['Rule', 'Answer', 'Times'];
const ANSWER_COLUMNS = ['Time', 'Of', 'Wish', 'Asked', 'Allowed', 'Why not'];

/** Closed trades with their reasons and costs. */
export function tradesSection({ trades }: AccountReport): Html {
  if (trades.count === 0) return empty('trades', 'Trades', 'No trade was closed.');
  const rows = trades.listed.map(tradeRow);
  const caption =
    'From flat to flat, by when they were closed, New York time. Shortfall is what they cost against the market at ' +
    'their decisions, fees included; MAE and MFE are how far the open result went, before fees.';
  return html`<section class="panel" id="trades">
    <h2>Trades</h2>
    ${table({ name: 'Trades', caption, columns: TRADE_COLUMNS, left: 3, rows })}
    ${rest(trades.count, trades.listed.length, 'trades')}
  </section>`;
}

/** By strategy and by symbol; nothing without a trade. */
export function groupsSection({ byStrategy, bySymbol, figures, trades }: AccountReport): Html {
  if (trades.count === 0) return NO_HTML;
  const rows = [{ key: 'all', figures }, ...byStrategy, ...bySymbol].map(groupRow);
  return html`<section class="panel" id="groups">
    <h2>Trades by strategy and symbol</h2>
    ${table({ name: 'Trades by strategy and symbol', columns: GROUP_COLUMNS, left: 1, rows })}
  </section>`;
}

/** What is held on; nothing where all is flat. */
export function positionsSection({ positions }: AccountReport): Html {
  if (positions.length === 0) return NO_HTML;
  const rows = positions.map(
    ({ owner, symbol, quantity, averagePrice, openedAt }) =>
      html`<tr>
        <td>${owner}</td>
        <td>${symbol}</td>
        <td class="n">${groupThousands(quantity)}</td>
        <td class="n">${groupThousands(averagePrice)}</td>
        <td class="n">${timeText(openedAt)}</td>
      </tr>`,
  );
  return html`<section class="panel" id="positions">
    <h2>Held at the end</h2>
    ${table({
      name: 'Held at the end',
      caption: 'Positions that were traded in the last session of the report.',
      columns: POSITION_COLUMNS,
      left: 2,
      rows,
    })}
  </section>`;
}

/** Orders that came to less than they asked for. */
export function unfilledSection({ unfilled }: AccountReport): Html {
  if (unfilled.count === 0)
    return empty('unfilled', 'Orders not filled', 'Every order that was sent was filled whole.');
  const rows = unfilled.listed.map((order) => {
    const prices = [
      ...(order.limitPrice === null ? [] : [`limit ${order.limitPrice}`]),
      ...(order.stopPrice === null ? [] : [`stop ${order.stopPrice}`]),
    ];
    const { notional } = order;
    const size = notional === null ? groupThousands(order.quantity) : `$${groupThousands(notional)} of`;
    const verb = order.side === 'buy' ? 'Buy' : 'Sell';
    return html`<tr>
      <td class="nowrap">${timeText(order.time)}</td>
      <td>${order.owner}</td>
      <td>${verb} ${size} ${order.symbol}, ${[order.type, ...prices].join(', ')}</td>
      <td class="n">${groupThousands(order.filledQuantity)}</td>
      <td class="reason">${order.status}${order.statusReason === '' ? '' : `: ${order.statusReason}`}</td>
      <td class="reason">${order.reason}</td>
    </tr>`;
  });
  return html`<section class="panel" id="unfilled">
    <h2>Orders not filled</h2>
    ${table({ name: 'Orders not filled', columns: ORDER_COLUMNS, left: 3, textFrom: 4, rows })}
    ${rest(unfilled.count, unfilled.listed.length, 'orders')}
  </section>`;
}

/** Rules that said no, or less. */
export function rulesSection({ rules }: AccountReport): Html {
  if (rules.count === 0) return empty('rules', 'Rules touched', 'No risk check refused or cut anything.');
  const touched = rules.touched.map(
    ({ outcome, text, count }) =>
      html`<tr>
        <td>${text}</td>
        <td>${outcome === 'deny' ? 'refused' : 'cut'}</td>
        <td class="n">${formatCount(count)}</td>
      </tr>`,
  );
  const answers = rules.listed.map(
    (answer) =>
      html`<tr>
        <td class="nowrap">${timeText(answer.time)}</td>
        <td>${answer.owner}</td>
        <td>${answer.wish} ${answer.symbol}<br /><span class="muted">${answer.reason}</span></td>
        <td class="n">${groupThousands(answer.requestedQuantity)}</td>
        <td class="n">${groupThousands(answer.allowedQuantity)}</td>
        <td class="reason">${answer.rules.map(ruleText).join(' ')}</td>
      </tr>`,
  );
  return html`<section class="panel" id="rules">
    <h2>Rules touched</h2>
    ${table({ name: 'Rules touched', columns: RULE_COLUMNS, left: 2, rows: touched })}
    ${table({ name: 'Answers of the checks', columns: ANSWER_COLUMNS, left: 3, textFrom: 5, rows: answers })}
    ${rest(rules.count, rules.listed.length, 'answers')}
  </section>`;
}

/** Fees by kind, and what else moved cash. */
export function feesSection({ fees, bookings, bookingsByKind, summary }: AccountReport): Html {
  const rows = [
    ...fees.map(({ kind, amount }) => [kind, moneyText(amount)] as const),
    ['All fees', moneyText(summary.fees)] as const,
    ...bookingsByKind.map(({ kind, amount }) => [bookingText(kind), moneyText(amount, signedMoney)] as const),
    ['Booked beside trades', moneyText(bookings, signedMoney)] as const,
  ].map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="n">${value}</td>
      </tr>`,
  );
  return html`<section class="panel" id="fees">
    <h2>Fees and bookings</h2>
    <table>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <p class="rest">Beside trades: dividends, interest, borrowing, deposits.</p>
  </section>`;
}

function tradeRow(trade: TradeDocument): Html {
  const { side, symbol, quantity, owner, costs } = trade;
  const fraction = valueOf(trade.returnFraction);
  return html`<tr>
    <td>
      ${side === 'long' ? 'Long' : 'Short'} ${groupThousands(quantity)} ${symbol}<br /><small class="muted"
        >${owner}</small
      >
    </td>
    <td class="reason">${leg(trade.entryPrice, trade.entryTime, trade.entryReason)}</td>
    <td class="reason">${leg(trade.exitPrice ?? 'n/a', trade.exitTime, trade.exitReason)}</td>
    <td class="n ${moneyTone(trade.pnl)}">${moneyText(trade.pnl, signedMoney)}</td>
    <td class="n ${percentTone(fraction)}">${formatPercent(fraction, { signed: true })}</td>
    ${cell(trade.rMultiple, formatRatio)}
    <td class="n">${moneyText(trade.fees)}</td>
    ${cell(costs.shortfall.total, dollarText)} ${cell(trade.maxAdverse, dollarText)}
    ${cell(trade.maxFavourable, dollarText)}
  </tr> `;
}

function leg(price: string, time: number | null, reason: string): Html {
  const at = time === null ? '' : ` at ${timeText(time)}`;
  return html`<span class="nowrap">${groupThousands(price)}<span class="muted">${at}</span></span
    ><br />${reason}`;
}

function groupRow({ key, figures }: ReportGroup): Html {
  return html`<tr>
    <td>${key}</td>
    <td class="n">${formatCount(figures.trades)}</td>
    ${cell({ value: figures.netProfit }, dollarText)} ${cell(figures.hitRate, (value) => formatPercent(value))}
    ${cell(figures.profitFactor, formatRatio)} ${cell(figures.expectancy, dollarText)}
    ${cell(figures.meanMaxAdverse, dollarText)} ${cell(figures.meanMaxFavourable, dollarText)}
  </tr>`;
}

interface Table {
  readonly name: string;
  readonly caption?: string;
  readonly columns: readonly string[];
  /** So many columns stand to the left; those from `textFrom` on too. */
  readonly left: number;
  readonly textFrom?: number;
  readonly rows: readonly Html[];
}

function table({ name, caption, columns, left, textFrom = columns.length, rows }: Table): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${name}">
    <table>
      ${
        caption === undefined
          ? NO_HTML
          : html`<caption>
              ${caption}
            </caption>`
      }
      ${headRow(columns, new Set(columns.slice(left, textFrom)))}
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function cell(of: Figure, write: (value: number) => string): Html {
  if ('unsupported' in of) return html`<td class="n" title="${of.unsupported}">n/a</td>`;
  return html`<td class="n">${write(of.value)}</td>`;
}

function dollarText(value: number): string {
  return formatMoney(Math.round(value * DOLLAR));
}

function empty(id: string, title: string, text: string): Html {
  return html`<section class="panel" id="${id}">
    <h2>${title}</h2>
    <p class="muted">${text}</p>
  </section>`;
}

function rest(count: number, shown: number, what: string): Html {
  if (count <= shown) return NO_HTML;
  return html`<p class="rest">
    The first ${formatCount(shown)} of ${formatCount(count)} ${what}; the others are counted in every figure.
  </p>`;
}
