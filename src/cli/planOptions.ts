/** The arguments and options of the commands that run strategies over history in the cache. */
import type { Command } from 'commander';
import type { AdjustMode } from '../domain/ports.js';
import { PRESETS } from '../exchange/presets.js';
import { readCash, readChoice, readDate, readParam, readSymbols, readTimeframe } from './options.js';

/** What strategies may be called. */
export const STRATEGY_NAMES = 'a built-in name, such as sma-cross, or a file (./MyIdea.ts)';

/** Adds one strategy, its days, and what {@link PlanFlags} of plannedBacktest.ts are read from. */
export function withPlanOptions(command: Command): Command {
  return withRunOptions(withDays(command.argument('<strategy>', STRATEGY_NAMES)));
}

/** Adds the first and the last day, which must be given. */
export function withDays(command: Command): Command {
  return command
    .requiredOption('--from <date>', 'first New York trading day', readDate('--from'))
    .requiredOption('--to <date>', 'last New York trading day, inclusive', readDate('--to'));
}

/** Adds the options of a run but its strategies and its days. */
export function withRunOptions(command: Command): Command {
  return withTerms(command).option(
    '--param <name=value>',
    'a parameter of the strategy; repeat it for more',
    readParam,
  );
}

/** Adds the options that say on what and how a strategy is run, but not with which parameters. */
export function withTerms(command: Command): Command {
  return command
    .option('--symbols <list>', 'what to trade, separated by commas; default: what the strategy names', readSymbols)
    .option('--timeframe <length>', 'length of the bars; default: what the strategy names', readTimeframe)
    .option('--cash <dollars>', 'starting cash (default: 100000)', readCash)
    .option('--preset <name>', `how orders arrive and fill: ${Object.keys(PRESETS).join(', ')} (default: papertape)`)
    .option('--adjust <mode>', 'prices as traded (raw), for splits, or for splits and dividends (all)', readAdjust)
    .option('--extended', 'premarket and after-hours data too; default: regular hours alone')
    .option('--feed <name>', 'use data of one venue, such as alpaca/iex; default: consolidated data')
    .option('--fees <plan>', 'fee plan; default: that of the preset');
}

const readAdjust = readChoice<AdjustMode>('--adjust', ['raw', 'split', 'all']);
