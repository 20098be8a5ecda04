/** What a result is measured against, as its label says it. */
import type { RunBenchmark } from './BacktestRun.js';

/** `Buy and hold` for the symbol that is traded, `Holding SPY` for another one. */
export function benchmarkName(benchmark: RunBenchmark | undefined): string {
  return benchmark?.chosen === undefined ? 'Buy and hold' : `Holding ${benchmark.symbol}`;
}
