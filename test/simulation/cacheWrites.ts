/**
 * An endless list of writes to a cache, each a function of its number, and what the cache holds after the first of
 * them: for tests that end a writer somewhere and let another go on.
 */
import type { HistoricalCache } from '../../src/cache/historicalCache.js';
import { createBarTable } from '../../src/domain/tables.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { SeededRandom } from '../../src/utils/random.js';
import { newYork, SIP } from '../conformance/historyStore.js';

/** The symbols that are written. */
export const WRITTEN_SYMBOLS = ['AAPL', 'IBM', 'SPY'] as const;
type Written = (typeof WRITTEN_SYMBOLS)[number];

/** A write reaches into both of two months, so that a broken one may leave one of them old. */
const DAYS = [newYork('2013-10-31', 9, 30), newYork('2013-11-01', 9, 30)];
/** Few enough that most bars are restated again and again. */
const MINUTES = 40;
const CLAIM = { quality: SIP, covered: DAYS.map((from) => ({ from, to: from + MINUTES * MINUTE })) };

/** Closes by start, of each symbol. */
export type CacheContent = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Write {
  readonly kind: 'merge' | 'append' | 'fold' | 'factors';
  readonly symbols: readonly Written[];
  /** Starts of the bars; each closes at the number of the write. */
  readonly starts: readonly number[];
}

function writeOf(number: number): Write {
  const random = new SeededRandom(number);
  const chosen = random.next();
  const kind = chosen < 0.45 ? 'merge' : chosen < 0.85 ? 'append' : chosen < 0.95 ? 'fold' : 'factors';
  const symbol = WRITTEN_SYMBOLS[Math.floor(random.next() * WRITTEN_SYMBOLS.length)] ?? 'SPY';
  const starts = DAYS.flatMap((day) =>
    Array.from({ length: MINUTES }, (_, minute) => day + minute * MINUTE).filter(() => random.next() < 0.3),
  );
  return { kind, symbols: kind === 'append' ? WRITTEN_SYMBOLS : [symbol], starts };
}

function barsOf({ symbols, starts }: Write, number: number): BarTable {
  const table = createBarTable('1m', symbols.length * starts.length);
  for (const start of starts) {
    for (const [symbolId] of symbols.entries()) {
      const at = table.length;
      [table.symbolId[at], table.start[at], table.time[at]] = [symbolId, start, start + MINUTE];
      table.open[at] = table.high[at] = table.low[at] = table.close[at] = number;
      table.volume[at] = 100;
      table.length = at + 1;
    }
  }
  return table;
}

/** Does one write. */
export async function doWrite(cache: HistoricalCache, number: number): Promise<void> {
  const write = writeOf(number);
  const [first] = write.symbols;
  if (write.kind === 'append') await cache.append(write.symbols, barsOf(write, number), CLAIM);
  else if (write.kind === 'merge' && first !== undefined) await cache.merge(first, barsOf(write, number), CLAIM);
  else if (write.kind === 'fold') await cache.fold();
  else await cache.putFactors('SPY', [{ until: '2050-12-31', priceFactor: number, splitFactor: number }]);
}

/** What the cache holds after the writes 1 to `number`. */
export function contentAfter(number: number): CacheContent {
  const content = new Map(WRITTEN_SYMBOLS.map((symbol) => [symbol as string, new Map<number, number>()]));
  for (let done = 1; done <= number; done += 1) {
    const { kind, symbols, starts } = writeOf(done);
    if (kind === 'fold' || kind === 'factors') continue;
    for (const symbol of symbols) for (const start of starts) content.get(symbol)?.set(start, done);
  }
  return content;
}

/** The last factor that the writes 1 to `number` have put; undefined before the first. */
export function factorAfter(number: number): number | undefined {
  for (let done = number; done >= 1; done -= 1) if (writeOf(done).kind === 'factors') return done;
  return undefined;
}

/** What a cache holds of the written symbols. */
export async function contentOf(cache: HistoricalCache): Promise<CacheContent> {
  const content = new Map<string, Map<number, number>>();
  const there = new Set((await cache.coverage()).map(({ symbol }) => symbol));
  for (const symbol of WRITTEN_SYMBOLS) {
    const closes = new Map<number, number>();
    content.set(symbol, closes);
    if (!there.has(symbol)) continue;
    const range = { kind: 'bar', timeframe: '1m', from: '2013-10-31', to: '2013-11-01' } as const;
    const table = await cache.load({ ...range, symbols: [symbol], adjust: 'raw', extendedHours: true });
    if (table.kind !== 'bar') continue;
    for (let row = 0; row < table.length; row += 1) closes.set(table.start[row] ?? 0, table.close[row] ?? 0);
  }
  return content;
}

/**
 * What is wrong with a cache whose writer acknowledged the writes 1 to `acked` and was ended in the one after them:
 * bars that are neither those of the last acknowledged write nor of the one that was under way. None if all is well.
 */
export async function faultsAfter(cache: HistoricalCache, acked: number): Promise<readonly string[]> {
  const [found, before, after] = [await contentOf(cache), contentAfter(acked), contentAfter(acked + 1)];
  const faults: string[] = [];
  for (const symbol of WRITTEN_SYMBOLS) {
    const starts = new Set([found, after].flatMap((content) => [...(content.get(symbol)?.keys() ?? [])]));
    for (const start of starts) {
      const [is, old, fresh] = [found, before, after].map((content) => content.get(symbol)?.get(start));
      if (is !== old && is !== fresh) faults.push(`${symbol} ${start}: ${is}, not ${old} or ${fresh}`);
    }
  }
  const factor = (await cache.factors('SPY'))?.[0]?.priceFactor;
  const factors = [factorAfter(acked), factorAfter(acked + 1)];
  if (!factors.includes(factor)) faults.push(`factor ${factor}, not ${factors.join(' or ')}`);
  return faults;
}
