/** Kept runs in SQL. Each method is one statement. */
import type { Insertable, Selectable } from 'kysely';
import { RUN_KINDS, RUN_STATES } from '../../domain/runs.js';
import type {
  AnalysisKind,
  AnalysisResult,
  NewRun,
  RunCheckpoint,
  RunRecord,
  RunResult,
  RunState,
  RunStore,
} from '../../domain/runs.js';
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

  begin(run: NewRun, now: Micros): Promise<number> {
    return this.#insert({ ...rowOf(run, now), state: 'running', kind: 'backtest', data_hash: null, analysis: null });
  }

  add(kind: AnalysisKind, run: NewRun, analysis: AnalysisResult, now: Micros): Promise<number> {
    return this.#insert({
      ...rowOf(run, now),
      state: 'done',
      kind,
      data_hash: analysis.dataHash,
      analysis: JSON.stringify(analysis),
    });
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

  async runs(limit?: number): Promise<readonly RunRecord[]> {
    const all = this.#database.selectFrom('runs').selectAll().orderBy('number', 'desc');
    const rows = await (limit === undefined ? all : all.limit(limit)).execute();
    return rows.map(recordOf);
  }

  async count(): Promise<number> {
    const { count } = await this.#database
      .selectFrom('runs')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async run(number: number): Promise<RunRecord | undefined> {
    const row = await this.#database.selectFrom('runs').selectAll().where('number', '=', number).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  async remove(number: number): Promise<boolean> {
    const { numDeletedRows } = await this.#database.deleteFrom('runs').where('number', '=', number).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #insert(row: Insertable<RunsTable>): Promise<number> {
    const { number } = await this.#database
      .insertInto('runs')
      .values(row)
      .returning('number')
      .executeTakeFirstOrThrow();
    return number;
  }
}

/** What the row of every new run has. */
function rowOf({ pid, title, symbols, from, to, request }: NewRun, now: Micros) {
  return {
    started_at: now,
    updated_at: now,
    pid,
    title,
    symbols: JSON.stringify(symbols),
    from_date: from,
    to_date: to,
    request,
    checkpoint: null,
    identity: null,
    result: null,
  };
}

/** The texts are what {@link SqlRunStore} wrote. */
function recordOf(row: Selectable<RunsTable>): RunRecord {
  return {
    number: row.number,
    kind: required(
      RUN_KINDS.find((kind) => kind === row.kind),
      `the kind of run ${row.number}`,
    ),
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
    analysis: row.analysis === null ? undefined : (JSON.parse(row.analysis) as AnalysisResult),
  };
}
