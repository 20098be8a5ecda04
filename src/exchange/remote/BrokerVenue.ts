/**
 * The venue of a session whose orders go to a broker: what the engine submits waits here until its record is durable
 * and somebody takes it away, and what the broker says comes in as reports, which the kernel takes like those of the
 * exchange. It decides nothing about the engine's orders, so a tape gives the same session without the broker.
 *
 * The market is observed, and accounts of programs are traded, at the paper exchange beside it.
 */
import type { AccountView } from '../../domain/account.js';
import type { BrokerFigures, BrokerReport, BrokerState } from '../../domain/brokerReport.js';
import type { Fill } from '../../domain/fill.js';
import type {
  BarTable,
  BookTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from '../../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../../domain/order.js';
import type { SimulatedVenue } from '../../domain/ports.js';
import type { OpenOrderExplanation } from '../../domain/receipt.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import type { AccountState, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import { isDeskOrderId } from '../../domain/venueDesk.js';
import type { OrderEvent, VenueEvent } from '../../domain/venueEvents.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import { AssertionError, assert } from '../../utils/assert.js';
import type { PaperVenue } from '../PaperVenue.js';
import { RemoteFigures } from './RemoteFigures.js';

/** What the engine asked of the broker, in the order of asking. */
export type BrokerRequest =
  | { readonly type: 'submit'; readonly order: RiskApproved<Order>; readonly now: Micros }
  | { readonly type: 'cancel'; readonly orderId: string; readonly now: Micros }
  | {
      readonly type: 'replace';
      readonly orderId: string;
      readonly changes: OrderChanges;
      readonly next: ReplacementIds;
      readonly now: Micros;
    };

/** See the module header. */
export class BrokerVenue implements SimulatedVenue {
  /** The account as the broker told it last. */
  readonly figures: RemoteFigures;
  /** Where the connection stood when it was last heard of. */
  connection: { readonly state: BrokerState; readonly reason: string } = { state: 'connecting', reason: '' };
  /** How many fills the broker has reported in this session. */
  fillCount = 0;
  readonly #paper: PaperVenue;
  readonly #accountId: string;
  /** Reports that the kernel has not taken yet. */
  readonly #reports: OrderEvent[] = [];
  /** What was bought or sold by each fill, so that one that is taken back is known. */
  readonly #fills = new Map<string, Pick<Fill, 'symbolId' | 'side' | 'quantity'>>();
  #requests: BrokerRequest[] = [];

  constructor(paper: PaperVenue, { accountId, symbols, priceScale }: SessionConfig) {
    this.#paper = paper;
    this.#accountId = accountId;
    this.figures = new RemoteFigures(accountId, symbols, priceScale);
  }

  /** Hears the broker: what it reports of orders is taken by the kernel next, everything else holds at once. */
  hear(report: BrokerReport): void {
    switch (report.kind) {
      case 'order':
        this.#reports.push(report.event);
        return;
      case 'account':
        this.figures.update(report.figures);
        return;
      case 'connection':
        this.connection = { state: report.state, reason: report.reason };
        return;
      case 'alert':
        // For people alone.
        return;
    }
  }

  /** Whether something waits to be taken to the broker. */
  get hasRequests(): boolean {
    return this.#requests.length > 0;
  }

  /** What waits to be taken to the broker, oldest first; it waits no longer. */
  takeRequests(): readonly BrokerRequest[] {
    const requests = this.#requests;
    this.#requests = [];
    return requests;
  }

  submit(order: RiskApproved<Order>, now: Micros): void {
    this.#requests.push({ type: 'submit', order, now });
  }

  cancel(orderId: string, now: Micros): void {
    this.#requests.push({ type: 'cancel', orderId, now });
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    this.#requests.push({ type: 'replace', orderId, changes, next, now });
  }

  /** The next start asks the broker what became of an order that was sent: there is nothing to restore. */
  restoreOrder(): void {
    // See above.
  }

  restoreCancel(): void {
    // See restoreOrder.
  }

  restoreReplace(): void {
    // See restoreOrder.
  }

  account(accountId: string): AccountView {
    return accountId === this.#accountId ? this.figures : this.#paper.account(accountId);
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    return this.#paper.takeEvent(now) ?? this.#reports.shift();
  }

  apply(event: VenueEvent): void {
    if (!isOrderEvent(event) || isDeskOrderId(event.orderId)) {
      this.#paper.apply(event);
      return;
    }
    // On recovery the record gives the event that its report has brought too.
    if (this.#reports.length > 0) {
      const heard = this.#reports.shift();
      assert(heard?.orderId === event.orderId && heard.type === event.type, 'a recorded event was reported');
    }
    if (event.type === 'filled') {
      const { id, symbolId, side, quantity } = event.fill;
      this.fillCount += 1;
      this.#fills.set(id, { symbolId, side, quantity });
      this.figures.note(event.fill, quantity);
    } else if (event.type === 'busted' || event.type === 'corrected') {
      const fill = this.#fills.get(event.fillId);
      if (fill === undefined) return;
      const left = event.type === 'busted' ? 0 : event.quantity;
      this.figures.note(fill, left - fill.quantity);
      this.#fills.set(event.fillId, { ...fill, quantity: left });
    }
  }

  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined {
    return isDeskOrderId(orderId) ? this.#paper.explain(orderId, now) : undefined;
  }

  snapshot(): unknown {
    return { ...(this.#paper.snapshot() as object), broker: this.figures.last };
  }

  /** Takes up what {@link snapshot} gave, or what a session on the paper exchange alone did. */
  restore(snapshot: unknown): void {
    this.#paper.restore(snapshot);
    const { broker } = snapshot as { readonly broker?: BrokerFigures };
    if (broker !== undefined) this.figures.update(broker);
  }

  // The broker's side is rebuilt from the reports on the tape; only the paper exchange holds what no record says.
  workingState(): unknown {
    return this.#paper.workingState();
  }
  restoreWorking(state: unknown): void {
    this.#paper.restoreWorking(state);
  }

  request(accountId: string, request: VenueRequest, now: Micros): VenueAnswer {
    return this.#paper.request(accountId, request, now);
  }
  deskAccounts(): readonly string[] {
    return this.#paper.deskAccounts();
  }
  accountState(accountId: string, now: Micros): AccountState | undefined {
    return this.#paper.accountState(accountId, now);
  }
  deskOrders(accountId: string): readonly Order[] {
    return this.#paper.deskOrders(accountId);
  }

  advanceTo(time: Micros): void {
    this.#paper.advanceTo(time);
  }
  matchInstant(time: Micros): void {
    this.#paper.matchInstant(time);
  }
  nextDue(): Micros {
    return this.#paper.nextDue();
  }
  onBar(table: BarTable, row: number): void {
    this.#paper.onBar(table, row);
  }
  beginQuietBars(table: BarTable, row: number): Float64Array | undefined {
    return this.#paper.beginQuietBars(table, row);
  }
  endQuietBars(table: BarTable, from: number, to: number): void {
    this.#paper.endQuietBars(table, from, to);
  }
  /** Orders work at the broker: what its bars decide cannot be known here. */
  beginRestingBars(): Float64Array | undefined {
    return undefined;
  }
  endRestingBars(): void {
    throw new AssertionError('no bars pass by orders here');
  }
  onQuoteBar(table: QuoteBarTable, row: number): void {
    this.#paper.onQuoteBar(table, row);
  }
  onQuote(table: QuoteTable, row: number): void {
    this.#paper.onQuote(table, row);
  }
  onPrint(table: PrintTable, row: number): void {
    this.#paper.onPrint(table, row);
  }
  onStatus(table: StatusTable, row: number): void {
    this.#paper.onStatus(table, row);
  }
  onBook(table: BookTable, row: number): void {
    this.#paper.onBook(table, row);
  }
}
