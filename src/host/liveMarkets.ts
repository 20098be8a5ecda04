/** The port through which a session opens real markets; the composition root knows the vendors behind it. */
import type { LiveMarket, LiveMarketEvent } from '../domain/liveMarket.js';
import type { HistorySource } from '../domain/marketSource.js';
import type { DurationMicros, Micros, Price } from '../domain/units.js';
import type { Clock } from '../utils/clock.js';
import type { LivePlan } from './sessionPlan.js';

/** A market that is wanted. */
export interface LiveRequest {
  readonly plan: LivePlan;
  /** The session's symbols, by id. */
  readonly symbols: readonly string[];
  readonly clock: Clock;
  readonly listener: (event: LiveMarketEvent) => void;
  /** Rows up to and including it are there already; absent for a new session. */
  readonly after?: Micros;
  /** Last known prices by symbol id, 0 if unknown. */
  readonly references?: readonly Price[];
}

/** See the module header. */
export interface LiveMarkets {
  /** By how much the feed that a plan names is held back by its vendor. */
  delayOf(plan: LivePlan): DurationMicros;
  /** Opens it and starts its sources. Throws `CONFIG_INVALID` or `SOURCE_KEY_REFUSED` if it cannot begin to work. */
  open(request: LiveRequest): LiveMarket;
  /** The history of the same vendor and feed; undefined where there is none. Throws as {@link open} does. */
  history(plan: LivePlan, clock: Clock): HistorySource | undefined;
}
