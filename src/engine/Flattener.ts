/**
 * Closes positions behind the cancels of the orders that work on them. An order fills until its cancel has reached the
 * venue, so each symbol waits for the end of what was canceled there; closed is then what is held by then, never what
 * was held before. It goes on when the kill switch is turned off meanwhile.
 */
import type { OrderEvent } from '../domain/venueEvents.js';
import { isTerminal } from '../domain/orderState.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import type { OrderRecord } from './OrderRecord.js';
import { ownerOf } from './PositionTracker.js';

/** Positions of a symbol that are to be closed once the orders have ended. */
interface Waiting {
  readonly symbolId: number;
  /** Whose positions; undefined for everybody's. */
  readonly owner: string | undefined;
  readonly reason: string;
  readonly orderIds: Set<string>;
}

/** See the module header. */
export class Flattener {
  readonly #parts: OrchestratorParts;
  readonly #close: (owner: string, symbolId: number, reason: string) => void;
  #waiting: Waiting[] = [];

  /** `close` closes one owner's position at the market. */
  constructor(parts: OrchestratorParts, close: (owner: string, symbolId: number, reason: string) => void) {
    this.#parts = parts;
    this.#close = close;
  }

  /** Cancels every working order of an owner, or of all, and closes what is held behind it. */
  flatten(reason: string, owner?: string): void {
    const { manager, clock, tracker } = this.#parts;
    const bySymbol = new Map<number, Set<string>>();
    for (const order of manager.openOrders()) {
      if (owner !== undefined && ownerOf(order) !== owner) continue;
      manager.cancel(order.id, clock.now);
      const orderIds = bySymbol.get(order.symbolId) ?? new Set();
      bySymbol.set(order.symbolId, orderIds.add(order.id));
    }
    for (const [symbolId, orderIds] of bySymbol) {
      this.#waiting = this.#waiting.filter((one) => one.symbolId !== symbolId || one.owner !== owner);
      this.#waiting.push({ symbolId, owner, reason, orderIds });
    }
    const symbolIds = new Set(tracker.positions().map((position) => position.symbolId));
    for (const symbolId of symbolIds) if (!bySymbol.has(symbolId)) this.#closeAll(symbolId, owner, reason);
  }

  /** Called after a report on an order, once the positions have followed it. */
  onReport(order: OrderRecord, type: OrderEvent['type']): void {
    if (this.#waiting.length === 0 || !(isTerminal(order.status) || type === 'cancelRejected')) return;
    for (const one of [...this.#waiting]) {
      if (!one.orderIds.delete(order.id)) continue;
      // A cancel that meets a replaced order cancels what it has become.
      if (order.replacedBy !== undefined) one.orderIds.add(order.replacedBy);
      if (one.orderIds.size > 0) continue;
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      this.#closeAll(one.symbolId, one.owner, one.reason);
    }
  }

  #closeAll(symbolId: number, owner: string | undefined, reason: string): void {
    for (const position of this.#parts.tracker.positions()) {
      if (position.symbolId !== symbolId || (owner !== undefined && position.owner !== owner)) continue;
      this.#close(position.owner, symbolId, reason);
    }
  }
}
