/**
 * The open orders of an exchange by id, in the order in which they were taken in. Most runs have one or two open at a
 * time: while there are few they are a list, which is searched faster than texts are hashed, and no hash table grows
 * and is made anew as thousands of orders pass through it.
 */
import type { WorkingOrder } from './WorkingOrder.js';

/** Up to this many are a list. */
const FEW = 8;

/** See the module header. Reads like a `Map` of ids and orders. */
export class OpenOrders {
  readonly #few: WorkingOrder[] = [];
  /** Undefined while there are few. Once made it is kept until it is empty. */
  #many: Map<string, WorkingOrder> | undefined;

  /** How many there are. */
  get size(): number {
    return this.#many === undefined ? this.#few.length : this.#many.size;
  }

  get(id: string): WorkingOrder | undefined {
    if (this.#many !== undefined) return this.#many.get(id);
    const few = this.#few;
    for (let i = 0; i < few.length; i += 1) {
      const order = few[i];
      if (order !== undefined && order.id === id) return order;
    }
    return undefined;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** Takes an order in as the newest. Its id is none of an open order. */
  add(order: WorkingOrder): void {
    const few = this.#few;
    if (this.#many === undefined && few.length < FEW) {
      few.push(order);
      return;
    }
    this.#many ??= new Map(few.map((one) => [one.id, one]));
    few.length = 0;
    this.#many.set(order.id, order);
  }

  /** Takes an order out, if it is in. */
  remove(order: WorkingOrder): void {
    const few = this.#few;
    if (this.#many !== undefined) {
      this.#many.delete(order.id);
      if (this.#many.size === 0) this.#many = undefined;
    } else if (few[few.length - 1] === order) {
      few.pop();
    } else {
      const at = few.indexOf(order);
      if (at >= 0) few.splice(at, 1);
    }
  }

  clear(): void {
    this.#few.length = 0;
    this.#many = undefined;
  }

  /** Oldest first. */
  values(): Iterable<WorkingOrder> {
    return this.#many === undefined ? this.#few : this.#many.values();
  }

  /** The ids, oldest first. */
  keys(): readonly string[] {
    return Array.from(this.values(), ({ id }) => id);
  }
}
