/** A fill that happened at a remote broker, with the broker's word as its only evidence. Pure. */
import type { Fill } from '../../domain/fill.js';
import type { Order } from '../../domain/order.js';
import type { Receipt } from '../../domain/receipt.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';

/** What is known of it. */
export interface BrokerFill {
  readonly id: string;
  readonly quantity: Quantity;
  readonly price: Price;
  /** `reported`: the price of an execution; `reported-average`: made up from averages for executions not seen. */
  readonly rule: 'reported' | 'reported-average';
  /** When it was heard of. */
  readonly now: Micros;
}

/** The fill as the kernel takes it. */
export function brokerFill(order: Order, { id, quantity, price, rule, now }: BrokerFill): Fill {
  return {
    id,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    accountId: order.accountId,
    symbolId: order.symbolId,
    side: order.side,
    quantity,
    price,
    time: now,
    reportTime: now,
    liquidity: 'taker',
    // The broker charges and keeps the books; its account says what is left.
    fees: [],
    entries: [],
    receipt: brokerReceipt(order, price, rule, now),
  };
}

function brokerReceipt(order: Order, price: Price, rule: string, now: Micros): Receipt {
  return {
    basis: 'broker',
    rule,
    evidenceTime: now,
    evidenceSequence: 0,
    bid: 0,
    bidSize: 0,
    ask: 0,
    askSize: 0,
    open: 0,
    high: 0,
    low: 0,
    last: price,
    volume: 0,
    decidedAt: order.createdAt,
    arrivedAt: 0,
    basePrice: price,
    halfSpread: 0,
    slippage: 0,
    impact: 0,
    bandLower: 0,
    bandUpper: 0,
    shortFloor: 0,
    dataLatency: 0,
    reportLatency: 0,
    queueAtEntry: -1,
    queueAtFill: -1,
    participationLimit: 0,
    participation: 0,
    triggerPrice: 0,
    triggerTime: 0,
    feed: 'alpaca',
    feedDelay: 0,
    coverage: 'unknown',
    preset: 'broker',
    models: 'filled by the broker',
  };
}
