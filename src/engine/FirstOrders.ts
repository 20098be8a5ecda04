/**
 * Which order was the first of those of which each took the place of the one before. What all of them open is held
 * under the id of the first, while exits name the newest.
 *
 * An order is forgotten once it is over and nothing is left of what the first has opened: nobody can ask for it then. A
 * session in which orders are replaced all day holds a multiple of those that work, not all of them.
 */
import type { Order } from '../domain/order.js';

/** Below this many orders none are looked for that could be forgotten. */
const FEW = 64;

/** See the module header. */
export class FirstOrders {
  private readonly firsts = new Map<string, string>();
  /** How many orders there must be before they are looked through again. */
  private most = FEW;

  /** How many orders are known that took the place of another one. */
  get size(): number {
    return this.firsts.size;
  }

  /**
   * Notes an order that takes the place of another one. `isOver` says that an order will never fill again, `held` gives
   * the ids under which lots are open: both are asked now and then.
   */
  note(
    { id, replaces }: Pick<Order, 'id' | 'replaces'>,
    isOver: (orderId: string) => boolean,
    held: () => ReadonlySet<string>,
  ): void {
    if (replaces === undefined) return;
    if (this.firsts.size >= this.most) {
      const kept = held();
      for (const [orderId, first] of this.firsts) {
        if (orderId !== replaces && !kept.has(first) && isOver(orderId)) this.firsts.delete(orderId);
      }
      this.most = Math.max(FEW, this.firsts.size * 2);
    }
    this.firsts.set(id, this.firstOf(replaces));
  }

  /** The first of the orders that an order stands in a row with; itself where it took nobody's place. */
  firstOf(orderId: string): string {
    return this.firsts.get(orderId) ?? orderId;
  }

  /** The newest order by the first. */
  newest(): ReadonlyMap<string, string> {
    return new Map(Array.from(this.firsts, ([orderId, first]) => [first, orderId]));
  }
}
