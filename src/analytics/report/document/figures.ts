/**
 * The sections of figures and of the account's course, as the JSON report has them: money is decimal text in dollars,
 * prices and curves are numbers in dollars, returns are fractions, times microseconds since 1970, UTC; null stands
 * where the run cannot support a figure.
 */
import { DOLLAR, formatDecimal } from '../../../domain/units.js';
import type { HistoryBacktestRun } from '../../backtestHistory.js';
import { conventionOf } from '../../conventions.js';
import { finiteFigures } from '../../finiteFigures.js';
import { missingDayFigures, missingFigures, missingMonthFigures } from '../../missingFigures.js';
import { monthFigures } from '../../monthFigures.js';
import type { PeriodReturn } from '../../periodReturns.js';
import { dayFiguresOf, fallsOf } from '../../runFigures.js';
import { wasRuined } from '../../statistics.js';
import { drawnIndices } from '../chartParts.js';
import { fallsToShow } from '../fallsSection.js';
import { daysToShow, monthsToShow } from '../periodSections.js';
import { exposureToShow } from '../pricesSection.js';
import { returnsToShow } from '../returnsSection.js';
import { conventionText } from '../statisticsSections.js';

/** A section; null where the page has none. */
export type SectionDocument = Readonly<Record<string, unknown>> | null;

/** The tiles. */
export function summaryDocument({ run }: HistoryBacktestRun): SectionDocument {
  const { statistics: s, config, finalEquity } = run;
  return finiteFigures({
    netProfit: formatDecimal(finalEquity - config.startingCash, DOLLAR),
    totalReturn: s.totalReturn,
    finalEquity: formatDecimal(finalEquity, DOLLAR),
    benchmark: run.benchmark?.symbol ?? null,
    benchmarkReturn: s.buyAndHoldReturn,
    maxDrawdown: s.maxDrawdown,
    sharpe: s.sharpe,
    roundTrips: s.trades,
    winRate: s.winRate,
    fees: formatDecimal(run.fees, DOLLAR),
  });
}

/** Columns of equal length: all points, of a long curve those that keep its shape. */
export function equityDocument({ run }: HistoryBacktestRun): SectionDocument {
  const { curve, buyAndHold, config } = run;
  const falls = fallsOf(run);
  const series = [curve.equity, falls, ...(buyAndHold === undefined ? [] : [buyAndHold])];
  const kept = [...new Set(series.flatMap(drawnIndices))].toSorted((a, b) => a - b);
  const column = (values: Float64Array): readonly (number | null)[] => kept.map((index) => finite(values[index]));
  return {
    startingCash: formatDecimal(config.startingCash, DOLLAR),
    points: curve.time.length,
    time: column(curve.time),
    equity: column(curve.equity),
    drawdown: column(falls),
    benchmark: buyAndHold === undefined ? null : column(buyAndHold),
  };
}

/** Returns by month, and what they say together. */
export function monthsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const months = monthsToShow(run);
  if (months === undefined) return null;
  const figures = monthFigures(months, wasRuined(run.statistics));
  return { ...periodsDocument(months), figures: finiteFigures(figures), unsupported: missingMonthFigures(figures) };
}

/** Returns by day of a short run. */
export function daysDocument({ run }: HistoryBacktestRun): SectionDocument {
  return periodsDocument(daysToShow(run));
}

/** The deepest falls, by days. */
export function fallsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const falls = fallsToShow(run);
  return falls === undefined ? null : { deepest: falls.map((fall) => finiteFigures(fall)) };
}

/** Histogram and rolling figures. */
export function returnsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const shown = returnsToShow(run);
  if (shown === undefined) return null;
  const { histogram, still, ruined, valueAtRisk, conditionalValueAtRisk, rolling } = shown;
  const { first, step, counts } = histogram;
  return finiteFigures({
    histogram: Array.from(counts, (days, bin) => ({ from: first + bin * step, to: first + (bin + 1) * step, days })),
    unchangedDays: still,
    ruinedDays: ruined,
    valueAtRisk,
    conditionalValueAtRisk,
    rolling:
      rolling === undefined
        ? null
        : {
            window: rolling.window,
            dates: rolling.dates,
            sharpe: [...rolling.sharpe],
            beta: rolling.beta === undefined ? null : [...rolling.beta],
          },
  });
}

/** The most that was held on each day. */
export function exposureDocument(result: HistoryBacktestRun): SectionDocument {
  const shown = exposureToShow(result);
  return shown === undefined ? null : finiteFigures({ ...shown, days: shown.days.map((day) => ({ ...day })) });
}

/** Every statistic, those of days, why some have no number, and how they are computed. */
export function statisticsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const { statistics } = run;
  const days = dayFiguresOf(run);
  const hasBenchmark = run.benchmark !== undefined;
  return {
    figures: finiteFigures(statistics),
    days: finiteFigures(days),
    unsupported: {
      figures: missingFigures(statistics, hasBenchmark),
      days: missingDayFigures(days, hasBenchmark),
    },
    orders: run.orderCount,
    fills: run.fillCount,
    fees: formatDecimal(run.fees, DOLLAR),
    conventions: conventionText(conventionOf(statistics.convention)),
  };
}

function periodsDocument(periods: readonly PeriodReturn[] | undefined): SectionDocument {
  if (periods === undefined) return null;
  return { periods: periods.map((period) => finiteFigures(period)) };
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
