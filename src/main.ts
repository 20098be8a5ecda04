/** The `papertape` program: runs the command line and hands its result to the system as the exit code. */
import { runProgram } from './cli/program.js';
import { systemTerminal } from './cli/terminal.js';

const code = await runProgram(process.argv.slice(2), {
  terminal: systemTerminal(),
  environment: process.env,
  cwd: process.cwd(),
});
// A command that is done ends the process, whatever threads and connections it leaves; its output goes out first.
process.stdout.write('', () => {
  process.stderr.write('', () => process.exit(code));
});
