/**
 * Finds or makes the Python environments in which the tests run vendors' clients for Python. Each is made once, in
 * `node_modules/.cache`, and only where asked for: in continuous integration, or with PAPERTAPE_PYTHON_SDK=1. Where one
 * cannot be made, the tests that need it are skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

/** The path of a Python that has Alpaca's SDK, or undefined. */
export function ensureAlpacaPy() {
  return process.env.PAPERTAPE_PYTHON || ensureClient('alpaca-py', 'alpaca', ['alpaca-py==0.44.0']);
}

/** The path of a Python that has Twelve Data's client, or undefined. */
export function ensureTwelvedataPy() {
  const packages = ['twelvedata==1.4.0', 'websocket-client==1.9.2'];
  return process.env.PAPERTAPE_PYTHON_TWELVEDATA || ensureClient('twelvedata-py', 'twelvedata', packages);
}

function ensureClient(name, module, packages) {
  const folder = join(ROOT, 'node_modules', '.cache', name);
  const python = join(folder, 'bin', 'python');
  if (hasModule(python, module)) return python;
  if (process.env.CI !== 'true' && process.env.PAPERTAPE_PYTHON_SDK !== '1') return undefined;
  if (!makeEnvironment(folder) && process.env.CI === 'true' && process.getuid?.() === 0) {
    // Debian keeps the module that makes environments in a package of its own.
    spawnSync('apt-get', ['install', '-y', '-qq', 'python3-venv'], { stdio: 'inherit' });
    makeEnvironment(folder);
  }
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  return hasModule(python, module) ? python : undefined;
}

function makeEnvironment(folder) {
  return spawnSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' }).status === 0;
}

function hasModule(python, module) {
  return existsSync(python) && spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}
