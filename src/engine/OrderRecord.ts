/** The one mutable order object of the engine; everybody else sees it as a readonly {@link Order}. */
import type {
  LegRole,
  Order,
  OrderChanges,
  OrderClass,
  OrderRequest,
  OrderSource,
  OrderType,
  Side,
  TimeInForce,
  Trail,
} from '../domain/order.js';
import type { OrderStatus } from '../domain/orderState.js';
import type { Signal } from '../domain/signal.js';
import type { DurationMicros, Micros, Money, Price, Quantity } from '../domain/units.js';
import { idNumber } from '../utils/idNumber.js';
import { createRequest } from './orderLiterals.js';

/** All fields are set in one place and in one order, so that every record has one hidden class. */
export class OrderRecord implements Order {
  id: string;
  /** The number in its id. */
  number: number;
  clientOrderId: string;
  accountId: string;
  symbolId: number;
  side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  quantity: Quantity;
  readonly notional?: Money;
  limitPrice?: Price;
  stopPrice?: Price;
  readonly trail?: Trail;
  readonly extendedHours: boolean;
  readonly sizeAtFill?: { readonly fraction: number };
  source: OrderSource;
  reason: string;
  signalId?: string;
  readonly carriedEntry?: string;
  status: OrderStatus;
  createdAt: Micros;
  updatedAt: Micros;
  filledQuantity: Quantity;
  filledNotional: Money;
  statusReason?: string;
  /** Whether it enters or adds to risk; working orders that do are reserved in the exposure checks. */
  increasesRisk: boolean;
  /** Micro-dollars of exposure that the unfilled rest stands for; 0 if it reduces risk. */
  exposure: Money;
  /** Micro-shares that it stands for in the manager's columns of working orders. */
  working: Quantity;
  orderClass?: OrderClass;
  legs?: readonly OrderRecord[];
  parentId?: string;
  role?: LegRole;
  replaces?: string;
  replacedBy?: string;
  /** Of a leg: whether its entry has filled, or it never had to wait for one. */
  begun: boolean;
  /** The order that is to take its place, while that is asked for. */
  replacement: OrderRecord | undefined;
  /** Of such a replacement: what it changes, until it is answered, so that recovery can ask again. */
  changes: OrderChanges | undefined;
  /** After which time from its first fill the position is to be closed; 0 never. */
  timeStop: DurationMicros;
  /** 0 and empty where the id is none of a series. */
  clientOrderNumber: number;
  clientOrderPrefix: string;
  /** The number in its signal's id, where the text of that was not made; else 0. */
  signalNumber: number;

  constructor(id: string, number: number, request: OrderRequest, now: Micros) {
    this.id = id;
    this.number = number;
    this.clientOrderId = request.clientOrderId;
    this.accountId = request.accountId;
    this.symbolId = request.symbolId;
    this.side = request.side;
    this.type = request.type;
    this.timeInForce = request.timeInForce;
    this.quantity = request.quantity;
    // Set even when absent: a hidden class per combination would make every reader polymorphic.
    this.notional = request.notional as Money;
    this.limitPrice = request.limitPrice as Price;
    this.stopPrice = request.stopPrice as Price;
    this.trail = request.trail as Trail;
    this.extendedHours = request.extendedHours;
    this.sizeAtFill = request.sizeAtFill as { readonly fraction: number };
    this.source = request.source;
    this.reason = request.reason;
    this.signalId = request.signalId as string;
    this.carriedEntry = request.carriedEntry as string;
    this.status = 'initialized';
    this.createdAt = now;
    this.updatedAt = now;
    this.filledQuantity = 0;
    this.filledNotional = 0;
    this.statusReason = undefined as unknown as string;
    this.increasesRisk = false;
    this.exposure = 0;
    this.working = 0;
    this.orderClass = undefined as unknown as OrderClass;
    this.legs = undefined as unknown as readonly OrderRecord[];
    this.parentId = undefined as unknown as string;
    this.role = undefined as unknown as LegRole;
    this.replaces = undefined as unknown as string;
    this.replacedBy = undefined as unknown as string;
    this.begun = false;
    this.replacement = undefined;
    this.changes = undefined;
    this.timeStop = 0;
    this.clientOrderNumber = 0;
    this.clientOrderPrefix = '';
    this.signalNumber = 0;
  }
}

/** Whose orders they are: a strategy instance, whose client order ids count up. */
export interface OrderOwner {
  readonly source: OrderSource;
  readonly clientOrderCount: number;
  readonly clientOrderIds: { readonly prefix: string; readonly of: (number: number) => string };
}

/** A record for plain market orders of the day, to be written by {@link holdOrder}. */
export function createHeld(accountId: string): OrderRecord {
  const none = undefined;
  const source = { kind: 'strategy', instanceId: '' } as const;
  // Amounts begin with a fraction: they are then kept as doubles written in place.
  const request = createRequest('', accountId, 0, 'buy', 'market', 'day', 0.5, none, none, none, source, '', '');
  const record = new OrderRecord('', 0, request, 0.5);
  record.filledQuantity = 0.5;
  record.filledNotional = 0.5;
  record.exposure = 0.5;
  record.working = 0.5;
  return record;
}

/**
 * Makes a record that nobody looks at any more that of another plain market order, of a signal with a number, with the
 * newest client order id of its owner: as a new one, without the object and without the texts of its ids.
 */
export function holdOrder(
  record: OrderRecord,
  number: number,
  signal: Signal,
  owner: OrderOwner,
  side: Side,
  quantity: Quantity,
  increasesRisk: boolean,
  now: Micros,
): void {
  record.id = '';
  record.number = number;
  record.clientOrderId = '';
  record.clientOrderNumber = owner.clientOrderCount;
  record.clientOrderPrefix = owner.clientOrderIds.prefix;
  record.symbolId = signal.symbolId;
  record.side = side;
  record.quantity = quantity;
  record.source = owner.source;
  record.reason = signal.reason;
  record.signalId = '';
  record.signalNumber = signal.number ?? idNumber(signal.id);
  record.increasesRisk = increasesRisk;
  record.status = 'initialized';
  record.createdAt = now;
  record.updatedAt = now;
  record.filledQuantity = 0;
  record.filledNotional = 0;
  record.exposure = 0;
  record.working = 0;
}

/** Writes the texts of a record's ids; its own is `id`. */
export function nameOrder(record: OrderRecord, id: string, { clientOrderIds }: OrderOwner): void {
  record.id = id;
  record.clientOrderId = clientOrderIds.of(record.clientOrderNumber);
  record.signalId = `s-${record.signalNumber}`;
  record.signalNumber = 0;
}

/**
 * Micro-shares of an open order that count as working. A leg whose entry has not filled closes nothing yet, and of two
 * exits only one can fill: the take profit counts for both.
 */
export function workingOf(order: OrderRecord): Quantity {
  if (order.role === 'stopLoss' && order.orderClass !== 'oto') return 0;
  if (order.parentId !== undefined && !order.begun) return 0;
  return order.quantity - order.filledQuantity;
}
