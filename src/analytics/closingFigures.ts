/**
 * What the fills of a run came to where they closed something, by the average cost of what was held, and how much was
 * traded a day. LEAN counts its wins and losses so: by fills that close, not by lots, and each pays its own fee twice,
 * once for the opening that it undoes.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { Fill } from '../domain/fill.js';
import type { Quantity } from '../domain/units.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { splitPosition } from '../exchange/rulebook/splits.js';
import { firstAtOrAfter } from './returns.js';
import type { EquityCurve } from './returns.js';

/** A fill as this looks at it. */
export type ClosingFill = Pick<Fill, 'symbolId' | 'side' | 'quantity' | 'price' | 'time' | 'fees'>;

/** What the figures are made from. */
export interface ClosingInput {
  /** Oldest first. */
  readonly fills: Iterable<ClosingFill>;
  readonly priceScale: number;
  /** Splits that happened to positions, ascending by ex-date. */
  readonly splits: readonly DatedAction[];
  readonly curve: EquityCurve;
  /** Dollars at the start. */
  readonly startEquity: number;
  /** Calendar days of the run, both ends counted; at least 1. */
  readonly days: number;
}

/** Fractions, not percent; NaN where there is no case. */
export interface ClosingFigures {
  /** Fills that closed something. */
  readonly closings: number;
  /** Those with a profit ÷ all; the others lost, those that came to nothing included. */
  readonly closingWinRate: number;
  /** Mean of profit ÷ what the account was worth by its closings before; of those that lost at most 0. */
  readonly averageWin: number;
  readonly averageLoss: number;
  /** {@link averageWin} ÷ size of {@link averageLoss}; NaN too where that is 0. */
  readonly closingPayoff: number;
  /** Win rate × payoff − loss rate; −1 where nothing won. */
  readonly closingExpectancy: number;
  /** Value of all fills of a day, both sides, ÷ equity at its end: the mean over the calendar days of the run. */
  readonly dailyTurnover: number;
}

interface Held {
  /** Micro-shares, negative if short: what is closed whole leaves exactly nothing. */
  quantity: Quantity;
  /** Dollars per share. */
  cost: number;
}

/** Walks over the fills once. */
export function closingFigures(input: ClosingInput): ClosingFigures {
  const { fills, priceScale, curve, startEquity, days } = input;
  const held = new Map<number, Held>();
  const splits = [...input.splits];
  let capital = startEquity;
  let wins = 0;
  let losses = 0;
  let won = 0;
  let lost = 0;
  let turnover = 0;
  let point = 0;
  for (const { symbolId, side, quantity, price, time, fees } of fills) {
    while (splits[0] !== undefined && fromNewYork(parseDate(splits[0].exDate), 0) <= time) split(held, splits.shift());
    const dollars = price / priceScale;
    const change = side === 'buy' ? quantity : -quantity;
    const position = held.get(symbolId) ?? { quantity: 0, cost: 0 };
    held.set(symbolId, position);
    if (position.quantity * change < 0) {
      const closed = (Math.sign(position.quantity) * Math.min(quantity, Math.abs(position.quantity))) / SHARE;
      const fee = fees.reduce((sum, { amount }) => sum + amount, 0) / DOLLAR;
      const profit = closed * (dollars - position.cost) - 2 * fee;
      if (profit > 0) {
        wins += 1;
        won += profit / capital;
      } else {
        losses += 1;
        lost += profit / capital;
      }
      capital += profit;
    }
    take(position, change, dollars);
    point = firstAtOrAfter(curve.time, fromNewYork(newYorkDate(time) + 1, 0), point);
    turnover += ((quantity / SHARE) * dollars) / (curve.equity[Math.max(0, point - 1)] ?? startEquity);
  }
  const closings = wins + losses;
  const averageWin = ratio(won, wins);
  const averageLoss = ratio(lost, losses);
  const closingPayoff = ratio(averageWin, -averageLoss);
  const closingWinRate = ratio(wins, closings);
  const gain = wins === 0 ? 0 : closingWinRate * closingPayoff;
  const closingExpectancy = gain - ratio(losses, closings);
  return {
    ...{ closings, closingWinRate, averageWin, averageLoss, closingPayoff, closingExpectancy },
    dailyTurnover: turnover / Math.max(1, days),
  };
}

/** What a position becomes by a fill: what adds to it mixes the cost, what crosses zero begins anew. */
function take(position: Held, change: Quantity, dollars: number): void {
  const { quantity, cost } = position;
  position.quantity = quantity + change;
  if (quantity * change >= 0) position.cost = (cost * quantity + dollars * change) / position.quantity;
  else if (position.quantity * quantity < 0) position.cost = dollars;
}

/** Rounds shares as the account of a run does, which holds parts of them; no price or cost is needed for that. */
function split(held: Map<number, Held>, dated: DatedAction | undefined): void {
  const position = dated === undefined ? undefined : held.get(dated.symbolId);
  if (position === undefined || dated?.action.kind !== 'split') return;
  const { action } = dated;
  position.quantity = splitPosition(position.quantity, 0, 0, 1, action, 1).quantity;
  position.cost *= action.oldShares / action.newShares;
}

function ratio(value: number, by: number): number {
  return by === 0 ? Number.NaN : value / by;
}
