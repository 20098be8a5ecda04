/**
 * `npm run verify`: everything a change must pass, the same that CI runs: format, lint, types, dead code and the
 * tests (with them the layers and the file limits). Every step runs even when one before it failed, so that
 * one run shows everything. `--fix` formats and applies the linter's safe fixes; `--no-tests` leaves the tests out.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, ensureInstalled, run, runPackage, say } from './lib/project.mjs';

const args = new Set(process.argv.slice(2));
const fix = args.has('--fix');

const present = (paths) => paths.filter((path) => existsSync(join(ROOT, path)));
const CODE = present(['src', 'test', 'bench', 'scripts', 'bin', 'frontend', 'examples', 'vitest.config.ts']);
const TEXT = present([
  'docs',
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'knip.json',
  '.oxlintrc.json',
  '.prettierrc.json',
]);

const tsc = (project) => () => runPackage('typescript-native/bin/tsc', ['-p', project, '--noEmit']);

const steps = [
  {
    name: 'format',
    act: () =>
      runPackage('prettier/bin/prettier.cjs', [fix ? '--write' : '--check', '--log-level=warn', ...CODE, ...TEXT]),
  },
  {
    name: 'lint',
    act: () => runPackage('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : []), ...CODE]),
  },
  { name: 'types', act: tsc('tsconfig.json') },
  ...(existsSync(join(ROOT, 'frontend/tsconfig.json'))
    ? [{ name: 'types of the page', act: tsc('frontend/tsconfig.json') }]
    : []),
  { name: 'dead code', act: () => runPackage('knip/bin/knip.js', ['--no-progress']) },
  ...(args.has('--no-tests')
    ? []
    : [{ name: 'tests', act: () => run(process.execPath, [join(ROOT, 'scripts/test.mjs')]) }]),
];

ensureInstalled();
const results = [];
for (const { name, act } of steps) {
  say(`\n── ${name}`);
  const started = performance.now();
  const passed = act() === 0;
  results.push({ name, passed, seconds: (performance.now() - started) / 1000 });
}
say('');
for (const { name, passed, seconds } of results) {
  say(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(20)}${seconds.toFixed(1).padStart(8)} s`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
