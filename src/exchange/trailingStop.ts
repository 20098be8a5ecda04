/**
 * Where a trailing stop stands: its distance behind the best price since it began to work (R3), on the order's price
 * grid. What falls between two ticks is rounded away from the market (R20): down for sales, up for purchases, so that
 * it is never elected closer to the best price than was asked for.
 */
import type { Price } from '../domain/units.js';
import { mulDivDown } from '../domain/units.js';
import type { Preset } from './preset.js';
import { tickOf } from './rulebook/tickSizes.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What a trailing stop's price is computed from. */
type Trail = Pick<WorkingOrder, 'highWaterMark' | 'trailAmount' | 'trailPpm' | 'sign'>;

const PARTS_PER_MILLION = 1_000_000;

/** Lets the stop follow a price; a price that is no better than the best one changes nothing. */
export function follow(order: WorkingOrder, price: Price, grid: Preset['priceGrid'], priceScale: number): void {
  const { highWaterMark, sign } = order;
  if (highWaterMark !== 0 && sign * (price - highWaterMark) >= 0) return;
  order.highWaterMark = price;
  order.stopPrice = trailedStop(order, grid, priceScale);
  order.noteChange();
}

/** The stop price at the order's best price; at least one step of the scale. */
export function trailedStop(order: Trail, grid: Preset['priceGrid'], priceScale: number): Price {
  const { highWaterMark, trailAmount, trailPpm, sign } = order;
  if (sign === 1) {
    // Twice the best price less what is left of it below: the same distance above, rounded up.
    const below = mulDivDown(highWaterMark, PARTS_PER_MILLION - trailPpm, PARTS_PER_MILLION);
    const raw = trailPpm === 0 ? highWaterMark + trailAmount : 2 * highWaterMark - below;
    return grid === 'free' ? raw : upToTick(raw, priceScale);
  }
  const raw =
    trailPpm === 0
      ? highWaterMark - trailAmount
      : mulDivDown(highWaterMark, PARTS_PER_MILLION - trailPpm, PARTS_PER_MILLION);
  return Math.max(1, grid === 'free' ? raw : raw - (raw % tickOf(raw, priceScale)));
}

function upToTick(raw: Price, priceScale: number): Price {
  const tick = tickOf(raw, priceScale);
  const rest = raw % tick;
  return rest === 0 ? raw : raw + tick - rest;
}

/** Lets a trailing stop begin at the last price of the same regular session, if one is known. */
export function beginTrail(
  order: WorkingOrder,
  symbol: SymbolMarket,
  session: TradingSession,
  grid: Preset['priceGrid'],
  priceScale: number,
): void {
  const isRegular = session.phase === 'regular' && symbol.lastTime >= session.open;
  if (isRegular && symbol.lastPrice > 0) follow(order, symbol.lastPrice, grid, priceScale);
}
