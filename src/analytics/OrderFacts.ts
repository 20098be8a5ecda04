/** What the trade log knows of an order while it works and after: its terms, the market it was decided on, fills. */
import type { Order, OrderType } from '../domain/order.js';
import { isTerminal } from '../domain/orderState.js';
import type { Micros, Money } from '../domain/units.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { ownerOf } from '../engine/PositionTracker.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { shortfallOf } from './tradeCosts.js';
import type { Benchmark, Shortfall } from './tradeCosts.js';
import type { TradeOrder, TradeSignal } from './TradeRecord.js';

const PARTS_PER_ONE = 1_000_000;
/** Orders that wait for their stop price before they ask for anything. */
const STOPS: ReadonlySet<OrderType> = new Set(['stop', 'stop_limit', 'trailing_stop', 'limit_if_touched']);

/** See the module header. */
export class OrderFacts {
  order: Order;
  /** The market when it was decided; that of the first order where it took the place of another one. */
  readonly decision: Benchmark;
  /** The market when it reached the venue, once that was told. */
  arrival: Benchmark | undefined = undefined;
  /** The same of the order whose place it took, which is its own where it kept that place. */
  private earlierArrival: Benchmark | undefined = undefined;
  /** The market when its stop was elected, once that was told. */
  trigger: Benchmark | undefined = undefined;
  signal: TradeSignal | undefined = undefined;
  /** The stop that came with it: the leg's, in dollars per share or as a share of the price. */
  stop: { readonly price: number } | { readonly distance: number } | { readonly fraction: number } | undefined =
    undefined;
  /** The trade that its first fill belongs to. */
  tradeId = '';
  private endedAt: Micros | null = null;
  private end: Figure = figure(NaN, 'the order has not ended');
  private readonly fills: { shares: number; price: number; decision: Figure; arrival: Figure }[] = [];
  private fees: Money = 0;

  constructor(order: Order, decision: Benchmark) {
    this.order = order;
    this.decision = decision;
  }

  /** Whether it waited for its price from the start, so that the market when it was given says nothing of its cost. */
  get isExitInWait(): boolean {
    return this.order.role !== undefined;
  }

  /** Whether its end was told. */
  get ended(): boolean {
    return this.endedAt !== null;
  }

  /** Takes its newest state; `market` gives the price of a time, asked at its end. */
  update(order: Order, market: (time: Micros) => Benchmark): void {
    this.order = order;
    if (this.ended || !isTerminal(order.status)) return;
    this.endedAt = order.updatedAt;
    this.end = market(order.updatedAt).price;
  }

  /** Takes over from the order whose place it took: an elected stop stays elected. */
  follow(former: OrderFacts): void {
    this.earlierArrival = former.arrival ?? former.earlierArrival;
    this.trigger ??= former.trigger;
  }

  /** The market when it reached the venue, at `time` by its receipt; that of its decision where it was not told. */
  arrivalAt(time: Micros): Benchmark {
    const { arrival, earlierArrival } = this;
    return (earlierArrival?.time === time ? earlierArrival : arrival) ?? this.decision;
  }

  /** Takes a fill: shares, dollars per share, and what it is measured against. */
  addFill(shares: number, price: number, decision: Figure, arrival: Figure, fees: Money): void {
    this.fills.push({ shares, price, decision, arrival });
    this.fees += fees;
  }

  /** Takes a leg of this order: a stop loss says what was risked. */
  addLeg(leg: Order, priceScale: number): void {
    if (leg.role !== 'stopLoss') return;
    const { stopPrice, trail } = leg;
    if (stopPrice !== undefined) this.stop = { price: stopPrice / priceScale };
    else if (trail?.kind === 'price') this.stop = { distance: trail.amount / priceScale };
    else if (trail?.kind === 'percent') this.stop = { fraction: trail.ppm / PARTS_PER_ONE };
  }

  /** What it cost as a whole so far. */
  get shortfall(): Shortfall {
    const { order, end } = this;
    const unfilled = this.isMissed ? Math.max(0, order.quantity - order.filledQuantity) / SHARE : 0;
    const [first] = this.fills;
    return shortfallOf({
      side: order.side,
      decision: first?.decision ?? (this.trigger ?? this.decision).price,
      fills: this.fills,
      fees: this.fees / DOLLAR,
      unfilledShares: unfilled,
      end,
    });
  }

  /** Whether it ended while what it asked for was still to be had. */
  private get isMissed(): boolean {
    const { status, type, replaces } = this.order;
    if (!this.ended || status === 'filled' || status === 'replaced' || status === 'denied') return false;
    // Of two legs one is always canceled: nothing was missed by that.
    if (this.isExitInWait) return false;
    // The order that it was to take the place of goes on.
    if (status === 'rejected' && replaces !== undefined) return false;
    // A stop asks for nothing before its price is reached.
    return !STOPS.has(type) || this.trigger !== undefined || this.fills.length > 0;
  }

  /** As the log tells it. */
  get record(): TradeOrder {
    const { order } = this;
    return {
      id: order.id,
      symbolId: order.symbolId,
      owner: ownerOf(order),
      side: order.side,
      type: order.type,
      quantity: order.quantity,
      filledQuantity: order.filledQuantity,
      status: order.status,
      createdAt: order.createdAt,
      endedAt: this.endedAt,
      reason: order.reason,
      signal: this.signal ?? null,
      shortfall: this.shortfall,
    };
  }
}
