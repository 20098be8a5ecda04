/**
 * The port through which the gateway sees a running kernel. Everything read here is in wire form already;
 * the host owns the conversion from the kernel's integers and the texts of receipts.
 */
import type {
  Account,
  Bars,
  Catalogue,
  Dependency,
  EquityCurve,
  Fills,
  Logs,
  MarketControl,
  OrderExplanation,
  Orders,
  OrderView,
  Performance,
  Positions,
  Quotes,
  ReceiptView,
  RiskDecisionView,
  Scenarios,
  SessionInfo,
  Signals,
  Strategies,
  TopicUpdate,
} from '../contracts/index.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { Command, CommandResult } from '../domain/commands.js';
import type { Order } from '../domain/order.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { AccountState } from '../domain/venueDesk.js';

/** Which bars: the newest `limit` ones that start before `before` (absent: up to now, the forming one included). */
export interface BarsQuery {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly limit: number;
  readonly before?: Micros;
}

/** Receives deltas. Data are upserts as contracts/stream.ts describes and must not be changed afterwards. */
export type UpdateListener = (update: TopicUpdate) => void;

/**
 * A running session. Synchronous reads give the state at one instant; a read and the updates that follow it
 * fit together without a gap. Absent things are `undefined`; the gateway answers 404.
 */
export interface TradingSession {
  /** Price steps per dollar in which {@link Command} prices are given. */
  readonly priceScale: number;
  info(): SessionInfo;
  account(): Account;
  /** Newest points, oldest first. */
  equity(limit: number): EquityCurve;
  /** The fill scenarios of the session's account: the newest `orders` first, the newest `points` oldest first. */
  scenarios(limits: { readonly orders: number; readonly points: number }): Scenarios;
  positions(): Positions;
  /** Newest first. */
  orders(query: { readonly openOnly: boolean; readonly symbol?: string; readonly limit: number }): Orders;
  order(orderId: string): OrderView | undefined;
  /** Newest first. */
  fills(query: { readonly symbol?: string; readonly limit: number }): Fills;
  strategies(): Strategies;
  catalogue(): Catalogue;
  /** Newest first. */
  signals(query: { readonly instanceId?: string; readonly limit: number }): Signals;
  quotes(): Quotes;
  /** Newest first. */
  logs(limit: number): Logs;
  /** Dependencies the session knows of: kernel, tape, source. */
  dependencies(): readonly Dependency[];

  bars(query: BarsQuery): Promise<Bars>;
  receipt(fillId: string): Promise<ReceiptView | undefined>;
  /** Only for open orders. */
  explain(orderId: string): Promise<OrderExplanation | undefined>;
  risk(orderId: string): Promise<RiskDecisionView | undefined>;
  /** Figures of the account so far, without those of tags, and the trades that are open. */
  performance(): Promise<Omit<Performance, 'byTag'>>;
  openTrades(): Promise<readonly TradeDocument[]>;
  /** The figures of an account of the venue's desk, in the kernel's integers. */
  accountState(accountId: string): Promise<AccountState | undefined>;
  /** Ids of the desk's open accounts, in the order in which they were opened. */
  deskAccounts(): Promise<readonly string[]>;
  /** Open orders of an account of the desk as they were entered or replaced last, oldest first. */
  deskOrders(accountId: string): Promise<readonly Order[]>;

  /**
   * Puts a command to the kernel; resolves when its record is durable. A refusal is a value; rejects with
   * `OVERLOADED`, `SHUTTING_DOWN` or `KERNEL_UNRESPONSIVE` when the command was not taken.
   */
  command(command: Command): Promise<CommandResult>;
  /** Steers the market's clock; rejects with `REQUEST_INVALID` where {@link SessionInfo.controllable} is false. */
  control(control: MarketControl): Promise<void>;

  /** Calls `listener` with every delta but those of bars; returns a function that ends it. */
  onUpdate(listener: UpdateListener): () => void;
  /** Calls `listener` with the forming and newly finished bars of one series; returns a function that ends it. */
  watchBars(symbol: string, timeframe: Timeframe, listener: UpdateListener): () => void;
}
