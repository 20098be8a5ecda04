/** What a run of the kernel is about: its symbols, money, strategies and limits. All of it is on the tape (K6). */
import type { BrokerTerms } from './brokerReport.js';
import type { DatedAction, StockLoan } from './corporateActions.js';
import type { SymbolListing } from './listing.js';
import type { RiskLimits } from './risk.js';
import type { FeedCoverage } from './receipt.js';
import type { Timeframe } from './timeframe.js';
import type { DurationMicros, Micros, Money } from './units.js';

/** Where market data of a session comes from; shown wherever its prices are. */
export type FeedKind = 'sim' | 'recorded' | 'twelvedata' | 'alpaca';

/** One running strategy: its name, where it looks, and with what parameters. */
export interface StrategyConfig {
  /** Unique per session: letters, digits, `-`, `_`, at most 64. */
  readonly instanceId: string;
  /** A built-in name, or the path of the user's file. */
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  /** Fraction of the account's equity that this instance may use for an entry without a size of its own. */
  readonly allocation: number;
}

/** A session's fixed facts. */
export interface SessionConfig {
  readonly sessionId: string;
  readonly feed: FeedKind;
  /** Symbol names; the index is the symbol id everywhere in the session. */
  readonly symbols: readonly string[];
  /** What the feed shows of the market, and by how much it is delayed; by its kind, and not at all, if absent. */
  readonly coverage?: FeedCoverage;
  readonly feedDelay?: DurationMicros;
  /** What is known of each symbol beforehand, by symbol id; absent or short where nothing is. */
  readonly listings?: readonly SymbolListing[];
  /** Integer price steps per dollar of every price in the session. */
  readonly priceScale: number;
  readonly accountId: string;
  /** Where the session's orders go; absent: to the paper exchange inside it. */
  readonly broker?: BrokerTerms;
  readonly startingCash: Money;
  /** Name of the preset (exchange/presets). */
  readonly preset: string;
  readonly feePlan: string;
  readonly seed: number;
  readonly startTime: Micros;
  readonly limits: RiskLimits;
  readonly strategies: readonly StrategyConfig[];
  /** Names of the presets under which shadow accounts take the session's orders too; none if absent. */
  readonly shadowPresets?: readonly string[];
  /** Ascending by ex-date; those before the session's first day have happened. */
  readonly corporateActions?: readonly DatedAction[];
  /** What can be borrowed, and at which fee; absent: nothing is known. */
  readonly stockLoans?: readonly StockLoan[];
}
