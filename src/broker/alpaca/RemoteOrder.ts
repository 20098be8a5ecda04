/** One order of ours at a remote broker: what it is, how far the kernel has been told, and what the broker counts. */
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import { isTerminal } from '../../domain/orderState.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import type { BrokerAlert } from './BrokerAlert.js';
import type { WireExecution, WireOrder } from './wire.js';

/** A fact about an order: its state, and the execution that led to it where one did. */
export interface OrderFact {
  readonly wire: WireOrder;
  readonly execution: WireExecution | undefined;
  readonly now: Micros;
}

/** A replacement that is asked for and not decided. */
export interface PendingReplacement {
  readonly ids: ReplacementIds;
  readonly changes: OrderChanges;
  /** What was heard of the new order before the end of the old one, in the order of hearing. */
  readonly early: OrderFact[];
}

/** A fill that was told, by its execution. */
export interface KnownExecution {
  /** Quantity and price in the broker's words, to be compared when it comes again. */
  readonly content: string;
  /** Id of our fill, where the kernel was told just this execution. */
  fillId: string | undefined;
  quantity: Quantity;
  price: Price;
}

/** See the module header. Mutable; `RemoteOrders` changes it. */
export interface RemoteOrder {
  readonly order: Order;
  brokerId: string | undefined;
  /** Whether the broker has had it for certain, now or in an earlier life. */
  known: boolean;
  /** Its size by the broker's last word, and what of it was told as filled. */
  quantity: Quantity;
  filledQuantity: Quantity;
  filledValue: Money;
  /** What the kernel knows of its working. */
  stage: 'none' | 'held' | 'waiting' | 'working' | 'doneForDay';
  done: boolean;
  /** Ended by what we concluded, not by the broker's word. */
  presumed: boolean;
  /** Whether a cancel was asked for that nobody has answered. */
  cancelAsked: boolean;
  replacement: PendingReplacement | undefined;
  readonly executions: Map<string, KnownExecution>;
  /**
   * What the order whose place it took was filled. Whether the broker counts that in the new order too is not
   * documented: it is seen at its first fact.
   */
  before: { readonly quantity: Quantity; readonly value: Money };
  counted: boolean | undefined;
  /** Contradictory facts in a row. */
  doubts: number;
  readonly alerts: Set<BrokerAlert['code']>;
}

/** Takes up an order as it stands; `before` is what the order whose place it takes was filled. */
export function remoteOrder(order: Order, before?: RemoteOrder['before']): RemoteOrder {
  const { status } = order;
  return {
    order,
    brokerId: undefined,
    known: !['initialized', 'submitted', 'denied'].includes(status),
    quantity: order.quantity,
    filledQuantity: order.filledQuantity,
    filledValue: order.filledNotional,
    stage: stageOf(order),
    done: isTerminal(status),
    presumed: false,
    cancelAsked: status === 'pending_cancel',
    replacement: undefined,
    executions: new Map(),
    before: before ?? { quantity: 0, value: 0 },
    counted: before === undefined && order.replaces === undefined ? true : undefined,
    doubts: 0,
    alerts: new Set(),
  };
}

function stageOf({ status, filledQuantity }: Order): RemoteOrder['stage'] {
  if (status === 'initialized' || status === 'submitted') return filledQuantity > 0 ? 'working' : 'none';
  if (status === 'held') return 'held';
  if (status === 'done_for_day') return 'doneForDay';
  return status === 'accepted' && filledQuantity === 0 ? 'waiting' : 'working';
}

/** All that an order and those whose place it took were filled, by the broker's word. */
export function reportedFills(
  remote: RemoteOrder,
  wire: WireOrder,
): { readonly quantity: Quantity; readonly value: Money } {
  if (remote.counted === undefined) {
    const { before, filledQuantity, filledValue } = remote;
    // An order of an earlier life has no `before`: fewer than we know of means that the broker began anew.
    const known = before.quantity === 0 ? filledQuantity : before.quantity;
    remote.counted = wire.filledQuantity >= known;
    if (!remote.counted && before.quantity === 0) {
      const quantity = filledQuantity - wire.filledQuantity;
      remote.before = { quantity, value: filledValue - wire.filledValue };
    }
  }
  if (remote.counted) return { quantity: wire.filledQuantity, value: wire.filledValue };
  return { quantity: remote.before.quantity + wire.filledQuantity, value: remote.before.value + wire.filledValue };
}

/** Whether a broker's order with our client order id says what ours says: an id alone could be a stranger's. */
export function isSameOrder(
  { order }: RemoteOrder,
  wire: WireOrder,
  symbol: string | undefined,
  scale: number,
): boolean {
  if (wire.symbol !== symbol || wire.side !== order.side || wire.type !== order.type) return false;
  if (order.notional === undefined && wire.quantity !== undefined && wire.quantity !== order.quantity) return false;
  const { limitPrice } = order;
  // Prices are compared at the coarser of the two scales, that of the wire.
  return (
    limitPrice === undefined ||
    wire.limitPrice === undefined ||
    wire.limitPrice === Math.round(limitPrice / (scale / 1_000_000))
  );
}
