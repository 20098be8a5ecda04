/**
 * Prepares a search for the commands that make one: the strategy, the space, the data without what is held out, what
 * runs the trials, and the ledger that counts them.
 */
import { createHash } from 'node:crypto';
import { loadBenchmark } from '../analytics/benchmarkHistory.js';
import type { ChosenBenchmark } from '../analytics/benchmarkHistory.js';
import { dataTables } from '../analytics/dataTables.js';
import type { DataTable } from '../analytics/dataTables.js';
import { resolveHistory } from '../analytics/historyMarket.js';
import type { HistoryBacktest } from '../analytics/historyMarket.js';
import { loadTrialData } from '../analytics/optimise/loadTrialData.js';
import { backtesterFor } from '../analytics/optimise/runTrial.js';
import type { TrialData } from '../analytics/optimise/runTrial.js';
import type { SearchParts } from '../analytics/optimise/search.js';
import type { SearchPlan, TriedTrial } from '../analytics/optimise/searchPlan.js';
import { corners, paramsAt, parseSearchSpace, spaceSize } from '../analytics/optimise/searchSpace.js';
import type { Point, SearchSpace } from '../analytics/optimise/searchSpace.js';
import { pruningRungs, tradingDates, windowOfDates } from '../analytics/optimise/tradingDates.js';
import { marketWarnings } from '../analytics/marketWarnings.js';
import { timeframeOf } from '../analytics/strategyDefaults.js';
import { ledgerScore } from '../analytics/validation/ledgerScore.js';
import { trialKey } from '../analytics/validation/trialCount.js';
import { withTrials } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryStore, TrialLedger } from '../domain/ports.js';
import type { DataStretch, LedgerTrial } from '../domain/trialLedger.js';
import type { Micros } from '../domain/units.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { openTrialLedger } from '../storage/trialLedger.js';
import { resolveParams } from '../strategies/param.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { withCancelSignal } from './cancelSignal.js';
import type { SearchFlags } from './commands/searchOptions.js';
import { damageWarning, holdoutWarnings } from './countedRun.js';
import { backtestOf, withActions, withMarketHistory } from './marketHistory.js';
import { loadWatched, withHookWatch } from '../host/withHookWatch.js';

/** A search before its data are loaded. */
export interface SearchRequest {
  readonly strategy: LoadedStrategy;
  readonly space: SearchSpace;
  readonly dataDir: string;
  /** What is run, for the ledger: `optimize`, `walk-forward`. */
  readonly command: string;
  /** Names the search in the ledger. */
  readonly id: string;
  /** Whether something to measure the result against is wanted: a symbol, or that of a search of one. */
  readonly benchmark?: { readonly symbol: string | undefined };
}

/** A search that can run. */
export interface PreparedSearch {
  readonly backtest: HistoryBacktest;
  readonly data: TrialData;
  /** What the trials are fed, which tells of which hours it is. */
  readonly tables: readonly DataTable[];
  readonly dates: readonly number[];
  readonly plan: SearchPlan;
  readonly parts: Pick<SearchParts, 'evaluate' | 'accepts' | 'onBatch'>;
  /** What was wanted of it; undefined without a symbol. */
  readonly benchmark: ChosenBenchmark | undefined;
  readonly ledger: TrialLedger;
  /** What the ledger knows the data by. */
  readonly stretch: DataStretch;
  /** What is to be known before the search is believed, {@link dataWarnings} among it. */
  readonly warnings: readonly string[];
  /** What makes the data doubtful. */
  readonly dataWarnings: readonly string[];
}

/** Points up to which a grid is what people mean. */
const GRID_SIZE = 1000;
const DEFAULT_TRIALS = 200;

/** Loads the strategy and reads the space. Throws as both do. */
export async function requestSearch(
  name: string,
  command: string,
  flags: SearchFlags,
  context: CommandContext,
): Promise<SearchRequest> {
  const { dataDir } = settingsOf(context, flags);
  const strategy = await loadWatched(name, { cwd: context.cwd, dataDir });
  const space = parseSearchSpace(name, strategy.strategyClass.params, flags.param ?? {});
  return { strategy, space, dataDir, command, id: searchId(strategy, command, flags) };
}

/** Loads the data of the flags' dates, and lends what a search needs. */
export async function withSearch<T>(
  request: SearchRequest,
  flags: SearchFlags,
  context: CommandContext,
  use: (search: PreparedSearch) => Promise<T>,
): Promise<T> {
  // Strategies are built in this thread too, to see what history they want and which parameters they take.
  const nameOf = (): string => request.strategy.name;
  return withHookWatch(nameOf, (hookProbe) => watchedSearch(hookProbe, request, flags, context, use));
}

async function watchedSearch<T>(
  hookProbe: Int32Array,
  request: SearchRequest,
  flags: SearchFlags,
  context: CommandContext,
  use: (search: PreparedSearch) => Promise<T>,
): Promise<T> {
  const { strategy, space, dataDir } = request;
  const given = backtestOf(strategy, space.fixed, flags);
  const candidates = corners(space).map((point) => paramsAt(space, point));
  const { backtest, data, benchmark } = await withMarketHistory(flags, context, async (history, feed, archive) => {
    const fed = await withActions(archive, feed === undefined ? given : { ...given, feed });
    return {
      backtest: fed,
      benchmark: await benchmarkOf(request, fed, history),
      data: await loadTrialData(history, { ...fed, hookProbe }, candidates),
    };
  });
  const dates = tradingDates(data.market);
  const plan = planOf(flags, space, dates, data.startTime);
  const ledger = openTrialLedger(dataDir);
  const stretch: DataStretch = { symbols: data.setup.symbols, from: flags.from, to: flags.to };
  const { records, damaged } = ledger.read();
  const dataWarnings = marketWarnings(data.market, data.setup);
  const warnings = [...damageWarning(damaged), ...holdoutWarnings(records, stretch), ...dataWarnings];
  const settings = settingsOf(context, flags, 'programs');
  const log = (line: string): void => {
    context.terminal.err(`${line}\n`);
  };
  return withCancelSignal((signal) =>
    tellStopped(
      signal,
      settings.redisUrl !== undefined,
      withTrials(
        settings,
        {
          backtest,
          candidates,
          data,
          strategy,
          signal,
          log,
          ...(flags.workers === undefined ? {} : { threads: flags.workers }),
        },
        (evaluate) =>
          use({
            backtest,
            data,
            tables: dataTables(data.market.tables, backtest.extendedHours ?? false),
            dates,
            plan,
            benchmark,
            ledger,
            stretch,
            warnings,
            dataWarnings,
            parts: {
              evaluate,
              accepts: (point) => accepts(data, space, point),
              onBatch: recordBatch(request, data, ledger, stretch),
            },
          }),
      ),
    ),
  );
}

/**
 * Says of a search that somebody stopped what becomes of what it had done; on Redis (`isKept`) chunks of trials that
 * were done are there for its next start.
 */
export async function tellStopped<T>(signal: AbortSignal, isKept: boolean, searching: Promise<T>): Promise<T> {
  try {
    return await searching;
  } catch (error) {
    if (!signal.aborted || !(error instanceof PapertapeError) || error.code !== 'JOBS_CANCELLED') throw error;
    const next = isKept
      ? 'Start it again within a day, as it was, and it goes on: what workers have finished is in Redis.'
      : 'Start it again from its beginning; threads of this machine keep no results.';
    throw new PapertapeError('JOBS_CANCELLED', 'The search was stopped before its end; it came to no result.', {
      remedy: `${next} Batches of trials that were done count as tried on these data.`,
    });
  }
}

/** The prices of what the result is measured against, which a search that cannot have them does not begin. */
async function benchmarkOf(
  { benchmark }: SearchRequest,
  backtest: HistoryBacktest,
  history: HistoryStore,
): Promise<ChosenBenchmark | undefined> {
  if (benchmark === undefined) return undefined;
  const { source } = resolveHistory(backtest);
  const own = source.symbols.length === 1 ? source.symbols[0] : undefined;
  const symbol = benchmark.symbol ?? own;
  return symbol === undefined ? undefined : loadBenchmark(history, source, symbol);
}

/** Writes each batch into the ledger as soon as it has run: a search that is killed has been tried all the same. */
function recordBatch(
  { strategy, command, id }: SearchRequest,
  { setup }: TrialData,
  ledger: TrialLedger,
  data: DataStretch,
): NonNullable<SearchParts['onBatch']> {
  const { name, hash, strategyClass } = strategy;
  const preset = setup.preset ?? 'papertape';
  const timeframe = setup.strategy.timeframe ?? timeframeOf(strategyClass);
  const keyed = (trial: TriedTrial): LedgerTrial => ({
    key: trialKey(
      {
        strategyHash: hash,
        params: resolveParams(name, strategyClass.params, trial.params),
        preset,
        timeframe,
      },
      () => createHash('sha256'),
    ),
    ...(trial.status === 'complete' ? ledgerScore(trial.outcome.dailyReturns) : { sharpe: null }),
  });
  return (trials, runs) => {
    ledger.append({
      kind: 'trials',
      time: systemClock.now(),
      run: id,
      command,
      strategy: name,
      data,
      dataHash: setup.dataHash ?? '',
      runs,
      trials: trials.map(keyed),
    });
  };
}

/** The window begins with the range, as a backtest does, to end with `dates`. Throws `USAGE` for an impossible grid. */
function planOf(flags: SearchFlags, space: SearchSpace, dates: readonly number[], from: Micros): SearchPlan {
  const size = spaceSize(space);
  const sampler = flags.search ?? (size <= GRID_SIZE ? 'grid' : 'tpe');
  if (sampler === 'grid') checkGrid(space, size, flags.trials);
  const rungs = flags.prune === 'none' ? [] : pruningRungs(dates);
  return {
    space,
    sampler,
    trials: flags.trials ?? DEFAULT_TRIALS,
    seed: flags.seed,
    objective: flags.objective,
    constraints: flags.constraint ?? [],
    pruning: rungs.length === 0 ? 'none' : flags.prune,
    rungs,
    from,
    to: windowOfDates(dates).to,
  };
}

function checkGrid({ dimensions }: SearchSpace, size: number, trials: number | undefined): void {
  const endless = dimensions.find(({ kind }) => kind === 'continuous');
  if (endless !== undefined) {
    throw new PapertapeError('USAGE', `A grid needs a step for ${endless.name}, which may be any number.`, {
      remedy: `Write --param ${endless.name}=from:to:step, or --search tpe.`,
    });
  }
  if (trials !== undefined && trials < size) {
    throw new PapertapeError('USAGE', `The grid has ${size} points, more than --trials ${trials}.`, {
      remedy: 'Leave --trials out to try them all, take larger steps, or --search random or tpe.',
    });
  }
}

/** Whether the strategy takes the parameters of a point together. */
function accepts(data: TrialData, space: SearchSpace, point: Point): boolean {
  try {
    backtesterFor(data, { id: 0, params: paramsAt(space, point) });
    return true;
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'STRATEGY_PARAMETER_INVALID') return false;
    throw error;
  }
}

/** Begins with its time, so that names sort by it; ends with digits that differ between plans. */
function searchId(strategy: LoadedStrategy, command: string, flags: SearchFlags): string {
  const time = new Date(systemClock.now() / 1000).toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  const name = strategy.name
    .replace(/^.*[/\\]/, '')
    .replace(/\.[cm]?[jt]s$/, '')
    .replaceAll(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 40);
  const hash = createHash('sha256')
    .update(JSON.stringify([command, strategy.hash, flags]))
    .digest('hex');
  return `${time}-${name}-${hash.slice(0, 6)}`;
}
