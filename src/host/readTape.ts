/** Reads a tape as a file: its header, its decisions, and its market data. Changes nothing on disk. */
import { parseDate } from '../calendar/tradingDate.js';
import { afterSplits } from '../data/sim/simSplits.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { readLog } from '../storage/logReader.js';
import { decodeMarketBatch } from '../storage/marketCodec.js';
import { StateFold } from './stateChanges.js';
import { decodeRecord, type PlacedRecord, type TapeRecord } from './tapeRecords.js';

/** The opening record of every tape. */
export type SessionRecord = Extract<TapeRecord, { type: 'session' }>;

/** A tape's decisions, in order. */
export interface Tape {
  readonly directory: string;
  readonly session: SessionRecord;
  /** All records after the opening one. */
  readonly records: readonly PlacedRecord[];
  /** Bytes behind the last whole group of decisions: an unfinished record, never acknowledged. */
  readonly tornBytes: number;
}

/**
 * Reads and verifies the decisions of a tape. Throws `TAPE_NOT_FOUND` where there is none, and the errors of
 * `readLog` for a damaged one.
 */
export function readTape(fs: FileSystem, directory: string): Tape {
  const records: PlacedRecord[] = [];
  const groups = readLog(fs, directory);
  for (;;) {
    const next = groups.next();
    if (next.done === true) {
      const [first, ...rest] = records;
      if (first?.record.type !== 'session') {
        throw new PapertapeError('TAPE_NOT_FOUND', `There is no tape in ${directory}.`, {
          remedy: 'Name a session that `papertape up` or `papertape replay` has recorded.',
        });
      }
      return {
        directory,
        session: first.record,
        records: rest,
        tornBytes: next.value.tail === 'torn' ? next.value.tailBytes : 0,
      };
    }
    next.value.forEach((seq, type, _time, payload) => {
      records.push({ seq, record: decodeRecord(seq, type, payload) });
    });
  }
}

/** The batches of a tape's market channel, in order; empty for a session whose data are in the history cache. */
export function* readTapeMarket(fs: FileSystem, directory: string): Generator<MarketBatch, void, void> {
  for (const group of readLog(fs, directory, { channel: 'market' })) {
    const payloads: Uint8Array[] = [];
    group.forEach((_seq, _type, _time, payload) => payloads.push(payload));
    for (const payload of payloads) yield decodeMarketBatch(payload);
  }
}

/** Time of the last market row on a tape; -Infinity if there is none. */
export function lastTapeMarketTime(fs: FileSystem, directory: string): Micros {
  let last: Micros = -Infinity;
  for (const group of readLog(fs, directory, { channel: 'market' })) {
    group.forEach((_seq, _type, time) => {
      last = Math.max(last, time);
    });
  }
  return last;
}

/** The prices that the day before ended with, where the tape knows them; at the session's scale. */
export function previousCloses(header: SessionRecord): readonly number[] {
  if (header.market.kind !== 'simulated') return [];
  const { seed, date, openingPrices } = header.market;
  // Cents, as a market would have printed them, and of the shares that there are on the day.
  return afterSplits(seed, parseDate(date), openingPrices).map(
    (dollars) => Math.round(dollars * 100) * (header.config.priceScale / 100),
  );
}

/** What the venue held at the newest position record, by the last whole state and the changes after it. */
export function lastWorking(records: readonly PlacedRecord[]): unknown {
  let fold: StateFold | undefined;
  for (const { seq, record } of records) {
    if (record.type !== 'position') continue;
    if (record.working !== undefined) fold = new StateFold(record.working);
    else if (fold === undefined) {
      throw new PapertapeError('JOURNAL_CORRUPT', `JOURNAL_CORRUPT seq=${seq}: there is no state that it changes.`);
    } else if (record.workingChange) fold.apply(record.workingChange);
  }
  return fold?.state;
}

/** The newest record of how far the kernel had come; undefined on a tape that says nothing yet. */
export function lastPosition(records: readonly PlacedRecord[]): Extract<TapeRecord, { type: 'position' }> | undefined {
  for (let i = records.length - 1; i >= 0; i -= 1) {
    const record = records[i]?.record;
    if (record?.type === 'position') return record;
  }
  return undefined;
}
