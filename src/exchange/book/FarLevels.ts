/**
 * The price levels of one side that lie outside the window of a {@link PriceLevels}: ticks in ascending order with
 * the place of each level's row. Finding is a binary search, adding and removing move the tail of two small arrays.
 * It holds no level rows itself.
 */

const FIRST_CAPACITY = 16;

/** See the module header. */
export class FarLevels {
  count = 0;
  private ticks = new Int32Array(FIRST_CAPACITY);
  private rows = new Int32Array(FIRST_CAPACITY);

  /** The place of the first tick that is not below `tick`; {@link count} if there is none. */
  lowerBound(tick: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ticks[middle] ?? 0) < tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The row of a tick; -1 if the tick has no level here. */
  rowOf(tick: number): number {
    const place = this.lowerBound(tick);
    return place < this.count && this.ticks[place] === tick ? (this.rows[place] ?? -1) : -1;
  }

  /** The tick at a place from 0, lowest first. */
  tickAt(place: number): number {
    return this.ticks[place] ?? 0;
  }

  /** The row at a place from 0. */
  rowAt(place: number): number {
    return this.rows[place] ?? -1;
  }

  /** Adds a tick that is not here yet. */
  insert(tick: number, row: number): void {
    if (this.count === this.ticks.length) this.grow();
    const place = this.lowerBound(tick);
    this.ticks.copyWithin(place + 1, place, this.count);
    this.rows.copyWithin(place + 1, place, this.count);
    this.ticks[place] = tick;
    this.rows[place] = row;
    this.count += 1;
  }

  /** Removes a tick that is here. */
  remove(tick: number): void {
    const place = this.lowerBound(tick);
    this.ticks.copyWithin(place, place + 1, this.count);
    this.rows.copyWithin(place, place + 1, this.count);
    this.count -= 1;
  }

  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const ticks = new Int32Array(this.count * 2);
    const rows = new Int32Array(this.count * 2);
    ticks.set(this.ticks);
    rows.set(this.rows);
    this.ticks = ticks;
    this.rows = rows;
  }
}
