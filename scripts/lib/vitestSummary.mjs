/**
 * A Vitest reporter that counts what ran and writes the counts, with the names of skipped tests and of those that
 * passed only on a second try, to the file that `PAPERTAPE_TEST_SUMMARY` names. A test file that could not be loaded
 * and an error outside any test count as failures, so that the counts can never look better than the run.
 */
import { writeFileSync } from 'node:fs';

export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const path = process.env.PAPERTAPE_TEST_SUMMARY;
    if (!path) return;
    const summary = { passed: 0, failed: unhandledErrors.length, skipped: 0, skippedNames: [], retriedNames: [] };
    for (const testModule of testModules) {
      if (testModule.errors().length > 0) summary.failed += 1;
      for (const suite of testModule.children.allSuites()) summary.failed += suite.errors().length > 0 ? 1 : 0;
      for (const test of testModule.children.allTests()) {
        const { state, note } = test.result();
        if (test.diagnostic()?.flaky === true) summary.retriedNames.push(test.fullName);
        if (state === 'passed') summary.passed += 1;
        else if (state === 'failed') summary.failed += 1;
        else {
          // A test that never got a result (its file broke off) is not a pass either.
          summary.skipped += 1;
          summary.skippedNames.push(test.fullName + (note ? ` (${note})` : ''));
        }
      }
    }
    writeFileSync(path, JSON.stringify(summary));
  }
}
