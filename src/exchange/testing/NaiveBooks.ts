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
  state: 'sent' | 'held' | 'open' | 'done';
  /** What its group was sent for: an exit that took the place of another has less where a part has filled. */
  readonly sent: number;
  /** What it is to fill by now: resized legs have other sizes than they were sent with. */
  quantity: number;
  filled: number;
  /** Value of its fills in micro-dollars. */
  spent: bigint;
  triggered: boolean;
}

const MILLION = 1_000_000n;
const STOPS: ReadonlySet<string> = new Set(['stop', 'stop_limit', 'trailing_stop', 'limit_if_touched']);

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
    const { quantity } = order;
    const known: NaiveOrder = {
      order,
      submittedAt: now,
      state: 'sent',
      sent: quantity,
      quantity,
      filled: 0,
      spent: 0n,
      triggered: false,
    };
    this.orders.set(order.id, known);
  }

  /** Enters an event and checks it against what came before. */
  observe(event: VenueEvent): void {
    if (event.time < this.lastTime) this.faults.push(`I-11: ${event.type} at ${event.time} is before ${this.lastTime}`);
    this.lastTime = event.time;
    if (!isOrderEvent(event)) return;
    const known = this.orders.get(event.orderId);
    if (known === undefined) {
      if (event.type !== 'cancelRejected' && event.type !== 'replaceRejected')
        this.faults.push(`I-09: ${event.type} of an unknown order ${event.orderId}`);
      return;
    }
    if (event.type === 'cancelRejected' || event.type === 'replaceRejected') return;
    // What is done can still be taken back, and nothing else (R23).
    if (event.type === 'busted' || event.type === 'corrected') {
      this.reverse(known, event);
      return;
    }
    if (known.state === 'done') this.faults.push(`I-11: ${event.type} after the end of ${event.orderId}`);
    switch (event.type) {
      case 'accepted':
        this.accept(known, event.orderId);
        return;
      case 'activated':
      case 'doneForDay':
      case 'cancelRequested':
      case 'replaceRequested':
        return;
      case 'held':
        this.holdLeg(known, event.orderId);
        return;
      case 'resized':
        this.resize(known, event.quantity);
        return;
      case 'replaced':
        this.replace(known, event.order, event.time);
        return;
      case 'triggered':
        if (!STOPS.has(known.order.type)) this.faults.push(`I-12: ${event.orderId} is no stop and was triggered`);
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
    if (known.state !== 'sent' && known.state !== 'held') this.faults.push(`I-11: ${id} accepted twice`);
    const entry = this.orders.get(known.order.parentId ?? '');
    if (known.state === 'held') {
      if (entry === undefined || entry.filled === 0) this.faults.push(`I-11: ${id} works before its entry has filled`);
      known.state = 'open';
      return;
    }
    known.state = 'open';
    const { clientOrderId } = known.order;
    const other = this.clientIds.get(clientOrderId);
    if (other !== undefined) this.faults.push(`I-14: ${clientOrderId} belongs to ${other} and to ${id}`);
    this.clientIds.set(clientOrderId, id);
  }

  private holdLeg(known: NaiveOrder, id: string): void {
    // One that works is held again when what its entry has opened so far is closed.
    const isArmed = known.state === 'open' && known.order.parentId !== undefined;
    if (known.state !== 'sent' && !isArmed) this.faults.push(`I-11: ${id} is held twice`);
    known.state = 'held';
  }

  private resize(known: NaiveOrder, quantity: number): void {
    if (quantity <= known.filled) this.faults.push(`I-10: ${known.order.id} shrinks to ${quantity}`);
    known.quantity = quantity;
  }

  private replace(known: NaiveOrder, order: Order, time: number): void {
    const isSized = order.notional === undefined;
    if (order.filledQuantity !== known.filled || (isSized && order.quantity <= known.filled)) {
      this.faults.push(`I-10: ${order.id} goes on with ${order.filledQuantity} of ${known.filled} filled`);
    }
    known.state = 'done';
    const state = order.status === 'held' ? 'held' : 'open';
    this.orders.set(order.id, { ...known, order, state, quantity: order.quantity });
    if (order.createdAt > time) this.faults.push(`I-11: ${order.id} was replaced before it was asked for`);
    for (const other of this.orders.values()) {
      if (other.order.parentId === known.order.id)
        Object.assign(other, { order: { ...other.order, parentId: order.id } });
    }
    for (const [client, id] of this.clientIds)
      if (client === order.clientOrderId) this.faults.push(`I-14: ${client}, ${id}`);
    this.clientIds.set(order.clientOrderId, order.id);
  }

  /** Exits never sell more than their entry has bought (the other way round for shorts). */
  private checkGroup(known: NaiveOrder, fillId: string): void {
    const { parentId, orderClass } = known.order;
    const isOco = orderClass === 'oco';
    if (orderClass === undefined || (parentId === undefined && !isOco)) return;
    const entryId = parentId ?? known.order.id;
    let exits = 0;
    for (const { order, filled } of this.orders.values()) {
      if (order.orderClass !== orderClass || this.isReplaced(order.id)) continue;
      if (order.parentId === entryId || (isOco && order.id === entryId)) exits += filled;
    }
    const entry = this.orders.get(entryId);
    const most = isOco ? (entry?.sent ?? 0) : (entry?.filled ?? 0);
    if (exits > most) this.faults.push(`I-10: ${fillId} makes the exits of ${entryId} ${exits} of ${most}`);
  }

  private isReplaced(id: string): boolean {
    for (const { order } of this.orders.values()) if (order.replaces === id) return true;
    return false;
  }

  private reverse(known: NaiveOrder, event: Extract<VenueEvent, { type: 'busted' | 'corrected' }>): void {
    const sum = event.entries.reduce((total, entry) => total + entry.amount, 0);
    if (sum !== 0) this.faults.push(`I-01: the reversal of ${event.fillId} sums to ${sum}`);
    if (!this.fillIds.has(event.fillId)) this.faults.push(`I-09: ${event.fillId} of ${known.order.id} is not known`);
    for (const { account, symbolId, amount, quantity } of event.entries) {
      if (account === 'cash') this.cash += BigInt(amount);
      if (account.startsWith('fee:')) this.fees += BigInt(amount);
      if (account === 'realisedPnl') this.profit -= BigInt(amount) * MILLION;
      if (account === 'position') {
        this.positions.set(symbolId, (this.positions.get(symbolId) ?? 0n) + BigInt(quantity));
      }
    }
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
    if (STOPS.has(order.type) && !known.triggered) this.faults.push(`I-12: ${fill.id} of a stop that was not elected`);
    known.filled += fill.quantity;
    known.spent += roundHalfEven(BigInt(fill.price) * BigInt(fill.quantity), MILLION);
    const isOpen = order.sizeAtFill !== undefined || order.notional !== undefined;
    const isFull = isOpen ? event.final : known.filled === known.quantity;
    if (!isOpen && known.filled > known.quantity) {
      this.faults.push(`I-10: ${order.id} has ${known.filled} of ${known.quantity} filled`);
    }
    if (order.notional !== undefined && known.spent > BigInt(order.notional)) {
      this.faults.push(`I-10: ${order.id} traded ${known.spent} for a notional of ${order.notional}`);
    }
    this.checkGroup(known, fill.id);
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
