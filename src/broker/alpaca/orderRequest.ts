/** Our orders and replacements in Alpaca's words. Amounts are strings, as exact as ours are. */
import type { Order, OrderChanges, Trail } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import { DOLLAR, formatDecimal, SHARE } from '../../domain/units.js';

/** What is needed to write an order. */
export interface WireUnits {
  readonly symbols: readonly string[];
  readonly priceScale: number;
}

type Body = Record<string, unknown>;

/** The body of `POST /v2/orders`: an order with its legs. */
export function orderBody(order: Order, units: WireUnits): Body {
  const { legs = [] } = order;
  const takeProfit = legs.find((leg) => leg.role === 'takeProfit');
  const stopLoss = legs.find((leg) => leg.role === 'stopLoss');
  const isOco = order.orderClass === 'oco';
  return {
    symbol: units.symbols[order.symbolId] ?? '',
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    client_order_id: order.clientOrderId,
    extended_hours: order.extendedHours,
    ...(order.notional === undefined
      ? { qty: formatDecimal(order.quantity, SHARE, 0) }
      : { notional: formatDecimal(order.notional, DOLLAR) }),
    // The parent of an oco is its take profit: its price stands in the leg's place only.
    ...(isOco ? {} : priceFields(order, units)),
    ...trailFields(order.trail, units),
    ...(order.orderClass === undefined ? {} : { order_class: order.orderClass }),
    ...(takeProfit === undefined && !isOco
      ? {}
      : { take_profit: { limit_price: price((takeProfit ?? order).limitPrice ?? 0, units) } }),
    ...(stopLoss === undefined ? {} : { stop_loss: priceFields(stopLoss, units) }),
  };
}

/** Why an order cannot be written in the broker's words at all; undefined if it can. */
export function unsendableReason(order: Order, { symbols }: WireUnits): RejectionReason | undefined {
  const { legs = [] } = order;
  if (symbols[order.symbolId] === undefined) return 'SYMBOL_NOT_TRADABLE';
  if (order.type === 'limit_if_touched') return 'ORDER_TYPE_UNSUPPORTED';
  if (order.sizeAtFill !== undefined || legs.some((leg) => leg.trail !== undefined)) return 'ORDER_TYPE_UNSUPPORTED';
  return order.quantity > 0 || order.notional !== undefined ? undefined : 'QUANTITY_INVALID';
}

/** The body of `PATCH /v2/orders/{id}`. */
export function changesBody(changes: OrderChanges, clientOrderId: string, units: WireUnits): Body {
  const { quantity, timeInForce, trail } = changes;
  return {
    client_order_id: clientOrderId,
    ...(quantity === undefined ? {} : { qty: formatDecimal(quantity, SHARE, 0) }),
    ...(timeInForce === undefined ? {} : { time_in_force: timeInForce }),
    ...priceFields(changes, units),
    ...(trail === undefined ? {} : { trail: trail.kind === 'price' ? price(trail.amount, units) : percent(trail.ppm) }),
  };
}

/** Our reason for a refusal in the broker's words. */
export function reasonOf(message: string): RejectionReason {
  if (/client_order_id must be unique/.test(message)) return 'DUPLICATE_CLIENT_ORDER_ID';
  if (/insufficient buying power/.test(message)) return 'BUYING_POWER';
  if (/asset .*(not found|not tradable)/.test(message)) return 'SYMBOL_NOT_TRADABLE';
  if (/sub-penny increment/.test(message)) return 'PRICE_OFF_GRID';
  if (/extended hours/.test(message)) return 'EXTENDED_HOURS_INVALID';
  if (/fractional/.test(message)) return 'FRACTIONAL_INVALID';
  return 'BROKER_REFUSED';
}

function priceFields(order: { readonly limitPrice?: number; readonly stopPrice?: number }, units: WireUnits): Body {
  return {
    ...(order.limitPrice === undefined ? {} : { limit_price: price(order.limitPrice, units) }),
    ...(order.stopPrice === undefined ? {} : { stop_price: price(order.stopPrice, units) }),
  };
}

function trailFields(trail: Trail | undefined, units: WireUnits): Body {
  if (trail === undefined) return {};
  return trail.kind === 'price' ? { trail_price: price(trail.amount, units) } : { trail_percent: percent(trail.ppm) };
}

function price(value: number, { priceScale }: WireUnits): string {
  return formatDecimal(value, priceScale);
}

/** Millionths as a percentage: 15,000 is "1.5". */
function percent(ppm: number): string {
  return formatDecimal(ppm, 10_000, 0);
}
