/** Positions and round trips as the engine tracks them from fills. */
import type { Side } from './order.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** A FIFO lot: what is left of one opening fill. */
export interface Lot {
  /** Signed micro-shares left. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly time: Micros;
  readonly fillId: string;
}

/** A position of one sub-book (a strategy instance, or the person) in one symbol. */
export interface Position {
  /** Instance id, or `manual`. */
  readonly owner: string;
  readonly symbolId: number;
  /** Signed micro-shares; negative is short. */
  readonly quantity: Quantity;
  /** Average cost per share at the price scale, rounded half to even; 0 when flat. */
  readonly averagePrice: Price;
  /** By FIFO lots, fees not deducted. */
  readonly realisedPnl: Money;
  readonly unrealisedPnl: Money;
  readonly fees: Money;
  readonly openedAt: Micros;
}

/** From entry to exit, for analytics: one closed FIFO match of an opening and a closing fill. */
export interface RoundTrip {
  readonly owner: string;
  readonly symbolId: number;
  /** Side of the entry. */
  readonly side: Side;
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly entryPrice: Price;
  readonly exitPrice: Price;
  readonly entryTime: Micros;
  readonly exitTime: Micros;
  /** Net of fees. */
  readonly pnl: Money;
  /** Entry and exit fees attributed to this quantity. */
  readonly fees: Money;
  readonly entryReason: string;
  readonly exitReason: string;
}
