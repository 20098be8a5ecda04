/** What every command that runs a strategy over history asks about the market. */
import type { Command } from 'commander';
import type { AdjustMode } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Money } from '../../domain/units.js';
import type { HistorySourceName } from '../../compose.js';
import { readCash, readChoice, readDate, readSymbols, readTimeframe } from '../options.js';

/** Dates are New York trading dates, both inclusive. */
export interface MarketFlags {
  readonly symbols?: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeframe?: Timeframe;
  readonly cash?: Money;
  readonly preset?: string;
  readonly adjust?: AdjustMode;
  readonly fees?: string;
  /** A vendor to ask for what the cache does not have. */
  readonly source?: HistorySourceName;
  /** The source whose data of one venue are used. */
  readonly feed?: string;
  readonly dataDir?: string;
}

/** Help of the argument that names a strategy. */
export const STRATEGY_ARGUMENT =
  'a built-in name (sma-cross, opening-range-breakout, buy-and-hold) or a file (./MyIdea.ts)';

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);
const readAdjust = readChoice<AdjustMode>('--adjust', ['raw', 'split', 'all']);

/** Adds the options of {@link MarketFlags}. */
export function addMarketOptions(command: Command): Command {
  return command
    .option('--symbols <list>', 'what to trade, separated by commas; default: what the strategy names', readSymbols)
    .requiredOption('--from <date>', 'first New York trading day', readDate('--from'))
    .requiredOption('--to <date>', 'last New York trading day, inclusive', readDate('--to'))
    .option('--timeframe <length>', 'length of the bars; default: what the strategy names', readTimeframe)
    .option('--cash <dollars>', 'starting cash (default: 100000)', readCash)
    .option('--preset <name>', 'how orders arrive and fill')
    .option('--adjust <mode>', 'prices as traded (raw), for splits, or for splits and dividends (all)', readAdjust)
    .option('--source <vendor>', 'ask twelvedata or alpaca for what the cache does not have', readSource)
    .option('--feed <name>', 'use data of one venue, such as alpaca/iex; default: consolidated data')
    .option('--fees <plan>', 'fee plan; default: that of the preset')
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)');
}
