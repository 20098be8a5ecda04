/** Alpaca's feeds of US stocks: what each of them shows, and where it is found on the stream and in REST. */
import type { FeedQuality } from '../../domain/marketSource.js';
import { MINUTE } from '../../domain/timeframe.js';

/** The feeds, by the names that Alpaca gives them. */
export const ALPACA_FEEDS = ['iex', 'sip', 'delayed_sip'] as const;
/** A feed. */
export type AlpacaFeed = (typeof ALPACA_FEEDS)[number];

interface FeedFacts {
  readonly quality: FeedQuality;
  /** Its name in historical requests, where a delay is a matter of the times that are asked for. */
  readonly historyName: 'iex' | 'sip';
}

const FACTS: Readonly<Record<AlpacaFeed, FeedFacts>> = {
  iex: { quality: { source: 'alpaca/iex', coverage: 'venue', delay: 0 }, historyName: 'iex' },
  sip: { quality: { source: 'alpaca/sip', coverage: 'consolidated', delay: 0 }, historyName: 'sip' },
  delayed_sip: {
    quality: { source: 'alpaca/delayed_sip', coverage: 'consolidated', delay: 15 * MINUTE },
    historyName: 'sip',
  },
};

/** What prices of a feed are worth. */
export function feedQuality(feed: AlpacaFeed): FeedQuality {
  return FACTS[feed].quality;
}

/** The feed's name in historical requests. */
export function historyFeedName(feed: AlpacaFeed): 'iex' | 'sip' {
  return FACTS[feed].historyName;
}
