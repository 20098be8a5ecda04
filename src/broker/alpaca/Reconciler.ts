/**
 * Compares orders, fills and the account with the broker: after every connection, and again and again while trading,
 * so that what a lost message would have told is heard all the same (F38 to F40). Runs once at a time.
 */
import type { BrokerFigures } from '../../domain/brokerReport.js';
import type { Clock } from '../../utils/clock.js';
import { PapertapeError } from '../../domain/errors.js';
import type { BrokerAlert } from './BrokerAlert.js';
import type { OrderTraffic } from './OrderTraffic.js';
import { assertPaperAccount } from '../../config/paperBoundary.js';
import type { RemoteAccount } from './RemoteAccount.js';
import type { RemoteOrders } from './RemoteOrders.js';
import type { RestClient } from './RestClient.js';
import { bodyOf } from './RestClient.js';
import { figuresOf } from './paperAccount.js';
import { readAccount, readOrder, readPositions } from './wire.js';
import type { WireAccount } from './wire.js';

/** What it works with. */
export interface ReconcilerParts {
  readonly rest: RestClient;
  readonly orders: RemoteOrders;
  readonly traffic: OrderTraffic;
  readonly account: RemoteAccount;
  readonly symbols: readonly string[];
  readonly clock: Clock;
  readonly onAlert: (alert: BrokerAlert) => void;
  readonly onUnreadable: (error: PapertapeError) => void;
  readonly onUnauthorized: (reason: string) => void;
  /** The account as it was just found, once it was taken. */
  readonly onFigures: (figures: BrokerFigures) => void;
  readonly onCancelWanted: (remote: ReturnType<RemoteOrders['open']>[number]) => void;
}

const OPEN_ORDERS = '/v2/orders?status=open&limit=500&nested=true';
/** Fills may come while the account is asked; so often it is asked again at once. */
const QUIET_TRIES = 3;

/** See the module header. */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #othersTold = new Set<string>();
  #isPaper = false;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** Whether the broker has said that the account is a paper account; before that nothing may be sent. */
  get isPaper(): boolean {
    return this.#isPaper;
  }

  /**
   * One comparison, ended early when `isCurrent` says so. Throws `BROKER_UNAVAILABLE` or `BROKER_MESSAGE_INVALID` when
   * it could not be made, `LIVE_TRADING_REFUSED` for an account that is not paper.
   */
  async compare(isCurrent: () => boolean): Promise<void> {
    if (!this.#isPaper) await this.#askAccount();
    await this.#compareOrders(isCurrent);
    for (let attempt = 1; attempt <= QUIET_TRIES && isCurrent(); attempt += 1) {
      if (await this.#compareAccount(attempt === QUIET_TRIES)) return;
    }
  }

  async #compareOrders(isCurrent: () => boolean): Promise<void> {
    const { orders, traffic } = this.#parts;
    const listed = await this.#ask(OPEN_ORDERS, 'for open orders');
    if (!Array.isArray(listed)) throw new PapertapeError('BROKER_MESSAGE_INVALID', 'The open orders are no list.');
    const seen = new Set<unknown>();
    for (const item of listed) for (const remote of this.#observe(item)) seen.add(remote);
    // What is open here and not there has ended, or never was: each is asked for.
    for (const remote of orders.open()) {
      if (!isCurrent()) return;
      if (seen.has(remote) || remote.done || traffic.isSending(remote)) continue;
      if (await traffic.refresh(remote)) continue;
      throw new PapertapeError('BROKER_UNAVAILABLE', `The broker does not say how ${remote.order.id} stands.`);
    }
    for (const remote of orders.open()) {
      if (remote.replacement !== undefined) await traffic.settle(remote);
      // A cancel whose answer was lost is asked again.
      if (remote.cancelAsked) this.#parts.onCancelWanted(remote);
    }
  }

  /** Takes an order of the list in, with its legs; one that cannot be read leaves the others alone (F42). */
  #observe(item: unknown): readonly unknown[] {
    const { orders, clock } = this.#parts;
    try {
      const wire = readOrder(item);
      const remote = orders.observe(wire, clock.now());
      const legs = remote === undefined ? [] : orders.legsOf(remote.order.id);
      const told = new Set(wire.legs.map(({ id }) => id));
      return [remote, ...legs.filter(({ brokerId }) => brokerId !== undefined && told.has(brokerId))];
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      this.#parts.onUnreadable(error);
      return [];
    }
  }

  /** False if fills were told meanwhile, so that the answers may be from before or after them. */
  async #compareAccount(isLastTry: boolean): Promise<boolean> {
    const { orders, account, clock, symbols } = this.#parts;
    const fillsBefore = orders.fillCount;
    const told = await this.#askAccount();
    const positions = readPositions(await this.#ask('/v2/positions', 'for the positions'), symbols);
    if (orders.fillCount !== fillsBefore && !isLastTry) return false;
    for (const { symbol } of positions.others) {
      if (this.#othersTold.has(symbol)) continue;
      this.#othersTold.add(symbol);
      this.#tellPosition(`The account holds ${symbol}, which this session does not trade.`);
    }
    const finding = account.update(told, positions.own, clock.now());
    if (finding.kind === 'differs')
      this.#tellPosition(`The account does not hold what was filled. ${finding.message}.`);
    if (finding.kind !== 'doubtful') {
      this.#parts.onFigures(figuresOf(told, positions, clock.now()));
      return true;
    }
    throw new PapertapeError(
      'BROKER_UNAVAILABLE',
      `The broker's positions do not fit the fills: ${finding.message}. They are asked for again.`,
    );
  }

  #tellPosition(message: string): void {
    this.#parts.onAlert({ code: 'POSITION_MISMATCH', message, orderId: undefined });
  }

  async #askAccount(): Promise<WireAccount> {
    const account = readAccount(await this.#ask('/v2/account', 'for the account'));
    assertPaperAccount(account.accountNumber);
    this.#isPaper = true;
    return account;
  }

  async #ask(path: string, what: string): Promise<unknown> {
    const outcome = await this.#parts.rest.get(path);
    if (outcome.kind === 'unauthorized') this.#parts.onUnauthorized(outcome.message);
    return bodyOf(outcome, what);
  }
}
