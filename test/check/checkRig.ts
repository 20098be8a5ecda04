/** Checks of strategy classes over history in memory, for tests. */
import { createHash } from 'node:crypto';
import { checkStrategy } from '../../src/analytics/check/checkStrategy.js';
import type { CheckOutcome } from '../../src/analytics/check/checkStrategy.js';
import type { CheckName, CheckResult } from '../../src/analytics/check/CheckReport.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import { sessionsBetween } from '../../src/calendar/sessions.js';
import { formatDate, parseDate } from '../../src/calendar/tradingDate.js';
import type { HistoryStore } from '../../src/domain/ports.js';
import { createBarTable } from '../../src/domain/tables.js';
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
}

/** Daily bars of a random walk that goes nowhere in particular, around 100 dollars, of all sessions of a stretch. */
export async function walkingHistory(
  symbols: readonly string[],
  { from, to, seed = 1 }: { readonly from: string; readonly to: string; readonly seed?: number },
): Promise<HistoryStore> {
  const history = createMemoryHistory();
  for (const [index, symbol] of symbols.entries()) {
    const random = new SeededRandom(seed, index);
    const table = createBarTable('1d', 2000);
    let price = 100;
    for (const session of sessionsBetween(parseDate(from), parseDate(to))) {
      const open = price;
      price = Math.max(5, Math.round(price * (1 + 0.015 * random.normal()) * 100) / 100);
      const row = table.length;
      const scaled = (dollars: number): number => Math.round(dollars * RAW_PRICE_SCALE);
      table.start[row] = session.open;
      table.time[row] = session.close;
      table.open[row] = scaled(open);
      table.close[row] = scaled(price);
      table.high[row] = scaled(Math.max(open, price) + 0.2);
      table.low[row] = scaled(Math.min(open, price) - 0.2);
      table.volume[row] = 5_000_000 + random.below(1_000_000);
      table.length += 1;
    }
    await history.merge(symbol, table);
  }
  return history;
}

/** Makes all checks. */
export function check({ store, symbols, from, to, makeClass, text, cuts = 8 }: RiggedCheck): Promise<CheckOutcome> {
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
      strategy: { name: 'checked', hash: 'checked', timeframe: '1d' },
      freshClass: () => Promise.resolve(makeClass()),
      ...(text === undefined ? {} : { text }),
    },
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
