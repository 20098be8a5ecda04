/**
 * Finds the browser for the page's tests, or installs it where that is allowed; otherwise the tests that need it are
 * skipped by name.
 */
import { existsSync } from 'node:fs';
import { installDebianPackage, onPath } from './debian.mjs';
import { say } from './project.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The path of Chromium or undefined; `PAPERTAPE_CHROMIUM` names one that is not on the PATH. */
function findChromium() {
  const named = process.env.PAPERTAPE_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  return [...onPath(NAMES), MAC].find((path) => existsSync(path));
}

/** Like {@link findChromium}, after trying to install it where that is allowed. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  await installDebianPackage('chromium');
  const installed = findChromium();
  if (installed) return installed;
  say('No Chromium on the PATH: the browser tests will be skipped (PAPERTAPE_CHROMIUM can name one).');
  return undefined;
}
