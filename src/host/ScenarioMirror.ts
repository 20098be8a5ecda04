/** The fill scenarios as the session last told them, with the newest orders and points, ready for synchronous reads. */
import type { ScenarioCurve, ScenarioOrder, Scenarios } from '../contracts/index.js';
import { required } from '../utils/assert.js';

/** See the module header. */
export class ScenarioMirror {
  readonly #maxOrders: number;
  readonly #maxPoints: number;
  #standing: Scenarios | undefined;
  /** Oldest first. */
  readonly #orders = new Map<string, ScenarioOrder>();
  #curve: ScenarioCurve = { time: [], expected: [], strict: [], optimistic: [] };

  /** Of orders and points the newest so many are kept. */
  constructor(maxOrders: number, maxPoints: number) {
    this.#maxOrders = maxOrders;
    this.#maxPoints = maxPoints;
  }

  /** Takes an update. */
  apply(update: Scenarios): void {
    this.#standing = update;
    for (const order of update.orders.toReversed()) this.#orders.set(order.orderId, order);
    for (const orderId of this.#orders.keys()) {
      if (this.#orders.size <= this.#maxOrders) break;
      this.#orders.delete(orderId);
    }
    const { time, expected, strict, optimistic } = this.#curve;
    time.push(...update.curve.time);
    expected.push(...update.curve.expected);
    strict.push(...update.curve.strict);
    optimistic.push(...update.curve.optimistic);
    if (time.length > 2 * this.#maxPoints) this.#curve = this.#tail(this.#maxPoints);
  }

  /** Orders newest first, points oldest first. */
  view(limits: { readonly orders: number; readonly points: number }): Scenarios {
    const orders = [...this.#orders.values()].slice(-limits.orders).reverse();
    return { ...required(this.#standing, 'the fill scenarios'), orders, curve: this.#tail(limits.points) };
  }

  #tail(points: number): ScenarioCurve {
    const { time, expected, strict, optimistic } = this.#curve;
    return {
      time: time.slice(-points),
      expected: expected.slice(-points),
      strict: strict.slice(-points),
      optimistic: optimistic.slice(-points),
    };
  }
}
