/**
 * The orders of a run of merged bars that wait for the next bar of their symbol instead of working (`MergedVenue`), at
 * most one in each symbol. They are counted as working from the moment at which they are given: what is decided next
 * sees the same reserves, exposure and order numbers. As soon as anybody asks for open orders, or gives one that cannot
 * wait, all are put to work, in the order in which they were given; nothing can tell that they ever waited, but one: a
 * strategy that begins to follow its orders in the very hook that has given one is not told that this was accepted.
 */
import type { Side } from '../domain/order.js';
import type { MergedVenue } from '../domain/ports.js';
import type { Signal } from '../domain/signal.js';
import type { Price, Quantity } from '../domain/units.js';
import { required } from '../utils/assert.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import type { OrderRecord } from './OrderRecord.js';
import { createHeld, holdOrder, nameOrder } from './OrderRecord.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** See the module header. One per orchestrator. */
export class WaitingOrders {
  /** Whether orders may wait now: nobody follows them, and the hooks of a run's bars are called. Set by the run. */
  isOpen = false;
  /** How many do. */
  count = 0;
  private readonly parts: OrchestratorParts;
  /** The run's, while there is one. */
  private venue: MergedVenue | undefined = undefined;
  /** By the venue's place; undefined where none waits. */
  private readonly records: (OrderRecord | undefined)[] = [];
  private readonly owners: (StrategyInstance | undefined)[] = [];
  /** Records whose orders have ended, to be filled anew. */
  private readonly spare: OrderRecord[] = [];

  constructor(parts: OrchestratorParts) {
    this.parts = parts;
    parts.manager.beforeOpen = () => this.release();
  }

  /** A run begins; no order waits. */
  begin(venue: MergedVenue): void {
    this.venue = venue;
  }

  /** Whether an order waits in a symbol. */
  holds(symbolId: number): boolean {
    return this.count > 0 && this.venue !== undefined && this.venue.placeOf(symbolId) >= 0;
  }

  /**
   * Lets an order wait that `isPrompt`, and returns its record, without texts; undefined if it cannot, and then none
   * waits any more. `price` is what its exposure is reckoned at.
   */
  take(
    signal: Signal,
    instance: StrategyInstance,
    side: Side,
    quantity: Quantity,
    increasesRisk: boolean,
    price: Price,
  ): OrderRecord | undefined {
    const { venue } = this;
    if (!this.isOpen || venue === undefined || instance.isFollowing) return undefined;
    const { manager, clock, config } = this.parts;
    const record = this.spare.pop() ?? createHeld(config.accountId);
    holdOrder(record, manager.nextNumber, signal, instance, side, quantity, increasesRisk, clock.now);
    const place = venue.accept(record, clock.now);
    if (place < 0) {
      this.spare.push(record);
      this.release();
      return undefined;
    }
    manager.addWaiting(record, price, clock.now);
    this.records[place] = record;
    this.owners[place] = instance;
    this.count += 1;
    return record;
  }

  /**
   * Lets the order in a place be decided on by a row, whose time it is; false if it is not filled whole, or somebody
   * follows it by now.
   */
  fill(place: number, row: number): boolean {
    const record = this.records[place];
    if (this.owners[place]?.isFollowing === true) return false;
    const fill = this.venue?.fill(place, row);
    if (record === undefined || fill === undefined) return false;
    const { manager, tracker, sink, clock } = this.parts;
    record.filledQuantity = fill.quantity;
    record.filledNotional = fill.value;
    manager.endWaiting(record, clock.now);
    tracker.applyPromptFill(fill, record);
    sink.onPromptFill?.(fill, record.number);
    this.clear(place);
    this.spare.push(record);
    return true;
  }

  /** Puts every order that waits to work. */
  release(): void {
    if (this.count === 0) return;
    const { records, owners } = this;
    const venue = required(this.venue, 'a venue where orders wait');
    const places = Array.from(records.keys()).filter((place) => records[place] !== undefined);
    places.sort((a, b) => (records[a]?.number ?? 0) - (records[b]?.number ?? 0));
    for (const place of places) {
      const record = required(records[place], 'waiting order');
      const owner = required(owners[place], 'owner of a waiting order');
      const slot = owner.slotOf[record.symbolId] ?? -1;
      if (record.increasesRisk) owner.entry[slot] = record;
      else owner.exit[slot] = record;
      this.clear(place);
      nameOrder(record, this.parts.manager.ids.of(record.number), owner);
      this.parts.manager.openWaiting(record);
      venue.release(place, record);
    }
  }

  private clear(place: number): void {
    this.records[place] = undefined;
    this.owners[place] = undefined;
    this.count -= 1;
  }
}
