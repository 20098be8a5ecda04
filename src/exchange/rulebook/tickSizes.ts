/**
 * The minimum price increment of an order (R20): a look-up by date, judged on the order's own price, with the border
 * at $1.00. Without a date the rule in force since 2005 is meant. Executions may be finer; the half-cent tick of the
 * amended rule needs the stock's class, which only reference data can say.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Price } from '../../domain/units.js';
import { DOLLAR } from '../../domain/units.js';
import { AssertionError } from '../../utils/assert.js';
import { knownRuleOn } from './RuleRow.js';
import type { TickSizeRule } from './tickSizeRules.js';
import { TICK_SIZES } from './tickSizeRules.js';

/** `narrowSpread`: a stock that the listing exchange assigned the half-cent tick (amended Rule 612). */
export type TickClass = 'standard' | 'narrowSpread';

/** Where a derived price goes when it lies between two ticks. */
export type TickRounding = 'down' | 'up' | 'nearest';

/** The rule in force on a date; throws `CALENDAR_RANGE` before the calendar begins. */
export function tickRuleOn(date: TradingDate): TickSizeRule {
  return knownRuleOn(TICK_SIZES, date, 'tick size');
}

/**
 * The tick at a price, in steps of `priceScale`; at least one step. A dated rule in fractions of a dollar needs a
 * scale that holds them: 100,000 steps or more.
 */
export function tickOf(price: Price, priceScale: number, date?: TradingDate, tickClass: TickClass = 'standard'): Price {
  if (date === undefined) return Math.max(1, price >= priceScale ? priceScale / 100 : priceScale / 10_000);
  const rule = tickRuleOn(date);
  const above = tickClass === 'narrowSpread' ? rule.narrowSpread : rule.atOrAboveDollar;
  const micros = price >= priceScale ? above : rule.belowDollar;
  const tick = Math.max(1, (micros * priceScale) / DOLLAR);
  // The words are made only when they are needed: this runs for every price of an order.
  if (Number.isInteger(tick)) return tick;
  throw new AssertionError(`a tick of ${micros} micro-dollars is no whole number of steps at scale ${priceScale}`);
}

/** Whether an order price is a multiple of its tick. */
export function isOnGrid(price: Price, priceScale: number, date?: TradingDate, tickClass?: TickClass): boolean {
  return price % tickOf(price, priceScale, date, tickClass) === 0;
}

/**
 * A derived price (trailing percent, adjusted order, stop of an indicator) on the grid: the next tick in the stated
 * direction, or the nearest with halves up. The price is not negative and an integer at `priceScale`; rounding up
 * from below $1.00 ends at $1.00 at the latest, which is on the grid of both sides.
 */
export function roundToTick(
  price: Price,
  rounding: TickRounding,
  priceScale: number,
  date?: TradingDate,
  tickClass?: TickClass,
): Price {
  const tick = tickOf(price, priceScale, date, tickClass);
  const below = price - (price % tick);
  if (below === price || rounding === 'down') return below;
  if (rounding === 'up') return below + tick;
  return (price - below) * 2 >= tick ? below + tick : below;
}
