/**
 * An Alpaca client against the Alpaca server over real sockets, with a proxy for faults between them. The client's
 * clock is the test's: it moves only while nothing is under way, so that a time-out happens when one is meant to.
 */
import { AlpacaClient } from '../../src/broker/AlpacaClient.js';
import type { AlpacaClientOptions, AlpacaClientState } from '../../src/broker/AlpacaClient.js';
import type { BrokerAlert } from '../../src/broker/alpaca/BrokerAlert.js';
import type { Order, OrderChanges, RiskApproved } from '../../src/domain/order.js';
import { RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import type { OrderEvent } from '../../src/domain/venueEvents.js';
import { isOrderEvent } from '../../src/domain/venueEvents.js';
import type { PaperVenue } from '../../src/api/alpaca/PaperVenue.js';
import { alpacaHarness } from './alpacaHarness.js';
import type { AlpacaHarness } from './alpacaHarness.js';
import { FaultProxy } from './FaultProxy.js';
import { ManualClock } from './ManualClock.js';

/** An order in dollars and shares; by default to buy 10 AAPL at the market. */
export interface BrokerRigOrder extends Partial<Omit<Order, 'quantity' | 'limitPrice' | 'stopPrice'>> {
  readonly shares?: number;
  readonly limit?: number;
  readonly stop?: number;
  /** Exits of a bracket, oto or oco. */
  readonly profit?: number;
  readonly loss?: number;
}

/** Symbols of the server's fake venue. */
export const RIG_SYMBOLS = ['AAPL', 'MSFT', 'BRK.B'] as const;
/** Turns of the event loop without anything under way after which the clock moves. */
const IDLE_TURNS = 6;
const STEP_MS = 250;
/** Shorter than any wait of the client for an answer. */
const LONG_STEP_MS = 2_000;
const PATIENCE_MS = 25_000;

/** Dollars as a price. */
export function usd(dollars: number): number {
  return Math.round(dollars * RAW_PRICE_SCALE);
}

/** An order as the kernel gives it. */
export function rigOrder(id: string, request: BrokerRigOrder = {}): RiskApproved<Order> {
  const { shares = 10, limit, stop, profit, loss, ...rest } = request;
  const hasStop = stop !== undefined;
  const plain: Order = {
    id,
    clientOrderId: `c-${id}`,
    accountId: 'paper',
    symbolId: 0,
    side: 'buy',
    type: limit === undefined ? (hasStop ? 'stop' : 'market') : hasStop ? 'stop_limit' : 'limit',
    timeInForce: 'day',
    quantity: Math.round(shares * SHARE),
    ...(limit === undefined ? {} : { limitPrice: usd(limit) }),
    ...(stop === undefined ? {} : { stopPrice: usd(stop) }),
    extendedHours: false,
    source: { kind: 'manual', user: 'ann' },
    reason: '',
    status: 'submitted',
    createdAt: 1,
    updatedAt: 1,
    filledQuantity: 0,
    filledNotional: 0,
    ...rest,
  };
  const { limitPrice: _limit, stopPrice: _stop, ...base } = plain;
  const exitSide = plain.orderClass === 'oco' ? plain.side : plain.side === 'buy' ? 'sell' : 'buy';
  const leg = (suffix: string, terms: Partial<Order>): Order => ({
    ...base,
    ...terms,
    id: `${id}-${suffix}`,
    clientOrderId: `c-${id}-${suffix}`,
    parentId: id,
    side: exitSide,
  });
  const legs = [
    ...(profit === undefined ? [] : [leg('tp', { role: 'takeProfit', type: 'limit', limitPrice: usd(profit) })]),
    ...(loss === undefined ? [] : [leg('sl', { role: 'stopLoss', type: 'stop', stopPrice: usd(loss) })]),
  ];
  return (legs.length === 0 ? plain : { ...plain, legs }) as RiskApproved<Order>;
}

/** See the module header. */
export class BrokerRig {
  readonly events: OrderEvent[] = [];
  readonly alerts: BrokerAlert[] = [];
  readonly states: AlpacaClientState[] = [];
  readonly clock: ManualClock;
  readonly h: AlpacaHarness;
  readonly proxy: FaultProxy;
  client: AlpacaClient;
  readonly #options: AlpacaClientOptions;

  private constructor(h: AlpacaHarness, proxy: FaultProxy, more: Partial<AlpacaClientOptions>) {
    this.h = h;
    this.proxy = proxy;
    this.clock = new ManualClock();
    this.#options = {
      keyId: h.keyId,
      secretKey: h.secret,
      restUrl: proxy.url,
      streamUrl: proxy.streamUrl,
      symbols: [...RIG_SYMBOLS],
      priceScale: RAW_PRICE_SCALE,
      accountId: 'paper',
      requestsPerMinute: 60_000,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => {
        if (isOrderEvent(event)) this.events.push(event);
      },
      onAlert: (alert) => this.alerts.push(alert),
      onState: (state) => this.states.push(state),
      ...more,
    };
    this.client = new AlpacaClient(this.#options);
  }

  /** Starts server and proxy; the client is started and trading unless `start` is false. */
  static async open(
    more: Partial<AlpacaClientOptions> & { readonly start?: boolean; readonly served?: PaperVenue } = {},
  ): Promise<BrokerRig> {
    const { start = true, served, ...options } = more;
    const h = await alpacaHarness(served === undefined ? {} : { served });
    const proxy = await FaultProxy.start(await h.server.listen('127.0.0.1', 0));
    const rig = new BrokerRig(h, proxy, options);
    if (start) {
      rig.client.start();
      await rig.until(() => rig.client.state === 'trading');
    }
    return rig;
  }

  /** Ends the client and begins the next life with what the kernel would know of the last. */
  async restart(more: Partial<AlpacaClientOptions> = {}): Promise<void> {
    await this.client.stop();
    this.client = new AlpacaClient({ ...this.#options, ...more });
    this.client.start();
  }

  async close(): Promise<void> {
    await this.client.stop();
    await this.proxy.close();
    await this.h.close();
  }

  submit(id: string, request: BrokerRigOrder = {}): void {
    this.client.submit(rigOrder(id, request), this.clock.now());
  }

  cancel(id: string): void {
    this.client.cancel(id, this.clock.now());
  }

  replace(id: string, nextId: string, changes: OrderChanges): void {
    this.client.replace(id, changes, { id: nextId, clientOrderId: `c-${nextId}` }, this.clock.now());
  }

  /** Types of the events of an order. */
  types(id: string): readonly string[] {
    return this.events.filter(({ orderId }) => orderId === id).map(({ type }) => type);
  }

  /** Shares told as filled. */
  filled(id: string): number {
    let quantity = 0;
    for (const event of this.events)
      if (event.type === 'filled' && event.orderId === id) quantity += event.fill.quantity;
    return quantity / SHARE;
  }

  alertCodes(): readonly string[] {
    return this.alerts.map(({ code }) => code);
  }

  /** Orders at the venue by client order id, whatever became of them. */
  atVenue(clientOrderId: string): number {
    return this.h.venue.events.filter(
      (event) => event.type === 'entered' && event.order.clientOrderId === clientOrderId,
    ).length;
  }

  /** The venue's id of an order. */
  venueId(clientOrderId: string): string {
    const entered = this.h.venue.events.find(
      (event) => event.type === 'entered' && event.order.clientOrderId === clientOrderId,
    );
    return entered?.type === 'entered' ? entered.orderId : '';
  }

  /** Lets everything under way happen, and the client's time pass, until it holds. Fails after a real while. */
  async until(holds: () => boolean, what = holds.toString(), stepMs = STEP_MS): Promise<void> {
    const startedMs = performance.now();
    let idle = 0;
    while (!holds()) {
      if (performance.now() - startedMs > PATIENCE_MS) {
        const told = JSON.stringify({ events: this.events.map(({ type, orderId }) => `${orderId} ${type}`) });
        throw new Error(`never: ${what}; ${this.client.state} ${told} ${JSON.stringify(this.alerts)}`);
      }
      await this.turn();
      idle = this.proxy.busy > 0 ? 0 : idle + 1;
      if (idle < IDLE_TURNS) continue;
      this.clock.advance(stepMs);
      idle = 0;
    }
  }

  /** Lets as much of the client's time pass while everything under way happens. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonicMs() + ms;
    await this.until(() => this.clock.monotonicMs() >= end, `${ms} ms`, Math.min(ms, LONG_STEP_MS));
  }

  /** One turn of the event loop, sockets included. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
