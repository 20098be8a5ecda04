/**
 * The lots of one position, oldest first: what is left of each opening fill, and its cost. Closing takes from the
 * oldest (FIFO). A whole lot takes its whole cost with it, a part the same part of it, rounded half to even, so that
 * no rounding is ever left over.
 */
import type { Money, Quantity } from '../domain/units.js';
import { mulDiv } from '../domain/units.js';
import { AssertionError } from '../utils/assert.js';

/** Closed lots in front of the list are dropped when there are more than this many of them. */
const MOST_CLOSED = 64;

/** See the module header. All lots are on one side; quantities are positive, costs have the side's sign. */
export class Lots {
  private readonly quantities: Quantity[] = [];
  private readonly costs: Money[] = [];
  private head = 0;
  private end = 0;

  /** Adds the newest lot: positive micro-shares and their cost, negative for a short. */
  open(quantity: Quantity, cost: Money): void {
    this.quantities[this.end] = quantity;
    this.costs[this.end] = cost;
    this.end += 1;
  }

  /** Cost of the oldest `quantity` micro-shares; not more than there are. */
  costOf(quantity: Quantity): Money {
    let cost = 0;
    let left = quantity;
    for (let i = this.head; left > 0 && i < this.end; i += 1) {
      const held = this.quantities[i] ?? 0;
      const whole = this.costs[i] ?? 0;
      cost += left >= held ? whole : mulDiv(whole, left, held);
      left -= held;
    }
    return cost;
  }

  /** Takes the oldest `quantity` micro-shares away. More than there are fail an assertion. */
  close(quantity: Quantity): void {
    let left = quantity;
    while (left > 0) {
      if (this.head >= this.end) throw new AssertionError(`${left} micro-shares more than the lots hold are closed`);
      const held = this.quantities[this.head] ?? 0;
      if (left < held) {
        const whole = this.costs[this.head] ?? 0;
        this.quantities[this.head] = held - left;
        this.costs[this.head] = whole - mulDiv(whole, left, held);
        break;
      }
      left -= held;
      this.head += 1;
    }
    if (this.head === this.end) {
      this.head = 0;
      this.end = 0;
    } else if (this.head > MOST_CLOSED && this.head * 2 > this.end) {
      this.restore(this.list());
    }
  }

  /**
   * Lets the lots be `quantity` micro-shares at `cost` in all: each keeps its part, the newest takes what rounding
   * leaves. Lots of which nothing is left go; without any quantity all go.
   */
  rescale(quantity: Quantity, cost: Money): void {
    const before = this.list();
    let all = 0;
    let allCost = 0;
    for (let i = 0; i < before.length; i += 2) {
      all += before[i] ?? 0;
      allCost += before[i + 1] ?? 0;
    }
    const after: number[] = [];
    let left = quantity;
    let costLeft = cost;
    for (let i = 0; i < before.length && left > 0; i += 2) {
      const isLast = i + 2 >= before.length;
      const held = isLast ? left : Math.min(left, mulDiv(before[i] ?? 0, quantity, all));
      if (held === 0) continue;
      const part = allCost === 0 ? 0 : mulDiv(Math.abs(before[i + 1] ?? 0), Math.abs(cost), Math.abs(allCost));
      const lotCost = isLast || held === left ? costLeft : Math.sign(cost) * part;
      after.push(held, lotCost);
      left -= held;
      costLeft -= lotCost;
    }
    this.restore(after);
  }

  /** Quantity and cost of each lot in turn, oldest first. */
  list(): readonly number[] {
    const list: number[] = [];
    for (let i = this.head; i < this.end; i += 1) list.push(this.quantities[i] ?? 0, this.costs[i] ?? 0);
    return list;
  }

  /** Replaces all lots by those of a {@link list}. */
  restore(list: readonly number[]): void {
    this.head = 0;
    this.end = 0;
    for (let i = 0; i + 1 < list.length; i += 2) this.open(list[i] ?? 0, list[i + 1] ?? 0);
  }
}
