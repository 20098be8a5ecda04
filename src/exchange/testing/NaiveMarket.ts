/** One symbol at the naive exchange: what was seen of its market, and who decides on it. */
import { actsAs, isPrice, isSound, sessionFor, setsLast } from './naiveRules.js';
import { nextSession, phaseAt } from '../../calendar/sessions.js';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { mulDiv } from '../../domain/units.js';
import type { MarketBasis } from '../preset.js';
import { closingDue, estimateClosing, isAuctionTrade, isClosingTrade, isOpeningTrade } from './naiveAuctions.js';
import type { NaiveBands } from './NaiveBands.js';
import { barAuction, decideBar, stopAfterEntry, takeClose } from './naiveBars.js';
import { countPrint, followBands, isOfRegularHours, isReopeningTrade, observeStatus, reopen } from './naiveHalts.js';
import { startsRestriction } from './naiveShorts.js';
import type { Evidence, NaiveExchange } from './NaiveExchange.js';
import { decidePrint, decideQuote, lookAtQuote } from './naiveQuotes.js';
import { decideQuoteBar, takeQuoteBar } from './naiveQuoteBars.js';
import type {
  NaiveBar,
  NaiveOrder,
  NaivePrint,
  NaiveQuote,
  NaiveQuoteBar,
  NaiveRow,
  NaiveStatus,
} from './naiveTypes.js';

/** Levels that are remembered after they ceased to be the best price. */
const LEVELS = 8;

/** What our orders took of one side of the quote. */
interface Level {
  readonly side: 'bid' | 'ask';
  readonly price: number;
  readonly size: number;
  taken: number;
}

/** A print of this instant and what our orders took of its size. */
export interface SeenPrint {
  readonly print: NaivePrint;
  taken: number;
}

const NO_BANDS = { lower: 0, upper: 0 };

/** A side of a quote, 0 where there is none. */
function sideOf(price: number): number {
  return isPrice(price) ? price : 0;
}

/** See the module header. */
export class NaiveMarket {
  /** Dates of the sessions whose opening and closing auctions were seen; the last price of regular hours, 0 if none. */
  openedOn = 0;
  /** Whether the opening trade is a later print of the instant than the one that is decided on. */
  opensBehind = false;
  closedOn = 0;
  /** When a closing auction was last looked for in vain. */
  estimatedOn = 0;
  lastRegular = 0;
  /** Until when short sales are restricted (R8). */
  restrictedUntil = 0;
  readonly symbolId: number;
  readonly exchange: NaiveExchange;
  /** What positions are valued at, 0 before the first price. */
  mark = 0;
  /** Kinds of halt in force, a person's apart. */
  readonly halts = new Set<string>();
  isHaltedByPerson = false;
  /** What the feed tells of is not computed. */
  tellsHalts = false;
  tellsBands = false;
  told = { lower: 0, upper: 0 };
  computed = { lower: 0, upper: 0 };
  /** Undefined where no bands are computed. */
  bands: NaiveBands | undefined = undefined;
  /** When an auction last opened trading again. */
  reopenedAt = -1;
  /** When a halt ended whose reopening is waited for; 0 if none. */
  releasedAt = 0;
  /** The standing quote and when it came; undefined before the first and after a halt. */
  quote: (NaiveQuote & { readonly time: number }) | undefined = undefined;
  /** Since when it is crossed; 0 if it is not. */
  crossedSince = 0;
  bid: Level = { side: 'bid', price: 0, size: 0, taken: 0 };
  ask: Level = { side: 'ask', price: 0, size: 0, taken: 0 };
  /** The last levels that were left with something taken, oldest first. */
  #left: Level[] = [];
  /** Last price by prints, and when. */
  last = 0;
  lastTime = -1;
  #doubtful = 0;
  /** The last bar, the one before, whether it came in this instant, what our orders took of its volume. */
  bar: NaiveBar | undefined = undefined;
  before: NaiveBar | undefined = undefined;
  isNewBar = false;
  barTaken = 0;
  barTime = -1;
  #shortest = Infinity;
  /** The last quote bar, when it ended, and what was taken of its sizes by our purchases and sales. */
  quoteBar: NaiveQuoteBar | undefined = undefined;
  quoteBarTime = -1;
  quoteBarTaken = { buy: 0, sell: 0 };
  #shortestQuotes = Infinity;
  readonly known = new Set<MarketBasis>();
  #prints: SeenPrint[] = [];
  #isNewQuote = false;
  #isNewQuoteBar = false;
  #day = 0;

  constructor(exchange: NaiveExchange, symbolId: number) {
    this.exchange = exchange;
    this.symbolId = symbolId;
  }

  /** Whether there is no continuous trading. */
  get isHalted(): boolean {
    return this.isHaltedByMarket || this.isHaltedByPerson;
  }

  /** Whether the market itself does not trade, or waits for its reopening. */
  get isHaltedByMarket(): boolean {
    return this.halts.size > 0 || this.releasedAt !== 0;
  }

  /** What orders that take, or rest, are decided on: the first basis of the preset that was seen. */
  basis(kind: 'market' | 'resting'): MarketBasis | undefined {
    const { marketBases, restingBases } = this.exchange.preset;
    return (kind === 'market' ? marketBases : restingBases).find((basis) => this.known.has(basis));
  }

  /** The next time at which something happens here without a row: a crossed quote becomes usable. */
  nextDue(): number {
    const usable = this.crossedSince === 0 ? Infinity : this.crossedSince + 2 * SECOND;
    const isQuoteDue = usable > this.exchange.now && this.exchange.atVenue(this.symbolId).length > 0;
    const closing = closingDue(this);
    return Math.min(isQuoteDue ? usable : Infinity, closing > this.exchange.now ? closing : Infinity);
  }

  /** Takes in the rows of one instant, in their order. */
  observe(rows: readonly NaiveRow[]): void {
    this.isNewBar = false;
    this.#isNewQuote = false;
    this.#isNewQuoteBar = false;
    this.#prints = [];
    for (const row of rows) {
      if (row.kind !== 'bar' && row.kind !== 'quoteBar') this.#startDay();
      if (row.kind === 'status') this.#observeStatus(row);
      else if (row.kind === 'quote') this.#observeQuote(row);
      else if (row.kind === 'print') this.#observePrint(row);
      else if (row.kind === 'quoteBar') this.#observeQuoteBar(row);
      else this.#observeBar(row);
    }
  }

  /** Decides for every order of the symbol: by the quote, by each print in its order, by the bar. */
  decide(): void {
    if (this.#isNewQuoteBar || this.isNewBar) this.reopenLate();
    // What is due by time alone comes before what the instant brings.
    if (this.exchange.now === closingDue(this)) estimateClosing(this);
    this.#wakeQuote();
    if (this.isHalted) return;
    if (this.#isNewQuote) decideQuote(this);
    for (const [index, seen] of this.#prints.entries()) {
      this.opensBehind = this.#prints.slice(index + 1).some(({ print }) => isOpeningTrade(print, this.exchange.now));
      if (isPrice(seen.print.price) && this.isPlausible(seen.print.price)) decidePrint(this, seen);
    }
    this.opensBehind = false;
    const { bar, exchange, quoteBar } = this;
    if (this.#isNewQuoteBar) exchange.decideOn(exchange.now - (quoteBar?.span ?? 0), () => decideQuoteBar(this));
    if (bar === undefined || !this.isNewBar || !isSound(bar)) return;
    exchange.decideOn(exchange.now - bar.span, () => decideBar(this, bar));
  }

  /** Looks again when a crossed quote has become usable. */
  wake(): void {
    this.#wakeQuote();
    if (this.exchange.now === closingDue(this)) estimateClosing(this);
  }

  #wakeQuote(): void {
    if (this.crossedSince === 0 || this.exchange.now !== this.crossedSince + 2 * SECOND) return;
    if (this.exchange.atVenue(this.symbolId).length === 0) return;
    this.reopenLate();
    if (!this.isHalted && !this.#isNewQuote) decideQuote(this);
  }

  /** Lets an order that begins to work look at what stands. */
  tryStanding(known: NaiveOrder): void {
    this.#startDay();
    this.reopenLate();
    const acts = actsAs(known);
    if (this.isHalted) return;
    if (acts === 'stop') {
      const { now } = this.exchange;
      const isToday = phaseAt(now) === 'regular' && this.lastTime >= sessionFor(now).open;
      if (isToday && this.last > 0) this.exchange.follow(known, this.last);
      return;
    }
    const basis = this.basis(acts === 'market' ? 'market' : 'resting');
    if (basis === 'nbbo') lookAtQuote(this, known);
    const isOver = known.isElected && this.quoteBarTime < known.electedAt;
    if (basis === 'quoteBar' && !isOver) takeQuoteBar(this, known);
    const { bar } = this;
    if (basis !== 'tradeBar' || this.exchange.preset.arrival !== 'same-instant' || acts !== 'market') return;
    if (bar !== undefined && isSound(bar)) takeClose(this, bar, known);
  }

  /** At the close, where no prints are known: the last bar of regular hours that ended after the order came. */
  settleClose(known: NaiveOrder): void {
    const { bar, barTime } = this;
    if (
      this.isHalted ||
      bar === undefined ||
      !isSound(bar) ||
      barTime <= known.arrivesAt ||
      phaseAt(barTime - 1) !== 'regular'
    )
      return;
    this.exchange.decideOn(barTime - bar.span, () => barAuction(this, known, bar.close, bar.volume));
  }

  /** A stop loss in the bar in which its entry filled (M9). */
  stopInBar(exit: NaiveOrder, entry: number): void {
    if (this.bar !== undefined && !this.isHalted) stopAfterEntry(this, this.bar, exit, entry);
  }

  /** What a fill is decided on here; `ago` says how long before now it was still traded. */
  evidence(base: number, ago = 0): Evidence {
    return { base, time: this.exchange.now - ago };
  }

  /** Between half and double the last price of the session, if there is one. */
  isPlausible(price: number): boolean {
    if (this.last === 0 || this.lastTime < sessionFor(this.exchange.now).premarketOpen) return true;
    return price <= 2 * this.last && 2 * price >= this.last;
  }

  /** What one share is expected to cost: the far side of a quote that could fill, else the mark. */
  priceFor(side: 'buy' | 'sell'): number {
    const far = side === 'buy' ? this.ask.price : this.bid.price;
    return this.quote?.flags === 0 && isPrice(far) && this.isPlausible(far) ? far : this.mark;
  }

  reopenLate(): void {
    if (this.releasedAt !== 0 && this.exchange.now >= this.releasedAt + MINUTE) reopen(this);
  }

  /** Half the modelled spread at a price, on evidence of a volume at a time. */
  halfSpread(price: number, volume: number, time: number, isAuction = false): number {
    const { spread } = this.exchange.preset;
    if (spread.kind === 'none') return 0;
    const tier = spread.tiers.find(({ below }) => price < below * 1_000_000);
    const session = sessionFor(time);
    const phase = phaseAt(time);
    let part: keyof typeof spread.partPercent = isAuction
      ? 'regular'
      : phase === 'premarket' || phase === 'afterHours'
        ? phase
        : 'regular';
    if (!isAuction && phase === 'regular' && time < session.open + 5 * MINUTE) part = 'open';
    const least = Math.max(spread.minimum, mulDiv(price, tier?.half ?? 0, 1_000_000));
    const wide = mulDiv(least, spread.partPercent[part], 100) * (volume < spread.thinVolume ? spread.thinFactor : 1);
    return Math.min(wide, Math.floor(price / 2));
  }

  /** A price with half of a spread and slippage against the order that takes. */
  withCosts(known: NaiveOrder, price: number, half: number, slippageHalf = half): number {
    const worse = half + (this.exchange.preset.slippage.kind === 'halfSpread' ? slippageHalf : 0);
    return known.order.side === 'buy' ? price + worse : Math.max(1, price - worse);
  }

  /** What lasts a day is over with it: pauses, breakers and bands. */
  #startDay(): void {
    const { date } = sessionFor(this.exchange.now);
    if (date !== this.#day && this.#day !== 0) {
      for (const kind of ['pause', 'breaker']) this.halts.delete(kind);
      Object.assign(this, { releasedAt: 0, bands: undefined, told: NO_BANDS, computed: NO_BANDS });
    }
    this.#day = date;
  }

  #observeStatus(row: NaiveStatus): void {
    const { now } = this.exchange;
    if (row.status === TradingStatus.SHORT_SALE_RESTRICTED) {
      this.restrictedUntil = Math.max(this.restrictedUntil, sessionFor(now).afterHoursClose);
    } else if (row.status === TradingStatus.SHORT_SALE_FREE) this.restrictedUntil = 0;
    else observeStatus(this, row);
  }

  #observeQuote(row: NaiveQuote): void {
    this.reopenLate();
    this.known.add('nbbo');
    this.bid = this.#level('bid', row.bid, row.bidSize);
    this.ask = this.#level('ask', row.ask, row.askSize);
    const { now } = this.exchange;
    this.quote = { ...row, time: now };
    const isCrossed = isPrice(row.bid) && isPrice(row.ask) && row.bid > row.ask;
    if (!isCrossed) this.crossedSince = 0;
    else if (this.crossedSince === 0) this.crossedSince = now;
    this.#isNewQuote = true;
    if (row.flags !== 0) return;
    this.#markByQuote();
    if (this.tellsBands) return;
    this.bands?.add({ kind: 'quote', time: now, bid: sideOf(row.bid), ask: sideOf(row.ask) });
    followBands(this);
  }

  /** What was taken of a side stays taken while its price and size stay, and when both come back. */
  #level(side: 'bid' | 'ask', price: number, size: number): Level {
    const standing = this[side];
    if (standing.price === price && standing.size === size) return standing;
    if (standing.price === price) return { side, price, size, taken: 0 };
    if (standing.taken > 0) this.#left = [...this.#left, standing].slice(-LEVELS);
    const isSame = (level: Level): boolean => level.side === side && level.price === price;
    const back = this.#left.find(isSame);
    // A level that came back leaves its place in the row empty.
    if (back !== undefined) this.#left = this.#left.map((level) => (isSame(level) ? { ...level, price: -1 } : level));
    return { side, price, size, taken: back?.size === size ? back.taken : 0 };
  }

  #observePrint(row: NaivePrint): void {
    this.known.add('lastSale');
    if ((row.flags & PrintFlag.SUSPICIOUS) === 0) {
      this.#prints.push({ print: row, taken: 0 });
    }
    if ((row.flags & PrintFlag.SUSPICIOUS) === 0 && isPrice(row.price)) {
      if (isAuctionTrade(row)) this.#observeAuction(row);
      else this.reopenLate();
    }
    if (!setsLast(row) || !isPrice(row.price)) return;
    const isFar = !this.isPlausible(row.price);
    if (isFar) {
      // A misprint, unless the next one agrees.
      const agrees = this.#doubtful > 0 && row.price <= 2 * this.#doubtful && 2 * row.price >= this.#doubtful;
      if (!agrees) {
        this.#doubtful = row.price;
        return;
      }
    }
    this.#doubtful = 0;
    this.last = row.price;
    this.lastTime = this.exchange.now;
    this.#markByQuote();
    // What a second one had to confirm sets the last price, and no more than that.
    if (isFar) return;
    if (isOfRegularHours(row, this.exchange.now) && !isAuctionTrade(row)) {
      this.lastRegular = row.price;
      countPrint(this, row);
    }
    if (startsRestriction(row, this.exchange.previousClose, this.exchange.now)) {
      this.restrictedUntil = nextSession(sessionFor(this.exchange.now).date).afterHoursClose;
    }
  }

  #observeAuction(row: NaivePrint): void {
    const { now } = this.exchange;
    const isReopening = isReopeningTrade(row);
    const isOpening = isOpeningTrade(row, now);
    const isClosing = isClosingTrade(row, now);
    if (isOpening) this.openedOn = sessionFor(now).date;
    // One that is far off fills nothing, and still there was an auction.
    if (isClosing) this.closedOn = sessionFor(now).date;
    const hasReopened = isReopening || (this.isHaltedByMarket && (isOpening || isClosing));
    if (hasReopened) {
      reopen(this);
      this.reopenedAt = now;
      this.voidQuotes();
    }
    if (this.tellsBands || !(hasReopened || isOpening)) return;
    this.bands?.add({ kind: hasReopened ? 'reopening' : 'opening', time: now, price: row.price });
    followBands(this);
  }

  #observeBar(row: NaiveBar): void {
    if (row.span > this.#shortest) return;
    this.#shortest = row.span;
    this.known.add('tradeBar');
    this.before = this.bar;
    this.bar = row;
    this.barTime = this.exchange.now;
    this.barTaken = 0;
    this.isNewBar = true;
    if (row.close > 0) this.mark = row.close;
  }

  #observeQuoteBar(row: NaiveQuoteBar): void {
    if (row.span > this.#shortestQuotes) return;
    this.#shortestQuotes = row.span;
    this.known.add('quoteBar');
    this.quoteBar = row;
    this.quoteBarTime = this.exchange.now;
    this.quoteBarTaken = { buy: 0, sell: 0 };
    this.#isNewQuoteBar = true;
    const [bid, ask] = [row.bid[3], row.ask[3]];
    const isTraded = this.last > 0 || this.known.has('tradeBar');
    if (!isTraded && isPrice(bid) && isPrice(ask) && bid <= ask) this.mark = Math.floor((bid + ask) / 2);
  }

  /** The last price within a sound quote, or the quote's middle without one. */
  #markByQuote(): void {
    const { quote, last } = this;
    let mark = last;
    if (quote?.flags === 0 && isPrice(quote.bid) && isPrice(quote.ask) && quote.bid <= quote.ask) {
      if (last === 0) mark = Math.floor((quote.bid + quote.ask) / 2);
      else if (this.exchange.preset.marks === 'clippedToQuote') mark = Math.min(Math.max(last, quote.bid), quote.ask);
    }
    if (mark > 0) this.mark = mark;
  }

  /** Every earlier quote is void. */
  voidQuotes(): void {
    this.quote = undefined;
    this.quoteBar = undefined;
    this.crossedSince = 0;
    this.#left = [];
    this.bid = { side: 'bid', price: 0, size: 0, taken: 0 };
    this.ask = { side: 'ask', price: 0, size: 0, taken: 0 };
  }
}
