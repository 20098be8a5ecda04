/**
 * The price levels of a book, both sides. Levels inside a window of ticks are found by their index, and the best one
 * by three bit scans (a word of 32 levels, a summary of 32 words, one integer of 32 summaries); levels outside are
 * kept sorted (FarLevels). The window moves when work outside has become worth it. Where a level lies never
 * shows in a result.
 *
 * A price holds orders of one side only: the book is never crossed nor locked. The place of a row holds until the
 * next call of `open` or `rowOf`.
 */
import { assert } from '../../utils/assert.js';
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

/** See the module header. */
export class PriceLevels {
  /** Level rows: the window's first, the far ones behind. Replaced when it grows. */
  rows: Int32Array;
  /** Highest bid in ticks, {@link NO_BID} if there is none. Read-only to users. */
  bestBid: number = NO_BID;
  /** Lowest ask in ticks, {@link NO_ASK} if there is none. Read-only to users. */
  bestAsk: number = NO_ASK;
  private readonly windowTicks: number;
  private base: number;
  private readonly bits = new Int32Array(2 << SIDE_SHIFT);
  private readonly farBids = new FarLevels();
  private readonly farAsks = new FarLevels();
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

  /** The row of the level at `tick`, made empty if there is none; the caller puts an order in. */
  open(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    if (slot >>> 0 >= this.windowTicks) return this.openFar(side, tick);
    const row = slot << LEVEL_SHIFT;
    if (this.rows[row + COUNT] === 0) this.mark(side, slot, tick);
    return row;
  }

  /** The row of the level at `tick`; -1 if it holds no order of the side. Changes nothing. */
  find(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    if (slot >>> 0 >= this.windowTicks) return this.findFar(side, tick);
    const row = slot << LEVEL_SHIFT;
    const word = (side << SIDE_SHIFT) + (slot >>> 5);
    return ((this.bits[word] ?? 0) & (1 << (slot & 31))) === 0 ? -1 : row;
  }

  /** The row of a level that is known to hold orders of the side. */
  rowOf(side: BookSide, tick: number): number {
    const slot = tick - this.base;
    if (slot >>> 0 < this.windowTicks) return slot << LEVEL_SHIFT;
    return this.moveIfDue(tick) ? (tick - this.base) << LEVEL_SHIFT : this.findFar(side, tick);
  }

  /** Takes a level away whose last order has left; its row is all zeros. */
  close(side: BookSide, tick: number): void {
    const slot = tick - this.base;
    if (slot >>> 0 >= this.windowTicks) this.closeFar(side, tick);
    else this.unmark(side, slot);
    if (side === BUY) {
      if (tick === this.bestBid) this.bestBid = this.highestBid();
    } else if (tick === this.bestAsk) {
      this.bestAsk = this.lowestAsk();
    }
  }

  /**
   * The next level of the side that is worse than `tick`: lower for bids, higher for asks. {@link NO_BID} or
   * {@link NO_ASK} at the end. `tick` need not hold a level.
   */
  worse(side: BookSide, tick: number): number {
    const far = side === BUY ? this.farBids : this.farAsks;
    if (side === BUY) {
      const near = this.highestBelow(Math.min(tick - this.base, this.windowTicks));
      const place = far.lowerBound(tick) - 1;
      return place < 0 ? near : Math.max(near, far.tickAt(place));
    }
    const near = this.lowestAbove(Math.max(tick - this.base, -1));
    const place = far.lowerBound(tick + 1);
    return place === far.count ? near : Math.min(near, far.tickAt(place));
  }

  private mark(side: BookSide, slot: number, tick: number): void {
    const { bits } = this;
    const start = side << SIDE_SHIFT;
    const word = start + (slot >>> 5);
    const old = bits[word] ?? 0;
    bits[word] = old | (1 << (slot & 31));
    if (old === 0) {
      const summary = start + SUMMARY + (slot >>> 10);
      bits[summary] = (bits[summary] ?? 0) | (1 << ((slot >>> 5) & 31));
      bits[start + TOP] = (bits[start + TOP] ?? 0) | (1 << (slot >>> 10));
    }
    this.improve(side, tick);
  }

  private improve(side: BookSide, tick: number): void {
    if (side === BUY) {
      if (tick > this.bestBid) this.bestBid = tick;
    } else if (tick < this.bestAsk) {
      this.bestAsk = tick;
    }
  }

  private unmark(side: BookSide, slot: number): void {
    const { bits } = this;
    const start = side << SIDE_SHIFT;
    const word = start + (slot >>> 5);
    const left = (bits[word] ?? 0) & ~(1 << (slot & 31));
    bits[word] = left;
    if (left !== 0) return;
    const summary = start + SUMMARY + (slot >>> 10);
    const leftWords = (bits[summary] ?? 0) & ~(1 << ((slot >>> 5) & 31));
    bits[summary] = leftWords;
    if (leftWords === 0) bits[start + TOP] = (bits[start + TOP] ?? 0) & ~(1 << (slot >>> 10));
  }

  private highestBid(): number {
    const { bits, farBids } = this;
    const far = farBids.count === 0 ? NO_BID : farBids.tickAt(farBids.count - 1);
    const top = bits[TOP] ?? 0;
    if (top === 0) return far;
    const summary = 31 - Math.clz32(top);
    const word = (summary << 5) + 31 - Math.clz32(bits[SUMMARY + summary] ?? 0);
    const near = this.base + (word << 5) + 31 - Math.clz32(bits[word] ?? 0);
    return near > far ? near : far;
  }

  private lowestAsk(): number {
    const { bits, farAsks } = this;
    const far = farAsks.count === 0 ? NO_ASK : farAsks.tickAt(0);
    const start = SELL << SIDE_SHIFT;
    const top = bits[start + TOP] ?? 0;
    if (top === 0) return far;
    const summary = lowestBit(top);
    const word = (summary << 5) + lowestBit(bits[start + SUMMARY + summary] ?? 0);
    const near = this.base + (word << 5) + lowestBit(bits[start + word] ?? 0);
    return near < far ? near : far;
  }

  /** The highest bid of the window below a slot, which is at most the window's length. */
  private highestBelow(slot: number): number {
    const { bits } = this;
    if (slot <= 0) return NO_BID;
    const last = slot - 1;
    let word = last >>> 5;
    // The bits up to and including `last` of its word; then of its summary; then of the top, without their own.
    const inWord = (bits[word] ?? 0) & (-1 >>> (31 - (last & 31)));
    if (inWord !== 0) return this.base + (word << 5) + 31 - Math.clz32(inWord);
    let summary = word >>> 5;
    let words = (bits[SUMMARY + summary] ?? 0) & below(word & 31);
    if (words === 0) {
      const summaries = (bits[TOP] ?? 0) & below(summary);
      if (summaries === 0) return NO_BID;
      summary = 31 - Math.clz32(summaries);
      words = bits[SUMMARY + summary] ?? 0;
    }
    word = (summary << 5) + 31 - Math.clz32(words);
    return this.base + (word << 5) + 31 - Math.clz32(bits[word] ?? 0);
  }

  /** The lowest ask of the window above a slot, which is at least -1. */
  private lowestAbove(slot: number): number {
    const { bits } = this;
    const start = SELL << SIDE_SHIFT;
    const first = slot + 1;
    if (first >= this.windowTicks) return NO_ASK;
    let word = first >>> 5;
    const inWord = (bits[start + word] ?? 0) & (-1 << (first & 31));
    if (inWord !== 0) return this.base + (word << 5) + lowestBit(inWord);
    let summary = word >>> 5;
    let words = (bits[start + SUMMARY + summary] ?? 0) & above(word & 31);
    if (words === 0) {
      const summaries = (bits[start + TOP] ?? 0) & above(summary);
      if (summaries === 0) return NO_ASK;
      summary = lowestBit(summaries);
      words = bits[start + SUMMARY + summary] ?? 0;
    }
    word = (summary << 5) + lowestBit(words);
    return this.base + (word << 5) + lowestBit(bits[start + word] ?? 0);
  }

  private openFar(side: BookSide, tick: number): number {
    if (this.moveIfDue(tick)) return this.open(side, tick);
    const far = side === BUY ? this.farBids : this.farAsks;
    const known = far.rowOf(tick);
    if (known >= 0) return known;
    const row = this.takeFarRow();
    far.insert(tick, row);
    this.improve(side, tick);
    return row;
  }

  private findFar(side: BookSide, tick: number): number {
    return (side === BUY ? this.farBids : this.farAsks).rowOf(tick);
  }

  private closeFar(side: BookSide, tick: number): void {
    const far = side === BUY ? this.farBids : this.farAsks;
    this.releaseFarRow(far.rowOf(tick));
    far.remove(tick);
  }

  /** Moves the window if that is due and brings `tick` into it. */
  private moveIfDue(tick: number): boolean {
    this.farUses += 1;
    const isEmpty = ((this.bits[TOP] ?? 0) | (this.bits[(SELL << SIDE_SHIFT) + TOP] ?? 0)) === 0;
    if (!isEmpty && this.farUses <= MOST_FAR_USES) return false;
    this.farUses = 0;
    const half = this.windowTicks >>> 1;
    const isWide = this.bestBid === NO_BID || this.bestAsk - this.bestBid >= half;
    const centre = isWide ? tick : this.bestBid + ((this.bestAsk - this.bestBid) >>> 1);
    const base = Math.max(0, centre - half);
    if (base !== this.base) this.moveTo(base);
    return tick - base >= 0 && tick - base < this.windowTicks;
  }

  private moveTo(base: number): void {
    const levels = this.listLevels();
    this.rows.fill(0);
    this.bits.fill(0);
    this.farBids.clear();
    this.farAsks.clear();
    this.freeFar = 0;
    this.endOfRows = this.windowTicks << LEVEL_SHIFT;
    this.base = base;
    for (let i = 0; i < levels.length; i += 6) this.place(levels, i);
  }

  /** Side, tick, head, tail, total and count of every level in turn. */
  private listLevels(): number[] {
    const levels: number[] = [];
    for (const side of [BUY, SELL] as const) {
      const end = side === BUY ? NO_BID : NO_ASK;
      let tick = side === BUY ? this.bestBid : this.bestAsk;
      for (; tick !== end; tick = this.worse(side, tick)) {
        const slot = tick - this.base;
        const isNear = slot >= 0 && slot < this.windowTicks;
        const row = isNear ? slot << LEVEL_SHIFT : (side === BUY ? this.farBids : this.farAsks).rowOf(tick);
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
      (side === BUY ? this.farBids : this.farAsks).insert(tick, row);
    }
    for (let field = HEAD; field <= COUNT; field += 1) this.rows[row + field] = levels[at + 2 + field] ?? 0;
  }

  /** An empty row behind the window. Free ones are chained through their tail, by place, 0 at the end. */
  private takeFarRow(): number {
    const free = this.freeFar;
    if (free !== 0) {
      this.freeFar = this.rows[free + TAIL] ?? 0;
      this.rows[free + TAIL] = 0;
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
    assert(this.rows[row + COUNT] === 0 && this.rows[row + TOTAL] === 0, 'a level is closed only when it is empty');
    this.rows[row + TAIL] = this.freeFar;
    this.freeFar = row;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** The bits below one; none for 0. */
function below(bit: number): number {
  return ((1 << bit) - 1) | 0;
}

/** The bits above one; none for 31. */
function above(bit: number): number {
  return bit === 31 ? 0 : -1 << (bit + 1);
}
