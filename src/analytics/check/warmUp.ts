/**
 * Warm-up sufficiency (recursive analysis): the same run with indicators that have seen more bars before the first day.
 * Where more of the past changes a value or a decision, what the backtest decides depends on where its data happen to
 * begin. Says how long a warm-up must be.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { newYorkText } from '../../calendar/newYorkText.js';
import { nyse, sessionsBetween } from '../../calendar/sessions.js';
import { FIRST_DATE } from '../../calendar/TradingCalendar.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import type { BarTable } from '../../domain/marketTables.js';
import { createBarTable } from '../../domain/tables.js';
import type { composeKernel } from '../composeKernel.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';
import { decisionsOf, firstDifference } from './decisions.js';
import type { DecisionDifference } from './decisions.js';

/** Lengths of warm-up that are tried, as multiples of the usual one; the last is what the others are compared with. */
const MULTIPLES = [1, 2, 4, 8, 16] as const;
/** Instants at whose ends the lines are compared. */
const MOST_INSTANTS = 4000;
/** A value is settled that is off by at most this many deviations of its line. */
const SETTLED = 0.001;

/** About how many runs the check makes. */
export const WARM_UP_RUNS = MULTIPLES.length;

const NOTHING_TO_WARM: CheckResult = {
  check: 'warm-up',
  verdict: 'pass',
  sentence: 'It declares no indicators, so there is nothing to warm up.',
};

/** How far a run's lines are from those of the longest warm-up, at the first instant at which they have values. */
interface Trial {
  readonly sessions: number;
  /** Bars per symbol. */
  readonly rows: number;
  /** In deviations of the line that is worst; 0 if all are equal. */
  readonly error: number;
  readonly worstLine: string;
  /** Instants until all lines are settled; undefined if they are not within those looked at. */
  readonly settledAfter: number | undefined;
  readonly difference: DecisionDifference | undefined;
}

interface WatchedRun {
  readonly result: HistoryBacktestRun;
  /** Values of all lines at the end of each instant. */
  readonly values: readonly (readonly number[])[];
  readonly names: readonly string[];
}

/** Makes the check; `plain` is the run with the usual warm-up. */
export async function checkWarmUp(runs: CheckRuns, plain: HistoryBacktestRun): Promise<CheckResult> {
  const usual = plain.warmUpSessions;
  if (usual === 0) return NOTHING_TO_WARM;
  const place = await placeOf(runs, plain);
  if (place === undefined) {
    return {
      check: 'warm-up',
      verdict: 'skip',
      sentence: `There are too few bars to try a longer warm-up than the usual ${sessionsText(usual)}.`,
    };
  }
  const { from, multiples } = place;
  const longest = multiples.at(-1) ?? 1;
  const reference = await watchedRun(runs, from, usual * longest);
  // A strategy may ask for bars that nothing is made of: no hook hears of them.
  if (reference.names.length === 0) return NOTHING_TO_WARM;
  const trials: Trial[] = [];
  for (const multiple of multiples.slice(0, -1)) {
    const trial = trialOf(await watchedRun(runs, from, usual * multiple), reference, usual * multiple);
    trials.push(trial);
    if (trial.error <= SETTLED && trial.difference === undefined) break;
  }
  return verdictOf(trials, from, usual * longest);
}

function verdictOf(trials: readonly Trial[], from: string, longest: number): CheckResult {
  const [usual] = trials;
  const enough = trials.find(({ error, difference }) => error <= SETTLED && difference === undefined);
  const figures = {
    from,
    comparedWithSessions: longest,
    neededSessions: enough?.sessions ?? null,
    neededBars: enough?.rows ?? null,
    trials: trials.map(({ sessions, rows, error, worstLine, settledAfter, difference }) => ({
      sessions,
      rows,
      error,
      worstLine,
      settledAfter: settledAfter ?? null,
      decisionsDiffer: difference !== undefined,
    })),
  };
  if (usual === undefined || usual === enough) {
    const sentence =
      `${sessionsText(usual?.sessions ?? 0)} of warm-up are enough: ` +
      `with ${longest} every value and decision is the same.`;
    return { check: 'warm-up', verdict: 'pass', sentence, figures };
  }
  const needed =
    enough === undefined
      ? `not even ${sessionsText(longest)} are surely enough`
      : `it needs ${sessionsText(enough.sessions)}: let subscribe.warmUp say ${enough.rows} bars`;
  const { difference } = usual;
  if (difference !== undefined) {
    const change = `the indicators are warmed with ${sessionsText(longest)} instead of ${usual.sessions}`;
    return {
      check: 'warm-up',
      verdict: 'fail',
      sentence:
        `The warm-up is too short: a decision at ${newYorkText(difference.time)} changes with more of the past; ` +
        `${needed}.`,
      evidence: { ...difference, change },
      figures,
    };
  }
  return {
    check: 'warm-up',
    verdict: 'warn',
    sentence:
      `${usual.worstLine} is not settled after ${sessionsText(usual.sessions)} of warm-up, ` +
      `although no decision changed; ${needed}.`,
    figures,
  };
}

/** Where to begin so that longer warm-ups can be had: at the usual start, else later, but within the first half. */
async function placeOf(
  runs: CheckRuns,
  plain: HistoryBacktestRun,
): Promise<{ readonly from: string; readonly multiples: readonly number[] } | undefined> {
  const { backtest } = runs.setup;
  const usual = plain.warmUpSessions;
  const first = parseDate(backtest.from);
  const last = parseDate(backtest.to);
  const available = await sessionsBefore(runs, plain, first, usual * (MULTIPLES.at(-1) ?? 1));
  const window = sessionsBetween(first, last).length;
  const wanted = usual * (MULTIPLES.at(-1) ?? 1);
  const shift = Math.max(0, Math.min(wanted - available, Math.floor(window / 2)));
  const multiples = MULTIPLES.filter((multiple) => usual * multiple <= available + shift);
  if (multiples.length < 2) return undefined;
  let date = first;
  for (let session = 0; session < shift; session += 1) date = nyse.nextSession(date).date;
  return { from: formatDate(date), multiples };
}

/**
 * How many sessions before a date, up to `most`, every symbol has bars of: of the length that the run is fed, for
 * others may reach further back.
 */
async function sessionsBefore(
  runs: CheckRuns,
  plain: HistoryBacktestRun,
  first: number,
  most: number,
): Promise<number> {
  const dates = [first];
  // Before its first days the calendar can say none.
  while (dates.length <= most && (dates.at(-1) ?? first) > FIRST_DATE + 10) {
    dates.push(nyse.previousSession(dates.at(-1) ?? first).date);
  }
  const { length, symbolId, start } = await barsBefore(runs, plain, dates.at(-1) ?? first, dates[1] ?? first);
  const earliest = new Map<number, string>();
  for (let row = 0; row < length; row += 1) {
    const id = symbolId[row] ?? 0;
    if (!earliest.has(id)) earliest.set(id, formatDate(newYorkDate(start[row] ?? 0)));
  }
  if (earliest.size < plain.symbols.length) return 0;
  const latest = [...earliest.values()].sort().at(-1) ?? '9999-12-31';
  return dates.slice(1).filter((date) => formatDate(date) >= latest).length;
}

/** The bars between two dates; none where a symbol has none. */
async function barsBefore(runs: CheckRuns, plain: HistoryBacktestRun, from: number, to: number): Promise<BarTable> {
  try {
    return await runs.bars(plain, formatDate(from), formatDate(to));
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'DATA_MISSING') return createBarTable('1d', 0);
    throw error;
  }
}

async function watchedRun(runs: CheckRuns, from: string, warmUpSessions: number): Promise<WatchedRun> {
  const values: number[][] = [];
  const names: string[] = [];
  const onInstant = ({ kernel }: ReturnType<typeof composeKernel>): void => {
    if (values.length >= MOST_INSTANTS) return;
    const row: number[] = [];
    for (const { scopes, cursor, symbolIds } of kernel.runner.instances) {
      const { slot } = cursor;
      for (const scope of scopes) {
        for (const [number, line] of scope.lines.entries()) {
          for (let other = 0; other < symbolIds.length; other += 1) {
            cursor.slot = other;
            row.push(line.value);
            if (values.length === 0) names.push(`Value ${number + 1} of its ${scope.timeframe} indicators`);
          }
        }
      }
      cursor.slot = slot;
    }
    values.push(row);
  };
  const result = await runs.run({ backtest: { from, warmUpSessions, onInstant } });
  return { result, values, names };
}

function trialOf(trial: WatchedRun, reference: WatchedRun, sessions: number): Trial {
  const errors = errorsOf(trial.values, reference.values);
  const worst = errors.reduce((most, error, index) => (error.first > (errors[most]?.first ?? 0) ? index : most), 0);
  const settled = errors.map(({ settledAfter }) => settledAfter);
  return {
    sessions,
    rows: Math.ceil(trial.result.warmUpRows / trial.result.symbols.length),
    error: errors[worst]?.first ?? 0,
    worstLine: trial.names[worst] ?? '',
    settledAfter: settled.includes(undefined) ? undefined : Math.max(0, ...settled.map((after) => after ?? 0)),
    difference: firstDifference(decisionsOf(trial.result), decisionsOf(reference.result)),
  };
}

/** Per line: the error at the first instant at which both have a value, and the instants until it stays settled. */
function errorsOf(
  values: WatchedRun['values'],
  reference: WatchedRun['values'],
): readonly { readonly first: number; readonly settledAfter: number | undefined }[] {
  return (reference[0] ?? []).map((_, line) => {
    const scale = deviationOf(reference.map((row) => row[line] ?? Number.NaN));
    let first: number | undefined;
    let lastUnsettled = -1;
    for (let instant = 0; instant < reference.length; instant += 1) {
      const one = values[instant]?.[line] ?? Number.NaN;
      const other = reference[instant]?.[line] ?? Number.NaN;
      if (Number.isNaN(one) || Number.isNaN(other)) continue;
      const off = Math.abs(one - other);
      const error = off === 0 ? 0 : off / scale;
      first ??= error;
      if (error > SETTLED) lastUnsettled = instant;
    }
    const isSettled = lastUnsettled < reference.length - 1;
    return { first: first ?? 0, settledAfter: isSettled ? lastUnsettled + 1 : undefined };
  });
}

/** Standard deviation of what is a number; of a line that does not move its magnitude. */
function deviationOf(values: readonly number[]): number {
  const known = values.filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
  return Math.sqrt(variance) || Math.abs(mean) || 1;
}

function sessionsText(sessions: number): string {
  return sessions === 1 ? '1 session' : `${sessions} sessions`;
}
