/**
 * What an account is worth and may spend, from its books and marks alone (reference formulas of a retail broker):
 * initial margin is Reg T, maintenance the house table; buying power is a multiple of what is not bound. Computed on
 * reading and at the door, never kept.
 */
import type { Money } from '../../domain/units.js';
import { mulDiv, notional } from '../../domain/units.js';
import type { AccountSettings, AccountKind } from '../../domain/venueDesk.js';
import type { AccountBook } from '../AccountBook.js';
import { INITIAL_PPM, maintenanceOf, MINIMUM_EQUITY } from './marginTable.js';

/** What the figures depend on beside the books. */
export interface FigureTerms {
  readonly kind: AccountKind;
  readonly settings: AccountSettings;
  readonly priceScale: number;
  /** Cash that has settled and is not promised; only cash accounts look at it. */
  readonly settledCash: Money;
  /** Whether only settled money may be spent. */
  readonly isSettledOnly: boolean;
  /** Highest multiple that the rules of the date allow (R18). */
  readonly highestMultiplier: 1 | 2 | 4;
}

/** All in micro-dollars; buying powers before reserves are taken off and without a floor. */
export interface Figures {
  readonly equity: Money;
  readonly longMarketValue: Money;
  /** Not positive. */
  readonly shortMarketValue: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
  readonly multiplier: 1 | 2 | 4;
  readonly buyingPower: Money;
  readonly overnightBuyingPower: Money;
  readonly nonMarginable: Money;
}

/** Computes them. */
export function figuresOf(book: AccountBook, terms: FigureTerms): Figures {
  let long = 0;
  let short = 0;
  let maintenance = 0;
  for (const { quantity, mark } of book.positions()) {
    const value = notional(mark, quantity, terms.priceScale);
    if (quantity > 0) long += value;
    else short += value;
    maintenance += maintenanceOf(quantity, mark, terms.priceScale);
  }
  const { cash } = book;
  const equity = cash + long + short;
  if (terms.kind === 'cash') {
    const spendable = terms.isSettledOnly ? terms.settledCash : cash;
    return {
      equity,
      longMarketValue: long,
      shortMarketValue: short,
      initialMargin: long,
      maintenanceMargin: 0,
      multiplier: 1,
      buyingPower: spendable,
      overnightBuyingPower: spendable,
      nonMarginable: spendable,
    };
  }
  const initial = mulDiv(long - short, INITIAL_PPM, 1_000_000);
  const multiplier = multiplierOf(equity, terms);
  const overnight = multiplier === 1 ? cash + 2 * short : 2 * (equity - initial);
  return {
    equity,
    longMarketValue: long,
    shortMarketValue: short,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    multiplier,
    // Without credit a short position's proceeds are bound, and its value once more.
    buyingPower: multiplier === 4 ? 4 * (equity - maintenance) : overnight,
    overnightBuyingPower: overnight,
    nonMarginable: Math.min(cash + Math.min(0, short), equity - initial),
  };
}

function multiplierOf(equity: Money, terms: FigureTerms): 1 | 2 | 4 {
  if (equity < MINIMUM_EQUITY) return 1;
  const most = Math.min(terms.highestMultiplier, terms.settings.maxMarginMultiplier);
  return most >= 4 ? 4 : most >= 2 ? 2 : 1;
}
