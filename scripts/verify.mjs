/**
 * `npm run verify`: everything a change must pass, the same that CI runs: format, lint, types, dead code and the
 * tests (with them the layers and the file limits). Every step runs even when one before it failed, so that
 * one run shows everything; two go on at a time, and what each has to say comes in one piece. `--fix` formats and
 * applies the linter's safe fixes, one after the other; `--no-tests` leaves the tests out.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, ensureInstalled, run, runPackageAside, say } from './lib/project.mjs';

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

/** The tools paint for a terminal if this is one, although they write to a pipe. */
const env = process.stderr.isTTY ? { FORCE_COLOR: '1', ...process.env } : process.env;
const tool =
  (file, ...options) =>
  (onOutput) =>
    runPackageAside(file, options, { env, onOutput });
const tsc = (project) => tool('typescript-native/bin/tsc', '-p', project, '--noEmit');

const steps = [
  {
    name: 'format',
    act: tool('prettier/bin/prettier.cjs', fix ? '--write' : '--check', '--log-level=warn', ...CODE, ...TEXT),
  },
  {
    name: 'lint',
    act: tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : []), ...CODE),
  },
  { name: 'types', act: tsc('tsconfig.json') },
  ...(existsSync(join(ROOT, 'frontend/tsconfig.json'))
    ? [{ name: 'types of the page', act: tsc('frontend/tsconfig.json') }]
    : []),
  { name: 'dead code', act: tool('knip/bin/knip.js', '--no-progress') },
];

ensureInstalled();
const results = [];
const waiting = [...steps];
// Who fixes changes the files that the next step reads.
await Promise.all(Array.from({ length: fix ? 1 : 2 }, runWaiting));
results.sort((a, b) => placeOf(a) - placeOf(b));
if (!args.has('--no-tests')) {
  say('\n── tests');
  await timed('tests', () => run(process.execPath, [join(ROOT, 'scripts/test.mjs')]));
}
say('');
for (const { name, passed, seconds } of results) {
  say(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(20)}${seconds.toFixed(1).padStart(8)} s`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

async function runWaiting() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const { name, act } = step;
    let output = '';
    await timed(name, () => act((text) => (output += text)));
    say(`\n── ${name}`);
    process.stderr.write(output);
  }
}

async function timed(name, act) {
  const started = performance.now();
  const passed = (await act()) === 0;
  results.push({ name, passed, seconds: (performance.now() - started) / 1000 });
}

function placeOf({ name }) {
  return steps.findIndex((step) => step.name === name);
}
