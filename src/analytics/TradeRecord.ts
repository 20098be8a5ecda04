/**
 * What the trade log keeps. A *trade* here is a position of one owner in one symbol from flat to flat: scaling in and
 * out belongs to one trade, a fill that crosses zero ends one and begins the next. Its result is that of the round
 * trips (FIFO matches) inside it. Money and quantities are exact integers, prices at the session's scale.
 */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import type { OrderType, Side } from '../domain/order.js';
import type { OrderStatus } from '../domain/orderState.js';
import type { RoundTrip } from '../domain/position.js';
import type { FillBasis } from '../domain/receipt.js';
import type { DenialReason } from '../domain/refusals.js';
import type { SignalIntent } from '../domain/signal.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import type { Figure } from './figure.js';
import type { FillCosts, Shortfall } from './tradeCosts.js';

/** A signal behind an order, and the answer of the risk checks to it. */
export interface TradeSignal {
  readonly id: string;
  readonly time: Micros;
  readonly intent: SignalIntent;
  readonly reason: string;
  readonly decision: {
    readonly outcome: 'allow' | 'shrink' | 'deny';
    readonly reason: DenialReason | null;
    readonly requestedQuantity: Quantity;
    readonly quantity: Quantity;
  };
}

/** An order of the log, its terms, and what it cost as a whole. */
export interface TradeOrder {
  readonly id: string;
  readonly symbolId: number;
  readonly owner: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Quantity;
  readonly filledQuantity: Quantity;
  readonly status: OrderStatus;
  readonly createdAt: Micros;
  /** When it ended; null while it works. */
  readonly endedAt: Micros | null;
  readonly reason: string;
  readonly signal: TradeSignal | null;
  readonly shortfall: Shortfall;
}

/** A fill, or the part of one that belongs to a trade. */
export interface TradeFill {
  readonly fillId: string;
  readonly orderId: string;
  readonly role: 'entry' | 'exit';
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly time: Micros;
  readonly liquidity: 'maker' | 'taker';
  readonly fees: Money;
  readonly basis: FillBasis;
  readonly rule: string;
  readonly costs: FillCosts;
}

/**
 * How far the open result went before fees, from the first fill to the last: dollars, 0 or below and 0 or above.
 * Unsupported of a carried trade, whose entry this log did not see.
 */
export interface Excursion {
  readonly maxAdverse: Figure;
  readonly maxFavourable: Figure;
}

/** What figures of all trades of a run are read from, of one of them: to a report of very many it is made for less. */
export interface MeasuredTrade extends Pick<
  TradeRecord,
  'state' | 'quantity' | 'entryPrice' | 'returnFraction' | 'excursion'
> {
  readonly fills: readonly Pick<TradeFill, 'liquidity' | 'quantity' | 'costs'>[];
}

/** See the module header. */
export interface TradeRecord {
  /** `t-` and a number, unique per log, in the order of their beginning. */
  readonly id: string;
  readonly owner: string;
  readonly symbolId: number;
  /** Side of the entry. */
  readonly side: Side;
  readonly state: 'open' | 'closed';
  readonly entryTime: Micros;
  /** Of the last exit; null before the first. */
  readonly exitTime: Micros | null;
  /** The part of the day in which it was entered. */
  readonly session: SessionPhase;
  /** Entered in all, and still open; positive. */
  readonly quantity: Quantity;
  readonly openQuantity: Quantity;
  /** Averages by quantity; the exit's is null before the first. */
  readonly entryPrice: Price;
  readonly exitPrice: Price | null;
  /** Of the round trips so far, net of fees; fees of what is open still do not count. */
  readonly pnl: Money;
  readonly fees: Money;
  /** Dollars that it would come to, closed at the last price without further fees; of open trades. */
  readonly openResult: Figure;
  /** Result ÷ value that was entered; of closed trades. */
  readonly returnFraction: Figure;
  /** Lost if the stop that the entry came with had been met, and the result in multiples of it; of closed trades. */
  readonly initialRisk: Figure;
  readonly rMultiple: Figure;
  readonly excursion: Excursion;
  readonly entryReason: string;
  readonly exitReason: string;
  /** The signal behind the first entry. */
  readonly signal: TradeSignal | null;
  /** Whether it was entered in an earlier session, whose fills are in that session's log. */
  readonly carried: boolean;
  /** Splits, busts and corrections that changed it, in words. */
  readonly adjustments: readonly string[];
  readonly fills: readonly TradeFill[];
  readonly roundTrips: readonly RoundTrip[];
  /**
   * Sum of the shortfalls of its orders, each counted with the trade that it filled first; of a carried trade only the
   * fees are known.
   */
  readonly shortfall: Shortfall;
}
