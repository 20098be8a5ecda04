/**
 * The price levels of one side that lie outside the window of a PriceLevels: their merits in ascending order, as
 * keys, with the place of each level's row. Finding is a binary search, adding and removing move the tail of two
 * small arrays. It holds no level rows itself.
 */

const FIRST_CAPACITY = 16;

/** See the module header. */
export class FarLevels {
  count = 0;
  private keys = new Int32Array(FIRST_CAPACITY);
  private rows = new Int32Array(FIRST_CAPACITY);

  /** The place of the first key that is not below `key`; {@link count} if there is none. */
  lowerBound(key: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The row of a key; -1 if the key has no level here. */
  rowOf(key: number): number {
    const place = this.lowerBound(key);
    return place < this.count && this.keys[place] === key ? (this.rows[place] ?? -1) : -1;
  }

  /** The key at a place from 0, lowest first. */
  keyAt(place: number): number {
    return this.keys[place] ?? 0;
  }

  /** The row at a place from 0. */
  rowAt(place: number): number {
    return this.rows[place] ?? -1;
  }

  /** Adds a key that is not here yet. */
  insert(key: number, row: number): void {
    if (this.count === this.keys.length) this.grow();
    const place = this.lowerBound(key);
    this.keys.copyWithin(place + 1, place, this.count);
    this.rows.copyWithin(place + 1, place, this.count);
    this.keys[place] = key;
    this.rows[place] = row;
    this.count += 1;
  }

  /** Removes a key that is here. */
  remove(key: number): void {
    const place = this.lowerBound(key);
    this.keys.copyWithin(place, place + 1, this.count);
    this.rows.copyWithin(place, place + 1, this.count);
    this.count -= 1;
  }

  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const keys = new Int32Array(this.count * 2);
    const rows = new Int32Array(this.count * 2);
    keys.set(this.keys);
    rows.set(this.rows);
    this.keys = keys;
    this.rows = rows;
  }
}
