/**
 * Trades through a real Alpaca *paper* account: orders over REST, their fate over the trading stream, one-way like
 * every `Broker`. Live hosts and live keys are refused before anything is sent (alpaca/paperBoundary.ts).
 *
 * Every send has three outcomes. An unknown one is looked up by its client order id, which the kernel has logged before
 * it came here, and sent again only after the broker has twice said that it has no such order, under the same id; so a
 * retry can never trade twice (F26, F27). After every (re)connection orders, fills and the account are compared with the
 * broker before a new order leaves; cancels always leave (F38, F39).
 */
import type { AccountView } from '../domain/account.js';
import { PapertapeError } from '../domain/errors.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../domain/order.js';
import type { Broker } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { Clock } from '../utils/clock.js';
import { changesBody, orderBody, reasonOf } from './alpaca/orderRequest.js';
import { assertPaperAccount, assertPaperKey, paperAddress } from './alpaca/paperBoundary.js';
import { RemoteAccount } from './alpaca/RemoteAccount.js';
import type { BrokerAlert, RemoteOrder } from './alpaca/RemoteOrders.js';
import { RemoteOrders } from './alpaca/RemoteOrders.js';
import { RequestQueue, Urgency } from './alpaca/requestQueue.js';
import type { RestOutcome } from './alpaca/restClient.js';
import { bodyOf, RestClient } from './alpaca/restClient.js';
import { TradeUpdates } from './alpaca/tradeUpdates.js';
import { readAccount, readOrder, readPositions } from './alpaca/wire.js';

export type { BrokerAlert } from './alpaca/RemoteOrders.js';

/** Where an Alpaca client stands. New orders leave only while it is `trading`. */
export type AlpacaClientState = 'stopped' | 'connecting' | 'reconciling' | 'trading' | 'halted';

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
  /** Our orders that were not over when an earlier process ended, with what was filled then. */
  readonly openOrders?: readonly Order[];
  readonly requestsPerMinute?: number;
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
  readonly fetch?: typeof fetch;
  readonly onEvent: (event: VenueEvent) => void;
  readonly onAlert: (alert: BrokerAlert) => void;
  readonly onState?: (state: AlpacaClientState, reason: string) => void;
}

const PAPER_REST = 'https://paper-api.alpaca.markets';
const PAPER_STREAM = 'wss://paper-api.alpaca.markets/stream';
const REQUESTS_PER_MINUTE = 200;
const TIMEOUT_MS = 10_000;
/** A look-up that finds nothing is repeated once after this long: an order can be slow to appear. */
const APPEAR_MS = 2_000;
const CANCEL_TRIES = 4;
const RECONCILE_AGAIN_MS = 5_000;

/** See the module header. */
export class AlpacaClient implements Broker {
  readonly #options: AlpacaClientOptions;
  readonly #queue: RequestQueue;
  readonly #rest: RestClient;
  readonly #stream: TradeUpdates;
  readonly #orders: RemoteOrders;
  readonly #account: RemoteAccount;
  #state: AlpacaClientState = 'stopped';
  /** Sends that wait until trading is allowed, in order. */
  #held: (() => void)[] = [];
  #reconciliation = 0;
  /** Orders that have not been answered yet, the held ones included. */
  readonly #onTheWay = new Set<RemoteOrder>();

  /** Throws `LIVE_TRADING_REFUSED` for a host or key that is not paper, `CONFIG_INVALID` for a malformed address. */
  constructor(options: AlpacaClientOptions) {
    this.#options = options;
    assertPaperKey(options.keyId);
    const baseUrl = paperAddress(options.restUrl ?? PAPER_REST, 'rest');
    const streamUrl = paperAddress(options.streamUrl ?? PAPER_STREAM, 'stream');
    const { clock, random, keyId, secretKey } = options;
    this.#queue = new RequestQueue(clock, options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
    this.#rest = new RestClient({
      baseUrl,
      keyId,
      secretKey,
      clock,
      random,
      queue: this.#queue,
      fetch: options.fetch ?? fetch,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    });
    this.#orders = new RemoteOrders(options, options.priceScale);
    this.#account = new RemoteAccount(options.accountId, options.symbols, options.priceScale);
    for (const order of options.openOrders ?? []) this.#orders.add(order);
    this.#stream = new TradeUpdates(
      { url: streamUrl, keyId, secretKey, clock, random },
      {
        onUp: () => this.#reconcile(),
        onDown: (reason) => {
          this.#reconciliation += 1;
          if (this.#state !== 'halted') this.#setState('connecting', reason);
        },
        onUpdate: (update) => this.#orders.update(update, clock.now()),
        onUnreadable: (error) => this.#unreadable(error),
        onUnauthorized: () => this.#halt('the stream refused the keys'),
      },
    );
  }

  get state(): AlpacaClientState {
    return this.#state;
  }

  /** When the account's figures were last true; 0 before the first answer. */
  get accountAsOf(): Micros {
    return this.#account.asOf;
  }

  /** Connects; trading begins when the first comparison with the broker is through. */
  start(): void {
    this.#setState('connecting', 'starting');
    this.#stream.start();
  }

  /** Ends the connection. Orders at the broker stay; what was not sent yet is refused. */
  stop(): void {
    this.#reconciliation += 1;
    this.#setState('stopped', 'stopped');
    this.#stream.stop();
    this.#queue.close(new PapertapeError('SHUTTING_DOWN', 'The connection to the broker was ended.'));
  }

  account(_accountId: string): AccountView {
    return this.#account;
  }

  submit(order: RiskApproved<Order>, _now: Micros): void {
    const remote = this.#orders.add(copyOf(order));
    if (this.#state === 'halted') {
      this.#refuse(remote, { message: 'Trading with the broker is halted.' });
      return;
    }
    this.#onTheWay.add(remote);
    this.#whenTrading(() => this.#run(this.#send(remote).finally(() => this.#onTheWay.delete(remote))));
  }

  cancel(orderId: string, now: Micros): void {
    const remote = this.#orders.get(orderId);
    if (remote === undefined) {
      this.#options.onEvent({ type: 'cancelRejected', orderId, time: now, reason: 'ORDER_UNKNOWN' });
      return;
    }
    remote.cancelAsked = true;
    this.#run(this.#cancel(remote));
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    const remote = this.#orders.get(orderId);
    if (remote === undefined || remote.done) {
      const message = 'No open order has this id.';
      this.#options.onEvent({ type: 'replaceRejected', orderId, time: now, reason: 'ORDER_UNKNOWN', message });
      return;
    }
    this.#orders.replacing(orderId, next, changes);
    this.#whenTrading(() => this.#run(this.#replace(remote, next, changes)));
  }

  async #send(remote: RemoteOrder): Promise<void> {
    const { order } = remote;
    const urgency = this.#account.quantityOf(order.symbolId) === 0 ? Urgency.OPEN : Urgency.REDUCE;
    const body = orderBody(order, this.#options);
    for (;;) {
      const outcome = await this.#attempt('POST', '/v2/orders', body, urgency);
      if (outcome === undefined || remote.done) return;
      if (outcome.kind === 'taken') return this.#observe(outcome.body);
      if (outcome.kind === 'unauthorized') return this.#halt(outcome.message);
      if (outcome.kind === 'refused' && reasonOf(outcome.message) !== 'DUPLICATE_CLIENT_ORDER_ID') {
        return this.#refuse(remote, outcome);
      }
      // Unknown, or the id is taken: by this very order when an answer was lost, or by another one.
      const found = await this.#lookUp(order.clientOrderId);
      if (found === 'unauthorized') return this.#halt('a look-up was refused');
      if (found === undefined) return;
      if (found !== 'absent') return this.#adopt(remote, found);
      if (outcome.kind === 'refused') return this.#refuse(remote, outcome);
    }
  }

  /** An order with our client order id: ours if it says the same. */
  #adopt(remote: RemoteOrder, body: unknown): void {
    const { order } = remote;
    const wire = readOrder(body);
    const symbol = this.#options.symbols[order.symbolId];
    const isSame = wire.symbol === symbol && wire.side === order.side && wire.type === order.type;
    if (isSame && (wire.quantity === undefined || wire.quantity === order.quantity)) {
      this.#orders.observe(wire, this.#options.clock.now());
      return;
    }
    const message = 'The client order id was used before for another order.';
    this.#orders.refused(order.id, 'DUPLICATE_CLIENT_ORDER_ID', message, this.#options.clock.now());
  }

  async #cancel(remote: RemoteOrder): Promise<void> {
    for (let attempt = 1; attempt <= CANCEL_TRIES && !remote.done; attempt += 1) {
      const id = remote.brokerId ?? (await this.#brokerIdOf(remote));
      if (id === undefined) break;
      const outcome = await this.#attempt('DELETE', `/v2/orders/${encodeURIComponent(id)}`, undefined, Urgency.CANCEL);
      if (outcome === undefined || outcome.kind === 'taken') return;
      if (outcome.kind === 'unauthorized') return this.#halt(outcome.message);
      if (outcome.kind === 'refused') break;
      await this.#rest.pause(attempt);
    }
    // Too late, unknown, or no answer: how the order stands decides.
    await this.#refresh(remote);
    this.#orders.cancelRefused(remote.order.id, this.#options.clock.now());
  }

  async #replace(remote: RemoteOrder, next: ReplacementIds, changes: OrderChanges): Promise<void> {
    const { clock } = this.#options;
    const id = remote.brokerId ?? (await this.#brokerIdOf(remote));
    const path = `/v2/orders/${encodeURIComponent(id ?? '')}`;
    const body = changesBody(changes, next.clientOrderId, this.#options);
    const outcome = id === undefined ? undefined : await this.#attempt('PATCH', path, body, Urgency.OPEN);
    if (outcome?.kind === 'taken') return this.#observe(outcome.body);
    if (outcome?.kind === 'unauthorized') return this.#halt(outcome.message);
    if (outcome?.kind === 'unknown') {
      const found = await this.#lookUp(next.clientOrderId);
      if (found !== 'absent' && found !== 'unauthorized' && found !== undefined) return this.#observe(found);
    }
    await this.#refresh(remote);
    const isRefusal = outcome?.kind === 'refused';
    const reason = isRefusal ? reasonOf(outcome.message) : 'BROKER_REFUSED';
    this.#orders.replaceRefused(remote.order.id, reason, outcome?.message ?? '', clock.now());
  }

  /** Compares orders and account with the broker; new orders wait meanwhile. A later connection makes it void. */
  #reconcile(): void {
    this.#reconciliation += 1;
    const mine = this.#reconciliation;
    this.#setState('reconciling', 'comparing with the broker');
    const run = async (): Promise<void> => {
      try {
        await this.#refreshAll();
        if (mine === this.#reconciliation) this.#setState('trading', 'compared with the broker');
      } catch (error) {
        this.#unreadable(error);
        if (mine !== this.#reconciliation) return;
        this.#options.clock.setTimer(RECONCILE_AGAIN_MS, () => {
          if (mine === this.#reconciliation) this.#reconcile();
        });
      }
    };
    this.#run(run());
  }

  /** Orders first, then what was filled by them, then cash and positions. */
  async #refreshAll(): Promise<void> {
    const { clock } = this.#options;
    const listed = bodyOf(await this.#question('/v2/orders?status=open&limit=500&nested=true'), 'for open orders');
    if (!Array.isArray(listed)) throw new PapertapeError('BROKER_MESSAGE_INVALID', 'The open orders are no list.');
    for (const item of listed) this.#orders.observe(readOrder(item), clock.now());
    for (const remote of this.#orders.open()) await this.#refresh(remote);
    // A cancel whose answer was lost with the connection is asked again.
    for (const remote of this.#orders.open()) if (remote.cancelAsked) this.#run(this.#cancel(remote));
    const account = readAccount(bodyOf(await this.#question('/v2/account'), 'for the account'));
    assertPaperAccount(account.accountNumber);
    const positions = readPositions(bodyOf(await this.#question('/v2/positions'), 'for the positions'));
    for (const { symbol } of this.#account.update(account, positions, clock.now())) {
      const message = `The account holds ${symbol}, which this session does not trade.`;
      this.#options.onAlert({ code: 'POSITION_MISMATCH', message, orderId: undefined });
    }
  }

  /** Asks how an order of ours stands. One that the broker does not know, although it had it, is lost. */
  async #refresh(remote: RemoteOrder): Promise<void> {
    const found = await this.#lookUp(remote.order.clientOrderId, remote.brokerId);
    if (found === 'unauthorized') return this.#halt('a look-up was refused');
    if (found === undefined) throw new PapertapeError('BROKER_UNAVAILABLE', 'The broker does not answer look-ups.');
    if (found !== 'absent') return this.#observe(found);
    // Legs come with their parent.
    if (remote.order.parentId !== undefined || this.#onTheWay.has(remote)) return;
    if (!remote.accepted) return this.#refuse(remote, { message: 'The order never reached the broker.' });
    const message = `The broker does not know the order ${remote.order.clientOrderId} any more.`;
    this.#options.onAlert({ code: 'ORDER_LOST', message, orderId: remote.order.id });
  }

  async #brokerIdOf(remote: RemoteOrder): Promise<string | undefined> {
    const found = await this.#lookUp(remote.order.clientOrderId);
    if (found !== undefined && found !== 'absent' && found !== 'unauthorized') this.#observe(found);
    return remote.brokerId;
  }

  /** The order, `absent` after the broker has denied it twice, or undefined if nothing was to be learned. */
  async #lookUp(clientOrderId: string, brokerId?: string): Promise<unknown> {
    const path =
      brokerId === undefined
        ? `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(clientOrderId)}`
        : `/v2/orders/${encodeURIComponent(brokerId)}?nested=true`;
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const outcome = await this.#question(path);
      if (outcome.kind === 'taken') return outcome.body;
      if (outcome.kind === 'unauthorized') return 'unauthorized';
      if (outcome.kind === 'unknown') return undefined;
      if (attempt === 1) await new Promise<void>((resolve) => this.#options.clock.setTimer(APPEAR_MS, resolve));
    }
    return 'absent';
  }

  #question(path: string): Promise<RestOutcome> {
    return this.#rest
      .get(path)
      .catch((error: unknown): RestOutcome => ({ kind: 'unknown', message: messageOf(error) }));
  }

  /** Sends in its turn; undefined when the queue refused it, which is a refusal of ours. */
  async #attempt(method: string, path: string, body: unknown, urgency: Urgency): Promise<RestOutcome | undefined> {
    try {
      return await this.#rest.send(method, path, body, urgency);
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      if (error.code === 'SHUTTING_DOWN') return undefined;
      return { kind: 'refused', status: 429, code: undefined, message: error.message };
    }
  }

  #observe(body: unknown): void {
    try {
      this.#orders.observe(readOrder(body), this.#options.clock.now());
    } catch (error) {
      this.#unreadable(error);
    }
  }

  #refuse(remote: RemoteOrder, { message }: { readonly message: string }): void {
    this.#orders.refused(remote.order.id, reasonOf(message), message, this.#options.clock.now());
  }

  /** Lets something happen by itself; what it meets outside is told, a mistake of ours is not caught. */
  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#unreadable(error));
  }

  #unreadable(error: unknown): void {
    if (!(error instanceof PapertapeError)) throw error;
    if (error.code === 'LIVE_TRADING_REFUSED') this.#halt(error.message);
    this.#options.onAlert({ code: 'MESSAGE_INVALID', message: error.message, orderId: undefined });
  }

  #halt(reason: string): void {
    if (this.#state === 'halted') return;
    this.#reconciliation += 1;
    this.#setState('halted', reason);
    this.#stream.stop();
    // What has not been sent will not be.
    this.#held = [];
    for (const remote of this.#onTheWay)
      this.#refuse(remote, { message: `Trading with the broker is halted: ${reason}.` });
    this.#onTheWay.clear();
    this.#options.onAlert({ code: 'UNAUTHORIZED', message: `Trading is halted: ${reason}.`, orderId: undefined });
  }

  #whenTrading(send: () => void): void {
    if (this.#state === 'trading') send();
    else this.#held.push(send);
  }

  #setState(state: AlpacaClientState, reason: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state, reason);
    if (state === 'trading') for (const send of this.#held.splice(0)) send();
  }
}

/** The order as it is now: the kernel's object lives on. */
function copyOf(order: Order): Order {
  return { ...order, ...(order.legs === undefined ? {} : { legs: order.legs.map(copyOf) }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
