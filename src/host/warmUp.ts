/**
 * The bars before a session's start that its strategies' indicators want, from the history cache, and through it from
 * a source where there is one. They are on the session's tape, so that recovery and verification need no cache; nothing
 * trades on them. Bars that were not over when the session began are never among them.
 */
import { composeKernel } from '../analytics/composeKernel.js';
import { dateBefore, warmUpNeeds } from '../analytics/warmUpNeed.js';
import type { WarmUpNeed } from '../analytics/warmUpNeed.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { BarTable } from '../domain/marketTables.js';
import { mergeTables } from '../domain/mergeTables.js';
import type { HistoryStore } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import { columnNames, columnOf, copyRow, createBarTable } from '../domain/tables.js';
import { TIMEFRAME_DURATION, MINUTE } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import { decodeMarketBatch, encodeMarketBatch } from '../storage/marketCodec.js';
import type { LiveLine } from './LiveNotes.js';
import { TapeSink } from './TapeSink.js';
import type { TapeRecord, WarmUpInstead } from './tapeRecords.js';

/** Where bars before the start are looked for. */
export interface WarmUpStore {
  readonly store: HistoryStore;
  /** Asked instead once the store has failed: what is there already. The same one where the store asks nobody. */
  readonly archive: HistoryStore;
  /** Feeds in the order in which they are asked, the first that has bars tells; undefined: the whole market. */
  readonly feeds: readonly (string | undefined)[];
}

/** Bars, a table per length, each in order of time, and what a person should know of them. */
export interface WarmUp {
  readonly tables: readonly BarTable[];
  /** Whose bars are not of the feed that was to tell first; undefined where all are. */
  readonly instead: WarmUpInstead | undefined;
  readonly lines: readonly LiveLine[];
}

type WarmUpRecord = Extract<TapeRecord, { readonly type: 'warmUp' }>;

/** Bars of one symbol, and the feed that told them. */
interface FoundBars {
  readonly table: BarTable;
  readonly feed: string | undefined;
}

/** Loads the bars of a symbol, of the first of these lengths that there are any of. */
type BarLoader = (symbol: string, need: WarmUpNeed, lengths: readonly Timeframe[]) => Promise<FoundBars | undefined>;

/** A price column's names; the volume is never rescaled. */
const PRICES = ['open', 'high', 'low', 'close'];

/** Loads them up to `until`; undefined if no strategy wants any. Faults are lines: the session begins all the same. */
export async function loadWarmUp(
  config: SessionConfig,
  resolveStrategy: StrategyResolver,
  from: WarmUpStore,
  until: Micros,
): Promise<WarmUp | undefined> {
  if (config.strategies.length === 0) return undefined;
  const { kernel } = composeKernel({ config, sink: new TapeSink(() => undefined), resolveStrategy });
  // The longest reach first: of needs that are met by bars of one length it is the one that counts.
  const needs = warmUpNeeds(kernel).toSorted((a, b) => b.sessions - a.sessions);
  if (needs.length === 0) return undefined;
  const wanted = [...new Set(config.strategies.flatMap(({ symbols }) => symbols))];
  const parts = new Map<string, BarTable>();
  const lines: LiveLine[] = [];
  const others = new Set<string>();
  let { store } = from;
  const onFault = (error: Error): void => {
    lines.push({ level: 'warn', text: `History before the start comes from the cache alone: ${error.message}` });
    store = from.archive;
  };
  const load: BarLoader = async (symbol, need, lengths) =>
    (await barsOf(symbol, need, lengths, { ...from, store }, until, onFault)) ??
    (store === from.store ? undefined : await barsOf(symbol, need, lengths, { ...from, store }, until, onFault));
  for (const need of needs) {
    for (const [symbol, { table, feed }] of await barsOfAll(wanted, need, load)) {
      const key = `${table.timeframe} ${symbol}`;
      if (parts.has(key)) continue;
      table.symbolId.fill(config.symbols.indexOf(symbol));
      parts.set(key, table);
      if (feed !== from.feeds[0]) others.add(symbol);
    }
  }
  const tables = inOrderOfTime([...parts.values()], until);
  const told = new Set(tables.flatMap(({ symbolId, length }) => [...symbolId.subarray(0, length)])).size;
  const bars = tables.reduce((sum, { length }) => sum + length, 0);
  const text =
    `Indicators begin with ${bars} bars of ${told} of ${wanted.length} symbols from before the start` +
    (told < wanted.length ? '; those of the others wait for bars of the session.' : '.');
  lines.push({ level: 'info', text });
  const [feed] = from.feeds;
  const instead = feed === undefined || others.size === 0 ? undefined : { feed, symbols: [...others] };
  if (instead !== undefined) lines.push({ level: 'warn', text: insteadText(instead) });
  return { tables, instead, lines };
}

/** What a person is told of bars that are not of the session's feed: what follows may differ in volume and range. */
export function insteadText({ feed, symbols }: WarmUpInstead): string {
  return (
    `Indicators of ${symbols.join(', ')} begin with consolidated bars: there are none of ${feed} from before the ` +
    'start. Prices and volumes of the session itself may differ from them.'
  );
}

/** Bars as a record of the tape. */
export function warmUpRecord({ tables, instead }: Pick<WarmUp, 'tables' | 'instead'>): WarmUpRecord {
  const bars = Buffer.from(encodeMarketBatch(mergeTables(tables))).toString('base64');
  return { type: 'warmUp', at: 0, bars, ...(instead === undefined ? {} : { instead }) };
}

/** The bars of a record, a table per length. */
export function warmUpBars({ bars }: WarmUpRecord): readonly BarTable[] {
  const { tables } = decodeMarketBatch(Buffer.from(bars, 'base64'));
  const found = tables.filter((table) => table.kind === 'bar');
  if (found.length > 0 && found.length === tables.length) return found;
  throw new PapertapeError('JOURNAL_CORRUPT', 'The tape has a warm-up without bars.');
}

/**
 * The bars of each symbol that has any. Bars of the length that is wanted and minutes in place of it are not mixed
 * where there are minutes of all: a backtest reads its symbols together, and has the one or the other of all of them.
 */
async function barsOfAll(
  symbols: readonly string[],
  need: WarmUpNeed,
  load: BarLoader,
): Promise<ReadonlyMap<string, FoundBars>> {
  // Minutes make longer bars of a day, where these are not stored themselves.
  const isIntraday = need.timeframe !== '1d' && TIMEFRAME_DURATION[need.timeframe] > MINUTE;
  const all = new Map<string, FoundBars>();
  for (const symbol of symbols) {
    const found = await load(symbol, need, isIntraday ? [need.timeframe, '1m'] : [need.timeframe]);
    if (found !== undefined) all.set(symbol, found);
  }
  const longer = [...all].filter(([, { table }]) => table.timeframe !== '1m').map(([symbol]) => symbol);
  if (longer.length === all.size) return all;
  const minutes = new Map(all);
  for (const symbol of longer) {
    const found = await load(symbol, need, ['1m']);
    if (found === undefined) return all;
    minutes.set(symbol, found);
  }
  return minutes;
}

async function barsOf(
  symbol: string,
  need: WarmUpNeed,
  timeframes: readonly Timeframe[],
  { store, feeds }: WarmUpStore,
  until: Micros,
  onFault: (error: Error) => void,
): Promise<FoundBars | undefined> {
  const today = newYorkDate(until);
  const dates = {
    from: formatDate(dateBefore(today, need.sessions)),
    to: formatDate(today),
    adjustTo: formatDate(today),
  };
  for (const feed of feeds) {
    for (const timeframe of timeframes) {
      for (const adjust of ['split', 'raw'] as const) {
        const query = { ...dates, symbols: [symbol], kind: 'bar', timeframe, extendedHours: false } as const;
        try {
          const table = await store.load({ ...query, adjust, ...(feed === undefined ? {} : { feed }) });
          if (table.kind !== 'bar') continue;
          return { table: adjust === 'raw' ? table : atRawScale(table), feed };
        } catch (error) {
          if (error instanceof PapertapeError && error.code === 'DATA_MISSING') continue;
          const isOutside = error instanceof PapertapeError || (error instanceof Error && error.name === 'AbortError');
          if (!isOutside) throw error;
          onFault(error);
          return undefined;
        }
      }
    }
  }
  return undefined;
}

/** Adjusted prices have two decimals more than a session's. */
function atRawScale(table: BarTable): BarTable {
  for (const name of columnNames('bar')) {
    if (!PRICES.includes(name)) continue;
    const column = columnOf(table, name);
    for (let row = 0; row < table.length; row += 1) {
      column[row] = Math.round(((column[row] ?? 0) * RAW_PRICE_SCALE) / ADJUSTED_PRICE_SCALE);
    }
  }
  return table;
}

/** The bars that end at or before `until`, by time and symbol: a table of each length that has any, shortest first. */
function inOrderOfTime(parts: readonly BarTable[], until: Micros): readonly BarTable[] {
  const lengths = [...new Set(parts.map(({ timeframe }) => timeframe))];
  return lengths
    .toSorted((a, b) => TIMEFRAME_DURATION[a] - TIMEFRAME_DURATION[b])
    .map((length) => {
      const rows = parts
        .filter(({ timeframe }) => timeframe === length)
        .flatMap((table) =>
          Array.from({ length: table.length }, (_, row) => ({ table, row, time: table.time[row] ?? 0 })),
        )
        .filter(({ time }) => time <= until)
        .toSorted((a, b) => a.time - b.time || (a.table.symbolId[a.row] ?? 0) - (b.table.symbolId[b.row] ?? 0));
      const out = createBarTable(length, rows.length);
      for (const { table, row } of rows) copyRow(table, row, out);
      return out;
    })
    .filter(({ length }) => length > 0);
}
