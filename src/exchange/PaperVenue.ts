/**
 * The paper exchange as the kernel and the host see it: the engine's exchange, and the desk with the accounts of
 * programs beside it. Every account trades against the market alone and none against another (M2), so each has an
 * exchange of its own; they share the marks, the fill numbers, and among the desk's accounts the queue of reports.
 * Shadow accounts take the engine's orders too, under other fill models, and share nothing but the marks.
 */
import type { AccountView } from '../domain/account.js';
import type {
  BarTable,
  BookTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from '../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds } from '../domain/order.js';
import type { MergedVenue, PromptVenue, RuinVenue, SimulatedVenue } from '../domain/ports.js';
import type { OpenOrderExplanation } from '../domain/receipt.js';
import type { SessionConfig } from '../domain/session.js';
import type { Micros } from '../domain/units.js';
import type { AccountState, VenueAnswer, VenueRequest } from '../domain/venueDesk.js';
import { isDeskOrderId } from '../domain/venueDesk.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { isDeskEvent } from '../domain/venueEvents.js';
import { VenueDesk } from './accounts/VenueDesk.js';
import { OwnActivity } from './OwnActivity.js';
import { PaperExchange } from './PaperExchange.js';
import type { Preset } from './preset.js';
import { presetOf } from './presets.js';
import { ShadowAccounts } from './shadows/ShadowAccounts.js';

/** See the module header. One per session. */
export class PaperVenue implements SimulatedVenue {
  /** The exchange of the engine's account. */
  readonly exchange: PaperExchange;
  readonly desk: VenueDesk;
  readonly shadows: ShadowAccounts;
  /** What the session's own orders do in the books of the market; shadow accounts are not in it. */
  readonly activity = new OwnActivity();
  /** Between a first recorded message and the working state of the tape's end. */
  #recovering = false;
  readonly #accountId: string;

  /** Throws `PRESET_UNKNOWN`, `CONFIG_INVALID` for an unknown fee plan, `CALENDAR_RANGE` outside the calendar. */
  constructor(config: SessionConfig, preset: Preset = presetOf(config.preset)) {
    const fillIds = { last: 0 };
    const { activity } = this;
    this.exchange = new PaperExchange(config, preset, { fillIds, activity });
    this.desk = new VenueDesk(config, this.exchange, fillIds, activity);
    this.shadows = new ShadowAccounts(config, this.exchange);
    this.#accountId = config.accountId;
  }

  get prompt(): PromptVenue {
    return this.exchange.prompt;
  }

  /** Undefined while other accounts than the engine's look at bars or take its orders too. */
  get merged(): MergedVenue | undefined {
    return this.desk.isAwake || this.shadows.accounts.length > 0 ? undefined : this.exchange.merged;
  }

  /** As the exchange's; shadow accounts hear of the cancels, also on recovery. */
  readonly ruin: RuinVenue = {
    begin: (now) => {
      for (const orderId of [...this.exchange.book.orders.keys()]) this.shadows.cancel(orderId, now);
      this.exchange.ruin.begin(now);
    },
    hasten: (now) => this.exchange.ruin.hasten(now),
    finish: (now) => this.exchange.ruin.finish(now),
  };

  get preset(): Preset {
    return this.exchange.preset;
  }

  /** Whether no order of any real account is open or on its way. */
  get isIdle(): boolean {
    if (this.exchange.book.orders.size > 0) return false;
    for (const { exchange } of this.desk.accounts.values()) if (exchange.book.orders.size > 0) return false;
    return true;
  }

  submit(order: Order, now: Micros): void {
    this.shadows.submit(order, now);
    this.exchange.submit(order, now);
  }

  cancel(orderId: string, now: Micros): void {
    // What is asked again after a recovery was asked of the shadow accounts when it was recorded.
    if (!this.#recovering) this.shadows.cancel(orderId, now);
    this.exchange.cancel(orderId, now);
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    if (!this.#recovering) this.shadows.replace(orderId, changes, next, now);
    this.exchange.replace(orderId, changes, next, now);
  }

  restoreCancel(orderId: string, now: Micros): void {
    this.#recovering = true;
    this.shadows.cancel(orderId, now);
  }

  restoreReplace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    this.#recovering = true;
    this.shadows.replace(orderId, changes, next, now);
  }

  account(accountId: string): AccountView {
    const { accounts } = this.desk;
    return (accounts.size === 0 ? undefined : accounts.get(accountId)?.book) ?? this.exchange.account(accountId);
  }

  request(accountId: string, request: VenueRequest, now: Micros): VenueAnswer {
    this.advanceTo(now);
    return this.desk.request(accountId, request, now);
  }

  deskAccounts(): readonly string[] {
    return [...this.desk.accounts.keys()];
  }

  accountState(accountId: string, now: Micros): AccountState | undefined {
    return this.desk.accountState(accountId, now);
  }

  deskOrders(accountId: string): readonly Order[] {
    return this.desk.openOrders(accountId);
  }

  advanceTo(time: Micros): void {
    this.exchange.advanceTo(time);
    this.desk.advanceTo(time);
  }

  onBar(table: BarTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onBar(table, row);
    if (this.desk.isAwake) this.desk.onBar(table, row);
    if (this.shadows.isAwake) this.shadows.onBar(table, row);
  }

  beginQuietBars(table: BarTable, row: number): Float64Array | undefined {
    const isBusy = this.desk.isAwake || this.shadows.accounts.length > 0;
    return isBusy ? undefined : this.exchange.beginQuietBars(table, row);
  }

  endQuietBars(table: BarTable, from: number, to: number): void {
    this.exchange.endQuietBars(table, from, to);
  }

  beginRestingBars(table: BarTable, row: number): Float64Array | undefined {
    const isBusy = this.desk.isAwake || this.shadows.accounts.length > 0;
    return isBusy ? undefined : this.exchange.beginRestingBars(table, row);
  }

  endRestingBars(table: BarTable, from: number, to: number): void {
    this.exchange.endRestingBars(table, from, to);
  }

  onQuoteBar(table: QuoteBarTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onQuoteBar(table, row);
    if (this.desk.isAwake) this.desk.onQuoteBar(table, row);
    if (this.shadows.isAwake) this.shadows.onQuoteBar(table, row);
  }

  onQuote(table: QuoteTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onQuote(table, row);
    if (this.desk.isAwake) this.desk.onQuote(table, row);
    if (this.shadows.isAwake) this.shadows.onQuote(table, row);
  }

  onPrint(table: PrintTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onPrint(table, row);
    if (this.desk.isAwake) this.desk.onPrint(table, row);
    if (this.shadows.isAwake) this.shadows.onPrint(table, row);
  }

  onStatus(table: StatusTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onStatus(table, row);
    if (this.desk.isAwake) this.desk.onStatus(table, row);
    if (this.shadows.isAwake) this.shadows.onStatus(table, row);
  }

  onBook(table: BookTable, row: number): void {
    this.shadows.beforeRow(table.symbolId[row] ?? -1, table.time[row] ?? 0);
    this.exchange.onBook(table, row);
    if (this.desk.isAwake) this.desk.onBook(table, row);
    if (this.shadows.isAwake) this.shadows.onBook(table, row);
  }

  matchInstant(time: Micros): void {
    this.exchange.matchInstant(time);
    this.desk.matchInstant(time);
  }

  nextDue(): Micros {
    return Math.min(this.exchange.nextDue(), this.desk.nextDue());
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    return this.desk.takeEvent(now) ?? this.exchange.takeEvent(now);
  }

  apply(event: VenueEvent): void {
    if (isDeskEvent(event, this.#accountId)) {
      this.desk.apply(event);
      return;
    }
    if (event.type === 'booked') this.#applyBooking(event);
    else this.exchange.apply(event);
    this.shadows.noteReported(event);
  }

  /** On recovery a corporate action on the engine's account makes the market's prices follow. */
  #applyBooking(event: Extract<VenueEvent, { type: 'booked' }>): void {
    const isRecorded = this.exchange.apply(event);
    if (isRecorded) this.desk.followAction(event.note, event.symbolId);
  }

  restoreOrder(order: Order, now: Micros): void {
    this.#recovering = true;
    this.shadows.submit(order, now);
    this.exchange.restoreOrder(order, now);
  }

  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined {
    return isDeskOrderId(orderId) ? this.desk.explain(orderId, now) : this.exchange.explain(orderId, now);
  }

  snapshot(): unknown {
    const shadows = this.shadows.accounts.length > 0 ? { shadows: this.shadows.snapshot() } : {};
    return { ...(this.exchange.snapshot() as object), ...this.#deskPart(this.desk.snapshot()), ...shadows };
  }

  restore(snapshot: unknown): void {
    this.exchange.restore(snapshot);
    this.desk.restore(partOf(snapshot, 'desk'));
    this.shadows.restore(partOf(snapshot, 'shadows'));
  }

  workingState(): unknown {
    return { ...(this.exchange.workingState() as object), ...this.#deskPart(this.desk.workingState()) };
  }

  restoreWorking(state: unknown): void {
    this.exchange.restoreWorking(state);
    this.desk.restoreWorking(partOf(state, 'desk'));
    this.#recovering = false;
  }

  /** A venue whose desk was never used is recorded as one without a desk. */
  #deskPart(state: unknown): object {
    return this.desk.isUsed ? { desk: state } : {};
  }
}

function partOf(state: unknown, part: 'desk' | 'shadows'): unknown {
  return typeof state === 'object' && state !== null && part in state ? Reflect.get(state, part) : undefined;
}
