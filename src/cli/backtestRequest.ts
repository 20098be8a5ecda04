/** What a backtest was asked for, as it is kept with the run so that the run can be gone on with. */
import { PapertapeError } from '../domain/errors.js';
import type { BacktestFlags, RunFlags } from './commands/backtest.js';
import type { StrategySpec } from './strategySpec.js';

/** See the module header; survives JSON. */
export interface BacktestRequest {
  /** Relative files are meant from here. */
  readonly cwd: string;
  readonly strategies: readonly StrategySpec[];
  readonly flags: RunFlags;
}

const REQUEST_FLAGS = [
  'symbols',
  'from',
  'to',
  'timeframe',
  'cash',
  'param',
  'preset',
  'adjust',
  'extended',
  'fees',
  'feed',
  'ticks',
  'source',
  'scenarios',
  'benchmark',
] as const satisfies readonly (keyof RunFlags)[];

/** The request of a command line. Throws `USAGE` if a strategy or a day is missing. */
export function requestOf(names: readonly string[], flags: BacktestFlags, cwd: string): BacktestRequest {
  const { from, to, strategy = [] } = flags;
  const strategies = [...names.map((name): StrategySpec => ({ name, params: {} })), ...strategy];
  if (strategies.length === 0) {
    throw new PapertapeError('USAGE', 'backtest needs the strategy to run.', {
      remedy: 'Name a built-in one such as sma-cross, or a file such as ./MyIdea.ts; --resume goes on with a run.',
    });
  }
  if (from === undefined || to === undefined) throw missing(from === undefined ? '--from' : '--to');
  const rest = REQUEST_FLAGS.flatMap((flag) => (flags[flag] === undefined ? [] : [[flag, flags[flag]]]));
  return { cwd, strategies, flags: { ...Object.fromEntries(rest), from, to } };
}

/** Throws `USAGE` for a command line that says what to run and also goes on with a run. */
export function checkResumes(names: readonly string[], flags: BacktestFlags): void {
  const said = names[0] ?? (flags.strategy === undefined ? undefined : '--strategy');
  const flag = REQUEST_FLAGS.find((name) => flags[name] !== undefined);
  const what = said ?? (flag === undefined ? undefined : `--${flag}`);
  if (what === undefined) return;
  throw new PapertapeError('USAGE', `--resume goes on with a run as it was begun; ${what} would make it another one.`, {
    remedy: 'Leave it out, or begin a new run without --resume.',
  });
}

function missing(flag: string): PapertapeError {
  return new PapertapeError('USAGE', `Required option '${flag} <date>' not specified.`, {
    remedy: 'Give both days; run "papertape backtest --help" to see what there is.',
  });
}
