/**
 * The price levels of a book, both sides. Levels inside a window of ticks are found by their index, and the best one
 * by three bit scans (a word of 32 levels, a summary of 32 words, one integer of 32 summaries); levels outside are
 * kept sorted (FarLevels). The window moves when work outside has become worth it. Where a level lies never
 * shows in a result.
 *
 * Inside, one code serves both sides: a price's merit is its tick for bids and the tick's complement (~tick) for
 * asks, so that more is always better, and the bits of asks run the other way. Sides alternate at random; a branch
 * on them would be guessed wrong half the time.
 *
 * A price holds orders of one side only: the book is never crossed nor locked. The place of a row holds until the
 * next call of `open` or `rowOf`.
 */
import { assert } from '../utils/assert.js';
import type { BookSide } from './bookLayout.js';
import { BUY, COUNT, HEAD, LEVEL_SHIFT, NO_ASK, NO_BID, SELL, TAIL, TOTAL } from './bookLayout.js';
import { FarLevels } from './FarLevels.js';

/** The largest window; a top integer of 32 summaries of 32 words of 32 levels. */
export const MAX_WINDOW_TICKS = 32 * 32 * 32;
const MIN_WINDOW_TICKS = 1024;

/** Where the parts of one side's bitmap begin, and how long one side's is. */
const SUMMARY = 1024;
const TOP = SUMMARY + 32;
const SIDE_SHIFT = 11;

/** Uses of far levels after which the window is moved: they must cost more than the move. */
const MOST_FAR_USES = 256;
const FIRST_FAR_ROWS = 64;

/** The tick for bids, its complement for asks: more is better. Its own inverse. */
export function meritOf(side: BookSide, tick: number): number {
  return tick ^ -side;
}

/** See the module header. */
export class PriceLevels {
  /** Level rows: the window's first, the far ones behind. Replaced when it grows. */
  rows: Int32Array;
  /** Highest bid in ticks, {@link NO_BID} if there is none, and lowest ask, {@link NO_ASK}. Read-only to users. */
  readonly best = Int32Array.of(NO_BID, NO_ASK);
  private readonly windowTicks: number;
  private base: number;
  private readonly bits = new Int32Array(2 << SIDE_SHIFT);
  /** By side; ordered by merit. */
  private readonly far = [new FarLevels(), new FarLevels()] as const;
  private farUses = 0;
  private freeFar = 0;
  private endOfRows: number;

  /** `windowTicks`: a power of two from 1,024 to {@link MAX_WINDOW_TICKS}. */
  constructor(windowTicks: number) {
    const isPower = (windowTicks & (windowTicks - 1)) === 0;
    assert(isPower && windowTicks >= MIN_WINDOW_TICKS && windowTicks <= MAX_WINDOW_TICKS, `window of ${windowTicks}`);
    this.windowTicks = windowTicks;
    // No tick is inside until the first level opens.
    this.base = -windowTicks;
    this.endOfRows = windowTicks << LEVEL_SHIFT;
    this.rows = new Int32Array(this.endOfRows + (FIRST_FAR_ROWS << LEVEL_SHIFT));
  }

  /** First tick of the window; for tests and diagnosis. */
  get windowStart(): number {
    return this.base;
  }

  /** The best price of a side in ticks; {@link NO_BID} or {@link NO_ASK} if it has none. */
  bestOf(side: BookSide): number {
    return this.best[side] ?? 0;
  }

  /** Whether an order would trade with the other side. */
  crosses(side: BookSide, tick: number): boolean {
    return ((this.best[1 - side] ?? 0) ^ -side) <= (tick ^ -side);
  }

  /** The row of the level at `tick`, made empty if there is none; the caller puts an order in. */
  open(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    if (slot >>> 0 >= this.windowTicks) return this.openFar(side, tick);
    const row = slot << LEVEL_SHIFT;
    if (this.rows[row | COUNT] === 0) this.mark(side, slot, tick);
    return row;
  }

  /** The row of the level at `tick`; -1 if it holds no order of the side. Changes nothing. */
  find(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    if (slot >>> 0 >= this.windowTicks) return this.farOf(side).rowOf(meritOf(side, tick));
    const place = slot ^ (-side & (this.windowTicks - 1));
    const word = this.bits[(side << SIDE_SHIFT) + (place >>> 5)] ?? 0;
    return (word & (1 << (place & 31))) === 0 ? -1 : slot << LEVEL_SHIFT;
  }

  /** The row of a level that is known to hold orders of the side. */
  rowOf(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    return slot >>> 0 < this.windowTicks ? slot << LEVEL_SHIFT : this.farRowOf(side, tick);
  }

  /** Takes a level away whose last order has left; its row is all zeros. */
  close(side: BookSide, tick: number): void {
    const slot = tick - this.base;
    if (slot >>> 0 < this.windowTicks) this.unmark(side, slot);
    else this.closeFar(side, tick);
    if (tick === this.best[side]) this.best[side] = this.findBest(side);
  }

  /**
   * The next level of the side that is worse than `tick`: lower for bids, higher for asks. {@link NO_BID} or
   * {@link NO_ASK} at the end. `tick` need not hold a level.
   */
  worse(side: BookSide, tick: number): number {
    const mask = -side & (this.windowTicks - 1);
    const slot = Math.max(-1, Math.min(tick - this.base, this.windowTicks));
    // Outside the window a place is below or above every bit.
    const isInside = slot >= 0 && slot < this.windowTicks;
    const isAbove = slot < 0 === (side === SELL);
    const place = this.highestBelow(side, isInside ? slot ^ mask : isAbove ? this.windowTicks : 0);
    const near = place < 0 ? noneOf(side) : this.base + (place ^ mask);
    const far = this.farOf(side);
    const farPlace = far.lowerBound(meritOf(side, tick)) - 1;
    if (farPlace < 0) return near;
    return meritOf(side, Math.max(meritOf(side, near), far.keyAt(farPlace)));
  }

  private mark(side: BookSide, slot: number, tick: number): void {
    const { bits } = this;
    const start = side << SIDE_SHIFT;
    const place = slot ^ (-side & (this.windowTicks - 1));
    const word = start + (place >>> 5);
    const old = bits[word] ?? 0;
    bits[word] = old | (1 << (place & 31));
    if (old === 0) {
      const summary = start + SUMMARY + (place >>> 10);
      bits[summary] = (bits[summary] ?? 0) | (1 << ((place >>> 5) & 31));
      bits[start + TOP] = (bits[start + TOP] ?? 0) | (1 << (place >>> 10));
    }
    this.improve(side, tick);
  }

  private improve(side: BookSide, tick: number): void {
    if ((tick ^ -side) > ((this.best[side] ?? 0) ^ -side)) this.best[side] = tick;
  }

  private unmark(side: BookSide, slot: number): void {
    const { bits } = this;
    const start = side << SIDE_SHIFT;
    const place = slot ^ (-side & (this.windowTicks - 1));
    const word = start + (place >>> 5);
    const left = (bits[word] ?? 0) & ~(1 << (place & 31));
    bits[word] = left;
    if (left !== 0) return;
    const summary = start + SUMMARY + (place >>> 10);
    const leftWords = (bits[summary] ?? 0) & ~(1 << ((place >>> 5) & 31));
    bits[summary] = leftWords;
    if (leftWords === 0) bits[start + TOP] = (bits[start + TOP] ?? 0) & ~(1 << (place >>> 10));
  }

  private findBest(side: BookSide): number {
    const { bits } = this;
    const start = side << SIDE_SHIFT;
    const top = bits[start + TOP] ?? 0;
    const far = this.farOf(side);
    if (top === 0) return far.count === 0 ? noneOf(side) : meritOf(side, far.keyAt(far.count - 1));
    const summary = 31 - Math.clz32(top);
    const word = (summary << 5) + 31 - Math.clz32(bits[start + SUMMARY + summary] ?? 0);
    const place = (word << 5) + 31 - Math.clz32(bits[start + word] ?? 0);
    const near = this.base + (place ^ (-side & (this.windowTicks - 1)));
    if (far.count === 0) return near;
    return meritOf(side, Math.max(meritOf(side, near), far.keyAt(far.count - 1)));
  }

  /** The highest bit of the window below a place, which is from 0 to the window's length; -1 if there is none. */
  private highestBelow(side: BookSide, place: number): number {
    const { bits } = this;
    if (place <= 0) return -1;
    const start = side << SIDE_SHIFT;
    const last = place - 1;
    let word = last >>> 5;
    // The bits up to and including `last` of its word; then of its summary; then of the top, without their own.
    const inWord = (bits[start + word] ?? 0) & (-1 >>> (31 - (last & 31)));
    if (inWord !== 0) return (word << 5) + 31 - Math.clz32(inWord);
    let summary = word >>> 5;
    let words = (bits[start + SUMMARY + summary] ?? 0) & below(word & 31);
    if (words === 0) {
      const summaries = (bits[start + TOP] ?? 0) & below(summary);
      if (summaries === 0) return -1;
      summary = 31 - Math.clz32(summaries);
      words = bits[start + SUMMARY + summary] ?? 0;
    }
    word = (summary << 5) + 31 - Math.clz32(words);
    return (word << 5) + 31 - Math.clz32(bits[start + word] ?? 0);
  }

  private farOf(side: BookSide): FarLevels {
    return side === BUY ? this.far[0] : this.far[1];
  }

  private openFar(side: BookSide, tick: number): number {
    if (this.moveIfDue(tick)) return this.open(side, tick);
    const far = this.farOf(side);
    const known = far.rowOf(meritOf(side, tick));
    if (known >= 0) return known;
    const row = this.takeFarRow();
    far.insert(meritOf(side, tick), row);
    this.improve(side, tick);
    return row;
  }

  private farRowOf(side: BookSide, tick: number): number {
    if (this.moveIfDue(tick)) return (tick - this.base) << LEVEL_SHIFT;
    return this.farOf(side).rowOf(meritOf(side, tick));
  }

  private closeFar(side: BookSide, tick: number): void {
    const far = this.farOf(side);
    this.releaseFarRow(far.rowOf(meritOf(side, tick)));
    far.remove(meritOf(side, tick));
  }

  /** Moves the window if that is due; whether `tick` is inside it now. */
  private moveIfDue(tick: number): boolean {
    this.farUses += 1;
    const isEmpty = ((this.bits[TOP] ?? 0) | (this.bits[(SELL << SIDE_SHIFT) | TOP] ?? 0)) === 0;
    if (!isEmpty && this.farUses <= MOST_FAR_USES) return false;
    this.farUses = 0;
    const half = this.windowTicks >>> 1;
    const [bid, ask] = [this.bestOf(BUY), this.bestOf(SELL)];
    const isWide = bid === NO_BID || ask - bid >= half;
    const base = Math.max(0, (isWide ? tick : bid + ((ask - bid) >>> 1)) - half);
    if (base !== this.base) this.moveTo(base);
    return tick - base >= 0 && tick - base < this.windowTicks;
  }

  private moveTo(base: number): void {
    const levels = this.listLevels();
    this.rows.fill(0);
    this.bits.fill(0);
    for (const far of this.far) far.clear();
    this.freeFar = 0;
    this.endOfRows = this.windowTicks << LEVEL_SHIFT;
    this.base = base;
    for (let i = 0; i < levels.length; i += 6) this.place(levels, i);
  }

  /** Side, tick, head, tail, total and count of every level in turn. */
  private listLevels(): number[] {
    const levels: number[] = [];
    for (const side of [BUY, SELL] as const) {
      for (let tick = this.bestOf(side); tick !== noneOf(side); tick = this.worse(side, tick)) {
        const row = this.find(side, tick);
        levels.push(side, tick);
        for (let field = HEAD; field <= COUNT; field += 1) levels.push(this.rows[row + field] ?? 0);
      }
    }
    return levels;
  }

  private place(levels: readonly number[], at: number): void {
    const side = levels[at] === BUY ? BUY : SELL;
    const tick = levels[at + 1] ?? 0;
    const slot = tick - this.base;
    let row = slot << LEVEL_SHIFT;
    if (slot >= 0 && slot < this.windowTicks) {
      this.mark(side, slot, tick);
    } else {
      row = this.takeFarRow();
      this.farOf(side).insert(meritOf(side, tick), row);
    }
    for (let field = HEAD; field <= COUNT; field += 1) this.rows[row + field] = levels[at + 2 + field] ?? 0;
  }

  /** An empty row behind the window. Free ones are chained through their tail, by place, 0 at the end. */
  private takeFarRow(): number {
    const free = this.freeFar;
    if (free !== 0) {
      this.freeFar = this.rows[free | TAIL] ?? 0;
      this.rows[free | TAIL] = 0;
      return free;
    }
    const row = this.endOfRows;
    this.endOfRows += 1 << LEVEL_SHIFT;
    if (this.endOfRows > this.rows.length) {
      const rows = new Int32Array(this.rows.length * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    return row;
  }

  private releaseFarRow(row: number): void {
    assert(this.rows[row | COUNT] === 0 && this.rows[row | TOTAL] === 0, 'a level is closed only when it is empty');
    this.rows[row | TAIL] = this.freeFar;
    this.freeFar = row;
  }
}

/** The best price of a side without levels. */
function noneOf(side: BookSide): number {
  return side === BUY ? NO_BID : NO_ASK;
}

/** The bits below one; none for 0. */
function below(bit: number): number {
  return ((1 << bit) - 1) | 0;
}
