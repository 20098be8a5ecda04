/** What a page says of the falls and months of a run, and that its parts agree on where falls begin. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestRun } from '../BacktestRun.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import type { ConventionName } from '../conventions.js';
import { fallsBelowPeak } from '../drawdowns.js';
import { luckOfDays } from '../optimise/luckOfDays.js';
import type { SearchPlan } from '../optimise/searchPlan.js';
import { stitch } from '../optimise/walkForward.js';
import type { StitchedResult } from '../optimise/walkForward.js';
import { walkForwardReport } from '../optimise/WalkForwardReport.js';
import { dayFiguresOf } from '../runFigures.js';
import type { EquityCurve } from '../returns.js';
import { computeStatistics } from '../statistics.js';
import { equityDocument, fallsDocument } from './document/figures.js';
import { equityFigure } from './equityFigure.js';
import { fallsSection } from './fallsSection.js';
import { equitySection } from './headlineSections.js';
import type { Html } from './html.js';
import { monthsSection } from './periodSections.js';

const START = 100_000;

const closeOf = (date: string, days = 0): number => fromNewYork(parseDate(date) + days, 16 * HOUR);

/** A run that ended its days, from Monday, 1 January 2024 on, at these dollars. */
function runOf(equity: readonly number[], convention: ConventionName = 'papertape'): BacktestRun {
  const time = Float64Array.from(equity, (_, day) => closeOf('2024-01-01', day));
  return runOfCurve({ time, equity: Float64Array.from(equity) }, convention);
}

/** What the sections here look at of a run with this curve. */
function runOfCurve(curve: EquityCurve, convention: ConventionName): BacktestRun {
  const input = { curve, trades: [], startEquity: START, riskFree: 0 };
  const statistics = computeStatistics(input, STATISTICS_CONVENTIONS[convention]);
  const run: Partial<BacktestRun> = {
    curve,
    statistics,
    config: { startingCash: START * DOLLAR } as BacktestRun['config'],
  };
  return run as BacktestRun;
}

/** Ends of 25 days: 5 % lost on the first, 1 % more on the second, made good on the 20th; 2 % lost on the 23rd. */
const EQUITY = Array.from({ length: 25 }, (_, day) =>
  day === 0 ? 95_000 : day < 19 ? 94_050 : day < 22 ? 101_000 : 98_980,
);

function visible({ text }: Html): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The least value of the axis of drawdowns. */
function axisOf(page: string): string | undefined {
  return page.slice(page.indexOf('aria-label="Drawdown"')).match(/−?\d+\.\d\d %/g)?.[0];
}

describe('the chart of falls', () => {
  it('begins with the start, or with the first point', () => {
    const equity = Float64Array.of(97_000, 97_500, 98_000);
    expect([...fallsBelowPeak(equity, START)].map((fall) => fall.toFixed(3))).toEqual(['-0.030', '-0.025', '-0.020']);
    expect([...fallsBelowPeak(equity, 97_000)]).toEqual([0, 0, 0]);
    const time = Float64Array.from(equity, (_, day) => closeOf('2024-01-01', day));
    const curve = { time, equity };
    expect(axisOf(equityFigure({ curve, startEquity: START }).text)).toBe('−4.00 %');
    expect(axisOf(equityFigure({ curve, startEquity: START, firstPeak: 97_000 }).text)).toBe('−0.10 %');
  });

  it.each([
    ['papertape', '−10.00 %', 0.0595],
    ['backtesting.py', '−4.00 %', 0.02],
    ['lean', '−4.00 %', 0.02],
  ] as const)('begins where the falls of the statistics do: %s', (convention, axis, deepest) => {
    const run = runOf(EQUITY, convention);
    const result = { run } as HistoryBacktestRun;
    expect(run.statistics.maxDrawdown).toBeCloseTo(deepest, 12);
    expect(axisOf(equitySection(result).text)).toBe(axis);
    const falls = equityDocument(result)?.['drawdown'] as readonly number[];
    expect(Math.min(...falls)).toBeCloseTo(-deepest, 12);
    const table = fallsDocument(result)?.['deepest'] as readonly { readonly depth: number }[];
    expect(table[0]?.depth).toBeCloseTo(deepest, 12);
    const { recoveryFactor } = dayFiguresOf(run);
    expect(recoveryFactor).toBeCloseTo((98_980 / START - 1) / deepest, 9);
  });

  it('shows no fall between the points that a convention measures', () => {
    // Each minute of two days; the deepest is the third after the open of the second, which none of five apart is.
    const minutes = Array.from({ length: 2 * 390 }, (_, index) => index);
    const time = Float64Array.from(minutes, (index) =>
      fromNewYork(parseDate('2024-01-02') + Math.floor(index / 390), 9.5 * HOUR + ((index % 390) + 1) * MINUTE),
    );
    const equity = Float64Array.from(minutes, (index) => (index === 392 ? 80_000 : index > 500 ? 97_000 : START));
    const [every, apart] = [runOfCurve({ time, equity }, 'papertape'), runOfCurve({ time, equity }, 'lean')];
    expect([every.statistics.maxDrawdown, apart.statistics.maxDrawdown].map((fall) => fall.toFixed(4))).toEqual([
      '0.2000',
      '0.0300',
    ]);
    for (const run of [every, apart]) {
      const result = { run } as HistoryBacktestRun;
      const falls = equityDocument(result)?.['drawdown'] as readonly number[];
      expect(Math.min(...falls)).toBeCloseTo(-run.statistics.maxDrawdown, 12);
      expect(axisOf(equitySection(result).text)).toBe(run === every ? '−20.00 %' : '−4.00 %');
    }
  });

  it('agrees with the falls of the joined days of a walk-forward analysis', () => {
    const returns = Float64Array.of(-0.05, 0.01, 0.01, -0.01, 0.02);
    const dates = Int32Array.from(returns, (_, day) => parseDate('2024-01-01') + day);
    const none = new Float64Array(0);
    const trades = { tradeReturns: none, tradeProfits: none, tradeEntries: none, tradeExits: none };
    const step = { window: { train: [], test: [...dates] }, test: { dates, dailyReturns: returns, ...trades } };
    const joined = (convention: ConventionName) =>
      stitch([step as unknown as Parameters<typeof stitch>[0][number]], START, STATISTICS_CONVENTIONS[convention]);
    const pageOf = (stitched: StitchedResult): string =>
      walkForwardReport({
        ...{ strategy: 'made-up', subtitle: '', steps: [], stitched, startEquity: START, facts: [], warnings: [] },
        plan: { space: { dimensions: [] } } as unknown as SearchPlan,
        luck: luckOfDays(returns, 1),
      });
    const [own, other] = [joined('papertape'), joined('backtesting.py')];
    expect([own.statistics.maxDrawdown, other.statistics.maxDrawdown].map((fall) => fall.toFixed(6))).toEqual([
      '0.050000',
      '0.010000',
    ]);
    expect([axisOf(pageOf(own)), axisOf(pageOf(other))]).toEqual(['−10.00 %', '−2.00 %']);
  });
});

describe('ulcer index and what is set against falls', () => {
  it('are of the falls of the convention, of the ends of days', () => {
    const ulcer = (peak: number): number => {
      let highest = peak;
      const squares = EQUITY.map((value) => ((highest = Math.max(highest, value)), (value / highest - 1) ** 2));
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / EQUITY.length);
    };
    const [start, first] = [dayFiguresOf(runOf(EQUITY)), dayFiguresOf(runOf(EQUITY, 'lean'))];
    expect(start.ulcerIndex).toBeCloseTo(ulcer(START), 12);
    expect(first.ulcerIndex).toBeCloseTo(ulcer(95_000), 12);
    expect(start.martinRatio * start.ulcerIndex).toBeCloseTo(first.martinRatio * first.ulcerIndex, 12);
  });
});

describe('the table of the deepest falls', () => {
  it('says when each was made good, and where none has', () => {
    expect(visible(fallsSection(runOf(EQUITY)))).toBe(
      'Deepest drawdowns By the equity at the end of each day, from the starting cash on; calendar days from the ' +
        'peak on. Peak Valley Made good Depth Length ' +
        '2024-01-01 2024-01-02 2024-01-20 −5.95 % 19 days 2024-01-22 2024-01-23 not yet −2.00 % 3 days',
    );
    expect(visible(fallsSection(runOf(EQUITY, 'lean')))).toContain('from the first point on;');
  });

  it('lists no fall of rounding, nor one that reads 0.00 %, and none of an account that had nothing', () => {
    const cycle = (size: number): readonly number[] =>
      Array.from({ length: 30 }, (_, day) => START + size * (((day + 1) % 3) - 1));
    expect(fallsSection(runOf(cycle(1e-8))).text).toBe('');
    expect(fallsSection(runOf(cycle(2))).text).toBe('');
    expect(fallsSection(runOf(cycle(6))).text).toContain('−0.01 %');
    const { ulcerIndex, martinRatio, recoveryFactor } = dayFiguresOf(runOf(cycle(1e-8)));
    expect([ulcerIndex, martinRatio, recoveryFactor]).toEqual([0, NaN, NaN]);
  });
});

describe('what the months say', () => {
  const monthsOf = (...returns: readonly number[]): string => {
    let worth = START;
    const ends = returns.flatMap((value) => {
      const before = worth;
      worth *= 1 + value;
      return [...Array.from({ length: 30 }, () => before), worth];
    });
    // Each month is a January, on the last day of which the equity moves.
    const time = Float64Array.from(ends, (_, index) => closeOf(`${2020 + Math.floor(index / 31)}-01-01`, index % 31));
    const text = visible(monthsSection(runOfCurve({ time, equity: Float64Array.from(ends) }, 'papertape')));
    return text.slice(text.indexOf('Of ') < 0 ? text.indexOf('Figures') : text.indexOf('Of '));
  };
  const SHORT = (months: number): string =>
    ' Gain to pain of the months, their sum by the size of the sum of those that lost: n/a, as it takes 12 months, ' +
    `there are ${months}.`;

  it.each<[string, readonly number[], string]>([
    [
      'of either sign',
      [0.05, -0.02, 0.01],
      'Of 3 months that have a day, 66.67 % of those that moved gained, +3.00 % on average; the others lost, −2.00 % ' +
        `on average. The best came to +5.00 %, the worst to −2.00 %.${SHORT(3)}`,
    ],
    [
      'that all gained',
      [0.05, 0.01],
      'Of 2 months that have a day, all that moved gained, +3.00 % on average. The best came to +5.00 %, the worst ' +
        `to +1.00 %.${SHORT(2)}`,
    ],
    [
      'that all lost',
      [-0.05, -0.01],
      'Of 2 months that have a day, all that moved lost, −3.00 % on average. The best came to −1.00 %, the worst ' +
        `to −5.00 %.${SHORT(2)}`,
    ],
    ['that stood still', [0, 0], 'Of 2 months that have a day, none moved.'],
    ['of an account that was ruined', [0.05, -1, 0], 'Figures of the months are n/a: the equity was 0 or below.'],
    [
      'of a year',
      [0.01, -0.02, 0.03, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
      'Of 12 months that have a day, 91.67 % of those that moved gained, +1.18 % on average; the others lost, −2.00 ' +
        '% on average. The best came to +3.00 %, the worst to −2.00 %. Gain to pain of the months, their sum by the ' +
        'size of the sum of those that lost: 5.50.',
    ],
  ])('%s', (_, returns, wanted) => {
    expect(monthsOf(...returns)).toBe(wanted);
  });

  it('has a gain to pain of a year that never lost for that reason', () => {
    expect(monthsOf(...Array.from({ length: 12 }, () => 0.01))).toMatch(/lost: n\/a, as no month lost\.$/);
  });
});
