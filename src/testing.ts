/**
 * What `import … from 'papertape/testing'` gives: strategies in the user's own Vitest tests. In Vitest it also adds
 * the matcher `toMatchGoldenTrades`; elsewhere it does nothing on import.
 */
import { registerGoldenTrades } from './harness/goldenTrades.js';

export { backtest } from './harness/backtest.js';
export type { TestableStrategy, TestFill, TestOptions, TestRun, TestTrade } from './harness/backtest.js';
export { bars, csv } from './harness/testData.js';
export type { BarsOptions, CsvOptions, TestBar, TestData } from './harness/testData.js';
export { tape } from './harness/tape.js';
export type { TapeOptions } from './harness/tape.js';
export { goldenTrades } from './harness/goldenTrades.js';

declare module 'vitest' {
  // Merged with Vitest's own interface, which fixes name and parameter.
  interface Matchers<T> {
    /** Compares the fills of a run with those that were accepted before; `vitest -u` accepts the present ones. */
    toMatchGoldenTrades(): T extends unknown ? void : never;
  }
}

await registerGoldenTrades();
