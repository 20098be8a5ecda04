/** Orders in Alpaca's form: every field in its order, for REST and for the trading stream. */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { nextSession, sessionOf } from '../../calendar/sessions.js';
import { HOUR } from '../../domain/timeframe.js';
import { mulDiv } from '../../domain/units.js';
import type { Micros } from '../../domain/units.js';
import { moneyText, priceText, quantityText, timeText } from './alpacaFormat.js';
import type { OrderEntry } from './model/OrderEntry.js';
import type { TradeUpdate } from './model/ModelEvents.js';
import type { SessionFacts } from './SessionFacts.js';

/** Days that a good-till-cancelled order lives. */
const GTC_DAYS = 90;
const PPM_PER_PERCENT = 10_000;

/** An order as REST gives it; `nested` puts the legs into it. */
export function orderJson(entry: OrderEntry, facts: SessionFacts, nested: boolean): Record<string, unknown> {
  const legs = nested ? entry.shownLegs.map((leg) => orderJson(leg, facts, false)) : [];
  return {
    ...baseJson(entry, facts, legs.length > 0 ? legs : null),
    subtag: null,
    source: null,
    expires_at: expiresAt(entry),
  };
}

/** The copy of an order in a `trade_updates` message. */
export function streamOrderJson(entry: OrderEntry, facts: SessionFacts): Record<string, unknown> {
  const legs = entry.legs.map((leg) => orderJson(leg, facts, false));
  return {
    ...baseJson(entry, facts, legs.length > 0 ? legs : null),
    cancel_requested_at: timeOrNull(entry.cancelRequestedAt),
    expires_at: expiresAt(entry),
  };
}

/** The payload of a `trade_updates` message. */
export function tradeUpdateJson(update: TradeUpdate, facts: SessionFacts): Record<string, unknown> {
  const { execution } = update;
  const scale = facts.session.priceScale;
  return {
    event: update.event,
    event_id: update.eventId,
    at: timeText(update.time),
    timestamp: timeText(update.time),
    execution_id: update.executionId,
    ...(execution === undefined
      ? {}
      : {
          price: priceText(execution.price, scale),
          qty: quantityText(execution.quantity),
          position_qty: quantityText(execution.position),
          settle_date: settleDate(update.time),
        }),
    order: streamOrderJson(update.entry, facts),
  };
}

function baseJson(entry: OrderEntry, facts: SessionFacts, legs: unknown): Record<string, unknown> {
  const scale = facts.session.priceScale;
  const asset = facts.asset(entry.symbolId);
  const price = (value: number | undefined): string | null => (value === undefined ? null : priceText(value, scale));
  const { trail } = entry;
  const average =
    entry.filledQuantity > 0 ? priceText(mulDiv(entry.filledNotional, scale, entry.filledQuantity), scale) : null;
  return {
    id: entry.uuid,
    client_order_id: entry.clientOrderId,
    created_at: timeText(entry.createdAt),
    updated_at: timeText(entry.updatedAt),
    submitted_at: timeText(entry.createdAt, entry.submittedNanos),
    filled_at: timeOrNull(entry.status === 'filled' ? entry.filledAt : undefined),
    expired_at: timeOrNull(entry.expiredAt),
    canceled_at: timeOrNull(entry.canceledAt),
    failed_at: timeOrNull(entry.failedAt),
    replaced_at: timeOrNull(entry.replacedAt),
    replaced_by: entry.replacedBy ?? null,
    replaces: entry.replaces ?? null,
    asset_id: asset.id,
    symbol: asset.symbol,
    asset_class: 'us_equity',
    notional: entry.notional === undefined ? null : moneyText(entry.notional),
    qty: entry.notional === undefined ? quantityText(entry.quantity) : null,
    filled_qty: quantityText(entry.filledQuantity),
    filled_avg_price: average,
    order_class: entry.orderClass === 'simple' ? '' : entry.orderClass,
    order_type: typeOf(entry),
    type: typeOf(entry),
    side: entry.side,
    position_intent: entry.intent,
    time_in_force: entry.timeInForce,
    limit_price: price(entry.limitPrice),
    stop_price: price(entry.stopPrice),
    status: entry.status,
    extended_hours: entry.extendedHours,
    legs,
    trail_percent: trail?.kind === 'percent' ? priceText(trail.ppm, PPM_PER_PERCENT) : null,
    trail_price: trail?.kind === 'price' ? priceText(trail.amount, scale) : null,
    hwm: price(entry.highWaterMark),
  };
}

/** Alpaca has no limit-if-touched orders: one is told as the type with the same prices. */
function typeOf({ type }: OrderEntry): string {
  return type === 'limit_if_touched' ? 'stop_limit' : type;
}

/** The date on which a trade made at `time` settles. */
export function settleDate(time: Micros): string {
  return new Date(nextSession(newYorkDate(time)).date * 86_400_000).toISOString().slice(0, 10);
}

/** When the order's time in force ends: the close of its session, or 90 days later. */
function expiresAt(entry: OrderEntry): string {
  const date = newYorkDate(entry.createdAt);
  if (entry.timeInForce === 'gtc') return timeText(fromNewYork(date + GTC_DAYS, 16 * HOUR));
  const today = sessionOf(date);
  const end = entry.extendedHours ? today?.afterHoursClose : today?.close;
  const session = today !== undefined && end !== undefined && entry.createdAt < end ? today : nextSession(date);
  return timeText(entry.extendedHours ? session.afterHoursClose : session.close);
}

function timeOrNull(time: Micros | undefined): string | null {
  return time === undefined ? null : timeText(time);
}
