/**
 * Trials of a search as jobs. The setup of a search refers to its data by what they are called in the cache and to its
 * strategy by name or by the hash of its bundle; each process that works on it loads both once, and makes sure by hash
 * that they are the same ones.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchOf } from '../analytics/Backtester.js';
import type { BacktestStrategy } from '../analytics/Backtester.js';
import type { HistoryBacktest } from '../analytics/historyMarket.js';
import { loadTrialData } from '../analytics/optimise/loadTrialData.js';
import { paramsText } from '../analytics/optimise/paramsText.js';
import { runTrial } from '../analytics/optimise/runTrial.js';
import type { TrialData } from '../analytics/optimise/runTrial.js';
import type { Trial } from '../analytics/optimise/trial.js';
import { hashMarket } from '../analytics/runIdentity.js';
import { PapertapeError } from '../domain/errors.js';
import type { JobLoader, JobOpener, StuckTeller, TextSource } from '../domain/jobs.js';
import type { HistoryStore } from '../domain/ports.js';
import { PROBE_PLACE, readProbe } from '../domain/hookProbe.js';
import type { ParamValue } from '../strategies/param.js';
import { builtInStrategy } from '../strategies/registry.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { importStrategy } from './importStrategy.js';
import { failureOf } from '../storage/jobs/jobFailures.js';
import { withLoadBeat } from './loadBeat.js';
import type { StrategyWatch } from './StrategyWatch.js';
import { stuckInHook, stuckWhileLoading } from './stuckStrategy.js';
import { shareMarket, shareTable } from './sharedMarket.js';
import { writeBundle } from './strategyLoader.js';

/** The kind of these jobs. */
export const TRIAL_JOBS = 'trials';

/** What all trials of a search share, as plain data. */
export interface TrialSetup {
  readonly backtest: Omit<HistoryBacktest, 'strategies' | 'createHash' | 'onInstant' | 'dataHash'>;
  /** `hash` is that of the bundle if `isFile`. */
  readonly strategy: Omit<BacktestStrategy, 'strategyClass'>;
  /** Whether the strategy is a user's file, which workers elsewhere have only as a text. */
  readonly isFile: boolean;
  /** Parameters of which one wants at least as much history before the range as any trial. */
  readonly candidates: readonly Readonly<Record<string, ParamValue>>[];
  /** SHA-256 of the market of the range, and of what is known from before it. */
  readonly dataHash: string;
  readonly historyHash: string;
}

/** What a process loads for its threads. */
interface SharedTrials extends Pick<TrialData, 'startTime' | 'market' | 'history' | 'benchmarkBefore'> {
  /** Without its functions and its class, which no thread can be given. */
  readonly setup: Omit<TrialData['setup'], 'createHash' | 'onInstant' | 'strategy'>;
  /** The bundled module; undefined for a built-in strategy. */
  readonly bundle: string | undefined;
}

/** Where a process has its data from. */
export interface TrialStore {
  readonly dataDir: string;
  readonly withHistory: <T>(use: (store: HistoryStore) => Promise<T>) => Promise<T>;
  /** What this process has loaded already; used for setups of the same data. */
  readonly loaded?: TrialData;
  /** Watches the code of strategies in the thread that loads. */
  readonly watch: StrategyWatch;
}

const sha256 = () => createHash('sha256');

/** The loader for a process. It throws `JOB_DATA_DIFFERS` if the data or the code here are not those of the search. */
export function trialLoader({ dataDir, withHistory, loaded, watch }: TrialStore): JobLoader {
  return async (plain, texts): Promise<SharedTrials> => {
    // Whoever gives trial jobs gives this.
    const setup = plain as TrialSetup;
    const { strategy, isFile, backtest, candidates } = setup;
    const bundle = isFile ? await bundleOf(strategy.hash, strategy.name, dataDir, texts) : undefined;
    const data =
      loaded !== undefined && isDataOf(setup, loaded)
        ? loaded
        : await withHistory(async (store) => {
            const { name } = strategy;
            const strategyClass = await watch.importing(() => classOf(name, bundle), name);
            const whole = { ...backtest, strategies: [{ ...strategy, strategyClass }], createHash: sha256 };
            return watch.running(
              () => name,
              (hookProbe) => loadTrialData(store, { ...whole, hookProbe }, candidates),
            );
          });
    if (!isDataOf(setup, data)) throw differs(setup, dataDir);
    const { createHash: _hash, onInstant: _check, strategy: _strategy, ...rest } = data.setup;
    return {
      setup: rest,
      startTime: data.startTime,
      market: shareMarket(data.market),
      history: data.history === undefined ? undefined : shareTable(data.history),
      benchmarkBefore: data.benchmarkBefore,
      bundle,
    };
  };
}

/** The opener for a thread, which notes in `hookProbe` whose hook is running. */
export function trialOpener(hookProbe: Int32Array): JobOpener {
  return async (plain, loaded) => {
    // The loader of the same program gave them.
    const { strategy } = plain as TrialSetup;
    const { setup, startTime, market, history, benchmarkBefore, bundle } = loaded as SharedTrials;
    const strategyClass = await withLoadBeat(hookProbe, () => classOf(strategy.name, bundle));
    const data: TrialData = {
      setup: { ...setup, createHash: sha256, strategy: { ...strategy, strategyClass }, hookProbe },
      startTime,
      market,
      history,
      benchmarkBefore,
    };
    return (trial) => {
      try {
        return runTrial(data, trial as Trial);
      } finally {
        // Whatever it was thrown out of, no hook runs any more.
        hookProbe[PROBE_PLACE] = 0;
      }
    };
  };
}

/** Names the strategy with the parameters of the trial in which it did not return; outside of trials, its file. */
export const tellStuckTrial: StuckTeller = (plain, payload, probe) => {
  // Whoever gives trial jobs gives these.
  const { strategy } = plain as TrialSetup;
  const hook = readProbe(probe);
  if (payload === undefined && hook?.hook === undefined) return failureOf(stuckWhileLoading(strategy.name));
  const params = paramsText((payload as Trial | undefined)?.params ?? {});
  const name = params === '' ? strategy.name : `${strategy.name} with ${params}`;
  return failureOf(stuckInHook(name, hook ?? { hook: undefined, time: undefined }));
};

/** The text of a bundle that workers elsewhere need, by its hash: the module without the map to the user's files. */
export function bundleText(bundle: string): string {
  const text = readFileSync(bundle, 'utf8');
  const map = text.lastIndexOf('//# sourceMappingURL=');
  return map < 0 ? text : text.slice(0, map);
}

/** The setup of a search over data that are loaded. */
export function trialSetup(
  { strategies: _strategies, createHash: _hash, onInstant: _check, dataHash: _dataHash, ...backtest }: HistoryBacktest,
  candidates: TrialSetup['candidates'],
  data: TrialData,
  isFile: boolean,
): TrialSetup {
  const { strategyClass: _class, ...strategy } = data.setup.strategy;
  return {
    backtest,
    strategy,
    isFile,
    candidates,
    dataHash: data.setup.dataHash ?? '',
    historyHash: historyHashOf(data),
  };
}

function isDataOf({ dataHash, historyHash }: TrialSetup, data: TrialData): boolean {
  return data.setup.dataHash === dataHash && historyHashOf(data) === historyHash;
}

function historyHashOf({ history, setup, benchmarkBefore }: TrialData): string {
  const bars = history === undefined ? '' : hashMarket(batchOf(history), setup.symbols, sha256);
  return benchmarkBefore === undefined ? bars : sha256().update(`${bars} ${benchmarkBefore}`).digest('hex');
}

async function classOf(name: string, bundle: string | undefined): Promise<StrategyClass> {
  if (bundle !== undefined) return importStrategy(bundle, name);
  const builtIn = builtInStrategy(name);
  if (builtIn !== undefined) return builtIn;
  throw new PapertapeError('STRATEGY_UNKNOWN', `This worker has no strategy called ${name}.`, {
    remedy: 'Start it with the same version of Papertape as the search.',
  });
}

async function bundleOf(hash: string, name: string, dataDir: string, texts: TextSource): Promise<string> {
  const file = join(dataDir, 'cache', 'strategies', `${hash}.mjs`);
  if (existsSync(file)) return file;
  const text = await texts(hash);
  if (text === undefined || sha256().update(text).digest('hex') !== hash) {
    throw new PapertapeError('JOB_DATA_DIFFERS', `The code of ${name} that the search is about is not to be had.`, {
      remedy: 'Start the search again: it gives its code to the workers.',
    });
  }
  writeBundle(file, text);
  return file;
}

function differs({ backtest, dataHash }: TrialSetup, dataDir: string): PapertapeError {
  const what = `${(backtest.symbols ?? []).join(', ')} from ${backtest.from} to ${backtest.to}`;
  return new PapertapeError(
    'JOB_DATA_DIFFERS',
    `The history of ${what} in ${dataDir} is not that of the search, whose hash is ${dataHash.slice(0, 12)}.`,
    { remedy: 'Give all workers the same cache: copy the folder `history` of the data directory, or share it.' },
  );
}
