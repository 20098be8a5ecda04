/** The trades and the fills of a report. Both lists are bounded; the count of what is left out is said. */
import { newYorkText } from '../../calendar/newYorkText.js';
import type { Fill } from '../../domain/fill.js';
import type { RoundTrip } from '../../domain/position.js';
import { formatPrice, formatQuantity, receiptText } from '../../exchange/receiptText.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { closedTrade } from '../BacktestRun.js';
import { formatCount, formatMoney, formatPercent, groupThousands } from '../figureText.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { headRow, percentTone, signedMoney, tone } from './parts.js';

/** Round trips that are listed at most, from the first on. */
export const MOST_TRADES = 500;
/** Fills that are listed at most, from the first on. */
export const MOST_FILLS = 200;

const TRADE_COLUMNS = ['#', 'Side', 'Shares', 'Entry', 'Exit', 'Fees', 'Profit', 'Return'];
const FILL_COLUMNS = ['Time (New York)', 'Side', 'Shares', 'Price', 'Fees', 'Reason of the order'];
const RIGHT = new Set(['#', 'Shares', 'Fees', 'Profit', 'Return', 'Price']);

/** Entry to exit, first in first out. */
export function tradesSection({ run, symbols }: HistoryBacktestRun): Html {
  const trips = run.roundTrips;
  if (trips.length === 0) {
    const why = run.fillCount === 0 ? 'Nothing was traded.' : 'No position was closed.';
    return html`<section class="panel">
      <h2>Trades</h2>
      <p class="muted">${why}</p>
    </section>`;
  }
  const rows = trips.slice(0, MOST_TRADES).map((trip, index) => {
    return tradeRow(trip, index + 1, symbols[trip.symbolId] ?? '', run.config.priceScale);
  });
  return html`<section class="panel">
    <h2>Trades</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Trades">
      <table>
        <caption>
          Round trips, first in first out. Profit and return are net of the fees of both sides. New York time.
        </caption>
        ${headRow(TRADE_COLUMNS, RIGHT)}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${rest(trips.length, MOST_TRADES, 'round trips')}
  </section>`;
}

/** Every execution with the sentences of its receipt. */
export function fillsSection({ run, symbols }: HistoryBacktestRun): Html {
  if (run.fillCount === 0) return NO_HTML;
  const reasons = new Map(run.orders.map((order) => [order.id, order.reason]));
  const rows = run.fills.slice(0, MOST_FILLS).map((fill) => {
    return fillRows(fill, symbols[fill.symbolId] ?? '', run.config.priceScale, reasons.get(fill.orderId) ?? '');
  });
  return html`<section class="panel">
    <h2>Fills and their receipts</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Fills">
      <table>
        <caption>
          Beneath each fill: what it was decided on, and what was added to the price.
        </caption>
        ${headRow(FILL_COLUMNS, RIGHT)}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${rest(run.fillCount, MOST_FILLS, 'fills')}
  </section>`;
}

function tradeRow(trip: RoundTrip, number: number, symbol: string, priceScale: number): Html {
  const { returnFraction } = closedTrade(trip, priceScale);
  return html`<tr>
    <td class="n muted">${number}</td>
    <td class="nowrap">${trip.side === 'buy' ? 'Long' : 'Short'} ${symbol}</td>
    <td class="n">${groupThousands(formatQuantity(trip.quantity))}</td>
    <td class="reason">${leg(trip.entryPrice, trip.entryTime, trip.entryReason, priceScale)}</td>
    <td class="reason">${leg(trip.exitPrice, trip.exitTime, trip.exitReason, priceScale)}</td>
    <td class="n">${formatMoney(trip.fees)}</td>
    <td class="n ${tone(trip.pnl)}">${signedMoney(trip.pnl)}</td>
    <td class="n ${percentTone(returnFraction)}">${formatPercent(returnFraction, { signed: true })}</td>
  </tr> `;
}

function leg(price: number, time: number, reason: string, priceScale: number): Html {
  return html`<span class="nowrap"
      >${formatPrice(price, priceScale)} <span class="muted">at ${newYorkText(time)}</span></span
    ><br />${reason}`;
}

function fillRows(fill: Fill, symbol: string, priceScale: number, reason: string): Html {
  const fees = fill.fees.reduce((sum, { amount }) => sum + amount, 0);
  return html`<tr class="told">
      <td class="nowrap">${newYorkText(fill.time)}</td>
      <td class="nowrap">${fill.side === 'buy' ? 'Buy' : 'Sell'} ${symbol}</td>
      <td class="n">${groupThousands(formatQuantity(fill.quantity))}</td>
      <td class="n">${formatPrice(fill.price, priceScale)}</td>
      <td class="n">${formatMoney(fees)}</td>
      <td class="reason">${reason}</td>
    </tr>
    <tr class="sentence">
      <td colspan="6">${receiptText(fill, symbol, priceScale)}</td>
    </tr> `;
}

function rest(count: number, most: number, what: string): Html {
  if (count <= most) return NO_HTML;
  const left = formatCount(count - most);
  return html`<p class="rest">
    The first ${formatCount(most)} of ${formatCount(count)} ${what}; the other ${left} are left out here and counted in
    every figure.
  </p>`;
}
