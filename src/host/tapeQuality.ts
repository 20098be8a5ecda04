/**
 * How much of the market a tape's rows show, wherever they have been since: recorded, replayed, cut or merged. What
 * several tapes make together is worth no more than the least of them.
 */
import type { FeedQuality } from '../domain/marketSource.js';
import type { FeedCoverage } from '../domain/receipt.js';
import type { SessionConfig } from '../domain/session.js';
import type { SessionRecord } from './readTape.js';

/** What fills say of a feed's coverage. */
const COVERAGES: Readonly<Record<FeedQuality['coverage'], FeedCoverage>> = {
  consolidated: 'consolidated',
  venue: 'oneVenue',
  sampled: 'sampled',
  simulated: 'simulated',
};

/** From the whole market to a made-up one; rows of several are worth what the last of them in this order is. */
const FROM_BEST: readonly FeedCoverage[] = ['consolidated', 'oneVenue', 'sampled', 'unknown', 'simulated'];

/** What fills on a feed's prices say of its coverage. */
export function coverageOf({ coverage }: FeedQuality): FeedCoverage {
  return COVERAGES[coverage];
}

/** What a session on tapes says of where its prices are from. */
export type TapeQuality = Pick<SessionConfig, 'coverage' | 'feedDelay'> & {
  /** The feeds whose rows they are, best first; absent where none is known. */
  readonly feeds?: readonly FeedQuality[];
};

/** The quality of rows of one tape, or of several put together. */
export function tapeQuality(sessions: readonly SessionRecord[]): TapeQuality {
  const coverages = sessions.map(({ config }) => config.coverage ?? (config.feed === 'sim' ? 'simulated' : undefined));
  const known = coverages.map((coverage) => coverage ?? 'consolidated');
  const coverage = coverages.every((one) => one === undefined)
    ? undefined
    : known.reduce((worst, one) => (FROM_BEST.indexOf(one) > FROM_BEST.indexOf(worst) ? one : worst));
  const feedDelay = Math.max(0, ...sessions.map(({ config }) => config.feedDelay ?? 0));
  const feeds = new Map(sessions.flatMap(({ market }) => feedsOf(market)).map((feed) => [feed.source, feed]));
  return {
    ...(coverage === undefined ? {} : { coverage }),
    ...(feedDelay === 0 ? {} : { feedDelay }),
    ...(feeds.size === 0 ? {} : { feeds: [...feeds.values()] }),
  };
}

/** Of the feeds of a tape the one that shows the least of the market; undefined where none is known. */
export function leastOf({ market }: SessionRecord): FeedQuality | undefined {
  const rank = (feed: FeedQuality): number => FROM_BEST.indexOf(coverageOf(feed));
  const [first, ...others] = feedsOf(market);
  if (first === undefined) return undefined;
  return others.reduce((least, feed) => (rank(feed) > rank(least) ? feed : least), first);
}

/** The feeds that a market's rows came from, best first; none where none is known. */
export function feedsOf(market: SessionRecord['market']): readonly FeedQuality[] {
  return market.kind === 'live' || market.kind === 'tape' ? (market.feeds ?? []) : [];
}
