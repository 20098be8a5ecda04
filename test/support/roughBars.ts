/** Bars of one symbol as no vendor would like to send them: over odd days and nights, with holes and thin volume. */
import { nyse } from '../../src/calendar/sessions.js';
import { dateOf } from '../../src/calendar/tradingDate.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { createBarTable } from '../../src/domain/tables.js';
import { MINUTE, SECOND, TIMEFRAME_DURATION } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import { SeededRandom } from '../../src/utils/random.js';

const CENT = RAW_PRICE_SCALE / 100;
const HOURS_OF_NIGHT = 6 * 60 * MINUTE;

/** Before clocks change in March and in November, and before a holiday or a day that closes early. */
const FIRST_DAYS = [
  dateOf(2024, 3, 7),
  dateOf(2024, 11, 1),
  dateOf(2024, 1, 11),
  dateOf(2024, 7, 2),
  dateOf(2024, 11, 26),
  dateOf(2024, 12, 23),
];

/** Days within reach of those. */
export const EX_DATES = ['2024-01-16', '2024-03-11', '2024-03-12', '2024-07-05', '2024-11-29', '2024-12-24'];

/** What is wrong with some rows: the time of the one before, times off the grid, or a close of 0. */
export type Flaw = 'equalTimes' | 'uneven' | 'noPrice' | undefined;

/** What bars are like. */
export interface BarTerms {
  readonly seed: number;
  readonly timeframe: Timeframe;
  readonly rows: number;
  readonly flaw: Flaw;
}

/** The bars; those of fewer rows are the first ones of those of more. */
export function roughBars({ seed, timeframe, rows, flaw }: BarTerms): BarTable {
  const dice = new SeededRandom(seed, 1);
  const among = (choices: readonly number[]): number => choices[dice.below(choices.length)] ?? 0;
  const length = TIMEFRAME_DURATION[timeframe];
  const table = createBarTable(timeframe, rows);
  const before = among([0, 40]) * MINUTE;
  const after = among([0, 40]) * MINUTE;
  const hole = among([0, 0.02, 0.1, 0.3, 0.8]);
  const longHole = among([0, 0.005, 0.05]);
  const wide = among([2, 10, 60]);
  // Some markets never close, so that bars are of the night as well.
  const isSleepless = dice.chance(0.25);
  let session = nyse.nextSession(among(FIRST_DAYS));
  let start = session.open - before + among([0, 0, 7, 29]) * length;
  let close = 3000;
  for (let row = 0; row < rows; row += 1) {
    const open = Math.max(100, close + Math.round((dice.next() - 0.5) * wide * 0.6));
    close = Math.max(100, Math.round(open + (dice.next() - 0.5) * 2 * wide));
    table.start[row] = start;
    table.time[row] = start + length;
    table.open[row] = open * CENT;
    table.close[row] = close * CENT;
    table.high[row] = (Math.max(open, close) + dice.below(wide)) * CENT;
    table.low[row] = Math.max(50, Math.min(open, close) - dice.below(wide)) * CENT;
    table.volume[row] = dice.chance(0.1) ? dice.below(200) : 1000 + dice.below(20_000);
    spoil(table, row, flaw, dice);
    start += length;
    while (dice.chance(hole)) start += length;
    if (dice.chance(longHole)) start += length * dice.below(90);
    if (isSleepless) {
      if (dice.chance(0.002)) start += HOURS_OF_NIGHT;
    } else if (start >= session.close + after || (dice.chance(0.01) && start > session.open)) {
      session = nyse.nextSession(session.date);
      if (dice.chance(0.1)) session = nyse.nextSession(session.date);
      start = session.open - before;
    }
  }
  table.length = rows;
  return table;
}

/** The rows [from, to) as a table of their own. */
export function rowsOf(table: BarTable, from: number, to: number): BarTable {
  const part = createBarTable(table.timeframe, to - from);
  for (const name of ['start', 'time', 'open', 'high', 'low', 'close', 'volume'] as const) {
    part[name].set(table[name].subarray(from, to));
  }
  part.length = to - from;
  return part;
}

function spoil({ start, time, close }: BarTable, row: number, flaw: Flaw, dice: SeededRandom): void {
  if (flaw === undefined || row === 0 || !dice.chance(flaw === 'uneven' ? 0.1 : 0.02)) return;
  if (flaw === 'noPrice') {
    close[row] = 0;
  } else if (flaw === 'uneven') {
    // Still later than the one before and earlier than the next.
    start[row] = (start[row] ?? 0) + (row % 2 === 0 ? 0 : 7 * SECOND);
    time[row] = (time[row] ?? 0) - (row % 3 === 0 ? 0 : 11 * SECOND);
  } else {
    start[row] = start[row - 1] ?? 0;
    time[row] = time[row - 1] ?? 0;
  }
}
