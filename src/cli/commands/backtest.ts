/** `papertape backtest STRATEGY`: a strategy over history, and what came of it. */
import { Command } from 'commander';
import type { AdjustMode } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Money } from '../../domain/units.js';
import type { CommandContext } from '../CommandContext.js';
import type { HistorySourceName } from '../../compose.js';
import { readCash, readChoice, readDate, readParam, readSymbols, readTimeframe } from '../options.js';

/** Flags of `backtest`. Dates are New York trading dates, both inclusive. */
export interface BacktestFlags {
  readonly symbols?: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeframe?: Timeframe;
  readonly cash?: Money;
  readonly param?: Readonly<Record<string, string>>;
  readonly preset?: string;
  readonly adjust?: AdjustMode;
  readonly fees?: string;
  /** A vendor to ask for what the cache does not have. */
  readonly source?: HistorySourceName;
  /** The source whose data of one venue are used. */
  readonly feed?: string;
  readonly dataDir?: string;
  readonly scenarios?: true;
  /** Where the HTML report goes. */
  readonly report?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  papertape backtest sma-cross --symbols SPY --from 2013-10-07 --to 2013-10-11 --param fast=10 --param slow=30
  papertape backtest ./MyIdea.ts --symbols SPY,IBM --from 2013-10-07 --to 2013-10-11 --report result.html`;

/** See the module header. */
export function backtestCommand(context: CommandContext): Command {
  return new Command('backtest')
    .description('run a strategy over history in the cache')
    .argument('<strategy>', 'a built-in name (sma-cross, opening-range-breakout, buy-and-hold) or a file (./MyIdea.ts)')
    .option('--symbols <list>', 'what to trade, separated by commas; default: what the strategy names', readSymbols)
    .requiredOption('--from <date>', 'first New York trading day', readDate('--from'))
    .requiredOption('--to <date>', 'last New York trading day, inclusive', readDate('--to'))
    .option('--timeframe <length>', 'length of the bars; default: what the strategy names', readTimeframe)
    .option('--cash <dollars>', 'starting cash (default: 100000)', readCash)
    .option('--param <name=value>', 'a parameter of the strategy; repeat it for more', readParam)
    .option('--preset <name>', 'how orders arrive and fill')
    .option('--adjust <mode>', 'prices as traded (raw), for splits, or for splits and dividends (all)', readAdjust)
    .option('--source <vendor>', 'ask twelvedata or alpaca for what the cache does not have', readSource)
    .option('--feed <name>', 'use data of one venue, such as alpaca/iex; default: consolidated data')
    .option('--fees <plan>', 'fee plan; default: that of the preset')
    .option('--scenarios', 'run it under strict and optimistic fills too, and say which assumption matters most')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)')
    .option('--report <file>', 'write the result as one HTML page, such as result.html')
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (strategy: string, flags: BacktestFlags) => {
      const { runBacktest } = await import('../runBacktest.js');
      await runBacktest(strategy, flags, context);
    });
}

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);

const readAdjust = readChoice<AdjustMode>('--adjust', ['raw', 'split', 'all']);
