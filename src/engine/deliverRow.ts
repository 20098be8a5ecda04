/** Gives a row of the market to the hook that is for its kind. */
import type { MarketTable } from '../domain/marketTables.js';
import { timeframeCode } from '../domain/timeframe.js';
import type { StrategyRunner } from './StrategyRunner.js';

/** Calls the hooks of a row; false for kinds that have none. */
export function deliverRow(runner: StrategyRunner, table: MarketTable, row: number): boolean {
  switch (table.kind) {
    case 'quote':
      runner.deliverQuote(table, row);
      return true;
    case 'print':
      runner.deliverPrint(table, row);
      return true;
    case 'bar':
      runner.deliverBar(timeframeCode(table.timeframe), table, row);
      return true;
    case 'quoteBar':
    case 'status':
    case 'book':
      return false;
  }
}
