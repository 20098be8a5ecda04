/**
 * The rules of one symbol that follow its own prints and quotes: computed price bands and the short-sale restriction
 * (R6 to R8). Made once a previous close is known, as nothing can be computed before. What the feed publishes itself is
 * not computed; a computed pause is given up when the symbol is seen to trade on.
 */
import { sessionOf } from '../calendar/sessions.js';
import type { SymbolListing } from '../domain/listing.js';
import { SECOND } from '../domain/timeframe.js';
import type { Micros, Price } from '../domain/units.js';
import { required } from '../utils/assert.js';
import { beginHalt, HaltKind, reopen } from './halts.js';
import type { Preset } from './preset.js';
import { LuldBands } from './rulebook/LuldBands.js';
import { ShortSaleRestriction } from './rulebook/ShortSaleRestriction.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';

/** Hears of new price bands of a symbol, both 0 where there are none, as of a time. */
export type BandListener = (symbol: SymbolMarket, time: Micros) => void;

/** Prints that were under way when a pause began are reported for some seconds after. */
const PAUSE_GRACE = 5 * SECOND;

/** See the module header. One per symbol. */
export class SymbolRules {
  private readonly symbol: SymbolMarket;
  private readonly listing: SymbolListing;
  private readonly session: TradingSession;
  private readonly priceScale: number;
  private readonly bands: LuldBands | undefined;
  private readonly restriction = new ShortSaleRestriction();
  private readonly onBands: BandListener;

  constructor(
    symbol: SymbolMarket,
    listing: SymbolListing,
    session: TradingSession,
    priceScale: number,
    preset: Preset,
    onBands: BandListener,
  ) {
    this.onBands = onBands;
    this.symbol = symbol;
    this.listing = listing;
    this.session = session;
    this.priceScale = priceScale;
    this.bands = preset.priceBands === 'computed' ? new LuldBands() : undefined;
  }

  /** Begins the trading day of the session; the symbol's previous close is that of the day before. */
  startDay(): void {
    const { symbol, session } = this;
    this.restriction.startDay(session.date, symbol.previousClose);
    this.startBands();
    this.follow(session.start);
  }

  /** A firm national best quote. */
  onQuote(time: Micros): void {
    const { symbol, bands } = this;
    if (bands === undefined || symbol.tellsBands) return;
    bands.onQuote(time, symbol.bid, symbol.ask);
    this.follow(time);
  }

  /** A print of regular hours that may set the last price, no auction of the primary market. */
  onPrint(time: Micros, price: Price, isLit: boolean): void {
    const { symbol, bands } = this;
    if (this.restriction.onPrint(price)) symbol.restrictedUntil = this.restrictionEnd();
    if (bands === undefined || symbol.tellsBands) return;
    // By now a limit state may have become a pause, which voids the quotes before it.
    this.advance(time);
    if (bands.state === 'paused' && isLit && (symbol.tellsHalts || time > bands.pausedAt + PAUSE_GRACE)) {
      // It trades, so there is no pause: the bands were not the ones that were in force.
      bands.onReopening(time, price);
    } else {
      bands.onPrint(time, price);
    }
    this.follow(time);
  }

  /** The primary market's opening print. */
  onOpening(time: Micros, price: Price): void {
    if (this.bands === undefined || this.symbol.tellsBands) return;
    this.bands.onOpening(time, price);
    this.follow(time);
  }

  /** The primary market's reopening print. */
  onReopening(time: Micros, price: Price): void {
    if (this.bands === undefined || this.symbol.tellsBands) return;
    this.bands.onReopening(time, price);
    this.follow(time);
  }

  /** Brings what depends on time alone up to `time`; says whether there was anything. */
  advance(time: Micros): boolean {
    if (this.bands === undefined || this.symbol.tellsBands || !this.bands.advance(time)) return false;
    this.follow(time);
    return true;
  }

  /** The state as numbers. */
  list(): readonly (readonly number[])[] {
    return [this.restriction.list(), this.bands?.list() ?? []];
  }

  /** Restores a {@link list}; the symbol has been restored before. */
  restore(lists: readonly (readonly number[])[]): void {
    this.restriction.restore(lists[0] ?? []);
    this.startBands();
    this.bands?.restore(lists[1] ?? []);
  }

  private startBands(): void {
    const { symbol, listing } = this;
    this.bands?.startDay(required(sessionOf(symbol.day), 'the session of the day'), {
      tier: listing.tier,
      previousClose: symbol.previousClose,
      leverage: listing.leveragePercent ?? 100,
      priceScale: this.priceScale,
    });
  }

  /** Puts what the bands say into force. */
  private follow(time: Micros): void {
    const { symbol, bands } = this;
    if (bands === undefined) return;
    const isPaused = bands.state === 'paused' && !symbol.tellsHalts;
    const lower = bands.state === 'paused' ? 0 : bands.lower;
    const upper = bands.state === 'paused' ? 0 : bands.upper;
    const isNew = lower !== symbol.bandLower || upper !== symbol.bandUpper;
    symbol.bandLower = lower;
    symbol.bandUpper = upper;
    const wasPaused = (symbol.halts & HaltKind.LULD) !== 0;
    // A pause that time alone began is noticed late: what was quoted since then is not void.
    const isOld = symbol.quoteTime < bands.pausedAt;
    if (isPaused && !wasPaused) beginHalt(symbol, HaltKind.LULD, bands.pausedAt, isOld);
    else if (wasPaused && !isPaused && !symbol.tellsHalts) reopen(symbol);
    if (isNew) this.onBands(symbol, time);
  }

  private restrictionEnd(): Micros {
    const { until } = this.restriction;
    return until === undefined ? 0 : required(sessionOf(until), 'the last session of the restriction').afterHoursClose;
  }
}
