/** What the kind of an account decides: how much may be bought, and what an open order reserves per share. */
import type { Money, Price } from '../../domain/units.js';
import type { AccountBook } from '../AccountBook.js';
import type { WorkingOrder } from '../WorkingOrder.js';

/** The rules of one account. */
export interface AccountRules {
  /** Buying power after reserves, before the floor at 0. */
  headroom(book: AccountBook): Money;
  /** Price at which what an order opens is reserved for; 0 if no price is known. */
  reservePrice(order: WorkingOrder, mark: Price): Price;
}
