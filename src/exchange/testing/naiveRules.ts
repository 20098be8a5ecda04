/** Small questions that the parts of the naive exchange ask of orders, prices and times. */
import { nextSession, sessionOf } from '../../calendar/sessions.js';
import type { Session } from '../../calendar/TradingCalendar.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { PrintFlag } from '../../domain/marketTables.js';
import type { Order } from '../../domain/order.js';
import type { NaiveExchange } from './NaiveExchange.js';
import type { NaiveBar, NaiveOrder, NaivePrint } from './naiveTypes.js';

/** The session that a time belongs to, or else the next one. */
export function sessionFor(time: number): Session {
  const date = newYorkDate(time);
  const today = sessionOf(date);
  return today !== undefined && time < today.afterHoursClose ? today : nextSession(date);
}

/** Whether an order fills in an auction only. */
export function isAuction({ tif }: NaiveOrder): boolean {
  return tif === 'opg' || tif === 'cls';
}

/** What an order waits for at present: its stop, its limit, or nothing. */
export function actsAs({ order: { type }, isElected, isRepriced }: NaiveOrder): 'market' | 'limit' | 'stop' {
  if (isRepriced) return 'limit';
  if (type === 'market' || type === 'limit') return type;
  if (!isElected) return 'stop';
  return type === 'stop_limit' || type === 'limit_if_touched' ? 'limit' : 'market';
}

/**
 * Whether a price elects an order that waits for one: a purchase by a stop is for a price as high, a purchase if
 * touched for one as low; sales the other way round.
 */
export function isElectedAt({ order: { side, type }, stop }: NaiveOrder, price: number): boolean {
  if (stop === 0) return false;
  const waitsForLess = (side === 'buy') === (type === 'limit_if_touched');
  return waitsForLess ? price <= stop : price >= stop;
}

/** Whether an order has one chance only. */
export function isImmediate({ tif }: NaiveOrder): boolean {
  return tif === 'ioc' || tif === 'fok';
}

/** Whether a price is not beyond the order's limit. */
export function isWithinLimit({ order }: NaiveOrder, price: number): boolean {
  if (order.limitPrice === undefined) return true;
  return order.side === 'buy' ? price <= order.limitPrice : price >= order.limitPrice;
}

/** What one share of an order is reserved at if it names a price: its limit, else its stop. */
export function namedPriceOf({ limitPrice, stopPrice }: Pick<Order, 'limitPrice' | 'stopPrice'>): number | undefined {
  return [limitPrice, stopPrice].find((price) => price !== undefined && price > 0);
}

/** An immediate order has had its chance. */
export function endImmediate(exchange: NaiveExchange, known: NaiveOrder): void {
  if (known.state === 'done') return;
  const reason =
    known.tif === 'ioc' ? 'immediate or cancel: the rest was not available' : 'fill or kill: not all was available';
  exchange.end(known, 'canceled', exchange.now, reason);
}

/** Whether a number is a price at all. */
export function isPrice(price: number): boolean {
  return Number.isFinite(price) && price > 0;
}

/** Whether a print may set the last price. */
export function setsLast({ flags }: NaivePrint): boolean {
  return (flags & PrintFlag.LAST) !== 0 && (flags & PrintFlag.SUSPICIOUS) === 0;
}

/** A bar that can be true: positive prices, open and close between low and high. */
export function isSound({ open, high, low, close }: NaiveBar): boolean {
  return [open, high, low, close].every((price) => price > 0 && price >= low && price <= high);
}
