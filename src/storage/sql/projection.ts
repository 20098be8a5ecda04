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
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import type { AccountTerms } from '../../domain/venueDesk.js';
import type { BookingKind } from '../../domain/venueEvents.js';

/** Why money or shares moved beside trades; a fill that was taken back or put right is a `reversal`. */
export type BookedKind = BookingKind | 'reset' | 'reversal';

/** One row's worth of what happened in an account of the desk; a row that is there is written over. */
export type DeskChange =
  | {
      readonly kind: 'account';
      readonly accountId: string;
      readonly terms: AccountTerms;
      readonly openedAt: Micros;
      /** What it was worth when the session began; undefined if it was opened in it. */
      readonly carriedEquity: Money | undefined;
      readonly closedAt: Micros | undefined;
    }
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'fill'; readonly fill: Fill }
  /** At most one set of entries per event, beside those of a fill. */
  | {
      readonly kind: 'entries';
      readonly time: Micros;
      readonly entries: readonly LedgerEntry[];
      readonly booking: BookedKind;
    }
  | {
      readonly kind: 'position';
      readonly accountId: string;
      readonly symbolId: number;
      readonly quantity: Quantity;
      readonly averagePrice: Price;
      readonly openedAt: Micros;
    }
  /** `flow` came from outside since the point before, and is no profit. */
  | {
      readonly kind: 'point';
      readonly accountId: string;
      readonly time: Micros;
      readonly equity: Money;
      readonly cash: Money;
      readonly flow: Money;
    };

/** One thing that happened; symbol ids are those of the session's configuration. */
export type ProjectionEvent =
  /** First of every session; `desk` is what it begins with of the accounts of the session before. */
  | { readonly type: 'session'; readonly config: SessionConfig; readonly desk?: readonly DeskChange[] }
  /** Something happened in an account of the desk. */
  | { readonly type: 'desk'; readonly changes: readonly DeskChange[] }
  /** An order after a transition; `decision` is known for manual orders. */
  | { readonly type: 'order'; readonly order: Order; readonly decision: RiskDecision | undefined }
  /** An execution with its ledger entries, and the position of its owner after it. */
  | { readonly type: 'fill'; readonly fill: Fill; readonly position: Position }
  /** A ledger set without a fill. */
  | {
      readonly type: 'ledger';
      readonly time: Micros;
      readonly entries: readonly LedgerEntry[];
      readonly booking: BookedKind;
    }
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
