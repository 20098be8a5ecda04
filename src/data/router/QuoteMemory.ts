/** The newest quote of every source and symbol: what stands when a source is chosen, and what confirms a price. */
import type { Micros, Price } from '../../domain/units.js';
import { isWithinBand } from './PriceBands.js';

/** Numbers of a quote: time, bid, bid size, ask, ask size, flags, when it came by the process's clock. */
const WIDTH = 7;
const [BID, ASK, FLAGS, RECEIVED] = [1, 3, 5, 6];

/** See the module header. */
export class QuoteMemory {
  private readonly cells: Float64Array;
  private readonly symbolCount: number;
  private readonly sourceCount: number;

  constructor(sourceCount: number, symbolCount: number) {
    this.sourceCount = sourceCount;
    this.symbolCount = symbolCount;
    this.cells = new Float64Array(sourceCount * symbolCount * WIDTH).fill(-Infinity);
  }

  /**
   * Copies a waiting row (its base in `rows`, see RowBuffer.ts) unless a newer quote is known; says whether it did.
   */
  note(source: number, symbolId: number, rows: Float64Array, base: number, now: Micros): boolean {
    const at = (source * this.symbolCount + symbolId) * WIDTH;
    const { cells } = this;
    const time = rows[base] ?? 0;
    if (time < (cells[at] ?? 0)) return false;
    cells[at] = time;
    cells[at + 1] = rows[base + 3] ?? 0;
    cells[at + 2] = rows[base + 4] ?? 0;
    cells[at + 3] = rows[base + 5] ?? 0;
    cells[at + 4] = rows[base + 6] ?? 0;
    cells[at + 5] = rows[base + 7] ?? 0;
    cells[at + 6] = now;
    return true;
  }

  /** Whether a source has a quote that came since a moment of the process's clock, with a time up to `settled`. */
  stands(source: number, symbolId: number, since: Micros, settled: Micros): boolean {
    const at = (source * this.symbolCount + symbolId) * WIDTH;
    return source >= 0 && (this.cells[at + RECEIVED] ?? 0) >= since && (this.cells[at] ?? 0) <= settled;
  }

  /** Writes sides and flags of the newest quote into a row. */
  write(source: number, symbolId: number, rows: Float64Array, base: number): void {
    const at = (source * this.symbolCount + symbolId) * WIDTH;
    for (let part = 0; part < 5; part += 1) rows[base + 3 + part] = this.cells[at + 1 + part] ?? 0;
  }

  /** Whether a source other than `besides` ever brought a quote of a symbol. */
  isKnown(symbolId: number, besides: number): boolean {
    for (let source = 0; source < this.sourceCount; source += 1) {
      const time = this.cells[(source * this.symbolCount + symbolId) * WIDTH] ?? 0;
      if (source !== besides && time > 0) return true;
    }
    return false;
  }

  /** Whether a price lies at the source's own quote, which must be firm, two-sided and not crossed. */
  shows(source: number, symbolId: number, price: Price): boolean {
    const at = (source * this.symbolCount + symbolId) * WIDTH;
    const bid = this.cells[at + BID] ?? 0;
    const ask = this.cells[at + ASK] ?? 0;
    return (
      bid > 0 && ask >= bid && this.cells[at + FLAGS] === 0 && isWithinBand(price, bid) && isWithinBand(price, ask)
    );
  }
}
