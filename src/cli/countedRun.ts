/** A run as the trial ledger counts it, and what the ledger says about the data it was made on. */
import { createHash } from 'node:crypto';
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { dailyReturns } from '../analytics/dailyReturns.js';
import { formatCount, formatPercent, plural } from '../analytics/figureText.js';
import { significanceOf } from '../analytics/validation/judgement.js';
import type { Answer, Significance } from '../analytics/validation/judgement.js';
import { ledgerScore } from '../analytics/validation/ledgerScore.js';
import { countTrials, heldOut, trialKey } from '../analytics/validation/trialCount.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import { formatDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { DataStretch, LedgerRecord } from '../domain/trialLedger.js';
import { DOLLAR } from '../domain/units.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { openTrialLedger } from '../storage/trialLedger.js';
import { systemClock } from '../utils/clock.js';

/** See the module header. */
export interface CountedRun {
  /** Undefined where the ledger cannot be read or written; the warnings say why. */
  readonly count: TrialCount | undefined;
  readonly significance: Answer<Significance>;
  readonly warnings: readonly string[];
}

/** Records a backtest and counts. A ledger that cannot be kept is a warning: the result stands all the same. */
export function countBacktest(
  dataDir: string,
  strategies: readonly LoadedStrategy[],
  { run, symbols }: HistoryBacktestRun,
  { from, to }: Pick<DataStretch, 'from' | 'to'>,
): CountedRun {
  const data: DataStretch = { symbols, from, to };
  const { returns } = dailyReturns(run.curve, run.config.startingCash / DOLLAR);
  const { inputs } = run;
  const hash = strategies.map((strategy) => strategy.hash).join(' ');
  const timeframe = inputs.strategies.map(({ config }) => config.timeframe).join(' ');
  // Parameters of several strategies are told apart by their places.
  const params = Object.fromEntries(
    inputs.strategies.flatMap((strategy, place) =>
      Object.entries(strategy.params).map(([name, value]) => [place === 0 ? name : `${place}.${name}`, value]),
    ),
  );
  const record: LedgerRecord = {
    kind: 'trials',
    time: systemClock.now(),
    run: run.identity,
    command: 'backtest',
    strategy: strategies.map(({ name }) => name).join(' + '),
    data,
    dataHash: inputs.dataHash,
    runs: 1,
    trials: [
      {
        key: trialKey({ strategyHash: hash, params, preset: run.config.preset, timeframe }, () => createHash('sha256')),
        ...ledgerScore(returns),
      },
    ],
  };
  try {
    const ledger = openTrialLedger(dataDir);
    const before = ledger.read();
    ledger.append(record);
    const count = countTrials([...before.records, record], data);
    return {
      count,
      significance: significanceOf(returns, [], count),
      warnings: [...damageWarning(before.damaged), ...holdoutWarnings(before.records, data)],
    };
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    const reason = `${error.message} This run is not counted.`;
    return { count: undefined, significance: { reason }, warnings: [reason] };
  }
}

/** The warnings that a run on these data looks at what a search holds out; none if it does not. */
export function holdoutWarnings(records: readonly LedgerRecord[], data: DataStretch): readonly string[] {
  return heldOut(records, data).map(
    ({ symbols, from, to }) =>
      `A search holds out ${symbols.join(' ')} from ${from} to ${to}: this run reads of those days, a look at them.`,
  );
}

/** The warning that lines of the ledger are damaged; none if there are none. */
export function damageWarning(damaged: number): readonly string[] {
  if (damaged === 0) return [];
  const lines = plural(damaged, 'line of the trial ledger is', 'lines of the trial ledger are');
  return [`${lines} damaged and left out: more was tried than is counted here.`];
}

/** One line for people; running the same again does not change it. */
export function trialsText({ count, significance }: CountedRun): string {
  if (count === undefined) return 'not counted';
  const tried = `${plural(count.trials, 'configuration')} tried on these data`;
  if ('reason' in significance) return tried;
  return `${tried}; probability that this one's Sharpe is not luck: ${formatPercent(significance.value.deflated)}`;
}

/** The same as a JSON value. */
export function trialsDocument({ count, significance }: CountedRun): Readonly<Record<string, unknown>> {
  return {
    configurations: count?.trials ?? null,
    deflatedSharpe: 'value' in significance ? significance.value.deflated : null,
    ...('reason' in significance ? { reason: significance.reason } : {}),
  };
}

/** Dates as text, `from to to`, with their number. */
export function datesText(dates: ArrayLike<number>): string {
  const first = formatDate(dates[0] ?? 0);
  const last = formatDate(dates[dates.length - 1] ?? 0);
  return `${first} to ${last}, ${formatCount(dates.length)} trading days`;
}
