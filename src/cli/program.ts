/**
 * The command line: `papertape` and its commands. Each command's file declares its flags and loads what it needs
 * only when it runs, so that help and mistakes answer at once.
 */
import { Command, CommanderError } from 'commander';
import { PapertapeError } from '../domain/errors.js';
import { INSTALLATION } from '../host/installation.js';
import { keepAlive } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import { alpacaCommand } from './commands/alpaca.js';
import { backtestCommand } from './commands/backtest.js';
import { checkCommand } from './commands/check.js';
import { dataCommand } from './commands/data.js';
import { doctorCommand } from './commands/doctor.js';
import { keysCommand } from './commands/keys.js';
import { newCommand } from './commands/new.js';
import { parityCommand } from './commands/parity.js';
import { optimizeCommand } from './commands/optimize.js';
import { reportCommand } from './commands/report.js';
import { replayCommand } from './commands/replay.js';
import { compareCommand, runsCommand } from './commands/runs.js';
import { serveCommand } from './commands/serve.js';
import { tapeCommand } from './commands/tape.js';
import { tradesCommand } from './commands/trades.js';
import { upCommand } from './commands/up.js';
import { userCommand } from './commands/user.js';
import { validateCommand } from './commands/validate.js';
import { verifyCommand } from './commands/verify.js';
import { walkForwardCommand } from './commands/walkForward.js';
import { asPapertapeError, EXIT, exitCodeOf, renderError } from './renderError.js';

const EXAMPLES = `
Examples:
  papertape up                                    simulated market, demo strategies, page on http://127.0.0.1:8080
  papertape new strategy MyIdea                   a strategy file and its test
  papertape data import SPY.csv --timeframe 1d    your own history into the cache
  papertape backtest ./MyIdea.ts --symbols SPY --from 2013-10-07 --to 2013-10-11

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** The program with all its commands; it writes through the context and throws instead of exiting. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('papertape')
    .description('Self-hosted paper trading for US equities: backtest, replay and paper-trade one strategy.')
    .version(INSTALLATION.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true);
  const commands = [
    upCommand,
    backtestCommand,
    runsCommand,
    compareCommand,
    checkCommand,
    optimizeCommand,
    walkForwardCommand,
    validateCommand,
    replayCommand,
    alpacaCommand,
    keysCommand,
    dataCommand,
    newCommand,
    tapeCommand,
    tradesCommand,
    reportCommand,
    verifyCommand,
    parityCommand,
    userCommand,
    serveCommand,
    doctorCommand,
  ];
  for (const create of commands) program.addCommand(create(context));
  forAll(program, (command) => {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => {
        context.terminal.out(text);
      },
      // Usage errors are thrown and rendered like every other error.
      writeErr: () => undefined,
      getOutHelpWidth: () => context.terminal.columns,
    });
  });
  return program;
}

/** Runs one command line (without the program's own name) and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  const program = createProgram(context);
  if (args.length === 0) {
    context.terminal.out(program.helpInformation());
    context.terminal.out(`${EXAMPLES}\n`);
    return EXIT.usage;
  }
  // Whoever waits for a moment to try again holds nothing open: without this the process would end in silence.
  const release = keepAlive();
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (thrown) {
    if (thrown instanceof CommandFailed) return EXIT.failed;
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    const error =
      thrown instanceof CommanderError ? usageError(thrown, commandPath(program, args)) : asPapertapeError(thrown);
    renderError(error, context.terminal, args.includes('--json'));
    return exitCodeOf(error);
  } finally {
    release();
  }
}

function forAll(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const child of command.commands) forAll(child, apply);
}

/** The names of the command and its subcommand that the arguments reach. */
function commandPath(program: Command, args: readonly string[]): readonly string[] {
  const path: string[] = [];
  let command: Command | undefined = program;
  for (const arg of args) {
    command = command.commands.find((child) => child.name() === arg);
    if (command === undefined) break;
    path.push(arg);
  }
  return path;
}

/** Commander says `error: unknown option '--symbls'\n(Did you mean --symbols?)`; ours is a sentence and a remedy. */
function usageError(error: CommanderError, path: readonly string[]): PapertapeError {
  const [first = '', second] = error.message.replace(/^error: /, '').split('\n');
  const help = `Run "${['papertape', ...path, '--help'].join(' ')}" to see what there is.`;
  if (error.code === 'commander.help') {
    return new PapertapeError('USAGE', `papertape ${path.join(' ')} needs a subcommand.`, { remedy: help });
  }
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`;
  const suggestion = second === undefined ? undefined : second.replace(/^\((.*)\)$/, '$1');
  return new PapertapeError('USAGE', sentence, { remedy: suggestion ?? help });
}
