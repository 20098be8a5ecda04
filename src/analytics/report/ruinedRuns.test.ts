/** What a page shows of the returns of a run that owed money for a while: none of a debt. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestRun } from '../BacktestRun.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import { computeStatistics } from '../statistics.js';
import { monthsDocument, returnsDocument } from './document/figures.js';
import type { Html } from './html.js';
import { monthsSection } from './periodSections.js';
import { returnsSection, returnsToShow } from './returnsSection.js';

const START = 100_000;

/** A run that ended its days, from 1 October 2023 on, at these dollars. */
function runOf(equity: readonly number[]): HistoryBacktestRun {
  const first = parseDate('2023-10-01');
  const time = Float64Array.from(equity, (_, day) => fromNewYork(first + day, 16 * HOUR));
  const curve = { time, equity: Float64Array.from(equity) };
  const input = { curve, trades: [], startEquity: START, riskFree: 0 };
  const statistics = computeStatistics(input, STATISTICS_CONVENTIONS.lean);
  const config = { startingCash: START * DOLLAR } as BacktestRun['config'];
  const run: Partial<BacktestRun> = { curve, statistics, config, riskFree: 0 };
  return { run } as HistoryBacktestRun;
}

/** October gains 2 %; November loses all and 50 % more; from then on it owes, until it is paid back in January. */
const OWES = Array.from({ length: 31 + 30 + 31 + 31 }, (_, day) =>
  day < 31 ? 102_000 - 100 * ((day + 1) % 2) : day < 60 ? 90_000 + 10 * (day % 3) : day < 100 ? -50_000 - day : 20_000,
);
/** Gone on the thirtieth day and never back. */
const GONE = Array.from({ length: 60 }, (_, day) => (day < 29 ? START + 100 * (day % 2) : 0));

function visible({ text }: Html): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('a run that owed money', () => {
  it('has no return of the months in which it did so from the start, and the years of the table of years', () => {
    const text = visible(monthsSection(runOf(OWES).run));
    expect(text).toContain('2023 +1.90 −149.13 n/a −150.09');
    expect(text).toContain('2024 n/a n/a');
    const { periods } = monthsDocument(runOf(OWES)) as { periods: readonly { returnFraction: number | null }[] };
    expect(periods.map(({ returnFraction }) => returnFraction?.toFixed(4) ?? null)).toEqual([
      '0.0190',
      '-1.4913',
      null,
      null,
    ]);
  });

  it('counts no day of a debt in the histogram, and says how many are left out', () => {
    const shown = returnsToShow(runOf(OWES).run);
    const counted = shown?.histogram.counts.reduce((sum, days) => sum + days, 0) ?? 0;
    // Of 123 days, 40 began with a debt.
    expect(counted + (shown?.still ?? 0)).toBe(123 - 40);
    const text = visible(returnsSection(runOf(OWES).run));
    expect(text).toContain('40 days that began with nothing or less are left out');
    expect(returnsDocument(runOf(OWES))).toMatchObject({ ruinedDays: 40 });
  });

  it('has no rolling figure of a stretch with such a day', () => {
    const { sharpe, window = 0 } = returnsToShow(runOf(OWES).run)?.rolling ?? {};
    const known = Array.from(sharpe ?? [], (value) => !Number.isNaN(value));
    // The first day of a debt is the 61st; the day after the last one is the 101st.
    expect(known.slice(0, 62 - window).every(Boolean)).toBe(true);
    expect(known.slice(62 - window).some(Boolean)).toBe(false);
  });
});

it('a run that lost all before a stretch was over has no rolling figures, and says so', () => {
  const text = visible(returnsSection(runOf(GONE.slice(10)).run));
  expect(text).toContain('No stretch of 21 days supports a rolling figure.');
  expect(returnsSection(runOf(GONE.slice(10)).run).text).not.toMatch(/NaN|Infinity/);
});
