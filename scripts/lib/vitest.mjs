/**
 * Runs Vitest and ends with one line, `N passed, N failed, N skipped`, alone on a line. With `CI=true` a
 * skipped test fails the run, because there every external program and all reference data must be present.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPackage, say } from './project.mjs';

const LISTED_NAMES = 30;

/** Runs `vitest run` with the arguments and returns the exit code. */
export function runVitest(args, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-tests-'));
  const summaryFile = join(folder, 'summary.json');
  const reporters = ['--reporter=default', '--reporter=./scripts/lib/vitestSummary.mjs'];
  const exitCode = runPackage('vitest/vitest.mjs', ['run', ...reporters, ...args], {
    env: { ...env, PAPERTAPE_TEST_SUMMARY: summaryFile },
  });
  const summary = readSummary(summaryFile);
  rmSync(folder, { recursive: true, force: true });
  if (!summary) {
    say('The tests broke off before they could be counted.');
    return exitCode || 1;
  }
  list('Skipped', summary.skippedNames);
  list('Passed only on a second try', summary.retriedNames);
  process.stdout.write(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped\n`);
  if (exitCode !== 0 || summary.failed > 0) return exitCode || 1;
  if (summary.skipped > 0 && env.CI === 'true') {
    say('With CI=true no test may be skipped.');
    return 1;
  }
  return 0;
}

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Vitest ended before the reporter ran
  }
}

function list(title, names) {
  if (names.length === 0) return;
  process.stdout.write(`\n${title}:\n`);
  for (const name of names.slice(0, LISTED_NAMES)) process.stdout.write(`  ${name}\n`);
  if (names.length > LISTED_NAMES) process.stdout.write(`  … and ${names.length - LISTED_NAMES} more\n`);
}
