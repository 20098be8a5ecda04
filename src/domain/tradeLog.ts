/** Where the trade log is kept and asked: closed trades, and the notes of people on them, which are only ever added. */
import type { Micros, Money } from './units.js';

/** A trade of a session. */
export interface TradeKey {
  readonly sessionId: string;
  /** Unique within its session. */
  readonly tradeId: string;
}

/** A closed trade as it is kept: what is asked for in columns, the rest as JSON. */
export interface StoredTrade extends TradeKey {
  readonly owner: string;
  readonly symbol: string;
  readonly side: string;
  /** The part of the day in which it was entered. */
  readonly session: string;
  readonly exitTime: Micros;
  /** Net of fees. */
  readonly pnl: Money;
  readonly document: string;
  /** The desk's account whose trade it is; absent: the session's own. */
  readonly accountId?: string;
}

/** What somebody noted on a trade. */
export interface TradeNoteRecord extends TradeKey {
  /** Grows with each note. */
  readonly id: number;
  readonly time: Micros;
  readonly user: string;
  readonly text: string;
  /** All tags that the trade has from this note on. */
  readonly tags: readonly string[];
}

/** Which trades are wanted; what is absent does not matter. */
export interface TradeFilter {
  /** Trades of this account of the desk; absent: of the session's own account alone. */
  readonly accountId?: string;
  readonly sessionId?: string;
  readonly owner?: string;
  readonly symbol?: string;
  readonly side?: string;
  readonly session?: string;
  readonly result?: 'win' | 'loss';
  /** Among the tags that hold. */
  readonly tag?: string;
  /** Exit at or after, and before. */
  readonly from?: Micros;
  readonly to?: Micros;
}

/** A place in the log: that of the trade before it. */
export interface TradeCursor {
  readonly exitTime: Micros;
  /** The store's own number of the trade. */
  readonly number: number;
}

/** Which of two closed trades comes first: the one closed last, or the one closed first. */
type TradeOrdering = 'newestFirst' | 'oldestFirst';

/** A page of trades. */
export interface TradePage {
  readonly trades: readonly StoredTrade[];
  readonly next: TradeCursor | undefined;
}

/** Which page is wanted: trades after a place, the first ones if absent. */
export interface TradePageTerms {
  readonly limit: number;
  readonly ordering: TradeOrdering;
  readonly after?: TradeCursor | undefined;
}

/** See the module header. */
export interface TradeLogStore {
  /** Keeps trades; one that is kept already is replaced, as its last markouts become known after its end. */
  saveTrades(trades: readonly StoredTrade[]): Promise<void>;
  findTrades(filter: TradeFilter, page: TradePageTerms): Promise<TradePage>;
  /** How many trades of all pages there are; it looks at each of them. */
  countTrades(filter: TradeFilter): Promise<number>;
  /** A trade of the session's own account. */
  trade(key: TradeKey): Promise<StoredTrade | undefined>;
  /** Appends a note and gives it with its number. */
  addTradeNote(note: Omit<TradeNoteRecord, 'id'>): Promise<TradeNoteRecord>;
  /** All notes on these trades, oldest first. */
  tradeNotes(keys: readonly TradeKey[]): Promise<readonly TradeNoteRecord[]>;
  /** All notes on the trades of a session, or of all where it is undefined; oldest first. */
  sessionNotes(sessionId: string | undefined): Promise<readonly TradeNoteRecord[]>;
}
