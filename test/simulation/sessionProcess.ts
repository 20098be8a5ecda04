/** The process of the reproducibility test: runs the plan to its end and prints the outcome as one line of JSON. */
import { PLAN } from '../support/sessionPlans.js';
import { SessionRig } from '../support/sessionRig.js';

process.stdout.write(`${JSON.stringify(new SessionRig(PLAN).run().outcome())}\n`);
