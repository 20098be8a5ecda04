/**
 * Look-ahead: what was decided up to an instant must not depend on what came after it. The data are cut after each of
 * many instants, and at some of them the future is replaced by noise; decisions up to there must stay the same.
 */
import { newYorkText } from '../../calendar/newYorkText.js';
import type { Micros } from '../../domain/units.js';
import { cutHistory, noisyHistory } from './alteredHistory.js';
import { plural } from '../figureText.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';
import { decisionsOf, firstDifference } from './decisions.js';
import type { Decision } from './decisions.js';

/** At every so manieth cut the future is replaced by noise too. */
const CUTS_PER_NOISE = 3;

/** How many runs the check makes with this number of cuts. */
export function lookAheadRuns(cuts: number): number {
  return cuts + Math.ceil(cuts / CUTS_PER_NOISE);
}

/**
 * Instants to cut after: half of them those of decisions, which a glance ahead would have changed, half spread over
 * the run. Ascending, each once.
 */
export function cutTimes(instants: Float64Array, decisions: readonly Decision[], cuts: number): readonly Micros[] {
  const times = new Set<Micros>();
  const take = (from: ArrayLike<number>, count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const time = from[Math.floor(((i + 0.5) / count) * from.length)];
      if (time !== undefined) times.add(time);
    }
  };
  const atDecisions = [...new Set(decisions.map(({ time }) => time))];
  const half = Math.min(atDecisions.length, Math.ceil(cuts / 2));
  take(atDecisions, half);
  take(instants, cuts - half);
  return [...times].sort((a, b) => a - b);
}

/** Makes the check; `reference` are the decisions on whole data, `instants` the times of the run. */
export async function checkLookAhead(
  runs: CheckRuns,
  reference: readonly Decision[],
  instants: Float64Array,
  cuts: number,
): Promise<CheckResult> {
  const times = cutTimes(instants, reference, cuts);
  if (times.length === 0) {
    return {
      check: 'look-ahead',
      verdict: 'skip',
      sentence: 'There is no bar in the window, so nothing could be cut.',
    };
  }
  let noises = 0;
  for (const [index, time] of times.entries()) {
    const shown = newYorkText(time);
    const isNoisy = index % CUTS_PER_NOISE === 0;
    const stores = [
      { store: cutHistory(runs.store, time), change: `the data end at ${shown}` },
      ...(isNoisy ? [{ store: noisyHistory(runs.store, time, index + 1), change: `all after ${shown} is noise` }] : []),
    ];
    if (isNoisy) noises += 1;
    for (const { store, change } of stores) {
      const difference = firstDifference(reference, decisionsOf(await runs.run({ store })), time);
      if (difference === undefined) continue;
      return {
        check: 'look-ahead',
        verdict: 'fail',
        sentence: `It sees the future: a decision at ${newYorkText(difference.time)} changes when ${change}.`,
        evidence: { ...difference, change },
        figures: { cuts: index + 1, noisyFutures: noises, decisions: reference.length },
      };
    }
  }
  const decided = reference.length === 0 ? ' It decided nothing, though, so this proves little.' : '';
  return {
    check: 'look-ahead',
    verdict: reference.length === 0 ? 'warn' : 'pass',
    sentence:
      `No decision changed with the data cut after ${plural(times.length, 'instant')}, ` +
      `nor with ${plural(noises, 'noisy future')}.${decided}`,
    figures: { cuts: times.length, noisyFutures: noises, decisions: reference.length },
  };
}
