/** `optimize`: prepares the search, holds out what it shall not see, runs and counts it, keeps it and tells of it. */
import { DEFAULT_CASH } from '../analytics/Backtester.js';
import { dataText } from '../analytics/dataTables.js';
import { formatCount, formatPercent, plural } from '../analytics/figureText.js';
import { constraintText } from '../analytics/optimise/objective.js';
import {
  nothingBestText,
  outcomeText,
  samplerText,
  ruinedWarning,
  untoldWarning,
  whyNoneBest,
} from '../analytics/optimise/paramsText.js';
import { search } from '../analytics/optimise/search.js';
import { completeTrials } from '../analytics/optimise/searchPlan.js';
import type { SearchPlan, SearchResult, TriedTrial } from '../analytics/optimise/searchPlan.js';
import { searchReport } from '../analytics/optimise/SearchReport.js';
import { atEnds, spaceSize } from '../analytics/optimise/searchSpace.js';
import { storedSearch } from '../analytics/optimise/storedSearch.js';
import type { SearchedBacktest } from '../analytics/optimise/storedSearch.js';
import { splitHoldout } from '../analytics/optimise/tradingDates.js';
import { significanceOf } from '../analytics/validation/judgement.js';
import type { Answer, Significance } from '../analytics/validation/judgement.js';
import { countTrials } from '../analytics/validation/trialCount.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import { untilRuin } from '../analytics/validation/untilRuin.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { DataStretch } from '../domain/trialLedger.js';
import { presetOf } from '../exchange/presets.js';
import { timeframeOf } from '../analytics/strategyDefaults.js';
import { saveSearch } from '../storage/searchStore.js';
import { systemClock } from '../utils/clock.js';
import { CommandFailed } from './CommandFailed.js';
import type { CommandContext } from './CommandContext.js';
import type { OptimizeFlags } from './commands/optimize.js';
import { datesText } from './countedRun.js';
import { remainingTime } from './eta.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { checkRange } from './options.js';
import { requestSearch, withSearch } from './preparedSearch.js';
import type { PreparedSearch, SearchRequest } from './preparedSearch.js';
import { startProgress } from './progress.js';
import { prepareReport } from './reportFile.js';
import { planDocument, trialDocument } from './searchDocument.js';
import { renderSearch } from './searchText.js';

/** What the end of a search is told with. */
interface Found {
  readonly request: SearchRequest;
  readonly prepared: PreparedSearch;
  readonly result: SearchResult;
  readonly holdout: DataStretch | undefined;
  readonly count: TrialCount;
  readonly significance: Answer<Significance>;
  readonly warnings: readonly string[];
}

/** Runs the command. */
export async function runOptimize(name: string, given: OptimizeFlags, context: CommandContext): Promise<void> {
  checkRange(given.from, given.to);
  const request = await requestSearch(name, 'optimize', given, context);
  const report = given.report === undefined ? undefined : await prepareReport(given.report, context.cwd);
  const { flags, held } = withoutHoldout(given);
  const found = await withSearch(request, flags, context, async (prepared): Promise<Found> => {
    const { ledger, plan, parts, stretch } = prepared;
    const holdout = held === undefined ? undefined : { ...held, symbols: stretch.symbols };
    if (holdout !== undefined) {
      const time = systemClock.now();
      ledger.append({ kind: 'holdout', time, run: request.id, command: 'optimize', strategy: name, data: holdout });
    }
    const progress = startProgress(context.terminal, 'Search');
    const left = remainingTime(systemClock);
    let best = -Infinity;
    try {
      const result = await search(plan, {
        ...parts,
        onBatch: (trials, runs) => {
          parts.onBatch?.(trials, runs);
          for (const trial of completeTrials(trials)) best = Math.max(best, trial.score ?? -Infinity);
        },
        onProgress: (done, total) => {
          const note = [`${Math.floor(done)} of ${total}`, left(done, total)].filter((part) => part !== '');
          progress.update(done, total, note.join(' · '));
        },
      });
      return told({ request, prepared, result, holdout });
    } finally {
      progress.stop();
    }
  });
  saveSearch(request.dataDir, request.id, storedOf(found, flags));
  await report?.write(() =>
    searchReport({
      strategy: name,
      symbols: found.prepared.stretch.symbols,
      timeframe: timeframeOfSearch(found),
      facts: factsOf(found),
      plan: found.prepared.plan,
      trials: found.result.trials,
      warnings: found.warnings,
    }),
  );
  const { terminal } = context;
  if (given.json === true) terminal.out(`${JSON.stringify(documentOf(found, flags), null, 2)}\n`);
  else {
    const facts = [...factsOf(found), ...(report === undefined ? [] : [['Report', report.path] as const])];
    terminal.out(renderSearch(summaryOf(found, facts), terminal.colours, terminal.columns));
  }
  if (found.result.best !== undefined) return;
  terminal.err(`${nothingFound(found)}\n`);
  throw new CommandFailed();
}

/** Why a search has come to nothing that could be chosen. */
function nothingFound({ prepared, result }: Found): string {
  const complete = completeTrials(result.trials);
  const constraints = prepared.plan.constraints.map(constraintText).join(', ');
  return complete.length > 0 && complete.every(({ broken }) => broken !== undefined)
    ? `No trial kept the constraints (${constraints}): nothing is chosen. Loosen them, or search elsewhere.`
    : `${nothingBestText(prepared.plan, result.trials)}: nothing is chosen. ` +
        'Give more days, other parameters or another --objective.';
}

/** The flags with the last day that is searched, and the days after it. */
function withoutHoldout(flags: OptimizeFlags): {
  readonly flags: OptimizeFlags;
  readonly held: Pick<DataStretch, 'from' | 'to'> | undefined;
} {
  if (flags.holdout === undefined) return { flags, held: undefined };
  const dates = sessionsBetween(parseDate(flags.from), parseDate(flags.to)).map(({ date }) => date);
  const { searched, held } = splitHoldout(dates, flags.holdout);
  const [last, first] = [searched.at(-1), held[0]];
  if (last === undefined || first === undefined) {
    throw new PapertapeError(
      'USAGE',
      `--holdout ${formatPercent(flags.holdout)} of ${formatCount(dates.length)} trading days leaves no day to search.`,
      { remedy: 'Give a longer range or a smaller share.' },
    );
  }
  return { flags: { ...flags, to: formatDate(last) }, held: { from: formatDate(first), to: flags.to } };
}

/** Counts, once everything has run. Throws where the strategy took no point at all. */
function told(known: Pick<Found, 'request' | 'prepared' | 'result' | 'holdout'>): Found {
  const { request, prepared, result } = known;
  if (result.trials.length === 0) {
    throw new PapertapeError(
      'STRATEGY_PARAMETER_INVALID',
      `${request.strategy.name} rejects every combination of the parameters that are searched.`,
      { remedy: 'Give ranges in which the strategy takes at least one combination, such as fast below slow.' },
    );
  }
  const { records } = prepared.ledger.read();
  const count = countTrials(records, prepared.stretch);
  const { best } = result;
  const series = completeTrials(result.trials).map(({ outcome }) => untilRuin(outcome.dailyReturns));
  const significance: Answer<Significance> =
    best === undefined
      ? { reason: whyNoneBest(prepared.plan, result.trials) }
      : significanceOf(best.outcome.dailyReturns, series, count);
  return {
    ...known,
    count,
    significance,
    warnings: [...prepared.warnings, ...warningsOf(result, prepared.plan)],
  };
}

function warningsOf({ trials, best }: SearchResult, { space, objective }: SearchPlan): readonly string[] {
  const refused = trials.filter((trial) => trial.status === 'refused');
  const [first] = refused;
  const warnings =
    first === undefined ? [] : [`${plural(refused.length, 'trial')} could not run, the first because: ${first.reason}`];
  const untold = best === undefined ? undefined : untoldWarning(objective, trials);
  if (untold !== undefined) warnings.push(untold);
  const ruined = ruinedWarning(trials);
  if (ruined !== undefined) warnings.push(ruined);
  const ends = best === undefined ? [] : atEnds(space, best.point);
  if (ends.length > 0) {
    warnings.push(`The best lies at the end of the range of ${ends.join(' and ')}; better ones may lie beyond.`);
  }
  return warnings;
}

function timeframeOfSearch({ prepared, request }: Found): string {
  return prepared.data.setup.strategy.timeframe ?? timeframeOf(request.strategy.strategyClass);
}

function factsOf(found: Found): readonly (readonly [name: string, value: string])[] {
  const { prepared, result, request, holdout, count, significance } = found;
  const { plan, dates, tables } = prepared;
  const size = spaceSize(plan.space);
  const broken = completeTrials(result.trials).filter((trial) => trial.broken !== undefined).length;
  const points = Number.isFinite(size) ? ` of a space of ${formatCount(size)} points` : '';
  const luck =
    'reason' in significance
      ? `n/a: ${significance.reason}`
      : `${formatPercent(significance.value.deflated)} probability that its Sharpe is not the luck of so many trials`;
  return [
    ['Search', `${outcomeText(result.trials, broken)}${points}, by ${samplerText(plan)}`],
    ['Data', dataText(tables)],
    ['Dates', datesText(dates)],
    ['Tried', `${formatCount(count.trials)} configurations on these data so far, in ${formatCount(count.runs)} runs`],
    ['Deflated', luck],
    [
      'Holdout',
      holdout === undefined
        ? 'none; --holdout 20% would leave the last part alone'
        : `${holdout.from} to ${holdout.to}, not touched; "papertape validate --open-holdout" looks at it, once`,
    ],
    ['Kept as', `${request.id}; "papertape validate" tells how much of it is luck`],
  ];
}

function summaryOf(
  found: Found,
  facts: readonly (readonly [name: string, value: string])[],
): Parameters<typeof renderSearch>[0] {
  const { request, prepared, result, warnings } = found;
  const { symbols, from, to } = prepared.stretch;
  return {
    head: [request.strategy.name, symbols.join(' '), timeframeOfSearch(found), `${from} to ${to}`],
    plan: prepared.plan,
    trials: result.trials,
    facts,
    warnings,
  };
}

function storedOf(found: Found, flags: OptimizeFlags): unknown {
  const { prepared, request, holdout, result } = found;
  const { setup } = prepared.data;
  const preset = setup.preset ?? 'papertape';
  const backtest: SearchedBacktest = {
    strategy: request.strategy.name,
    strategyHash: request.strategy.hash,
    symbols: setup.symbols,
    timeframe: setup.strategy.timeframe ?? timeframeOf(request.strategy.strategyClass),
    from: flags.from,
    to: flags.to,
    preset,
    feePlan: flags.fees,
    adjust: flags.adjust ?? presetOf(preset).adjust,
    feed: prepared.backtest.feed,
    extendedHours: flags.extended === true,
    tables: prepared.tables,
    startingCash: flags.cash ?? DEFAULT_CASH,
    dataHash: setup.dataHash ?? '',
  };
  const { plan, dataWarnings } = prepared;
  return storedSearch({ id: request.id, time: systemClock.now(), backtest, plan, holdout, dataWarnings }, result);
}

function documentOf(found: Found, { from, to }: OptimizeFlags): Readonly<Record<string, unknown>> {
  const { request, prepared, result, holdout, count, significance, warnings } = found;
  const { strategy } = request;
  const { setup } = prepared.data;
  const { objective } = prepared.plan;
  const trialOf = (trial: TriedTrial): object => trialDocument(trial, objective, setup.symbols.length === 1);
  return {
    search: request.id,
    strategy: { name: strategy.name, hash: strategy.hash, symbols: setup.symbols, timeframe: timeframeOfSearch(found) },
    from,
    to,
    days: prepared.dates.length,
    dataHash: setup.dataHash,
    data: { tables: prepared.tables },
    plan: planDocument(prepared.plan),
    runs: result.runs,
    best: result.best === undefined ? null : trialOf(result.best),
    trials: result.trials.map(trialOf),
    ledger: { configurations: count.trials, runs: count.runs },
    significance: 'value' in significance ? finiteFigures(significance.value) : significance,
    holdout: holdout ?? null,
    warnings,
  };
}
