/**
 * Foreknowledge: prices of the window that come with the strategy instead of the data, which no cut takes away. Its
 * constants are compared with the prices in order; and where it decides the same on noise as on the real prices, it
 * does not look at them at all: fine for a calendar rule, but not together with a hit rate that no rule has.
 */
import { newYorkText } from '../../calendar/newYorkText.js';
import { formatDate } from '../../calendar/tradingDate.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { BarTable } from '../../domain/marketTables.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { noisyHistory } from './alteredHistory.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';
import { decisionsOf } from './decisions.js';
import type { Decision } from './decisions.js';
import { sidesOf } from './sidesHeld.js';

/** Constants in a row that equal prices in a row: fewer may be chance. */
const CHAIN = 8;
/** Constants between two prices of one list: of rows with time, open, high, low, close, volume and two more. */
const MOST_STRIDE = 8;
/** Dates of the window in the text that are remarkable. */
const DATES = 8;
/** Decisions that must be equal on noise before anything is said of them. */
const FEWEST_DECISIONS = 8;
/** Probability of the hits by chance below which they are no chance. */
const BY_CHANCE = 1e-5;
/** Tosses up to which that probability is summed up exactly. */
const EXACT_TOSSES = 500;
/** Prices are compared in cents: lists are seldom longer, and adjusted prices are no whole cents. */
const CENTS = 100;
/** Seed of the noise. */
const SEED = 7;

/** How many runs the check makes. */
export const FOREKNOWLEDGE_RUNS = 1;

/** A run of constants that equals a run of prices. */
export interface PriceChain {
  readonly length: number;
  readonly symbolId: number;
  readonly column: 'open' | 'high' | 'low' | 'close';
  /** Row of the table with the first of the prices. */
  readonly row: number;
}

/** Makes the check; `bars` are the bars of the window, `reference` is the run on them. */
export async function checkForeknowledge(
  runs: CheckRuns,
  reference: HistoryBacktestRun,
  bars: BarTable,
): Promise<CheckResult> {
  const { text } = runs.setup;
  const { symbols, run } = reference;
  const constants = text === undefined ? [] : constantsIn(text);
  const chain = longestChain(constants, bars, run.config.priceScale);
  if (chain !== undefined && chain.length >= CHAIN) {
    const time = bars.time[chain.row] ?? 0;
    const symbol = symbols[chain.symbolId] ?? '';
    const price = (bars[chain.column][chain.row] ?? 0) / run.config.priceScale;
    return {
      check: 'foreknowledge',
      verdict: 'fail',
      sentence:
        `It brings the prices along: ${chain.length} constants in a row are ` +
        `${symbol}'s ${chain.column}s from ${newYorkText(time)} on.`,
      evidence: {
        time,
        symbol,
        change: 'constants compared with prices',
        before: `${chain.column} ${price}`,
        after: `${price} in the strategy's text`,
      },
      figures: { constants: constants.length, chain: chain.length },
    };
  }
  const decisions = wishesOf(reference);
  const onNoise = wishesOf(await runs.run({ store: noisyHistory(runs.store, -Infinity, SEED) }));
  const figures = { constants: constants.length, chain: chain?.length ?? 0 };
  const isBlind = decisions.length >= FEWEST_DECISIONS && sameIntents(decisions, onNoise);
  if (isBlind) {
    const { hits, held } = hitsOf(reference, bars);
    const trades = run.roundTrips.length;
    const wins = run.roundTrips.filter(({ pnl }) => pnl > 0).length;
    const chance = Math.min(chanceOf(hits, held), chanceOf(wins, trades));
    const more = { ...figures, decisions: decisions.length, heldBars: held, hits, trades, wins, chance };
    const record = `${wins} of its ${trades} trades win and ${hits} of the ${held} bars that it holds go its way`;
    const [first] = decisions;
    const evidence = {
      time: first?.time ?? null,
      symbol: first?.symbol ?? null,
      change: 'all prices are noise',
      before: first?.text ?? '',
      after: onNoise[0]?.text ?? '',
    };
    if (chance < BY_CHANCE) {
      return {
        check: 'foreknowledge',
        verdict: 'fail',
        sentence: `It decides the same when all prices are noise, yet ${record}: it knows them from elsewhere.`,
        evidence,
        figures: more,
      };
    }
    return {
      check: 'foreknowledge',
      verdict: 'pass',
      sentence:
        'It decides the same when all prices are noise, as a calendar rule does; ' +
        `${record}, which chance can explain.`,
      figures: more,
    };
  }
  const dates = text === undefined ? 0 : datesIn(text, bars);
  if (dates >= DATES) {
    return {
      check: 'foreknowledge',
      verdict: 'warn',
      sentence:
        `Its text names ${dates} dates of the window: ` +
        'if they were chosen looking at prices, the result is hindsight.',
      figures: { ...figures, dates },
    };
  }
  const constantsText = text === undefined ? '' : 'Its constants hold no run of prices. ';
  const sentence = sameIntents(decisions, onNoise)
    ? 'Its few decisions are the same when all prices are noise: too few to tell anything.'
    : 'It decides otherwise when all prices are noise.';
  return {
    check: 'foreknowledge',
    verdict: 'pass',
    sentence: `${constantsText}${sentence}`,
    figures: { ...figures, decisions: decisions.length, onNoise: onNoise.length },
  };
}

/** The numbers in a program's text, in order, sign apart. */
export function constantsIn(text: string): readonly number[] {
  return [...text.matchAll(/(?<![\w.$])\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) => Number(number));
}

/**
 * The longest run of constants, each the same number of constants after the one before, that equal consecutive bars'
 * prices of one symbol to the cent. A price that does not move counts once.
 */
export function longestChain(constants: readonly number[], bars: BarTable, scale: number): PriceChain | undefined {
  let best: PriceChain | undefined;
  if (constants.length < CHAIN) return undefined;
  const inCents = constants.map((constant) => Math.round(constant * CENTS));
  for (const [symbolId, rows] of rowsBySymbol(bars)) {
    for (const column of ['close', 'open', 'high', 'low'] as const) {
      const prices = rows.map((row) => Math.round(((bars[column][row] ?? 0) / scale) * CENTS));
      for (const { length, start } of chainsIn(inCents, prices)) {
        if (length > (best?.length ?? 0)) best = { length, symbolId, column, row: rows[start] ?? 0 };
      }
    }
  }
  return best;
}

interface Chain {
  readonly length: number;
  /** Index of the first price. */
  readonly start: number;
}

/** The longest chain of each stride. */
function chainsIn(constants: readonly number[], prices: readonly number[]): readonly Chain[] {
  const places = new Map<number, number[]>();
  prices.forEach((price, index) => {
    const there = places.get(price);
    if (there === undefined) places.set(price, [index]);
    else there.push(index);
  });
  const chains: Chain[] = [];
  for (let stride = 1; stride <= MOST_STRIDE; stride += 1) {
    const ending: ReadonlyMap<number, Chain>[] = [];
    let longest: Chain = { length: 0, start: 0 };
    constants.forEach((constant, at) => {
      const earlier = ending[at - stride];
      const isNew = constant !== constants[at - stride];
      const here = new Map<number, Chain>();
      for (const index of places.get(constant) ?? []) {
        const before = earlier?.get(index - 1) ?? { length: 0, start: index };
        const chain = { length: before.length + (isNew || before.length === 0 ? 1 : 0), start: before.start };
        here.set(index, chain);
        if (chain.length > longest.length) longest = chain;
      }
      ending.push(here);
    });
    chains.push(longest);
  }
  return chains;
}

function rowsBySymbol({ length, symbolId }: BarTable): ReadonlyMap<number, readonly number[]> {
  const bySymbol = new Map<number, number[]>();
  for (let row = 0; row < length; row += 1) {
    const id = symbolId[row] ?? 0;
    const rows = bySymbol.get(id);
    if (rows === undefined) bySymbol.set(id, [row]);
    else rows.push(row);
  }
  return bySymbol;
}

/** How many different dates of the bars a text names, written `YYYY-MM-DD`. */
function datesIn(text: string, bars: BarTable): number {
  const dates = new Set<string>();
  let last = Number.NaN;
  for (let row = 0; row < bars.length; row += 1) {
    const date = newYorkDate(bars.start[row] ?? 0);
    if (date !== last) dates.add(formatDate(date));
    last = date;
  }
  return new Set([...text.matchAll(/\d{4}-\d\d-\d\d/g)].map(([date]) => date).filter((date) => dates.has(date))).size;
}

/** Bars at whose end a side was held and which moved, and those of them that moved to that side. */
function hitsOf(result: HistoryBacktestRun, bars: BarTable): { readonly hits: number; readonly held: number } {
  const sideOf = sidesOf(result);
  let hits = 0;
  let held = 0;
  for (let row = 0; row < bars.length; row += 1) {
    const side = sideOf(result.symbols[bars.symbolId[row] ?? 0] ?? '', (bars.time[row] ?? 0) + 1);
    const move = Math.sign((bars.close[row] ?? 0) - (bars.open[row] ?? 0));
    if (side === 0 || move === 0) continue;
    held += 1;
    if (side === move) hits += 1;
  }
  return { hits, held };
}

/** What it wanted. Orders that were canceled, mostly by the venue, are no wishes. */
function wishesOf(result: HistoryBacktestRun): readonly Decision[] {
  return decisionsOf(result).filter(({ intent }) => intent !== 'cancel');
}

function sameIntents(one: readonly Decision[], other: readonly Decision[]): boolean {
  return (
    one.length === other.length &&
    one.every((decision, index) => {
      const { time, symbol, intent } = other[index] ?? decision;
      return decision.time === time && decision.symbol === symbol && decision.intent === intent;
    })
  );
}

/** Probability of at least `hits` of `tosses` of a coin; beyond 500 tosses Hoeffding's bound of it. */
export function chanceOf(hits: number, tosses: number): number {
  if (tosses > EXACT_TOSSES) return hits * 2 <= tosses ? 1 : Math.exp(-2 * tosses * (hits / tosses - 0.5) ** 2);
  let term = 0.5 ** tosses;
  let sum = 0;
  for (let heads = 0; heads <= tosses; heads += 1) {
    if (heads >= hits) sum += term;
    term *= (tosses - heads) / (heads + 1);
  }
  return Math.min(1, sum);
}
