/**
 * `npm test`: on a fresh clone installs and builds, finds the external programs, then runs every quick test.
 * Arguments go to Vitest: `npm test -- src/engine`. With arguments nothing is built that the chosen tests may
 * not need, except what the browser and command tests start: the program and the page. What waits for the network or
 * for a disk goes on beside the builds.
 */
import { ensureAlpacaJs3 } from './lib/alpacaJs3.mjs';
import { buildPage, buildServer } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/project.mjs';
import { ensureAlpacaPy, ensureTwelvedataPy } from './lib/python.mjs';
import { ensureRedis } from './lib/redis.mjs';
import { runVitest } from './lib/vitest.mjs';

ensureInstalled();
const [chromium, python, pythonTwelvedata, alpacaJs3] = await Promise.all([
  ensureChromium(),
  ensureAlpacaPy(),
  ensureTwelvedataPy(),
  ensureAlpacaJs3(),
  ensureRedis(),
  buildServer().then(() => buildPage()),
]);
const env = {
  ...process.env,
  ...(chromium ? { PAPERTAPE_CHROMIUM: chromium } : {}),
  ...(python ? { PAPERTAPE_PYTHON: python } : {}),
  ...(pythonTwelvedata ? { PAPERTAPE_PYTHON_TWELVEDATA: pythonTwelvedata } : {}),
  ...(alpacaJs3 ? { PAPERTAPE_ALPACA_JS3: alpacaJs3 } : {}),
};
process.exitCode = runVitest(process.argv.slice(2), env);
