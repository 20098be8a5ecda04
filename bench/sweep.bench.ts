/**
 * `sweep`: 200 parameter sets of `sma-cross` on a million one-minute bars, on two worker threads, and a part of them on
 * one. The bars are in shared memory, each trial is a whole backtest with its statistics and its ledger hash, and every
 * worker count must come to the same hashes, some of which are also computed without any queue.
 */
import { createHash } from 'node:crypto';
import { startOf } from '../src/analytics/Backtester.js';
import type { HistoryBacktest } from '../src/analytics/historyMarket.js';
import { runTrial } from '../src/analytics/optimise/runTrial.js';
import type { TrialData } from '../src/analytics/optimise/runTrial.js';
import type { Trial, TrialResult } from '../src/analytics/optimise/trial.js';
import type { MarketBatch } from '../src/domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../src/domain/units.js';
import { evaluateOnQueue } from '../src/host/evaluateTrials.js';
import { threadEntry } from '../src/host/threadEntry.js';
import { TRIAL_JOBS, trialLoader, trialSetup } from '../src/host/trialJobs.js';
import { ThreadJobQueue } from '../src/storage/jobs/ThreadJobQueue.js';
import SmaCross from '../src/strategies/builtin/SmaCross.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';
import { randomWalk } from './randomWalk.js';

const BARS = 1_000_000;
const SETS = 200;
/** One worker alone takes every so many of the sets, over all their fast averages: its speed is known after these. */
const SINGLE_EVERY = 7;
/** Trials before the timed ones, for the compiler. */
const WARM_UPS = 8;
/** Trials whose hashes are checked against a run without a queue. */
const CHECKED = 3;
const WORKERS = [1, 2];

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const strategy = { name: 'sma-cross', strategyClass: SmaCross, hash: 'bench', timeframe: '1m' } as const;
  const backtest: HistoryBacktest = {
    strategies: [strategy],
    symbols: ['WALK'],
    from: '1990-01-02',
    to: '2000-12-29',
    preset: 'backtesting.py',
    feePlan: 'per-order-1usd',
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  const { strategies: _strategies, from: _from, to: _to, symbols: _symbols, ...setup } = backtest;
  const data: TrialData = {
    setup: { ...setup, strategy, symbols: ['WALK'], priceScale: RAW_PRICE_SCALE, dataHash: 'bench' },
    startTime: startOf(market),
    market,
    history: undefined,
  };
  const trials = Array.from({ length: SETS }, (_, id): Trial => ({ id, params: paramsOf(id) }));
  /** By id; of trials that have not been run yet undefined. */
  const expected: (string | undefined)[] = trials.map((trial) =>
    trial.id < CHECKED ? ledgerOf(runTrial(data, trial)) : undefined,
  );

  const results: BenchResult[] = [];
  for (const threads of WORKERS) {
    const part = threads === 1 ? trials.filter(({ id }) => id < CHECKED || id % SINGLE_EVERY === 0) : trials;
    const { firstRunMs, sweepMs, ledgers } = await sweep(data, backtest, part, threads);
    for (const [id, hash] of expected.entries()) {
      if (hash !== undefined && ledgers[id] !== hash) {
        throw new Error(`trial ${id} came to other fills on ${threads} threads`);
      }
    }
    for (const { id } of part) expected[id] = ledgers[id];
    const result = figures(
      `sweep/${threads} worker${threads === 1 ? '' : 's'}`,
      'bars',
      part.length * BARS,
      firstRunMs,
      [sweepMs],
      0,
    );
    const [single] = results;
    const times = single === undefined ? 1 : result.perSecond / single.perSecond;
    results.push({
      ...result,
      note: `${part.length} runs in ${(sweepMs / 1000).toFixed(1)} s, ${times.toFixed(2)} × one worker`,
    });
  }
  return results;
}

async function sweep(data: TrialData, backtest: HistoryBacktest, trials: readonly Trial[], threads: number) {
  const loader = trialLoader({
    dataDir: '',
    withHistory: () => Promise.reject(new Error('the data are loaded')),
    loaded: data,
  });
  const queue = new ThreadJobQueue({ entry: threadEntry('jobThread'), threads, loaders: { [TRIAL_JOBS]: loader } });
  const setup = trialSetup(backtest, [], data, false);
  const evaluate = evaluateOnQueue(queue, { setup, texts: new Map(), rows: data.market.length });
  const ledgers: string[] = [];
  const timed = async (part: readonly Trial[]): Promise<number> => {
    const started = performance.now();
    await evaluate(part, (result) => (ledgers[result.trialId] = ledgerOf(result)));
    return performance.now() - started;
  };
  const firstRunMs = await timed(trials.slice(0, WARM_UPS));
  const sweepMs = await timed(trials);
  await queue.close();
  return { firstRunMs, sweepMs, ledgers };
}

/** Twenty fast averages with ten slow ones each. */
function paramsOf(id: number): Trial['params'] {
  const fast = 5 + (id % 20);
  return { fast, slow: fast + 5 * (1 + Math.floor(id / 20)) + 20 };
}

function ledgerOf(result: TrialResult): string {
  if (result.kind === 'outcome') return result.ledgerHash;
  throw new Error(`trial ${result.trialId}: ${result.reason}`);
}
