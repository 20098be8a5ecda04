/**
 * One order of the read model: what was asked for, where it stands, and every time stamp. Mutable, owned by
 * `VenueModel`; prices and quantities are the current ones (a resize or a restatement changes them).
 */
import type { LegRole, Order, OrderClass, OrderType, Side, TimeInForce, Trail } from '../../../domain/order.js';
import type { Micros, Money, Price, Quantity } from '../../../domain/units.js';
import type { AlpacaOrderStatus } from './orderStatus.js';

/** The words for what an order means for the position. */
export const POSITION_INTENTS = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'] as const;
/** Whether an order opens or closes, judged by the position when it was entered. */
export type PositionIntent = (typeof POSITION_INTENTS)[number];

/** What an entry is made of: the figures of an order, without its source. */
export type OrderFigures = Pick<
  Order,
  'id' | 'accountId' | 'clientOrderId' | 'symbolId' | 'side' | 'type' | 'timeInForce' | 'quantity' | 'extendedHours'
> & {
  readonly filledQuantity: Quantity;
  readonly filledNotional: Money;
  readonly notional?: Money | undefined;
  readonly limitPrice?: Price | undefined;
  readonly stopPrice?: Price | undefined;
  readonly trail?: Trail | undefined;
  readonly orderClass?: OrderClass | undefined;
  readonly parentId?: string | undefined;
  readonly role?: LegRole | undefined;
};

/** See the module header. */
export class OrderEntry {
  /** Its id in the session that it was entered in, and the one that programs know it by. */
  readonly orderId: string;
  readonly uuid: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly extendedHours: boolean;
  readonly orderClass: OrderClass;
  readonly intent: PositionIntent;
  readonly trail: Trail | undefined;
  readonly notional: Money | undefined;
  readonly parentId: string | undefined;
  readonly role: LegRole | undefined;
  readonly createdAt: Micros;
  /** Nanoseconds beyond it, so that orders of one instant have times of their own (pages of a list end at a time). */
  submittedNanos = 0;
  /** Legs in the order of the request; a replaced one gives its place to the order that took it. */
  legs: OrderEntry[] = [];
  quantity: Quantity;
  limitPrice: Price | undefined;
  stopPrice: Price | undefined;
  /** Whether a stop was elected. */
  triggered = false;
  /** Best price since a trailing stop began to work; undefined while unknown. */
  highWaterMark: Price | undefined;
  status: AlpacaOrderStatus;
  /** The state that a refused cancel or replace goes back to. */
  statusBefore: AlpacaOrderStatus;
  updatedAt: Micros;
  filledAt: Micros | undefined;
  expiredAt: Micros | undefined;
  canceledAt: Micros | undefined;
  cancelRequestedAt: Micros | undefined;
  failedAt: Micros | undefined;
  replacedAt: Micros | undefined;
  /** UUIDs of the orders after and before it. */
  replacedBy: string | undefined;
  replaces: string | undefined;
  filledQuantity: Quantity;
  filledNotional: Money;

  constructor(order: OrderFigures, uuid: string, status: AlpacaOrderStatus, intent: PositionIntent, time: Micros) {
    this.orderId = order.id;
    this.uuid = uuid;
    this.accountId = order.accountId;
    this.clientOrderId = order.clientOrderId;
    this.symbolId = order.symbolId;
    this.side = order.side;
    this.type = order.type;
    this.timeInForce = order.timeInForce;
    this.extendedHours = order.extendedHours;
    this.orderClass = order.orderClass ?? 'simple';
    this.intent = intent;
    this.trail = order.trail;
    this.notional = order.notional;
    this.parentId = order.parentId;
    this.role = order.role;
    this.createdAt = time;
    this.quantity = order.quantity;
    this.limitPrice = order.limitPrice;
    this.stopPrice = order.stopPrice;
    this.highWaterMark = undefined;
    this.status = status;
    this.statusBefore = status;
    this.updatedAt = time;
    this.filledAt = undefined;
    this.expiredAt = undefined;
    this.canceledAt = undefined;
    this.cancelRequestedAt = undefined;
    this.failedAt = undefined;
    this.replacedAt = undefined;
    this.replacedBy = undefined;
    this.replaces = undefined;
    this.filledQuantity = order.filledQuantity;
    this.filledNotional = order.filledNotional;
  }

  /** The legs that are shown with it; the order that replaced it has taken them over. */
  get shownLegs(): readonly OrderEntry[] {
    return this.status === 'replaced' ? [] : this.legs;
  }
}

/** What an order of `side` means for a position of `position` shares. */
export function intentOf(side: Side, position: Quantity): PositionIntent {
  if (side === 'buy') return position < 0 ? 'buy_to_close' : 'buy_to_open';
  return position > 0 ? 'sell_to_close' : 'sell_to_open';
}
