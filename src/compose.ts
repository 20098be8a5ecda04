/**
 * The composition root: the one place that picks implementations of ports. Commands and the host ask it for what
 * they work with and see only ports.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { HistoryBacktest } from './analytics/historyMarket.js';
import type { TrialData } from './analytics/optimise/runTrial.js';
import type { EvaluateTrials } from './analytics/optimise/trial.js';
import type { BrokerSettings, DataSourceSettings, SystemConfig } from './config/systemConfig.js';
import { AlpacaClient, PAPER_REST } from './broker/AlpacaClient.js';
import { readPaperAccount } from './broker/alpaca/paperAccount.js';
import { AlpacaHistory } from './data/alpacaClient/AlpacaHistory.js';
import { AlpacaMarketStream } from './data/alpacaClient/AlpacaMarketStream.js';
import { ALPACA_FEEDS, feedQuality } from './data/alpacaClient/alpacaFeeds.js';
import type { AlpacaFeed } from './data/alpacaClient/alpacaFeeds.js';
import { openLiveMarket } from './data/twelvedataClient/streamRouter.js';
import { createTwelveData } from './data/twelvedataClient/twelvedata.js';
import { PapertapeError } from './domain/errors.js';
import type { JobLoaders, StuckTellers } from './domain/jobs.js';
import type { HistorySource, MarketDataSource } from './domain/marketSource.js';
import type { JobQueue } from './domain/ports.js';
import { evaluateOnQueue } from './host/evaluateTrials.js';
import { INSTALLATION } from './host/installation.js';
import { isOrderEvent } from './domain/venueEvents.js';
import type { Brokers } from './host/brokers.js';
import type { LiveMarkets } from './host/liveMarkets.js';
import type { LivePlan } from './host/sessionPlan.js';
import type { LoadedStrategy } from './host/strategyLoader.js';
import { threadEntry } from './host/threadEntry.js';
import { bundleText, tellStuckTrial, TRIAL_JOBS, trialLoader, trialSetup } from './host/trialJobs.js';
import { MAIN_THREAD_WATCH } from './host/withHookWatch.js';
import { RedisJobQueue } from './storage/jobs/RedisJobQueue.js';
import { RedisJobWorker } from './storage/jobs/RedisJobWorker.js';
import { ThreadJobQueue } from './storage/jobs/ThreadJobQueue.js';
import { systemClock } from './utils/clock.js';
import type { Clock } from './utils/clock.js';
import { randomFraction } from './utils/idGenerator.js';
import { createHistoricalCache } from './cache/historicalCache.js';
import type { HistoricalCache } from './cache/historicalCache.js';

/** Folder of the market history within a data directory. */
export const HISTORY_FOLDER = 'history';

/** The market history of a data directory; close it when done. Nothing is written until something is imported. */
export function openHistory(dataDir: string): HistoricalCache {
  return createHistoricalCache(join(dataDir, HISTORY_FOLDER));
}

/** Lends the market history of a data directory to `use` and closes it afterwards. */
export async function withHistory<T>(dataDir: string, use: (history: HistoricalCache) => Promise<T>): Promise<T> {
  const history = openHistory(dataDir);
  try {
    return await use(history);
  } finally {
    await history.close();
  }
}

/** The markets that can be had live with the keys of the settings; `log` gets lines for people, without a key. */
export function liveMarkets(settings: DataSourceSettings, log: (line: string) => void): LiveMarkets {
  // A vendor's stream and history share its limits: whoever wants history of an opened market gets the same one.
  const histories = new Map<string, HistorySource | undefined>();
  const sourceOf = (plan: LivePlan, clock: Clock) => {
    const opened =
      plan.source === 'alpaca'
        ? alpacaSource(plan, settings.alpaca, clock)
        : twelveDataSource(settings.twelvedata, clock, log);
    histories.set(JSON.stringify(plan), opened.history);
    return opened;
  };
  return {
    delayOf: (plan) => (plan.source === 'alpaca' ? feedQuality(alpacaFeed(plan)).delay : 0),
    history: (plan, clock) => {
      const name = JSON.stringify(plan);
      return histories.has(name) ? histories.get(name) : sourceOf(plan, clock).history;
    },
    open: ({ plan, ...request }) => {
      const { source, history } = sourceOf(plan, request.clock);
      return openLiveMarket({
        ...request,
        sources: [{ source, priority: 1 }],
        ...(history === undefined ? {} : { history }),
      });
    },
  };
}

function alpacaSource(
  plan: LivePlan,
  settings: DataSourceSettings['alpaca'],
  clock: Clock,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  const feed = alpacaFeed(plan);
  const { streamUrl, dataUrl } = settings;
  const account = { feed, ...alpacaKeys(settings), clock, random: randomFraction };
  const stream = streamUrl === undefined ? account : { ...account, url: streamUrl };
  // Whoever takes the stream from another place takes history from there too, or from nowhere.
  const hasHistory = streamUrl === undefined || dataUrl !== undefined;
  const rest = dataUrl === undefined ? account : { ...account, url: dataUrl };
  return {
    source: new AlpacaMarketStream(stream),
    history: hasHistory ? new AlpacaHistory({ ...rest, fetch: globalThis.fetch }) : undefined,
  };
}

/** The brokers that a session can trade at with the keys of the settings: paper accounts alone. */
export function paperBrokers(
  { alpaca }: DataSourceSettings,
  { tradingUrl, tradingStreamUrl }: BrokerSettings,
): Brokers {
  const keys = (): { keyId: string; secretKey: string } => {
    const { keyId, secretKey } = alpaca;
    if (keyId !== undefined && secretKey !== undefined) return { keyId, secretKey };
    throw new PapertapeError('BROKER_KEY_REFUSED', 'No key for trading at Alpaca is set.', {
      remedy: 'Set PAPERTAPE_ALPACA_KEY_ID and PAPERTAPE_ALPACA_SECRET_KEY to those of a paper account.',
    });
  };
  const account = { random: randomFraction, fetch: globalThis.fetch };
  return {
    look: (_name, clock) => readPaperAccount({ ...keys(), ...account, clock, restUrl: tradingUrl ?? PAPER_REST }),
    open: ({ name: _, onReport, ...request }) =>
      new AlpacaClient({
        ...request,
        ...keys(),
        ...account,
        ...(tradingUrl === undefined ? {} : { restUrl: tradingUrl }),
        ...(tradingStreamUrl === undefined ? {} : { streamUrl: tradingStreamUrl }),
        onEvent: (event) => {
          if (isOrderEvent(event)) onReport({ kind: 'order', event });
        },
        onAlert: ({ code, message }) => onReport({ kind: 'alert', code, message }),
        onState: (state, reason) => onReport({ kind: 'connection', state, reason }),
        onFigures: (figures) => onReport({ kind: 'account', figures }),
      }),
  };
}

function twelveDataSource(
  settings: DataSourceSettings['twelvedata'],
  clock: Clock,
  log: (line: string) => void,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  const { plan, streamUrl, restUrl } = settings;
  const { live, history } = createTwelveData({
    apiKey: twelveDataKey(settings),
    plan,
    clock,
    random: randomFraction,
    log,
    ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(restUrl === undefined ? {} : { restUrl }),
  });
  return { source: live, history: streamUrl === undefined || restUrl !== undefined ? history : undefined };
}

/** Name of a vendor that has history. */
export type HistorySourceName = 'twelvedata' | 'alpaca';

/** A source of history; `log` gets lines for people, without a key. Throws `SOURCE_KEY_REFUSED` without a key. */
export function openHistorySource(
  name: HistorySourceName,
  { twelvedata, alpaca }: DataSourceSettings,
  clock: Clock,
  log: (line: string) => void,
): HistorySource {
  if (name === 'twelvedata') {
    const { restUrl, plan } = twelvedata;
    const account = { apiKey: twelveDataKey(twelvedata), plan, clock, random: randomFraction, log };
    return createTwelveData(restUrl === undefined ? account : { ...account, restUrl }).history;
  }
  const { feed, dataUrl } = alpaca;
  const account = { ...alpacaKeys(alpaca), feed, clock, random: randomFraction, fetch: globalThis.fetch };
  return new AlpacaHistory(dataUrl === undefined ? account : { ...account, url: dataUrl });
}

function alpacaKeys({ keyId, secretKey }: DataSourceSettings['alpaca']): { keyId: string; secretKey: string } {
  if (keyId !== undefined && secretKey !== undefined) return { keyId, secretKey };
  throw keyMissing('Alpaca', 'PAPERTAPE_ALPACA_KEY_ID and PAPERTAPE_ALPACA_SECRET_KEY');
}

function twelveDataKey({ key }: DataSourceSettings['twelvedata']): string {
  if (key !== undefined) return key;
  throw keyMissing('Twelve Data', 'PAPERTAPE_TWELVEDATA_KEY');
}

function alpacaFeed({ feed }: LivePlan): AlpacaFeed {
  const known = ALPACA_FEEDS.find((one) => one === (feed ?? 'iex'));
  if (known !== undefined) return known;
  throw new PapertapeError('CONFIG_INVALID', `Alpaca has no feed ${feed ?? ''}.`, {
    remedy: `Choose one of ${ALPACA_FEEDS.join(', ')}.`,
  });
}

function keyMissing(vendor: string, variables: string): PapertapeError {
  return new PapertapeError('SOURCE_KEY_REFUSED', `No key for ${vendor} is set.`, {
    remedy: `Set ${variables} in the environment; env.example says what else there is.`,
  });
}

/** A search whose trials are to be run. */
export interface SearchRequest {
  /** What `data` was loaded for, and with which candidates. */
  readonly backtest: HistoryBacktest;
  readonly candidates: Parameters<typeof trialSetup>[1];
  readonly data: TrialData;
  readonly strategy: LoadedStrategy;
  /** Threads of this machine where no Redis is set; all cores if absent. */
  readonly threads?: number;
  /** Cancels. */
  readonly signal?: AbortSignal;
  /** Hears how many workers there are: threads here, or processes anywhere. */
  readonly onWorkers?: (count: number) => void;
  /** Gets lines for people, such as that Redis cannot be reached at the moment. */
  readonly log: (line: string) => void;
}

/**
 * Lends what runs trials: threads of this machine, or workers on Redis where the settings name one. Trials give the
 * same results on both. Throws `JOB_QUEUE_UNAVAILABLE`.
 */
export async function withTrials<T>(
  { dataDir, redisUrl }: Pick<SystemConfig, 'dataDir' | 'redisUrl'>,
  request: SearchRequest,
  use: (evaluate: EvaluateTrials) => Promise<T>,
): Promise<T> {
  const { backtest, candidates, data, strategy, threads, signal, onWorkers, log } = request;
  const queue: JobQueue =
    redisUrl === undefined
      ? new ThreadJobQueue({
          entry: threadEntry('jobThread'),
          threads: threads ?? availableParallelism(),
          loaders: jobLoaders(dataDir, data),
          tellers: STUCK_TELLERS,
          clock: systemClock,
        })
      : await RedisJobQueue.open({ url: redisUrl, build: INSTALLATION.build }, systemClock, connectionLog(log));
  const { bundle, hash } = strategy;
  try {
    return await use(
      evaluateOnQueue(queue, {
        setup: trialSetup(backtest, candidates, data, bundle !== undefined),
        texts: new Map(bundle === undefined ? [] : [[hash, bundleText(bundle)]]),
        rows: data.market.length,
        ...(signal === undefined ? {} : { signal }),
        ...(onWorkers === undefined ? {} : { onWorkers }),
      }),
    );
  } finally {
    await queue.close();
  }
}

/** How a worker works. */
export interface WorkerRequest {
  readonly redisUrl: string;
  readonly dataDir: string;
  /** All cores if absent. */
  readonly threads?: number;
  readonly leaseMs: number;
  readonly onDone: (jobs: number) => void;
  readonly log: (line: string) => void;
}

/** Starts to work for whoever gives jobs over Redis. Throws `JOB_QUEUE_UNAVAILABLE`. */
export function startJobWorker(request: WorkerRequest): Promise<RedisJobWorker> {
  const { redisUrl, dataDir, threads, leaseMs, onDone, log } = request;
  const once = onceInARow(log);
  return RedisJobWorker.start({
    place: { url: redisUrl, build: INSTALLATION.build },
    entry: threadEntry('jobThread'),
    threads: threads ?? availableParallelism(),
    loaders: jobLoaders(dataDir, undefined),
    tellers: STUCK_TELLERS,
    leaseMs,
    clock: systemClock,
    onError: connectionLog(log),
    onLeaseLost: () => once(LEASE_LOST),
    onDone,
  });
}

const STUCK_TELLERS: StuckTellers = { [TRIAL_JOBS]: tellStuckTrial };

function jobLoaders(dataDir: string, loaded: TrialData | undefined): JobLoaders {
  const store = {
    dataDir,
    watch: MAIN_THREAD_WATCH,
    withHistory: <T>(use: (history: HistoricalCache) => Promise<T>) => withHistory(dataDir, use),
  };
  return { [TRIAL_JOBS]: trialLoader(loaded === undefined ? store : { ...store, loaded }) };
}

const LEASE_LOST =
  'This worker was silent for longer than its --lease, as one is whose machine was paused. What it was working on ' +
  'went to another worker, or is refused (JOB_WORKER_LOST) where that one was lost, too; its own result is taken if ' +
  'the search still waits for it.';

/** Tells that a connection is gone, once for each reason in a row: it is tried again several times a second. */
function connectionLog(log: (line: string) => void): (error: Error) => void {
  const once = onceInARow(log);
  return ({ message }) => once(`Redis: ${message}; it is tried again.`);
}

/** A log without the lines that say what the one before them said. */
function onceInARow(log: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line === last) return;
    last = line;
    log(line);
  };
}
