/** Waits for another thread or process that says by a file how far it is. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** Resolves once the file is there. Whoever waits in vain is ended by the test's time limit. */
export async function waitForFile(path: string): Promise<void> {
  while (!existsSync(path)) await delay(LOOK_EVERY_MS);
}
