/**
 * The shadow accounts of a session: the orders of the engine's account, taken also under other fill models on the same
 * market rows (M4). They read the engine's exchange and never write to it, report nothing to the kernel, and are due
 * for nothing in its loop, so the session decides the same with and without them.
 *
 * Nothing of them is recorded to be applied: they are rebuilt by the same rows and the same messages of the engine,
 * live as on recovery. So they may depend only on what is the same in both: rows, what the engine asked for, and what
 * was reported to it, never on what the engine's exchange has decided and not yet reported.
 */
import type {
  BarTable,
  BookTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from '../../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { PaperExchange } from '../PaperExchange.js';
import { ClientOrderIds } from '../ClientOrderIds.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { wholeShareUnit } from '../accounts/actions.js';
import { marketOf, moneyOf } from '../snapshot.js';
import { FollowedOrders } from './followedOrder.js';
import { ReportedOrders } from './ReportedOrders.js';
import { ShadowAccount } from './ShadowAccount.js';
import type { ObservedMarket } from './ShadowExchange.js';

/** See the module header. */
export class ShadowAccounts {
  /** In the order of the configuration. */
  accounts: readonly ShadowAccount[];
  readonly #config: SessionConfig;
  readonly #engine: PaperExchange;
  readonly #accountId: string;
  /** Those with an open order. */
  #awake: readonly ShadowAccount[] = [];
  #instant: Micros = 0;
  /** How many rows of each symbol came, by symbol id. */
  readonly #rows: Float64Array;
  readonly #markets = new Map<number, ObservedMarket>();
  readonly #reported: ReportedOrders;
  readonly #clientOrderIds = new ClientOrderIds();

  /** Throws `PRESET_UNKNOWN`. */
  constructor(config: SessionConfig, engine: PaperExchange) {
    this.#config = config;
    this.#engine = engine;
    this.#accountId = config.accountId;
    this.#rows = new Float64Array(config.symbols.length);
    this.#reported = new ReportedOrders(config.symbols.length);
    this.accounts = (config.shadowPresets ?? []).map(
      (preset) => new ShadowAccount(config, preset, engine, this.#reported),
    );
  }

  /** Whether a row of the market matters. */
  get isAwake(): boolean {
    return this.#awake.length > 0;
  }

  /** A row of `time` is about to be observed by the engine's exchange: what came before it is decided first. */
  beforeRow(symbolId: number, time: Micros): void {
    if (this.accounts.length === 0) return;
    this.#rows[symbolId] = (this.#rows[symbolId] ?? 0) + 1;
    if (time === this.#instant || this.#awake.length === 0) return;
    this.#instant = time;
    for (const { exchange } of this.#awake) exchange.begin(time);
    this.#findAwake();
  }

  onBar(table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) if (exchange.takesRow(symbolId)) exchange.onBar(table, row);
  }

  onQuoteBar(table: QuoteBarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) if (exchange.takesRow(symbolId)) exchange.onQuoteBar(table, row);
  }

  onQuote(table: QuoteTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) {
      if (exchange.takesRow(symbolId)) exchange.onQuote(table, row);
      else exchange.noteChannel(table.time[row] ?? 0);
    }
  }

  onPrint(table: PrintTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) {
      if (exchange.takesRow(symbolId)) exchange.onPrint(table, row);
      else exchange.noteChannel(table.time[row] ?? 0);
    }
  }

  onStatus(table: StatusTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) {
      if (exchange.takesRow(symbolId)) exchange.onStatus(table, row);
      else exchange.noteChannel(table.time[row] ?? 0);
    }
  }

  onBook(table: BookTable, row: number): void {
    const symbolId = table.symbolId[row] ?? -1;
    for (const { exchange } of this.#awake) {
      if (exchange.takesRow(symbolId)) exchange.onBook(table, row);
      else exchange.noteChannel(table.time[row] ?? 0);
    }
  }

  submit(order: Order, now: Micros): void {
    if (this.accounts.length === 0) return;
    this.#reported.submitted(order);
    if (!this.#useClientOrderIds(order)) return;
    const copies = new FollowedOrders(order);
    const market = this.#marketOf(order.symbolId);
    for (const account of this.accounts) account.submit(order, copies, market, now);
    this.#findAwake();
  }

  cancel(orderId: string, now: Micros): void {
    if (this.#awake.length === 0) return;
    const ids = this.#reported.idsOf(orderId);
    for (const account of this.#awake) account.cancel(ids, now);
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    if (this.#awake.length === 0) return;
    const ids = this.#reported.idsOf(orderId);
    for (const account of this.#awake) account.replace(ids, changes, next, now);
    this.#reported.replacing(orderId, next.id);
  }

  /** Follows a report that the engine was given. */
  noteReported(event: VenueEvent): void {
    if (this.accounts.length === 0 || !isOrderEvent(event)) return;
    if (event.type !== 'filled') {
      this.#reported.report(event);
      return;
    }
    const { symbolId, reportTime } = event.fill;
    // What was decided before knew nothing of it, whenever that is worked out.
    for (const { exchange } of this.#awake) exchange.settle(reportTime);
    this.#reported.report(event);
    if (this.#reported.positions[symbolId] !== 0) return;
    for (const account of this.#awake) account.cancelEntries(symbolId, reportTime);
  }

  /** Decides all that came up to `now`; the rows of `now` have been observed. */
  settle(now: Micros): void {
    for (const { exchange } of this.accounts) exchange.settle(now);
    this.#findAwake();
  }

  /** Ends them all: nothing is followed any more. */
  end(): void {
    this.accounts = [];
    this.#awake = [];
  }

  /** What the next session goes on from, by preset. */
  snapshot(): unknown {
    return Object.fromEntries(this.accounts.map((account) => [account.preset, account.snapshot()]));
  }

  /**
   * Begins where the session before ended; the engine's exchange has been restored. An account that was not kept then
   * begins as the engine's.
   */
  restore(state: unknown): void {
    const kept: Readonly<Record<string, unknown>> = typeof state === 'object' && state !== null ? { ...state } : {};
    const { book } = this.#engine;
    const engine = book.account(this.#accountId);
    for (const account of this.accounts) {
      account.restore(kept[account.preset] ?? moneyOf(engine));
    }
    for (const id of engine.clientOrderIds) this.#clientOrderIds.use(id);
    this.#reported.positions.set(engine.quantities);
    this.#split();
  }

  /** Splits of the session's day, on what was carried over; they come before anything that the day brings. */
  #split(): void {
    const { startTime, corporateActions = [] } = this.#config;
    const date = newYorkDate(startTime);
    const { positions } = this.#reported;
    for (const dated of corporateActions) {
      const { exDate, symbolId, action } = dated;
      if (action.kind !== 'split' || parseDate(exDate) !== date) continue;
      for (const account of this.accounts) account.split(dated, date, startTime);
      const held = positions[symbolId] ?? 0;
      const unit = wholeShareUnit(held);
      positions[symbolId] = Math.trunc((held * action.newShares) / action.oldShares / unit) * unit;
    }
  }

  /** What the engine's exchange has observed of a symbol, told anew when another row has come. */
  #marketOf(symbolId: number): ObservedMarket {
    const rows = this.#rows[symbolId] ?? 0;
    const known = this.#markets.get(symbolId);
    if (known?.rows === rows) return known;
    const { book, watch } = this.#engine;
    const symbol = book.symbols[symbolId];
    const observed = { rows, symbol: symbol && marketOf(symbol), rules: watch.rulesStateOf(symbolId) };
    this.#markets.set(symbolId, observed);
    return observed;
  }

  /** Marks the client order ids of an order as used; false if any was used before, which the venue refuses. */
  #useClientOrderIds(order: Order): boolean {
    let isFresh = this.#clientOrderIds.use(order.clientOrderId);
    for (const leg of order.legs ?? []) isFresh = this.#useClientOrderIds(leg) && isFresh;
    return isFresh;
  }

  #findAwake(): void {
    this.#awake = this.accounts.filter(({ exchange }) => exchange.isAwake);
    if (this.#awake.length === 0) this.#reported.forgetEnded();
  }
}
