/**
 * Paper fills against those of a broker (X10): orders are matched, and for each the price, time and share filled of the
 * two are compared. A positive price error means that the broker's fill was worse for the order than the paper one.
 */
import { nyse } from '../../calendar/sessions.js';
import type { BrokerExecution } from '../../domain/execution.js';
import type { Fill } from '../../domain/fill.js';
import type { Order, Side } from '../../domain/order.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import { tickOf } from '../../exchange/rulebook/tickSizes.js';
import { bucketsOf } from './executionBuckets.js';
import type { BucketTables } from './executionBuckets.js';

/** An order of the session with what became of it on paper. */
export interface PaperOrder {
  readonly order: Order;
  readonly symbol: string;
  readonly fills: readonly Fill[];
}

/** A matched order. Fractions are of the order's quantity. */
export interface ExecutionError {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: string;
  /** Phase of the market when the order was given. */
  readonly phase: string;
  /** The quoted spread that the paper fill saw, in ticks, and the order's size beside the volume there. */
  readonly spread: string;
  readonly size: string;
  readonly paperFilled: number;
  readonly brokerFilled: number;
  /** Of the mean prices; null where one of the two was not filled. */
  readonly bp: number | null;
  readonly ticks: number | null;
  /** First execution at the broker less the first on paper, in milliseconds; null as above. */
  readonly timeMs: number | null;
}

/** All of it. */
export interface ExecutionComparison extends BucketTables {
  readonly errors: readonly ExecutionError[];
  /** Orders filled on paper for which the broker has no execution, and executions that belong to no order. */
  readonly unmatchedOrders: number;
  readonly unmatchedExecutions: number;
}

/** An execution may be told as of a little before the order was given: clocks differ. */
const CLOCKS_DIFFER: Micros = 60_000_000;
const BASIS_POINTS = 10_000;
const MILLISECOND = 1000;

/** Matches and compares. `scale` is that of all prices. */
export function compareExecutions(
  orders: readonly PaperOrder[],
  executions: readonly BrokerExecution[],
  scale: number,
): ExecutionComparison {
  const { matched, unmatchedExecutions } = match(orders, executions);
  const errors: ExecutionError[] = [];
  let unmatchedOrders = 0;
  for (const paper of orders) {
    const own = matched.get(paper) ?? [];
    if (own.length > 0) errors.push(errorOf(paper, own, scale));
    else if (paper.fills.length > 0) unmatchedOrders += 1;
  }
  return { errors, unmatchedOrders, unmatchedExecutions, ...bucketsOf(errors) };
}

/**
 * By client order id, else order id; an execution that names neither goes to the order of its symbol and side that was
 * given closest to it and has as much left to fill.
 */
function match(
  orders: readonly PaperOrder[],
  executions: readonly BrokerExecution[],
): { readonly matched: ReadonlyMap<PaperOrder, readonly BrokerExecution[]>; readonly unmatchedExecutions: number } {
  const byId = new Map<string, PaperOrder>();
  for (const paper of orders) {
    byId.set(paper.order.id, paper);
    byId.set(paper.order.clientOrderId, paper);
  }
  const left = new Map(orders.map((paper) => [paper, Math.max(paper.order.quantity, paper.order.filledQuantity)]));
  const matched = new Map<PaperOrder, BrokerExecution[]>();
  let unmatchedExecutions = 0;
  for (const execution of executions.toSorted((a, b) => a.time - b.time)) {
    const { clientOrderId, orderId } = execution;
    const named = byId.get(clientOrderId ?? '') ?? byId.get(orderId ?? '');
    // An id that a broker gave itself names nothing here; one that a client gave names an order of somebody else.
    const paper = named ?? (clientOrderId === undefined ? closest(execution, left) : undefined);
    if (paper === undefined) {
      unmatchedExecutions += 1;
      continue;
    }
    left.set(paper, (left.get(paper) ?? 0) - execution.quantity);
    const own = matched.get(paper);
    if (own === undefined) matched.set(paper, [execution]);
    else own.push(execution);
  }
  return { matched, unmatchedExecutions };
}

/** `left` is what each order still has to fill. */
function closest(
  { symbol, side, time, quantity }: BrokerExecution,
  left: ReadonlyMap<PaperOrder, Quantity>,
): PaperOrder | undefined {
  let best: PaperOrder | undefined;
  let distance = Infinity;
  for (const [paper, rest] of left) {
    const { order } = paper;
    if (paper.symbol !== symbol || order.side !== side || rest < quantity) continue;
    if (order.createdAt > time + CLOCKS_DIFFER) continue;
    const own = Math.abs(time - order.createdAt);
    if (own >= distance) continue;
    best = paper;
    distance = own;
  }
  return best;
}

function errorOf({ order, symbol, fills }: PaperOrder, own: readonly BrokerExecution[], scale: number): ExecutionError {
  const paper = meanPrice(fills);
  const broker = meanPrice(own);
  const [fill] = fills;
  const sign = order.side === 'buy' ? 1 : -1;
  const worse = paper === null || broker === null ? null : (broker - paper) * sign;
  const quantity = Math.max(order.quantity, filled(fills), filled(own));
  return {
    orderId: order.id,
    symbol,
    side: order.side,
    type: order.type,
    phase: nyse.phaseAt(order.createdAt),
    spread: spreadOf(fill, scale),
    size: sizeOf(order, fill),
    paperFilled: filled(fills) / quantity,
    brokerFilled: filled(own) / quantity,
    bp: worse === null || paper === null ? null : (worse / paper) * BASIS_POINTS,
    ticks: worse === null || paper === null ? null : worse / tickOf(Math.round(paper), scale),
    timeMs: fill === undefined ? null : ((own[0]?.time ?? fill.time) - fill.time) / MILLISECOND,
  };
}

function filled(fills: readonly { readonly quantity: Quantity }[]): number {
  return fills.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Weighted by quantity; null without a fill. */
function meanPrice(fills: readonly { readonly quantity: Quantity; readonly price: Price }[]): number | null {
  const quantity = filled(fills);
  return quantity === 0 ? null : fills.reduce((sum, fill) => sum + fill.price * (fill.quantity / quantity), 0);
}

/** The spread that the first fill saw, as a class of ticks. */
function spreadOf(fill: Fill | undefined, scale: number): string {
  if (fill === undefined || fill.receipt.bid === 0 || fill.receipt.ask === 0) return 'unknown';
  const ticks = Math.round((fill.receipt.ask - fill.receipt.bid) / tickOf(fill.receipt.bid, scale));
  if (ticks <= 1) return '1 tick';
  if (ticks <= 3) return '2–3 ticks';
  return ticks <= 10 ? '4–10 ticks' : 'over 10 ticks';
}

/** The order beside the volume, else the displayed size, that its first fill was decided on. */
function sizeOf(order: Order, fill: Fill | undefined): string {
  if (fill === undefined) return 'unknown';
  const { volume, askSize, bidSize } = fill.receipt;
  const there = volume > 0 ? volume : order.side === 'buy' ? askSize : bidSize;
  if (there <= 0) return 'unknown';
  const share = order.quantity / 1_000_000 / there;
  if (share <= 0.01) return 'up to 1 %';
  if (share <= 0.1) return '1–10 %';
  return share <= 1 ? '10–100 %' : 'over 100 %';
}
