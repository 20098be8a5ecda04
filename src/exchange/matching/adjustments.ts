/**
 * What happens to the price of an execution after a rule has given it: the impact of our own trading is added (M11),
 * and no price ends beyond a limit or a price band (R7). Both write into the decision.
 */
import type { Micros, Quantity } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { SlippageModel } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { FillDecision } from './FillDecision.js';
import { isBetweenBands } from './plausible.js';

/** Models of what the quantity itself does to the price; both measure it by what trades. */
export type ImpactModel = Extract<SlippageModel, { kind: 'squareRoot' | 'volumeShare' }>;

const PERCENT = 100;
const BASIS_POINTS = 10_000;

/** The model of a preset's slippage if that is an impact. */
export function impactModelOf(slippage: SlippageModel): ImpactModel | undefined {
  return slippage.kind === 'squareRoot' || slippage.kind === 'volumeShare' ? slippage : undefined;
}

/** Whether a price is not worse than an order's limit. */
export function isWithinLimit(order: WorkingOrder, price: number): boolean {
  return order.acts !== 'limit' || order.sign * (order.limitPrice - price) >= 0;
}

/** Adds the impact that this execution has, and by the square-root model all that we traded lately on this side. */
export function addImpact(
  model: ImpactModel,
  order: WorkingOrder,
  symbol: SymbolMarket,
  time: Micros,
  out: FillDecision,
): void {
  const quantity = Math.min(out.quantity, order.quantity === 0 ? Infinity : order.remaining);
  if (!Number.isFinite(quantity)) return;
  const impact =
    model.kind === 'squareRoot'
      ? symbol.impact.impactOf(order.sign, quantity, out.basePrice, time, model.factorPercent / PERCENT, model.halfLife)
      : volumeShareImpact(model, order, symbol, quantity, out);
  out.impact = impact;
  out.price += order.sign * impact;
  if (isWithinLimit(order, out.price)) return;
  out.impact -= Math.min(impact, order.sign * (out.price - order.limitPrice));
  out.price = order.limitPrice;
}

/** Notes an execution of ours, where it bears on what comes. */
export function noteImpact(
  model: ImpactModel,
  order: WorkingOrder,
  symbol: SymbolMarket,
  filled: Quantity,
  time: Micros,
): void {
  if (model.kind === 'squareRoot') symbol.impact.add(order.sign, filled, time, model.halfLife);
}

/**
 * By the volume of the bar that decides, or the one before for what gets the open (M1); by that of a trailing minute,
 * or of trailing bars, where quotes or prints decide. Where no volume is known the share is taken to be the limit.
 */
function volumeShareImpact(
  { limitBps, impactBps }: Extract<ImpactModel, { kind: 'volumeShare' }>,
  { sign }: WorkingOrder,
  { impact }: SymbolMarket,
  quantity: Quantity,
  { basis, basePrice, evidenceQuantity }: FillDecision,
): number {
  const volume = basis === 'tradeBar' ? evidenceQuantity : impact.trailingVolume * SHARE;
  const limit = limitBps / BASIS_POINTS;
  const share = volume > 0 ? Math.min(quantity / volume, limit) : limit;
  const cost = Math.round(basePrice * share * share * (impactBps / BASIS_POINTS));
  // A sale is never worth nothing.
  return sign === 1 ? cost : Math.min(cost, basePrice - 1);
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
