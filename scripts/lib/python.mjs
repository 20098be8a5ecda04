/**
 * Finds or makes the Python environment in which the tests run the `alpaca-py` SDK. It is made once, in
 * `node_modules/.cache`, and only where asked for: in continuous integration, or with PAPERTAPE_PYTHON_SDK=1. Where it
 * cannot be made, the tests that need it are skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

const ALPACA_PY = 'alpaca-py==0.44.0';
const FOLDER = join(ROOT, 'node_modules', '.cache', 'alpaca-py');

/** The path of a Python that has the SDK, or undefined. */
export function ensureAlpacaPy() {
  if (process.env.PAPERTAPE_PYTHON) return process.env.PAPERTAPE_PYTHON;
  const python = join(FOLDER, 'bin', 'python');
  if (hasSdk(python)) return python;
  if (process.env.CI !== 'true' && process.env.PAPERTAPE_PYTHON_SDK !== '1') return undefined;
  if (!makeEnvironment() && process.env.CI === 'true' && process.getuid?.() === 0) {
    // Debian keeps the module that makes environments in a package of its own.
    spawnSync('apt-get', ['install', '-y', '-qq', 'python3-venv'], { stdio: 'inherit' });
    makeEnvironment();
  }
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', ALPACA_PY], { stdio: 'inherit' });
  return hasSdk(python) ? python : undefined;
}

function makeEnvironment() {
  return spawnSync('python3', ['-m', 'venv', FOLDER], { stdio: 'ignore' }).status === 0;
}

function hasSdk(python) {
  return existsSync(python) && spawnSync(python, ['-c', 'import alpaca'], { stdio: 'ignore' }).status === 0;
}
