/**
 * Symbols and their ids, found by text or by the bytes of a message without making a text of them: names of up to
 * eight ASCII characters are packed into two integers, which are compared whole after their hash has led to them.
 * Longer names are found by text alone.
 */

const PACKED_LENGTH = 8;
/** Ids are columns of 16 bits. */
const MOST_SYMBOLS = 65_536;

/** See the module header. Ids count from 0 and are never given up. */
export class SymbolIndex {
  readonly names: string[] = [];
  readonly #ids = new Map<string, number>();
  #low = new Int32Array(64);
  #high = new Int32Array(64);
  /** Id + 1 by slot; 0 is free. A power of two, at least twice the number of names. */
  #slots = new Int32Array(128);

  /** The id of a name, given if it has none; undefined if there is no room for another one. */
  add(name: string): number | undefined {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    if (id >= MOST_SYMBOLS) return undefined;
    this.names.push(name);
    this.#ids.set(name, id);
    if (id >= this.#low.length) this.#grow();
    if (isPackable(name)) {
      this.#low[id] = packed(name, 0);
      this.#high[id] = packed(name, 4);
      this.#place(id);
    }
    return id;
  }

  /** The id of a name, −1 if it has none. */
  idOf(name: string): number {
    return this.#ids.get(name) ?? -1;
  }

  /** The id of a name by its first and last four bytes, the first in the lowest bits; −1 if it has none. */
  idOfPacked(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(low, high) & mask;
    for (;;) {
      const id = (this.#slots[slot] ?? 0) - 1;
      if (id < 0) return -1;
      if (this.#low[id] === low && this.#high[id] === high) return id;
      slot = (slot + 1) & mask;
    }
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(this.#low[id] ?? 0, this.#high[id] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  #grow(): void {
    const size = this.#low.length * 2;
    const low = new Int32Array(size);
    const high = new Int32Array(size);
    low.set(this.#low);
    high.set(this.#high);
    const count = this.#low.length;
    this.#low = low;
    this.#high = high;
    this.#slots = new Int32Array(size * 2);
    for (let id = 0; id < count; id += 1) if (isPackable(this.names[id] ?? '')) this.#place(id);
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function isPackable(name: string): boolean {
  return name.length <= PACKED_LENGTH && /^[!-~]+$/.test(name);
}

function packed(name: string, from: number): number {
  let bits = 0;
  for (let at = 0; at < 4 && from + at < name.length; at += 1) bits |= name.charCodeAt(from + at) << (at * 8);
  return bits;
}
