/**
 * A second, naive book of an exchange, made only of the events that it reports and written without its code:
 * positions and cash are sums over fills, profit is by a plain list of single lots, order states are a small list.
 * It says what does not fit: to the events among themselves, and to what the exchange says of the account.
 */
import type { AccountView } from '../../domain/account.js';
import type { Order } from '../../domain/order.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { VenueEvent } from '../../domain/venueEvents.js';

interface NaiveOrder {
  readonly order: Order;
  readonly submittedAt: number;
  state: 'sent' | 'open' | 'done';
  filled: number;
  triggered: boolean;
}

const MILLION = 1_000_000n;

/** See the module header. For prices at six decimals. */
export class NaiveBooks {
  readonly faults: string[] = [];
  private readonly orders = new Map<string, NaiveOrder>();
  private readonly clientIds = new Map<string, string>();
  private readonly fillIds = new Set<string>();
  private readonly positions = new Map<number, bigint>();
  private readonly lots = new Map<number, { left: bigint; readonly price: bigint }[]>();
  /** By lot, in price steps × micro-shares: exact. */
  private profit = 0n;
  private hasFractions = false;
  private wasShort = false;
  private readonly isChecked: boolean;
  private cash: bigint;
  private fees = 0n;
  private lastTime = 0;

  /** `isChecked` says that the account must be able to pay for what it buys. */
  constructor(startingCash: number, isChecked: boolean) {
    this.isChecked = isChecked;
    this.cash = BigInt(startingCash);
  }

  submitted(order: Order, now: number): void {
    this.orders.set(order.id, { order, submittedAt: now, state: 'sent', filled: 0, triggered: false });
  }

  /** Enters an event and checks it against what came before. */
  observe(event: VenueEvent): void {
    if (event.time < this.lastTime) this.faults.push(`I-11: ${event.type} at ${event.time} is before ${this.lastTime}`);
    this.lastTime = event.time;
    if (!isOrderEvent(event)) return;
    const known = this.orders.get(event.orderId);
    if (known === undefined) {
      if (event.type !== 'cancelRejected') this.faults.push(`I-09: ${event.type} of an unknown order ${event.orderId}`);
      return;
    }
    if (event.type === 'cancelRejected') return;
    if (known.state === 'done') this.faults.push(`I-11: ${event.type} after the end of ${event.orderId}`);
    switch (event.type) {
      case 'accepted':
        this.accept(known, event.orderId);
        return;
      case 'activated':
        return;
      case 'triggered':
        if (known.order.type !== 'stop') this.faults.push(`I-12: ${event.orderId} is no stop and was triggered`);
        known.triggered = true;
        return;
      case 'filled':
        this.fill(known, event);
        return;
      default:
        known.state = 'done';
    }
  }

  /** Compares with what the exchange says; call when every report was delivered. */
  compare(account: AccountView): void {
    if (BigInt(account.cash) !== this.cash) this.faults.push(`I-03: cash ${account.cash}, by events ${this.cash}`);
    if (BigInt(account.fees) !== this.fees) this.faults.push(`I-03: fees ${account.fees}, by events ${this.fees}`);
    // Fractions are rounded lot by lot, which is another calculation.
    if (!this.hasFractions && BigInt(account.realisedPnl) * MILLION !== this.profit) {
      this.faults.push(`I-06: realised ${account.realisedPnl}, by lots ${this.profit / MILLION}`);
    }
    for (const [symbolId, quantity] of this.positions) {
      const said = account.quantityOf(symbolId);
      if (BigInt(said) !== quantity) this.faults.push(`I-04: symbol ${symbolId} ${said}, by events ${quantity}`);
    }
  }

  private accept(known: NaiveOrder, id: string): void {
    if (known.state !== 'sent') this.faults.push(`I-11: ${id} accepted twice`);
    known.state = 'open';
    const { clientOrderId } = known.order;
    const other = this.clientIds.get(clientOrderId);
    if (other !== undefined) this.faults.push(`I-14: ${clientOrderId} belongs to ${other} and to ${id}`);
    this.clientIds.set(clientOrderId, id);
  }

  private fill(known: NaiveOrder, event: Extract<VenueEvent, { type: 'filled' }>): void {
    const { fill } = event;
    const { order } = known;
    if (known.state !== 'open') this.faults.push(`I-09: ${fill.id} fills ${order.id}, which is ${known.state}`);
    if (this.fillIds.has(fill.id)) this.faults.push(`I-09: the fill id ${fill.id} is used twice`);
    this.fillIds.add(fill.id);
    if (fill.quantity <= 0 || fill.price <= 0)
      this.faults.push(`I-10: ${fill.id} of ${fill.quantity} at ${fill.price}`);
    if (fill.receipt.arrivedAt < known.submittedAt) this.faults.push(`I-12: ${fill.id} arrived before it was sent`);
    if (order.limitPrice !== undefined) {
      const worse = order.side === 'buy' ? fill.price > order.limitPrice : fill.price < order.limitPrice;
      if (worse) this.faults.push(`I-12: ${fill.id} at ${fill.price} is worse than the limit ${order.limitPrice}`);
    }
    if (order.type === 'stop' && !known.triggered) this.faults.push(`I-12: ${fill.id} of a stop that was not elected`);
    known.filled += fill.quantity;
    const isFull = known.filled === order.quantity || order.sizeAtFill !== undefined;
    if (known.filled > order.quantity && order.sizeAtFill === undefined) {
      this.faults.push(`I-10: ${order.id} has ${known.filled} of ${order.quantity} filled`);
    }
    if (event.final !== isFull) this.faults.push(`I-10: ${order.id} says final ${event.final} at ${known.filled}`);
    if (event.final) known.state = 'done';
    this.book(fill);
  }

  private book(fill: Extract<VenueEvent, { type: 'filled' }>['fill']): void {
    const sum = fill.entries.reduce((total, entry) => total + entry.amount, 0);
    if (sum !== 0) this.faults.push(`I-01: the entries of ${fill.id} sum to ${sum}`);
    const sign = fill.side === 'buy' ? 1n : -1n;
    this.cash -= sign * roundHalfEven(BigInt(fill.price) * BigInt(fill.quantity), MILLION);
    for (const fee of fill.fees) {
      if (fee.amount <= 0) this.faults.push(`I-01: ${fill.id} has a ${fee.kind} fee of ${fee.amount}`);
      this.cash -= BigInt(fee.amount);
      this.fees += BigInt(fee.amount);
    }
    // A short sale that went wrong can cost more than there is; what was bought was paid for.
    if (this.isChecked && !this.wasShort && fill.side === 'buy' && this.cash < 0n) {
      this.faults.push(`I-07: ${fill.id} takes cash to ${this.cash}`);
    }
    this.takeLots(fill.symbolId, sign * BigInt(fill.quantity), BigInt(fill.price));
    this.positions.set(fill.symbolId, (this.positions.get(fill.symbolId) ?? 0n) + sign * BigInt(fill.quantity));
    if ((this.positions.get(fill.symbolId) ?? 0n) < 0n) this.wasShort = true;
  }

  private takeLots(symbolId: number, signed: bigint, price: bigint): void {
    if (signed % MILLION !== 0n) this.hasFractions = true;
    const lots = this.lots.get(symbolId) ?? [];
    this.lots.set(symbolId, lots);
    let left = signed;
    for (let lot = lots[0]; lot !== undefined && left !== 0n && lot.left > 0n !== left > 0n; lot = lots[0]) {
      const size = abs(lot.left) < abs(left) ? abs(lot.left) : abs(left);
      const closed = lot.left > 0n ? size : -size;
      this.profit += closed * (price - lot.price);
      lot.left -= closed;
      left += closed;
      if (lot.left === 0n) lots.shift();
    }
    if (left !== 0n) lots.push({ left, price });
  }
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** `value` ÷ `divisor`, both positive, rounded half to even. */
function roundHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}
