/**
 * Between a session and its broker: takes what the kernel asked for to the broker, once it is on the tape, and keeps
 * what the broker says until the session takes it as its next input. The broker speaks in the middle of other work; the
 * session listens between its steps.
 *
 * At the broker every order has a client order id that begins with the session's prefix, so that one of another session
 * or installation can never be taken for it.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import type { BrokerReport } from '../domain/brokerReport.js';
import type { Fill } from '../domain/fill.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../domain/order.js';
import type { SessionConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros, Quantity } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import type { TradeManager } from '../engine/TradeManager.js';
import type { BrokerRequest, BrokerVenue } from '../exchange/remote/BrokerVenue.js';
import { assert } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import type { BrokerConnection, BrokerConnectionRequest, Brokers } from './brokers.js';
import { copyOrder } from './TapeSink.js';

/** What a broker takes. */
const LONGEST_CLIENT_ORDER_ID = 128;
/** Figures that have not changed are told again after this long: they are that young. */
const SAME_FIGURES_EVERY = 10 * MINUTE;

/** See the module header. */
export class BrokerLink {
  readonly #venue: BrokerVenue;
  readonly #manager: TradeManager;
  readonly #prefix: string;
  readonly #connection: BrokerConnection;
  readonly #heard: BrokerReport[] = [];
  #toldState = '';
  #toldFigures = '';
  #toldAsOf: Micros = 0;

  /**
   * Connects. `isRecovered` says that the tape may hold orders of an earlier process: what was asked then is not sent
   * again, the broker is asked what became of it. Throws the errors of {@link Brokers.open}.
   */
  constructor(
    brokers: Brokers,
    { kernel, remote }: ComposedKernel,
    { broker, symbols, priceScale, accountId }: SessionConfig,
    { clock, isRecovered }: { readonly clock: Clock; readonly isRecovered: boolean },
  ) {
    assert(remote !== undefined && broker !== undefined, 'the session trades at a broker');
    this.#venue = remote;
    this.#manager = kernel.manager;
    this.#prefix = broker.orderPrefix;
    // What recovery asks again is among the orders that are told here.
    if (isRecovered) remote.takeRequests();
    const underWay = isRecovered ? this.#underWay() : { openOrders: [], openReplacements: [] };
    this.#connection = brokers.open({
      name: broker.name,
      ...{ symbols, priceScale, accountId, clock },
      ...underWay,
      fillsBefore: remote.fillCount,
      held: heldOf(remote, symbols.length),
      onReport: (report) => {
        if (this.#isNews(report)) this.#heard.push(this.#translated(report));
      },
    });
    this.#connection.start();
  }

  /** The oldest report that the session has not taken. */
  get next(): BrokerReport | undefined {
    return this.#heard[0];
  }

  /** The session has taken {@link next}. */
  taken(): void {
    this.#heard.shift();
  }

  /** Takes to the broker what waits for it; its records are durable. */
  send(): void {
    if (!this.#venue.hasRequests) return;
    for (const request of this.#venue.takeRequests()) this.#sendOne(request);
  }

  /** Ends the connection; what was not taken yet is asked again by the next process. */
  stop(): Promise<void> {
    return this.#connection.stop();
  }

  #sendOne(request: BrokerRequest): void {
    const { now } = request;
    switch (request.type) {
      case 'submit':
        this.#connection.submit(this.#atBroker(request.order) as RiskApproved<Order>, now);
        return;
      case 'cancel':
        this.#connection.cancel(request.orderId, now);
        return;
      case 'replace':
        this.#connection.replace(request.orderId, request.changes, this.#idsAtBroker(request.next), now);
        return;
    }
  }

  /** What was under way when the tape ended: orders that the broker may have, and changes that it may have heard of. */
  #underWay(): Pick<BrokerConnectionRequest, 'openOrders' | 'openReplacements'> {
    const openOrders = new Map<string, Order>();
    const openReplacements: BrokerConnectionRequest['openReplacements'][number][] = [];
    for (const order of this.#manager.openOrders()) {
      const { replacement, replaces, parentId } = order;
      // One that is to take another's place is no order of its own yet.
      if (replaces !== undefined && this.#manager.order(replaces)?.replacement === order) continue;
      const parent = parentId === undefined ? undefined : this.#manager.order(parentId);
      if (parent !== undefined && !openOrders.has(parent.id)) openOrders.set(parent.id, this.#atBroker(parent));
      openOrders.set(order.id, this.#atBroker(order));
      if (replacement === undefined) continue;
      const changes: OrderChanges = replacement.changes ?? {};
      openReplacements.push({ orderId: order.id, next: this.#idsAtBroker(replacement), changes });
    }
    return { openOrders: [...openOrders.values()], openReplacements };
  }

  /** A copy of the order as it is now, under the id that it has at the broker. */
  #atBroker(order: Order): Order {
    const { legs } = order;
    const copy = { ...copyOrder(order), ...this.#idsAtBroker(order) };
    return legs === undefined ? copy : { ...copy, legs: legs.map((leg) => this.#atBroker(leg)) };
  }

  #idsAtBroker({ id, clientOrderId }: ReplacementIds): ReplacementIds {
    const whole = `${this.#prefix}-${clientOrderId}`;
    return { id, clientOrderId: whole.length <= LONGEST_CLIENT_ORDER_ID ? whole : `${this.#prefix}-${id}` };
  }

  /** Whether it says something that was not said just before: through nights little is to be written. */
  #isNews(report: BrokerReport): boolean {
    if (report.kind === 'connection') {
      const told = JSON.stringify(report);
      if (told === this.#toldState) return false;
      this.#toldState = told;
    } else if (report.kind === 'account') {
      const { asOf, ...figures } = report.figures;
      const told = JSON.stringify(figures);
      if (told === this.#toldFigures && asOf - this.#toldAsOf < SAME_FIGURES_EVERY) return false;
      this.#toldFigures = told;
      this.#toldAsOf = asOf;
    }
    return true;
  }

  /** The report in the session's words. */
  #translated(report: BrokerReport): BrokerReport {
    return report.kind === 'order' ? { kind: 'order', event: this.#translatedEvent(report.event) } : report;
  }

  #translatedEvent(event: OrderEvent): OrderEvent {
    switch (event.type) {
      case 'filled':
        return { ...event, fill: this.#translatedFill(event.fill) };
      case 'busted':
      case 'corrected':
        return { ...event, fillId: fillIdOf(event.fillId) };
      case 'replaced': {
        const { legs: _, ...order } = event.order;
        return { ...event, order: { ...order, clientOrderId: this.#clientOrderId(order) } };
      }
      default:
        return event;
    }
  }

  #translatedFill(fill: Fill): Fill {
    return { ...fill, id: fillIdOf(fill.id), clientOrderId: this.#clientOrderId({ ...fill, id: fill.orderId }) };
  }

  #clientOrderId({ id, clientOrderId }: ReplacementIds): string {
    return this.#manager.order(id)?.clientOrderId ?? clientOrderId;
  }
}

/** Fills of the paper exchange beside the broker begin with `f-`: those of the broker are told apart. */
function fillIdOf(id: string): string {
  return id.replace(/^f-/, 'b-');
}

function heldOf({ figures }: BrokerVenue, symbolCount: number): ReadonlyMap<number, Quantity> {
  const held = new Map<number, Quantity>();
  for (let symbolId = 0; symbolId < symbolCount; symbolId += 1) held.set(symbolId, figures.quantityOf(symbolId));
  return held;
}
