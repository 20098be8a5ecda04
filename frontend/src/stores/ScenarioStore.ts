/** The fill scenarios as the stream tells them: the standing is replaced whole, orders and points are upserts. */
import type { ScenarioCurve, ScenarioOrder, Scenarios } from '../../../src/contracts/index.js';

const COLUMNS = ['time', 'expected', 'strict', 'optimistic'] as const;

/** See the module header. */
export class ScenarioStore {
  readonly #maxOrders: number;
  readonly #maxPoints: number;
  #standing: Scenarios | undefined;
  /** Oldest first. */
  readonly #orders = new Map<string, ScenarioOrder>();
  #curve: ScenarioCurve = { time: [], expected: [], strict: [], optimistic: [] };

  /** The newest so many orders and points are kept. */
  constructor(maxOrders: number, maxPoints: number) {
    this.#maxOrders = maxOrders;
    this.#maxPoints = maxPoints;
  }

  /** Takes a message of the topic. */
  apply(data: Scenarios, isSnapshot: boolean): void {
    if (isSnapshot) this.clear();
    this.#standing = data;
    for (const order of data.orders.toReversed()) this.#orders.set(order.orderId, order);
    for (const orderId of this.#orders.keys()) {
      if (this.#orders.size <= this.#maxOrders) break;
      this.#orders.delete(orderId);
    }
    for (let index = 0; index < data.curve.time.length; index++) this.#addPoint(data.curve, index);
  }

  /** Everything so far, as new objects: newest order first, oldest point first. */
  view(): Scenarios | undefined {
    if (this.#standing === undefined) return undefined;
    const { time, expected, strict, optimistic } = this.#curve;
    return {
      ...this.#standing,
      orders: [...this.#orders.values()].reverse(),
      curve: { time: [...time], expected: [...expected], strict: [...strict], optimistic: [...optimistic] },
    };
  }

  /** Forgets everything. */
  clear(): void {
    this.#standing = undefined;
    this.#orders.clear();
    this.#curve = { time: [], expected: [], strict: [], optimistic: [] };
  }

  #addPoint(from: ScenarioCurve, index: number): void {
    const { time } = this.#curve;
    const at = from.time[index] ?? 0;
    const last = time.at(-1);
    // A point of the same time replaces the last one; an earlier one is a repetition.
    if (last !== undefined && at < last) return;
    for (const name of COLUMNS) {
      const column = this.#curve[name];
      if (last === at) column.pop();
      column.push(from[name][index] ?? 0);
      if (column.length > this.#maxPoints) column.shift();
    }
  }
}
