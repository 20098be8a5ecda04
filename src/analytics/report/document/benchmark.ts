/** The sections that set a run against its benchmark, as the JSON report has them; for units see figures.ts. */
import type { HistoryBacktestRun } from '../../backtestHistory.js';
import { comparedWithBenchmark } from '../../heldBenchmark.js';
import { yearsToShow } from '../benchmarkSections.js';
import type { SectionDocument } from './figures.js';

/** The figures of both; each a number or why there is none. */
export function comparisonDocument({ run }: HistoryBacktestRun): SectionDocument {
  const compared = comparedWithBenchmark(run);
  return compared === undefined ? null : { symbol: run.benchmark?.symbol ?? null, ...compared };
}

/** Returns by year, the benchmark's beside them. */
export function yearsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const years = yearsToShow(run);
  return years === undefined ? null : { periods: years };
}
