/**
 * What a broker or venue reports about orders. Every outcome of `submit` and `cancel` comes back this way;
 * nothing is returned from the calls themselves.
 */
import type { Fill } from './fill.js';
import type { RejectionReason } from './refusals.js';
import type { Micros } from './units.js';

/** One report; `time` is when it happened at the venue. */
export type VenueEvent =
  /** It works in the market, or waits for a session or auction (`waiting`). */
  | { readonly type: 'accepted'; readonly orderId: string; readonly time: Micros; readonly waiting: boolean }
  /** A waiting order began to work. */
  | { readonly type: 'activated'; readonly orderId: string; readonly time: Micros }
  /** A stop was elected. */
  | { readonly type: 'triggered'; readonly orderId: string; readonly time: Micros }
  | {
      readonly type: 'rejected';
      readonly orderId: string;
      readonly time: Micros;
      readonly reason: RejectionReason;
      readonly message: string;
    }
  /** `final` says that nothing is left to fill. */
  | {
      readonly type: 'filled';
      readonly orderId: string;
      readonly time: Micros;
      readonly fill: Fill;
      readonly final: boolean;
    }
  | { readonly type: 'canceled'; readonly orderId: string; readonly time: Micros; readonly reason: string }
  | {
      readonly type: 'cancelRejected';
      readonly orderId: string;
      readonly time: Micros;
      readonly reason: RejectionReason;
    }
  | { readonly type: 'expired'; readonly orderId: string; readonly time: Micros; readonly reason: string };
