/** The symbols with open orders for which something came in the present instant, each once, in the order of coming. */
import type { Micros } from '../domain/units.js';
import type { Matcher } from './Matcher.js';
import type { SymbolMarket } from './SymbolMarket.js';

/** See the module header. */
export class TouchedSymbols {
  private readonly symbols: SymbolMarket[] = [];
  private count = 0;
  private instant: Micros = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Notes evidence of a kind that came for a symbol at `time`. */
  touch(symbol: SymbolMarket, kind: number, time: Micros): void {
    if (time !== this.instant) this.begin(time);
    if (symbol.evidence === 0) {
      this.symbols[this.count] = symbol;
      this.count += 1;
    }
    symbol.evidence |= kind;
  }

  /** Lets the matcher decide on each and forgets them. */
  run(matcher: Matcher, time: Micros): void {
    const { symbols, count } = this;
    for (let i = 0; i < count; i += 1) {
      const symbol = symbols[i];
      if (symbol !== undefined) matcher.matchInstant(symbol, time);
    }
    this.count = 0;
  }

  /** What came in an earlier instant and was not matched, as on recovery, decides nothing any more. */
  begin(time: Micros): void {
    this.instant = time;
    for (let i = 0; i < this.count; i += 1) this.symbols[i]?.endInstant();
    this.count = 0;
  }
}
