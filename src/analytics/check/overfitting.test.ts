import { expect, it } from 'vitest';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { DOLLAR } from '../../domain/units.js';
import { checkOverfitting } from './overfitting.js';

const DAY = 86_400_000_000;
/** 16:00 in New York on 2013-01-02. */
const FIRST = Date.UTC(2013, 0, 2, 21) * 1000;

/** A run whose equity gains `gain` a day, with a little noise that repeats; from the day `owesFrom` on it is a debt. */
function runOf(gain: number, days = 250, owesFrom = Infinity): HistoryBacktestRun {
  const time: number[] = [];
  const equity: number[] = [];
  let value = 100_000;
  for (let day = 0; time.length < days; day += 1) {
    if ([0, 6].includes(new Date((FIRST + day * DAY) / 1000).getUTCDay())) continue;
    value *= 1 + gain + 0.01 * Math.sin(time.length * 7.3);
    time.push(FIRST + day * DAY);
    equity.push(equity.length < owesFrom ? value : -value);
  }
  return {
    run: { curve: { time, equity }, config: { startingCash: 100_000 * DOLLAR } },
  } as unknown as HistoryBacktestRun;
}

const tried = (trials: number, scoreVariance = 1) => ({ trials, runs: trials + 2, scoreVariance });

it('is not made where the ledger knows of nothing', () => {
  expect(checkOverfitting(runOf(0.001), undefined).verdict).toBe('skip');
  expect(checkOverfitting(runOf(0.001), { trials: 0, runs: 0, scoreVariance: undefined }).verdict).toBe('skip');
});

it('passes what is beyond the luck of so many, and warns of what is not', () => {
  const good = checkOverfitting(runOf(0.003), tried(20));
  expect(good).toMatchObject({ check: 'overfitting', verdict: 'pass', figures: { configurations: 20, runs: 22 } });
  expect(good.sentence).toContain('20 configurations tried on these data, in 22 runs');
  const lucky = checkOverfitting(runOf(0.0008), tried(5000));
  expect(lucky.verdict).toBe('warn');
  expect(lucky.sentence).toMatch(/not the luck of so many is \d/);
});

it('fails a run that lost everything, whatever its returns come to after that', () => {
  const ruined = checkOverfitting(runOf(0.003, 250, 5), tried(1));
  expect(ruined.verdict).toBe('fail');
  expect(ruined.sentence).toContain('the equity was 0 or below');
});

it('says why where the sample is too small', () => {
  const short = checkOverfitting(runOf(0.003, 1), tried(20));
  expect(short.verdict).toBe('skip');
  expect(short.sentence).toContain('unknown');
});
