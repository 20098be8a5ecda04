/**
 * The market on its way into the kernel: rows are copied into the tape, then shown, then decided on, in this order, so
 * that whatever was decided on rows can be run again from the tape.
 */
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { MarketStream } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { MarketReaction } from './MarketReaction.js';
import type { SessionTape } from './SessionTape.js';

/** Rows read at once. */
const BATCH_ROWS = 4_000;

/** What rows pass through. */
export interface MarketFeedParts {
  readonly stream: MarketStream;
  readonly tape: SessionTape;
  /** Whether rows are copied into the tape. */
  readonly copyMarket: boolean;
  /** Time of the last row that is on the tape already; -Infinity if none is. */
  readonly copiedTo: Micros;
  /** Joins the stream with own orders, where it reacts to them. */
  readonly reaction: MarketReaction | undefined;
  /** Makes durable what was decided so far, if it can; see {@link MarketReaction.makeUntil}. */
  readonly makeDurable: () => boolean;
  /** Gets every batch in order, after it is on the tape. */
  readonly take: (batch: MarketBatch) => void;
}

/** See the module header. */
export class MarketFeed {
  readonly #parts: MarketFeedParts;
  /** Rows that were read but found no room on the tape. */
  #held: MarketBatch | undefined;

  constructor(parts: MarketFeedParts) {
    this.#parts = parts;
  }

  /** The next rows up to `until`. No batch spans the end of what is on the tape, so that no row is copied twice. */
  read(until: Micros): MarketBatch {
    if (this.#held !== undefined) {
      const held = this.#held;
      this.#held = undefined;
      return held;
    }
    const { stream, copiedTo, reaction, makeDurable } = this.#parts;
    const made = reaction === undefined ? until : reaction.makeUntil(until, makeDurable);
    // Asking for the time of the next row would make a market that reacts go on without being told.
    const isCopied = reaction === undefined ? stream.peekTime() <= copiedTo : reaction.hasMade(copiedTo);
    if (copiedTo < made && isCopied) return stream.readUntil(copiedTo, BATCH_ROWS);
    return stream.readUntil(made, BATCH_ROWS);
  }

  /** False if the tape had no room for the rows: they are held back, and are the next ones to be read. */
  pass(batch: MarketBatch): boolean {
    const { tape, copyMarket, copiedTo, take } = this.#parts;
    if (batch.length === 0) return true;
    const last = lastTimeOf(batch);
    if (copyMarket && last > copiedTo) {
      try {
        tape.appendMarket(batch, last);
      } catch (error) {
        if (!(error instanceof PapertapeError) || error.code !== 'STORAGE_FULL') throw error;
        this.#held = batch;
        return false;
      }
    }
    take(batch);
    return true;
  }

  /** Takes the rows up to `time` again, which are on the tape or in the history cache. */
  reread(time: Micros): void {
    const { stream, take } = this.#parts;
    for (let batch = stream.readUntil(time, BATCH_ROWS); batch.length > 0; batch = stream.readUntil(time, BATCH_ROWS)) {
      take(batch);
    }
  }
}

/** Time of the last row of a batch; -Infinity if it has none. */
export function lastTimeOf(batch: MarketBatch): Micros {
  let last = -Infinity;
  for (const table of batch.tables) if (table.length > 0) last = Math.max(last, table.time[table.length - 1] ?? last);
  return last;
}
