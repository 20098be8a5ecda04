/** What a session that is to be started should be; plain values, so that it can go to another thread. */
import type { BrokerName } from '../domain/brokerReport.js';
import type { RiskLimits } from '../domain/risk.js';
import type { FeedKind, StrategyConfig } from '../domain/session.js';
import { SECOND } from '../domain/timeframe.js';
import { DOLLAR, type Micros, type Money } from '../domain/units.js';

/** A market to trade on. */
export type MarketPlan = DayPlan | LivePlan;

/** A day that is there before the session begins. */
export type DayPlan =
  | {
      readonly kind: 'simulated';
      readonly seed: number;
      readonly date: string;
      /** Prices in dollars that the day begins with; those of the universe where absent. */
      readonly openingPrices?: readonly number[];
    }
  | { readonly kind: 'replay'; readonly date: string; readonly symbols: readonly string[] | undefined }
  /** The market data of a tape, whose folder is absolute. */
  | { readonly kind: 'tape'; readonly directory: string; readonly date: string };

/** A real market as it happens, on the trading day that is under way, else the next one. */
export interface LivePlan {
  readonly kind: 'live';
  readonly source: LiveSourceName;
  /** Which of the vendor's feeds; its usual one if absent. */
  readonly feed?: string;
  readonly symbols: readonly string[];
}

/** Vendors of live data. */
export type LiveSourceName = Extract<FeedKind, 'twelvedata' | 'alpaca'>;

/** Everything that a new session is made from; a session that goes on takes it from its tape. */
export interface SessionPlan {
  readonly dataDir: string;
  /** Where relative strategy files are meant from. */
  readonly cwd: string;
  readonly market: MarketPlan;
  /** Where the orders of a live session go; to the paper exchange inside it if absent. */
  readonly broker?: BrokerName;
  /** Of a new account; one at a broker has what it has. */
  readonly startingCash: Money;
  readonly preset: string;
  /** Undefined: the preset's. */
  readonly feePlan: string | undefined;
  /** Undefined: the demo strategies of the market; none on a live one. */
  readonly strategies: readonly StrategyConfig[] | undefined;
  readonly limits: RiskLimits;
  /** Market seconds per real second; 0 is as fast as possible. */
  readonly speed: number;
  /** Rows of each symbol kept for programs that read the market; 0 keeps none. */
  readonly keepMarketRows: number;
  /** Market time that a new session is brought to at once; undefined: where such a market is shown from. */
  readonly startAt: Micros | undefined;
  /** Whether shadow accounts take the session's orders too; they do if absent. */
  readonly shadows?: boolean;
  /** Market data of sessions that ended longer ago are removed from their tapes; all are kept if absent. */
  readonly keepMarketDays?: number;
  /** Start anew although the latest session could go on. */
  readonly fresh: boolean;
  /** The session before, where this process has run it to its end and told of all of it. */
  readonly follows?: string;
  /** A strategy that a watchdog had to stop: it is stopped again before the session goes on. */
  readonly stopFirst: string | undefined;
}

/** The plan of the day after a session that has ended: it goes on with the account and begins where a day begins. */
export function planOfNextDay(
  plan: SessionPlan,
  ended: { readonly sessionId: string; readonly speed: number },
): SessionPlan {
  const { sessionId: follows, speed } = ended;
  return { ...plan, fresh: false, stopFirst: undefined, startAt: undefined, speed, follows };
}

/** Paper money of a new account. */
export const DEFAULT_CASH: Money = 100_000 * DOLLAR;

/** Limits of a new account: generous, but a runaway strategy meets them. */
export const DEFAULT_LIMITS: RiskLimits = {
  maxPositionFraction: 0.5,
  maxGrossExposureFraction: 1,
  maxOrdersPerMinute: 120,
  maxDailyLoss: 10_000 * DOLLAR,
  flattenOnDailyLoss: true,
  fatFingerFraction: 0.1,
  maxPriceAge: 300 * SECOND,
};

/** The same on a live market, where a price that nobody has confirmed for a minute is no price to trade on. */
export const LIVE_LIMITS: RiskLimits = { ...DEFAULT_LIMITS, maxPriceAge: 60 * SECOND };

/** Strategies that show a newcomer something within the first minute, spread over symbols of the market. */
export function demoStrategies(symbols: readonly string[]): readonly StrategyConfig[] {
  const pick = (from: number, count: number): string[] => symbols.slice(from, from + count);
  const some = (wanted: string[]): string[] => (wanted.length > 0 ? wanted : pick(0, 1));
  return [
    {
      instanceId: 'sma-cross-1',
      strategy: 'sma-cross',
      symbols: some(pick(1, 6)),
      timeframe: '1m',
      params: { fast: 5, slow: 15, direction: 'longShort' },
      allocation: 0.08,
    },
    {
      instanceId: 'orb-1',
      strategy: 'opening-range-breakout',
      symbols: some(pick(7, 8)),
      timeframe: '1m',
      params: {},
      allocation: 0.06,
    },
    {
      instanceId: 'hold-1',
      strategy: 'buy-and-hold',
      symbols: pick(0, 1),
      timeframe: '1m',
      params: {},
      allocation: 0.1,
    },
  ];
}
