/**
 * A second replay book, slow and plain: displayed and own orders are entries of one list in the order in which they
 * came, and every question is answered by filtering and sorting it. Own orders are known by their reference,
 * displayed ones by their number. It takes only messages that fit, and knows no halts.
 */

interface Entry {
  readonly isOwn: boolean;
  readonly id: number;
  readonly side: 0 | 1;
  readonly tick: number;
  size: number;
  taken: number;
}

/** A fill of an own order: reference, price, shares. */
export type NaiveFill = readonly [ref: number, tick: number, size: number];

/** See the module header. */
export class NaiveReplayBook {
  fills: NaiveFill[] = [];
  private entries: Entry[] = [];

  onAdd(id: number, side: 0 | 1, tick: number, size: number): void {
    this.fills = [];
    const incoming = { isOwn: false, id, side, tick, size, taken: 0 };
    for (const own of this.ranked(true, side === 0 ? 1 : 0)) {
      if (side === 0 ? own.tick <= tick : own.tick >= tick) incoming.taken += this.fill(own, size - incoming.taken);
    }
    this.entries.push(incoming);
  }

  onCancel(id: number, size: number): void {
    this.fills = [];
    this.shorten(id, size);
  }

  onExecution(id: number, size: number): void {
    this.fills = [];
    const hit = this.displayed(id);
    let left = size;
    for (const own of this.ranked(true, hit.side)) {
      const isBetter = hit.side === 0 ? own.tick > hit.tick : own.tick < hit.tick;
      const isEarlier = own.tick === hit.tick && this.entries.indexOf(own) < this.entries.indexOf(hit);
      if (isBetter || isEarlier) left -= this.fill(own, left);
    }
    this.shorten(id, size);
  }

  /** Returns what rests. */
  add(side: 0 | 1, tick: number, size: number, ref: number): number {
    const left = size - this.take(side, tick, size, ref);
    if (left > 0) this.entries.push({ isOwn: true, id: ref, side, tick, size: left, taken: 0 });
    return left;
  }

  /** Returns what was taken. */
  take(side: 0 | 1, tick: number, size: number, ref: number): number {
    this.fills = [];
    let left = size;
    for (const shown of this.ranked(false, side === 0 ? 1 : 0)) {
      const shares = Math.min(left, shown.size - shown.taken);
      if (shares === 0 || (side === 0 ? shown.tick > tick : shown.tick < tick)) continue;
      shown.taken += shares;
      left -= shares;
      this.fills.push([ref, shown.tick, shares]);
    }
    return size - left;
  }

  cancel(ref: number): void {
    this.fills = [];
    this.entries = this.entries.filter(({ isOwn, id }) => !isOwn || id !== ref);
  }

  sharesAhead(ref: number): number {
    const own = this.entries.findIndex(({ isOwn, id }) => isOwn && id === ref);
    const { side, tick } = this.entries[own] ?? { side: 0, tick: 0 };
    return this.entries
      .slice(0, own)
      .filter((entry) => !entry.isOwn && entry.side === side && entry.tick === tick)
      .reduce((sum, entry) => sum + entry.size - entry.taken, 0);
  }

  /** Displayed or own orders of a side, those first that trade first. */
  ranked(own: boolean, side: 0 | 1): readonly Entry[] {
    const ofSide = this.entries.filter((entry) => entry.isOwn === own && entry.side === side);
    // Sorting keeps the order of equals.
    return ofSide.sort((a, b) => (side === 0 ? b.tick - a.tick : a.tick - b.tick));
  }

  private displayed(id: number): Entry {
    const entry = this.entries.find((candidate) => !candidate.isOwn && candidate.id === id);
    if (entry === undefined) throw new Error(`no displayed order ${id}`);
    return entry;
  }

  private shorten(id: number, size: number): void {
    const entry = this.displayed(id);
    entry.size -= size;
    entry.taken = Math.min(entry.taken, entry.size);
    if (entry.size === 0) this.entries = this.entries.filter((candidate) => candidate !== entry);
  }

  private fill(own: Entry, most: number): number {
    const shares = Math.min(most, own.size);
    if (shares === 0) return 0;
    own.size -= shares;
    this.fills.push([own.id, own.tick, shares]);
    if (own.size === 0) this.entries = this.entries.filter((candidate) => candidate !== own);
    return shares;
  }
}
