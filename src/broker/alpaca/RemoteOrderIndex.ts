/**
 * The orders of a remote account by every id that they are spoken of. Bounded: of what has ended, and of what others
 * do, only the newest are kept, enough to recognise late messages.
 */
import type { LegRole } from '../../domain/order.js';
import type { PendingReplacement, RemoteOrder } from './RemoteOrder.js';
import type { WireOrder } from './wire.js';

const ENDED_KEPT = 4_096;
const STRANGERS_KEPT = 1_024;

/** See the module header. */
export class RemoteOrderIndex {
  readonly #byId = new Map<string, RemoteOrder>();
  readonly #byClientId = new Map<string, RemoteOrder>();
  readonly #byBrokerId = new Map<string, RemoteOrder>();
  /** The newest order of each role, by the id of its parent. */
  readonly #legs = new Map<string, Map<LegRole, RemoteOrder>>();
  /** Oldest first. */
  readonly #open = new Set<RemoteOrder>();
  readonly #ended: RemoteOrder[] = [];
  /** Orders whose replacement is not decided, by the client order id of the new one. */
  readonly #awaiting = new Map<string, RemoteOrder>();
  /** Client order ids of replacements that were given up, oldest first. */
  readonly #forsaken = new Set<string>();
  /** By the broker's id: orders of others, or legs before their parent's answer. */
  readonly #strangers = new Map<string, { readonly wire: WireOrder; told: boolean }>();

  add(remote: RemoteOrder): void {
    const { id, clientOrderId, parentId, role } = remote.order;
    if (parentId !== undefined && role !== undefined) {
      const legs = this.#legs.get(parentId) ?? new Map<LegRole, RemoteOrder>();
      this.#legs.set(parentId, legs.set(role, remote));
    }
    this.#byId.set(id, remote);
    this.#byClientId.set(clientOrderId, remote);
    if (remote.done) this.#keepEnded(remote);
    else this.#open.add(remote);
  }

  get(orderId: string): RemoteOrder | undefined {
    return this.#byId.get(orderId);
  }

  byClientId(clientOrderId: string): RemoteOrder | undefined {
    return this.#byClientId.get(clientOrderId);
  }

  byBrokerId(brokerId: string): RemoteOrder | undefined {
    return this.#byBrokerId.get(brokerId);
  }

  /** The legs of an order by their role; a leg that was replaced is the one in its place. */
  legsOf(orderId: string): ReadonlyMap<LegRole, RemoteOrder> | undefined {
    return this.#legs.get(orderId);
  }

  /** Orders that are not over, oldest first. */
  open(): readonly RemoteOrder[] {
    return [...this.#open];
  }

  bind(remote: RemoteOrder, brokerId: string): void {
    remote.brokerId = brokerId;
    this.#byBrokerId.set(brokerId, remote);
    this.#strangers.delete(brokerId);
  }

  /** Marks an order as over. */
  end(remote: RemoteOrder): void {
    if (remote.done) return;
    remote.done = true;
    this.#open.delete(remote);
    this.#keepEnded(remote);
  }

  /** Notes the replacement of an order. */
  await(remote: RemoteOrder, replacement: PendingReplacement): void {
    remote.replacement = replacement;
    this.#awaiting.set(replacement.ids.clientOrderId, remote);
  }

  /** The order that is to be replaced by the one with this client order id. */
  awaiting(clientOrderId: string): RemoteOrder | undefined {
    return this.#awaiting.get(clientOrderId);
  }

  /** The replacement of an order is decided. */
  settle(remote: RemoteOrder): void {
    if (remote.replacement !== undefined) this.#awaiting.delete(remote.replacement.ids.clientOrderId);
    remote.replacement = undefined;
  }

  /** Gives the replacement of an order up; what may come of it is nobody's. */
  forsake(remote: RemoteOrder): void {
    const clientOrderId = remote.replacement?.ids.clientOrderId;
    if (clientOrderId === undefined) return;
    this.settle(remote);
    this.#forsaken.add(clientOrderId);
    for (const oldest of this.#forsaken) {
      if (this.#forsaken.size <= ENDED_KEPT) break;
      this.#forsaken.delete(oldest);
    }
  }

  isForsaken(clientOrderId: string): boolean {
    return this.#forsaken.has(clientOrderId);
  }

  /** Keeps the last word about somebody else's order; whether that order was told before. */
  noteStranger(wire: WireOrder): boolean {
    const told = this.#strangers.get(wire.id)?.told ?? false;
    this.#strangers.delete(wire.id);
    this.#strangers.set(wire.id, { wire, told });
    for (const oldest of this.#strangers.keys()) {
      if (this.#strangers.size <= STRANGERS_KEPT) break;
      this.#strangers.delete(oldest);
    }
    return told;
  }

  takeStranger(brokerId: string): WireOrder | undefined {
    const known = this.#strangers.get(brokerId);
    this.#strangers.delete(brokerId);
    return known?.wire;
  }

  markTold(brokerId: string): void {
    const known = this.#strangers.get(brokerId);
    if (known !== undefined) known.told = true;
  }

  strangers(): readonly WireOrder[] {
    return [...this.#strangers.values()].map(({ wire }) => wire);
  }

  /** Strangers that nobody was told of, unless legs of ours may still be among them. */
  untold(): readonly WireOrder[] {
    if (this.expectsLegs()) return [];
    return [...this.#strangers.values()].filter(({ told }) => !told).map(({ wire }) => wire);
  }

  /** Whether an order with legs has been sent whose legs are not known yet. */
  expectsLegs(): boolean {
    for (const { order, brokerId } of this.#open) {
      if (brokerId === undefined && (order.parentId !== undefined || (order.legs ?? []).length > 0)) return true;
    }
    return false;
  }

  #keepEnded(remote: RemoteOrder): void {
    this.#ended.push(remote);
    if (this.#ended.length < 2 * ENDED_KEPT) return;
    for (const { order, brokerId } of this.#ended.splice(0, ENDED_KEPT)) {
      this.#legs.delete(order.id);
      if (this.#byId.get(order.id)?.order === order) this.#byId.delete(order.id);
      if (this.#byClientId.get(order.clientOrderId)?.order === order) this.#byClientId.delete(order.clientOrderId);
      if (brokerId !== undefined) this.#byBrokerId.delete(brokerId);
    }
  }
}
