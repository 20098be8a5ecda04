/**
 * Finds or makes the Python environments of the tests. Each is made once, in `node_modules/.cache`: those of vendors'
 * clients only where asked for, in continuous integration or with PAPERTAPE_PYTHON_SDK=1; that of data frames by the
 * soak. Where one cannot be made, the tests that need it are skipped by name.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackage } from './debian.mjs';
import { ROOT, runAside } from './project.mjs';

/** The path of a Python that has Alpaca's SDK, or undefined. */
export async function ensureAlpacaPy() {
  return process.env.PAPERTAPE_PYTHON || ensureClient('alpaca-py', 'alpaca', ['alpaca-py==0.44.0']);
}

/** The path of a Python that has Twelve Data's client, or undefined. */
export async function ensureTwelvedataPy() {
  const packages = ['twelvedata==1.4.0', 'websocket-client==1.9.2'];
  return process.env.PAPERTAPE_PYTHON_TWELVEDATA || ensureClient('twelvedata-py', 'twelvedata', packages);
}

/** The path of a Python that has pandas and polars: half a gigabyte, for the soak alone. */
export async function ensureDataFrames() {
  const packages = ['pandas==2.3.3', 'pyarrow==22.0.0', 'polars==1.35.2'];
  return process.env.PAPERTAPE_PYTHON_FRAMES || ensureModules('data-frames', 'polars', packages);
}

async function ensureClient(name, module, packages) {
  if (process.env.CI === 'true' || process.env.PAPERTAPE_PYTHON_SDK === '1') {
    return ensureModules(name, module, packages);
  }
  const python = pythonOf(name);
  return (await hasModule(python, module)) ? python : undefined;
}

async function ensureModules(name, module, packages) {
  const folder = folderOf(name);
  const python = pythonOf(name);
  if (await hasModule(python, module)) return python;
  if (!(await makeEnvironment(folder))) {
    // Debian keeps the module that makes environments in a package of its own.
    await installDebianPackage('python3-venv');
    await makeEnvironment(folder);
  }
  await runAside(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  return (await hasModule(python, module)) ? python : undefined;
}

function folderOf(name) {
  return join(ROOT, 'node_modules', '.cache', name);
}

function pythonOf(name) {
  return join(folderOf(name), 'bin', 'python');
}

async function makeEnvironment(folder) {
  return (await runAside('python3', ['-m', 'venv', folder], { stdio: 'ignore' })) === 0;
}

async function hasModule(python, module) {
  return existsSync(python) && (await runAside(python, ['-c', `import ${module}`], { stdio: 'ignore' })) === 0;
}
