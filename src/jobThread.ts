/** Entry of a thread that runs jobs: sets the V8 flags before any hot code is loaded, then serves its queue. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { INSTALLATION } from './host/installation.js';
import type { ThreadData } from './storage/jobs/threadProtocol.js';
import { required } from './utils/assert.js';

// The program has set them for all its threads; whoever uses the library may not have.
const flags: unknown = await import(pathToFileURL(join(INSTALLATION.root, 'bin', 'v8Flags.mjs')).href);
// The file beside the program, whose one export these are.
for (const flag of (flags as { readonly V8_FLAGS: readonly string[] }).V8_FLAGS) setFlagsFromString(flag);

const { serveJobThread } = await import('./storage/jobs/jobThread.js');
const { trialOpener, TRIAL_JOBS } = await import('./host/trialJobs.js');
// The queue gives it.
const { probe } = workerData as ThreadData;
serveJobThread(required(parentPort, 'the port of the parent thread'), { [TRIAL_JOBS]: trialOpener(probe) });
