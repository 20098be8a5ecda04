/**
 * Every order of a session by its place, oldest first. Times and replacements are read without making the objects of
 * orders that are final, of which a long run has hundreds of thousands.
 */
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import { required } from '../utils/assert.js';
import type { BlockList } from '../utils/BlockList.js';
import type { OrderArchive } from './OrderArchive.js';
import type { OrderRecord } from './OrderRecord.js';

/** See the module header. Places are counted from 0; one beyond the end is an assertion. */
export class OrderList {
  private readonly records: BlockList<OrderRecord | number>;
  private readonly archive: OrderArchive;

  /** A number among the records is a place in the archive. */
  constructor(records: BlockList<OrderRecord | number>, archive: OrderArchive) {
    this.records = records;
    this.archive = archive;
  }

  /** How many there are. */
  get length(): number {
    return this.records.length;
  }

  /** An order in its present state; of one that is final a new object every time. */
  at(index: number): Order {
    const kept = this.kept(index);
    return typeof kept === 'number' ? this.archive.at(kept) : kept;
  }

  /** All of them. Makes the objects of those that are final: not for every event. */
  toArray(): readonly Order[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }

  /** When it was decided. */
  createdAt(index: number): Micros {
    const kept = this.kept(index);
    return typeof kept === 'number' ? this.archive.createdAt(kept) : kept.createdAt;
  }

  /** When it came into its present state. */
  updatedAt(index: number): Micros {
    const kept = this.kept(index);
    return typeof kept === 'number' ? this.archive.updatedAt(kept) : kept.updatedAt;
  }

  /** The id of the order whose place it took or is to take; undefined for most. */
  replaces(index: number): string | undefined {
    const kept = this.kept(index);
    return typeof kept === 'number' ? this.archive.replaces(kept) : kept.replaces;
  }

  private kept(index: number): OrderRecord | number {
    return required(this.records.at(index), `order ${index + 1}`);
  }
}
