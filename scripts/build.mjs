/**
 * `npm run build`: builds what is stale. `--server-only` and `--page-only` do one half, `--force` rebuilds.
 */
import { buildPage, buildServer } from './lib/build.mjs';
import { ensureInstalled, say } from './lib/project.mjs';

const args = new Set(process.argv.slice(2));
const options = { force: args.has('--force') };

ensureInstalled();
const server = args.has('--page-only') ? false : await buildServer(options);
const page = args.has('--server-only') ? false : await buildPage(options);
if (!server && !page) say('Everything is up to date.');
