/** What an account may still open where margin covers its orders (`buyingPower: 'margin'`), as people are told it. */
import { phaseAt, sessionAt } from '../calendar/sessions.js';
import { leverageAt } from '../domain/marginTerms.js';
import type { MarginTerms } from '../domain/marginTerms.js';
import type { Micros, Money } from '../domain/units.js';

/**
 * Value of new positions that the margin left at a time carries, before their commission: the equity times the leverage
 * of that time, less the absolute values of all positions; never below 0. It is what `isCoveredByMargin` takes of an
 * order that is against no position. Open orders reserve nothing.
 */
export function marginPower(terms: MarginTerms, equity: Money, grossValue: Money, time: Micros): Money {
  const close = sessionAt(time)?.close ?? time;
  const leverage = leverageAt(terms, phaseAt(time) === 'regular', close, time);
  return Math.max(0, Math.floor(equity * leverage) - grossValue);
}
