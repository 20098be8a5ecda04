/**
 * What strategies say in dollars, shares and words, as the exact terms of orders. A strategy may be a JavaScript file,
 * of which nobody has checked the types: what is no term is refused by an {@link AssertionError} that tells what is.
 * Words are made only when they are needed: all of this runs for every wish.
 */
import { TIMES_IN_FORCE } from '../domain/order.js';
import type { OrderType, Side, TimeInForce } from '../domain/order.js';
import type { SignalTarget } from '../domain/signal.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type { Price, Quantity } from '../domain/units.js';
import type { EntrySize } from '../strategies/Context.js';
import { AssertionError } from '../utils/assert.js';

/** The type of an order with these prices. */
export function typeOf(limit: number | undefined, stop: number | undefined): OrderType {
  if (limit === undefined) return stop === undefined ? 'market' : 'stop';
  return stop === undefined ? 'limit' : 'stop_limit';
}

/** Dollars to the nearest price at the scale. */
export function priceOf(dollars: number, scale: number): Price {
  const price = typeof dollars === 'number' ? Math.round(dollars * scale) : 0;
  if (Number.isSafeInteger(price) && price > 0) return price;
  throw new AssertionError(`${shown(dollars)} is not a price`);
}

/** Shares to micro-shares. */
export function quantityOf(shares: number): Quantity {
  const quantity = typeof shares === 'number' ? Math.round(shares * SHARE) : 0;
  if (Number.isSafeInteger(quantity) && quantity > 0) return quantity;
  throw new AssertionError(`${shown(shares)} is not a number of shares`);
}

/** The side of an order: what is not to buy would be sold. */
export function sideOf(side: Side): Side {
  if (side === 'buy' || side === 'sell') return side;
  throw new AssertionError(`a side is "buy" or "sell", not ${shown(side)}`);
}

/** How long an order is to last; `usual` where nothing was asked for. */
export function timeInForceOf(asked: TimeInForce | undefined, usual: TimeInForce): TimeInForce {
  if (asked === undefined) return usual;
  if (TIMES_IN_FORCE.includes(asked)) return asked;
  throw new AssertionError(`a time in force is one of ${TIMES_IN_FORCE.join(', ')}, not ${shown(asked)}`);
}

/** A size as a target on the side of `sign`. */
export function targetOf(size: EntrySize, sign: 1 | -1): SignalTarget {
  if (typeof size === 'object' && size !== null) {
    if ('weight' in size) return { kind: 'weight', value: sign * finite(size.weight, 'weight') };
    if ('shares' in size) return { kind: 'shares', value: sign * Math.round(finite(size.shares, 'shares') * SHARE) };
    if ('notional' in size) {
      return { kind: 'notional', value: sign * Math.round(finite(size.notional, 'notional') * DOLLAR) };
    }
  }
  throw new AssertionError(`a size is { weight }, { shares } or { notional }, not ${shown(size)}`);
}

/**
 * The target of a call that enters on the side of `sign`. A size below nothing would open the other side, most often by
 * mistake.
 */
export function entryTargetOf(size: EntrySize, sign: 1 | -1): SignalTarget {
  const target = targetOf(size, sign);
  if (target.value * sign >= 0) return target;
  const what =
    'weight' in size
      ? `a weight of ${size.weight}`
      : 'shares' in size
        ? `${size.shares} shares`
        : `${size.notional} dollars`;
  const [intent, other] = sign === 1 ? ['enterLong', 'enterShort'] : ['enterShort', 'enterLong'];
  throw new AssertionError(`${intent} with ${what}: give 0 or more, and ${other} for the other side`);
}

/** Refuses a `call` of the context by the instance `id` that gives no reason. */
export function checkReason(options: { readonly reason?: unknown } | undefined, id: string, call: string): void {
  if (typeof options?.reason === 'string') return;
  const reason = options?.reason;
  const given = reason === undefined ? shown(options) : `{ reason: ${shown(reason)} }`;
  throw new AssertionError(
    `${id}: ctx.${call}(…, options) needs a reason, as in { reason: 'crossed above' }, but was given ${given}`,
  );
}

function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new AssertionError(`the ${what} of a size is ${shown(value)}, which is no number`);
}

/** What a call was given, in short: of an object the names of what it says. */
export function shown(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (given === null || typeof given === 'number' || typeof given === 'boolean') return String(given);
  if (typeof given !== 'object') return typeof given === 'string' ? JSON.stringify(given) : `a ${typeof given}`;
  const names = Object.keys(given);
  return names.length === 0 ? '{}' : `{ ${names.join(', ')} }`;
}
