/**
 * Turns what a strategy says of its exits into prices: distances from the entry's price in dollars, percent or average
 * true ranges. Derived prices are put on the grid away from the entry (R20): a stop is never nearer and a target never
 * less than what was asked for. Prices that an author gives are taken as they are.
 */
import type { ExitTerms, Trail } from '../domain/order.js';
import type { DurationMicros, Price } from '../domain/units.js';
import type { EntryOptions, ExitPrice, TrailSize } from '../strategies/Context.js';
import { AssertionError, assert } from '../utils/assert.js';
import { shown } from './askedTerms.js';

/** What exits are reckoned from. */
export interface ExitBasis {
  /** 1 for a long position. */
  readonly sign: 1 | -1;
  /** Price of the entry: its limit, its stop, or the last price. */
  readonly price: Price;
  readonly priceScale: number;
  readonly tickOf: (price: Price) => Price;
  /** The average true range of the symbol in dollars; NaN while it has none. */
  readonly averageTrueRange: () => number;
}

const MICROS_PER_MINUTE = 60_000_000;
const PARTS_PER_PERCENT = 10_000;

/** The exits of an entry, take profit first; empty where it asks for none. */
export function exitTermsOf(options: EntryOptions, basis: ExitBasis): readonly ExitTerms[] {
  const { target, stop, trail } = options;
  assert(stop === undefined || trail === undefined, 'an entry has a stop or a trail, not both');
  const exits: ExitTerms[] = [];
  if (target !== undefined) {
    exits.push({ role: 'takeProfit', type: 'limit', limitPrice: exitPriceOf(target, basis.sign, basis) });
  }
  if (stop !== undefined) {
    const away: 1 | -1 = basis.sign === 1 ? -1 : 1;
    exits.push({ role: 'stopLoss', type: 'stop', stopPrice: exitPriceOf(stop, away, basis) });
  }
  if (trail !== undefined) exits.push({ role: 'stopLoss', type: 'trailing_stop', trail: trailOf(trail, basis) });
  return exits;
}

/** How long after its first fill an entry's position is to be closed; 0 never. */
export function timeStopOf(options: EntryOptions): DurationMicros {
  if (options.timeStop === undefined) return 0;
  const { minutes } = options.timeStop;
  assert(Number.isFinite(minutes) && minutes > 0, `${minutes} minutes are not a time stop`);
  return Math.round(minutes * MICROS_PER_MINUTE);
}

/** A trail in the units of an order. */
export function trailOf(trail: TrailSize, basis: Pick<ExitBasis, 'priceScale' | 'averageTrueRange'>): Trail {
  checkDistance(trail, 'a trail is');
  if ('percent' in trail) {
    const ppm = Math.round(numberOf(trail.percent) * PARTS_PER_PERCENT);
    if (ppm > 0 && ppm < 1_000_000) return { kind: 'percent', ppm };
    throw new AssertionError(`${shown(trail.percent)} percent are not a trail`);
  }
  const dollars = 'atr' in trail ? numberOf(trail.atr) * basis.averageTrueRange() : trail.distance;
  return { kind: 'price', amount: stepsOf(dollars, basis.priceScale) };
}

/** The price of an exit that lies `away` from the entry: 1 above, −1 below. */
function exitPriceOf(exit: ExitPrice, away: 1 | -1, basis: ExitBasis): Price {
  if (typeof exit === 'number') return stepsOf(exit, basis.priceScale);
  checkDistance(exit, 'an exit is a price,');
  const { price, priceScale } = basis;
  assert(price > 0, 'an exit at a distance needs a price of the symbol');
  const distance =
    'percent' in exit
      ? Math.round((price * numberOf(exit.percent)) / 100)
      : stepsOf('atr' in exit ? numberOf(exit.atr) * basis.averageTrueRange() : exit.distance, priceScale);
  const raw = price + away * distance;
  // The words are made only when they are needed: this runs for every exit.
  if (!Number.isSafeInteger(raw) || raw <= 0 || distance <= 0) {
    const side = away === 1 ? 'above' : 'below';
    throw new AssertionError(
      `the exit would lie ${distance / priceScale} dollars ${side} the entry at ${price / priceScale}: ` +
        'a distance is above 0, and what is left a price',
    );
  }
  const tick = basis.tickOf(raw);
  const rest = raw % tick;
  return rest === 0 ? raw : away === 1 ? raw + tick - rest : raw - rest;
}

function stepsOf(dollars: number, priceScale: number): Price {
  const steps = Math.round(numberOf(dollars) * priceScale);
  if (Number.isSafeInteger(steps) && steps > 0) return steps;
  throw new AssertionError(`${shown(dollars)} dollars are not a price`);
}

/** A script may give texts and the like, which JavaScript would reckon with: those are no numbers. */
function numberOf(given: number): number {
  return typeof given === 'number' ? given : NaN;
}

/** Refuses what is no distance at all. */
function checkDistance(given: TrailSize, what: string): void {
  if (typeof given === 'object' && given !== null) return;
  throw new AssertionError(`${what} { percent }, { atr } or { distance }, not ${shown(given)}`);
}
