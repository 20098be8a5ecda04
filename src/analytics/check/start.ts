/**
 * Dependence on the start: the same strategy started later must decide the same as soon as it holds the same. What a
 * strategy computes in fields of its own from the bars it was shown is warmed up by nothing, and differs.
 */
import { newYorkText } from '../../calendar/newYorkText.js';
import { sessionsBetween } from '../../calendar/sessions.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import type { Micros } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { plural } from '../figureText.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';
import { decisionsOf } from './decisions.js';
import type { Decision, DecisionDifference } from './decisions.js';
import { sidesOf } from './sidesHeld.js';

/** How much of the window, in sessions, the later start leaves out. */
const LEFT_OUT = 0.25;
/** Sessions after the later start within which a difference is one of warm-up, and not of how the two runs fared. */
const SOON = 20;

/** How many runs the check makes. */
export const START_RUNS = 1;

/** Makes the check; `reference` is the run from the usual start. */
export async function checkStart(runs: CheckRuns, reference: HistoryBacktestRun): Promise<CheckResult> {
  const { from, to } = runs.setup.backtest;
  const sessions = sessionsBetween(parseDate(from), parseDate(to));
  const start = sessions[Math.ceil(sessions.length * LEFT_OUT)]?.date;
  if (sessions.length < 3 || start === undefined) {
    return { check: 'start', verdict: 'skip', sentence: 'The window has fewer than three sessions to start later in.' };
  }
  const later = await runs.run({ backtest: { from: formatDate(start) } });
  const since = fromNewYork(start, 0);
  const compared = compareHoldingSame(reference, later, since);
  const figures = { start: formatDate(start), compared: compared.compared, differing: compared.differences.length };
  const [first] = compared.differences;
  const soon = sessions[Math.ceil(sessions.length * LEFT_OUT) + SOON]?.open ?? Infinity;
  if (first === undefined || first.time > soon) {
    return {
      check: 'start',
      verdict: 'pass',
      sentence:
        `Started on ${formatDate(start)} it decides the same wherever it holds the same ` +
        `(${plural(compared.compared, 'decision')}, ${compared.differences.length} differ).`,
      figures,
    };
  }
  const until = compared.differences.at(-1)?.time ?? first.time;
  return {
    check: 'start',
    verdict: 'warn',
    sentence:
      `Started on ${formatDate(start)} it decides otherwise at ${newYorkText(first.time)} with the same position, ` +
      `the last time at ${newYorkText(until)}: something in it depends on the first bar that it saw.`,
    evidence: { ...first, change: `the run starts on ${formatDate(start)}` },
    figures: { ...figures, lastDifference: until },
  };
}

/**
 * Compares what two runs wanted, wherever both held the same sides of all symbols at the time; what `other` wanted of a
 * symbol first is left out.
 */
export function compareHoldingSame(
  one: HistoryBacktestRun,
  other: HistoryBacktestRun,
  since: Micros,
): { readonly compared: number; readonly differences: readonly DecisionDifference[] } {
  const held = [sidesOf(one), sidesOf(other)] as const;
  const byPlace = new Map<string, [Decision[], Decision[]]>();
  for (const [side, run] of [one, other].entries()) {
    for (const decision of decisionsOf(run)) {
      // Cancels are often the venue's: the rest of an order that nobody could fill.
      if (decision.time < since || decision.intent === 'cancel') continue;
      const key = `${decision.time} ${decision.symbol}`;
      const place = byPlace.get(key) ?? [[], []];
      place[side === 0 ? 0 : 1].push(decision);
      byPlace.set(key, place);
    }
  }
  let compared = 0;
  const differences: DecisionDifference[] = [];
  const begun = firstTimes(decisionsOf(other));
  for (const [before, after] of byPlace.values()) {
    const decision = before[0] ?? after[0];
    if (decision === undefined) continue;
    const { time, symbol } = decision;
    // What is done once at the beginning is done at another time by nature.
    if (begun.get(symbol) === time) continue;
    if (!one.symbols.every((each) => held[0](each, time) === held[1](each, time))) continue;
    compared += 1;
    if (intentsOf(before) === intentsOf(after)) continue;
    differences.push({ time, symbol, before: textsOf(before), after: textsOf(after) });
  }
  return { compared, differences: differences.sort((a, b) => a.time - b.time) };
}

/** The time of the first decision about each symbol. */
function firstTimes(decisions: readonly Decision[]): ReadonlyMap<string, Micros> {
  const times = new Map<string, Micros>();
  for (const { symbol, time } of decisions) if (!times.has(symbol)) times.set(symbol, time);
  return times;
}

function intentsOf(decisions: readonly Decision[]): string {
  return decisions.map(({ intent }) => intent).join('; ');
}

function textsOf(decisions: readonly Decision[]): string {
  return decisions.length === 0 ? 'no decision' : decisions.map(({ text }) => text).join('; ');
}
