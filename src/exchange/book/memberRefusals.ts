/**
 * Why a matching engine refused a member's command, as the negative integers that its commands return and its
 * reports store. They go on from those of the book (`Refusal` of bookLayout.ts). When several hold, the first of
 * this list is given. A refused command has changed nothing, is not in the command log and was reported.
 */
import { Refusal } from '../../book/bookLayout.js';

/** The refusals of a matching engine, in order of precedence. */
export const MemberRefusal = {
  /** No account has this member number. */
  MEMBER: -10,
  /** The reference is not a 32-bit integer. */
  REFERENCE: -11,
  /** No resting order has this handle, or it is another order of the member by now. */
  UNKNOWN: Refusal.UNKNOWN,
  /** The order is another member's. */
  OWNER: -12,
  /** Shares, a limit or an amount that is not a whole number of its range. */
  SIZE: Refusal.SIZE,
  /** A price that is not a whole number of ticks from 1 to `MAX_TICK`. */
  PRICE: Refusal.PRICE,
  /** A price outside the band. */
  BAND: -13,
  /** More shares than one order may have. */
  ORDER_SHARES: -14,
  /** More notional than one order may have. */
  ORDER_NOTIONAL: -15,
  /** The member has as many open orders as it may. */
  OPEN_ORDERS: -16,
  /** The position could exceed the member's long limit if all its buy orders filled. */
  LONG_LIMIT: -17,
  /** The position could exceed the member's short limit if all its sell orders filled. */
  SHORT_LIMIT: -18,
  /** Notional and fee are more than cash and credit less what is reserved. */
  BUYING_POWER: -19,
  /** The book has no room: for the order, or for its shares beside those that rest on its side. */
  BOOK_FULL: -20,
  /** The accounts have no room: for a member, or for the amount beside those that are there. */
  ACCOUNTS_FULL: -21,
} as const;

const TEXTS: ReadonlyMap<number, string> = new Map([
  [MemberRefusal.MEMBER, 'No account has this member number.'],
  [MemberRefusal.REFERENCE, 'The reference is not a 32-bit integer.'],
  [MemberRefusal.UNKNOWN, 'No open order of the member has this handle and reference.'],
  [MemberRefusal.OWNER, 'The order is another member’s.'],
  [MemberRefusal.SIZE, 'The shares, the limit or the amount are not a whole number of the range.'],
  [MemberRefusal.PRICE, 'The price is not a whole number of ticks of the range.'],
  [MemberRefusal.BAND, 'The price is outside the band.'],
  [MemberRefusal.ORDER_SHARES, 'The order has more shares than one order may have.'],
  [MemberRefusal.ORDER_NOTIONAL, 'The order is worth more than one order may be.'],
  [MemberRefusal.OPEN_ORDERS, 'The member has as many open orders as it may.'],
  [MemberRefusal.LONG_LIMIT, 'The position could exceed the long limit.'],
  [MemberRefusal.SHORT_LIMIT, 'The position could exceed the short limit.'],
  [MemberRefusal.BUYING_POWER, 'Notional and fee exceed the buying power.'],
  [MemberRefusal.BOOK_FULL, 'The book has no room for the order.'],
  [MemberRefusal.ACCOUNTS_FULL, 'The accounts have no room for the member or the amount.'],
]);

/** The sentence of a {@link MemberRefusal}; undefined for any other number. */
export function memberRefusalText(code: number): string | undefined {
  return TEXTS.get(code);
}
