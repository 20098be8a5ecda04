/** What every command that runs a strategy over history asks about the market. */
import type { Command } from 'commander';
import type { AdjustMode } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Money } from '../../domain/units.js';
import type { HistorySourceName } from '../../compose.js';
import { readChoice } from '../options.js';
import { withDays, withTerms } from '../planOptions.js';

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
  /** Whether data outside regular hours are used. */
  readonly extended?: boolean;
  /** A vendor to ask for what the cache does not have. */
  readonly source?: HistorySourceName;
  /** The source whose data of one venue are used. */
  readonly feed?: string;
  readonly dataDir?: string;
}

const readSource = readChoice<HistorySourceName>('--source', ['twelvedata', 'alpaca']);

/** Adds the options of {@link MarketFlags}. */
export function addMarketOptions(command: Command): Command {
  return withTerms(withDays(command))
    .option('--source <vendor>', 'ask twelvedata or alpaca for what the cache does not have', readSource)
    .option('--data-dir <folder>', 'where the cache lies (default: .papertape)');
}
