/**
 * What Alpaca's trading API says, read liberally: numbers or strings, any further fields, any case of a status that is
 * not known (it is kept as it is; whoever decides on it says what it does not know). A field that is needed and cannot
 * be read is named in a `BROKER_MESSAGE_INVALID`.
 */
import type { BrokerPosition } from '../../domain/brokerReport.js';
import { PapertapeError } from '../../domain/errors.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, SHARE } from '../../domain/units.js';

/** An order as the broker knows it. */
export interface WireOrder {
  readonly id: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly status: string;
  /** Absent for orders by notional. */
  readonly quantity: Quantity | undefined;
  /** In micro-dollars a share. */
  readonly limitPrice: Price | undefined;
  readonly filledQuantity: Quantity;
  /** Value of all fills; the broker gives an average, which is rounded. */
  readonly filledValue: Money;
  readonly replacedBy: string | undefined;
  readonly replaces: string | undefined;
  readonly updatedAt: Micros | undefined;
  readonly legs: readonly WireOrder[];
}

/** One message of the trading stream. */
export interface WireUpdate {
  readonly event: string;
  readonly time: Micros | undefined;
  readonly order: WireOrder;
  /** The execution that it reports, if it reports one. */
  readonly execution: WireExecution | undefined;
}

/** One execution, or what a bust or a correction makes of one. */
export interface WireExecution {
  readonly id: string;
  readonly price: Price;
  readonly quantity: Quantity;
}

/** What the account answers, as far as it is used. */
export interface WireAccount {
  readonly accountNumber: string;
  readonly cash: Money;
  readonly equity: Money;
  readonly buyingPower: Money;
}

/** The positions of an account, told apart by whether they are asked for. */
export interface WirePositions {
  readonly own: readonly BrokerPosition[];
  readonly others: readonly BrokerPosition[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads an order and its legs, which have none of their own. */
export function readOrder(value: unknown): WireOrder {
  const { legs } = objectOf(value, 'order') as { readonly legs?: unknown };
  return readOneOrder(value, Array.isArray(legs) ? legs.map((leg) => readOneOrder(leg, [], 'legs')) : []);
}

function readOneOrder(value: unknown, legs: readonly WireOrder[], what = 'order'): WireOrder {
  const json = objectOf(value, what);
  const filledQuantity = decimalOf(json, 'filled_qty', SHARE) ?? 0;
  const average = decimalOf(json, 'filled_avg_price', AVERAGE_SCALE);
  if (filledQuantity > 0 && average === undefined) throw invalid('filled_avg_price', json['filled_avg_price']);
  return {
    id: textOf(json, 'id'),
    clientOrderId: textOf(json, 'client_order_id'),
    symbol: textOf(json, 'symbol'),
    side: textOf(json, 'side'),
    type: textOf(json, 'type', json['order_type']),
    status: textOf(json, 'status').toLowerCase(),
    quantity: decimalOf(json, 'qty', SHARE),
    limitPrice: decimalOf(json, 'limit_price', DOLLAR),
    filledQuantity,
    filledValue: average === undefined ? 0 : mulDiv(average, filledQuantity, (AVERAGE_SCALE / DOLLAR) * SHARE),
    replacedBy: optionalText(json, 'replaced_by'),
    replaces: optionalText(json, 'replaces'),
    updatedAt: timeOf(json['updated_at']),
    legs,
  };
}

/** Reads the `data` of a `trade_updates` message. */
export function readUpdate(value: unknown): WireUpdate {
  const json = objectOf(value, 'update');
  const event = textOf(json, 'event');
  const isExecution = EXECUTIONS.has(event);
  return {
    event,
    time: timeOf(json['timestamp']) ?? timeOf(json['at']),
    order: readOrder(json['order']),
    execution: isExecution
      ? {
          id: textOf(json, 'execution_id'),
          price: requiredDecimal(json, 'price', DOLLAR),
          quantity: requiredDecimal(json, 'qty', SHARE),
        }
      : undefined,
  };
}

const EXECUTIONS = new Set(['fill', 'partial_fill', 'trade_bust', 'trade_correct']);

/** Reads the account. */
export function readAccount(value: unknown): WireAccount {
  const json = objectOf(value, 'account');
  return {
    accountNumber: textOf(json, 'account_number'),
    cash: requiredDecimal(json, 'cash', DOLLAR),
    equity: requiredDecimal(json, 'equity', DOLLAR),
    buyingPower: requiredDecimal(json, 'buying_power', DOLLAR),
  };
}

/**
 * Reads the list of positions: those in `symbols`, and the others, of which a figure that cannot be read is 0. An
 * answer that is no list is not an empty one (F40).
 */
export function readPositions(value: unknown, symbols: readonly string[]): WirePositions {
  if (!Array.isArray(value)) throw invalid('positions', value);
  const own: BrokerPosition[] = [];
  const others: BrokerPosition[] = [];
  for (const item of value) {
    const json = objectOf(item, 'position');
    const symbol = textOf(json, 'symbol');
    if (symbols.includes(symbol)) {
      own.push({
        symbol,
        quantity: requiredDecimal(json, 'qty', SHARE),
        cost: requiredDecimal(json, 'cost_basis', DOLLAR),
        mark: decimalOf(json, 'current_price', DOLLAR) ?? 0,
      });
    } else {
      others.push({
        symbol,
        quantity: figureOf(json, 'qty', SHARE),
        cost: figureOf(json, 'cost_basis', DOLLAR),
        mark: figureOf(json, 'current_price', DOLLAR),
      });
    }
  }
  return { own, others };
}

/** A figure of something that is only shown: what cannot be read is 0, and stops nothing. */
function figureOf(json: Json, field: string, scale: number): number {
  try {
    return decimalOf(json, field, scale) ?? 0;
  } catch (error) {
    if (error instanceof PapertapeError) return 0;
    throw error;
  }
}

/** The `code` and `message` of an error body; other bodies give their text. */
export function readError(body: unknown): { readonly code: number | undefined; readonly message: string } {
  if (typeof body !== 'object' || body === null) {
    return { code: undefined, message: typeof body === 'string' ? body.slice(0, 200) : '' };
  }
  const { code, message } = body as Json;
  return {
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? message.slice(0, 400) : JSON.stringify(body).slice(0, 400),
  };
}

/** RFC 3339 with up to nanoseconds to microseconds (rounded down); undefined for anything else. */
export function timeOf(value: unknown): Micros | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(value);
  const [, seconds = '', fraction = '', zone = ''] = match ?? [];
  const milliseconds = Date.parse(`${seconds.replace(' ', 'T')}${zone.toUpperCase()}`);
  if (match === null || Number.isNaN(milliseconds)) return undefined;
  return milliseconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** Averages come with more decimals than prices; kept to nine until they are multiplied. */
const AVERAGE_SCALE = 1_000_000_000;

function requiredDecimal(json: Json, field: string, scale: number): number {
  const value = decimalOf(json, field, scale);
  if (value === undefined) throw invalid(field, json[field]);
  return value;
}

/** A decimal string or number at `scale`, further decimals rounded half away from zero; undefined for null. */
function decimalOf(json: Json, field: string, scale: number): number | undefined {
  const value = json[field];
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  const match =
    typeof text === 'string' ? /^([+-]?)(\d{1,15})(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text) : null;
  if (match === null) throw invalid(field, value);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = Math.round(Math.log10(scale)) - fraction.length + Number(exponent);
  const magnitude =
    shift >= 0 ? digits * 10n ** BigInt(shift) : (digits * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  const amount = Number(magnitude);
  if (!Number.isSafeInteger(amount)) throw invalid(field, value);
  return sign === '-' ? -amount + 0 : amount;
}

function textOf(json: Json, field: string, fallback?: unknown): string {
  const value = json[field] ?? fallback;
  if (typeof value !== 'string' || value === '') throw invalid(field, value);
  return value;
}

function optionalText(json: Json, field: string): string | undefined {
  const value = json[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(what, value);
  return value as Json;
}

function invalid(field: string, value: unknown): PapertapeError {
  const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
  return new PapertapeError('BROKER_MESSAGE_INVALID', `The broker's field ${field} cannot be read: ${shown}.`);
}
