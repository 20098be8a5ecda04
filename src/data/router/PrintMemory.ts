/**
 * The prints that were given to the reader lately, and those that came too late for it: what minutes are revised by
 * when a late print, a cancel or a correction changes them (F48, X8). A ring of a fixed size.
 */
import { BarBuilder } from '../../engine/BarBuilder.js';
import type { PrintTable } from '../../domain/marketTables.js';
import type { MinuteFigures } from '../../domain/liveMarket.js';
import { createBarTable, createPrintTable, ensureRoom } from '../../domain/tables.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';

/** A row of the ring that was taken back. */
const DEAD = 1;

/** What identifies a print that a source wants changed. */
export interface PrintIdentity {
  readonly symbolId: number;
  readonly time: Micros;
  /** 0 if the source has none: then price and size must agree. */
  readonly number: number;
  readonly price: number;
  readonly size: number;
}

/** See the module header. */
export class PrintMemory {
  private readonly prints: PrintTable;
  private readonly numbers: Float64Array;
  private readonly dead: Uint8Array;
  private readonly mask: number;
  /** Rows ever added; row `n` is at `n & mask`. */
  private added = 0;
  /** The latest time of a row that was overwritten. */
  private forgottenTo: Micros = -Infinity;

  /** `capacity` is a power of two. */
  constructor(capacity: number) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, 'the capacity is a power of two');
    this.prints = createPrintTable(capacity);
    this.numbers = new Float64Array(capacity);
    this.dead = new Uint8Array(capacity);
    this.mask = capacity - 1;
  }

  /** Remembers a print. */
  add(
    time: Micros,
    symbolId: number,
    number: number,
    price: number,
    size: number,
    flags: number,
    exchange: number,
  ): void {
    const at = this.added & this.mask;
    const { prints } = this;
    if (this.added > this.mask) {
      const old = prints.time[at] ?? 0;
      if (old > this.forgottenTo) this.forgottenTo = old;
    }
    prints.time[at] = time;
    prints.symbolId[at] = symbolId;
    prints.price[at] = price;
    prints.size[at] = size;
    prints.flags[at] = flags;
    prints.exchange[at] = exchange;
    this.numbers[at] = number;
    this.dead[at] = 0;
    this.added += 1;
  }

  /** Whether every print of a minute that was ever added is still there. */
  covers(start: Micros): boolean {
    return start > this.forgottenTo;
  }

  /**
   * Takes a print back. Says when it was, or undefined if it is not there (any more, or it was taken back before).
   */
  kill(print: PrintIdentity): { readonly time: Micros; readonly flags: number; readonly exchange: number } | undefined {
    const { prints, mask } = this;
    const oldest = Math.max(0, this.added - mask - 1);
    for (let n = this.added - 1; n >= oldest; n -= 1) {
      const at = n & mask;
      if (this.dead[at] === DEAD || prints.symbolId[at] !== print.symbolId) continue;
      const isSame =
        print.number > 0
          ? this.numbers[at] === print.number
          : prints.time[at] === print.time && prints.price[at] === print.price && prints.size[at] === print.size;
      if (!isSame) continue;
      this.dead[at] = DEAD;
      return { time: prints.time[at] ?? 0, flags: prints.flags[at] ?? 0, exchange: prints.exchange[at] ?? 0 };
    }
    return undefined;
  }

  /**
   * The figures of minutes as their prints make them by now, in order of time as if none had been late; one pass over
   * the ring for all of them. Keys are those of {@link minuteKey}; a minute without a price has undefined.
   */
  figuresOf(minutes: ReadonlySet<number>): Map<number, MinuteFigures | undefined> {
    const rows = new Map<number, number[]>();
    for (const key of minutes) rows.set(key, []);
    const { prints, mask } = this;
    for (let n = Math.max(0, this.added - mask - 1); n < this.added; n += 1) {
      const at = n & mask;
      if (this.dead[at] === DEAD) continue;
      rows.get(minuteKey(prints.symbolId[at] ?? 0, prints.time[at] ?? 0))?.push(at);
    }
    const figures = new Map<number, MinuteFigures | undefined>();
    for (const [key, places] of rows) figures.set(key, this.figuresOfRows(places));
    return figures;
  }

  private figuresOfRows(places: readonly number[]): MinuteFigures | undefined {
    const { prints, numbers } = this;
    const sorted = places.toSorted(
      (a, b) => (prints.time[a] ?? 0) - (prints.time[b] ?? 0) || (numbers[a] ?? 0) - (numbers[b] ?? 0),
    );
    const single = createPrintTable(sorted.length);
    for (const at of sorted) {
      ensureRoom(single);
      const row = single.length;
      single.time[row] = prints.time[at] ?? 0;
      single.price[row] = prints.price[at] ?? 0;
      single.size[row] = prints.size[at] ?? 0;
      single.flags[row] = prints.flags[at] ?? 0;
      single.length = row + 1;
    }
    const builder = new BarBuilder('1m', 1);
    for (let row = 0; row < single.length; row += 1) builder.addPrint(single, row);
    const bars = createBarTable('1m', 1);
    builder.closeDue(Infinity, bars);
    if (bars.length === 0) return undefined;
    return {
      open: bars.open[0] ?? 0,
      high: bars.high[0] ?? 0,
      low: bars.low[0] ?? 0,
      close: bars.close[0] ?? 0,
      volume: bars.volume[0] ?? 0,
    };
  }
}

/** A symbol's minute as one number: that which contains `time`. */
export function minuteKey(symbolId: number, time: Micros): number {
  return Math.floor(time / MINUTE) * 65_536 + symbolId;
}
