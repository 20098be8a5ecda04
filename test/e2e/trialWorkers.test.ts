/** Trials of a search on threads, and on `papertape serve worker`: the same results as in this thread. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HistoryBacktest } from '../../src/analytics/historyMarket.js';
import { evaluateInline } from '../../src/analytics/optimise/evaluateInline.js';
import { loadTrialData } from '../../src/analytics/optimise/loadTrialData.js';
import { BACKTEST, dailyWalk } from '../../src/analytics/optimise/testing/searchRig.js';
import type { EvaluateTrials, Trial, TrialResult } from '../../src/analytics/optimise/trial.js';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import type { SearchRequest } from '../../src/compose.js';
import { projectRoot } from '../sourceFiles.js';
import { REDIS_SERVER, RedisServer } from '../support/RedisServer.js';
import { buildProgram, childEnvironment } from '../support/runPapertape.js';

const CANDIDATES = [{ fast: 5, slow: 60 }];
const TRIALS: readonly Trial[] = Array.from({ length: 12 }, (_, id) => ({
  id,
  // The last one is refused by the strategy: its fast average is the slower one.
  params: id === 11 ? { fast: 30, slow: 20 } : { fast: 2 + (id % 4), slow: 20 + 5 * id },
  ...(id % 3 === 0 ? { perturbation: { kind: 'prices', seed: id, deviationBps: 20 } as const } : {}),
}));

/** Ours, in a file: buys what others sell. */
const CONTRARIAN = `
import { Strategy, param, type Bar, type Context } from 'papertape';

const params = {
  fast: param.int({ default: 3, min: 1, max: 50, unit: 'bars' }),
  slow: param.int({ default: 9, min: 2, max: 99, unit: 'bars' }),
};

export default class Contrarian extends Strategy.with(params) {
  static override subscribe = { symbols: ['ACME'], timeframe: '1d', warmUp: 'auto' };

  private fast = this.sma(this.p.fast);
  private slow = this.sma(this.p.slow);

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedBelow(this.slow)) ctx.enterLong(bar.symbol, { reason: 'crossed below' });
    if (this.fast.crossedAbove(this.slow)) ctx.exit(bar.symbol, { reason: 'crossed above' });
  }
}
`;

/** Imported after the build: a program looks once which build it is of. */
let compose: typeof import('../../src/compose.js');
let loader: typeof import('../../src/host/strategyLoader.js');
let folder = '';
let dataDir = '';
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await buildProgram();
  compose = await import('../../src/compose.js');
  loader = await import('../../src/host/strategyLoader.js');
  folder = mkdtempSync(join(tmpdir(), 'papertape-trials-'));
  dataDir = join(folder, 'data');
  const history = createHistoricalCache(join(dataDir, 'history'));
  await history.merge('ACME', dailyWalk('2012-01-03', '2013-12-31', 11));
  await history.close();
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  children.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A search of a strategy by its name or file, over the folder's history. */
async function searchOf(name: string): Promise<SearchRequest> {
  const strategy = await loader.loadStrategy(name, { cwd: folder, dataDir });
  const { strategyClass, hash } = strategy;
  const backtest: HistoryBacktest = { ...BACKTEST, strategies: [{ name, strategyClass, hash, timeframe: '1d' }] };
  const data = await compose.withHistory(dataDir, (store) => loadTrialData(store, backtest, CANDIDATES));
  return { backtest, candidates: CANDIDATES, data, strategy, log: (line) => console.error(line) };
}

async function resultsOf(evaluate: EvaluateTrials): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  await evaluate(TRIALS, (result) => (results[result.trialId] = result));
  return results;
}

const inline = (search: SearchRequest) => resultsOf(evaluateInline(search.data, () => Promise.resolve()));

describe('trials on threads', () => {
  it('come to the same for any number of threads', async () => {
    const search = await searchOf('sma-cross');
    const expected = await inline(search);
    expect(new Set(expected.map((result) => result.kind === 'outcome' && result.ledgerHash)).size).toBeGreaterThan(6);
    expect(expected[11]).toMatchObject({ kind: 'refusal', code: 'STRATEGY_PARAMETER_INVALID' });
    for (const threads of [1, 2, 3]) {
      const results = await compose.withTrials({ dataDir, redisUrl: undefined }, { ...search, threads }, resultsOf);
      expect(results).toStrictEqual(expected);
    }
  });

  it('are cancelled, and can then be run', async () => {
    const search = await searchOf('sma-cross');
    const signal = AbortSignal.abort();
    const running = compose.withTrials({ dataDir, redisUrl: undefined }, { ...search, threads: 1, signal }, resultsOf);
    await expect(running).rejects.toMatchObject({ code: 'JOBS_CANCELLED' });
  });
});

describe.skipIf(REDIS_SERVER === undefined)('trials on workers (needs redis-server)', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
    writeFileSync(join(folder, 'Contrarian.ts'), CONTRARIAN);
  });
  afterAll(() => server.close());

  /** Starts `papertape serve worker` and waits until it works. */
  async function serveWorker(workerData: string): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      [join(projectRoot, 'bin', 'papertape.mjs'), 'serve', 'worker', '--threads', '1', '--data-dir', workerData],
      { cwd: folder, env: childEnvironment({ PAPERTAPE_REDIS_URL: server.url }), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.add(child);
    for await (const chunk of child.stdout) if (String(chunk).includes('Working for')) break;
    return child;
  }

  it('come to the same, with a strategy that the worker has never seen', async () => {
    // Another machine: the same history, and nothing else.
    const elsewhere = join(folder, 'elsewhere');
    cpSync(join(dataDir, 'history'), join(elsewhere, 'history'), { recursive: true });
    const [worker] = await Promise.all([serveWorker(elsewhere), serveWorker(dataDir)]);
    for (const name of ['sma-cross', './Contrarian.ts']) {
      const search = await searchOf(name);
      const results = await compose.withTrials({ dataDir, redisUrl: server.url }, search, resultsOf);
      expect(results).toStrictEqual(await inline(search));
    }
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    expect(await ended).toStrictEqual([0, null]);
  });

  it('are refused by a worker with other data', async () => {
    const other = join(folder, 'other');
    const history = createHistoricalCache(join(other, 'history'));
    await history.merge('ACME', dailyWalk('2012-01-03', '2013-12-31', 12));
    await history.close();
    await serveWorker(other);
    const search = await searchOf('sma-cross');
    // Another seed is another search, of which no result is kept yet.
    const request = { ...search, backtest: { ...search.backtest, seed: 2 } };
    const running = compose.withTrials({ dataDir, redisUrl: server.url }, request, resultsOf);
    await expect(running).rejects.toMatchObject({
      code: 'JOB_DATA_DIFFERS',
      message: expect.stringContaining(`ACME from 2013-01-02 to 2013-12-31 in ${other}`) as string,
    });
  });
});
