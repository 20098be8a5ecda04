/** Bounds on figures that a sample cannot support. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import { computeStatistics } from '../statistics.js';
import type { Statistics } from '../statistics.js';
import { brokenConstraint, parseConstraint, parseObjective, scoreOf } from './objective.js';

/** A run of these returns, one a day, each the result of one trade; `isTraded: false`: without trades. */
function runOf(
  returns: readonly number[],
  isTraded = true,
  convention: keyof typeof STATISTICS_CONVENTIONS = 'papertape',
): Statistics {
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
    STATISTICS_CONVENTIONS[convention],
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

  it.each(['papertape', 'lean', 'backtesting.py'] as const)('is kept under %s whatever stands for no loss', (name) => {
    const rising = runOf([0.01, 0.02, 0, 0.01], true, name);
    for (const figure of ['sortino', 'calmar', 'profitFactor']) {
      expect([keeps(`${figure}>=1`, rising), keeps(`${figure}<=1`, rising)], figure).toEqual([true, false]);
    }
    for (const figure of ['maxDrawdown', 'averageDrawdown', 'maxDrawdownDays', 'averageDrawdownDays']) {
      expect([keeps(`${figure}<=0.2`, rising), keeps(`${figure}>0`, rising)], figure).toEqual([true, false]);
    }
  });

  it('is held against a Sortino ratio of 0 where something fell', () => {
    const once = runOf([0.01, 0.02, -0.01, 0.03], true, 'lean');
    expect(once.sortino).toBe(0);
    expect([keeps('sortino>=1', once), keeps('sortino<=1', once)]).toEqual([false, true]);
  });

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

describe('a bound on a part of a whole', () => {
  it('is read as a fraction or as percent', () => {
    expect(parseConstraint('maxDrawdown<=20%').bound).toBe(0.2);
    expect(parseConstraint('winRate >= 0.55').bound).toBe(0.55);
    expect(parseConstraint('exposure<=100%').bound).toBe(1);
    // Returns are not parts: 2 is 200 %.
    expect(parseConstraint('totalReturn>=2').bound).toBe(2);
  });

  it.each([
    ['maxDrawdown<=20', "Write 'maxDrawdown<=20%' or 'maxDrawdown<=0.2'."],
    ['winRate>=55', "Write 'winRate>=55%' or 'winRate>=0.55'."],
    ['exposure<150%', "Give a bound from 0% to 100%, such as 'exposure<20%'."],
    ['averageDrawdown<=500', "Give a bound from 0% to 100%, such as 'averageDrawdown<=20%'."],
  ])('is refused beyond all of it, since no trial or every one keeps it: %s', (text, remedy) => {
    expect(() => parseConstraint(text)).toThrow(expect.objectContaining({ code: 'USAGE', remedy }));
  });
});

describe('a run whose equity was 0 or below', () => {
  // From 100 to -20, -60 and -30: returns that rise for what was lost.
  const returns = [0, -1.2, 2, -0.5];

  it.each(['papertape', 'lean', 'backtesting.py'] as const)('has no score by any figure under %s', (convention) => {
    const ruined = runOf(returns, true, convention);
    expect(ruined.lowestEquity).toBeCloseTo(-60, 9);
    for (const figure of ['sharpe', 'calmar', 'totalReturn', 'winRate', 'max:beta', 'maxDrawdown']) {
      expect(scoreOf(parseObjective(figure), ruined), figure).toBeUndefined();
    }
    expect(scoreOf(parseObjective('totalReturn'), runOf([0, -0.9, 2], true, convention))).toBeCloseTo(-0.7, 9);
  });

  it('has no figures of returns, but what it came to', () => {
    const { sharpe, sortino, calmar, annualReturn, annualVolatility, totalReturn, maxDrawdown } = runOf(returns);
    expect([sharpe, sortino, calmar, annualReturn, annualVolatility]).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(totalReturn).toBeCloseTo(-1.3, 9);
    expect(maxDrawdown).toBeCloseTo(1.6, 9);
  });
});
