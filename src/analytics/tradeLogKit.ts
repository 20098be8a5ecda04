/** Builders for the trade log's tests: quotes, orders and fills by their figures in dollars and shares. */
import type { Fill } from '../domain/fill.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order, Side } from '../domain/order.js';
import type { OrderStatus } from '../domain/orderState.js';
import type { Receipt } from '../domain/receipt.js';
import { createQuoteTable } from '../domain/tables.js';
import { SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, SHARE } from '../domain/units.js';

/** 2013-10-07 10:00 New York. */
export const TEN: Micros = 1_381_154_400_000_000;

/** Seconds after ten o'clock. */
export const at = (seconds: number): Micros => TEN + Math.round(seconds * SECOND);

/** Quotes of one symbol: seconds after ten, bid, ask. */
export function quotes(rows: readonly (readonly [seconds: number, bid: number, ask: number])[]): MarketBatch {
  const table = createQuoteTable(rows.length);
  for (const [row, [seconds, bid, ask]] of rows.entries()) {
    table.time[row] = at(seconds);
    table.bid[row] = Math.round(bid * DOLLAR);
    table.ask[row] = Math.round(ask * DOLLAR);
    table.bidSize[row] = 100;
    table.askSize[row] = 100;
  }
  table.length = rows.length;
  return { tables: [table], order: null, length: rows.length };
}

/** An order of the strategy `alpha` that was decided at some second. */
export function orderOf(id: string, side: Side, shares: number, seconds: number, more: Partial<Order> = {}): Order {
  return {
    id,
    clientOrderId: id,
    accountId: 'account',
    symbolId: 0,
    side,
    type: 'market',
    timeInForce: 'day',
    quantity: shares * SHARE,
    extendedHours: false,
    source: { kind: 'strategy', instanceId: 'alpha' },
    reason: `${side} ${shares}`,
    status: 'submitted',
    createdAt: at(seconds),
    updatedAt: at(seconds),
    filledQuantity: 0,
    filledNotional: 0,
    ...more,
  };
}

/** The order at its end. */
export function endedOrder(order: Order, status: OrderStatus, seconds: number, filledShares: number): Order {
  return { ...order, status, updatedAt: at(seconds), filledQuantity: filledShares * SHARE };
}

/** What the log reads of a receipt. */
const RECEIPT = { basis: 'nbbo', rule: 'far-side', low: 0, high: 0, triggerTime: 0 } as Receipt;

/** A fill of an order at some second; the fee is in dollars. */
export function fillOf(
  id: string,
  order: Order,
  shares: number,
  price: number,
  seconds: number,
  more: { readonly fee?: number; readonly receipt?: Partial<Receipt> } = {},
): Fill {
  const fee = Math.round((more.fee ?? 0) * DOLLAR);
  return {
    id,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    accountId: order.accountId,
    symbolId: order.symbolId,
    side: order.side,
    quantity: Math.round(shares * SHARE),
    price: Math.round(price * DOLLAR),
    time: at(seconds),
    reportTime: at(seconds),
    liquidity: 'taker',
    fees: fee === 0 ? [] : [{ kind: 'commission', amount: fee }],
    entries: [],
    receipt: { ...RECEIPT, decidedAt: order.createdAt, arrivedAt: order.createdAt, ...more.receipt },
  };
}
