/**
 * What plans of Twelve Data allow. Levels within a plan differ and change often; the figures are those of the lowest
 * level, and the minute's limit is put right by the headers of the first answer.
 */

import type { FeedCoverage } from '../../domain/marketSource.js';

/** Limits of a plan. */
export interface TwelveDataPlan {
  /** API credits of one wall-clock minute. */
  readonly creditsPerMinute: number;
  /** API credits of one UTC day; absent: unlimited. */
  readonly creditsPerDay?: number;
  /** Symbols that a connection of the stream may be subscribed to. */
  readonly streamSymbols: number;
  /** Messages that the stream takes in a minute: a careful reading of "up to 100 events". */
  readonly streamMessagesPerMinute: number;
  /** Whether prices and bars from before 09:30 and after 16:00 come with it. */
  readonly extendedHours: boolean;
  /**
   * What volumes of history are worth: on plans without real-time prices those of the day were measured to be a
   * fraction of the market's, so that none of them may enter figures of the whole market.
   */
  readonly historyCoverage: Extract<FeedCoverage, 'consolidated' | 'venue'>;
}

const STREAM_MESSAGES_PER_MINUTE = 100;

/** The plans by name. */
export const TWELVE_DATA_PLANS = {
  basic: {
    creditsPerMinute: 8,
    creditsPerDay: 800,
    streamSymbols: 8,
    streamMessagesPerMinute: STREAM_MESSAGES_PER_MINUTE,
    extendedHours: false,
    historyCoverage: 'venue',
  },
  grow: {
    creditsPerMinute: 55,
    streamSymbols: 8,
    streamMessagesPerMinute: STREAM_MESSAGES_PER_MINUTE,
    extendedHours: false,
    historyCoverage: 'venue',
  },
  pro: {
    creditsPerMinute: 610,
    streamSymbols: 1_500,
    streamMessagesPerMinute: STREAM_MESSAGES_PER_MINUTE,
    extendedHours: true,
    historyCoverage: 'consolidated',
  },
  ultra: {
    creditsPerMinute: 2_584,
    streamSymbols: 10_000,
    streamMessagesPerMinute: STREAM_MESSAGES_PER_MINUTE,
    extendedHours: true,
    historyCoverage: 'consolidated',
  },
} as const satisfies Record<string, TwelveDataPlan>;
