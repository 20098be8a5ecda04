/**
 * Runs one compiled benchmark file, named by the first argument, in a process of its own and writes its results
 * as JSON to the file named by the second.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [file, output] = process.argv.slice(2);
const { run } = await import(pathToFileURL(file).href);
writeFileSync(output, JSON.stringify(await run()));
