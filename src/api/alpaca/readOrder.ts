/**
 * Reads `POST /v2/orders` into a desk order, checking in Alpaca's order: size, type and prices, time in force, client
 * order id, asset, price increment, rules of fractional, extended-hours and complex orders. What depends on the
 * account is the desk's to refuse. Throws {@link AlpacaError}; nothing is rounded.
 */
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../domain/order.js';
import type { OrderClass, OrderType, Side, TimeInForce, Trail } from '../../domain/order.js';
import { DOLLAR, SHARE } from '../../domain/units.js';
import type { Price, Quantity } from '../../domain/units.js';
import type { DeskOrder, LegRequest } from '../../domain/venueDesk.js';
import { forbidden, invalid, unprocessable } from './alpacaError.js';
import { decimalText, readDecimal } from './alpacaFormat.js';
import { POSITION_INTENTS } from './model/OrderEntry.js';
import type { PositionIntent } from './model/OrderEntry.js';
import { booleanField, given, objectBody, textField } from './requestFields.js';
import type { Fields } from './requestFields.js';
import type { Asset, SessionFacts } from './SessionFacts.js';

const MAX_CLIENT_ID = 128;
const PPM_PER_PERCENT = 10_000;
/** Smallest trail: 0.1 %. */
const MIN_TRAIL_PPM = 1_000;
const MICRO_CENT = 10_000;
const HUNDREDTH_CENT = 100;

/** An order as read. */
export interface ReadOrder {
  readonly asset: Asset;
  readonly order: DeskOrder;
  /** Given by the client, to be compared with the position. */
  readonly positionIntent: PositionIntent | undefined;
}

/** See the module header; `newId` names the order if the client did not. */
export function readOrder(body: unknown, facts: SessionFacts, newId: () => string): ReadOrder {
  const fields = objectBody(body);
  const scale = facts.session.priceScale;
  const orderClass = readClass(fields);
  const { quantity, notional } = readSize(fields);
  const side = readSide(fields);
  const type = readType(fields);
  const prices = readPrices(fields, type, orderClass, scale);
  const timeInForce = readTimeInForce(fields);
  const clientOrderId = readClientOrderId(fields) ?? newId();
  const asset = readAsset(fields, facts);
  for (const [name, price] of Object.entries(prices)) {
    if (typeof price === 'number') requireIncrement(snake(name), price, scale);
  }
  const extendedHours = booleanField(fields, 'extended_hours', false);
  const fractional = notional !== undefined || (quantity ?? 0) % SHARE !== 0;
  if (fractional) checkFractional(asset, type, timeInForce, orderClass);
  if (extendedHours) checkExtended(type, timeInForce, orderClass);
  checkLifetime(type, timeInForce);
  const legs = readLegs(fields, orderClass, side, type, timeInForce, scale);
  return {
    asset,
    positionIntent: readIntent(fields),
    order: {
      clientOrderId,
      symbolId: asset.symbolId,
      side,
      type,
      timeInForce,
      ...(quantity === undefined ? {} : { quantity }),
      ...(notional === undefined ? {} : { notional }),
      // An oco has no entry: its parent is the take profit itself.
      ...(orderClass === 'oco' ? { limitPrice: legs[0]?.limitPrice ?? 0 } : prices),
      extendedHours,
      orderClass,
      legs: orderClass === 'oco' ? legs.slice(1) : legs,
    },
  };
}

function readClass(fields: Fields): OrderClass {
  const text = (textField(fields, 'order_class') ?? 'simple').toLowerCase();
  if (text === 'simple' || text === 'bracket' || text === 'oco' || text === 'oto') return text;
  if (text === 'mleg') throw unprocessable('multi-leg orders are not supported');
  throw invalid('invalid order_class');
}

function readSize(fields: Fields): { quantity: Quantity | undefined; notional: number | undefined } {
  const qty = given(fields, 'qty');
  const amount = given(fields, 'notional');
  if (qty === undefined && amount === undefined) throw invalid('qty or notional is required');
  if (qty !== undefined && amount !== undefined) throw invalid('only one of qty or notional is accepted');
  if (qty !== undefined) return { quantity: readQuantity(qty), notional: undefined };
  const notional = readDecimal(amount, DOLLAR);
  if (notional === undefined || notional <= 0) throw invalid('notional must be > 0');
  if (notional < DOLLAR) throw forbidden('cost basis must be >= minimal amount of order 1');
  return { quantity: undefined, notional };
}

/** A positive quantity of at most six decimals. */
export function readQuantity(value: unknown): Quantity {
  const quantity = readDecimal(value, SHARE);
  if (quantity !== undefined) {
    if (quantity <= 0) throw invalid('qty must be > 0');
    return quantity;
  }
  const text = decimalText(value);
  if (text !== undefined && /^\d*\.\d{7,}$/.test(text)) throw invalid('qty must be limited to 6 decimal places');
  throw invalid('invalid qty');
}

function readSide(fields: Fields): Side {
  const side = textField(fields, 'side')?.toLowerCase();
  if (side === 'buy' || side === 'sell') return side;
  throw invalid(side === undefined ? 'side is required' : 'invalid side');
}

function readType(fields: Fields): OrderType {
  const text = textField(fields, 'type')?.toLowerCase();
  // The others are not Alpaca's.
  const type = ORDER_TYPES.find((one) => one === text && one !== 'limit_if_touched');
  if (type === undefined) throw invalid(text === undefined ? 'type is required' : 'invalid order type');
  return type;
}

function readIntent(fields: Fields): PositionIntent | undefined {
  const text = textField(fields, 'position_intent')?.toLowerCase();
  const intent = POSITION_INTENTS.find((one) => one === text);
  if (text !== undefined && intent === undefined) throw invalid('invalid position_intent');
  return intent;
}

/** One of the words of the protocol. */
export function readTimeInForce(fields: Fields): TimeInForce {
  const text = textField(fields, 'time_in_force')?.toLowerCase();
  const timeInForce = TIMES_IN_FORCE.find((one) => one === text);
  if (timeInForce === undefined) {
    throw invalid(text === undefined ? 'time_in_force is required' : 'invalid time_in_force');
  }
  return timeInForce;
}

/** At most 128 characters; undefined if none was given. */
export function readClientOrderId(fields: Fields): string | undefined {
  const id = textField(fields, 'client_order_id');
  if (id !== undefined && id.length > MAX_CLIENT_ID) {
    throw invalid('client_order_id must be no more than 128 characters');
  }
  return id;
}

interface Prices {
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly trail?: Trail;
}

function readPrices(fields: Fields, type: OrderType, orderClass: OrderClass, scale: number): Prices {
  const limit = given(fields, 'limit_price');
  const stop = given(fields, 'stop_price');
  if (type === 'trailing_stop') return { trail: readTrail(fields, scale) };
  if (type === 'market' && (limit !== undefined || stop !== undefined)) {
    throw invalid('market orders require no stop or limit price');
  }
  if (type === 'limit' && limit === undefined && orderClass !== 'oco')
    throw invalid('limit orders require a limit price');
  if (type === 'limit' && stop !== undefined) throw invalid('limit orders require no stop price');
  if (type === 'stop' && stop === undefined) throw invalid('stop orders require a stop price');
  if (type === 'stop' && limit !== undefined) throw invalid('stop orders require no limit price');
  if (type === 'stop_limit' && (stop === undefined || limit === undefined)) {
    throw invalid('stop limit orders require both stop and limit price');
  }
  return {
    ...(limit === undefined ? {} : { limitPrice: readPrice(limit, 'limit_price', scale) }),
    ...(stop === undefined ? {} : { stopPrice: readPrice(stop, 'stop_price', scale) }),
  };
}

/** A positive price; more decimals than the scale holds are below every tick. */
export function readPrice(value: unknown, name: string, scale: number): Price {
  const price = readDecimal(value, scale);
  if (price !== undefined) {
    if (price <= 0) throw invalid(`${name} must be > 0`);
    return price;
  }
  const text = decimalText(value);
  if (text !== undefined && /^\d*\.\d+$/.test(text)) throw subPenny(name, text);
  throw invalid(`invalid ${name}`);
}

/** The trail of a trailing stop: a distance, or per cent of at least 0.1. */
export function readTrail(fields: Fields, scale: number): Trail {
  const price = given(fields, 'trail_price');
  const percent = given(fields, 'trail_percent');
  if ((price === undefined) === (percent === undefined)) {
    throw invalid('trailing stop orders must specify one of trail_price or trail_percent');
  }
  if (price !== undefined) return { kind: 'price', amount: readPrice(price, 'trail_price', scale) };
  return readTrailPercent(percent);
}

/** A trail in per cent. */
export function readTrailPercent(percent: unknown): Trail {
  const ppm = readDecimal(percent, PPM_PER_PERCENT);
  if (ppm === undefined) throw invalid('invalid trail_percent');
  if (ppm < MIN_TRAIL_PPM) throw invalid('trail_percent must be >= 0.1');
  return { kind: 'percent', ppm };
}

function readAsset(fields: Fields, facts: SessionFacts): Asset {
  const symbol = textField(fields, 'symbol');
  if (symbol === undefined) throw invalid('symbol is required');
  const asset = facts.find(symbol);
  if (asset === undefined) throw unprocessable(`asset "${symbol}" not found`);
  return asset;
}

/** Two decimals from a dollar on, four below. */
export function requireIncrement(name: string, price: Price, scale: number): void {
  const step = ((price >= scale ? MICRO_CENT : HUNDREDTH_CENT) * scale) / 1_000_000;
  if (price % step !== 0) throw subPenny(name, String(price / scale));
}

function subPenny(name: string, text: string) {
  return unprocessable(`invalid ${name} ${text}. sub-penny increment does not fulfill minimum pricing criteria`);
}

function checkFractional(asset: Asset, type: OrderType, timeInForce: TimeInForce, orderClass: OrderClass): void {
  if (!asset.fractionable) throw unprocessable(`asset "${asset.symbol}" is not fractionable`);
  if (orderClass !== 'simple') throw unprocessable('fractional orders must be simple orders');
  if (timeInForce !== 'day') throw unprocessable('fractional orders must be DAY orders');
  if (type === 'trailing_stop') throw unprocessable('trailing stop orders must be whole shares');
}

function checkExtended(type: OrderType, timeInForce: TimeInForce, orderClass: OrderClass): void {
  if (type === 'stop' || type === 'stop_limit' || type === 'trailing_stop') {
    throw unprocessable('stop orders are not eligible for extended hours trading');
  }
  if (type !== 'limit' || (timeInForce !== 'day' && timeInForce !== 'gtc') || orderClass !== 'simple') {
    throw unprocessable('extended hours order must be DAY or GTC limit orders');
  }
}

function checkLifetime(type: OrderType, timeInForce: TimeInForce): void {
  if (timeInForce === 'day' || timeInForce === 'gtc') return;
  if (type !== 'market' && type !== 'limit') throw invalid(`invalid time_in_force for ${type} orders`);
}

function readLegs(
  fields: Fields,
  orderClass: OrderClass,
  side: Side,
  type: OrderType,
  timeInForce: TimeInForce,
  scale: number,
): readonly LegRequest[] {
  const profit = given(fields, 'take_profit');
  const loss = given(fields, 'stop_loss');
  if (orderClass === 'simple') {
    if (profit !== undefined || loss !== undefined)
      throw unprocessable('simple orders take no take_profit or stop_loss');
    return [];
  }
  if (timeInForce !== 'day' && timeInForce !== 'gtc') throw unprocessable('complex orders must be DAY or GTC orders');
  if (orderClass === 'oco' && type !== 'limit') throw unprocessable('oco orders must be limit orders');
  if (orderClass !== 'oco' && type !== 'market' && type !== 'limit') {
    throw unprocessable(`${orderClass} orders must be entered with market or limit orders`);
  }
  const legs = [
    ...(profit === undefined ? [] : [readProfit(profit, scale)]),
    ...(loss === undefined ? [] : [readLoss(loss, scale)]),
  ];
  if (orderClass === 'oto' ? legs.length !== 1 : legs.length !== 2) {
    throw unprocessable(
      orderClass === 'oto'
        ? 'oto orders require exactly one of take_profit or stop_loss'
        : `${orderClass} orders require take_profit.limit_price and stop_loss.stop_price`,
    );
  }
  checkLegPrices(legs, orderClass === 'oco' ? side : opposite(side), orderClass, fields, scale);
  return legs;
}

/** Exits of a long position lie above and below the entry; those of a short the other way round. */
function checkLegPrices(
  legs: readonly LegRequest[],
  exitSide: Side,
  orderClass: OrderClass,
  fields: Fields,
  scale: number,
): void {
  const profit = legs.find((leg) => leg.role === 'takeProfit')?.limitPrice;
  const stop = legs.find((leg) => leg.role === 'stopLoss')?.stopPrice;
  const sign = exitSide === 'sell' ? 1 : -1;
  const cent = scale / 100;
  const entry = given(fields, 'limit_price');
  const base = orderClass === 'oco' ? profit : entry === undefined ? undefined : readPrice(entry, 'limit_price', scale);
  const relation = (above: boolean): string => (above ? '>= base_price + 0.01' : '<= base_price - 0.01');
  const extra = base === undefined ? {} : { base_price: String(base / scale) };
  if (base !== undefined && orderClass !== 'oco' && profit !== undefined && sign * (profit - base) < cent) {
    throw unprocessable(`take_profit.limit_price must be ${relation(sign > 0)}`, extra);
  }
  if (base !== undefined && stop !== undefined && sign * (base - stop) < cent) {
    throw unprocessable(`stop_loss.stop_price must be ${relation(sign < 0)}`, extra);
  }
  if (profit !== undefined && stop !== undefined && sign * (profit - stop) <= 0) {
    throw unprocessable(`take_profit.limit_price must be ${sign > 0 ? '>' : '<'} stop_loss.stop_price`, extra);
  }
}

function readProfit(value: unknown, scale: number): LegRequest {
  const fields = objectBody(value);
  const limit = given(fields, 'limit_price');
  if (limit === undefined) throw unprocessable('take_profit.limit_price is required');
  const limitPrice = readPrice(limit, 'take_profit.limit_price', scale);
  requireIncrement('take_profit.limit_price', limitPrice, scale);
  return { role: 'takeProfit', limitPrice };
}

function readLoss(value: unknown, scale: number): LegRequest {
  const fields = objectBody(value);
  const stop = given(fields, 'stop_price');
  const limit = given(fields, 'limit_price');
  if (stop === undefined) throw unprocessable('stop_loss.stop_price is required');
  const stopPrice = readPrice(stop, 'stop_loss.stop_price', scale);
  requireIncrement('stop_loss.stop_price', stopPrice, scale);
  if (limit === undefined) return { role: 'stopLoss', stopPrice };
  const limitPrice = readPrice(limit, 'stop_loss.limit_price', scale);
  requireIncrement('stop_loss.limit_price', limitPrice, scale);
  return { role: 'stopLoss', stopPrice, limitPrice };
}

function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

function snake(name: string): string {
  return name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
}
