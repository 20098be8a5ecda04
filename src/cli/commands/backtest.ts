/** `papertape backtest STRATEGY…`: strategies over history, and what came of it. */
import { Command } from 'commander';
import { TICK_KINDS } from '../../analytics/historyMarket.js';
import type { TickKind } from '../../analytics/historyMarket.js';
import type { CommandContext } from '../CommandContext.js';
import type { HistorySourceName } from '../../compose.js';
import type { PlanFlags } from '../plannedBacktest.js';
import { readChoice, readDate, readSymbol } from '../options.js';
import { STRATEGY_NAMES, withRunOptions } from '../planOptions.js';
import { addReportOptions } from './reportOptions.js';
import type { ReportFlagsOfRun } from './reportOptions.js';
import { readStrategySpec } from '../strategySpec.js';
import type { StrategySpec } from '../strategySpec.js';

/** Flags that say what is run. */
export interface RunFlags extends PlanFlags {
  /** A vendor to ask for what the cache does not have. */
  readonly source?: HistorySourceName;
  readonly scenarios?: true;
  /** The symbol that the result is measured against. */
  readonly benchmark?: string;
}

/** Flags that say what becomes of the result. */
export interface OutputFlags extends ReportFlagsOfRun {
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of `backtest`; a run that is resumed knows its own days. */
export interface BacktestFlags extends Partial<RunFlags>, OutputFlags {
  readonly strategy?: readonly StrategySpec[];
  /** The run to go on with, or true for the last one that was stopped. */
  readonly resume?: string | true;
}

const EXAMPLES = `
Examples:
  papertape backtest sma-cross --symbols SPY --from 2013-10-07 --to 2013-10-11 --param fast=10 --param slow=30
  papertape backtest ./MyIdea.ts --symbols SPY,IBM --from 2013-10-07 --to 2013-10-11 --benchmark SPY \\
    --report result.html --report result.json
  papertape backtest --strategy "sma-cross symbols=SPY timeframe=5m fast=10" --strategy "buy-and-hold symbols=IBM" \\
    --from 2013-10-07 --to 2013-10-11
  papertape backtest --resume

Ctrl+Z pauses a run, and fg goes on with it; Ctrl+C stops it and says how far it was, and --resume goes on with it.
Runs are kept: papertape runs ls, compare.`;

/** See the module header. */
export function backtestCommand(context: CommandContext): Command {
  const command = new Command('backtest')
    .description('run strategies over history in the cache')
    .argument('[strategies...]', `each ${STRATEGY_NAMES}`)
    .option(
      '--strategy <text>',
      'a strategy with settings of its own, such as "sma-cross fast=10"; repeatable',
      addSpec,
    )
    .option('--from <date>', 'first New York trading day', readDate('--from'))
    .option('--to <date>', 'last New York trading day, inclusive', readDate('--to'));
  return addReportOptions(withRunOptions(command))
    .option('--ticks <kinds>', 'feed quotes, prints or both from the cache too, such as quotes,prints', readTicks)
    .option('--source <vendor>', 'ask twelvedata or alpaca for what the cache does not have', readSource)
    .option('--scenarios', 'run it under strict and optimistic fills too, and say which assumption matters most')
    .option('--benchmark <symbol>', 'what to measure it against; default: the symbol of a run of one', readSymbol)
    .option('--resume [run]', 'go on with a run that was stopped or broken off; default: the last one')
    .option('--data-dir <folder>', 'where the cache and the runs lie (default: .papertape)')
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (strategies: readonly string[], flags: BacktestFlags) => {
      const { runBacktest } = await import('../runBacktest.js');
      await runBacktest(strategies, flags, context);
    });
}

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);

const readTick = readChoice('--ticks', ['quotes', 'prints'] as const);

function readTicks(text: string): readonly TickKind[] {
  const asked = text.split(',').map((part) => readTick(part.trim()));
  return TICK_KINDS.filter((kind) => asked.includes(`${kind}s`));
}

function addSpec(text: string, earlier: readonly StrategySpec[] | undefined): readonly StrategySpec[] {
  return [...(earlier ?? []), readStrategySpec(text)];
}
