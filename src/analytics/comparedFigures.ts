/** The statistics of two runs side by side, each in its unit. */
import { formatCount, formatDays, formatMoney, formatPercent, formatRatio, plural } from './figureText.js';
import { DOLLAR } from '../domain/units.js';

/** Fractions that are told in percent; a change of them is one in percentage points. */
const PERCENTS = new Set([
  'totalReturn',
  'annualReturn',
  'annualVolatility',
  'cagr',
  'buyAndHoldReturn',
  'alpha',
  'trackingError',
  'exposure',
  'maxDrawdown',
  'averageDrawdown',
  'winRate',
  'bestTrade',
  'worstTrade',
  'averageTrade',
  'expectancy',
  'kelly',
  'closingWinRate',
  'averageWin',
  'averageLoss',
  'dailyTurnover',
  'probabilisticSharpe',
]);
const DOLLARS = new Set(['finalEquity', 'peakEquity', 'lowestEquity']);
const DAYS = new Set([
  'days',
  'maxDrawdownDays',
  'averageDrawdownDays',
  'maxTradeDays',
  'averageTradeDays',
  'recoveryDays',
]);
const COUNTS = new Set(['trades', 'closings', 'benchmarkDays']);
/** Names that are no words of their own. */
const NAMES: Readonly<Record<string, string>> = {
  cagr: 'Yearly growth',
  sqn: 'System quality (SQN)',
  kelly: 'Kelly fraction',
  // Of returns, not of dollars as that of a group of trades is.
  profitFactor: 'Profit factor of returns',
  // Of fills that close, not of round trips as the others are.
  closings: 'Closing fills',
  closingWinRate: 'Closing fills that won',
  averageWin: 'Average win of a closing fill',
  averageLoss: 'Average loss of a closing fill',
  closingPayoff: 'Win to loss of closing fills',
  closingExpectancy: 'Expectancy of closing fills',
  dailyTurnover: 'Traded a day',
  probabilisticSharpe: 'Probability of a Sharpe above 1',
  recoveryDays: 'Longest recovery',
};

/** The name of a figure as words: `maxDrawdownDays` is `Max drawdown days`. */
export function figureName(name: string): string {
  const words = name.replaceAll(
    /([a-z])([A-Z])/g,
    (_all, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  return NAMES[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A figure of a run; null is `n/a`. */
export function figureValue(name: string, value: number | null): string {
  if (value === null) return 'n/a';
  if (DOLLARS.has(name)) return formatMoney(Math.round(value * DOLLAR));
  if (PERCENTS.has(name)) return formatPercent(value);
  if (DAYS.has(name)) return name === 'days' ? plural(Math.round(value * 10) / 10, 'day') : formatDays(value);
  return COUNTS.has(name) ? formatCount(value) : formatRatio(value);
}

/** By how much it changed, with its sign; `n/a` where one of the runs has none. */
export function figureChange(name: string, a: number | null, b: number | null): string {
  if (a === null || b === null) return 'n/a';
  const change = b - a;
  if (PERCENTS.has(name)) return formatPercent(change, { signed: true });
  const sign = change > 0 ? '+' : change < 0 ? '−' : '';
  return `${sign}${figureValue(name, Math.abs(change))}`;
}
