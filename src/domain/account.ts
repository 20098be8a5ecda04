/** What a broker says of an account. */
import type { Money, Price, Quantity } from './units.js';

/** A position as the broker keeps it, at the cost of the lots that are left (first in, first out). */
export interface AccountPosition {
  readonly symbolId: number;
  /** Signed micro-shares; negative is short. Never 0. */
  readonly quantity: Quantity;
  /** Cost of the whole position in micro-dollars; negative for a short (proceeds). */
  readonly cost: Money;
  /** Price it is marked at. */
  readonly mark: Price;
}

/** A consistent view of one account; a flyweight that is valid until the next event. */
export interface AccountView {
  readonly accountId: string;
  readonly cash: Money;
  /** Cash + positions at their marks. */
  readonly equity: Money;
  /** What new orders may use after open orders are reserved; never negative. */
  readonly buyingPower: Money;
  /** Reserved for open orders. */
  readonly reserved: Money;
  /** Fees paid since the start. */
  readonly fees: Money;
  readonly realisedPnl: Money;
  /** Signed micro-shares of one symbol, 0 if flat. */
  quantityOf(symbolId: number): Quantity;
  /** Open positions in order of symbol id. */
  positions(): readonly AccountPosition[];
}
