/**
 * What happens to the price of an execution after a rule has given it: the impact of our own trading is added (M11),
 * and no price ends beyond a limit or a price band (R7). Both write into the decision.
 */
import type { Micros } from '../../domain/units.js';
import type { SlippageModel } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { FillDecision } from './FillDecision.js';
import { isBetweenBands } from './plausible.js';

/** The slippage model that has a state of its own. */
export type SquareRootImpact = Extract<SlippageModel, { kind: 'squareRoot' }>;

const PERCENT = 100;

/** Whether a price is not worse than an order's limit. */
export function isWithinLimit(order: WorkingOrder, price: number): boolean {
  return order.acts !== 'limit' || order.sign * (order.limitPrice - price) >= 0;
}

/** Adds the impact that all we traded lately on this side has on this execution. */
export function addImpact(
  model: SquareRootImpact,
  order: WorkingOrder,
  symbol: SymbolMarket,
  time: Micros,
  out: FillDecision,
): void {
  const quantity = Math.min(out.quantity, order.quantity === 0 ? Infinity : order.remaining);
  if (!Number.isFinite(quantity)) return;
  const factor = model.factorPercent / PERCENT;
  const impact = symbol.impact.impactOf(order.sign, quantity, out.basePrice, time, factor, model.halfLife);
  out.impact = impact;
  out.price += order.sign * impact;
  if (isWithinLimit(order, out.price)) return;
  out.impact -= Math.min(impact, order.sign * (out.price - order.limitPrice));
  out.price = order.limitPrice;
}

/** A cost that would carry a price beyond a band ends at the band; evidence beyond it fills nothing. */
export function keepWithinBands(
  order: WorkingOrder,
  symbol: SymbolMarket,
  session: TradingSession,
  out: FillDecision,
): void {
  // A bar that ends at the close traded in regular hours.
  const isRegular = session.phase === 'regular' || endsInRegularHours(symbol, session, out);
  if (!isRegular || isBetweenBands(out.price, symbol)) return;
  if (out.maker || !isBetweenBands(out.basePrice, symbol)) {
    out.quantity = 0;
    return;
  }
  const band = order.sign === 1 ? symbol.bandUpper : symbol.bandLower;
  const room = Math.abs(band - out.basePrice);
  out.halfSpread = Math.min(out.halfSpread, room);
  out.slippage = Math.min(out.slippage, room - out.halfSpread);
  out.impact = room - out.halfSpread - out.slippage;
  out.price = band;
}

/** Whether a decision is by a bar that ended in regular hours, or with them. */
function endsInRegularHours(symbol: SymbolMarket, session: TradingSession, { basis }: FillDecision): boolean {
  const end = basis === 'tradeBar' ? symbol.barTime : basis === 'quoteBar' ? symbol.quoteBarTime : 0;
  return end > session.open && end <= session.close;
}
