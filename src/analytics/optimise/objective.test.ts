/** Bounds on figures that a sample cannot support. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import { computeStatistics } from '../statistics.js';
import type { Statistics } from '../statistics.js';
import { brokenConstraint, parseConstraint } from './objective.js';

/** A run of these returns, one a day, each the result of one trade; `isTraded: false`: without trades. */
function runOf(returns: readonly number[], isTraded = true): Statistics {
  let equity = 100;
  const values = returns.map((value) => (equity *= 1 + value));
  return computeStatistics(
    {
      curve: { time: Float64Array.from(values, (_, day) => day * DAY), equity: Float64Array.from(values) },
      trades: isTraded
        ? returns.map((returnFraction, day) => ({
            entryTime: day * DAY,
            exitTime: day * DAY,
            pnl: 100 * returnFraction,
            returnFraction,
          }))
        : [],
      startEquity: 100,
      riskFree: 0,
    },
    STATISTICS_CONVENTIONS.papertape,
  );
}

const keeps = (text: string, statistics: Statistics): boolean =>
  brokenConstraint([parseConstraint(text)], statistics) === undefined;

describe('a bound on a ratio to losses', () => {
  const won = runOf([0.01, 0.02, 0, 0.01]);

  it.each(['profitFactor', 'sortino', 'calmar'] as const)(
    '%s: is kept from below by a run that lost nothing',
    (name) => {
      expect(won[name]).toBeNaN();
      expect([keeps(`${name}>=1000`, won), keeps(`${name}>2`, won)]).toEqual([true, true]);
      expect([keeps(`${name}<=1000`, won), keeps(`${name}<2`, won)]).toEqual([false, false]);
    },
  );

  it('takes the share that won for the Kelly fraction then', () => {
    expect(won.kelly).toBeNaN();
    expect([keeps('kelly>=0.75', won), keeps('kelly>0.75', won), keeps('kelly<=0.75', won)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each(['profitFactor', 'sortino', 'calmar', 'kelly'] as const)(
    '%s: is not kept where nothing was gained either, and where nothing happened',
    (name) => {
      for (const run of [runOf([0, 0, 0]), runOf([0, 0, 0], false)]) {
        expect(run[name]).toBeNaN();
        expect([keeps(`${name}>=0`, run), keeps(`${name}<=1000`, run)]).toEqual([false, false]);
      }
    },
  );

  it('is held against the figure where there is one', () => {
    const mixed = runOf([0.02, -0.01, 0.01]);
    expect(mixed.profitFactor).toBeCloseTo(3, 12);
    expect([keeps('profitFactor>=2.9', mixed), keeps('profitFactor>=3.1', mixed)]).toEqual([true, false]);
    expect(keeps('profitFactor>=0.5', runOf([-0.01, -0.02]))).toBe(false);
  });

  it('no other figure without a sample keeps one', () => {
    expect(keeps('sqn>=1', runOf([0.01, 0.01]))).toBe(false);
    expect(keeps('winRate>=0', runOf([0.01, 0.01], false))).toBe(false);
  });
});
