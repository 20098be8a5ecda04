/** Kept runs in SQL. Each method is one statement. */
import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import { RUN_KINDS, RUN_STATES } from '../../domain/runs.js';
import type {
  AnalysisKind,
  AnalysisResult,
  NewRun,
  RunCheckpoint,
  RunEnding,
  RunFailure,
  RunInputTexts,
  RunPulse,
  RunRecord,
  RunResult,
  RunStore,
  RunSummary,
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
      .set({ state: 'running', pid, updated_at: now, failure: null })
      .where('number', '=', number)
      .execute();
  }

  async keepInputs(number: number, inputs: RunInputTexts, now: Micros): Promise<void> {
    await this.#database
      .updateTable('runs')
      .set({ inputs: JSON.stringify(inputs), updated_at: now })
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

  async end(number: number, ending: RunEnding, now: Micros): Promise<void> {
    const result = ending.state === 'cancelled' ? undefined : ending.result;
    await this.#database
      .updateTable('runs')
      .set({
        state: ending.state,
        updated_at: now,
        failure: ending.state === 'failed' ? JSON.stringify(ending.failure) : null,
        identity: result?.identity ?? null,
        data_hash: result?.dataHash ?? null,
        result: result === undefined ? null : JSON.stringify(result),
      })
      .where('number', '=', number)
      .execute();
  }

  async touch(number: number, now: Micros): Promise<void> {
    await this.#database.updateTable('runs').set({ updated_at: now }).where('number', '=', number).execute();
  }

  async runs(): Promise<readonly RunRecord[]> {
    const rows = await this.#database.selectFrom('runs').selectAll().orderBy('number', 'desc').execute();
    return rows.map(recordOf);
  }

  async summaries(limit: number): Promise<readonly (RunSummary & RunPulse)[]> {
    const rows = await this.#database
      .selectFrom('runs')
      .select([
        'number',
        'kind',
        'state',
        'started_at',
        'updated_at',
        'pid',
        'title',
        'symbols',
        'from_date',
        'to_date',
        'failure',
      ])
      .select([
        sql<number | null>`case when result is null and analysis is null
          then json_extract(checkpoint, '$.fraction') end`.as('fraction'),
        // One call with several paths reads the text once; it gives an array.
        sql<string | null>`json_extract(coalesce(result, analysis), '$.finalEquity', '$.startingCash',
          '$.statistics.totalReturn', '$.statistics.sharpe', '$.statistics.maxDrawdown', '$.statistics.trades',
          '$.verdict', '$.dailyReturns')`.as('figures'),
      ])
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ figures, symbols, fraction, failure, title, from_date: from, to_date: to, ...row }) => ({
      ...pulseOf(row),
      kind: kindOf(row),
      title,
      symbols: JSON.parse(symbols) as string[],
      from,
      to,
      startedAt: row.started_at,
      fraction,
      failure: failureOf(failure) ?? null,
      ...figuresOf(figures),
    }));
  }

  async running(): Promise<readonly RunPulse[]> {
    const rows = await this.#database
      .selectFrom('runs')
      .select(['number', 'state', 'pid', 'updated_at'])
      .where('state', '=', 'running')
      .execute();
    return rows.map(pulseOf);
  }

  async revision(): Promise<string> {
    // The newest time alone would miss a change that was written after a later one. Low bits keep the sum exact.
    const { count, last, sum } = await this.#database
      .selectFrom('runs')
      .select(({ fn }) => [
        fn.countAll().as('count'),
        fn.max('number').as('last'),
        sql<number | null>`sum(updated_at & 4294967295)`.as('sum'),
      ])
      .executeTakeFirstOrThrow();
    return `${count}-${last ?? 0}-${Number(sum ?? 0)}`;
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
    failure: null,
    inputs: null,
  };
}

/** The texts are what {@link SqlRunStore} wrote. */
function recordOf(row: Selectable<RunsTable>): RunRecord {
  return {
    ...pulseOf(row),
    kind: kindOf(row),
    startedAt: row.started_at,
    title: row.title,
    symbols: JSON.parse(row.symbols) as string[],
    from: row.from_date,
    to: row.to_date,
    request: row.request,
    inputs: row.inputs === null ? undefined : (JSON.parse(row.inputs) as RunInputTexts),
    checkpoint: row.checkpoint === null ? undefined : (JSON.parse(row.checkpoint) as RunCheckpoint),
    result: row.result === null ? undefined : (JSON.parse(row.result) as RunResult),
    failure: failureOf(row.failure),
    analysis: row.analysis === null ? undefined : (JSON.parse(row.analysis) as AnalysisResult),
  };
}

function failureOf(text: string | null): RunFailure | undefined {
  return text === null ? undefined : (JSON.parse(text) as RunFailure);
}

function pulseOf(row: Pick<Selectable<RunsTable>, 'number' | 'state' | 'pid' | 'updated_at'>): RunPulse {
  const state = RUN_STATES.find((known) => known === row.state);
  return {
    number: row.number,
    state: required(state, `the state of run ${row.number}`),
    pid: row.pid,
    updatedAt: row.updated_at,
  };
}

function kindOf({ kind, number }: Pick<Selectable<RunsTable>, 'kind' | 'number'>): RunSummary['kind'] {
  return required(
    RUN_KINDS.find((known) => known === kind),
    `the kind of run ${number}`,
  );
}

/** As {@link SqlRunStore.summaries} asks for them. */
type SummaryFigures = readonly [
  finalEquity: number | null,
  startingCash: number | null,
  totalReturn: number | null,
  sharpe: number | null,
  maxDrawdown: number | null,
  trades: number | null,
  verdict: string | null,
  dailyReturns: number | null,
];

/** Of a run without a result. */
const NO_FIGURES = {
  totalReturn: null,
  sharpe: null,
  maxDrawdown: null,
  trades: null,
  verdict: null,
  dailyReturns: null,
} as const;

function figuresOf(
  text: string | null,
): Pick<RunSummary, 'totalReturn' | 'sharpe' | 'maxDrawdown' | 'trades' | 'verdict' | 'dailyReturns'> {
  if (text === null) return NO_FIGURES;
  const [finalEquity, cash, totalReturn, sharpe, maxDrawdown, trades, verdict, dailyReturns] = JSON.parse(
    text,
  ) as SummaryFigures;
  const grown = finalEquity === null || cash === null ? totalReturn : finalEquity / cash - 1;
  return { totalReturn: grown, sharpe, maxDrawdown, trades, verdict, dailyReturns };
}
