/**
 * What a matching rule decided about one order: a reused record with one fixed shape, so that deciding
 * allocates nothing. The exchange makes the fill and its receipt of it.
 */
import type { FillBasis } from '../../domain/receipt.js';
import type { Micros, Price, Quantity, Shares } from '../../domain/units.js';
import type { SymbolMarket } from '../SymbolMarket.js';

/** Which size a fill takes from: the counters of {@link SymbolMarket} (M2). */
export const Consumes = { NOTHING: 0, BID: 1, ASK: 2, BID_BAR: 3, ASK_BAR: 4, BAR: 5, PRINT: 6, WALK: 7 } as const;

/** See the module header. `quantity` 0 means that nothing is to be filled. */
export class FillDecision {
  /** Micro-shares to fill, not above what remains of the order. */
  quantity: Quantity = 0;
  /** After modelled spread and slippage. */
  price: Price = 0;
  basePrice: Price = 0;
  halfSpread: Price = 0;
  slippage: Price = 0;
  impact: Price = 0;
  bandLower: Price = 0;
  bandUpper: Price = 0;
  /** Whether the bands were computed here, not published. */
  areBandsComputed = false;
  isSampled = false;
  maker = false;
  basis: FillBasis = 'tradeBar';
  rule = '';
  evidenceTime: Micros = 0;
  evidenceSequence = 0;
  bid: Price = 0;
  bidSize: Shares = 0;
  ask: Price = 0;
  askSize: Shares = 0;
  open: Price = 0;
  high: Price = 0;
  low: Price = 0;
  last: Price = 0;
  volume: Shares = 0;
  /** Share of the evidence's size that could be taken, 0-1; 0 unlimited. */
  participationLimit = 0;
  /** Micro-shares that the evidence held, the measure of the fill's participation; 0 if unknown. */
  evidenceQuantity: Quantity = 0;
  /** Whether it is one of several fills that make a fill-or-kill order whole together. */
  isPart = false;
  /** A {@link Consumes} code, and which print of the instant for `PRINT`. */
  consumes = 0;
  printIndex = 0;

  /** Sets the price for an order that takes: modelled half spread and slippage are added against it. */
  take(sign: 1 | -1, basePrice: Price, halfSpread: Price, slippage: Price): void {
    this.maker = false;
    this.basePrice = basePrice;
    this.halfSpread = halfSpread;
    this.impact = 0;
    this.setSlippage(sign, slippage);
  }

  /** Sets the price for a limit order that gets its own or a better price. */
  make(price: Price, maker: boolean): void {
    this.maker = maker;
    this.basePrice = price;
    this.halfSpread = 0;
    this.slippage = 0;
    this.impact = 0;
    this.price = price;
  }

  /** Puts slippage on the base price and the half spread, in place of what there was of it. */
  setSlippage(sign: 1 | -1, slippage: Price): void {
    // A sale is never worth nothing or less, whatever it costs.
    this.slippage = sign === 1 ? slippage : Math.max(0, Math.min(slippage, this.basePrice - this.halfSpread - 1));
    this.price = this.basePrice + sign * (this.halfSpread + this.slippage);
  }

  /** What holds whatever the evidence is. */
  private begin(symbol: SymbolMarket): void {
    this.bandLower = symbol.bandLower;
    this.bandUpper = symbol.bandUpper;
    this.areBandsComputed = symbol.bandUpper !== 0 && !symbol.tellsBands;
    this.isSampled = false;
  }

  /** Starts a decision on a bar. */
  onBar(symbol: SymbolMarket, rule: string): void {
    this.begin(symbol);
    this.basis = 'tradeBar';
    this.rule = rule;
    this.evidenceTime = symbol.barTime;
    this.evidenceSequence = symbol.barSequence;
    this.bid = 0;
    this.bidSize = 0;
    this.ask = 0;
    this.askSize = 0;
    this.open = symbol.open;
    this.high = symbol.high;
    this.low = symbol.low;
    this.last = symbol.close;
    this.volume = symbol.volume;
  }

  /** Starts a decision on the standing quote. */
  onQuote(symbol: SymbolMarket, rule: string): void {
    this.begin(symbol);
    this.basis = 'nbbo';
    this.rule = rule;
    this.evidenceTime = symbol.quoteTime;
    this.evidenceSequence = symbol.quoteSequence;
    this.bid = symbol.bid;
    this.bidSize = symbol.bidSize;
    this.ask = symbol.ask;
    this.askSize = symbol.askSize;
    this.open = 0;
    this.high = 0;
    this.low = 0;
    this.last = symbol.lastPrice;
    this.volume = 0;
  }

  /** Starts a decision on the last quote bar; `bid` and `ask` are its closes. */
  onQuoteBar(symbol: SymbolMarket, rule: string): void {
    this.begin(symbol);
    this.basis = 'quoteBar';
    this.rule = rule;
    this.evidenceTime = symbol.quoteBarTime;
    this.evidenceSequence = symbol.quoteBarSequence;
    this.bid = symbol.bidClose;
    this.bidSize = symbol.bidCloseSize;
    this.ask = symbol.askClose;
    this.askSize = symbol.askCloseSize;
    this.open = 0;
    this.high = symbol.bidHigh;
    this.low = symbol.askLow;
    this.last = 0;
    this.volume = 0;
  }

  /** Starts a decision on a print at `time`. */
  onPrint(
    symbol: SymbolMarket,
    basis: FillBasis,
    rule: string,
    time: Micros,
    sequence: number,
    price: Price,
    size: Shares,
  ): void {
    this.begin(symbol);
    this.basis = basis;
    this.rule = rule;
    this.evidenceTime = time;
    this.evidenceSequence = sequence;
    this.bid = symbol.bid;
    this.bidSize = symbol.bidSize;
    this.ask = symbol.ask;
    this.askSize = symbol.askSize;
    this.open = 0;
    this.high = 0;
    this.low = 0;
    this.last = price;
    this.volume = size;
  }
}

/** Takes a fill's quantity off what its evidence has left (M2). */
export function takeFrom(symbol: SymbolMarket, decision: FillDecision, quantity: Quantity): void {
  switch (decision.consumes) {
    case Consumes.BID:
      symbol.bidTaken += quantity;
      return;
    case Consumes.ASK:
      symbol.askTaken += quantity;
      return;
    case Consumes.BID_BAR:
      symbol.bidBarTaken += quantity;
      return;
    case Consumes.ASK_BAR:
      symbol.askBarTaken += quantity;
      return;
    case Consumes.BAR:
      symbol.barTaken += quantity;
      return;
    case Consumes.WALK:
      symbol.impact.walked += quantity;
      return;
    case Consumes.PRINT: {
      const print = symbol.prints[decision.printIndex];
      if (print !== undefined) print.taken += quantity;
    }
  }
}
