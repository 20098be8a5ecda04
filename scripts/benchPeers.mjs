/** `npm run bench:peers`: installs the other backtesters that `npm run bench` runs beside ours where it finds them. */
import { installPeers } from './lib/peers.mjs';
import { ensureInstalled, fail, say } from './lib/project.mjs';

ensureInstalled();
say('Installing the backtesters to compare with …');
const failed = installPeers();
if (failed.length > 0) fail(`Not everything could be installed; see above: ${failed.join(', ')}.`);
say('Installed. `npm run bench` runs them beside ours.');
