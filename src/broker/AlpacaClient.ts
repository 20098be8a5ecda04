/**
 * Trades through a real Alpaca *paper* account: orders over REST, their fate over the trading stream, one-way like
 * every `Broker`. Live hosts, keys and accounts are refused before an order is sent (config/paperBoundary.ts).
 *
 * Every send has three outcomes. An unknown one is looked up by its client order id, which the kernel has logged before
 * it came here, and sent again only after the broker has twice said that it has no such order, under the same id; so a
 * retry can never trade twice (F26, F27). After every connection orders, fills and the account are compared with the
 * broker before a new order leaves; cancels always leave (F38, F39).
 */
import type { AccountView } from '../domain/account.js';
import type { BrokerFigures, BrokerState } from '../domain/brokerReport.js';
import { PapertapeError } from '../domain/errors.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../domain/order.js';
import type { Broker } from '../domain/ports.js';
import type { RejectionReason } from '../domain/refusals.js';
import type { Micros, Quantity } from '../domain/units.js';
import type { OrderEvent, VenueEvent } from '../domain/venueEvents.js';
import type { Clock } from '../utils/clock.js';
import type { BrokerAlert } from './alpaca/BrokerAlert.js';
import { Lifetime } from '../utils/Lifetime.js';
import { unsendableReason } from './alpaca/orderRequest.js';
import { OrderTraffic } from './alpaca/OrderTraffic.js';
import { assertPaperKey, assertSecret, paperAddress } from '../config/paperBoundary.js';
import { Reconciler } from './alpaca/Reconciler.js';
import { RemoteAccount } from './alpaca/RemoteAccount.js';
import type { RemoteOrder } from './alpaca/RemoteOrder.js';
import { RemoteOrders } from './alpaca/RemoteOrders.js';
import { RequestQueue } from './alpaca/RequestQueue.js';
import { RestClient } from './alpaca/RestClient.js';
import { TradeUpdates } from './alpaca/TradeUpdates.js';
import { TradingGate } from './alpaca/TradingGate.js';

/** Where an Alpaca client stands. New orders leave only while it is `trading`. */
export type AlpacaClientState = BrokerState;

/** A replacement that an earlier process had asked for and not heard of. */
export interface OpenReplacement {
  readonly orderId: string;
  readonly next: ReplacementIds;
  readonly changes: OrderChanges;
}

/** What a client is made of. */
export interface AlpacaClientOptions {
  readonly keyId: string;
  readonly secretKey: string;
  /** Without a trailing `/v2`; Alpaca's paper service by default. */
  readonly restUrl?: string;
  readonly streamUrl?: string;
  /** Symbol names by symbol id, and price steps per dollar. */
  readonly symbols: readonly string[];
  readonly priceScale: number;
  readonly accountId: string;
  /**
   * Our orders that were not over when an earlier process ended, with what was filled then; parents before their legs,
   * also parents that were over.
   */
  readonly openOrders?: readonly Order[];
  readonly openReplacements?: readonly OpenReplacement[];
  /**
   * What the account held by the last word of an earlier process and the fills since, signed micro-shares by symbol id;
   * the first comparison holds the broker to it. Absent: whatever it holds is taken.
   */
  readonly held?: ReadonlyMap<number, Quantity>;
  /** Fills that earlier processes have numbered; the next is one more. */
  readonly fillsBefore?: number;
  readonly requestsPerMinute?: number;
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
  readonly fetch?: typeof fetch;
  readonly onEvent: (event: VenueEvent) => void;
  readonly onAlert: (alert: BrokerAlert) => void;
  /** The account's figures, after each comparison. */
  readonly onFigures?: (figures: BrokerFigures) => void;
  readonly onState?: (state: AlpacaClientState, reason: string) => void;
}

/** Alpaca's paper service, without the trailing `/v2`. */
export const PAPER_REST = 'https://paper-api.alpaca.markets';
const PAPER_STREAM = 'wss://paper-api.alpaca.markets/stream';
const REQUESTS_PER_MINUTE = 200;
const TIMEOUT_MS = 10_000;
/** Orders that may wait for trading to begin. */
const MOST_WAITING = 1_000;
const COMPARE_AGAIN_MS = 5_000;
const COMPARE_EVERY_MS = 30_000;
/** The account is asked for this long after a fill, with all fills of that time. */
const COMPARE_AFTER_FILL_MS = 5_000;

/** See the module header. Has one life: what was stopped is not started again. */
export class AlpacaClient implements Broker {
  readonly #options: AlpacaClientOptions;
  readonly #lifetime: Lifetime;
  readonly #queue: RequestQueue;
  readonly #stream: TradeUpdates;
  readonly #orders: RemoteOrders;
  readonly #account: RemoteAccount;
  readonly #gate: TradingGate;
  readonly #traffic: OrderTraffic;
  readonly #reconciler: Reconciler;
  readonly #work = new Set<Promise<void>>();
  #state: AlpacaClientState = 'stopped';
  /** Counts comparisons; an older one is void. */
  #comparison = 0;
  #isComparing = false;
  #stopTimer: () => void = () => undefined;
  /** Whether the account was found to be live: then not even a cancel leaves. */
  #isLive = false;

  /**
   * Throws `LIVE_TRADING_REFUSED` for a host or key that is not paper, `CONFIG_INVALID` for a malformed address or
   * secret.
   */
  constructor(options: AlpacaClientOptions) {
    this.#options = options;
    assertPaperKey(options.keyId);
    assertSecret(options.secretKey);
    const baseUrl = paperAddress(options.restUrl ?? PAPER_REST, 'rest');
    const streamUrl = paperAddress(options.streamUrl ?? PAPER_STREAM, 'stream');
    const { clock, random, keyId, secretKey, symbols, priceScale, onAlert } = options;
    const lifetime = new Lifetime(clock);
    const queue = new RequestQueue(clock, options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const parts = {
      baseUrl,
      keyId,
      secretKey,
      clock,
      lifetime,
      random,
      queue,
      fetch: options.fetch ?? fetch,
      timeoutMs,
    };
    const rest = new RestClient(parts);
    const account = new RemoteAccount(options.accountId, symbols, priceScale, options.held);
    const orders = new RemoteOrders(
      {
        onEvent: (event) => this.#tell(event),
        onAlert,
        onDoubt: (remote) => this.#run(this.#resolve(remote)),
        onUnwanted: (brokerId) => this.#run(this.#traffic.withdraw(brokerId)),
        onReversal: ({ order }, change) => account.noteFill(order, change),
      },
      options,
    );
    const gate = new TradingGate(lifetime);
    const told = {
      onAlert,
      onUnauthorized: (reason: string) => this.#halt('UNAUTHORIZED', reason),
      onUnreadable: (error: PapertapeError) => this.#tellUnreadable(error),
    };
    this.#traffic = new OrderTraffic({
      ...{ rest, orders, gate, lifetime, clock, units: options, ...told },
      reducesRisk: ({ order }) => {
        const held = account.expectedOf(order.symbolId);
        return order.side === 'buy' ? held < 0 : held > 0;
      },
      isHalted: () => this.#isOver,
    });
    this.#reconciler = new Reconciler({
      ...{ rest, orders, traffic: this.#traffic, account, symbols, clock, ...told },
      onFigures: (figures) => options.onFigures?.(figures),
      onCancelWanted: (remote) => this.#run(this.#traffic.cancel(remote)),
    });
    this.#stream = new TradeUpdates(
      { url: streamUrl, keyId, secretKey, clock, random },
      {
        onUp: () => this.#compare('reconciling', 'comparing with the broker'),
        onDown: (reason) => this.#disconnected(reason),
        onUpdate: (update) => orders.update(update, clock.now()),
        onUnreadable: (error) => this.#tellUnreadable(error),
        onUnauthorized: () => this.#halt('UNAUTHORIZED', 'the stream refused the keys'),
      },
    );
    this.#lifetime = lifetime;
    this.#queue = queue;
    this.#orders = orders;
    this.#account = account;
    this.#gate = gate;
    for (const order of options.openOrders ?? []) if (orders.get(order.id) === undefined) orders.add(order);
    for (const { orderId, next, changes } of options.openReplacements ?? []) orders.replacing(orderId, next, changes);
  }

  get state(): AlpacaClientState {
    return this.#state;
  }

  /** When the account's figures were last true; 0 before the first answer. */
  get accountAsOf(): Micros {
    return this.#account.asOf;
  }

  /** How many of our orders are not over. */
  get openOrderCount(): number {
    return this.#orders.open().length;
  }

  /** Connects; trading begins when the first comparison with the broker is through. */
  start(): void {
    if (this.#state !== 'stopped' || this.#lifetime.ended) return;
    this.#setState('connecting', 'starting');
    this.#stream.start();
  }

  /**
   * Ends the connection; resolves when nothing is under way any more. Orders at the broker stay; what was not sent yet
   * is refused, and what became of an order that had just been sent is for the next process to find out.
   */
  async stop(): Promise<void> {
    this.#comparison += 1;
    this.#stopTimer();
    this.#setState('stopped', 'stopped');
    this.#stream.stop();
    this.#queue.close(new PapertapeError('SHUTTING_DOWN', 'The connection to the broker was ended.'));
    this.#lifetime.end();
    await Promise.all(this.#work);
  }

  account(_accountId: string): AccountView {
    return this.#account;
  }

  submit(order: RiskApproved<Order>, now: Micros): void {
    const remote = this.#orders.add(copyOf(order));
    const refuse = (reason: RejectionReason, message: string): void =>
      this.#orders.refused(order.id, reason, message, now);
    const unsendable = unsendableReason(order, this.#options);
    if (this.#isOver) refuse('BROKER_REFUSED', 'Trading with the broker is halted.');
    else if (unsendable !== undefined) refuse(unsendable, 'The broker does not take such orders.');
    else if (this.#gate.length >= MOST_WAITING) refuse('BROKER_REFUSED', 'Too many orders wait for the broker.');
    else this.#run(this.#traffic.send(remote));
  }

  cancel(orderId: string, now: Micros): void {
    const remote = this.#orders.get(orderId);
    // With refused keys a cancel is tried once, if it is known what to cancel; at a live account never.
    const isHopeless = this.#isOver && (this.#state === 'stopped' || this.#isLive || remote?.brokerId === undefined);
    if (remote === undefined || remote.done || isHopeless) {
      this.#tell({ type: 'cancelRejected', orderId, time: now, reason: 'ORDER_UNKNOWN' });
      return;
    }
    remote.cancelAsked = true;
    // Until the account is known to be paper nothing leaves but questions; the first comparison asks again.
    if (this.#reconciler.isPaper || this.#traffic.isSending(remote)) this.#run(this.#traffic.cancel(remote));
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    const remote = this.#orders.get(orderId);
    const refuse = (reason: RejectionReason, message: string): void =>
      this.#tell({ type: 'replaceRejected', orderId, time: now, reason, message });
    if (remote === undefined || remote.done) refuse('ORDER_UNKNOWN', 'No open order has this id.');
    else if (this.#isOver) refuse('BROKER_REFUSED', 'Trading with the broker is halted.');
    else if (remote.replacement !== undefined || remote.cancelAsked) {
      refuse('NOT_REPLACEABLE', 'Another change of the order is under way.');
    } else {
      this.#orders.replacing(orderId, next, { ...changes });
      this.#run(this.#traffic.replace(remote));
    }
  }

  /** Whether nothing new may be sent any more. */
  get #isOver(): boolean {
    return this.#state === 'halted' || this.#state === 'stopped';
  }

  #tell(event: OrderEvent): void {
    if (event.type === 'filled') {
      this.#account.noteFill(event.fill, event.fill.quantity);
      this.#compareWithin(COMPARE_AFTER_FILL_MS);
    } else if (event.type === 'busted' || event.type === 'corrected') this.#compareWithin(COMPARE_AFTER_FILL_MS);
    this.#options.onEvent(event);
  }

  /** Asks again for an order whose facts do not fit, and sees to a cancel that it inherited. */
  async #resolve(remote: RemoteOrder): Promise<void> {
    // Not in the middle of the fact that raised the doubt.
    await Promise.resolve();
    if (this.#isOver || remote.done) return;
    if (remote.cancelAsked) await this.#traffic.cancel(remote);
    else await this.#traffic.refresh(remote);
  }

  #disconnected(reason: string): void {
    this.#comparison += 1;
    this.#stopTimer();
    if (!this.#isOver) this.#setState('connecting', reason);
  }

  /** Compares with the broker now; a later connection makes it void. */
  #compare(state: 'reconciling' | 'trading', reason: string): void {
    if (this.#isOver) return;
    this.#comparison += 1;
    const mine = this.#comparison;
    this.#stopTimer();
    this.#setState(state, reason);
    const isCurrent = (): boolean => mine === this.#comparison;
    this.#isComparing = true;
    const compare = async (): Promise<void> => {
      try {
        await this.#reconciler.compare(isCurrent);
        if (!isCurrent()) return;
        this.#isComparing = false;
        this.#setState('trading', 'compared with the broker');
        this.#compareLater(COMPARE_EVERY_MS, 'trading');
      } catch (error) {
        if (!(error instanceof PapertapeError)) throw error;
        if (error.code === 'LIVE_TRADING_REFUSED') this.#halt('LIVE_REFUSED', error.message);
        if (!isCurrent()) return;
        this.#isComparing = false;
        // What cannot be compared is not added to: new orders wait (F40).
        this.#setState('reconciling', error.message);
        const code = error.code === 'BROKER_MESSAGE_INVALID' ? 'MESSAGE_INVALID' : 'UNAVAILABLE';
        this.#options.onAlert({ code, message: error.message, orderId: undefined });
        this.#compareLater(COMPARE_AGAIN_MS, 'reconciling');
      }
    };
    this.#run(compare());
  }

  #compareLater(ms: number, state: 'reconciling' | 'trading'): void {
    this.#stopTimer();
    const dueMs = this.#options.clock.monotonicMs() + ms;
    this.#dueMs = dueMs;
    const stop = this.#lifetime.after(ms, () => this.#compare(state, 'comparing with the broker'));
    this.#stopTimer = () => {
      this.#dueMs = Infinity;
      stop();
    };
  }

  #compareWithin(ms: number): void {
    if (this.#state !== 'trading' || this.#isComparing) return;
    if (this.#dueMs > this.#options.clock.monotonicMs() + ms) this.#compareLater(ms, 'trading');
  }

  /** Lets something happen by itself; a mistake of ours is not caught. */
  #run(work: Promise<void | boolean>): void {
    const tracked = work.then(() => {
      this.#work.delete(tracked);
    });
    this.#work.add(tracked);
  }

  #tellUnreadable(error: PapertapeError): void {
    this.#options.onAlert({ code: 'MESSAGE_INVALID', message: error.message, orderId: undefined });
  }

  /** Ends trading for good: keys that are refused are not tried again (F30), a live account not at all. */
  #halt(code: 'UNAUTHORIZED' | 'LIVE_REFUSED', reason: string): void {
    if (this.#isOver) return;
    if (code === 'LIVE_REFUSED') this.#isLive = true;
    this.#comparison += 1;
    this.#stopTimer();
    this.#setState('halted', reason);
    this.#stream.stop();
    // What waits for trading has not been sent and will not be; nor will cancels that wait for the first comparison.
    this.#gate.release();
    for (const remote of this.#orders.open()) {
      if (this.#traffic.isSending(remote) || this.#traffic.isCanceling(remote)) continue;
      this.#orders.cancelRefused(remote.order.id, this.#options.clock.now());
    }
    this.#options.onAlert({ code, message: `Trading is halted: ${reason}`, orderId: undefined });
  }

  #dueMs = Infinity;
  #reason = '';

  #setState(state: AlpacaClientState, reason: string): void {
    if (state === this.#state && reason === this.#reason) return;
    const isNew = state !== this.#state;
    this.#state = state;
    this.#reason = reason;
    if (isNew || state === 'connecting') this.#options.onState?.(state, reason);
    if (!isNew) return;
    if (state === 'trading') this.#gate.open();
    else this.#gate.close();
  }
}

/** The order as it is now: the kernel's object lives on. */
function copyOf(order: Order): Order {
  return { ...order, ...(order.legs === undefined ? {} : { legs: order.legs.map(copyOf) }) };
}
