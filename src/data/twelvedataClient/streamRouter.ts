/**
 * Many live sources as one market: orders, cleans and chooses their rows, and says what they are worth. This file joins
 * the pure parts of data/router with the sources, the clock and history; docs/market-data.md states the rules.
 */
import type { HistorySource, MarketDataSource } from '../../domain/marketSource.js';
import type { LiveMarket, LiveMarketEvent } from '../../domain/liveMarket.js';
import type { DurationMicros, Micros, Price } from '../../domain/units.js';
import type { Clock } from '../../utils/clock.js';

/** A source and how it is to be used. */
export interface RoutedSource {
  /** Not started yet: the market starts it, tells it what is wanted, and stops it. */
  readonly source: MarketDataSource;
  /** The usable source with the smallest number speaks for a symbol. No two are equal. */
  readonly priority: number;
  /** How long after its time (and the feed's own delay) a row may come and still be in order; 250 ms by default. */
  readonly window?: DurationMicros;
  /**
   * What its bars are for: `check` compares them with the minutes built from its prints (default); `stream` gives
   * them to the reader instead of building minutes, which needs a window as long as the vendor takes to publish.
   */
  readonly bars?: 'check' | 'stream';
}

/** What a live market is made of. */
export interface LiveMarketOptions {
  /** The session's symbols; the index is the symbol id of every row. */
  readonly symbols: readonly string[];
  /** One to eight, all with the same {@link FeedQuality.delay}. */
  readonly sources: readonly RoutedSource[];
  /** Where gaps are filled from; without it their minutes stay incomplete. */
  readonly history?: HistorySource;
  readonly clock: Clock;
  /** Hears events, from within calls of sources, of timers and of the reader; it must not call the market back. */
  readonly listener?: (event: LiveMarketEvent) => void;
  /** Rows up to and including it are not wanted (a session that goes on after a restart); by default none are old. */
  readonly after?: Micros;
  /** Last known prices by symbol id, 0 if unknown: what a first price is measured against. */
  readonly references?: readonly Price[];
  /** Changes of {@link ROUTER_LIMITS}. */
  readonly limits?: Partial<RouterLimits>;
}

/** Bounds and patience of a live market. */
export interface RouterLimits {
  /** Rows that wait for their time or for the reader, before quotes are conflated and then rows dropped. */
  readonly queuedRows: number;
  /** Rows with a time further ahead of the clock are dropped. */
  readonly aheadOfClock: DurationMicros;
  /** Rows older than this (and the feed's own delay) are dropped without a correction. */
  readonly behindClock: DurationMicros;
  /** A source that is live by its own word and says nothing for so long is stale: in regular hours, and outside. */
  readonly silenceRegular: DurationMicros;
  readonly silenceExtended: DurationMicros;
  /** How long a better source must be well before it is used again. */
  readonly failback: DurationMicros;
  /** Prints that must follow a price outside the band, at its level, to confirm it; and for how long it waits. */
  readonly confirmations: number;
  readonly holdFor: DurationMicros;
  /** Prints that each source's duplicates are looked for among, at least. */
  readonly rememberedPrints: number;
  /** Read prints that are kept to revise minutes by. */
  readonly keptPrints: number;
  /** Minutes that are kept per symbol. */
  readonly keptMinutes: number;
  /** How long after a minute's end history is asked for it, and how often it is asked in all. */
  readonly historyDelay: DurationMicros;
  readonly historyAttempts: number;
}

/** Opens a market and starts its sources. Throws `CONFIG_INVALID` for sources that cannot stand in for one another. */
export declare function openLiveMarket(options: LiveMarketOptions): LiveMarket;
