/** The fills of the present session by their ids, at the terms at which they stand: what busts are about. */
import type { Price, Quantity } from '../../../domain/units.js';
import type { TradeActivity } from './AccountHistory.js';
import type { OrderEntry } from './OrderEntry.js';

/** A fill as it stands. */
export interface Execution {
  readonly fillId: string;
  /** The id that programs know it by. */
  readonly uuid: string;
  readonly entry: OrderEntry;
  readonly side: TradeActivity['side'];
  quantity: Quantity;
  price: Price;
}

/** See the module header. */
export class Executions {
  readonly #byFill = new Map<string, Execution>();
  readonly #byUuid = new Map<string, Execution>();

  add(execution: Execution): void {
    this.#byFill.set(execution.fillId, execution);
    this.#byUuid.set(execution.uuid, execution);
  }
  ofFill(fillId: string): Execution | undefined {
    return this.#byFill.get(fillId);
  }
  ofUuid(uuid: string): Execution | undefined {
    return this.#byUuid.get(uuid.toLowerCase());
  }
  clear(): void {
    this.#byFill.clear();
    this.#byUuid.clear();
  }
}
