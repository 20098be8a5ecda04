/** What the matchers hand their decisions to. */
import type { Micros, Quantity } from '../../domain/units.js';
import type { ReportQueue } from '../ReportQueue.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { FillDecision } from './FillDecision.js';

/** Where decisions go; each is applied before the next one is made. */
export interface DecisionTarget {
  /** Where it is said how long the bar is that decides. */
  readonly reports: Pick<ReportQueue, 'elapsed'>;
  /** Fills an order by a decision whose quantity is above 0. */
  fill(order: WorkingOrder, symbol: SymbolMarket, decision: FillDecision, time: Micros): void;
  trigger(order: WorkingOrder, time: Micros): void;
  cancelOrder(order: WorkingOrder, time: Micros, reason: string): void;
  /** Whether the account can pay for so much of an order at the price of a decision. */
  affords(order: WorkingOrder, decision: FillDecision, quantity: Quantity): boolean;
}
