/** What a strategy wants and why; the TradeOrchestrator sizes it and checks it. */
import type { ExitTerms, OrderType, TimeInForce } from './order.js';
import type { DurationMicros, Micros, Price, Quantity } from './units.js';

/** Enter (from flat or the other side, after its close), exit, or move to a target. */
export type SignalIntent = (typeof SIGNAL_INTENTS)[number];
/** All intents; records keep them by their place. */
export const SIGNAL_INTENTS = ['enterLong', 'enterShort', 'exit', 'target'] as const;

/** A target: a weight of equity (−1 to 1 and beyond with leverage), signed micro-shares, or signed micro-dollars. */
export type SignalTarget =
  | { readonly kind: 'weight'; readonly value: number }
  | { readonly kind: 'shares'; readonly value: Quantity }
  | { readonly kind: 'notional'; readonly value: number };

/** A strategy's wish. Immutable. */
export interface Signal {
  /** `s-` and a number, unique per session; empty where {@link number} stands for it. */
  readonly id: string;
  /** The number in its id, of a signal that is told of in numbers alone: its id is empty. Never part of a record. */
  readonly number?: number;
  readonly instanceId: string;
  readonly symbolId: number;
  readonly time: Micros;
  readonly intent: SignalIntent;
  /** Only for `target`, and as a size for entries that give their own. */
  readonly target?: SignalTarget;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  /** Exits that are sent with an entry, take profit first. */
  readonly exits?: readonly ExitTerms[];
  /** Closes the position this long after the entry's first fill. */
  readonly timeStop?: DurationMicros;
  /** The strategy's words, at most 200 characters. */
  readonly reason: string;
}
