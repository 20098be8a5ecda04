/**
 * `npm run soak`: the long form of the tests that know one. Those read `PAPERTAPE_SOAK=1` (through
 * `soakCount` of test/soak.ts) and then run more seeds, kills and bit flips; only their files are run, and those
 * named `*.soak.test.ts`, which `npm test` leaves out.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { buildPage, buildServer } from './lib/build.mjs';
import { listFiles } from './lib/fingerprint.mjs';
import { ROOT, ensureInstalled, fail, say } from './lib/project.mjs';
import { ensureDataFrames } from './lib/python.mjs';
import { runVitest } from './lib/vitest.mjs';

const MARKS = /PAPERTAPE_SOAK|\bSOAK\b|\bisSoak\b|\bsoakCount\b/;

ensureInstalled();
await buildServer();
await buildPage();
const chosen = process.argv.slice(2);
const files = listFiles(['src', 'test', 'frontend'], (path) => /\.test\.tsx?$/.test(path))
  .filter((file) => file.endsWith('.soak.test.ts') || MARKS.test(readFileSync(file, 'utf8')))
  .map((file) => relative(ROOT, file));
if (files.length === 0) fail('No test file has a long form.');
say(`Long runs of ${files.length} test files; this can take an hour.`);
const timeouts = ['--testTimeout=3600000', '--hookTimeout=600000'];
const frames = await ensureDataFrames();
const env = { ...process.env, PAPERTAPE_SOAK: '1', ...(frames ? { PAPERTAPE_PYTHON_FRAMES: frames } : {}) };
process.exitCode = runVitest([...timeouts, ...(chosen.length > 0 ? chosen : files)], env);
