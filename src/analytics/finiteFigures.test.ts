import { describe, expect, it } from 'vitest';
import { decodeJobData, encodeJobData } from '../storage/jobs/jobData.js';
import { figureValue } from './comparedFigures.js';
import { DAY } from '../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { dayFigures, FEWEST_DAYS } from './dayFigures.js';
import { formatRatio } from './figureText.js';
import { finiteFigures, withoutInfinities } from './finiteFigures.js';
import { parseObjective, scoreOf } from './optimise/objective.js';
import { computeStatistics } from './statistics.js';
import type { Statistics } from './statistics.js';

/** One point a day, none below the one before. */
const curve = {
  time: Float64Array.from({ length: 2 * FEWEST_DAYS }, (_, day) => day * DAY),
  equity: Float64Array.from({ length: 2 * FEWEST_DAYS }, (_, day) => 100 + day),
};

/** Of a run that never lost: what is divided by its losses or its falls is infinite. */
function statisticsOf(convention: keyof typeof STATISTICS_CONVENTIONS): Statistics {
  const trades = [1, 2].map((day) => ({
    entryTime: day * DAY,
    exitTime: (day + 1) * DAY,
    pnl: 5,
    returnFraction: 0.05,
  }));
  return computeStatistics({ curve, trades, startEquity: 100, riskFree: 0 }, STATISTICS_CONVENTIONS[convention]);
}

describe('a figure that is infinite', () => {
  it.each(['papertape', 'backtesting.py', 'lean'] as const)('is none by the convention %s', (convention) => {
    const statistics = statisticsOf(convention);
    expect([statistics.profitFactor, statistics.calmar]).toEqual([NaN, NaN]);
    const infinite = Object.values(statistics).filter((value) => value === Infinity || value === -Infinity);
    expect(infinite).toEqual([]);
  });

  it('is none among those of days', () => {
    const figures = dayFigures(curve, 100);
    expect([figures.days, figures.omega]).toEqual([2 * FEWEST_DAYS, NaN]);
  });

  it('is none wherever it is told: as text, in JSON, in what is kept, and in a search', () => {
    const statistics = statisticsOf('papertape');
    const kept = JSON.parse(JSON.stringify(finiteFigures(statistics))) as Record<string, number | null>;
    expect(kept['profitFactor']).toBeNull();
    expect([formatRatio(statistics.profitFactor), figureValue('profitFactor', kept['profitFactor'] ?? null)]).toEqual([
      'n/a',
      'n/a',
    ]);
    expect(scoreOf(parseObjective('profitFactor'), statistics)).toBeUndefined();
  });

  it('is the same on the way from a thread and from a worker over Redis', () => {
    const statistics = statisticsOf('papertape');
    expect(structuredClone(statistics)).toEqual(statistics);
    expect(decodeJobData(encodeJobData(statistics))).toEqual(statistics);
  });

  it('leaves finite ones and names as they are', () => {
    expect(withoutInfinities({ name: 'x', a: 1, b: -Infinity, c: NaN })).toEqual({ name: 'x', a: 1, b: NaN, c: NaN });
  });
});
