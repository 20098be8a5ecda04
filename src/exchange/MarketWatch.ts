/**
 * Watches what decides whether a market may trade at all: the trading day of each symbol, halts and reopenings, price
 * bands, short-sale restrictions, and whether the channel is alive (R4, R6 to R9). It observes and never fills.
 *
 * Each call comes after the row was taken over by the symbol and before anything is decided in its instant.
 */
import { previousSession } from '../calendar/sessions.js';
import type { ListingVenue, SymbolListing } from '../domain/listing.js';
import type { PrintTable, StatusTable } from '../domain/marketTables.js';
import { PrintFlag, TradingStatus } from '../domain/marketTables.js';
import type { FeedKind, SessionConfig } from '../domain/session.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { applyHaltStatus, isHaltedByMarket, reopen, reopenLate, startDayOfHalts } from './halts.js';
import { isPlausible } from './matching/plausible.js';
import type { Preset } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { isLastEligible, isPrice } from './SymbolMarket.js';
import { SymbolRules } from './SymbolRules.js';
import type { BandListener } from './SymbolRules.js';
import type { TradingSession } from './TradingSession.js';

const AUCTIONS = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION | PrintFlag.REOPENING_AUCTION;
const OFFICIAL = PrintFlag.OFFICIAL_OPEN | PrintFlag.OFFICIAL_CLOSE;
/** Feeds that can fall silent; recorded and simulated days are complete by themselves. */
const LIVE_FEEDS: ReadonlySet<FeedKind> = new Set<FeedKind>(['twelvedata', 'alpaca']);
const NOTHING_KNOWN: SymbolListing = {};

/** The state of the rules of a symbol as numbers. */
export type RulesState = readonly (readonly number[])[];

/** See the module header. One per exchange. */
export class MarketWatch {
  private readonly preset: Preset;
  private readonly session: TradingSession;
  private readonly listings: readonly SymbolListing[];
  private readonly priceScale: number;
  private readonly silence: DurationMicros;
  /** By symbol id; absent until a previous close is known. */
  private readonly rules: (SymbolRules | undefined)[];
  /** When the channel last said anything. */
  lastHeard: Micros = 0;
  /** Hears of new price bands, computed or told by the feed; it observes, and nothing is decided by it. */
  onBands: BandListener | undefined = undefined;

  constructor(config: SessionConfig, preset: Preset, session: TradingSession) {
    this.preset = preset;
    this.session = session;
    this.listings = config.listings ?? [];
    this.priceScale = config.priceScale;
    this.silence = LIVE_FEEDS.has(config.feed) ? preset.channelSilence : 0;
    this.rules = config.symbols.map(() => undefined);
  }

  /** Whether neither rules nor a listing bear on a symbol of which only bars are known; also on a new day. */
  isFree(symbol: SymbolMarket): boolean {
    const { symbolId } = symbol;
    const isUnlisted = this.listings[symbolId] === undefined && this.rules[symbolId] === undefined;
    return isUnlisted && symbol.officialClose === 0 && symbol.regularPrice === 0;
  }

  /** The market that runs a symbol's auctions; undefined if it is not known. */
  venueOf(symbolId: number): ListingVenue | undefined {
    return this.listings[symbolId]?.venue;
  }

  /** Whether the channel has been silent for so long that its quotes are stale (R9). */
  isSilent(time: Micros): boolean {
    return this.silence > 0 && time - this.lastHeard > this.silence;
  }

  /** A row of any kind came. Says whether it ended a silence. */
  hear(time: Micros): boolean {
    const wasSilent = this.isSilent(time);
    this.lastHeard = time;
    return wasSilent;
  }

  /** A quote that the symbol has taken over. */
  onQuote(symbol: SymbolMarket, time: Micros): void {
    symbol.refreshed = false;
    if (symbol.day !== this.session.date) this.startDay(symbol);
    if (symbol.releasedAt !== 0) reopenLate(symbol, time);
    const rules = this.rules[symbol.symbolId];
    if (symbol.quoteFlags === 0) rules?.onQuote(time);
    else rules?.advance(time);
  }

  /** A print; auction and official prices of other markets than the listing one are ordinary or nothing. */
  onPrint(symbol: SymbolMarket, table: PrintTable, row: number, sequence: number): void {
    const { session } = this;
    const time = table.time[row] ?? 0;
    const price = table.price[row] ?? 0;
    const flags = table.flags[row] ?? 0;
    symbol.refreshed = false;
    if (symbol.day !== session.date) this.startDay(symbol);
    const rules = this.rules[symbol.symbolId];
    if ((flags & PrintFlag.SUSPICIOUS) !== 0 || !isPrice(price)) {
      rules?.advance(time);
      return;
    }
    const isPrimary = (flags & (AUCTIONS | OFFICIAL)) !== 0 && this.isPrimary(symbol, table.exchange[row] ?? 0);
    if (isPrimary && (flags & PrintFlag.OFFICIAL_CLOSE) !== 0) symbol.officialClose = price;
    const isAuction = isPrimary && isAuctionTrade(flags);
    // What waited out a halt meets in the auction, however late that comes.
    if (symbol.releasedAt !== 0 && !isAuction) reopenLate(symbol, time);
    if (isAuction) {
      // It ends a pause that nobody has noticed yet.
      rules?.advance(time);
      if ((flags & PrintFlag.CLOSING_AUCTION) !== 0) {
        if (time < session.close) return;
        symbol.closedAt = time;
        symbol.officialClose = price;
        // A pause that was in force shortly before the close ends in the closing auction (R7).
        if (isHaltedByMarket(symbol)) {
          this.reopenAt(symbol, time);
          rules?.onReopening(time, price);
        }
      } else if ((flags & PrintFlag.REOPENING_AUCTION) !== 0) {
        this.reopenAt(symbol, time);
        rules?.onReopening(time, price);
      } else if (time >= session.open && time < session.close) {
        symbol.openedAt = time;
        if (isHaltedByMarket(symbol)) {
          this.reopenAt(symbol, time);
          rules?.onReopening(time, price);
        } else rules?.onOpening(time, price);
      }
      return;
    }
    const isRegular = isLastEligible(flags) && (flags & PrintFlag.EXTENDED_HOURS) === 0;
    // A misprint is no market: it restricts no short sale, moves no band and closes no day.
    if (!isRegular || time < session.open || time >= session.close || !isPlausible(price, symbol, session)) {
      rules?.advance(time);
      return;
    }
    symbol.regularPrice = price;
    symbol.regularSize = table.size[row] ?? 0;
    symbol.regularTime = time;
    symbol.regularSequence = sequence;
    rules?.onPrint(time, price, (flags & PrintFlag.OFF_EXCHANGE) === 0);
  }

  /** A row of trading status, price bands, restrictions or heartbeats. */
  onStatus(symbol: SymbolMarket, table: StatusTable, row: number): void {
    symbol.refreshed = false;
    if (symbol.day !== this.session.date) this.startDay(symbol);
    // What was computed until now is what a row about halts is about.
    this.rules[symbol.symbolId]?.advance(table.time[row] ?? 0);
    const status = table.status[row] ?? 0;
    switch (status) {
      case TradingStatus.HEARTBEAT:
        return;
      case TradingStatus.BANDS:
        symbol.tellsBands = true;
        symbol.bandLower = table.lower[row] ?? 0;
        symbol.bandUpper = table.upper[row] ?? 0;
        this.onBands?.(symbol, table.time[row] ?? 0);
        // They are told; whether they bind is the preset's choice.
        if (this.preset.priceBands !== 'none') return;
        symbol.bandLower = 0;
        symbol.bandUpper = 0;
        return;
      case TradingStatus.SHORT_SALE_RESTRICTED:
        // A trade may have restricted it for longer (R8).
        symbol.restrictedUntil = Math.max(symbol.restrictedUntil, this.session.end);
        return;
      case TradingStatus.SHORT_SALE_FREE:
        symbol.restrictedUntil = 0;
        return;
      default:
        if (status !== TradingStatus.OPERATOR_HALT && status !== TradingStatus.OPERATOR_RELEASE) {
          symbol.tellsHalts = true;
        }
        applyHaltStatus(symbol, status, table.time[row] ?? 0);
    }
  }

  /** Brings a symbol up to a time at which nothing of it came, before an order is tried. */
  refresh(symbol: SymbolMarket, time: Micros): void {
    const { halted, releasedAt, day } = symbol;
    if (day !== this.session.date) this.startDay(symbol);
    if (symbol.releasedAt !== 0) reopenLate(symbol, time);
    this.advanceRules(symbol, time);
    if (symbol.halted !== halted || symbol.releasedAt !== releasedAt || symbol.day !== day) symbol.refreshed = true;
  }

  /**
   * Lets a pause begin that time alone has brought; trading does not come back by it. Asked before an order reserves,
   * which must not rest on a quote that a pause has voided; an unknown symbol has nothing to bring up.
   */
  advanceRules(symbol: SymbolMarket | undefined, time: Micros): void {
    if (symbol !== undefined && this.rules[symbol.symbolId]?.advance(time) === true) symbol.refreshed = true;
  }

  /** Whether an exchange code is that of the listing market, or one of them is not known. */
  isPrimary(symbol: SymbolMarket, exchange: number): boolean {
    const venue = this.listings[symbol.symbolId]?.venue;
    return venue === undefined || exchange === 0 || exchange === venue.charCodeAt(0);
  }

  /** The state of the rules by symbol, for a snapshot; null where nothing is computed. */
  list(): readonly (readonly (readonly number[])[] | null)[] {
    return this.rules.map((rules) => rules?.list() ?? null);
  }

  /** Restores a {@link list}; the symbols have been restored before. */
  restore(lists: readonly (readonly (readonly number[])[] | null)[], symbols: readonly SymbolMarket[]): void {
    lists.forEach((list, symbolId) => {
      const symbol = symbols[symbolId];
      this.rules[symbolId] = undefined;
      if (list !== null && symbol !== undefined) this.rulesOf(symbol).restore(list);
    });
  }

  /** Takes over what another watch of the same session knows; the symbols were taken over before. */
  adopt(from: MarketWatch, symbols: readonly SymbolMarket[]): void {
    this.lastHeard = from.lastHeard;
    this.restore(from.list(), symbols);
  }

  /** The state of the rules of one symbol, for {@link adoptSymbol}; null where nothing is computed. */
  rulesStateOf(symbolId: number): RulesState | null {
    return this.rules[symbolId]?.list() ?? null;
  }

  /** Takes over one symbol from another watch of the same session; the symbol itself was taken over before. */
  adoptSymbol(symbol: SymbolMarket, state: RulesState | null, lastHeard: Micros): void {
    this.lastHeard = lastHeard;
    if (state === null) this.rules[symbol.symbolId] = undefined;
    else this.rulesOf(symbol).restore(state);
  }

  /** Yesterday's close becomes the previous one, if yesterday was seen; what lasts a day is over. */
  private startDay(symbol: SymbolMarket): void {
    const { session } = this;
    const listing = this.listings[symbol.symbolId] ?? NOTHING_KNOWN;
    if (symbol.day === 0) {
      symbol.previousClose = listing.previousClose ?? 0;
      symbol.restrictedUntil = listing.shortSaleRestrictedUntil ?? 0;
    } else {
      const isYesterday = previousSession(session.date).date === symbol.day;
      const close = symbol.officialClose > 0 ? symbol.officialClose : symbol.regularPrice;
      symbol.previousClose = isYesterday ? close : 0;
      startDayOfHalts(symbol);
    }
    symbol.day = session.date;
    symbol.officialClose = 0;
    symbol.closedAt = 0;
    symbol.regularPrice = 0;
    symbol.bandLower = 0;
    symbol.bandUpper = 0;
    if (symbol.previousClose > 0) this.rulesOf(symbol).startDay();
    else this.rules[symbol.symbolId] = undefined;
  }

  /** An auction of the listing market has opened trading again; every earlier quote is void. */
  private reopenAt(symbol: SymbolMarket, time: Micros): void {
    reopen(symbol);
    symbol.reopenedAt = time;
    symbol.voidQuotes();
  }

  private rulesOf(symbol: SymbolMarket): SymbolRules {
    const { symbolId } = symbol;
    const known = this.rules[symbolId];
    if (known !== undefined) return known;
    const listing = this.listings[symbolId] ?? NOTHING_KNOWN;
    const rules = new SymbolRules(symbol, listing, this.session, this.priceScale, this.preset, (one, time) =>
      this.onBands?.(one, time),
    );
    this.rules[symbolId] = rules;
    return rules;
  }
}

/** Whether a print is an auction's trade; official prices are messages without volume (R4). */
export function isAuctionTrade(flags: number): boolean {
  return (flags & AUCTIONS) !== 0 && (flags & PrintFlag.VOLUME) !== 0;
}
