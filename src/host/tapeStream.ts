/**
 * The market data of a tape as a {@link MarketStream}, in the order in which they were recorded. Holds one batch at
 * a time, whatever the tape's length.
 */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import type { MarketStream } from '../domain/ports.js';
import { sliceTable } from '../domain/tables.js';
import type { Micros } from '../domain/units.js';

const EMPTY: MarketBatch = { tables: [], order: null, length: 0 };

/** Reads the batches in order; times do not go back from batch to batch. */
export function streamOfBatches(symbols: readonly string[], batches: Iterator<MarketBatch, void>): MarketStream {
  let current: MarketBatch | undefined;
  const fill = (): MarketBatch | undefined => {
    while (current === undefined || current.length === 0) {
      const next = batches.next();
      if (next.done === true) return undefined;
      current = next.value;
    }
    return current;
  };
  return {
    symbols,
    peekTime: () => {
      const batch = fill();
      return batch === undefined ? Infinity : timeOfEvent(batch, 0);
    },
    // A recorded batch has a bounded length already, so `maxEvents` asks for nothing more.
    readUntil: (time) => {
      const batch = fill();
      if (batch === undefined || timeOfEvent(batch, 0) > time) return EMPTY;
      const split = eventsUntil(batch, time);
      current = split === batch.length ? undefined : part(batch, split, batch.length);
      return split === batch.length ? batch : part(batch, 0, split);
    },
  };
}

/** Rows that are on a tape, then those of a market that goes on: none of them is older than the tape's last. */
export function tapeThenLive(tape: MarketStream, live: MarketStream): MarketStream {
  return {
    symbols: live.symbols,
    peekTime: () => Math.min(tape.peekTime(), live.peekTime()),
    readUntil: (time, maxEvents) => {
      if (tape.peekTime() === Infinity) return live.readUntil(time, maxEvents);
      return tape.readUntil(time, maxEvents);
    },
  };
}

/** The time of the first event of the table that `order` names first. */
function timeOfEvent(batch: MarketBatch, event: number): Micros {
  return batch.tables[batch.order?.[event] ?? 0]?.time[0] ?? Infinity;
}

/** How many events at the beginning of a batch are at or before `time`. */
function eventsUntil(batch: MarketBatch, time: Micros): number {
  let events = 0;
  for (const table of batch.tables) events += rowsUntil(table, time);
  return events;
}

function rowsUntil(table: MarketTable, time: Micros): number {
  let rows = table.length;
  while (rows > 0 && (table.time[rows - 1] ?? 0) > time) rows -= 1;
  return rows;
}

/** The events [from, to) of a batch; the tables share its memory. */
function part(batch: MarketBatch, from: number, to: number): MarketBatch {
  const starts = batch.tables.map(() => 0);
  const ends = batch.tables.map(() => 0);
  for (let event = 0; event < to; event += 1) {
    const index = batch.order?.[event] ?? 0;
    ends[index] = (ends[index] ?? 0) + 1;
    if (event < from) starts[index] = (starts[index] ?? 0) + 1;
  }
  return {
    tables: batch.tables.map((table, index) => sliceTable(table, starts[index] ?? 0, ends[index] ?? 0)),
    order: batch.order === null ? null : batch.order.slice(from, to),
    length: to - from,
  };
}
