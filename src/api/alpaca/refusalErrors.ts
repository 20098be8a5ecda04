/** What Alpaca answers for each refusal of the desk: one exhaustive table. Details become its extra fields. */
import { newYorkText } from '../../calendar/newYorkText.js';
import type { Micros } from '../../domain/units.js';
import type { DoorReason, DoorRefusal } from '../../domain/venueDesk.js';
import type { AlpacaError } from './alpacaError.js';
import { AlpacaCode, AlpacaError as Failure, forbidden, invalid, notFound, unprocessable } from './alpacaError.js';

/** What the request was about, for messages that name it. */
export interface RefusedRequest {
  readonly symbol: string;
  /** Alpaca's id of an order that the request names. */
  readonly orderUuid?: string;
  /** Alpaca's state of that order. */
  readonly orderStatus?: string;
  /** Alpaca's id of any order of the session. */
  readonly uuidOf: (orderId: string) => string;
}

type Row = (refusal: DoorRefusal, request: RefusedRequest) => AlpacaError;

const sayMessage: Row = ({ message }) => unprocessable(message);

/** One row per reason; a new reason does not compile without its row. */
export const REFUSAL_ERRORS: Readonly<Record<DoorReason, Row>> = {
  DUPLICATE_CLIENT_ORDER_ID: () => invalid('client_order_id must be unique'),
  SYMBOL_NOT_TRADABLE: (_, { symbol }) => unprocessable(`asset ${symbol} is not tradable`),
  QUANTITY_INVALID: () => invalid('qty must be > 0'),
  PRICE_INVALID: ({ message }) => invalid(message),
  PRICE_OFF_GRID: ({ details }) => {
    const name = details['field'] === 'stopPrice' ? 'stop_price' : 'limit_price';
    return unprocessable(
      `invalid ${name} ${details['price'] ?? ''}. sub-penny increment does not fulfill minimum pricing criteria`,
    );
  },
  ORDER_TYPE_UNSUPPORTED: sayMessage,
  EXTENDED_HOURS_INVALID: () => unprocessable('extended hours order must be DAY or GTC limit orders'),
  // The form of a new order was checked before, so that only a short sale is left; a replacement can change it.
  FRACTIONAL_INVALID: (_, { orderUuid }) =>
    unprocessable(`fractional orders ${orderUuid === undefined ? 'cannot be sold short' : 'must be DAY orders'}`),
  AUCTION_CUTOFF: ({ message, details }) => forbidden(closedAuctionText(details) ?? message),
  POSITION_OPPOSITE: (refusal, request) => insufficientShares(refusal, request),
  BUYING_POWER: ({ details }) =>
    forbidden('insufficient buying power', {
      ...(details['buyingPower'] === undefined ? {} : { buying_power: details['buyingPower'] }),
      ...(details['costBasis'] === undefined ? {} : { cost_basis: details['costBasis'] }),
    }),
  SHORT_SALE_RESTRICTED: ({ message }) => unprocessable(message),
  BROKER_REFUSED: sayMessage,
  HALTED: (_, { symbol }) => unprocessable(`trading of asset ${symbol} is halted`),
  ORDER_UNKNOWN: (_, { orderUuid }) => notFound(`order not found for ${orderUuid ?? ''}`),
  ACCOUNT_UNKNOWN: () => notFound('account not found'),
  ACCOUNT_EXISTS: sayMessage,
  ACCOUNT_NOT_EMPTY: ({ message }) => forbidden(message),
  TOO_MANY_ACCOUNTS: ({ message }) => forbidden(message),
  TRADING_SUSPENDED: () => forbidden('new orders are rejected by user request'),
  ACCOUNT_RESTRICTED: () => forbidden('account not authorized to trade'),
  SHORTING_NOT_ALLOWED: () => forbidden('account is not allowed to short'),
  NOT_SHORTABLE: (_, { symbol }) => unprocessable(`asset "${symbol}" cannot be sold short`),
  ORDER_TOO_LARGE: ({ message }) => forbidden(message),
  FRACTIONAL_DISABLED: () => forbidden('fractional trading is disabled for the account'),
  SHARES_UNAVAILABLE: (refusal, request) => insufficientShares(refusal, request),
  POSITION_NOT_FOUND: () => notFound('position does not exist'),
  WASH_TRADE: ({ details }, { uuidOf }) =>
    forbidden('potential wash trade detected. use complex orders', {
      ...(details['existingOrderId'] === undefined ? {} : { existing_order_id: uuidOf(details['existingOrderId']) }),
      reject_reason: `opposite side ${details['existing'] ?? 'limit'} order exists`,
    }),
  LEGS_INVALID: ({ message, details }) =>
    unprocessable(
      exitFaultText(details) ?? message,
      details['basePrice'] === undefined ? {} : { base_price: details['basePrice'] },
    ),
  NOT_REPLACEABLE: (refusal, { orderStatus = 'unknown' }) => notReplaceable(refusal, orderStatus),
  NOT_WORKING: ({ message }) => unprocessable(message),
  NOTHING_CHANGED: () => unprocessable('order parameters are not changed'),
  TERMS_INVALID: ({ message }) => invalid(message),
  FILL_UNKNOWN: ({ message }) => notFound(message),
  DAY_TRADING: () => new Failure(403, AlpacaCode.DAY_TRADING, 'trade denied due to pattern day trading protection'),
};

/** The answer for a refusal. */
export function refusalError(refusal: DoorRefusal, request: RefusedRequest): AlpacaError {
  return REFUSAL_ERRORS[refusal.reason](refusal, request);
}

/** Which exit lies on the wrong side; undefined where the refusal does not say. */
function exitFaultText({ leg, side, basePrice, tick = '0.01' }: DoorRefusal['details']): string | undefined {
  if (leg === undefined) return undefined;
  if (basePrice === undefined)
    return `take_profit.limit_price must be ${side === 'above' ? '>' : '<'} stop_loss.stop_price`;
  const name = leg === 'takeProfit' ? 'take_profit.limit_price' : 'stop_loss.stop_price';
  return `${name} must be ${side === 'above' ? `>= base_price + ${tick}` : `<= base_price - ${tick}`}`;
}

/** When the auction takes no orders; undefined where the refusal does not say. */
function closedAuctionText({ timeInForce, closedFrom, closedUntil }: DoorRefusal['details']): string | undefined {
  if (timeInForce === undefined || closedFrom === undefined || closedUntil === undefined) return undefined;
  const [from, until] = [clockText(Number(closedFrom)), clockText(Number(closedUntil))];
  return `${timeInForce} orders cannot be submitted between ${from} and ${until} ET`;
}

/** The time in New York as `9:28am`; with seconds if there are any. */
function clockText(time: Micros): string {
  const [hours = 0, minutes = 0, seconds = 0] = newYorkText(time).slice(11, 19).split(':').map(Number);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = seconds === 0 ? '' : `:${two(seconds)}`;
  return `${hours % 12 === 0 ? 12 : hours % 12}:${two(minutes)}${rest}${hours < 12 ? 'am' : 'pm'}`;
}

function insufficientShares({ details }: DoorRefusal, { symbol, uuidOf }: RefusedRequest): AlpacaError {
  const requested = details['requested'] ?? '0';
  const available = details['available'] ?? '0';
  return forbidden(`insufficient qty available for order (requested: ${requested}, available: ${available})`, {
    symbol,
    available,
    existing_qty: details['existing'] ?? available,
    held_for_orders: details['held'] ?? '0',
    ...(details['holders'] === undefined ? {} : { related_orders: details['holders'].split(' ').map(uuidOf) }),
  });
}

const FINAL = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);

function notReplaceable({ details }: DoorRefusal, status: string): AlpacaError {
  if (FINAL.has(status)) return unprocessable(`order is already in "${status}" state`);
  if (details['filled'] !== undefined) return unprocessable('qty must be > filled_qty');
  return unprocessable(`cannot replace order in ${status} status`);
}
