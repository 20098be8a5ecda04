/**
 * The port through which the Alpaca server sees a running session: its desk, the events of all accounts, its market
 * up to now and its clock. The host adapts a session to it; everything here is in the kernel's own units.
 */
import type { Order } from '../../domain/order.js';
import type { AdjustMode } from '../../domain/ports.js';
import type { Micros, Price } from '../../domain/units.js';
import type { AccountSettings, AccountState, AccountTerms, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import type { VenueEvent } from '../../domain/venueEvents.js';

/** What is known of an instrument beyond its symbol; the index in {@link VenueSession.instruments} is its symbol id. */
export interface VenueInstrument {
  readonly symbol: string;
  /** Empty if unknown. */
  readonly name: string;
  /** Where it is listed, in Alpaca's words (`NYSE`, `NASDAQ`, `ARCA` …); empty if unknown. */
  readonly exchange: string;
  /** Whether its shares are lent: without asking, as many as there are, or not at all. */
  readonly lending: 'easy' | 'hard' | 'none' | 'unknown';
  readonly fractionable: boolean;
  /** What the venue asks of a position in per cent of its value, by the last price known beforehand. */
  readonly marginLongPercent: number;
  readonly marginShortPercent: number;
  /** The close of the trading day before, at `VenueSession.priceScale`; absent if unknown. */
  readonly previousClose?: Price;
}

/** Facts of a session that do not change. */
export interface VenueSession {
  readonly sessionId: string;
  readonly instruments: readonly VenueInstrument[];
  /** Price steps per dollar. */
  readonly priceScale: number;
  /** Market time of its first event, and of its end. */
  readonly startTime: Micros;
  readonly endTime: Micros;
  /** Whether its clock can be steered. */
  readonly controllable: boolean;
  /** Whether accounts go on with what they had at the end of the session before; otherwise they are opened anew. */
  readonly carriesOn: boolean;
  /** The fidelity that an account of these terms begins with. */
  fidelityOf(terms: AccountTerms): AccountSettings['fidelity'];
}

/** A session that is over, as part of the history of the accounts that go on. */
export interface EarlierSession {
  readonly session: VenueSession;
  /** Everything that happened in its accounts, in order. */
  readonly events: readonly VenueEvent[];
  /**
   * Prices by its symbol ids, at its scale: of the close of its regular session (0 where none was seen) and of its end.
   * Empty where a history store has them.
   */
  readonly closes: readonly Price[];
  readonly closingPrices: readonly Price[];
}

/** A quote as the market showed it; a side without a price is 0. Sizes in shares. */
export interface QuoteRow {
  readonly kind: 'quote';
  readonly symbolId: number;
  readonly time: Micros;
  readonly bid: Price;
  readonly bidSize: number;
  readonly ask: Price;
  readonly askSize: number;
}
/** A trade report. */
export interface PrintRow {
  readonly kind: 'print';
  readonly symbolId: number;
  readonly time: Micros;
  readonly price: Price;
  readonly size: number;
  /** Bits of `PrintFlag`. */
  readonly flags: number;
  /** SIP letter of the exchange, empty if unknown. */
  readonly exchange: string;
  /** Number of the print within symbol and session, from 1. */
  readonly id: number;
}
/** A bar that is over (`time` is its end) or forming. Prices are at `VenueSession.priceScale`. */
export interface BarRow {
  readonly kind: 'bar';
  readonly symbolId: number;
  readonly start: Micros;
  readonly time: Micros;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: number;
  /** Prints in it; 0 where the data do not say. */
  readonly count: number;
  /** Sum of price × size, as a float at the price's scale; 0 where the data do not say. */
  readonly turnover: number;
  /** A bar that was over was restated, by a trade that was reported late. */
  readonly restated?: true;
}
/** New price bands of the limit up-limit down plan; both 0 where there are none any more. */
export interface BandsRow {
  readonly kind: 'bands';
  readonly symbolId: number;
  readonly time: Micros;
  readonly lower: Price;
  readonly upper: Price;
  /** Whether they are the first of the day, follow others or a pause, or why there are none. */
  readonly cause: 'opening' | 'update' | 'reopening' | 'paused' | 'outsideHours';
}
/** A change of trading status. */
export interface StatusRow {
  readonly kind: 'status';
  readonly symbolId: number;
  readonly time: Micros;
  readonly halted: boolean;
  /** What kind of halt; absent for the end of one. */
  readonly halt?: 'regulatory' | 'volatilityPause' | 'marketWide1' | 'marketWide2' | 'marketWide3' | 'operator';
}
/** One row of the market as it comes. */
export type MarketRow = QuoteRow | PrintRow | BarRow | BandsRow | StatusRow;

/** Which rows: from one time to another, both inclusive, never beyond market time now. Ascending. */
export interface RowsQuery {
  readonly symbolId: number;
  readonly from: Micros;
  readonly to: Micros;
  /** At most so many, the earliest (the latest for `desc`). */
  readonly limit: number;
  readonly sort: 'asc' | 'desc';
}
/** Which bars; `base` is what there is to make others of: minutes with extended hours, or trading days. */
export interface VenueBarsQuery {
  readonly symbolId: number;
  readonly base: '1m' | '1d';
  readonly from: Micros;
  readonly to: Micros;
  readonly adjust: AdjustMode | 'dividend';
}

/** What was last seen of a symbol; absent where nothing was yet. */
export interface LatestRows {
  readonly quote?: QuoteRow;
  readonly print?: PrintRow;
  /** The last whole minute or the forming one, the day so far and the trading day before. */
  readonly minuteBar?: BarRow;
  readonly dayBar?: BarRow;
  readonly previousDayBar?: BarRow;
}

/** A corporate action of the history cache. */
export type CorporateActionRow =
  | {
      readonly kind: 'split';
      readonly symbol: string;
      readonly exDate: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'dividend'; readonly symbol: string; readonly exDate: string; readonly amount: string };

/** How the market's clock is steered; `jump` goes on at once to a market time that lies ahead. */
export type VenueControl =
  | { readonly action: 'pause' | 'resume' }
  | { readonly action: 'speed'; readonly speed: number }
  | { readonly action: 'step'; readonly micros: Micros }
  | { readonly action: 'jump'; readonly to: Micros };

/** How the clock runs; speed 0 is as fast as possible. */
export interface VenueClock {
  readonly time: Micros;
  readonly speed: number;
  readonly paused: boolean;
  readonly ended: boolean;
}

/** Hears of a session and everything that happens in it, from its beginning and in order. */
export interface VenueListener {
  /** Another session runs now; its events so far follow at once. `earlier` are those before it, oldest first. */
  onSession(session: VenueSession, earlier: readonly EarlierSession[]): void;
  /** Durable events. */
  onEvents(events: readonly VenueEvent[]): void;
}

/** See the module header. */
export interface PaperVenue {
  readonly session: VenueSession;
  clock(): VenueClock;
  /**
   * Puts a request to the desk; resolves when the answer is durable, after the listeners have heard of every event
   * that goes before it. Rejects with `OVERLOADED`, `SHUTTING_DOWN` or `KERNEL_UNRESPONSIVE` if it was not taken.
   */
  request(user: string, accountId: string, request: VenueRequest): Promise<VenueAnswer>;
  /** Figures of an account now; undefined if there is none. */
  accountState(accountId: string): Promise<AccountState | undefined>;
  /** Open orders of an account; trailing stops with where they stand now. Empty if there is no such account. */
  openOrders(accountId: string): Promise<readonly Order[]>;
  /** Calls `listener` with the session and all events so far before it returns, then as they come. */
  watch(listener: VenueListener): () => void;

  quotes(query: RowsQuery): Promise<readonly QuoteRow[]>;
  prints(query: RowsQuery): Promise<readonly PrintRow[]>;
  /** Bars whose start lies in the range, the forming one included; ascending. */
  bars(query: VenueBarsQuery): Promise<readonly BarRow[]>;
  latest(symbolIds: readonly number[]): Promise<readonly LatestRows[]>;
  corporateActions(symbols: readonly string[], from: string, to: string): Promise<readonly CorporateActionRow[]>;
  /** Calls `listener` with the rows of all symbols as they come; minute bars when they are over. */
  watchMarket(listener: (rows: readonly MarketRow[]) => void): () => void;

  /** Steers the clock; resolves when it is done. Rejects with `REQUEST_INVALID` where it cannot be. */
  control(control: VenueControl): Promise<void>;
}

/** The market of a session alone, for servers that take no orders. */
export type MarketReads = Pick<
  PaperVenue,
  'session' | 'clock' | 'prints' | 'bars' | 'latest' | 'corporateActions' | 'watchMarket'
>;
