/**
 * One output of an indicator for every symbol of a strategy instance, with a short past.
 *
 * All indicators write into this one class, so that what a strategy reads (`value`, `ago`, `crossedAbove`)
 * is the same fast code whatever computed it. Values are kept in the integer units of the price columns;
 * `value` converts to what the author thinks in (dollars, or the indicator's own unit).
 */
import { AssertionError, assert } from '../utils/assert.js';
import { CrossesAhead, DEEP } from './CrossesAhead.js';
import { RowsAhead } from './RowsAhead.js';

/** Which symbol a strategy's hook is about; shared by the strategy's lines and moved by the runner. */
export interface SymbolCursor {
  /** Index of the symbol in the instance's own list. */
  slot: number;
}

/** How many values a line remembers, the newest included; a power of two. */
export const LINE_DEPTH = 64;
/** By how many rows the lines of one symbol may be ahead of the bar at hand without losing what is remembered. */
export const MOST_AHEAD = DEEP - LINE_DEPTH;
const SOLE_MASK = DEEP - 1;
/** More rows than a line is ever ahead by. */
const NEVER = 2 * DEEP;

/** See the module header. Members that are not documented for authors belong to indicators and the runner. */
export class IndicatorLine {
  /**
   * The rings of the newest values: first the first place of every slot's ring, then the second of every slot's, and
   * so on; NaN where there is none. Symbols of a merged market move on together, so that what one instant reads and
   * writes lies side by side.
   */
  readonly values: Float64Array;
  /** Raw units per unit that the author reads: the price scale for prices, 1 for pure numbers. */
  readonly unit: number;
  private readonly cursor: SymbolCursor;
  /** What was computed of later bars is not to be seen yet. */
  private readonly ahead: RowsAhead;
  private readonly slots: number;
  /** Which bits of a value's number say where in the ring of its slot it lies. */
  readonly mask: number;
  /** Per slot, how many values were written. Integers: a count kept as a double would be converted on every use. */
  readonly counts: Int32Array;
  /** What every slot has of {@link counts}; −1 where they differ or it is not known. */
  level = -1;
  /** The same for the only slot of a line that has one, so that the hot loop of one symbol reads a field. */
  private soleCount = 0;
  private readonly isSole: boolean;
  /**
   * Beside each value of the ring, the number of that with which the line began anew, counted from 1; 0 where a bar
   * has none. Only of a line that comes and goes.
   */
  private readonly series: Int32Array | undefined = undefined;
  /**
   * The line of the same scope that this one is known not to cross while at least `quietRows` of its values are of
   * later bars; {@link NEVER} as soon as it has another value.
   */
  private quietOther: IndicatorLine | undefined = undefined;
  private quietRows = NEVER;
  /** With that other line, as far as this one is ahead. */
  private crosses: CrossesAhead | undefined = undefined;
  /** Where the newest values and those before them begin in the rings of slots that have `rowCount` values. */
  private rowCount = 0;
  private nowRow = 0;
  private pastRow = 0;

  /** A line that comes and goes is told of every bar, by {@link next} or {@link skip}. */
  constructor(cursor: SymbolCursor, slots: number, unit: number, ahead = new RowsAhead(), comesAndGoes = false) {
    this.isSole = slots === 1;
    this.slots = slots;
    const depth = this.isSole ? DEEP : LINE_DEPTH;
    this.mask = depth - 1;
    this.values = new Float64Array(slots * depth).fill(NaN);
    if (comesAndGoes) this.series = new Int32Array(slots * depth);
    this.counts = new Int32Array(slots);
    this.unit = unit;
    this.cursor = cursor;
    this.ahead = ahead;
  }

  /** The newest value for the symbol at hand; NaN before the first. */
  get value(): number {
    return (this.values[this.placeOf(this.cursor.slot, 0)] ?? NaN) / this.unit;
  }

  /** Whether there is a value for the symbol at hand. */
  get ready(): boolean {
    return this.countOf(this.cursor.slot) > 0;
  }

  /** The value `bars` bars ago (0 is the newest, at most {@link LINE_DEPTH} − 1); NaN before the first. */
  ago(bars: number): number {
    if (!Number.isInteger(bars) || bars < 0 || bars >= LINE_DEPTH) refuseAgo(bars);
    const slot = this.cursor.slot;
    if (this.series !== undefined && this.countOf(slot) <= bars) return NaN;
    return (this.values[this.placeOf(slot, bars)] ?? NaN) / this.unit;
  }

  /**
   * Whether this line went from at or below `other` to above it with the newest bar. `other` is a line or a
   * level in the author's unit. False until both have two values.
   */
  crossedAbove(other: IndicatorLine | number): boolean {
    return this.crossed(other, 1);
  }

  /** Whether this line went from at or above `other` to below it with the newest bar. */
  crossedBelow(other: IndicatorLine | number): boolean {
    return this.crossed(other, -1);
  }

  private crossed(other: IndicatorLine | number, sign: number): boolean {
    // Of values that were computed ahead it is known up to where they do not cross: nearly every bar ends here.
    if (other === this.quietOther && this.ahead.rows >= this.quietRows) return false;
    const { values } = this;
    if (typeof other !== 'number' && this.series === undefined && other.series === undefined) {
      // Most crosses are of two averages of one unit: where their values lie follows from how many there are.
      const isSole = this.isSole === true;
      if (this.unit === other.unit && isSole === other.isSole) {
        return isSole ? this.crossedSole(other, sign) : this.crossedAt(other, this.cursor.slot, sign);
      }
    }
    const slot = this.isSole === true ? 0 : this.cursor.slot;
    // Nothing is above or below what there is none of. Only a line that begins anew has values it is not to see.
    if (this.series !== undefined && this.countOf(slot) < 2) return false;
    const now = values[this.placeOf(slot, 0)] ?? NaN;
    if (typeof other === 'number') {
      const level = other * this.unit;
      // Most bars end here: with a known sign one comparison.
      if (sign > 0 ? !(now > level) : !(now < level)) return false;
      const past = values[this.placeOf(slot, 1)] ?? NaN;
      return sign > 0 ? past <= level : past >= level;
    }
    const others = other.values;
    if (other.series !== undefined && other.countOf(slot) < 2) return false;
    // Lines of one unit are compared in raw units: integer sums make equal averages equal.
    const factor = this.unit === other.unit ? 1 : this.unit / other.unit;
    const otherNow = (others[other.placeOf(slot, 0)] ?? NaN) * factor;
    if (sign > 0 ? !(now > otherNow) : !(now < otherNow)) return false;
    const otherPast = (others[other.placeOf(slot, 1)] ?? NaN) * factor;
    const past = values[this.placeOf(slot, 1)] ?? NaN;
    return sign > 0 ? past <= otherPast : past >= otherPast;
  }

  /** As {@link crossed} of two lines of one slot and one unit that never begin anew. */
  private crossedSole(other: IndicatorLine, sign: number): boolean {
    const { values } = this;
    const others = other.values;
    const newest = this.soleCount - this.ahead.rows - 1;
    const othersNewest = other.soleCount - other.ahead.rows - 1;
    const now = (values[newest & SOLE_MASK] ?? NaN) - (others[othersNewest & SOLE_MASK] ?? NaN);
    const past = (values[(newest - 1) & SOLE_MASK] ?? NaN) - (others[(othersNewest - 1) & SOLE_MASK] ?? NaN);
    if (now * past > 0) {
      // One line at a time: a rule that asks of two in turn would look ahead for each at every bar.
      const isFree = this.quietRows === NEVER || this.quietOther === other;
      if (isFree && this.ahead === other.ahead && this.ahead.rows > 0) this.lookAhead(other);
      return false;
    }
    return isCross(now, past, sign);
  }

  /** Finds the next bar with which this line may cross another one of its scope; with the bar at hand it does not. */
  private lookAhead(other: IndicatorLine): void {
    const end = this.soleCount;
    const first = end - this.ahead.rows;
    const crosses = (this.crosses ??= new CrossesAhead());
    if (this.quietOther !== other || crosses.end !== end) {
      crosses.find(this.values, other.values, other.soleCount - end, first, end);
      this.ahead.found = crosses;
    }
    this.quietOther = other;
    this.quietRows = end - crosses.from(first);
  }

  /** The same for lines of several slots, which are never ahead. */
  private crossedAt(other: IndicatorLine, slot: number, sign: number): boolean {
    const { values } = this;
    const others = other.values;
    const count = this.counts[slot] ?? 0;
    const othersCount = other.counts[slot] ?? 0;
    // Symbols of one market mostly have as many values.
    if (count !== this.rowCount) this.countRow(count);
    if (othersCount !== other.rowCount) other.countRow(othersCount);
    const now = (values[this.nowRow + slot] ?? NaN) - (others[other.nowRow + slot] ?? NaN);
    const past = (values[this.pastRow + slot] ?? NaN) - (others[other.pastRow + slot] ?? NaN);
    return isCross(now, past, sign);
  }

  private countRow(count: number): void {
    this.rowCount = count;
    this.nowRow = this.placeIn(0, count - 1);
    this.pastRow = this.placeIn(0, count - 2);
  }

  /** Makes room for the next value of `slot` and returns the index in `values` where the indicator puts it. */
  next(slot: number): number {
    const place = this.nextBar(slot);
    const { series } = this;
    if (series !== undefined) series[place] = series[this.placeIn(slot, this.takenOf(slot) - 2)] || this.takenOf(slot);
    return place;
  }

  /** Of a line that comes and goes: the bar has no value, and the next one begins the line anew. */
  skip(slot: number): void {
    const { series } = this;
    assert(series !== undefined, 'only a line that comes and goes has bars without a value');
    const place = this.nextBar(slot);
    series[place] = 0;
    this.values[place] = NaN;
  }

  /** As {@link next}; what came before is forgotten. */
  nextAnew(slot: number): number {
    const { series } = this;
    assert(series !== undefined, 'only a line that comes and goes begins anew');
    const place = this.nextBar(slot);
    series[place] = this.takenOf(slot);
    return place;
  }

  /**
   * Makes room for `count` values of the only slot and returns the number of the first; the one of number n belongs at
   * n & mask in `values`.
   */
  nextMany(count: number): number {
    const first = this.soleCount;
    this.soleCount = first + count;
    this.quietRows = NEVER;
    const { series, mask } = this;
    if (series !== undefined) {
      const begun = series[(first - 1) & mask] || first + 1;
      const place = first & mask;
      const behind = place + count;
      series.fill(begun, place, behind);
      if (behind > series.length) series.fill(begun, 0, behind - series.length);
    }
    return first;
  }

  /** Number of values for `slot` up to the bar at hand, since the start or since the line began anew. */
  countOf(slot: number): number {
    const bars = this.barsOf(slot);
    const { series } = this;
    if (series === undefined || bars === 0) return bars;
    const begun = series[this.placeIn(slot, bars - 1)] ?? 0;
    return begun === 0 ? 0 : bars + 1 - begun;
  }

  /** Number of places of the ring of `slot` that were taken up to the bar at hand. */
  private barsOf(slot: number): number {
    return this.takenOf(slot) - this.ahead.rows;
  }

  /** The same with those of later bars. */
  takenOf(slot: number): number {
    return this.isSole === true ? this.soleCount : (this.counts[slot] ?? 0);
  }

  /** Where the value of `bars` bars ago lies. */
  private placeOf(slot: number, bars: number): number {
    const ago = 1 + bars + this.ahead.rows;
    if (this.isSole === true) return (this.soleCount - ago) & this.mask;
    return this.placeIn(slot, (this.counts[slot] ?? 0) - ago);
  }

  private nextBar(slot: number): number {
    if (this.isSole === true) {
      const place = this.soleCount & this.mask;
      this.soleCount += 1;
      this.quietRows = NEVER;
      return place;
    }
    const count = this.counts[slot] ?? 0;
    this.counts[slot] = count + 1;
    this.level = -1;
    return this.placeIn(slot, count);
  }

  /** Where the value of number `count` of a slot lies, counted from 0. */
  private placeIn(slot: number, count: number): number {
    return Math.imul(count & this.mask, this.slots) + slot;
  }
}

/**
 * Whether a difference that was `past` and is `now` went over zero in the direction of `sign`. With many symbols nobody
 * foresees on which side the next one is; that it stays there holds for nearly all, and is asked first.
 */
function isCross(now: number, past: number, sign: number): boolean {
  if (now * past > 0) return false;
  return sign > 0 ? now > 0 && past <= 0 : now < 0 && past >= 0;
}

/** The words are made only when they are needed: this is asked at every bar. */
function refuseAgo(bars: number): never {
  throw new AssertionError(`ago(${bars}): 0 to ${LINE_DEPTH - 1} is kept`);
}
