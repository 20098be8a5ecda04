/** Runs of restless strategies on rough bars, however they may be set up: what property tests of whole runs draw. */
import fc from 'fast-check';
import type { DatedAction, ShareAction } from '../../src/domain/corporateActions.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import type { RiskLimits } from '../../src/domain/risk.js';
import { TIMEFRAMES, TIMEFRAME_DURATION } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import type { Money } from '../../src/domain/units.js';
import { RESTLESS } from './restlessStrategies.js';
import type { RestlessKind, RestlessTerms } from './restlessStrategies.js';
import { EX_DATES, roughBars } from './roughBars.js';
import type { BarTerms, Flaw } from './roughBars.js';

/** A kind of strategy, and a number that its timeframe is chosen by. */
interface Seat {
  readonly kind: RestlessKind;
  readonly choice: number;
}

/** A run as it is drawn. */
export interface RestlessRun {
  readonly terms: Omit<RestlessTerms, 'hookProbe'>;
  readonly market: BarTerms;
  readonly seats: readonly Seat[];
  readonly rules: {
    readonly preset: string;
    readonly feePlan: string;
    readonly startingCash: Money;
    readonly limits: RiskLimits;
    readonly corporateActions: readonly DatedAction[];
  };
  /** The first rows come before the run. */
  readonly warmUp: number;
}

const ACTIONS: readonly ShareAction[] = [
  { kind: 'split', newShares: 2, oldShares: 1 },
  { kind: 'split', newShares: 1, oldShares: 3 },
  { kind: 'cashDividend', amount: 0.37 * RAW_PRICE_SCALE },
];

const LIMITS: readonly RiskLimits[] = [
  {},
  {},
  {},
  { maxDailyLoss: 50 * DOLLAR, flattenOnDailyLoss: true },
  { maxDailyLoss: 3 * DOLLAR, flattenOnDailyLoss: true },
  { maxPositionShares: 200 * SHARE },
  { maxOrdersPerMinute: 1 },
  { requireOpenSession: true },
];

/** Those that let orders be filled by the next bar come most often. */
const PRESETS = [
  ...['backtesting.py', 'backtesting.py', 'optimistic', 'lean', 'papertape', 'papertape', 'strict', 'alpaca'],
  ...['backtesting.py-close', 'lean+margin.2500bps.5000bps', 'backtesting.py+papertape.participation'],
];

const datedActions: fc.Arbitrary<DatedAction[]> = fc
  .tuple(...EX_DATES.map((exDate) => fc.constantFrom(undefined, ...ACTIONS).map((action) => ({ exDate, action }))))
  .map((all) => all.flatMap(({ exDate, action }) => (action === undefined ? [] : [{ exDate, symbolId: 0, action }])));

/** Any run; `flaws` are those that its bars may have. */
export function restlessRun(flaws: readonly Flaw[]): fc.Arbitrary<RestlessRun> {
  const seed = fc.nat({ max: 2 ** 31 - 1 });
  return fc.record({
    terms: fc.record({
      seed: fc.noBias(seed),
      activity: fc.constantFrom(0.005, 0.02, 0.1, 0.4),
      failures: fc.constantFrom(0, 0, 0.001, 0.004),
      shares: fc.constantFrom(10, 40, 400, 3000),
      isFractional: fc.constantFrom(false, false, false, true),
    }),
    market: fc.record({
      seed: fc.noBias(seed),
      timeframe: fc.constantFrom<Timeframe[]>('1m', '1m', '1m', '30s', '2m', '5m'),
      rows: fc.noBias(fc.integer({ min: 100, max: 1000 })),
      flaw: fc.constantFrom(...flaws),
    }),
    seats: fc.array(
      fc.record({
        kind: fc.constantFrom(...(Object.keys(RESTLESS) as RestlessKind[])),
        choice: fc.noBias(fc.nat({ max: 99 })),
      }),
      { minLength: 1, maxLength: 5, size: 'max' },
    ),
    rules: fc.record({
      preset: fc.constantFrom(...PRESETS),
      feePlan: fc.constantFrom('zero', 'per-order-1usd', 'interactive-brokers-fixed'),
      startingCash: fc.constantFrom(3000, 30_000, 1_000_000).map((dollars) => dollars * DOLLAR),
      limits: fc.constantFrom(...LIMITS),
      corporateActions: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: datedActions }),
    }),
    warmUp: fc.constantFrom(0, 0, 1, 20, 60),
  });
}

/** The bars of a run, of which the first come before it. */
export function barsOf({ market }: RestlessRun): BarTable {
  return roughBars(market);
}

/** Which strategies a run has, and on which bars: half of them on those of the market. */
export function placesOf({
  seats,
  market,
}: RestlessRun): { readonly name: RestlessKind; readonly timeframe: Timeframe }[] {
  return seats.map(({ kind, choice }) => ({ name: kind, timeframe: timeframeFor(kind, market.timeframe, choice) }));
}

/** A timeframe that bars of `source` can be built to, and that a strategy of this kind can have. */
export function timeframeFor(kind: RestlessKind, source: Timeframe, choice: number): Timeframe {
  const length = TIMEFRAME_DURATION[source];
  const longest = TIMEFRAME_DURATION[RESTLESS[kind]];
  const fitting = TIMEFRAMES.filter((one) => {
    const duration = TIMEFRAME_DURATION[one];
    // Bars shorter than those of the market never come; an indicator on longer ones sees the market all the same.
    if (kind === 'Fivefold' && one === '1m') return true;
    return duration >= length && duration % length === 0 && duration <= longest;
  });
  return choice % 2 === 0 ? source : (fitting[(choice >> 1) % fitting.length] ?? source);
}
