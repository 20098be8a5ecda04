/** Why the naive exchange refuses an order: the reasons of docs/errors.md, tried in their order. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { RejectionReason } from '../../domain/refusals.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import { isOnGrid } from '../rulebook/tickSizes.js';
import { isPastCutoff } from './naiveAuctions.js';
import { areApart, isOffered, membersOf } from './naiveGroups.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { isCovered } from './naiveMargin.js';
import { shortFloor } from './naiveShorts.js';
import { isAuction } from './naiveRules.js';
import type { NaiveOrder } from './naiveTypes.js';

/** The first reason that holds when an order, or one that is to take the place of another, arrives. */
export function refusalOf(exchange: NaiveExchange, known: NaiveOrder, isNew = true): RejectionReason | undefined {
  const { order, arrivesAt } = known;
  const { preset, money } = exchange;
  const { type, timeInForce: tif, quantity, notional } = order;
  if (order.symbolId >= exchange.markets.length) return 'SYMBOL_NOT_TRADABLE';
  const hasSize = Number.isSafeInteger(quantity) && quantity > 0;
  if (notional === undefined ? !hasSize : !Number.isSafeInteger(notional) || notional < DOLLAR) {
    return 'QUANTITY_INVALID';
  }
  const isPrice = (price: number | undefined): boolean =>
    price !== undefined && Number.isSafeInteger(price) && price > 0;
  // A new order is judged with its legs, one that replaces a member alone.
  const legs = isNew ? membersOf(known).filter((leg) => leg !== known) : [];
  const all = [order, ...legs.map((leg) => leg.order)];
  for (const { type: kind, limitPrice, stopPrice, trail } of all) {
    const hasBoth = kind === 'stop_limit' || kind === 'limit_if_touched';
    if ((kind === 'limit' || hasBoth) && !isPrice(limitPrice)) return 'PRICE_INVALID';
    if ((kind === 'stop' || hasBoth) && !isPrice(stopPrice)) return 'PRICE_INVALID';
    if (kind !== 'trailing_stop') continue;
    if (trail === undefined) return 'PRICE_INVALID';
    const isTrail = trail.kind === 'price' ? isPrice(trail.amount) : isPrice(trail.ppm) && trail.ppm < 1_000_000;
    if (!isTrail) return 'PRICE_INVALID';
  }
  if (preset.priceGrid === 'us-equity') {
    const date = newYorkDate(arrivesAt);
    for (const price of all.flatMap(({ limitPrice, stopPrice }) => [limitPrice, stopPrice])) {
      if (price !== undefined && !isOnGrid(price, RAW_PRICE_SCALE, date)) return 'PRICE_OFF_GRID';
    }
  }
  const waits = type !== 'market' && type !== 'limit';
  if (waits && tif !== 'day' && tif !== 'gtc') return 'ORDER_TYPE_UNSUPPORTED';
  const isGroup = legs.length > 0;
  if (
    isGroup &&
    !isOffered(
      exchange,
      order,
      legs.map((leg) => leg.order),
    )
  )
    return 'ORDER_TYPE_UNSUPPORTED';
  if (order.extendedHours && (isGroup || type !== 'limit' || (tif !== 'day' && tif !== 'gtc')))
    return 'EXTENDED_HOURS_INVALID';
  const position = money.position(order.symbolId);
  const isAgainst = order.side === 'buy' ? position < 0 : position > 0;
  const left = quantity - known.filled;
  const closable = isAgainst ? left - known.opening : 0;
  if (notional !== undefined || quantity % SHARE !== 0) {
    if (isGroup || tif !== 'day' || type === 'trailing_stop') return 'FRACTIONAL_INVALID';
    const sells = notional === undefined ? closable === left : position > 0;
    if (preset.crossing === 'reject' && order.side === 'sell' && !sells) return 'FRACTIONAL_INVALID';
  }
  if (isGroup) {
    const { group } = known;
    const exits = group?.exits.map((exit) => exit.order) ?? [];
    if (!areApart(exchange, group?.entry?.order, exits)) return 'LEGS_INVALID';
  }
  if (isAuction(known) && isPastCutoff(exchange, known)) return 'AUCTION_CUTOFF';
  // How many shares an amount comes to, its fill decides.
  if (notional === undefined && preset.crossing === 'reject' && closable > 0 && closable < left)
    return 'POSITION_OPPOSITE';
  if (preset.buyingPower === 'cash') {
    const need = exchange.account.reservedFor(known);
    const others = exchange.orders.filter(({ state }) => state !== 'done' && state !== 'sent');
    const reserved = others.reduce((sum, other) => sum + exchange.account.reservedFor(other), 0);
    if (need > 0 && need > exchange.account.uncommitted - reserved) return 'BUYING_POWER';
  }
  // What a replace makes of an order is looked at when it fills.
  if (preset.buyingPower === 'margin' && isNew && !isCovered(exchange, known)) return 'BUYING_POWER';
  const market = exchange.markets[order.symbolId];
  const isTaking = type === 'market' || type === 'limit';
  if (
    preset.shortSaleRule === 'reject' &&
    isTaking &&
    market !== undefined &&
    isNew &&
    shortFloor(market, known) !== 0
  ) {
    return 'SHORT_SALE_RESTRICTED';
  }
  return undefined;
}
