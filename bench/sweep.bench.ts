/**
 * `sweep`: 200 parameter sets of the strategy of backtest-single on a million one-minute bars, on two worker threads,
 * and a part of them on one. The strategy is a user's file, the bars are in shared memory, each trial is a whole
 * backtest with its statistics and its ledger hash. A loop of a few lines says what every trial must come to, whoever
 * runs it, peers included; and every worker count must come to the same hashes, some of which are also computed without
 * any queue.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOf } from '../src/analytics/Backtester.js';
import type { HistoryBacktest } from '../src/analytics/historyMarket.js';
import { runTrial } from '../src/analytics/optimise/runTrial.js';
import type { TrialData } from '../src/analytics/optimise/runTrial.js';
import type { Trial, TrialOutcome, TrialResult } from '../src/analytics/optimise/trial.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { evaluateOnQueue } from '../src/host/evaluateTrials.js';
import { loadStrategy } from '../src/host/strategyLoader.js';
import type { LoadedStrategy } from '../src/host/strategyLoader.js';
import { threadEntry } from '../src/host/threadEntry.js';
import { tellStuckTrial, TRIAL_JOBS, trialLoader, trialSetup } from '../src/host/trialJobs.js';
import { MAIN_THREAD_WATCH } from '../src/host/withHookWatch.js';
import { ThreadJobQueue } from '../src/storage/jobs/ThreadJobQueue.js';
import { systemClock } from '../src/utils/clock.js';
import { figures, peakMiB } from './harness.js';
import type { BenchResult } from './harness.js';
import { writeBars } from './peerData.js';
import { besidePeers, compareOutcomes, EXACT } from './peers.js';
import type { Comparison, Outcome, Peer } from './peers.js';
import { randomWalk } from './randomWalk.js';
import { SHARES, smaCross } from './smaReference.js';
import type { Lengths } from './smaReference.js';

const BARS = 1_000_000;
const SETS = 200;
const CASH = 10_000_000 * DOLLAR;
/** One worker alone takes every so many of the sets, over all their fast averages: its speed is known after these. */
const SINGLE_EVERY = 7;
/** Trials before the timed ones, for the compiler: each worker has one of its own. */
const WARM_UPS_OF_EACH = 8;
/** Trials whose hashes are checked against a run without a queue. */
const CHECKED = 3;
const WORKERS = [1, 2];
const SAME: Comparison = { what: 'trades', count: 0, equity: 0 };
/** Bars of a peer that would take half an hour, for as many of the sets as one worker takes. */
const FEW_BARS = 50_000;

const STRATEGY = `import { Strategy, param } from 'papertape';
import type { Bar, Context } from 'papertape';

const SIZE = { shares: ${SHARES} };
const ENTRY = { reason: 'fast average crossed above slow', size: SIZE };
const EXIT = { reason: 'fast average crossed below slow' };
const params = {
  fast: param.int({ default: 10, min: 1, max: 400 }),
  slow: param.int({ default: 50, min: 2, max: 1000 }),
};

export default class Cross extends Strategy.with(params) {
  private readonly fast = this.sma(this.p.fast);
  private readonly slow = this.sma(this.p.slow);

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedAbove(this.slow)) ctx.enterLong(bar.symbol, ENTRY);
    else if (this.fast.crossedBelow(this.slow)) ctx.exit(bar.symbol, EXIT);
  }
}
`;

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'papertape-sweep-'));
  try {
    writeFileSync(join(dataDir, 'cross.ts'), STRATEGY);
    return await sweeps(await loadStrategy('./cross.ts', { cwd: dataDir, dataDir }), dataDir);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

async function sweeps({ name, strategyClass, hash }: LoadedStrategy, dataDir: string): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const strategy = { name, strategyClass, hash, timeframe: '1m' } as const;
  const backtest: HistoryBacktest = {
    strategies: [strategy],
    symbols: ['WALK'],
    from: '1990-01-02',
    to: '2000-12-29',
    startingCash: CASH,
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
    benchmarkBefore: undefined,
  };
  const sets = Array.from({ length: SETS }, (_, id) => lengthsOf(id));
  const trials = sets.map((params, id): Trial => ({ id, params: { ...params } }));
  const expected = sets.map((lengths) => outcomeOf(table, BARS, lengths));
  /** By id; of trials that have not been run yet undefined. */
  const hashes = trials.map((trial) => (trial.id < CHECKED ? completed(runTrial(data, trial)).ledgerHash : undefined));

  const results: BenchResult[] = [];
  for (const threads of WORKERS) {
    const part = threads === 1 ? trials.filter(({ id }) => id < CHECKED || id % SINGLE_EVERY === 0) : trials;
    const { firstRunMs, sweepMs, outcomes } = await sweep({ data, backtest, dataDir }, part, threads);
    for (const { trialId, statistics, finalEquity, ledgerHash } of outcomes) {
      const came = { trades: statistics.trades, finalEquity: finalEquity / DOLLAR };
      const wanted = expected[trialId];
      if (wanted !== undefined) compareOutcomes(`trial ${trialId}`, [came], [wanted], SAME);
      if (ledgerHash !== (hashes[trialId] ?? ledgerHash)) {
        throw new Error(`trial ${trialId} came to other fills on ${threads} threads`);
      }
      hashes[trialId] = ledgerHash;
    }
    const name = `sweep/${threads} worker${threads === 1 ? '' : 's'}`;
    const result = figures(name, 'bars', part.length * BARS, firstRunMs, [sweepMs], 0);
    const [single] = results;
    const times = single === undefined ? '' : `, ${(result.perSecond / single.perSecond).toFixed(2)} × one worker`;
    const note = `${part.length} runs in ${(sweepMs / 1000).toFixed(1)} s${times}`;
    results.push({ ...result, peakMiB: peakMiB(), note });
  }
  const [single, both] = results;
  if (single === undefined || both === undefined) throw new Error('a sweep is missing');
  return [
    single,
    ...besidePeers(both, peersOn(table, sets, expected), (path) => {
      writeBars(path, table);
    }),
  ];
}

interface Search {
  readonly data: TrialData;
  readonly backtest: HistoryBacktest;
  readonly dataDir: string;
}

async function sweep({ data, backtest, dataDir }: Search, trials: readonly Trial[], threads: number) {
  const loader = trialLoader({
    dataDir,
    withHistory: () => Promise.reject(new Error('the data are loaded')),
    watch: MAIN_THREAD_WATCH,
    loaded: data,
  });
  const queue = new ThreadJobQueue({
    entry: threadEntry('jobThread'),
    threads,
    loaders: { [TRIAL_JOBS]: loader },
    tellers: { [TRIAL_JOBS]: tellStuckTrial },
    clock: systemClock,
  });
  const setup = trialSetup(backtest, [], data, true);
  const evaluate = evaluateOnQueue(queue, { setup, texts: new Map(), rows: data.market.length });
  const timed = async (part: readonly Trial[]) => {
    const outcomes: TrialOutcome[] = [];
    const started = performance.now();
    await evaluate(part, (result) => outcomes.push(completed(result)));
    return { ms: performance.now() - started, outcomes };
  };
  const { ms: firstRunMs } = await timed(trials.slice(0, WARM_UPS_OF_EACH * threads));
  const { ms: sweepMs, outcomes } = await timed(trials);
  await queue.close();
  return { firstRunMs, sweepMs, outcomes };
}

/** Twenty fast averages with ten slow ones each. */
function lengthsOf(id: number): Lengths {
  const fast = 5 + (id % 20);
  return { fast, slow: fast + 5 * (1 + Math.floor(id / 20)) + 20 };
}

function completed(result: TrialResult): TrialOutcome {
  if (result.kind === 'outcome') return result;
  throw new Error(`trial ${result.trialId}: ${result.reason}`);
}

function outcomeOf({ open, close }: BarTable, bars: number, lengths: Lengths): Outcome {
  const { trades, profit } = smaCross(open, close, bars, lengths);
  return { trades, finalEquity: (CASH + profit) / DOLLAR };
}

function peersOn(table: BarTable, sets: readonly Lengths[], expected: readonly Outcome[]): readonly Peer[] {
  const shared = { variable: 'PAPERTAPE_PEERS_PYTHON', runs: 1, comparison: EXACT } as const;
  const few = sets.filter((_, id) => id % SINGLE_EVERY === 0);
  const pairsOf = (some: readonly Lengths[]) => some.map(({ fast, slow }) => [fast, slow]);
  return [
    {
      ...shared,
      name: 'vectorbt',
      program: 'vectorbt_sweep.py',
      settings: { bars: BARS, sets: pairsOf(sets) },
      work: SETS * BARS,
      expected: () => expected,
      note: 'vectorised, its compiler warm, a process for each processor',
    },
    {
      ...shared,
      name: 'backtesting.py',
      program: 'backtesting_sweep.py',
      settings: { bars: FEW_BARS, sets: pairsOf(few) },
      work: few.length * FEW_BARS,
      expected: () => few.map((lengths) => outcomeOf(table, FEW_BARS, lengths)),
      note: `${few.length} of the sets on ${FEW_BARS.toLocaleString('en-US')} bars, a process for each processor`,
    },
  ];
}
