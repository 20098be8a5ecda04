/** The trades and the fills of a report. Both lists are bounded; the count of what is left out is said. */
import { exitReasonOf } from '../../domain/exitReason.js';
import type { Fill } from '../../domain/fill.js';
import type { Side } from '../../domain/order.js';
import type { RoundTrip } from '../../domain/position.js';
import { formatPrice, formatQuantity, receiptText } from '../../exchange/receiptText.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { closedTrade } from '../BacktestRun.js';
import type { BacktestRun } from '../BacktestRun.js';
import { momentText } from '../fillMoments.js';
import type { FillMoment } from '../fillMoments.js';
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
    return html`<section class="panel" id="trades">
      <h2>Trades</h2>
      <p class="muted">${why}</p>
    </section>`;
  }
  const shown = trips.slice(0, MOST_TRADES);
  const moments = legMoments(run, shown);
  const rows = shown.map((trip, index) => {
    return tradeRow(trip, index + 1, symbols[trip.symbolId] ?? '', run.config.priceScale, moments);
  });
  return html`<section class="panel" id="trades">
    <h2>Trades</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Trades">
      <table>
        <caption>
          Round trips, first in first out. Profit and return are net of the fees of both sides. New York time: at the
          open of a bar that of its beginning; inside a bar, where nobody knows the moment, from its beginning to its
          end.
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
  const rows = firstFills(run).map((fill) => {
    const reason = reasonOfFill(run, fill);
    const when = momentText(run.fillMoments.of(fill));
    return fillRows(fill, symbols[fill.symbolId] ?? '', run.config.priceScale, when, reason);
  });
  return html`<section class="panel" id="fills">
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

/** Says when a leg of a round trip happened. */
export type LegMoment = (leg: Leg) => FillMoment;

/** One side of a round trip. */
export interface Leg {
  readonly symbolId: number;
  readonly side: Side;
  readonly price: number;
  /** Of the fill. */
  readonly time: number;
}

/** The moments of the fills behind round trips. */
export function legMoments(run: BacktestRun, trips: readonly RoundTrip[]): LegMoment {
  const wanted = new Set(trips.flatMap((trip) => legsOf(trip).map(keyOf)));
  const moments = new Map<string, FillMoment>();
  for (const fill of run.fillRows()) {
    const key = keyOf(fill);
    if (wanted.has(key)) moments.set(key, run.fillMoments.of(fill));
    if (moments.size === wanted.size) break;
  }
  return (leg) => moments.get(keyOf(leg)) ?? { from: leg.time, to: leg.time };
}

/** The fills that are listed. */
export function firstFills(run: BacktestRun): readonly Fill[] {
  return Array.from({ length: Math.min(run.fillCount, MOST_FILLS) }, (_, index) => run.fillAt(index));
}

/** Why there was a fill, in the words of its order or of the exit that it was. */
export function reasonOfFill(run: BacktestRun, { orderId }: Fill): string {
  const order = run.orderOf(orderId);
  return order === undefined ? '' : exitReasonOf(order);
}

/** Entry and exit. */
export function legsOf(trip: RoundTrip): readonly [entry: Leg, exit: Leg] {
  const { symbolId, side } = trip;
  return [
    { symbolId, side, price: trip.entryPrice, time: trip.entryTime },
    { symbolId, side: side === 'buy' ? 'sell' : 'buy', price: trip.exitPrice, time: trip.exitTime },
  ];
}

function keyOf({ symbolId, side, price, time }: Leg): string {
  return `${symbolId} ${side} ${price} ${time}`;
}

function tradeRow(trip: RoundTrip, number: number, symbol: string, priceScale: number, moments: LegMoment): Html {
  const { returnFraction } = closedTrade(trip, priceScale);
  const [entry, exit] = legsOf(trip);
  return html`<tr>
    <td class="n muted">${number}</td>
    <td class="nowrap">${trip.side === 'buy' ? 'Long' : 'Short'} ${symbol}</td>
    <td class="n">${groupThousands(formatQuantity(trip.quantity))}</td>
    <td class="reason">${legCell(entry, moments, trip.entryReason, priceScale)}</td>
    <td class="reason">${legCell(exit, moments, trip.exitReason, priceScale)}</td>
    <td class="n">${formatMoney(trip.fees)}</td>
    <td class="n ${tone(trip.pnl)}">${signedMoney(trip.pnl)}</td>
    <td class="n ${percentTone(returnFraction)}">${formatPercent(returnFraction, { signed: true })}</td>
  </tr> `;
}

function legCell(leg: Leg, moments: LegMoment, reason: string, priceScale: number): Html {
  const moment = moments(leg);
  const word = moment.from === moment.to ? 'at' : 'in';
  return html`<span class="nowrap"
      >${formatPrice(leg.price, priceScale)} <span class="muted">${word} ${momentText(moment)}</span></span
    ><br />${reason}`;
}

function fillRows(fill: Fill, symbol: string, priceScale: number, when: string, reason: string): Html {
  const fees = fill.fees.reduce((sum, { amount }) => sum + amount, 0);
  return html`<tr class="told">
      <td class="nowrap">${when}</td>
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
