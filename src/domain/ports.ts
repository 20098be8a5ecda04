/**
 * The ports between the kernel and the world. Adapters and the exchange implement them; each port has one
 * conformance suite for all implementations.
 */
import type { AccountView } from './account.js';
import type { Command, CommandResult } from './commands.js';
import type { Fill } from './fill.js';
import type { JobBatch, JobListener } from './jobs.js';
import type {
  BarTable,
  MarketBatch,
  MarketTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
  BookTable,
} from './marketTables.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from './order.js';
import type { OrderTransition } from './orderState.js';
import type { PromptFill } from './promptFill.js';
import type { OpenOrderExplanation } from './receipt.js';
import type { RiskDecision } from './risk.js';
import type { Signal } from './signal.js';
import type { Timeframe } from './timeframe.js';
import type { LedgerRecord } from './trialLedger.js';
import type { Micros } from './units.js';
import type { AccountState, VenueAnswer, VenueRequest } from './venueDesk.js';
import type { VenueEvent } from './venueEvents.js';

/**
 * Takes orders. One-way: `submit`, `cancel` and `replace` return nothing, every outcome is a {@link VenueEvent} that
 * enters the kernel as a logged event.
 */
export interface Broker {
  /** Sends an order; `now` is the decision time. The order object is live and must not be kept mutable. */
  submit(order: RiskApproved<Order>, now: Micros): void;
  /** Asks to cancel; an order that is already final answers `cancelRejected`. */
  cancel(orderId: string, now: Micros): void;
  /**
   * Asks to let an order go on under other terms, as a new order with the ids of `next`. Answered by `replaced` or,
   * like a cancel that comes too late, by `replaceRejected`; what fills before it arrives stays filled.
   */
  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void;
  /** What the broker says of the account. */
  account(accountId: string): AccountView;
}

/**
 * An exchange simulated inside the kernel. Calls within one instant (all rows of one time) come in this order:
 * `advanceTo(t)`; the `on…` methods of that instant's rows in stream order; `matchInstant(t)`; afterwards
 * orders may be submitted. The kernel drains `takeEvent` after each of these steps until it is empty. While no
 * order is open and `nextDue` is Infinity, `advanceTo` and `matchInstant` have nothing to do and are left out.
 *
 * Deciding (`advanceTo`, `matchInstant`, `submit`, `cancel`, `replace`) makes events. The venue applies each to its own
 * books at the moment it decides it, because the next decision of the same instant depends on it; the report
 * latency only delays `takeEvent`. The kernel calls `apply` for each event it took, in the order it took them,
 * after it has logged it; for those calls nothing is left to change. Recovery calls `on…`, `restoreOrder` and
 * `apply` with recorded events, takes nothing and never decides again (K1); then `apply` makes the change. It ends
 * with `restoreWorking`, before the first call that decides.
 *
 * What is due at a time `t` without a market row happens in `advanceTo(t)` followed by `matchInstant(t)`.
 */
export interface SimulatedExchange extends Broker {
  /** Lets everything happen that is due strictly before `time`: arrivals of orders and cancels, session ends. */
  advanceTo(time: Micros): void;
  onBar(table: BarTable, row: number): void;
  /**
   * Where the closes of the symbol of `row` are to be written, by symbol id, instead of giving the rows from `row` on
   * to {@link onBar} one by one; undefined if they must be given. Until {@link endQuietBars} no order is submitted but
   * with the last of these rows.
   */
  beginQuietBars(table: BarTable, row: number): Float64Array | undefined;
  /** The rows [from, to) of one symbol were observed, their closes above 0 written as marks. */
  endQuietBars(table: BarTable, from: number, to: number): void;
  /**
   * For bars that pass by the orders at work: a bar whose low is above the first and whose high is below the second of
   * the two prices decides nothing, so that {@link endRestingBars} may stand for {@link onBar} and {@link matchInstant}
   * with it and those after it, until something is asked of the venue, and before {@link nextDue}. Undefined if orders
   * of other symbols are open too, or if more than the bars of the symbol of `row` bears on them.
   */
  beginRestingBars(table: BarTable, row: number): Float64Array | undefined;
  /** The rows [from, to), each an instant of its own, were observed and decided nothing. */
  endRestingBars(table: BarTable, from: number, to: number): void;
  onQuoteBar(table: QuoteBarTable, row: number): void;
  onQuote(table: QuoteTable, row: number): void;
  onPrint(table: PrintTable, row: number): void;
  onStatus(table: StatusTable, row: number): void;
  onBook(table: BookTable, row: number): void;
  /** Decides fills on all that was observed at `time`. */
  matchInstant(time: Micros): void;
  /** The next time at which something is due: an arrival, a session's boundary or a report; Infinity if none. */
  nextDue(): Micros;
  /** The oldest undelivered event whose report is due at or before `now`, removed from the queue. */
  takeEvent(now: Micros): VenueEvent | undefined;
  /** Changes the state by a recorded event: books, reserves, positions, ledger; see above for taken events. */
  apply(event: VenueEvent): void;
  /** Enters an order into the state without deciding anything (the recorded submission, on recovery). */
  restoreOrder(order: Order, now: Micros): void;
  /** Why an open order has not filled yet. */
  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined;
  /** Canonical, JSON-safe state of orders, accounts and ledger: equal states give equal values. */
  snapshot(): unknown;
  /** Restores what {@link snapshot} gave. Throws an assertion for a foreign shape. */
  restore(snapshot: unknown): void;
  /**
   * What neither the events taken so far nor the market's rows give back: places in queues, sizes taken, messages
   * and reports under way. JSON-safe and small; taken between instants and recorded with each group of a tape.
   */
  workingState(): unknown;
  /** Ends a recovery: puts the {@link workingState} of its last group over what the recorded events gave. */
  restoreWorking(state: unknown): void;
}

/**
 * A simulated exchange with a desk at which programs trade accounts of their own, beside the engine's account (which
 * is that of the session's configuration). Reports about the desk's accounts have no report latency and are taken
 * before others; `apply` takes them like all others. A desk's account is restored from its events, its snapshot and
 * the working state alone: no request is decided again (K1).
 */
export interface SimulatedVenue extends SimulatedExchange {
  /**
   * Decides a request at `now`, after what was due before. A refusal leaves nothing behind; what an acceptance brings
   * about are events, the first of them due now. Never called while recorded events are applied.
   */
  request(accountId: string, request: VenueRequest, now: Micros): VenueAnswer;
  /**
   * A cancel or replace that the engine asked for, on recovery. Its outcome is in the record; what the venue does not
   * keep there, such as shadow accounts, follows the asking.
   */
  restoreCancel(orderId: string, now: Micros): void;
  restoreReplace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void;
  /** For sinks that do not follow orders; a venue without it takes every order by `submit`. */
  readonly prompt?: PromptVenue | undefined;
  /** For many bars at one time; a venue without it takes every bar by `onBar` and every order by `submit`. */
  readonly merged?: MergedVenue | undefined;
  /** Ends the engine's account once it is ruined; a venue without it never does. */
  readonly ruin?: RuinVenue | undefined;
  /** Ids of the desk's open accounts, in the order in which they were opened. */
  deskAccounts(): readonly string[];
  /** The figures of an account of the desk at `now`; undefined for any other id. */
  accountState(accountId: string, now: Micros): AccountState | undefined;
  /** Open orders of an account of the desk as they were entered or replaced last, oldest first. */
  deskOrders(accountId: string): readonly Order[];
}

/**
 * How a venue ends the engine's account whose equity is 0 or below. While recorded events are applied it decides
 * nothing.
 */
export interface RuinVenue {
  /** Has everything that was decided reported now, latency or not: a wind-up is bookkeeping, not trading. */
  hasten(now: Micros): void;
  /**
   * Cancels every open order at once, those on their way too. Each order that is submitted from here on closes a
   * position: it is accepted and filled whole at the mark of its symbol. May be called again.
   */
  begin(now: Micros): void;
  /** Writes off what is left of the equity, whatever its sign, once nothing is held: a booking of its own. */
  finish(now: Micros): void;
}

/**
 * What a simulated venue offers for prompt orders: market orders of the day that come while no other order is open and
 * that the very next bar fills whole. Most orders of a backtest are. {@link judge} and {@link fill} have the outcome of
 * submitting the order, observing and matching the bar, and taking and applying the reports, in one step.
 */
export interface PromptVenue {
  /**
   * Whether the order, submitted now, would be accepted and filled whole by a row, if that is the next one and nothing
   * else happens before. No order is open and nothing is due. It changes nothing that submitting would not change. The
   * order may be without texts (`Order.number`).
   */
  judge(order: Order, now: Micros, table: BarTable, row: number): boolean;
  /**
   * Submits the order that was judged last, observes the row for which that was true, and gives the fill, of which
   * nothing is reported. The rows before were observed. The fill is written over by the next one.
   */
  fill(table: BarTable, row: number): PromptFill;
}

/**
 * What a simulated venue offers for a run of instants of one table of bars of many symbols: bars on which nothing can
 * be decided are observed all at once, and market orders of the day can wait (each in a place of its own, a small
 * number) for the next bar of their symbol instead of working. Nothing is reported of an order that waits. Each answer
 * has the outcome of submitting orders, observing and matching the bars, and taking and applying the reports.
 */
export interface MergedVenue {
  /** Begins a run over rows of a table, whose timeframe has this code; false if the venue has to see every bar. */
  begin(code: number, table: BarTable): boolean;
  /**
   * Observes the rows [from, to) of one instant and returns how many of them orders may be decided on, those of symbols
   * with orders that work or wait: their numbers are the first of {@link decisive}. Nothing is decided yet.
   */
  observe(from: number, to: number): number;
  readonly decisive: Int32Array;
  /**
   * Takes an order as submitted and accepted now, to wait for the next bar of its symbol, and returns its place; −1,
   * and nothing is changed, if it is none that can wait. Its ids have no texts; it may be written over once its place
   * is free again.
   */
  accept(order: Order, now: Micros): number;
  /** The place of the order that waits in a symbol; −1 if none does. */
  placeOf(symbolId: number): number;
  /**
   * Decides on the order of a place by a row that was observed and begins after it came. Gives the fill, which is
   * written over by the next one, and frees the place; undefined, and nothing is changed, if it is not filled whole.
   */
  fill(place: number, row: number): PromptFill | undefined;
  /**
   * Lets the order of a place work, as if it never waited, and frees the place; in the order in which they came. It has
   * the texts of its ids now.
   */
  release(place: number, order: Order): void;
  /** Lets orders that work be decided on by a row that was observed, in the next `matchInstant`. */
  touch(row: number): void;
  /** Ends the run; no order waits. */
  end(): void;
}

/** Life cycle of a strategy instance. */
export type StrategyState = 'warmingUp' | 'running' | 'stopped' | 'quarantined';

/** Where the kernel's decisions go. Arguments are live objects: whoever keeps them copies them. */
export interface KernelSink {
  /**
   * Says that the sink needs no {@link onOrder} and no {@link onVenueEvent}: of prompt orders (`PromptVenue`) and of
   * those that wait (`MergedVenue`) it is told by {@link onSignal} and {@link onPromptFill} alone, and signals and
   * orders may come without texts (`Signal.number`, `Order.number`).
   */
  readonly ignoresOrders?: boolean;
  /**
   * Called in place of {@link onFill} for those orders; `order` is the number of the order. Fills of all others come by
   * {@link onFill}, and without this method those do too.
   */
  onPromptFill?(fill: PromptFill, order: number): void;
  onSignal(signal: Signal, decision: RiskDecision, order: Order | undefined): void;
  /**
   * After each transition; `venueEvent` is the report that caused it, if one did. Orders that no signal stands for
   * carry `decision` with their first transition.
   */
  onOrder(
    order: Order,
    transition: OrderTransition,
    venueEvent: VenueEvent | undefined,
    decision: RiskDecision | undefined,
  ): void;
  /** Every report of the venue, before anything is done about it. */
  onVenueEvent(event: VenueEvent): void;
  onFill(fill: Fill, order: Order): void;
  onStrategy(instanceId: string, state: StrategyState, time: Micros, error: string | undefined): void;
  onCommand(command: Command, result: CommandResult, time: Micros): void;
  /** A line a strategy logged. */
  onLog(instanceId: string, time: Micros, text: string): void;
}

/**
 * A recorded or simulated market that is read by time. Deterministic: the same stream read in any portions
 * gives the same events.
 */
export interface MarketStream {
  /** Symbol names; the index is the symbol id of every row. */
  readonly symbols: readonly string[];
  /** Time of the next event; Infinity at the end. */
  peekTime(): Micros;
  /** All events up to and including `time`, but whole instants and at most about `maxEvents`; empty if none. */
  readUntil(time: Micros, maxEvents: number): MarketBatch;
}

/** How history is adjusted on reading: not at all, for splits, or for splits and dividends. */
export type AdjustMode = 'raw' | 'split' | 'all';

/** Kinds of history that a store keeps. */
export type HistoryKind = 'bar' | 'quoteBar' | 'quote' | 'print';

/** What history is wanted. Dates are New York trading dates `YYYY-MM-DD`, both inclusive. */
export interface HistoryQuery {
  /** The index of a symbol here is its id in the answer's rows. */
  readonly symbols: readonly string[];
  readonly kind: HistoryKind;
  /** Required for `bar` and `quoteBar`. */
  readonly timeframe?: Timeframe;
  readonly from: string;
  readonly to: string;
  readonly adjust: AdjustMode;
  /**
   * The New York date whose shares adjusted prices are of: splits and dividends with later ex-dates do not count.
   * Without it they are of the newest factors.
   */
  readonly adjustTo?: string;
  /** Whether rows outside regular hours are wanted. */
  readonly extendedHours: boolean;
  /**
   * The source whose data of one venue, sampled or simulated, are wanted, such as `alpaca/iex`. Without it the answer
   * holds consolidated data alone; the two are never in one answer (X6).
   */
  readonly feed?: string;
  /**
   * What the store would have answered at this time: rows, factors and corporate actions as received by then (X4).
   * Without it they are as revised.
   */
  readonly knownAt?: Micros;
}

/** Stored history of one symbol, kind and timeframe: consolidated data only. */
export interface HistoryCoverage {
  readonly symbol: string;
  readonly kind: HistoryKind;
  readonly timeframe: Timeframe | undefined;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Stored market history. */
export interface HistoryStore {
  /**
   * One table of all symbols, merged by time, then symbol. Prices are at {@link RAW_PRICE_SCALE} for `raw`
   * and at {@link ADJUSTED_PRICE_SCALE} otherwise. Throws `DATA_MISSING` naming each symbol without a row. Columns
   * may be shared with other answers and are not to be written to, except `symbolId`, which is the caller's.
   */
  load(query: HistoryQuery): Promise<MarketTable>;
  coverage(): Promise<readonly HistoryCoverage[]>;
}

/**
 * What an event log takes at the moment: everything; only essential records, because the disk is full; nothing
 * ever again, because the disk failed; nothing, because it was closed.
 */
export type EventLogState = 'open' | 'halted' | 'failed' | 'closed';

/**
 * The tape's decision log: an append-only sequence of records whose meaning is the writer's. One writer.
 *
 * Records collect in memory until `commit` writes them as one group, of which after a power cut all or none is
 * there. Nothing may leave the process before the commit of its record has returned (K3).
 */
export interface EventLog {
  readonly state: EventLogState;
  /** Number of the last record appended, committed or not; 0 if none. Numbers start at 1 without gaps. */
  readonly lastSeq: number;
  /** Number of the last record that is durable. */
  readonly durableSeq: number;
  /** Records appended since the last commit. */
  readonly pendingCount: number;
  /**
   * Adds a record to the next group and returns its number. `type` is 0 to 255; the payload is copied.
   * An `essential` record (a cancel, the kill switch) is taken while the disk is full. Throws `STORAGE_FULL`
   * while halted, `OVERLOADED` when the group has reached its limit and must be committed first, and after a
   * failure the error of that failure.
   */
  append(type: number, time: Micros, payload: Uint8Array, essential?: boolean): number;
  /**
   * Makes the appended records durable and returns the number of the last. Throws `STORAGE_FULL` if not even the
   * reserve holds them (they stay pending), `JOURNAL_SYNC_FAILED` or `STORAGE_READ_ONLY` if the disk failed: the
   * outcome of the pending records is then unknown and the process must stop.
   */
  commit(): number;
  /** Forgets the pending records; their numbers are used again. */
  discardPending(): void;
  /** Leaves `halted` if the disk has room for the reserve again; returns whether the log is open. */
  resume(): boolean;
  /** Commits what is pending, releases the reserve and closes. */
  close(): void;
}

/** Where the blocks of a command log go, in order. */
export interface BlockSink {
  /** Takes all of `block`, which its owner writes over afterwards, or throws and has taken nothing. */
  write(block: Uint8Array): void;
}

/**
 * Runs jobs, as many at a time as there are workers; results do not depend on their number. A worker that ends while
 * it runs a job has that job run again, once; if that ends a worker too, the job fails with `JOB_WORKER_LOST`.
 */
export interface JobQueue {
  /**
   * Resolves when `listener` has heard of every job. Batches run one after the other. Rejects with `JOBS_CANCELLED`
   * once `signal` aborts, soon and without waiting for running jobs; with `JOB_QUEUE_UNAVAILABLE` if the queue cannot
   * be reached; with the error of the setup if that cannot be worked on; and with `STRATEGY_STUCK` when a job does not
   * return from a hook of a strategy, which ends all jobs: it would not return on another worker either.
   */
  run(batch: JobBatch, listener: JobListener, signal?: AbortSignal): Promise<void>;
  /** Ends what belongs to this queue; running batches are cancelled. */
  close(): Promise<void>;
}

/** The trial ledger of a data directory: append-only, shared by all processes that work on it. */
export interface TrialLedger {
  /** Appends a record, which is durable when this returns. Throws `DATA_DIR_UNUSABLE`, `STORAGE_FULL`. */
  append(record: LedgerRecord): void;
  /** Every record, oldest first, and how many were damaged and are left out. Throws `DATA_DIR_UNUSABLE`. */
  read(): { readonly records: readonly LedgerRecord[]; readonly damaged: number };
}
