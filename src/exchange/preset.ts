/**
 * What a preset chooses. A preset is data: the exchange's models read these fields, and nothing else in the
 * code knows a preset by its name. Presets are listed in presets.ts, the models are described in
 * docs/fill-model.md.
 */
import type { AdjustMode } from '../domain/ports.js';
import type { FillBasis } from '../domain/receipt.js';
import type { DurationMicros, Money, Price } from '../domain/units.js';
import type { OrderRules } from './orderRules.js';

/** What a fill can be decided on here; `auction` is not a choice. */
export type MarketBasis = Extract<FillBasis, 'book' | 'nbbo' | 'quoteBar' | 'lastSale' | 'tradeBar'>;

/**
 * Slippage of orders that take: none, a fraction of the price (with `on` of what opens alone, see
 * {@link Preset.openingCost}), an amount for each share in micro-dollars, half of the (modelled) spread once more, or
 * the impact of everything that we traded lately on that side (M11): `factorPercent` of the trailing volatility of a
 * minute times the square root of the quantity over the trailing volume of a minute; what was traded counts half
 * after `halfLife`.
 *
 * `volumeShare`: `impactBps` of the price times the square of the quantity's share in volume, a share above
 * `limitBps` counting as that. For one order a bar it is Zipline's `VolumeShareSlippage` (`volume_limit`,
 * `price_impact`) and LEAN's `VolumeShareSlippageModel`, there also for what is beyond the limit; how much fills says
 * {@link Preset.participationBps}.
 */
export type SlippageModel =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'fixedBps'; readonly bps: number; readonly on?: 'opening' } & OfSymbols)
  | ({ readonly kind: 'fixedAmount'; readonly amount: Money } & OfSymbols)
  | { readonly kind: 'halfSpread' }
  | {
      readonly kind: 'squareRoot';
      readonly factorPercent: number;
      readonly halfLife: DurationMicros;
      /** Whether orders that take go on beyond the displayed size, up to the participation in trailing volume. */
      readonly walksBeyondDisplay: boolean;
    }
  | { readonly kind: 'volumeShare'; readonly limitBps: number; readonly impactBps: number };

/** Which symbols cost that; all if absent, and the others nothing. */
interface OfSymbols {
  readonly symbols?: readonly string[];
  /** What any symbol costs besides, of the price. */
  readonly besidesBps?: number;
}

/** Parts of the day that spreads differ in. `open` and `close` are the first and last minutes of regular hours. */
export const SPREAD_PARTS = ['premarket', 'open', 'regular', 'close', 'afterHours'] as const;
/** A part of the day that spreads differ in. */
export type SpreadPart = (typeof SPREAD_PARTS)[number];

/**
 * The spread where no quote is known. `table`: half the spread is the first tier whose price is above the
 * evidence's, in hundredths of a basis point, at least `minimum`, times the factors that apply; never more than half
 * the price.
 */
export type SpreadModel =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'table';
      /** Ascending by `below` (dollars); the last tier has Infinity. `half` in 1/100 bp of the price. */
      readonly tiers: readonly { readonly below: number; readonly half: number }[];
      /** Smallest half spread in micro-dollars. */
      readonly minimum: Price;
      /** The half spread of each part of the day, in percent of what the tiers say. */
      readonly partPercent: Readonly<Record<SpreadPart, number>>;
      /** Multiplies it when the evidence's volume is below `thinVolume` shares. */
      readonly thinVolume: number;
      readonly thinFactor: number;
    };

/** When a resting limit order fills at its own price (M5, M6). */
export type QueueModel = 'conservative' | 'volume-ahead' | 'optimistic';

/** Sizing models by name; those before submission live in the engine, `allInAtFill` in the exchange. */
export type SizingModel = 'equityFraction' | 'leanSetHoldings' | 'allInAtFill';

/** One choice of models. */
export interface Preset {
  readonly name: string;
  /** Rises whenever a choice changes its meaning; stands in receipts. */
  readonly version: number;
  /** Versions of the presets that it takes assumptions from, in the order of its name; none of one that takes none. */
  readonly joinedVersions: readonly number[];
  /** One sentence for people. */
  readonly description: string;
  /**
   * `next-event`: a bar that is complete when an order arrives never fills it. `same-instant`: market orders
   * fill at the close of the bar that has just ended.
   */
  readonly arrival: 'next-event' | 'same-instant';
  /** Bases for market orders and elected stops, best first; the first that the symbol's data allow is used. */
  readonly marketBases: readonly MarketBasis[];
  /** Bases for resting limit orders, and for stops where no print elects them. */
  readonly restingBases: readonly MarketBasis[];
  /** `us-equity`: order prices are multiples of the tick, else rejected; `free`: any positive price. */
  readonly priceGrid: 'us-equity' | 'free';
  /** Largest share of volume in basis points that our orders take together; 0 is no limit. */
  readonly participationBps: number;
  /** Whether displayed sizes and printed sizes limit fills (M2, M3). */
  readonly displayedSize: 'bounded' | 'unlimited';
  /** Data to strategy, where they arrive without any of their own (LatencyModel.ts); medians throughout (M8). */
  readonly dataLatency: DurationMicros;
  /** Decision to venue. */
  readonly orderLatency: DurationMicros;
  readonly cancelLatency: DurationMicros;
  readonly replaceLatency: DurationMicros;
  /** Venue to strategy; of what a bar decides, from its start on (ReportQueue). */
  readonly reportLatency: DurationMicros;
  /** Standard deviation of the logarithm of each latency in percent; 0 for constant ones. */
  readonly latencySigmaPercent: number;
  readonly slippage: SlippageModel;
  readonly spread: SpreadModel;
  readonly queue: QueueModel;
  /**
   * What the queue at a price is, in percent of the displayed size: above 100 it stands for the venues that the best
   * quote does not show (M5).
   */
  readonly queuePercent: number;
  /** Price bands: computed where no feed publishes them, published ones only, or not at all (R7). */
  readonly priceBands: 'computed' | 'published' | 'none';
  /** What happens to short sales at or below the bid while a restriction is in force (R8). */
  readonly shortSaleRule: 'reprice' | 'reject' | 'none';
  /** How long a live channel may say nothing before its quotes count as stale (R9). */
  readonly channelSilence: DurationMicros;
  /** Limits in bars fill when the bar trades `through` the price strictly, or already at its `touch`. */
  readonly barLimit: 'through' | 'touch';
  /**
   * Stop-limit and trailing stop orders on bars: by the path that a bar's extremes allow (M9), or by the far side's
   * whole bar and its close (matching/CloseStops.ts).
   */
  readonly barStops: 'path' | 'close';
  /**
   * Which orders look at a bar first: those for the market, then stops, then limits, so that the adverse one of two in
   * one bar happens (M9); or each as it was given, exits at the market and stops of positions before all.
   */
  readonly barOrder: 'adverseFirst' | 'asGiven';
  /** What a gap fills a stop at that is no exit of a position: the open, or the close before if that is beyond it. */
  readonly stopGap: 'open' | 'lastClose';
  /**
   * What a stop-limit order gets in the bar that elects it by its path. `open`: after a gap the open, or what the bar
   * came back to. `stop`: its stop price whatever the open was, if the limit is beyond the stop and the bar reaches it.
   */
  readonly stopLimitGap: 'open' | 'stop';
  /** Who pays a slippage on what opens: who takes, or limit orders too, and then beyond their limit. */
  readonly openingCost: 'takers' | 'all';
  /**
   * What exits look at in the bar in which their entry filled. `adverse`: a stop loss at the adverse extreme, a take
   * profit at nothing (M9). `wholeBar`: of an entry at the market both at the whole bar, the stop loss first; of a stop
   * entry a take profit alone, in a bar that does not reach the stop loss; of others nothing, as in backtesting.py.
   */
  readonly entryBarExits: 'adverse' | 'wholeBar';
  /**
   * What exits that came with an entry are there for. `position`: to leave it, until one of them fills or they are
   * canceled. `ownTrade`: for what is left of what their entry opened: whatever else closes some of it takes as much
   * off them, and ends them with the last of it; an entry may close the other side first then, and has exits for the
   * rest.
   */
  readonly exitsClose: 'position' | 'ownTrade';
  /** A replacement looks at what comes after it, or also at the last bar if that began after the order it replaces. */
  readonly replacement: 'new' | 'sameBar';
  /** After how many calendar days a good-till-canceled order ends; 0 is never. */
  readonly goodTillCanceledDays: number;
  /**
   * Whose the parts of a plan are that are not proportional: an order's, or a lot's: what closes then owes them for
   * each lot that it closes, and what opens once more.
   */
  readonly commissionOf: 'order' | 'lot';
  /** Name of the default fee plan (fees/feePlans.ts); a session may name another. */
  readonly feePlan: string;
  /** Whether SEC and TAF fees are charged on sales. */
  readonly regulatoryFees: boolean;
  readonly sizing: SizingModel;
  /** Dollars of a position that one dollar of margin carries; sizing that measures in margin counts with it. */
  readonly leverage: number;
  /**
   * That outside regular hours and in their last ten minutes, where orders are covered by margin; as by day if absent.
   */
  readonly overnightLeverage?: number;
  /** The open of a reversal is sent once its close has filled, or together with it. */
  readonly reversal: 'afterClose' | 'sameInstant';
  /**
   * Whether a run ends when the equity of its account is 0 or below at a mark: what is held is closed there, with its
   * commissions, and the debt that is left is written off (WindUp.ts). Else it goes on with what it owes.
   */
  readonly ruin: 'endsRun' | 'goesOn';
  /** What positions are valued at: the last price, or the last price clipped into the best quote (M13). */
  readonly marks: 'lastPrice' | 'clippedToQuote';
  /**
   * Which lots the engine's round trips take: the oldest, or those of its own entry where an exit came with one. Money
   * is the same; which trade won is not.
   */
  readonly lotRelief: 'oldest' | 'ownEntry';
  /** Whether what an order at the close of a bar costs is in the equity of that bar, or only of the next one. */
  readonly closeCosts: 'sameBar' | 'nextBar';
  readonly adjust: AdjustMode;
  /**
   * How splits and dividends are read from the rows of a factor file where prices are as they were traded. `declared`:
   * as a company would have said them, in the simplest ratio and the roundest amount that the decimals of factors
   * allow; a split without such a ratio is none. `asWritten`: dividends to the cent, half to even, and a split without
   * such a ratio by the quotient of its factors.
   */
  readonly factorActions: 'declared' | 'asWritten';
  /** Name of the statistics conventions (analytics). */
  readonly statistics: string;
  /**
   * `cash`: positions and open orders are covered, long and short alike; `atFill`: open orders reserve nothing, and
   * what one opens is canceled whole where it is not covered when it fills; `margin`: open orders reserve nothing, an
   * order that opens needs the margin of its value at `leverage` when it comes and when it fills, and positions that
   * need more than the equity are reduced by force (cover.ts, engine/MarginGuard.ts); `unchecked`: orders always pass.
   */
  readonly buyingPower: 'cash' | 'atFill' | 'margin' | 'unchecked';
  /** What positions may be worth in all, in times of the equity; 1 is full cover. */
  readonly coverLeverage: number;
  /**
   * Whether one order may take a position from one side to the other: never, in one fill, or in two (`split`), of which
   * the first closes; orders with exits only where those are for what they opened (`exitsClose`).
   */
  readonly crossing: 'reject' | 'allow' | 'split';
  /**
   * A market order while the market is closed waits for the opening, or becomes an order for the auction, or gets the
   * close of the bar that ends at that very time and else waits.
   */
  readonly closedMarketOrder: 'wait' | 'opening' | 'lastClose';
  /** A market order during the session of a symbol with daily bars only: as it is, or for the closing auction. */
  readonly dailyMarketOrder: 'as-is' | 'closing';
  /** How orders are treated on accounts whose owner has not set it. */
  readonly orderRules: OrderRules;
  /** Whose cut-off times hold for the auctions: those of the listing markets, a broker's own, or none (R5). */
  readonly auctionCutoffs: 'us' | 'alpaca' | 'none';
  /** Whether an auction without an auction print is estimated from the first or last trade (R4). */
  readonly auctionEstimate: boolean;
}

/** The versions behind a preset's fills, as receipts and run identities tell them: `7`, of `lean+strict` `7+4`. */
export function versionOf({ version, joinedVersions }: Pick<Preset, 'version' | 'joinedVersions'>): string {
  return [version, ...joinedVersions].join('+');
}
