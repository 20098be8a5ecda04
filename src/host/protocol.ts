/** Messages between a session's thread and the process around it; structured-clone safe. */
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { SessionPerformance } from './SessionTrades.js';
import type {
  Bars,
  MarketControl,
  OrderExplanation,
  ReceiptView,
  RiskDecisionView,
  TopicUpdate,
} from '../contracts/index.js';
import type {
  BarRow,
  CorporateActionRow,
  LatestRows,
  MarketRow,
  PrintRow,
  QuoteRow,
  RowsQuery,
  VenueBarsQuery,
} from '../api/alpaca/PaperVenue.js';
import type { BarsQuery } from '../api/tradingSession.js';
import type { Command, CommandResult } from '../domain/commands.js';
import type { ErrorCode } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { AccountState } from '../domain/venueDesk.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { StorageNotice } from '../storage/eventLog.js';
import type { SessionRecord } from './readTape.js';
import type { ClosingPrices } from './tapeRecords.js';

/** What can be asked of a session, and what it answers. */
export interface SessionCalls {
  command: { args: Command; result: CommandResult };
  control: { args: MarketControl; result: null };
  bars: { args: BarsQuery; result: Bars };
  receipt: { args: string; result: ReceiptView | null };
  explain: { args: string; result: OrderExplanation | null };
  risk: { args: string; result: RiskDecisionView | null };
  /** Figures of an account of the desk; null for any other id. */
  accountState: { args: string; result: AccountState | null };
  /** Ids of the desk's open accounts. */
  deskAccounts: { args: null; result: readonly string[] };
  /** Open orders of an account of the desk, oldest first. */
  deskOrders: { args: string; result: readonly Order[] };
  /** Quotes and prints of a symbol, ascending. */
  marketQuotes: { args: RowsQuery; result: readonly QuoteRow[] };
  marketPrints: { args: RowsQuery; result: readonly PrintRow[] };
  marketBars: { args: VenueBarsQuery; result: readonly BarRow[] };
  marketLatest: { args: readonly number[]; result: readonly LatestRows[] };
  corporateActions: {
    args: { readonly symbols: readonly string[]; readonly from: string; readonly to: string };
    result: readonly CorporateActionRow[];
  };
  /** Begins or ends telling the market's rows. */
  watchMarket: { args: boolean; result: null };
  /** Figures of the session's account, and the trades that are open. */
  performance: { args: null; result: SessionPerformance };
  openTrades: { args: null; result: readonly TradeDocument[] };
  /** Brings the market to a time at once. */
  jump: { args: Micros; result: null };
  watch: { args: { readonly symbol: string; readonly timeframe: Timeframe; readonly on: boolean }; result: null };
  stop: { args: null; result: null };
}

/** A question to the thread. */
export type SessionRequest = {
  [Method in keyof SessionCalls]: {
    readonly id: number;
    readonly method: Method;
    readonly args: SessionCalls[Method]['args'];
  };
}[keyof SessionCalls];

/** An error that crosses the threads. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly stack: string | undefined;
}

/** The answer to a question. */
export type SessionReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** What the thread says. */
export type SessionMessage =
  | {
      readonly type: 'ready';
      readonly updates: readonly TopicUpdate[];
      readonly session: SessionRecord;
      /** Events of the desk's accounts so far. */
      readonly events: readonly VenueEvent[];
      /** Records that were on the tape when the session was opened. */
      readonly recordCount: number;
    }
  | { readonly type: 'updates'; readonly updates: readonly TopicUpdate[] }
  /** Durable events of the desk's accounts, then the answers that waited for them and for nothing else. */
  | { readonly type: 'durable'; readonly events: readonly VenueEvent[]; readonly replies: readonly SessionReply[] }
  /** Trades that were closed, or whose last markouts have become known. */
  | { readonly type: 'trades'; readonly trades: readonly TradeDocument[]; readonly accountId?: string }
  | { readonly type: 'marketRows'; readonly rows: readonly MarketRow[] }
  | { readonly type: 'notice'; readonly notice: StorageNotice }
  /** The session is over; what its symbols ended at if another one follows. */
  | { readonly type: 'ended'; readonly closing: ClosingPrices | undefined }
  /** The thread cannot go on. */
  | { readonly type: 'fatal'; readonly error: WireError };
