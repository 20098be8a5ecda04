/** A fill in numbers: what the books and the log of a run need of one that nobody is told of. */
import type { Receipt } from './receipt.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** What a fill is charged: positive micro-dollars, 0 where none. */
export interface FillCharges {
  readonly commission: Money;
  readonly secFee: Money;
  readonly tafFee: Money;
}

/** The amounts of a fill's ledger entries, with the ledger's signs; with the charges they sum to zero. */
export interface FillAmounts {
  /** Whether it reduced a position, so that there is a line of realised profit. */
  readonly isClosing: boolean;
  readonly realised: Money;
  readonly position: Money;
  readonly cash: Money;
}

/**
 * The fill of a market order (`PromptVenue`, `MergedVenue`) without texts and lists. It says what a `Fill` says; one
 * object that the next fill is written over.
 */
export interface PromptFill extends FillCharges, FillAmounts {
  /** The number in its id, which is `f-` and this. */
  readonly number: number;
  readonly accountId: string;
  readonly symbolId: number;
  /** 1 for a purchase, −1 for a sale. */
  readonly sign: 1 | -1;
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** Positive micro-dollars: price × quantity. */
  readonly value: Money;
  readonly time: Micros;
  readonly reportTime: Micros;
  readonly receipt: Receipt;
  /** Another number whenever a text of the receipt is another than that of the fill that it was written over. */
  readonly wording: number;
}
