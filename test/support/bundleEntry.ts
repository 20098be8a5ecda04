/** A module of the tests as one JavaScript file, for threads and processes, which have no loader for TypeScript. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../sourceFiles.js';

/** Bundles `FOLDER/NAME.ts` and gives the file's absolute path; packages stay outside. */
export async function bundleEntry(name: string, folder = 'test/support'): Promise<string> {
  // Within the project, so that the packages are found from there; one file a process that bundles.
  const outfile = join(projectRoot, 'test-output', 'entries', `${name}.${process.pid}.mjs`);
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [join(folder, `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'silent',
  });
  return outfile;
}
