/** What another scenario made of an order beyond expected fills. */
import type { ScenarioOrder } from '../../../../src/contracts/index.js';
import { addDecimals, multiplyDecimals, negate } from '../../format/decimal.js';

/**
 * Dollars that the scenario made of the order beyond expected, fees included: negative where it paid more or got less.
 * Undefined where it filled another number of shares, so that prices alone say nothing.
 */
export function resultOf(order: ScenarioOrder, scenario: 'strict' | 'optimistic'): string | undefined {
  const { expected, side } = order;
  const other = order[scenario];
  if (expected === null || other === null || expected.quantity !== other.quantity) return undefined;
  const paidMore = addDecimals(other.averagePrice, negate(expected.averagePrice));
  const perShare = side === 'buy' ? negate(paidMore) : paidMore;
  return addDecimals(multiplyDecimals(perShare, expected.quantity), expected.fees, negate(other.fees));
}
