/**
 * A market as it happens: the rows of several live sources as one ordered stream, and what is known about how good
 * that stream is. Implemented by data/twelvedataClient/streamRouter.ts; docs/market-data.md states its rules.
 *
 * Two times are kept apart. Market time is the time of rows; it is settled up to {@link LiveMarket.settledTime}, which
 * follows the process's clock at a distance, the reordering window. What comes for a settled time is late: it never
 * enters the stream, changes nothing silently, and is told as an event.
 */
import type { FeedQuality, PrintCorrection, SourceState } from './marketSource.js';
import type { MarketBatch } from './marketTables.js';
import type { MarketStream } from './ports.js';
import type { DurationMicros, Micros, Price, Shares } from './units.js';

/** Where rows of no source come from, in columns of source indexes: heartbeats, and quotes that were taken back. */
export const NO_SOURCE = 255;

/** A batch that says of every quote and print which source it is of. Valid until the second read after it. */
export interface LiveBatch extends MarketBatch {
  /** Index into {@link LiveMarket.sources} by row of the quote table, or {@link NO_SOURCE}; may be longer. */
  readonly quoteSources: Uint8Array;
  /** The same by row of the print table; never {@link NO_SOURCE}. */
  readonly printSources: Uint8Array;
}

/** How far the minute bar of a symbol can be trusted. */
export type MinuteState =
  /** Everything that one source said arrived in time. */
  | 'complete'
  /** Something is missing, and history has not told it (yet). */
  | 'incomplete'
  /** Something was missing; the figures are those of a history source, without volume where it does not know it. */
  | 'backfilled';

/** Prices and volume of a minute. */
export interface MinuteFigures {
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Shares;
}

/** A minute of a symbol, [start, start + 1 minute). */
export interface MinuteReport {
  readonly symbolId: number;
  readonly start: Micros;
  readonly state: MinuteState;
  /** Undefined if there was no price in it. As long as nothing was revised, what the kernel's own bar has. */
  readonly figures: MinuteFigures | undefined;
  /** The feeds whose prints are in it, or whose bar it is; more than one if the source changed within the minute. */
  readonly qualities: readonly FeedQuality[];
  /**
   * Whether its volume and prices are those of the whole market: one consolidated feed, nothing missing, every
   * size known. Only such minutes may enter market-wide volume, VWAP, highs and lows, or a baseline of them (X6).
   */
  readonly isMarketWide: boolean;
}

/** Why a minute that was told before is told anew. */
export type RevisionReason = 'late' | 'cancel' | 'correct' | 'gap' | 'backfill' | 'vendor';

/** What a live market tells besides its rows. Times are market times unless said otherwise. */
export type LiveMarketEvent =
  /** A minute is over, for each symbol with a price or with something missing; in order of time, then symbol. */
  | { readonly kind: 'minute'; readonly minute: MinuteReport }
  /**
   * A minute that is over has other figures, or another state. `before` is undefined if it was not told before, because
   * it had no price, or is not kept any more.
   */
  | {
      readonly kind: 'revision';
      readonly reason: RevisionReason;
      readonly before: MinuteReport | undefined;
      readonly minute: MinuteReport;
    }
  /** Prints of a symbol came after their time was settled; those of one symbol are told together. */
  | {
      readonly kind: 'late';
      readonly symbolId: number;
      readonly prints: number;
      readonly earliest: Micros;
      readonly latest: Micros;
    }
  /** A print was taken back or put right. `wasRead`: it had been given to the reader before. */
  | { readonly kind: 'correction'; readonly correction: PrintCorrection; readonly wasRead: boolean }
  /** Rows of [since, until) may be missing; `until` is undefined while the gap lasts. */
  | {
      readonly kind: 'gap';
      readonly symbolIds: readonly number[];
      readonly since: Micros;
      readonly until: Micros | undefined;
      readonly cause: 'source' | 'silence' | 'failover' | 'overload' | 'noSource';
    }
  /** A gap could not be filled; its minutes stay incomplete. */
  | {
      readonly kind: 'backfillFailed';
      readonly symbolId: number;
      readonly since: Micros;
      readonly until: Micros;
      readonly error: unknown;
    }
  /** From `at` on a symbol's rows are those of another source; undefined: of none. */
  | {
      readonly kind: 'source';
      readonly symbolId: number;
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly at: Micros;
    }
  /** A price outside the band is held back, was confirmed by others, or was discarded (F51). */
  | {
      readonly kind: 'band';
      readonly symbolId: number;
      readonly outcome: 'held' | 'confirmed' | 'discarded';
      readonly price: Price;
      readonly reference: Price;
      readonly time: Micros;
      readonly source: number;
    }
  /** A source took a symbol or refused it. */
  | {
      readonly kind: 'symbol';
      readonly source: number;
      readonly symbolId: number;
      readonly state: 'subscribed' | 'refused';
      readonly reason: string | undefined;
    }
  /** A source's state changed; `stale` is the router's own view: live by its word, but silent (F44). */
  | { readonly kind: 'state'; readonly source: number; readonly state: SourceState; readonly stale: boolean };

/** What a symbol's prices are worth now. */
export interface PriceQuality {
  /** Index of the source in use; undefined if none is. */
  readonly source: number | undefined;
  /** Its quality, or that of the source before it as long as its price is the last one. */
  readonly quality: FeedQuality | undefined;
  /** Time of the last price that may stand as such, and how long ago that is by the process's clock; or Infinity. */
  readonly lastTime: Micros | undefined;
  readonly age: DurationMicros;
  /** Whether no live source speaks for the symbol: nothing may be decided on its prices. */
  readonly isStale: boolean;
}

/** How one source is doing. */
export interface SourceReport {
  readonly quality: FeedQuality;
  readonly priority: number;
  readonly state: SourceState;
  /** Live by its own word, but silent while the market is open. */
  readonly isStale: boolean;
  /** For how many symbols it is in use. */
  readonly symbolsInUse: number;
  /** When its last message came, by the process's clock; undefined before the first. */
  readonly lastMessageAt: Micros | undefined;
  /**
   * How far behind their time its rows arrive, smoothed over the last messages. Near or above the reordering window
   * most rows are late: the window is too short, or the machine's clock is wrong.
   */
  readonly lag: DurationMicros;
  readonly counters: Readonly<Record<string, number>>;
}

/** See the module header. Never at an end before {@link stop}; then it ends after its last settled row. */
export interface LiveMarket extends MarketStream {
  /** By index as events and batches have it; best priority first. */
  readonly sources: readonly FeedQuality[];
  /**
   * Everything up to and including it is final and may be read. Never goes back. A reader moves the kernel's clock to
   * it also when there are no rows.
   */
  settledTime(): Micros;
  /** Time of the next settled row; Infinity if there is none at present. */
  peekTime(): Micros;
  /** Never gives rows after {@link settledTime}, whatever `time`. */
  readUntil(time: Micros, maxEvents: number): LiveBatch;
  qualityOf(symbolId: number): PriceQuality;
  /** In the order of {@link sources}. */
  states(): readonly SourceReport[];
  /** What was taken, held, dropped and revised, by reason, over all sources; values only grow. */
  counters(): Readonly<Record<string, number>>;
  /** Settles everything that has come, then ends sources, timers and backfills; rows can still be read. */
  stop(): Promise<void>;
}
