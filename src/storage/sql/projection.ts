/**
 * What the projector takes: decisions of a tape in the domain's terms, each with the tape's sequence number. The
 * writer of these records copies live objects; here they are plain values.
 */
import type { Fill } from '../../domain/fill.js';
import type { LedgerEntry } from '../../domain/ledger.js';
import type { Order } from '../../domain/order.js';
import type { StrategyState } from '../../domain/ports.js';
import type { Position } from '../../domain/position.js';
import type { RiskDecision } from '../../domain/risk.js';
import type { SessionConfig, StrategyConfig } from '../../domain/session.js';
import type { Signal } from '../../domain/signal.js';
import type { Micros, Money } from '../../domain/units.js';

/** One thing that happened; symbol ids are those of the session's configuration. */
export type ProjectionEvent =
  /** First of every session. */
  | { readonly type: 'session'; readonly config: SessionConfig }
  /** An order after a transition; `decision` is known for manual orders. */
  | { readonly type: 'order'; readonly order: Order; readonly decision: RiskDecision | undefined }
  /** An execution with its ledger entries, and the position of its owner after it. */
  | { readonly type: 'fill'; readonly fill: Fill; readonly position: Position }
  /** A ledger set without a fill: a deposit or a reset. */
  | { readonly type: 'ledger'; readonly time: Micros; readonly entries: readonly LedgerEntry[] }
  | {
      readonly type: 'signal';
      readonly signal: Signal;
      readonly decision: RiskDecision;
      readonly orderId: string | undefined;
    }
  | {
      readonly type: 'strategy';
      readonly time: Micros;
      readonly config: StrategyConfig;
      readonly state: StrategyState;
      readonly error: string | undefined;
    }
  | {
      readonly type: 'killSwitch';
      readonly time: Micros;
      readonly on: boolean;
      readonly reason: string;
      readonly user: string;
    }
  | { readonly type: 'equity'; readonly time: Micros; readonly equity: Money; readonly cash: Money };

/** An event with its place on the tape; one tape record may give one event only. */
export interface ProjectionRecord {
  /** Sequence number of the tape's record: grows from record to record, with gaps allowed. */
  readonly seq: number;
  readonly event: ProjectionEvent;
}
