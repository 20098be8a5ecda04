/**
 * A small venue for the engine's tests and benchmarks: market orders fill at the next bar's open (or at once at
 * the last price), without fees, queues or sessions. Deterministic, and honest about the port's contract.
 */
import type { AccountPosition, AccountView } from '../domain/account.js';
import type { Fill } from '../domain/fill.js';
import type { BarTable, PrintTable, QuoteTable } from '../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../domain/order.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { Receipt } from '../domain/receipt.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { AccountState, VenueAnswer } from '../domain/venueDesk.js';
import { isOrderEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { AssertionError } from '../utils/assert.js';

const RECEIPT = { basis: 'tradeBar', rule: 'bar-open' } as Receipt;

interface Working {
  readonly order: Order;
  left: Quantity;
}

/** How the venue behaves. */
export interface TestVenueOptions {
  /** Microseconds until a report is delivered. */
  readonly reportLatency?: number;
  /** Largest quantity of one fill; unlimited by default. */
  readonly maxFill?: Quantity;
  /** Fill marketable orders at submission, at the last price. */
  readonly immediate?: boolean;
}

/** See the module header. */
export class TestVenue implements SimulatedVenue {
  /** Everything that reached the venue, for assertions. */
  readonly submitted: Order[] = [];
  readonly canceled: string[] = [];
  readonly applied: VenueEvent[] = [];
  /** Calls by name and time, when `trace` is set. */
  trace: string[] | undefined = undefined;
  private readonly view: TestAccount;
  private readonly options: TestVenueOptions;
  private readonly priceScale: number;
  private readonly last: Float64Array;
  private readonly openPrice: Float64Array;
  private fresh: number[] = [];
  private working: Working[] = [];
  private queue: VenueEvent[] = [];
  private queueHead = 0;
  private fills = 0;

  constructor(symbolCount: number, priceScale: number, cash: Money, options: TestVenueOptions = {}) {
    this.view = new TestAccount(symbolCount, cash);
    this.options = options;
    this.priceScale = priceScale;
    this.last = new Float64Array(symbolCount);
    this.openPrice = new Float64Array(symbolCount);
  }

  submit(order: RiskApproved<Order>, now: Micros): void {
    this.trace?.push(`submit ${order.id}`);
    this.submitted.push(order);
    this.queue.push({ type: 'accepted', orderId: order.id, time: now, waiting: false });
    const work: Working = { order, left: order.quantity };
    const price = this.last[order.symbolId] ?? 0;
    if (this.options.immediate === true && order.type === 'market' && price > 0) this.fill(work, price, now);
    if (work.left > 0) this.working.push(work);
  }

  cancel(orderId: string, now: Micros): void {
    this.canceled.push(orderId);
    const at = this.working.findIndex((work) => work.order.id === orderId);
    if (at < 0) {
      this.queue.push({ type: 'cancelRejected', orderId, time: now, reason: 'ORDER_UNKNOWN' });
      return;
    }
    this.working.splice(at, 1);
    this.queue.push({ type: 'canceled', orderId, time: now, reason: 'requested' });
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    const work = this.working.find(({ order }) => order.id === orderId);
    const filled = work === undefined ? 0 : work.order.quantity - work.left;
    const quantity = changes.quantity ?? work?.order.quantity ?? 0;
    if (work === undefined || quantity <= filled) {
      const message = `Order ${orderId} was not replaced.`;
      this.queue.push({ type: 'replaceRejected', orderId, time: now, reason: 'ORDER_UNKNOWN', message });
      return;
    }
    const { clientOrderId: _, ...terms } = changes;
    const order: Order = { ...work.order, ...terms, ...next, quantity, filledQuantity: filled, replaces: orderId };
    this.working[this.working.indexOf(work)] = { order, left: quantity - filled };
    this.queue.push({ type: 'replaced', orderId, time: now, order });
  }

  account(): AccountView {
    return this.view;
  }

  /** It has no desk. */
  request(accountId: string): VenueAnswer {
    return { ok: false, refusal: { reason: 'ACCOUNT_UNKNOWN', message: 'no desk', details: { accountId } } };
  }

  restoreCancel(): void {}

  restoreReplace(): void {}

  deskAccounts(): readonly string[] {
    return [];
  }

  accountState(): AccountState | undefined {
    return undefined;
  }

  deskOrders(): readonly Order[] {
    return [];
  }

  advanceTo(time: Micros): void {
    this.trace?.push(`advance ${time}`);
  }

  onBar(table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.openPrice[symbolId] = table.open[row] ?? 0;
    this.last[symbolId] = table.close[row] ?? 0;
    if (this.working.length > 0) this.fresh.push(symbolId);
    this.trace?.push(`bar ${symbolId}`);
  }

  beginRestingBars(): Float64Array | undefined {
    return undefined;
  }

  endRestingBars(): void {
    throw new AssertionError('no bars pass by orders here');
  }

  beginQuietBars(): Float64Array | undefined {
    return this.working.length === 0 && this.trace === undefined ? this.last : undefined;
  }

  endQuietBars(table: BarTable, from: number, to: number): void {
    if (to === from) return;
    const symbolId = table.symbolId[from] ?? 0;
    this.openPrice[symbolId] = table.open[to - 1] ?? 0;
    this.last[symbolId] = table.close[to - 1] ?? 0;
  }

  onQuoteBar(): void {
    this.trace?.push('quoteBar');
  }

  onQuote(table: QuoteTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.openPrice[symbolId] = table.ask[row] ?? 0;
    this.last[symbolId] = table.bid[row] ?? 0;
    if (this.working.length > 0) this.fresh.push(symbolId);
    this.trace?.push(`quote ${symbolId}`);
  }

  onPrint(table: PrintTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.openPrice[symbolId] = table.price[row] ?? 0;
    this.last[symbolId] = table.price[row] ?? 0;
    if (this.working.length > 0) this.fresh.push(symbolId);
    this.trace?.push(`print ${symbolId}`);
  }

  onStatus(): void {
    this.trace?.push('status');
  }

  onBook(): void {
    this.trace?.push('book');
  }

  matchInstant(time: Micros): void {
    this.trace?.push(`match ${time}`);
    if (this.fresh.length === 0) return;
    for (const work of this.working) {
      const { order } = work;
      const price = this.openPrice[order.symbolId] ?? 0;
      if (!this.fresh.includes(order.symbolId)) continue;
      if (
        order.type === 'limit' &&
        !(order.side === 'buy' ? price <= (order.limitPrice ?? 0) : price >= (order.limitPrice ?? 0))
      )
        continue;
      if (
        order.type === 'stop' &&
        !(order.side === 'buy' ? price >= (order.stopPrice ?? 0) : price <= (order.stopPrice ?? 0))
      )
        continue;
      this.fill(work, price, time);
    }
    this.fresh = [];
    this.working = this.working.filter((work) => work.left > 0);
  }

  nextDue(): Micros {
    const event = this.queue[this.queueHead];
    return event === undefined ? Infinity : event.time + (this.options.reportLatency ?? 0);
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    const event = this.queue[this.queueHead];
    if (event === undefined) return undefined;
    if (event.time + (this.options.reportLatency ?? 0) > now) return undefined;
    this.queueHead += 1;
    if (this.queueHead === this.queue.length) {
      this.queue = [];
      this.queueHead = 0;
    }
    return event;
  }

  apply(event: VenueEvent): void {
    if (this.trace !== undefined) this.applied.push(event);
    if (event.type === 'filled')
      this.view.apply(event.fill, notional(event.fill.price, event.fill.quantity, this.priceScale));
    if (event.type === 'filled' || event.type === 'canceled') this.settle(event);
  }

  restoreOrder(order: Order): void {
    this.submitted.push(order);
    this.working.push({ order, left: order.quantity });
  }

  explain(): undefined {
    return undefined;
  }

  snapshot(): unknown {
    return {};
  }

  restore(): void {
    // There is nothing that the tests restore.
  }

  workingState(): unknown {
    return {};
  }

  restoreWorking(): void {
    // It keeps nothing that events do not give back.
  }

  private fill(work: Working, price: Price, time: Micros): void {
    const { order } = work;
    const quantity = Math.min(work.left, this.options.maxFill ?? work.left);
    work.left -= quantity;
    this.fills += 1;
    const fill: Fill = {
      id: `f-${this.fills}`,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      accountId: order.accountId,
      symbolId: order.symbolId,
      side: order.side,
      quantity,
      price,
      time,
      reportTime: time,
      liquidity: 'taker',
      fees: [],
      entries: [],
      receipt: RECEIPT,
    };
    this.queue.push({ type: 'filled', orderId: order.id, time, fill, final: work.left === 0 });
  }

  /** Recovery: the recorded report ends or shrinks a restored order; a decided one has done so already. */
  private settle(event: VenueEvent): void {
    if (!isOrderEvent(event)) return;
    const at = this.working.findIndex((work) => work.order.id === event.orderId);
    const work = this.working[at];
    if (work === undefined) return;
    if (event.type === 'canceled') this.working.splice(at, 1);
    if (event.type !== 'filled') return;
    if (event.final) this.working.splice(at, 1);
    this.fills = Math.max(this.fills, Number(event.fill.id.slice(2)));
  }
}

class TestAccount implements AccountView {
  readonly accountId = 'test';
  cash: Money;
  readonly reserved = 0;
  readonly fees = 0;
  readonly realisedPnl = 0;
  private readonly quantities: Float64Array;

  constructor(symbolCount: number, cash: Money) {
    this.cash = cash;
    this.quantities = new Float64Array(symbolCount);
  }

  get equity(): Money {
    return this.cash;
  }

  /** Generous: tests of buying power say so themselves. */
  get buyingPower(): Money {
    return Number.MAX_SAFE_INTEGER;
  }

  quantityOf(symbolId: number): Quantity {
    return this.quantities[symbolId] ?? 0;
  }

  positions(): readonly AccountPosition[] {
    return [];
  }

  apply(fill: Fill, value: Money): void {
    const sign = fill.side === 'buy' ? 1 : -1;
    this.cash -= sign * value;
    this.quantities[fill.symbolId] = (this.quantities[fill.symbolId] ?? 0) + sign * fill.quantity;
  }
}
