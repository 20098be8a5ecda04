/**
 * The prints that a source brought lately, to know those that it brings again (F47).
 *
 * A print with a number is known by symbol, venue and number; one without by symbol, venue, time, price and size, so
 * that two real prints that agree in all of these count once: such feeds are sampled anyway. Two generations of a
 * fixed size take turns: at least the last `capacity` prints are remembered, at most twice as many.
 */
import { assert } from '../../utils/assert.js';
import type { PrintTable } from '../../domain/marketTables.js';

const STRIDE = 4;
/** Tells prints without a number from those with one, beside symbol and venue. */
const WITHOUT_NUMBER = 16_777_216;

interface Generation {
  /** Index of an entry plus one; 0 is free. */
  readonly slots: Int32Array;
  /** Four numbers per entry. */
  readonly entries: Float64Array;
  count: number;
}

/** See the module header. One per source. */
export class SeenPrints {
  private current: Generation;
  private previous: Generation;
  private readonly capacity: number;
  private readonly mask: number;

  /** `capacity` is a power of two. */
  constructor(capacity: number) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, 'the capacity is a power of two');
    this.capacity = capacity;
    this.mask = capacity * 2 - 1;
    this.current = this.generation();
    this.previous = this.generation();
  }

  /** Whether the print was seen before; from now on it is. `symbolId` is below 65,536; `number` 0 is none. */
  see(symbolId: number, table: PrintTable, row: number, number: number): boolean {
    const place = symbolId * 256 + (table.exchange[row] ?? 0);
    const isNumbered = number > 0;
    const who = isNumbered ? place : place + WITHOUT_NUMBER;
    const a = isNumbered ? number : (table.time[row] ?? 0);
    const b = isNumbered ? 0 : (table.price[row] ?? 0);
    const c = isNumbered ? 0 : (table.size[row] ?? 0);
    const low = a | 0;
    const high = (a / 4_294_967_296) | 0;
    let hash = Math.imul(low ^ Math.imul(who, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(high + 1, 0xc2b2ae35);
    if (!isNumbered) hash ^= Math.imul((b | 0) ^ Math.imul(c | 0, 0x27d4eb2f), 0x165667b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const { current, previous } = this;
    let slot = hash & this.mask;
    for (;;) {
      const entry = current.slots[slot] ?? 0;
      if (entry === 0) break;
      if (isEntry(current.entries, entry, who, a, b, c)) return true;
      slot = (slot + 1) & this.mask;
    }
    if (previous.count > 0) {
      for (let old = hash & this.mask; ; old = (old + 1) & this.mask) {
        const entry = previous.slots[old] ?? 0;
        if (entry === 0) break;
        if (isEntry(previous.entries, entry, who, a, b, c)) return true;
      }
    }
    const base = current.count * STRIDE;
    current.entries[base] = who;
    current.entries[base + 1] = a;
    current.entries[base + 2] = b;
    current.entries[base + 3] = c;
    current.count += 1;
    current.slots[slot] = current.count;
    if (current.count === this.capacity) this.turn();
    return false;
  }

  /** Forgets everything: numbers begin anew with a day. */
  clear(): void {
    this.turn();
    this.turn();
  }

  private turn(): void {
    const old = this.previous;
    old.slots.fill(0);
    old.count = 0;
    this.previous = this.current;
    this.current = old;
  }

  private generation(): Generation {
    return {
      slots: new Int32Array(this.capacity * 2),
      entries: new Float64Array(this.capacity * STRIDE),
      count: 0,
    };
  }
}

function isEntry(entries: Float64Array, entry: number, who: number, a: number, b: number, c: number): boolean {
  const base = (entry - 1) * STRIDE;
  return entries[base] === who && entries[base + 1] === a && entries[base + 2] === b && entries[base + 3] === c;
}
