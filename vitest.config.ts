/**
 * Two test projects: `quick` shares one module graph per thread, which makes it three times as fast; a file goes
 * to `isolated` when it starts browsers, changes globals, or otherwise must not share a process with others.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/fileOrder.js';

/** Tests that only a soak run makes sense of, such as those that mount file systems. */
const LONG = process.env['PAPERTAPE_SOAK'] === '1' ? [] : ['**/*.soak.test.ts'];

const ISOLATED = ['test/e2e/**/*.test.ts', '{src,test}/**/*.isolated.test.ts'];

export default defineConfig({
  test: {
    // Slow machines and shared runners; a test that needs more says so itself.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    setupFiles: ['./test/propertySeed.ts'],
    // All cores: Vitest by itself leaves one to its main thread, half of a small machine, and that one mostly waits.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          // `papertape new strategy` writes its test beside the strategy, which may be the root of a clone.
          include: ['*.test.ts', '{src,test,bench}/**/*.test.ts', 'frontend/src/**/*.test.{ts,tsx}'],
          exclude: [...ISOLATED, ...LONG, '**/node_modules/**'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ISOLATED,
          pool: 'forks',
          isolate: true,
          // Browsers and child processes on a shared runner; what needed the second try is listed at the end.
          retry: process.env['CI'] === 'true' ? 1 : 0,
        },
      },
    ],
  },
});
