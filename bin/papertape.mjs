#!/usr/bin/env node
/**
 * The `papertape` command: sets the V8 flags before any hot code is loaded, then hands over to the built
 * program in dist/, which reads `process.argv`.
 */
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { V8_FLAGS } from './v8Flags.mjs';

const MINIMUM_NODE = [20, 19];
/** Exit code of a program that Ctrl+C ends: 128 + SIGINT. */
const INTERRUPTED = 130;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  console.error(`Papertape needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

// Until a command answers Ctrl+C itself, and where none does: nobody should wonder what became of it.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') > 1) return;
  process.stderr.write('\nStopped.\n', () => process.exit(INTERRUPTED));
});

const program = new URL('../dist/cli.js', import.meta.url);
if (existsSync(program)) {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  await import(program.href);
} else {
  console.error('Papertape is not built yet (dist/cli.js is missing). Run "npm start" or "npm run build" first.');
  process.exitCode = 1;
}
