/**
 * What an account is worth and may spend, from its books and marks alone: initial margin is Regulation T, maintenance
 * a plan of the rulebook; buying power is a multiple of what is not bound (R18). Computed on reading and at the door,
 * never kept.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { AccountKind } from '../../domain/venueDesk.js';
import type { AccountBook } from '../AccountBook.js';
import type { MarginMultiplier, MarginPosition } from '../rulebook/margin.js';
import { initialRequirement, isConcentrated, maintenanceRequirement } from '../rulebook/margin.js';
import type { MaintenancePlan } from '../rulebook/marginRules.js';

/** What the figures depend on beside the books. */
export interface FigureTerms {
  readonly kind: AccountKind;
  readonly date: TradingDate;
  readonly priceScale: number;
  /** What the rules of settlement let a cash account spend. */
  readonly spendableCash: Money;
  /** The multiple of the excess at an equity; a margin account's only. */
  readonly multiplierAt: (equity: Money) => MarginMultiplier;
}

/** All in micro-dollars; buying powers before reserves are taken off and without a floor. */
export interface Figures {
  readonly equity: Money;
  readonly longMarketValue: Money;
  /** Not positive. */
  readonly shortMarketValue: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
  readonly multiplier: MarginMultiplier;
  readonly buyingPower: Money;
  readonly overnightBuyingPower: Money;
  readonly nonMarginable: Money;
}

/** Computes them. */
export function figuresOf(book: AccountBook, terms: FigureTerms): Figures {
  const { date, priceScale } = terms;
  let long = 0;
  let short = 0;
  let initial = 0;
  for (const position of positionsOf(book)) {
    const value = notional(position.price, position.quantity, priceScale);
    const requirement = initialRequirement(position, priceScale, date);
    if (position.side === 'long') {
      long += value;
      initial += requirement;
    } else {
      short -= value;
      // The requirement counts the proceeds of the sale in, which lie in cash.
      initial += requirement - value;
    }
  }
  const { cash, equity } = book;
  const sums = { equity, longMarketValue: long, shortMarketValue: short };
  if (terms.kind === 'cash') {
    const power = terms.spendableCash;
    const powers = { buyingPower: power, overnightBuyingPower: power, nonMarginable: power };
    return { ...sums, ...powers, initialMargin: long, maintenanceMargin: 0, multiplier: 1 };
  }
  const maintenance = maintenanceOf(book, 'alpaca', date, priceScale);
  const multiplier = terms.multiplierAt(equity);
  // Without credit a short position's proceeds are bound, and its value once more.
  const overnight = multiplier === 1 ? cash + 2 * short : 2 * (equity - initial);
  return {
    ...sums,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    multiplier,
    buyingPower: multiplier === 4 ? 4 * (equity - maintenance) : overnight,
    overnightBuyingPower: overnight,
    nonMarginable: Math.min(cash + short, equity - initial),
  };
}

/** What all positions must be covered with while they are held, by a plan of the rulebook. */
export function maintenanceOf(book: AccountBook, plan: MaintenancePlan, date: TradingDate, priceScale: number): Money {
  const positions = positionsOf(book);
  let all = 0;
  let largest = 0;
  for (const { price, quantity } of positions) {
    const value = notional(price, quantity, priceScale);
    all += value;
    largest = Math.max(largest, value);
  }
  const concentrated = isConcentrated(plan, largest, all, Math.max(0, -book.cash), date);
  let sum = 0;
  for (const position of positions) sum += maintenanceRequirement(plan, position, priceScale, date, concentrated);
  return sum;
}

/** Positions as the rulebook sees them. Leveraged funds are not told apart: the session knows no such fact. */
function positionsOf(book: AccountBook): MarginPosition[] {
  return book.positions().map(({ quantity, mark }) => ({
    side: quantity > 0 ? 'long' : 'short',
    quantity: Math.abs(quantity),
    price: mark,
    leverage: 1,
  }));
}
