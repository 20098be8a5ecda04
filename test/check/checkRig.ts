/** Checks of strategy classes over history in memory, for tests. */
import { createHash } from 'node:crypto';
import { checkStrategy } from '../../src/analytics/check/checkStrategy.js';
import type { CheckOutcome } from '../../src/analytics/check/checkStrategy.js';
import type { CheckName, CheckResult } from '../../src/analytics/check/CheckReport.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import type { MemoryHistory } from '../../src/cache/memoryHistory.js';
import { sessionsBetween } from '../../src/calendar/sessions.js';
import { formatDate, parseDate } from '../../src/calendar/tradingDate.js';
import type { HistoryStore } from '../../src/domain/ports.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { createBarTable } from '../../src/domain/tables.js';
import { TIMEFRAME_DURATION } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { SeededRandom } from '../../src/utils/random.js';

/** What is checked, and how. */
export interface RiggedCheck {
  readonly store: HistoryStore;
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Makes the class as a fresh module would: with module-level state of its own. */
  readonly makeClass: () => StrategyClass;
  readonly text?: string;
  readonly cuts?: number;
  /** Length of the bars; a day if absent. */
  readonly timeframe?: Timeframe;
}

/** Bars of a random walk that goes nowhere in particular, around 100 dollars, of all sessions of a stretch. */
export function walkingBars(
  timeframe: Timeframe,
  { from, to }: { readonly from: string; readonly to: string },
  random: SeededRandom,
): BarTable {
  const table = createBarTable(timeframe, 2000);
  let price = 100;
  for (const session of sessionsBetween(parseDate(from), parseDate(to))) {
    const length = timeframe === '1d' ? session.close - session.open : TIMEFRAME_DURATION[timeframe];
    for (let start = session.open; start < session.close; start += length) {
      const open = price;
      price = Math.max(5, Math.round(price * (1 + 0.015 * random.normal()) * 100) / 100);
      const row = table.length;
      const scaled = (dollars: number): number => Math.round(dollars * RAW_PRICE_SCALE);
      table.start[row] = start;
      table.time[row] = Math.min(start + length, session.close);
      table.open[row] = scaled(open);
      table.close[row] = scaled(price);
      table.high[row] = scaled(Math.max(open, price) + 0.2);
      table.low[row] = scaled(Math.min(open, price) - 0.2);
      table.volume[row] = 5_000_000 + random.below(1_000_000);
      table.length += 1;
    }
  }
  return table;
}

/** {@link walkingBars} of days, a walk for each symbol. */
export async function walkingHistory(
  symbols: readonly string[],
  { from, to, seed = 1 }: { readonly from: string; readonly to: string; readonly seed?: number },
): Promise<MemoryHistory> {
  const history = createMemoryHistory();
  for (const [index, symbol] of symbols.entries()) {
    await history.merge(symbol, walkingBars('1d', { from, to }, new SeededRandom(seed, index)));
  }
  return history;
}

/** Makes all checks. */
export function check({
  store,
  symbols,
  from,
  to,
  makeClass,
  text,
  cuts = 8,
  timeframe = '1d',
}: RiggedCheck): Promise<CheckOutcome> {
  return checkStrategy({
    setup: {
      store,
      backtest: {
        from,
        to,
        symbols,
        engineVersion: 'test',
        createHash: () => createHash('sha256'),
      },
      strategy: { name: 'checked', hash: 'checked', timeframe },
      freshClass: () => Promise.resolve(makeClass()),
      ...(text === undefined ? {} : { text }),
    },
    failureOf: () => undefined,
    cuts,
  });
}

/** The result of one check; it must be there. */
export function resultOf({ report }: CheckOutcome, name: CheckName): CheckResult {
  const result = report.results.find(({ check: checked }) => checked === name);
  if (result === undefined) throw new TypeError(`the check ${name} was not made`);
  return result;
}

/** Verdicts by check, in order, those that pass or are skipped left out. */
export function complaintsOf({ report }: CheckOutcome): readonly string[] {
  return report.results
    .filter(({ verdict }) => verdict === 'warn' || verdict === 'fail')
    .map(({ check: name, verdict }) => `${name} ${verdict}`);
}

/** The sessions of a stretch, as dates. */
export function datesOf(from: string, to: string): readonly string[] {
  return sessionsBetween(parseDate(from), parseDate(to)).map(({ date }) => formatDate(date));
}
