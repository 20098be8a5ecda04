/** What a report of a backtest is made from. */
import type { FillScenarios } from './fillScenarios.js';
import type { HistoryBacktestRun } from './backtestHistory.js';

/** See the module header. */
export interface BacktestReport {
  /** Name or file of the strategy, as the user gave it. */
  readonly strategy: string;
  /** SHA-256 of what decides. */
  readonly strategyHash: string;
  /** New York trading dates, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly result: HistoryBacktestRun;
  /** The same under other fills, if it was run under them too; `result` is the expected one then. */
  readonly scenarios?: FillScenarios | undefined;
  /** How much was tried on these data, in words. */
  readonly trials?: string;
  /** What the reader should know before believing the figures; often none. */
  readonly warnings: readonly string[];
}
