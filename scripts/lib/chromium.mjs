/**
 * Finds the browser for the page's tests. Nothing is ever downloaded outside a package manager: with `CI=true`
 * and root rights Debian's package is installed, otherwise the tests that need it are skipped by name.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './project.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The path of Chromium or undefined; `PAPERTAPE_CHROMIUM` names one that is not on the PATH. */
export function findChromium() {
  const named = process.env.PAPERTAPE_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, MAC].find((path) => existsSync(path));
}

/** Like {@link findChromium}, after trying to install it where that is allowed. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const mayInstall = process.env.CI === 'true' && process.platform === 'linux' && process.getuid?.() === 0;
  if (mayInstall && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium from the Debian packages …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
    run('apt-get', ['update', '-q'], quiet);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], quiet);
    const installed = findChromium();
    if (installed) return installed;
  }
  say('No Chromium on the PATH: the browser tests will be skipped (PAPERTAPE_CHROMIUM can name one).');
  return undefined;
}
