/** A small set of whole numbers, such as symbol ids, kept ascending in a plain list: quick to walk, found by halves. */
export class SortedIds {
  /** The ids, ascending; read-only to users. */
  readonly ids: number[] = [];

  /** Adds an id that may be in already. */
  add(id: number): void {
    const { ids } = this;
    const at = this.#placeOf(id);
    if (ids[at] === id) return;
    ids.push(id);
    ids.copyWithin(at + 1, at, ids.length - 1);
    ids[at] = id;
  }

  /** Takes an id out, if it is in. */
  delete(id: number): void {
    const { ids } = this;
    const at = this.#placeOf(id);
    if (ids[at] !== id) return;
    ids.copyWithin(at, at + 1);
    ids.pop();
  }

  /** Takes all out. */
  clear(): void {
    this.ids.length = 0;
  }

  /** Where the first id stands that is not below this one. */
  #placeOf(id: number): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
