/** What signals and orders say of the orders that are to be made of them. Pure functions. */
import type { GroupTerms, OrderRequest } from '../domain/order.js';
import type { Signal } from '../domain/signal.js';
import type { Quantity } from '../domain/units.js';
import type { OrderRecord } from './OrderRecord.js';

/** Which way a signal points: the sign of the position it wants; 0 for none. */
export function direction(signal: Signal, held: Quantity): number {
  switch (signal.intent) {
    case 'enterLong':
      return 1;
    case 'enterShort':
      return -1;
    case 'exit':
      return 0;
    case 'target':
      return signal.target === undefined
        ? 0
        : signal.target.value === 0
          ? Math.sign(held)
          : Math.sign(signal.target.value);
  }
}

/** Whether a signal wishes to be in, on one side, whatever it holds. */
export function isEntry({ intent }: Signal): boolean {
  return intent === 'enterLong' || intent === 'enterShort';
}

/**
 * The fraction of what the account can pay that an entry asks for, where the venue sizes by that when it fills: its
 * weight, or the allocation where it says nothing; 0 where it asks for something else.
 */
export function fractionAtFill(signal: Signal, allocation: number): number {
  const { target } = signal;
  if (target === undefined) return allocation;
  const weight = target.kind === 'weight' && isEntry(signal) ? Math.abs(target.value) : 0;
  return weight <= 1 ? weight : 0;
}

/** How an entry and its exits belong together; undefined without exits. */
export function groupOf(signal: Signal): GroupTerms | undefined {
  const { exits } = signal;
  if (exits === undefined || exits.length === 0) return undefined;
  return { orderClass: exits.length === 2 ? 'bracket' : 'oto', exits };
}

/** The terms of an order, for one that is to take its place. */
export function requestOf(order: OrderRecord): OrderRequest {
  const { clientOrderId, accountId, symbolId, side, type, timeInForce, quantity, extendedHours, source, reason } =
    order;
  const { notional, limitPrice, stopPrice, trail, signalId, carriedEntry } = order;
  return {
    ...{ clientOrderId, accountId, symbolId, side, type, timeInForce, quantity, extendedHours, source, reason },
    ...(notional === undefined ? {} : { notional }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(signalId === undefined ? {} : { signalId }),
    ...(carriedEntry === undefined ? {} : { carriedEntry }),
  };
}
