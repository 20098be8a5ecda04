/** What a live market is made of: its sources and how each is used. */
import { PapertapeError } from '../../domain/errors.js';
import type { LiveMarketEvent } from '../../domain/liveMarket.js';
import type { HistorySource, MarketDataSource } from '../../domain/marketSource.js';
import { SECOND } from '../../domain/timeframe.js';
import type { DurationMicros, Micros, Price } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import type { Clock } from '../../utils/clock.js';
import { MAX_SOURCES } from './RowBuffer.js';
import type { RouterLimits } from './routerLimits.js';

/** A source and how it is to be used. */
export interface RoutedSource {
  /** Not started yet: the market starts it, tells it what is wanted, and stops it. */
  readonly source: MarketDataSource;
  /** The usable source with the smallest number speaks for a symbol. No two are equal. */
  readonly priority: number;
  /**
   * How long after its time (and the feed's own delay) a row may come and still be in order. By default 250 ms, and 2
   * s for sampled feeds, whose times are whole seconds.
   */
  readonly window?: DurationMicros;
  /**
   * What its bars are for: `check` compares them with the minutes built from its prints (default); `stream` gives
   * them to the reader, which needs a window as long as the vendor takes to publish them.
   */
  readonly bars?: 'check' | 'stream';
}

/** What a live market is made of. */
export interface LiveMarketOptions {
  /** The session's symbols; the index is the symbol id of every row. At most 65,536. */
  readonly symbols: readonly string[];
  /** One to eight, all with the same delay. */
  readonly sources: readonly RoutedSource[];
  /** Where gaps are filled from; without it their minutes stay incomplete. */
  readonly history?: HistorySource;
  readonly clock: Clock;
  /** Hears events, from within calls of sources, of timers and of the reader; it must not call the market back. */
  readonly listener?: (event: LiveMarketEvent) => void;
  /** Rows up to and including it are not wanted: a session goes on after a restart. By default the opening's time. */
  readonly after?: Micros;
  /** Last known prices by symbol id, 0 if unknown: what a first price is measured against. */
  readonly references?: readonly Price[];
  /** Changes of the default limits. */
  readonly limits?: Partial<RouterLimits>;
}

/** Throws `CONFIG_INVALID` for sources that cannot stand in for one another. */
export function checkOptions({ symbols, sources }: LiveMarketOptions): void {
  assert(symbols.length > 0 && symbols.length <= 65_536, 'a market has between 1 and 65,536 symbols');
  assert(new Set(symbols).size === symbols.length, 'symbols are listed once');
  assert(sources.length > 0 && sources.length <= MAX_SOURCES, `a market has between 1 and ${MAX_SOURCES} sources`);
  assert(new Set(sources.map(({ priority }) => priority)).size === sources.length, 'priorities are different');
  const [first, ...others] = sources.map(({ source }) => source.quality);
  const other = others.find(({ delay }) => delay !== first?.delay);
  if (first === undefined || other === undefined) return;
  throw new PapertapeError(
    'CONFIG_INVALID',
    `The feeds ${first.source} (${first.delay / SECOND} s late) and ${other.source} (${other.delay / SECOND} s late) ` +
      'cannot stand in for one another: time would stand still or go back.',
    { remedy: 'Use feeds with the same delay together.' },
  );
}
