/** One symbol at the naive exchange: what was seen of its market, and who decides on it. */
import { actsAs, isPrice, isSound, sessionFor, setsLast } from './naiveRules.js';
import { nextSession, phaseAt } from '../../calendar/sessions.js';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { mulDiv } from '../../domain/units.js';
import type { MarketBasis } from '../preset.js';
import { closingDue, estimateClosing, isClosingTrade, isOpeningTrade } from './naiveAuctions.js';
import { barAuction, decideBar, stopAfterEntry } from './naiveBars.js';
import { startsRestriction } from './naiveShorts.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { decidePrint, decideQuote, lookAtQuote } from './naiveQuotes.js';
import { decideQuoteBar, takeQuoteBar } from './naiveQuoteBars.js';
import type { NaiveBar, NaiveOrder, NaivePrint, NaiveQuote, NaiveQuoteBar, NaiveRow } from './naiveTypes.js';

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

/** See the module header. */
export class NaiveMarket {
  /** Dates of the sessions whose opening and closing auctions were seen; the last price of regular hours, 0 if none. */
  openedOn = 0;
  closedOn = 0;
  lastRegular = 0;
  /** Until when short sales are restricted (R8). */
  restrictedUntil = 0;
  readonly symbolId: number;
  readonly exchange: NaiveExchange;
  /** What positions are valued at, 0 before the first price. */
  mark = 0;
  isHalted = false;
  /** When a halt ended whose reopening is waited for; 0 if none. */
  releasedAt = 0;
  /** The standing quote and when it came; undefined before the first and after a halt. */
  quote: (NaiveQuote & { readonly time: number }) | undefined;
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
  bar: NaiveBar | undefined;
  before: NaiveBar | undefined;
  isNewBar = false;
  barTaken = 0;
  barTime = -1;
  #shortest = Infinity;
  /** The last quote bar, when it ended, and what was taken of its sizes by our purchases and sales. */
  quoteBar: NaiveQuoteBar | undefined;
  quoteBarTime = -1;
  quoteBarTaken = { buy: 0, sell: 0 };
  #shortestQuotes = Infinity;
  readonly known = new Set<MarketBasis>();
  #prints: SeenPrint[] = [];
  #isNewQuote = false;
  #isNewQuoteBar = false;

  constructor(exchange: NaiveExchange, symbolId: number) {
    this.exchange = exchange;
    this.symbolId = symbolId;
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
      if (row.kind === 'status') this.#observeStatus(row.status);
      else if (row.kind === 'quote') this.#observeQuote(row);
      else if (row.kind === 'print') this.#observePrint(row);
      else if (row.kind === 'quoteBar') this.#observeQuoteBar(row);
      else this.#observeBar(row);
    }
  }

  /** Decides for every order of the symbol: by the quote, by each print in its order, by the bar. */
  decide(): void {
    const isTraded = this.#prints.some(({ print }) => isPrice(print.price));
    if (this.#isNewQuote || this.#isNewQuoteBar || this.isNewBar || isTraded) this.reopenLate();
    this.#wakeQuote();
    if (this.isHalted) return;
    if (this.#isNewQuote) decideQuote(this);
    for (const seen of this.#prints)
      if (isPrice(seen.print.price) && this.isPlausible(seen.print.price)) decidePrint(this, seen);
    if (this.exchange.now === closingDue(this)) estimateClosing(this);
    if (this.#isNewQuoteBar) decideQuoteBar(this);
    if (this.bar !== undefined && this.isNewBar && isSound(this.bar)) decideBar(this, this.bar);
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
    if (bar !== undefined && isSound(bar)) this.exchange.take(known, Infinity, bar.close);
  }

  /** At the close, where no prints are known: the last bar of regular hours that ended after the order came. */
  settleClose(known: NaiveOrder): void {
    const { bar, barTime } = this;
    if (bar === undefined || !isSound(bar) || barTime <= known.arrivesAt || phaseAt(barTime - 1) !== 'regular') return;
    barAuction(this, known, bar.close, bar.volume);
  }

  /** A stop loss in the bar in which its entry filled (M9). */
  stopInBar(exit: NaiveOrder, entry: number): void {
    if (this.bar !== undefined && !this.isHalted) stopAfterEntry(this, this.bar, exit, entry);
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
    if (this.releasedAt !== 0 && this.exchange.now >= this.releasedAt + MINUTE) this.#reopen();
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

  #observeStatus(status: number): void {
    const { now } = this.exchange;
    if (status === TradingStatus.SHORT_SALE_RESTRICTED) {
      this.restrictedUntil = Math.max(this.restrictedUntil, sessionFor(now).afterHoursClose);
    }
    if (status === TradingStatus.HALTED) {
      this.isHalted = true;
      this.releasedAt = 0;
      this.#voidQuotes();
    } else if (status === TradingStatus.TRADING && this.isHalted && this.releasedAt === 0) {
      this.#voidQuotes();
      if (this.known.has('lastSale')) this.releasedAt = now;
      else this.isHalted = false;
    }
  }

  #observeQuote(row: NaiveQuote): void {
    this.known.add('nbbo');
    this.bid = this.#level('bid', row.bid, row.bidSize);
    this.ask = this.#level('ask', row.ask, row.askSize);
    const { now } = this.exchange;
    this.quote = { ...row, time: now };
    const isCrossed = isPrice(row.bid) && isPrice(row.ask) && row.bid > row.ask;
    if (!isCrossed) this.crossedSince = 0;
    else if (this.crossedSince === 0) this.crossedSince = now;
    this.#isNewQuote = true;
    if (row.flags === 0) this.#markByQuote();
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
    if (isPrice(row.price) && isOpeningTrade(row, this.exchange.now)) {
      this.openedOn = sessionFor(this.exchange.now).date;
    }
    if (isPrice(row.price) && isClosingTrade(row, this.exchange.now)) {
      // One that is far off fills nothing, and still there was an auction.
      this.closedOn = sessionFor(this.exchange.now).date;
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
    const isAuctions = (row.flags & (PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION)) !== 0;
    const isRegular = phaseAt(this.lastTime) === 'regular' && (row.flags & PrintFlag.EXTENDED_HOURS) === 0;
    // What a second one had to confirm sets the last price, and no more than that.
    if (isFar) return;
    if (isRegular && !isAuctions) this.lastRegular = row.price;
    if (startsRestriction(row, this.exchange.previousClose, this.exchange.now)) {
      this.restrictedUntil = nextSession(sessionFor(this.exchange.now).date).afterHoursClose;
    }
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

  #reopen(): void {
    this.isHalted = false;
    this.releasedAt = 0;
  }

  #voidQuotes(): void {
    this.quote = undefined;
    this.quoteBar = undefined;
    this.crossedSince = 0;
    this.#left = [];
    this.bid = { side: 'bid', price: 0, size: 0, taken: 0 };
    this.ask = { side: 'ask', price: 0, size: 0, taken: 0 };
  }
}
