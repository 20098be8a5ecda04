/** Two kept backtests side by side, for the terminal and the page: what was asked, their figures and their trades. */
import { newYorkText } from '../calendar/newYorkText.js';
import { canGoOn } from '../domain/runs.js';
import type { ComparedRun, IncomparableRun, RunResult, StoredTrade } from '../domain/runs.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import { figureChange, figureName, figureValue } from './comparedFigures.js';
import { compareTrades } from './compareTrades.js';
import type { TradeChange, TradeComparison, TradeField } from './compareTrades.js';
import { dataText } from './dataTables.js';
import { FEWEST_DAYS } from './dayFigures.js';
import { formatMoney } from './figureText.js';
import { isSupported, SHORTEST_YEARLY_DAYS } from './yearlyFigures.js';

/** Something that both runs say, as texts. */
export interface TextPair {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** A statistic of both runs. */
export interface FigurePair {
  /** As in `Statistics`. */
  readonly name: string;
  /** Null where a run has none. */
  readonly a: number | null;
  readonly b: number | null;
  /** As people read it; n/a too where the days of a run are too few for it. */
  readonly told: { readonly title: string; readonly a: string; readonly b: string; readonly change: string };
  /** Whether it is told as n/a of a run that has it ({@link FIGURES_TAKE}). */
  readonly isHidden: boolean;
}

/** See the module header. */
export interface RunComparison {
  /** Whether both have the same fills, to the last figure. */
  readonly sameLedger: boolean;
  /** What was asked for and fed, where that differs. */
  readonly inputs: readonly TextPair[];
  /** Every statistic of either run, in the order of the first. */
  readonly figures: readonly FigurePair[];
  readonly trades: TradeComparison;
}

/** What figures take that are told as n/a though a run has them. */
export const FIGURES_TAKE =
  `volatility, Sharpe and Sortino take ${FEWEST_DAYS} daily returns, information ratio, tracking error and Treynor ` +
  `as many of the benchmark too, growth and Calmar ${SHORTEST_YEARLY_DAYS} days`;

/** Compares them. */
export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const { result: one } = a;
  const { result: other } = b;
  return {
    sameLedger: one.ledgerHash === other.ledgerHash,
    inputs: inputDifferences(a, b),
    figures: figurePairs(a, b),
    trades: compareTrades(a.trades, b.trades, { a: one.priceScale, b: other.priceScale }),
  };
}

/** Why a run cannot be compared, and what to do about it; whole sentences. */
export function whyIncomparable({ run, standing }: IncomparableRun): {
  readonly message: string;
  readonly remedy: string;
} {
  const { number, kind } = run;
  if (kind !== 'backtest') {
    return {
      message: `Run ${number} is a ${kind}, which has no trades to compare.`,
      remedy: 'Compare two backtests; `papertape runs ls` tells which runs those are.',
    };
  }
  return {
    message: `Run ${number} has no result to compare: it stands as ${standing}.`,
    remedy: canGoOn(standing)
      ? `Go on with it first: papertape backtest --resume ${number}`
      : `See what became of it with \`papertape runs show ${number}\`, and compare a run that is done.`,
  };
}

/** `fast=5 slow=20`, or that there are none. */
export function paramsText(params: Readonly<Record<string, unknown>>): string {
  const list = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
  return list.length === 0 ? 'no parameters' : list.join(' ');
}

/** What a trade of a pair differs in, with both values. */
export function changedFields({ a, b, fields }: TradeChange, scaleA: number, scaleB: number): readonly TextPair[] {
  return fields.map((field) => ({
    name: FIELD_NAMES[field],
    a: fieldText(a, field, scaleA),
    b: fieldText(b, field, scaleB),
  }));
}

function inputDifferences(a: ComparedRun, b: ComparedRun): readonly TextPair[] {
  const other = inputTexts(b);
  return inputTexts(a).flatMap(([name, value], index) => {
    const valueB = other[index]?.[1] ?? '';
    return value === valueB ? [] : [{ name, a: value, b: valueB }];
  });
}

function inputTexts({ run, result }: ComparedRun): readonly (readonly [name: string, value: string])[] {
  const ofEach = (text: (strategy: RunResult['strategies'][number]) => string, between = ', '): string =>
    result.strategies.map(text).join(between);
  const asked = askedOf(run.request);
  const ownBenchmark = run.symbols.length === 1 ? run.symbols[0] : undefined;
  return [
    ['strategies', ofEach(({ name }) => name)],
    ['code', ofEach(({ hash }) => hash.slice(0, 12))],
    ['parameters', ofEach(({ params }) => paramsText(params), ' | ')],
    ['timeframes', ofEach(({ timeframe }) => timeframe)],
    ['symbols', run.symbols.join(' ')],
    ['days', `${run.from} to ${run.to}`],
    ['data', dataText(result.data)],
    ['data hash', result.dataHash.slice(0, 12)],
    ['feed', asked.feed ?? (asked.source === undefined ? 'consolidated' : `that of ${asked.source}`)],
    ['ticks', asked.ticks ?? 'none'],
    ['prices', result.adjust],
    ['preset', result.preset],
    ['fee plan', result.feePlan],
    ['benchmark', asked.benchmark ?? ownBenchmark ?? 'none'],
    ['starting cash', formatMoney(result.startingCash)],
    ['engine', result.engineVersion],
    ['seed', String(result.seed)],
  ];
}

/** What a kept command line asks for that no result says; undefined is what it leaves to its default. */
function askedOf(request: string): Readonly<Record<'feed' | 'source' | 'ticks' | 'benchmark', string | undefined>> {
  const { flags = {} } = JSON.parse(request) as { readonly flags?: Readonly<Record<string, unknown>> };
  const textOf = (name: string): string | undefined => {
    const value = flags[name];
    return typeof value === 'string' ? value : undefined;
  };
  const { ticks } = flags;
  return {
    feed: textOf('feed'),
    source: textOf('source'),
    ticks: Array.isArray(ticks) && ticks.length > 0 ? ticks.join(', ') : undefined,
    benchmark: textOf('benchmark'),
  };
}

function figurePairs(a: ComparedRun, b: ComparedRun): readonly FigurePair[] {
  const [one, other] = [a.result.statistics, b.result.statistics];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => {
    const pair = { a: one[name] ?? null, b: other[name] ?? null };
    const [toldA, toldB] = [supported(a, name, pair.a), supported(b, name, pair.b)];
    const told = {
      title: figureName(name),
      a: figureValue(name, toldA),
      b: figureValue(name, toldB),
      change: figureChange(name, toldA, toldB),
    };
    return { name, ...pair, told, isHidden: toldA !== pair.a || toldB !== pair.b };
  });
}

/** A figure of a run as it is told: null where its days are too few for it. */
function supported({ result, dailyReturns }: ComparedRun, name: string, value: number | null): number | null {
  const { statistics } = result;
  // Of a run that was kept without their number there cannot be more.
  const benchmarkDays = statistics['benchmarkDays'] ?? dailyReturns;
  return isSupported(name, { days: statistics['days'] ?? 0, returns: dailyReturns, benchmarkDays }) ? value : null;
}

const FIELD_NAMES: Readonly<Record<TradeField, string>> = {
  quantity: 'quantity',
  entryTime: 'entry',
  entryPrice: 'entry price',
  entryReason: 'entry reason',
  exitTime: 'exit',
  exitPrice: 'exit price',
  exitReason: 'exit reason',
  fees: 'fees',
  pnl: 'P&L',
};

function fieldText(trade: StoredTrade, field: TradeField, scale: number): string {
  switch (field) {
    case 'quantity':
      return formatDecimal(trade.quantity, SHARE, 0);
    case 'entryTime':
    case 'exitTime':
      return newYorkText(trade[field]);
    case 'entryPrice':
    case 'exitPrice':
      return formatDecimal(trade[field], scale);
    case 'entryReason':
    case 'exitReason':
      return `"${trade[field]}"`;
    case 'fees':
    case 'pnl':
      return formatMoney(trade[field]);
  }
}

/** A closed trade of a kept run as JSON has it: exact amounts as decimal texts. */
export type StoredTradeDocument = Omit<
  StoredTrade,
  'side' | 'quantity' | 'entryPrice' | 'exitPrice' | 'fees' | 'pnl'
> & {
  readonly side: 'long' | 'short';
} & Readonly<Record<'quantity' | 'entryPrice' | 'exitPrice' | 'fees' | 'pnl', string>>;

/** Makes it; prices are at `scale`. */
export function storedTradeDocument(trade: StoredTrade, scale: number): StoredTradeDocument {
  return {
    ...trade,
    side: trade.side === 'buy' ? 'long' : 'short',
    quantity: formatDecimal(trade.quantity, SHARE, 0),
    entryPrice: formatDecimal(trade.entryPrice, scale),
    exitPrice: formatDecimal(trade.exitPrice, scale),
    fees: formatDecimal(trade.fees, DOLLAR),
    pnl: formatDecimal(trade.pnl, DOLLAR),
  };
}
