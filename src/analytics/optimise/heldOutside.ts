/** What holding a symbol came to on the days outside of training, beside what the strategy made of them. */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { pricesAt } from '../benchmarkHistory.js';
import type { ChosenBenchmark } from '../benchmarkHistory.js';
import { benchmarkName } from '../benchmarkName.js';
import { finite } from '../finiteFigures.js';
import type { WalkForwardStep } from './walkForward.js';

/** See the module header. */
export interface HeldOutside {
  readonly symbol: string;
  /** As a label says it: `Buy and hold`, `Holding SPY`. */
  readonly name: string;
  /** How the prices were adjusted. */
  readonly adjust: ChosenBenchmark['adjust'];
  /** Dollars at the close of each date; NaN before there was a price. */
  readonly equity: Float64Array;
  /** As a fraction; NaN without a price. */
  readonly totalReturn: number;
}

/**
 * Holds the benchmark with the cash of the start from the close of the last day of training on, or from its first price
 * after that. `isOwn`: it is the only symbol that is traded.
 */
export function heldOutside(
  steps: readonly WalkForwardStep[],
  benchmark: ChosenBenchmark,
  { startEquity, isOwn }: { readonly startEquity: number; readonly isOwn: boolean },
): HeldOutside {
  const { symbol, adjust, path } = benchmark;
  const before = steps[0]?.window.train.at(-1);
  const dates = steps.flatMap(({ window }) => window.test);
  const prices = pricesAt(path, Float64Array.from(before === undefined ? dates : [before, ...dates], endOf));
  const bought = prices.find((price) => !Number.isNaN(price)) ?? NaN;
  const equity = prices.subarray(prices.length - dates.length).map((price) => (startEquity * price) / bought);
  return {
    symbol,
    name: benchmarkName({ symbol, chosen: isOwn ? undefined : benchmark, hasDividends: adjust === 'all' }),
    adjust,
    equity,
    totalReturn: (equity.at(-1) ?? NaN) / startEquity - 1,
  };
}

/** For a JSON document. */
export function heldDocument({ symbol, adjust, equity, totalReturn }: HeldOutside): Readonly<Record<string, unknown>> {
  return { symbol, adjust, totalReturn: finite(totalReturn), equity: Array.from(equity, finite) };
}

/** The end of a date, when all of its bars have ended. */
function endOf(date: TradingDate): number {
  return fromNewYork(date + 1, 0);
}
