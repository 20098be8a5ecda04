/** A set of ids from 0 up to a bound, such as symbol ids, that is walked through as a plain list. */

/** See the module header; adding and deleting is one step each. */
export class IdSet {
  /** The ids, in no order; read-only to users. */
  readonly ids: number[] = [];
  /** By id: its place in the list plus one, 0 if it is not in. */
  readonly #places: Int32Array;

  /** Ids are below `bound`. */
  constructor(bound: number) {
    this.#places = new Int32Array(bound);
  }

  /** Adds an id that may be in already. */
  add(id: number): void {
    if (this.#places[id] !== 0) return;
    this.ids.push(id);
    this.#places[id] = this.ids.length;
  }

  /** Takes an id out, if it is in: the last of the list takes its place. */
  delete(id: number): void {
    const place = this.#places[id] ?? 0;
    if (place === 0) return;
    this.#places[id] = 0;
    const last = this.ids.pop();
    if (last === undefined || last === id) return;
    this.ids[place - 1] = last;
    this.#places[last] = place;
  }

  /** Takes all out. */
  clear(): void {
    this.ids.length = 0;
    this.#places.fill(0);
  }

  /** The ids, ascending. */
  sorted(): number[] {
    return this.ids.toSorted((a, b) => a - b);
  }
}
