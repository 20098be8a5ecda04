/**
 * Sends orders, cancels and replacements, and asks what became of those whose answer was lost (F26 to F28).
 *
 * An order whose sending may have reached the broker is looked up by its client order id until the broker says what it
 * has; only when it has denied the order twice is it sent again, under the same id, so that it cannot trade twice.
 * Nothing is given up silently: what cannot be decided while the broker is silent is told and asked again.
 */
import type { RejectionReason } from '../../domain/refusals.js';
import type { Clock } from '../../utils/clock.js';
import { PapertapeError } from '../../domain/errors.js';
import type { BrokerAlert } from './BrokerAlert.js';
import type { Lifetime } from '../../utils/Lifetime.js';
import { changesBody, orderBody, reasonOf } from './orderRequest.js';
import type { WireUnits } from './orderRequest.js';
import type { RemoteOrder } from './RemoteOrder.js';
import type { RemoteOrders } from './RemoteOrders.js';
import { Urgency } from './RequestQueue.js';
import type { RestClient, RestOutcome } from './RestClient.js';
import type { TradingGate } from './TradingGate.js';
import { readOrder } from './wire.js';

/** What it works with. */
export interface OrderTrafficParts {
  readonly rest: RestClient;
  readonly orders: RemoteOrders;
  readonly gate: TradingGate;
  readonly lifetime: Lifetime;
  readonly clock: Clock;
  readonly units: WireUnits;
  /** Whether an order takes risk off the account. */
  readonly reducesRisk: (remote: RemoteOrder) => boolean;
  /** Whether anything may be sent that opens or changes orders. */
  readonly isHalted: () => boolean;
  readonly onUnauthorized: (reason: string) => void;
  readonly onUnreadable: (error: PapertapeError) => void;
  readonly onAlert: (alert: BrokerAlert) => void;
}

/** What a look-up learned. */
type Finding =
  | { readonly kind: 'found'; readonly remote: RemoteOrder | undefined }
  /** The broker has denied it twice. */
  | { readonly kind: 'absent' }
  /** Nothing: no answer, or one that cannot be read. */
  | { readonly kind: 'nothing' }
  /** Nothing, and nothing will be: the keys were refused, or the client ended. */
  | { readonly kind: 'ended' };

/** How old a decision may be when its order leaves, for the first time or again. */
const SEND_WITHIN_MS = 30_000;
/** A look-up that finds nothing is repeated once after this long: an order can be slow to appear. */
const APPEAR_MS = 2_000;
const ORDERS = '/v2/orders';
const LATE = 'It could not be sent in time.';

/** See the module header. */
export class OrderTraffic {
  readonly #parts: OrderTrafficParts;
  readonly #sending = new Map<RemoteOrder, Promise<void>>();
  readonly #canceling = new Set<RemoteOrder>();
  readonly #replacing = new Set<RemoteOrder>();
  readonly #refreshing = new Map<RemoteOrder, Promise<boolean>>();

  constructor(parts: OrderTrafficParts) {
    this.#parts = parts;
  }

  /** Whether the order's sending is not decided. */
  isSending(remote: RemoteOrder): boolean {
    return this.#sending.has(remote);
  }

  /** Whether a cancel of the order is under way. */
  isCanceling(remote: RemoteOrder): boolean {
    return this.#canceling.has(remote);
  }

  /** Sends an order when trading is allowed; resolves when its sending is decided, or cannot be. */
  send(remote: RemoteOrder): Promise<void> {
    const work = this.#send(remote).finally(() => this.#sending.delete(remote));
    this.#sending.set(remote, work);
    return work;
  }

  /** Cancels an order of which `cancelAsked` is set; resolves when the broker has taken the cancel or it is refused. */
  async cancel(remote: RemoteOrder): Promise<void> {
    if (this.#canceling.has(remote)) return;
    this.#canceling.add(remote);
    this.#parts.gate.release(remote);
    try {
      if (remote.brokerId === undefined) await this.#sending.get(remote);
      await this.#cancel(remote);
    } finally {
      this.#canceling.delete(remote);
    }
  }

  /** Replaces an order of which `replacement` is set, once its own sending is decided. */
  async replace(remote: RemoteOrder): Promise<void> {
    if (this.#replacing.has(remote)) return;
    this.#replacing.add(remote);
    try {
      await this.#sending.get(remote);
      await this.#replace(remote);
    } finally {
      this.#replacing.delete(remote);
    }
  }

  /** Finds out what became of a replacement that an earlier life, or a lost message, left undecided. */
  async settle(remote: RemoteOrder): Promise<void> {
    const { replacement } = remote;
    if (replacement === undefined || this.#replacing.has(remote)) return;
    const { kind } = await this.#lookUp(replacement.ids.clientOrderId);
    if (kind !== 'absent' || remote.replacement !== replacement || this.#replacing.has(remote)) return;
    this.#refuseReplacement(remote, 'BROKER_REFUSED', 'The broker has not replaced the order.');
  }

  /**
   * Asks how an order stands; false if nothing was learned. One that the broker does not know ends: it never reached
   * the broker, or is lost (F39).
   */
  refresh(remote: RemoteOrder): Promise<boolean> {
    const running = this.#refreshing.get(remote);
    if (running !== undefined) return running;
    const work = this.#refresh(remote).finally(() => this.#refreshing.delete(remote));
    this.#refreshing.set(remote, work);
    return work;
  }

  /** Cancels an order at the broker that is nobody's any more; once, what comes of it is seen in the account. */
  async withdraw(brokerId: string): Promise<void> {
    await this.#parts.rest.send('DELETE', `${ORDERS}/${encodeURIComponent(brokerId)}`, undefined, Urgency.CANCEL);
  }

  async #send(remote: RemoteOrder): Promise<void> {
    const { rest, gate, orders, units, clock } = this.#parts;
    const { order } = remote;
    const urgency = this.#parts.reducesRisk(remote) ? Urgency.REDUCE : Urgency.OPEN;
    const body = orderBody(order, units);
    const askedMs = clock.monotonicMs();
    const leftMs = (): number => SEND_WITHIN_MS - (clock.monotonicMs() - askedMs);
    const isWanted = (): boolean =>
      !remote.done && !remote.cancelAsked && !this.#parts.isHalted() && leftMs() > 0 && remote.brokerId === undefined;
    // Whether an earlier try may have reached the broker.
    let isUncertain = false;
    while (!remote.done && remote.brokerId === undefined) {
      const outcome: RestOutcome = !(await gate.pass(remote, leftMs()))
        ? { kind: 'unsent', message: LATE }
        : await rest.send('POST', ORDERS, body, urgency, () => gate.isOpen && isWanted());
      // Between its turn in the queue and now trading may have paused: it waits again.
      if (outcome.kind === 'unsent' && isWanted() && !gate.isOpen && !this.#parts.lifetime.ended) continue;
      if (outcome.kind === 'taken' && this.#observe(outcome.body) === remote) return;
      if (outcome.kind === 'unauthorized') {
        if (!isUncertain) this.#refuse(remote, outcome.message);
        else this.#tellUndecided(remote);
        this.#parts.onUnauthorized(outcome.message);
        return;
      }
      if (outcome.kind === 'unsent' && !isUncertain) {
        this.#giveUp(remote, outcome.message);
        return;
      }
      const isDuplicate = outcome.kind === 'refused' && reasonOf(outcome.message) === 'DUPLICATE_CLIENT_ORDER_ID';
      if (outcome.kind === 'refused' && !isUncertain && !isDuplicate) {
        this.#refuse(remote, outcome.message);
        return;
      }
      if (outcome.kind === 'unknown' || outcome.kind === 'taken') isUncertain = true;
      // Unknown, or the id is taken: by this very order when an answer was lost, or by another one.
      const found = await this.#decide(remote, order.clientOrderId);
      if (found.kind === 'ended' || remote.done || remote.brokerId !== undefined) return;
      if (found.kind === 'found') {
        const message = 'The client order id was used before for another order.';
        if (found.remote !== remote) orders.refused(order.id, 'DUPLICATE_CLIENT_ORDER_ID', message, clock.now());
        return;
      }
      // The id is taken by an order that does not show itself yet.
      if (isDuplicate && isUncertain) {
        this.#tellUndecided(remote);
        if (!(await this.#parts.lifetime.wait(APPEAR_MS))) return;
        continue;
      }
      if (outcome.kind === 'refused') {
        this.#refuse(remote, outcome.message);
        return;
      }
      if (outcome.kind === 'unsent' || !isWanted()) {
        this.#giveUp(remote, outcome.kind === 'unsent' ? outcome.message : LATE, true);
        return;
      }
    }
  }

  async #cancel(remote: RemoteOrder): Promise<void> {
    const { rest, orders, clock } = this.#parts;
    for (let attempt = 1; !remote.done && remote.cancelAsked; attempt += 1) {
      if (remote.brokerId === undefined) await this.refresh(remote);
      const { brokerId } = remote;
      if (brokerId !== undefined && !remote.done) {
        const path = `${ORDERS}/${encodeURIComponent(brokerId)}`;
        const outcome = await rest.send('DELETE', path, undefined, Urgency.CANCEL, () => !remote.done);
        if (outcome.kind === 'taken') return;
        if (outcome.kind === 'unauthorized') {
          orders.cancelRefused(remote.order.id, clock.now());
          this.#parts.onUnauthorized(outcome.message);
          return;
        }
        // Too late, or not known: how the order stands decides.
        if (outcome.kind === 'refused' && (await this.refresh(remote))) {
          orders.cancelRefused(remote.order.id, clock.now());
          return;
        }
      }
      // With refused keys nothing is tried twice.
      if (this.#parts.isHalted() && !this.#parts.lifetime.ended) {
        orders.cancelRefused(remote.order.id, clock.now());
        return;
      }
      if (attempt === 2 && !remote.done) this.#tellUndecided(remote);
      if (!(await rest.pause(attempt))) return;
    }
  }

  async #replace(remote: RemoteOrder): Promise<void> {
    const { rest, gate, clock, units } = this.#parts;
    const { replacement } = remote;
    if (replacement === undefined) return;
    const { ids, changes } = replacement;
    const body = changesBody(changes, ids.clientOrderId, units);
    const askedMs = clock.monotonicMs();
    const leftMs = (): number => SEND_WITHIN_MS - (clock.monotonicMs() - askedMs);
    const isOpen = (): boolean => !remote.done && remote.replacement === replacement;
    const isWanted = (): boolean => isOpen() && !this.#parts.isHalted() && leftMs() > 0;
    let isUncertain = false;
    while (isOpen()) {
      if (remote.brokerId === undefined) await this.refresh(remote);
      const path = `${ORDERS}/${encodeURIComponent(remote.brokerId ?? '')}`;
      const isPossible = remote.brokerId !== undefined && (await gate.pass(replacement, leftMs()));
      const outcome: RestOutcome = !isPossible
        ? { kind: 'unsent', message: LATE }
        : await rest.send('PATCH', path, body, Urgency.OPEN, isWanted);
      if (outcome.kind === 'taken' && typeof this.#observe(outcome.body) === 'object') return;
      if (outcome.kind === 'unknown' || outcome.kind === 'taken') isUncertain = true;
      if (outcome.kind === 'unauthorized') {
        this.#refuseReplacement(remote, 'BROKER_REFUSED', outcome.message);
        this.#parts.onUnauthorized(outcome.message);
        return;
      }
      if (isUncertain) {
        const found = await this.#decide(remote, ids.clientOrderId);
        if (found.kind !== 'absent') return;
      }
      // An order that ended meanwhile tells so before its replacement is refused.
      await this.refresh(remote);
      if (outcome.kind !== 'refused' && outcome.kind !== 'unsent') continue;
      const reason = outcome.kind === 'refused' ? reasonOf(outcome.message) : 'BROKER_REFUSED';
      this.#refuseReplacement(remote, reason, outcome.message);
    }
  }

  async #refresh(remote: RemoteOrder): Promise<boolean> {
    const { orders } = this.#parts;
    const { order, brokerId } = remote;
    const parent = order.parentId === undefined ? undefined : orders.get(order.parentId);
    // The broker names legs itself: they are found with their parent.
    const asked = brokerId === undefined && parent !== undefined ? parent : remote;
    const found = await this.#lookUp(asked.order.clientOrderId, asked.brokerId);
    if (found.kind === 'nothing' || found.kind === 'ended') return false;
    if (found.kind === 'found') {
      if (found.remote === undefined && !asked.known && !this.#sending.has(asked)) {
        const message = 'The client order id was used before for another order.';
        orders.refused(asked.order.id, 'DUPLICATE_CLIENT_ORDER_ID', message, this.#parts.clock.now());
      }
      // An answer by name may come without the legs.
      const lacksLegs = orders.legsOf(asked.order.id).some((leg) => leg.brokerId === undefined);
      if (lacksLegs && brokerId === undefined && asked.brokerId !== undefined) {
        await this.#lookUp(asked.order.clientOrderId, asked.brokerId);
      }
      return true;
    }
    if (this.#sending.has(asked) || remote.done) return true;
    const { id, clientOrderId } = remote.order;
    if (!remote.known) {
      this.#conclude(remote, 'rejected', 'The order never reached the broker.');
      return true;
    }
    const message = `The broker does not know the order ${clientOrderId} any more.`;
    this.#parts.onAlert({ code: 'ORDER_LOST', message, orderId: id });
    this.#conclude(remote, 'canceled', 'the broker does not know it any more');
    return true;
  }

  /** Looks up until the broker says what it has. */
  async #decide(remote: RemoteOrder, clientOrderId: string): Promise<Finding> {
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.#lookUp(clientOrderId);
      if (found.kind === 'ended' && !this.#parts.lifetime.ended) this.#tellUndecided(remote);
      if (found.kind !== 'nothing') return found;
      this.#tellUndecided(remote);
      if (!(await this.#parts.rest.pause(attempt + 2))) return { kind: 'ended' };
    }
  }

  async #lookUp(clientOrderId: string, brokerId?: string): Promise<Finding> {
    const path =
      brokerId === undefined
        ? `${ORDERS}:by_client_order_id?client_order_id=${encodeURIComponent(clientOrderId)}&nested=true`
        : `${ORDERS}/${encodeURIComponent(brokerId)}?nested=true`;
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const outcome = await this.#parts.rest.get(path);
      if (outcome.kind === 'taken') return this.#found(outcome.body);
      if (outcome.kind === 'unauthorized') {
        this.#parts.onUnauthorized(outcome.message);
        return { kind: 'ended' };
      }
      // Only the broker's own word counts: a 404 without a code is some gateway's.
      const isDenied = outcome.kind === 'refused' && outcome.status === 404 && outcome.code !== undefined;
      if (!isDenied) return { kind: this.#parts.lifetime.ended ? 'ended' : 'nothing' };
      if (attempt === 1 && !(await this.#parts.lifetime.wait(APPEAR_MS))) return { kind: 'ended' };
    }
    return { kind: 'absent' };
  }

  #found(body: unknown): Finding {
    const remote = this.#observe(body);
    return remote === 'unreadable' ? { kind: 'nothing' } : { kind: 'found', remote };
  }

  /** Takes an order of an answer in. */
  #observe(body: unknown): RemoteOrder | 'unreadable' | undefined {
    try {
      return this.#parts.orders.observe(readOrder(body), this.#parts.clock.now());
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      this.#parts.onUnreadable(error);
      return 'unreadable';
    }
  }

  #refuse(remote: RemoteOrder, message: string): void {
    this.#parts.orders.refused(remote.order.id, reasonOf(message), message, this.#parts.clock.now());
  }

  /** An order that will not be sent (again): cancelled if that was asked for, else refused. */
  #giveUp(remote: RemoteOrder, message: string, mayAppear = false): void {
    const { orders, clock } = this.#parts;
    if (remote.cancelAsked) this.#conclude(remote, 'canceled', 'canceled before it reached the broker');
    else if (mayAppear) this.#conclude(remote, 'rejected', message);
    else orders.refused(remote.order.id, 'BROKER_REFUSED', message, clock.now());
  }

  #conclude(remote: RemoteOrder, type: 'rejected' | 'canceled', message: string): void {
    this.#parts.orders.presumeEnded(remote.order.id, type, message, this.#parts.clock.now());
  }

  #refuseReplacement({ order }: RemoteOrder, reason: RejectionReason, message: string): void {
    this.#parts.orders.replaceRefused(order.id, reason, message, this.#parts.clock.now());
  }

  #tellUndecided({ order, alerts }: RemoteOrder): void {
    if (alerts.has('ORDER_UNDECIDED')) return;
    alerts.add('ORDER_UNDECIDED');
    const message = `The broker has not said what became of ${order.clientOrderId}; it is asked again.`;
    this.#parts.onAlert({ code: 'ORDER_UNDECIDED', message, orderId: order.id });
  }
}
