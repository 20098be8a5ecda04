/**
 * What every script needs before it can do anything: where the project is, whether Node is new enough, and
 * the installed packages. Uses nothing but Node itself, because on a fresh clone nothing else is there.
 * All messages go to standard error, so that `--json` output of the program stays clean.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of the project. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const MINIMUM_NODE = [20, 19];

/** Prints one line for the person who started the script. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** Ends the script with a sentence and exit code 1. */
export function fail(message) {
  say(message);
  process.exit(1);
}

/** Ends the script if Node is older than Papertape supports. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = MINIMUM_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  fail(
    `Papertape needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org and run the command again.',
  );
}

/** Runs a program of the project in the foreground and returns its exit code (128 + signal if it was killed). */
export function run(command, args, { cwd = ROOT, env = process.env, stdio = 'inherit' } = {}) {
  const result = spawnSync(command, args, { cwd, env, stdio });
  if (result.error) say(`Cannot run ${command}: ${result.error.message}`);
  return result.status ?? (result.signal ? 128 : 1);
}

/** Like {@link run}, beside whatever else goes on; resolves with the exit code. `onOutput` gets what it writes. */
export function runAside(command, args, { cwd = ROOT, env = process.env, stdio = 'inherit', onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: onOutput ? ['ignore', 'pipe', 'pipe'] : stdio });
    if (onOutput) for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
    child.on('error', (error) => {
      say(`Cannot run ${command}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (status, signal) => resolve(status ?? (signal ? 128 : 1)));
  });
}

/** Runs a JavaScript file of an installed package with this Node. */
export function runPackage(file, args, options) {
  return run(process.execPath, [join(ROOT, 'node_modules', file), ...args], options);
}

/** Like {@link runPackage}, beside whatever else goes on; resolves with the exit code. */
export function runPackageAside(file, args, options) {
  return runAside(process.execPath, [join(ROOT, 'node_modules', file), ...args], options);
}

/**
 * Makes node_modules fit package-lock.json. Does nothing when it already does, whoever installed it; that is
 * decided by comparing the lock with the copy that npm keeps of what it installed.
 */
export function ensureInstalled() {
  checkNode();
  const missing = missingPackages();
  if (missing.length === 0) return;
  say(`Installing packages (${missing.length} missing or of another version) …`);
  if (npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) === 0) return;
  say('"npm ci" failed; trying "npm install", which also repairs a lock that does not fit package.json …');
  if (npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) === 0) return;
  fail(
    'The packages could not be installed; npm says why above. Papertape downloads only from the npm registry: ' +
      'check the network and the registry setting ("npm config get registry"), then run the command again.',
  );
}

/** Names of the required packages of the lock that are not installed in the locked version. */
function missingPackages() {
  const locked = readPackages(join(ROOT, 'package-lock.json'));
  const installed = readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  const missing = [];
  for (const [path, entry] of Object.entries(locked)) {
    // Optional packages are those of other platforms; links are the workspaces themselves.
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional || entry.link) continue;
    if (installed[path]?.version !== entry.version || !existsSync(join(ROOT, path))) missing.push(path);
  }
  return missing;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {}; // an absent or damaged file means that nothing is known to be installed
  }
}

function npm(args) {
  const started = process.env.npm_execpath; // set by npm itself; needs no shell and no PATH
  if (started?.endsWith('.js')) return run(process.execPath, [started, ...args]);
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', `npm ${args.join(' ')}`]);
  return run('npm', args);
}
