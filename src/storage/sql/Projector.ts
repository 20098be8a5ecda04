/**
 * Keeps the query tables equal to the tape. A batch of records and the new `applied_seq` go into one transaction:
 * after any crash the tables are those of exactly `applied_seq`, and records up to it are skipped when they come
 * again (I-22).
 */
import { assert } from '../../utils/assert.js';
import type { SqlDatabase } from './database.js';
import type { ProjectionRecord } from './projection.js';
import { ProjectionRows } from './ProjectionRows.js';
import { PROJECTION_TABLES } from './schema.js';

/** Records per transaction of a rebuild. */
const REBUILD_BATCH = 1000;

/** Applies one session's records to the tables. */
export class Projector {
  readonly #database: SqlDatabase;
  readonly #sessionId: string;
  readonly #symbols: readonly string[];

  /** `symbols` are the session's, by symbol id. */
  constructor(database: SqlDatabase, session: { readonly sessionId: string; readonly symbols: readonly string[] }) {
    this.#database = database;
    this.#sessionId = session.sessionId;
    this.#symbols = session.symbols;
  }

  /** Sequence number up to which the tables are; 0 before the first record. */
  async appliedSeq(): Promise<number> {
    const row = await this.#database
      .selectFrom('projection_state')
      .select('applied_seq')
      .where('session_id', '=', this.#sessionId)
      .executeTakeFirst();
    return row?.applied_seq ?? 0;
  }

  /**
   * Applies records in order, in one transaction; those at or below `applied_seq` are skipped. Returns the new
   * `applied_seq`. Fails an assertion when the records are not in order. Larger batches are faster.
   */
  apply(records: readonly ProjectionRecord[]): Promise<number> {
    return this.#database.transaction().execute(async (writer) => {
      const state = await writer
        .selectFrom('projection_state')
        .select('applied_seq')
        .where('session_id', '=', this.#sessionId)
        .executeTakeFirst();
      let applied = state?.applied_seq ?? 0;
      let previous = 0;
      const rows = new ProjectionRows(this.#sessionId, this.#symbols);
      for (const { seq, event } of records) {
        assert(seq > previous, `projection records are out of order: ${seq} after ${previous}`);
        previous = seq;
        if (seq <= applied) continue;
        rows.add(seq, event);
        applied = seq;
      }
      await rows.write(writer);
      await writer
        .insertInto('projection_state')
        .values({ session_id: this.#sessionId, applied_seq: applied })
        .onConflict((conflict) => conflict.column('session_id').doUpdateSet({ applied_seq: applied }))
        .execute();
      return applied;
    });
  }

  /** Empties this session's tables and applies all records from the tape's start, a part at a time. */
  async rebuild(records: Iterable<ProjectionRecord> | AsyncIterable<ProjectionRecord>): Promise<number> {
    await this.#database.transaction().execute(async (writer) => {
      for (const table of PROJECTION_TABLES) {
        await writer.deleteFrom(table).where('session_id', '=', this.#sessionId).execute();
      }
    });
    let batch: ProjectionRecord[] = [];
    for await (const record of records) {
      batch.push(record);
      if (batch.length < REBUILD_BATCH) continue;
      await this.apply(batch);
      batch = [];
    }
    return this.apply(batch);
  }
}
