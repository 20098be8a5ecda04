/**
 * What strategies say in dollars, shares and words, as the exact terms of orders. A strategy may be a JavaScript file,
 * of which nobody has checked the types: what is no term is refused by an {@link AssertionError} that tells what is.
 * Words are made only when they are needed: all of this runs for every wish.
 */
import type { OrderType } from '../domain/order.js';
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
  const price = Math.round(dollars * scale);
  if (Number.isSafeInteger(price) && price > 0) return price;
  throw new AssertionError(`${dollars} is not a price`);
}

/** Shares to micro-shares. */
export function quantityOf(shares: number): Quantity {
  const quantity = Math.round(shares * SHARE);
  if (Number.isSafeInteger(quantity) && quantity > 0) return quantity;
  throw new AssertionError(`${shares} is not a number of shares`);
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
  throw new AssertionError(`the ${what} of a size is ${value}`);
}

/** What a call was given, in short: of an object the names of what it says. */
function shown(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (given === null || typeof given === 'number' || typeof given === 'boolean') return String(given);
  if (typeof given !== 'object') return typeof given === 'string' ? JSON.stringify(given) : `a ${typeof given}`;
  const names = Object.keys(given);
  return names.length === 0 ? '{}' : `{ ${names.join(', ')} }`;
}
