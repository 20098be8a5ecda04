/**
 * The browser of the page's tests. `npm test` finds or installs one and names it in `PAPERTAPE_CHROMIUM`;
 * when Vitest is started by hand, Debian's usual path is tried.
 */
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

const candidates = [process.env['PAPERTAPE_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** The path of Chromium, for Playwright's `executablePath`; undefined if there is none. */
export const chromiumPath = candidates.find((path) => path !== undefined && path !== '' && existsSync(path));

/** A `describe` that gets the browser's path and is skipped, with the reason in its name, without one. */
export function describeWithChromium(name: string, body: (executablePath: string) => void): void {
  const path = chromiumPath;
  if (path === undefined) describe.skip(`${name} (skipped: no Chromium)`, () => body(''));
  else describe(name, () => body(path));
}
