/**
 * Tapes as files: what is on one, whether it is whole, and new ones made of the market data of others. Nothing here
 * changes a tape that is there, but for the indexes beside its segments.
 */
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { FORMAT_VERSION, segmentNumber } from '../storage/logFormat.js';
import { readLog, type LogEnd } from '../storage/logReader.js';
import { decodeMarketBatch } from '../storage/marketCodec.js';
import { readMarket } from '../storage/marketReader.js';
import { required } from '../utils/assert.js';
import { lastTimeOf } from './MarketFeed.js';
import { MarketTapeWriter } from './marketTape.js';
import type { SessionRecord } from './readTape.js';
import { decodeRecord, type MarketNote, type TapeRecord } from './tapeRecords.js';
import { tapeQuality } from './tapeQuality.js';
import { joinTables, type TablePart } from './tapeTables.js';

/** What a tape says of itself. Times are market times. */
export interface TapeInfo {
  readonly directory: string;
  readonly session: SessionRecord;
  /** Decision records by type. */
  readonly records: Readonly<Partial<Record<TapeRecord['type'], number>>>;
  /** Market rows on the tape by kind, with the length of bars; empty if they lie in the history cache. */
  readonly rows: Readonly<Record<string, number>>;
  /** Times of the first and last row. */
  readonly firstRow: Micros | undefined;
  readonly lastRow: Micros | undefined;
  /** Stretches in which rows may be missing. */
  readonly gaps: readonly Extract<MarketNote, { kind: 'gap' }>[];
  /** Whether the session is over. */
  readonly ended: boolean;
  /** Segments of each channel, and the first of the market's: above 1 if older ones were removed (K7). */
  readonly segments: { readonly decisions: number; readonly market: number; readonly firstMarket: number };
  /** Bytes of whole groups. */
  readonly bytes: { readonly decisions: number; readonly market: number };
  /** Bytes of an unfinished group at the end of each channel: never acknowledged. */
  readonly tornBytes: { readonly decisions: number; readonly market: number };
  /** Ends of the two hash chains, hexadecimal: two tapes with equal seals are equal, record for record. */
  readonly seal: { readonly decisions: string; readonly market: string };
  readonly formatVersion: number;
}

/**
 * Reads all of a tape and verifies it on the way: checksums, the hash chains, that no segment is missing, and that what
 * decisions refer to is there. Throws `TAPE_NOT_FOUND` and the errors of `readLog`; a torn end is told, not thrown.
 */
export function inspectTape(fs: FileSystem, directory: string): TapeInfo {
  const records: Partial<Record<TapeRecord['type'], number>> = {};
  const gaps: Extract<MarketNote, { kind: 'gap' }>[] = [];
  let session: SessionRecord | undefined;
  let ended = false;
  let decisionBytes = 0;
  const decisions = readChannel(fs, directory, 'decisions', undefined, (seq, type, payload) => {
    const record = decodeRecord(seq, type, payload);
    decisionBytes += payload.length;
    records[record.type] = (records[record.type] ?? 0) + 1;
    if (record.type === 'session') session = record;
    if (record.type === 'position') ended = record.ended;
    if (record.type === 'marketNote' && record.note.kind === 'gap') gaps.push(record.note);
  });
  if (session === undefined) throw noTape(directory);
  const rows: Record<string, number> = {};
  let firstRow: Micros | undefined;
  let lastRow: Micros | undefined;
  let marketBytes = 0;
  const market = readChannel(fs, directory, 'market', decisions.market, (seq, _type, payload) => {
    marketBytes += payload.length;
    const batch = decodeMarketBatch(payload);
    const last = lastTimeOf(batch);
    const first = firstTimeOf(batch);
    if (first < (lastRow ?? -Infinity)) {
      throw new PapertapeError('JOURNAL_CORRUPT', `JOURNAL_CORRUPT seq=${seq}: market rows of ${directory} go back.`);
    }
    firstRow ??= first;
    lastRow = last;
    for (const table of batch.tables) {
      const kind = 'timeframe' in table ? `${table.kind} ${table.timeframe}` : table.kind;
      if (table.length > 0) rows[kind] = (rows[kind] ?? 0) + table.length;
    }
  });
  const names = fs.list(directory);
  const count = (channel: 'decisions' | 'market'): readonly number[] =>
    names.map((name) => segmentNumber(channel, name)).filter((number) => number !== undefined);
  const marketSegments = count('market');
  return {
    directory,
    session,
    records,
    rows,
    firstRow,
    lastRow,
    gaps,
    ended,
    segments: {
      decisions: count('decisions').length,
      market: marketSegments.length,
      firstMarket: Math.min(...marketSegments, marketSegments.length === 0 ? 1 : Infinity),
    },
    bytes: { decisions: decisionBytes, market: marketBytes },
    tornBytes: { decisions: tornBytes(decisions), market: tornBytes(market) },
    seal: { decisions: hex(decisions.position.chain), market: hex(market.position.chain) },
    formatVersion: FORMAT_VERSION,
  };
}

/** Which rows are wanted; all if absent. Times are market times, both inclusive. */
export interface TapeSelection {
  readonly symbols?: readonly string[];
  readonly from?: Micros;
  readonly to?: Micros;
}

/** The rows of a selection of a tape, in order; `symbols` are those of the batches. */
export function selectRows(
  fs: FileSystem,
  directory: string,
  selection: TapeSelection,
): { readonly session: SessionRecord; readonly symbols: readonly string[]; readonly batches: Iterable<MarketBatch> } {
  const session = sessionOfTape(fs, directory);
  const own = session.config.symbols;
  const symbols = selection.symbols ?? own;
  const part = partOf(fs, directory, session, symbols, selection);
  return { session, symbols, batches: joinTables([part], selection.from ?? -Infinity, selection.to ?? Infinity) };
}

/**
 * Writes a tape of the market data of others: of one, or of several of one trading day. Of several that have a symbol,
 * the first tells it. Gives the rows written. Throws `DATA_MISSING` if there are none, `DATE_RANGE_INVALID` for tapes
 * of different days, `FILE_EXISTS`, and the errors of tapes.
 */
export function writeSelection(
  fs: FileSystem,
  sources: readonly string[],
  selection: TapeSelection,
  target: string,
): number {
  const tapes = sources.map((directory) => ({ directory, session: sessionOfTape(fs, directory) }));
  const [first] = tapes;
  if (first === undefined) throw new PapertapeError('USAGE', 'There is no tape to read.');
  const { date } = first.session.market;
  const other = tapes.find(({ session }) => session.market.date !== date);
  if (other !== undefined) {
    const message = `${first.directory} is of ${date}, ${other.directory} of ${other.session.market.date}.`;
    throw new PapertapeError('DATE_RANGE_INVALID', message, { remedy: 'A tape is one trading day: merge days apart.' });
  }
  if (fs.list(target).length > 0) {
    throw new PapertapeError('FILE_EXISTS', `The folder ${target} is not empty.`, {
      remedy: 'Name another one with --out.',
    });
  }
  const all = [...new Set(tapes.flatMap(({ session }) => session.config.symbols))];
  const symbols = selection.symbols ?? all;
  const parts = tapes.map(({ directory, session }) => partOf(fs, directory, session, symbols, selection, all));
  const rows = joinTables(parts, selection.from ?? -Infinity, selection.to ?? Infinity);
  const head = rows.next();
  if (head.done === true) {
    throw new PapertapeError('DATA_MISSING', `There are no such rows in ${sources.join(', ')}.`, {
      remedy: 'See what is there with `papertape tape info`.',
    });
  }
  const { config } = first.session;
  const { feeds, ...quality } = tapeQuality(tapes.map(({ session }) => session));
  const day = required(sessionOf(parseDate(date)), 'the session of the tape');
  const writer = new MarketTapeWriter(
    fs,
    target,
    {
      sessionId: `cut-${date}`,
      feed: config.feed === 'sim' ? 'sim' : 'recorded',
      symbols,
      ...quality,
      ...listingsOf(tapes, symbols),
      startTime: day.premarketOpen,
      market: {
        kind: 'tape',
        date,
        directory: first.directory,
        sessionId: config.sessionId,
        ...(feeds === undefined ? {} : { feeds }),
      },
    },
    () => undefined,
  );
  writer.append(head.value);
  for (const batch of rows) writer.append(batch);
  writer.close();
  return writer.rows;
}

/** The opening record of a tape whose market data are on it. */
export function sessionOfTape(fs: FileSystem, directory: string): SessionRecord {
  const first = readLog(fs, directory).next();
  let session: SessionRecord | undefined;
  if (first.done !== true) {
    first.value.forEach((seq, type, _time, payload) => {
      if (session !== undefined) return;
      const record = decodeRecord(seq, type, payload);
      if (record.type === 'session') session = record;
    });
  }
  if (session === undefined) throw noTape(directory);
  return session;
}

function partOf(
  fs: FileSystem,
  directory: string,
  { config, market }: SessionRecord,
  symbols: readonly string[],
  { from = -Infinity, to = Infinity }: TapeSelection,
  known: readonly string[] = config.symbols,
): TablePart {
  if (market.kind === 'history') {
    throw new PapertapeError('DATA_MISSING', `The market data of ${directory} are in the history cache, not on it.`, {
      remedy: 'The tape of a replay refers to imported data; `papertape data ls` shows them.',
    });
  }
  const unknown = symbols.filter((symbol) => !known.includes(symbol));
  if (unknown.length > 0) {
    throw new PapertapeError('SYMBOL_UNKNOWN', `The tape has no ${unknown.join(', ')}.`, {
      remedy: `It has ${known.join(', ')}.`,
    });
  }
  const ids = config.symbols.map((symbol) => symbols.indexOf(symbol));
  const wanted = ids.flatMap((id, own) => (id < 0 ? [] : [own]));
  return { batches: readMarket(fs, directory, config.symbols.length, { from, to, symbols: wanted }), ids };
}

function listingsOf(
  tapes: readonly { readonly session: SessionRecord }[],
  symbols: readonly string[],
): Pick<SessionRecord['config'], 'listings'> {
  const listings = symbols.map((symbol) => {
    for (const { session } of tapes) {
      const listing = session.config.listings?.[session.config.symbols.indexOf(symbol)];
      if (listing !== undefined) return listing;
    }
    return {};
  });
  return listings.some((listing) => Object.keys(listing).length > 0) ? { listings } : {};
}

function readChannel(
  fs: FileSystem,
  directory: string,
  channel: 'decisions' | 'market',
  durable: LogEnd['market'],
  onRecord: (seq: number, type: number, payload: Uint8Array) => void,
): LogEnd {
  const groups = readLog(fs, directory, {
    channel,
    ...(durable === undefined ? {} : { durableTo: { seq: 0, position: durable } }),
  });
  for (;;) {
    const next = groups.next();
    if (next.done === true) return next.value;
    next.value.forEach((seq, type, _time, payload) => onRecord(seq, type, payload));
  }
}

function firstTimeOf({ tables }: MarketBatch): Micros {
  return tables.reduce(
    (first, table) => (table.length > 0 ? Math.min(first, table.time[0] ?? first) : first),
    Infinity,
  );
}

function tornBytes({ tail, tailBytes }: LogEnd): number {
  return tail === 'torn' ? tailBytes : 0;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function noTape(directory: string): PapertapeError {
  return new PapertapeError('TAPE_NOT_FOUND', `There is no tape in ${directory}.`, {
    remedy: 'Name the folder of one, such as .papertape/tapes/SESSION, or the name of a session.',
  });
}
