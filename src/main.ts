/** The `papertape` program: runs the command line and hands its result to the system as the exit code. */
import { runProgram } from './cli/program.js';
import { systemTerminal } from './cli/terminal.js';

process.exitCode = await runProgram(process.argv.slice(2), {
  terminal: systemTerminal(),
  environment: process.env,
  cwd: process.cwd(),
});
