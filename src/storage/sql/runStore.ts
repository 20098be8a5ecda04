/** Kept runs in SQL. Each method is one statement. */
import type { Selectable } from 'kysely';
import { RUN_STATES } from '../../domain/runs.js';
import type { NewRun, RunCheckpoint, RunRecord, RunResult, RunState, RunStore } from '../../domain/runs.js';
import type { Micros } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import type { SqlDatabase } from './database.js';
import type { RunsTable } from './schema.js';

/** {@link RunStore} on the database. */
export class SqlRunStore implements RunStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async begin(run: NewRun, now: Micros): Promise<number> {
    const { number } = await this.#database
      .insertInto('runs')
      .values({
        state: 'running',
        started_at: now,
        updated_at: now,
        pid: run.pid,
        title: run.title,
        symbols: JSON.stringify(run.symbols),
        from_date: run.from,
        to_date: run.to,
        request: run.request,
        checkpoint: null,
        identity: null,
        data_hash: null,
        result: null,
      })
      .returning('number')
      .executeTakeFirstOrThrow();
    return number;
  }

  async resume(number: number, pid: number, now: Micros): Promise<void> {
    await this.#database
      .updateTable('runs')
      .set({ state: 'running', pid, updated_at: now })
      .where('number', '=', number)
      .execute();
  }

  async note(number: number, checkpoint: RunCheckpoint, now: Micros): Promise<void> {
    await this.#database
      .updateTable('runs')
      .set({ checkpoint: JSON.stringify(checkpoint), updated_at: now })
      .where('number', '=', number)
      .execute();
  }

  async end(
    number: number,
    state: Exclude<RunState, 'running'>,
    result: RunResult | undefined,
    now: Micros,
  ): Promise<void> {
    await this.#database
      .updateTable('runs')
      .set({
        state,
        updated_at: now,
        identity: result?.identity ?? null,
        data_hash: result?.dataHash ?? null,
        result: result === undefined ? null : JSON.stringify(result),
      })
      .where('number', '=', number)
      .execute();
  }

  async runs(): Promise<readonly RunRecord[]> {
    const rows = await this.#database.selectFrom('runs').selectAll().orderBy('number', 'desc').execute();
    return rows.map(recordOf);
  }

  async run(number: number): Promise<RunRecord | undefined> {
    const row = await this.#database.selectFrom('runs').selectAll().where('number', '=', number).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  async remove(number: number): Promise<boolean> {
    const { numDeletedRows } = await this.#database.deleteFrom('runs').where('number', '=', number).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

/** The texts are what {@link SqlRunStore} wrote. */
function recordOf(row: Selectable<RunsTable>): RunRecord {
  return {
    number: row.number,
    state: required(
      RUN_STATES.find((state) => state === row.state),
      `the state of run ${row.number}`,
    ),
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    pid: row.pid,
    title: row.title,
    symbols: JSON.parse(row.symbols) as string[],
    from: row.from_date,
    to: row.to_date,
    request: row.request,
    checkpoint: row.checkpoint === null ? undefined : (JSON.parse(row.checkpoint) as RunCheckpoint),
    result: row.result === null ? undefined : (JSON.parse(row.result) as RunResult),
  };
}
