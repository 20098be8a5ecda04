/** The one mutable order object of the engine; everybody else sees it as a readonly {@link Order}. */
import type { Order, OrderRequest, OrderSource, OrderType, Side, TimeInForce } from '../domain/order.js';
import type { OrderStatus } from '../domain/orderState.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';

/** All fields are set in one place and in one order, so that every record has one hidden class. */
export class OrderRecord implements Order {
  readonly id: string;
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  quantity: Quantity;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly extendedHours: boolean;
  readonly sizeAtFill?: { readonly fraction: number };
  readonly source: OrderSource;
  readonly reason: string;
  readonly signalId?: string;
  status: OrderStatus;
  readonly createdAt: Micros;
  updatedAt: Micros;
  filledQuantity: Quantity;
  filledNotional: Money;
  statusReason?: string;
  /** Whether it enters or adds to risk; working orders that do are reserved in the exposure checks. */
  increasesRisk: boolean;
  /** Micro-dollars of exposure that the unfilled rest stands for; 0 if it reduces risk. */
  exposure: Money;

  constructor(id: string, request: OrderRequest, now: Micros) {
    this.id = id;
    this.clientOrderId = request.clientOrderId;
    this.accountId = request.accountId;
    this.symbolId = request.symbolId;
    this.side = request.side;
    this.type = request.type;
    this.timeInForce = request.timeInForce;
    this.quantity = request.quantity;
    // Set even when absent: a hidden class per combination would make every reader polymorphic.
    this.limitPrice = request.limitPrice as Price;
    this.stopPrice = request.stopPrice as Price;
    this.extendedHours = request.extendedHours;
    this.sizeAtFill = request.sizeAtFill as { readonly fraction: number };
    this.source = request.source;
    this.reason = request.reason;
    this.signalId = request.signalId as string;
    this.status = 'initialized';
    this.createdAt = now;
    this.updatedAt = now;
    this.filledQuantity = 0;
    this.filledNotional = 0;
    this.statusReason = undefined as unknown as string;
    this.increasesRisk = false;
    this.exposure = 0;
  }
}
