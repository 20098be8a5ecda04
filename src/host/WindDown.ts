/**
 * The end of a day at a broker: strategies are stopped and every order is canceled, and the day is not over before the
 * broker has said what became of each. What a person wanted good till canceled is entered again by the next session.
 */
import type { Command } from '../domain/commands.js';
import type { Order } from '../domain/order.js';
import type { StrategyConfig } from '../domain/session.js';
import type { Kernel } from '../engine/Kernel.js';
import { isCarried } from './carriedOrders.js';
import { runningStrategies, stopTrading } from './closeDay.js';
import { copyOrder } from './TapeSink.js';
import type { PlacedRecord } from './tapeRecords.js';

/** See the module header. One per session. */
export class WindDown {
  readonly #kernel: Kernel;
  /** Ids of the orders that are to work on; undefined before anything was asked. */
  #carried: readonly string[] | undefined;
  #strategies: readonly StrategyConfig[];

  /** `records` are those of the session so far: it may have been cut in the middle of its end. */
  constructor(kernel: Kernel, records: readonly PlacedRecord[]) {
    this.#kernel = kernel;
    this.#carried = canceledAtEnd(records);
    this.#strategies = stoppedAtEnd(records).flatMap((id) => kernel.runner.instance(id)?.config ?? []);
  }

  /** Asks for the end by `take`, the first time; says whether every order is over. */
  isOver(take: (command: Command) => void): boolean {
    const { manager } = this.#kernel;
    if (this.#carried === undefined) {
      this.#carried = manager
        .openOrders()
        .filter((order) => order.status !== 'pending_cancel' && isCarried(order))
        .map(({ id }) => id);
      this.#strategies = [...this.#strategies, ...runningStrategies(this.#kernel)];
      for (const command of stopTrading(this.#kernel)) take(command);
    }
    return manager.openCount === 0;
  }

  /** Orders that are to work on, as they ended: what filled or expired meanwhile is not among them. */
  get working(): readonly Order[] {
    return (this.#carried ?? []).flatMap((id) => {
      const order = this.#kernel.manager.order(id);
      return order?.status === 'canceled' ? [copyOrder(order)] : [];
    });
  }

  /** What ran before. */
  get strategies(): readonly StrategyConfig[] {
    return this.#strategies;
  }
}

/** Instances that the end of a day has stopped. */
function stoppedAtEnd(records: readonly PlacedRecord[]): readonly string[] {
  return records.flatMap(({ record }) =>
    record.type === 'command' && record.command.type === 'stopStrategy' && record.command.user === 'system'
      ? [record.command.instanceId]
      : [],
  );
}

/** Ids of the orders that the cancel at the end of a day was about, where the tape has one. */
function canceledAtEnd(records: readonly PlacedRecord[]): readonly string[] | undefined {
  const start = records.findLastIndex(
    ({ record }) =>
      record.type === 'command' && record.command.type === 'cancelAllOrders' && record.command.user === 'system',
  );
  if (start < 0) return undefined;
  const ids: string[] = [];
  for (const { record } of records.slice(start + 1)) {
    if (record.type === 'result') break;
    if (record.type === 'order' && record.transition === 'request_cancel' && isCarried(record.order)) {
      ids.push(record.order.id);
    }
  }
  return ids;
}
