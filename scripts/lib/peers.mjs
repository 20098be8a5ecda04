/**
 * Where the other backtesters live that benchmarks run beside ours: Python ones in environments of their own, packages
 * of npm in a folder of their own, all in `node_modules/.cache/peers`. None of them is a dependency of the project.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

const FOLDER = join(ROOT, 'node_modules', '.cache', 'peers');
const SOURCES = join(ROOT, 'bench', 'peers');
/** The environments: these programs want different versions of pandas, numpy and numba. */
const ENVIRONMENTS = {
  python: 'requirements.txt',
  nautilus: 'requirements-nautilus.txt',
  zipline: 'requirements-zipline.txt',
  hftbacktest: 'requirements-hftbacktest.txt',
};

/** Variables that tell a benchmark where its peers are; without those that are not installed. */
export function peerVariables() {
  const variables = { PAPERTAPE_PEERS: SOURCES };
  for (const name of Object.keys(ENVIRONMENTS)) {
    const python = pythonOf(name);
    if (existsSync(python)) variables[`PAPERTAPE_PEERS_${name.toUpperCase()}`] = python;
  }
  const packages = join(FOLDER, 'npm');
  if (existsSync(join(packages, 'node_modules'))) {
    copyPrograms(packages);
    variables.PAPERTAPE_PEERS_NPM = packages;
    variables.NODE_PATH = join(packages, 'node_modules');
  }
  return variables;
}

/** Installs what is missing; returns the names of what could not be. */
export function installPeers() {
  mkdirSync(FOLDER, { recursive: true });
  const failed = [];
  for (const [name, requirements] of Object.entries(ENVIRONMENTS)) {
    const folder = join(FOLDER, name);
    if (!existsSync(pythonOf(name))) spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    const options = ['-m', 'pip', 'install', '--quiet', '-r', join(SOURCES, requirements)];
    const { status } = spawnSync(pythonOf(name), options, { stdio: 'inherit' });
    if (status !== 0) failed.push(requirements);
  }
  const packages = join(FOLDER, 'npm');
  mkdirSync(packages, { recursive: true });
  copyPrograms(packages);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...options], { cwd: packages, stdio: 'inherit' });
  if (status !== 0) failed.push('package.json');
  return failed;
}

/** A module finds packages beside itself only: the programs for Node go with their packages. */
function copyPrograms(packages) {
  const files = readdirSync(SOURCES).filter((file) => file === 'package.json' || file.endsWith('.mjs'));
  for (const file of files) copyFileSync(join(SOURCES, file), join(packages, file));
}

function pythonOf(name) {
  return join(FOLDER, name, 'bin', 'python');
}
