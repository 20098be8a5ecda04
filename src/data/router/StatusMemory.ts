/**
 * The newest status of every symbol, whichever source told it: of halts, of price bands, and of the short-sale price
 * test. Tells what is new from what was told before, or has been replaced already.
 */
import { isHaltedAfter, TradingStatus } from '../../domain/marketTables.js';
import type { StatusTable } from '../../domain/marketTables.js';

/** Numbers of a status: code, lower and upper price, time. */
const WIDTH = 4;
const GROUPS = 3;

/** What a status row is, given those before it. */
export type StatusNews = 'new' | 'repeated' | 'replaced';

/** See the module header. */
export class StatusMemory {
  private readonly cells: Float64Array;

  constructor(symbolCount: number) {
    this.cells = new Float64Array(symbolCount * GROUPS * WIDTH).fill(-1);
  }

  /** Takes a row in if it is new. */
  note(symbolId: number, table: StatusTable, row: number): StatusNews {
    const { cells } = this;
    const status = table.status[row] ?? 0;
    const at = (symbolId * GROUPS + groupOf(status)) * WIDTH;
    const lower = table.lower[row] ?? 0;
    const upper = table.upper[row] ?? 0;
    const time = table.time[row] ?? 0;
    if (cells[at] === status && cells[at + 1] === lower && cells[at + 2] === upper) return 'repeated';
    if (time < (cells[at + 3] ?? 0)) return 'replaced';
    cells[at] = status;
    cells[at + 1] = lower;
    cells[at + 2] = upper;
    cells[at + 3] = time;
    return 'new';
  }

  /** Whether every symbol is halted. */
  isAllHalted(): boolean {
    for (let at = 0; at < this.cells.length; at += GROUPS * WIDTH) {
      if (!isHaltedAfter(this.cells[at] ?? 0, false)) return false;
    }
    return true;
  }
}

/** Statuses that replace one another: halts, price bands, the short-sale price test. */
function groupOf(status: number): number {
  if (status === TradingStatus.BANDS) return 1;
  return status === TradingStatus.SHORT_SALE_RESTRICTED || status === TradingStatus.SHORT_SALE_FREE ? 2 : 0;
}
