/** Where the program's threads begin. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import { INSTALLATION } from './installation.js';

/**
 * The built entry of a thread. From the sources there is none to run: TypeScript needs a loader there. Throws
 * `CONFIG_INVALID` if the program has not been built.
 */
export function threadEntry(name: 'hookWatch' | 'jobThread' | 'kernelWorker' | 'projectionWorker'): string {
  const entry = join(INSTALLATION.root, 'dist', `${name}.js`);
  if (existsSync(entry)) return entry;
  throw new PapertapeError('CONFIG_INVALID', `The program has not been built: dist/${name}.js is missing.`, {
    remedy: 'Run `npm run build`, or start with `npm start`, which builds what is missing.',
  });
}
