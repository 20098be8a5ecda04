/** Bounds and patience of a live market. */
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import type { DurationMicros } from '../../domain/units.js';

/** See the module header. */
export interface RouterLimits {
  /** Rows that wait for their time or for the reader, before quotes are conflated and then rows given up. */
  readonly queuedRows: number;
  /** Rows with a time further ahead of the clock are dropped. */
  readonly aheadOfClock: DurationMicros;
  /** Rows older than this (and the feed's own delay) are dropped without a correction. */
  readonly behindClock: DurationMicros;
  /**
   * A source that is live by its own word and says nothing for so long is stale: in regular hours, and outside. Sources
   * watch themselves and know pongs from prices; this is the watch over those watches.
   */
  readonly silenceRegular: DurationMicros;
  readonly silenceExtended: DurationMicros;
  /** How long a better source must be well before it is used again. */
  readonly failback: DurationMicros;
  /** Prints that must follow a price outside the band, at its level, to confirm it; and how long it is held. */
  readonly confirmations: number;
  readonly holdFor: DurationMicros;
  /** Prints of each source among which duplicates are looked for, at least. */
  readonly rememberedPrints: number;
  /** Prints that were read and are kept to revise minutes by; over all symbols. */
  readonly keptPrints: number;
  /** Minutes that are kept per symbol; at least 4. */
  readonly keptMinutes: number;
  /** How long after a minute's end history is asked for it, and how often it is asked in all. */
  readonly historyDelay: DurationMicros;
  readonly historyAttempts: number;
}

/** What holds unless a session says otherwise. */
export const ROUTER_LIMITS: RouterLimits = {
  queuedRows: 1_048_576,
  aheadOfClock: MINUTE,
  behindClock: 15 * MINUTE,
  silenceRegular: MINUTE,
  silenceExtended: 10 * MINUTE,
  failback: 30 * SECOND,
  confirmations: 3,
  holdFor: MINUTE,
  rememberedPrints: 65_536,
  keptPrints: 131_072,
  keptMinutes: 30,
  historyDelay: 15 * SECOND,
  historyAttempts: 4,
};
