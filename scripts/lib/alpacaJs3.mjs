/**
 * Finds or installs version 3 of Alpaca's JavaScript SDK, which many programs still use. Its dependencies are old, so
 * it lives in a folder of its own in `node_modules/.cache` and not among the project's packages. Installed only where
 * asked for: in continuous integration, or with PAPERTAPE_ALPACA_JS3=1; elsewhere the tests that need it are skipped.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runAside } from './project.mjs';

const VERSION = '@alpacahq/alpaca-trade-api@3.1.3';
const FOLDER = join(ROOT, 'node_modules', '.cache', 'alpaca-js3');
const PACKAGE = join(FOLDER, 'node_modules', '@alpacahq', 'alpaca-trade-api');

/** The folder of the package, or undefined. */
export async function ensureAlpacaJs3() {
  if (existsSync(PACKAGE)) return PACKAGE;
  if (process.env.CI !== 'true' && process.env.PAPERTAPE_ALPACA_JS3 !== '1') return undefined;
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error'];
  await runAside('npm', ['install', '--prefix', FOLDER, ...options, VERSION]);
  return existsSync(PACKAGE) ? PACKAGE : undefined;
}
