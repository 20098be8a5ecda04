/**
 * Margin at the naive exchange: what an order that opens needs of its account. It is asked as a question about the time
 * after the order: would the equity be the margin of all positions then, and pay the order's fee?
 */
import { phaseAt } from '../../calendar/sessions.js';
import { MINUTE } from '../../domain/timeframe.js';
import { mulDivDown, RAW_PRICE_SCALE } from '../../domain/units.js';
import type { Preset } from '../preset.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { commissionOwed, worth } from './NaiveMoney.js';
import { sessionFor } from './naiveRules.js';
import type { NaiveOrder } from './naiveTypes.js';

/** Dollars of positions that a dollar carries at a time: the figure of the day until ten minutes before the close. */
export function leverageOn({ leverage, overnightLeverage }: Preset, time: number): number {
  const isByDay = phaseAt(time) === 'regular' && time < sessionFor(time).close - 10 * MINUTE;
  return isByDay ? leverage : (overnightLeverage ?? leverage);
}

/** Whether margin covers what is left of an order now. What only closes is always covered. */
export function isCovered(exchange: NaiveExchange, known: NaiveOrder): boolean {
  const { account, money, plan, preset, now } = exchange;
  const { symbolId, side, quantity, notional } = known.order;
  const mark = account.markOf(symbolId);
  // Of what nothing is known it cannot be said.
  if (mark === 0) return true;
  const whole = notional === undefined ? quantity : mulDivDown(notional, RAW_PRICE_SCALE, mark);
  const left = whole - known.filled;
  const held = money.position(symbolId) * (side === 'buy' ? 1 : -1);
  const isAmountSold = notional !== undefined && side === 'sell';
  if (left <= 0 || held + left <= 0 || isAmountSold) return true;
  const fee = (commissionOwed(plan, whole, worth(mark, whole)) * left) / whole;
  const others = money.symbols.filter((id) => id !== symbolId);
  const gross = others.reduce(
    (sum, id) => sum + Math.abs(worth(account.markOf(id), money.position(id))),
    worth(mark, held + left),
  );
  return gross / leverageOn(preset, now) + fee <= account.equity;
}
