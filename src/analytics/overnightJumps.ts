/**
 * Prices that are another's multiple from one day to the next: a split that nobody knows of looks like that.
 * Nothing here tells a split from a fall; whoever is told has to look.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { MarketBatch } from '../domain/marketTables.js';

/** One of them; prices in the market's own units. */
export interface OvernightJump {
  readonly symbolId: number;
  /** New York date (days since 1970) of the later price. */
  readonly date: number;
  /** The last close of the day before. */
  readonly before: number;
  /** The first open of the day. */
  readonly after: number;
}

/** The smallest jump that is told, up or down: three for two is the smallest split that is common. */
const SMALLEST = 1.4;

/** From the last close of a day to the first open of the next one with bars, by date; each table by itself. */
export function overnightJumps({ tables }: MarketBatch): readonly OvernightJump[] {
  const jumps = new Map<string, OvernightJump>();
  for (const table of tables) {
    if (table.kind !== 'bar') continue;
    /** The newest row of each symbol, by symbol id. */
    const newest: number[] = [];
    for (let row = 0; row < table.length; row += 1) {
      const symbolId = table.symbolId[row] ?? 0;
      const earlier = newest[symbolId];
      newest[symbolId] = row;
      if (earlier === undefined) continue;
      const before = table.close[earlier] ?? 0;
      const after = table.open[row] ?? 0;
      if (!isJump(before, after)) continue;
      const date = newYorkDate(table.time[row] ?? 0);
      // Inside a day it is the market's doing.
      if (date === newYorkDate(table.time[earlier] ?? 0)) continue;
      jumps.set(`${symbolId} ${date}`, { symbolId, date, before, after });
    }
  }
  return [...jumps.values()].toSorted((a, b) => a.date - b.date || a.symbolId - b.symbolId);
}

function isJump(before: number, after: number): boolean {
  return before > 0 && after > 0 && (before >= after * SMALLEST || after >= before * SMALLEST);
}
