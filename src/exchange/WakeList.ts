/** The symbols that the venue looks at although nothing comes, and the first time at which it does. */
import type { Micros } from '../domain/units.js';
import { CLOSING_PATIENCE } from './matching/AuctionMatcher.js';
import { CROSSED_PATIENCE } from './matching/QuoteMatcher.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';

/** See the module header. One per exchange. */
export class WakeList {
  /** The first {@link SymbolMarket.wakeAt} of all that are noted; Infinity if there is none. Read-only to users. */
  due: Micros = Infinity;
  private readonly symbols: SymbolMarket[] = [];

  /**
   * Says when the venue must look again at a symbol although nothing comes: a crossed quote becomes usable, an auction
   * is late.
   */
  plan(symbol: SymbolMarket, session: TradingSession, time: Micros): void {
    symbol.wakeAt = Infinity;
    if (symbol.orders.length === 0) return;
    if (symbol.crossedSince !== 0) {
      const usable = symbol.crossedSince + CROSSED_PATIENCE;
      if (usable > time) symbol.wakeAt = usable;
    }
    const estimate = session.close + CLOSING_PATIENCE;
    if (time >= session.close && time < estimate && symbol.closedAt === 0 && symbol.regularPrice !== 0) {
      symbol.wakeAt = Math.min(symbol.wakeAt, estimate);
    }
    this.note(symbol);
  }

  /** Notes a symbol that wants to be looked at; one that does not is left out. */
  note(symbol: SymbolMarket): void {
    if (symbol.wakeAt === Infinity) return;
    if (!this.symbols.includes(symbol)) this.symbols.push(symbol);
    if (symbol.wakeAt < this.due) this.due = symbol.wakeAt;
  }

  /** Calls `look` for each symbol whose time has come; it may want to be looked at again. */
  run(time: Micros, look: (symbol: SymbolMarket) => void): void {
    if (this.due > time) return;
    const symbols = this.symbols.splice(0).sort((a, b) => a.symbolId - b.symbolId);
    this.due = Infinity;
    for (const symbol of symbols) {
      if (symbol.wakeAt <= time) look(symbol);
      this.note(symbol);
    }
  }

  /** Makes the list anew from the symbols' own times. */
  reset(symbols: readonly SymbolMarket[]): void {
    this.symbols.length = 0;
    this.due = Infinity;
    for (const symbol of symbols) this.note(symbol);
  }
}

/** Whether a symbol is looked at because its crossed quote becomes usable, and not for a late auction. */
export function isQuoteDue(symbol: SymbolMarket): boolean {
  return symbol.crossedSince !== 0 && symbol.crossedSince + CROSSED_PATIENCE === symbol.wakeAt;
}
