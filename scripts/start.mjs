/**
 * `npm start`: on a fresh clone installs and builds, then runs `papertape up` in this process, so that
 * signals and exit codes are the program's own. Arguments go through: `npm start -- --port 9000`.
 * When nothing is stale it only compares hashes, which takes well under a second.
 */
import { buildPage, buildServer } from './lib/build.mjs';
import { ensureInstalled } from './lib/project.mjs';

ensureInstalled();
await buildServer();
await buildPage();
process.argv.splice(2, 0, 'up');
await import('../bin/papertape.mjs');
