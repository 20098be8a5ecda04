import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisResult, NewRun, RunCheckpoint, RunFailure, RunResult } from '../../domain/runs.js';
import { openDatabase } from './database.js';
import type { SqlDatabase } from './database.js';
import { SqlRunStore } from './runStore.js';

const RUN: NewRun = {
  title: 'sma-cross',
  symbols: ['SPY', 'IBM'],
  from: '2013-10-07',
  to: '2013-10-11',
  request: '{"flags":{}}',
  pid: 7,
};
const CHECKPOINT: RunCheckpoint = { events: 100, fraction: 0.5, time: 1_381_000_000_000_000, equity: 1e11, fills: 3 };
const RESULT: RunResult = {
  identity: 'abc',
  ledgerHash: 'def',
  dataHash: '123',
  engineVersion: '1',
  seed: 1,
  preset: 'papertape@1',
  feePlan: 'none',
  adjust: 'raw',
  strategies: [{ instanceId: 'a', name: 'a', hash: 'h', symbols: ['SPY'], timeframe: '1m', params: { fast: 1 } }],
  startingCash: 1e11,
  finalEquity: 1.1e11,
  fees: 0,
  orders: 2,
  fills: 2,
  statistics: { sharpe: 1.5, calmar: null },
  dailyReturns: 5,
  data: [{ what: '1m bars', rows: 1950 }],
  warmUpRows: 0,
  warnings: [],
  priceScale: 1_000_000,
};

const FAILURE: RunFailure = { code: 'DATA_MISSING', message: 'There are no bars of SPY.' };

describe('SqlRunStore', () => {
  let database: SqlDatabase;
  let store: SqlRunStore;
  beforeEach(async () => {
    database = await openDatabase(':memory:');
    store = new SqlRunStore(database);
  });
  afterEach(() => database.destroy());

  it('keeps a run from its beginning to its end', async () => {
    const number = await store.begin(RUN, 10);
    expect(await store.run(number)).toEqual({
      ...RUN,
      number: 1,
      kind: 'backtest',
      state: 'running',
      startedAt: 10,
      updatedAt: 10,
      inputs: undefined,
      checkpoint: undefined,
      result: undefined,
      failure: undefined,
      analysis: undefined,
    });
    await store.keepInputs(number, { seed: '1' }, 15);
    await store.note(number, CHECKPOINT, 20);
    expect(await store.run(number)).toMatchObject({ state: 'running', updatedAt: 20, checkpoint: CHECKPOINT });
    expect(await store.run(number)).toMatchObject({ inputs: { seed: '1' } });
    await store.end(number, { state: 'done', result: RESULT }, 30);
    expect(await store.run(number)).toMatchObject({ state: 'done', startedAt: 10, updatedAt: 30, result: RESULT });
  });

  it('keeps why a run failed, with the result up to there if it came to one', async () => {
    await store.begin(RUN, 1);
    await store.end(1, { state: 'failed', failure: FAILURE }, 2);
    expect(await store.run(1)).toMatchObject({ state: 'failed', failure: FAILURE, result: undefined });
    await store.begin(RUN, 3);
    await store.end(2, { state: 'failed', failure: FAILURE, result: RESULT }, 4);
    expect(await store.run(2)).toMatchObject({ state: 'failed', failure: FAILURE, result: RESULT });
    expect(await store.summaries(9)).toMatchObject([{ failure: FAILURE }, { failure: FAILURE }]);
    await store.resume(1, 8, 5);
    expect(await store.run(1)).toMatchObject({ state: 'running', failure: undefined });
  });

  it('lists the newest first and never gives a number again', async () => {
    for (const now of [1, 2, 3]) await store.begin(RUN, now);
    expect(await store.remove(3)).toBe(true);
    expect(await store.remove(3)).toBe(false);
    expect(await store.begin(RUN, 4)).toBe(4);
    expect((await store.runs()).map(({ number }) => number)).toEqual([4, 2, 1]);
    expect(await store.run(3)).toBeUndefined();
  });

  it('keeps an analysis that is done among the others', async () => {
    const analysis: AnalysisResult = {
      engineVersion: '1',
      dataHash: '123',
      seed: 1,
      statistics: { sharpe: 1.5, calmar: null },
      verdict: '7 of 12 steps gained',
      facts: [['Walk', '12 steps']],
      table: { columns: [{ title: '#', right: true }], rows: [['1']] },
      warnings: [],
    };
    await store.begin(RUN, 1);
    expect(await store.add('walk-forward', RUN, analysis, 2)).toBe(2);
    expect(await store.run(2)).toEqual({
      ...RUN,
      number: 2,
      kind: 'walk-forward',
      state: 'done',
      startedAt: 2,
      updatedAt: 2,
      checkpoint: undefined,
      result: undefined,
      failure: undefined,
      analysis,
    });
    expect(await store.summaries(1)).toEqual([
      {
        number: 2,
        kind: 'walk-forward',
        state: 'done',
        pid: RUN.pid,
        startedAt: 2,
        updatedAt: 2,
        title: RUN.title,
        symbols: RUN.symbols,
        from: RUN.from,
        to: RUN.to,
        fraction: null,
        totalReturn: null,
        sharpe: 1.5,
        dailyReturns: null,
        maxDrawdown: null,
        trades: null,
        verdict: '7 of 12 steps gained',
        failure: null,
      },
    ]);
    expect(await store.count()).toBe(2);
  });

  it('sums up what lists show without the long texts, how far a run is only until it is done', async () => {
    const number = await store.begin({ ...RUN, request: 'x'.repeat(1000) }, 1);
    expect(await store.summaries(9)).toMatchObject([{ number, state: 'running', fraction: null, totalReturn: null }]);
    await store.note(number, CHECKPOINT, 2);
    const [noted] = await store.summaries(9);
    expect(noted).toMatchObject({ fraction: 0.5, updatedAt: 2, sharpe: null, verdict: null });
    expect(JSON.stringify(noted)).not.toContain('xxx');
    expect(await store.running()).toEqual([{ number, state: 'running', pid: RUN.pid, updatedAt: 2 }]);
    const result = { ...RESULT, statistics: { sharpe: 1.5, trades: 3, maxDrawdown: 0.2 } };
    await store.end(number, { state: 'done', result }, 3);
    const [done] = await store.summaries(9);
    expect(done).toMatchObject({
      state: 'done',
      fraction: null,
      sharpe: 1.5,
      trades: 3,
      maxDrawdown: 0.2,
      verdict: null,
    });
    expect(done?.totalReturn).toBeCloseTo(0.1, 12);
    expect(await store.running()).toEqual([]);
  });

  it('has another revision after each change, one that is written late included', async () => {
    const seen = [await store.revision()];
    const then = async (change: Promise<unknown>) => {
      await change;
      seen.push(await store.revision());
    };
    await then(store.begin(RUN, 10));
    await then(store.begin(RUN, 20));
    // The clock of another process was read before and written after the second one's.
    await then(store.note(1, CHECKPOINT, 15));
    await then(store.touch(2, 21));
    await then(store.end(1, { state: 'failed', failure: FAILURE }, 22));
    await then(store.remove(2));
    await then(store.begin(RUN, 21));
    expect(new Set(seen).size).toBe(seen.length);
    expect(await store.revision()).toBe(seen.at(-1));
  });

  it('keeps a run that was stopped with what it had noted', async () => {
    const number = await store.begin(RUN, 1);
    await store.note(number, CHECKPOINT, 2);
    await store.end(number, { state: 'cancelled' }, 3);
    expect(await store.run(number)).toMatchObject({ state: 'cancelled', checkpoint: CHECKPOINT, result: undefined });
    await store.resume(number, 8, 4);
    expect(await store.run(number)).toMatchObject({ state: 'running', pid: 8, updatedAt: 4, checkpoint: CHECKPOINT });
  });
});
