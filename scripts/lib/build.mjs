/**
 * Builds what is stale into dist/: the program and the library with esbuild (shared chunks, so that a user's
 * strategy and the program see the same classes), their declarations with tsc, and the page with Vite.
 * All JavaScript lies flat in dist/, so that `new URL('./page', import.meta.url)` means the same in each file.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keepConstantsIn } from './constants.mjs';
import { fingerprint, listFiles, stampMatches, writeStamp } from './fingerprint.mjs';
import { ROOT, fail, runPackageAside, say } from './project.mjs';

const DIST = join(ROOT, 'dist');

/** Output name → entry source; an entry whose source does not exist is left out. */
const ENTRIES = {
  cli: 'src/main.ts',
  index: 'src/index.ts',
  testing: 'src/testing.ts',
  hookWatch: 'src/hookWatch.ts',
  jobThread: 'src/jobThread.ts',
  kernelWorker: 'src/kernelWorker.ts',
  projectionWorker: 'src/projectionWorker.ts',
};

const SERVER_INPUTS = [
  'src',
  'scripts/lib/build.mjs',
  'scripts/lib/constants.mjs',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.build.json',
];
const PAGE_INPUTS = ['frontend', 'src/contracts', 'src/domain', 'src/config', 'tsconfig.base.json'];
const COMMON_INPUTS = ['package.json', 'package-lock.json'];

const isSource = (path) => !/\.test\.tsx?$/.test(path);

/** Builds the program, the library and the declarations if a source changed since the last time. */
export async function buildServer({ force = false } = {}) {
  const hash = fingerprint(listFiles([...SERVER_INPUTS, ...COMMON_INPUTS], isSource));
  const stamp = join(DIST, '.server-stamp');
  if (!force && stampMatches(stamp, hash)) return false;
  const started = performance.now();
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRIES)
      .filter(([, source]) => existsSync(join(ROOT, source)))
      .map(([name, source]) => [name, join(ROOT, source)]),
  );
  if (Object.keys(entryPoints).length === 0) return false;
  mkdirSync(DIST, { recursive: true });
  const outputs = await bundle(entryPoints);
  removeOldChunks(outputs);
  await declarations();
  writeStamp(stamp, hash);
  say(`Built the program in ${seconds(started)}.`);
  return true;
}

/** Builds the page if one of its sources changed since the last time. */
export async function buildPage({ force = false } = {}) {
  if (!existsSync(join(ROOT, 'frontend/vite.config.ts'))) return false;
  const hash = fingerprint(listFiles([...PAGE_INPUTS, ...COMMON_INPUTS], isSource));
  const stamp = join(DIST, '.page-stamp');
  if (!force && stampMatches(stamp, hash) && existsSync(join(DIST, 'page/index.html'))) return false;
  const started = performance.now();
  const exitCode = await runPackageAside('vite/bin/vite.js', ['build', '--logLevel', 'warn'], {
    cwd: join(ROOT, 'frontend'),
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (exitCode !== 0) fail('The page could not be built; Vite says why above.');
  writeStamp(stamp, hash);
  say(`Built the page in ${seconds(started)}.`);
  return true;
}

async function bundle(entryPoints) {
  const { build } = await import('esbuild');
  try {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints,
      outdir: DIST,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      chunkNames: 'chunk-[hash]',
      sourcemap: true,
      metafile: true,
      logLevel: 'error',
    });
    const outputs = Object.keys(metafile.outputs);
    keepConstantsIn(outputs.filter((path) => path.endsWith('.js')).map((path) => join(ROOT, path)));
    return new Set(outputs.map((path) => basename(path)));
  } catch {
    return fail('The program could not be built; the errors are above.');
  }
}

function removeOldChunks(outputs) {
  for (const name of readdirSync(DIST)) {
    if (name.startsWith('chunk-') && !outputs.has(name)) rmSync(join(DIST, name));
  }
}

async function declarations() {
  if (!existsSync(join(ROOT, 'src/index.ts'))) return;
  rmSync(join(DIST, 'types'), { recursive: true, force: true });
  // Types are checked by "npm run verify"; here a fault in one file must not keep the program from starting.
  await runPackageAside('typescript-native/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
