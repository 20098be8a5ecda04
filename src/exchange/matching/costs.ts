/**
 * What taking costs beyond the base price: half of a modelled spread, and slippage; and how much of a size may
 * be taken. Pure functions of a preset's data, exact integers throughout.
 */
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros, Price, Quantity, Shares } from '../../domain/units.js';
import { DOLLAR, mulDiv, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import type { Preset, SlippageModel, SpreadModel, SpreadPart } from '../preset.js';
import { neverOpens } from '../reserves.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';

const BASIS_POINTS = 10_000;
const PERCENT = 100;
/** How long after the open and before the close spreads are those of the open and the close. */
const OPEN_LENGTH = 5 * MINUTE;
const CLOSE_LENGTH = 10 * MINUTE;
/** Hundredths of a basis point. */
const FINE_POINTS = 1_000_000;

/**
 * Half of the modelled spread at a price, in steps of `priceScale`.
 *
 * `volume` is the size of the evidence in shares: thin trading widens the spread; so does the part of the day.
 */
export function modelledHalfSpread(
  model: SpreadModel,
  price: Price,
  volume: Shares,
  part: SpreadPart,
  priceScale: number,
): Price {
  if (model.kind === 'none') return 0;
  let half = 0;
  for (const tier of model.tiers) {
    if (price < tier.below * priceScale) {
      half = mulDiv(price, tier.half, FINE_POINTS);
      break;
    }
  }
  half = Math.max(half, mulDiv(model.minimum, priceScale, RAW_PRICE_SCALE));
  half = mulDiv(half, model.partPercent[part], PERCENT);
  if (volume < model.thinVolume) half *= model.thinFactor;
  // A spread is never wider than the price: below a cent or so the minimum would make sales worth nothing.
  return Math.min(half, Math.floor(price / 2));
}

/** The part of the day that a time within a session's day is in. */
export function spreadPartAt(time: Micros, session: TradingSession): SpreadPart {
  if (time < session.open) return 'premarket';
  if (time >= session.close) return 'afterHours';
  if (time < session.open + OPEN_LENGTH) return 'open';
  return time >= session.close - CLOSE_LENGTH ? 'close' : 'regular';
}

/** Whether an order opens a position or adds to one, with some of its quantity. */
export function opens(order: WorkingOrder): boolean {
  return order.openingQuantity > 0 || (order.quantity === 0 && !neverOpens(order));
}

/** What a model says of a symbol. */
export function slippageFor(model: SlippageModel, symbol: string): SlippageModel {
  if (model.kind !== 'fixedBps' && model.kind !== 'fixedAmount') return model;
  if (model.symbols === undefined || model.symbols.includes(symbol)) return model;
  return model.besidesBps === undefined ? { kind: 'none' } : { kind: 'fixedBps', bps: model.besidesBps };
}

/**
 * Slippage at a base price but for impact (adjustments.ts), where `halfSpread` is half of the known or modelled spread;
 * `opens` says whether the order opens a position or adds to it.
 */
export function slippageOf(
  model: SlippageModel,
  basePrice: Price,
  halfSpread: Price,
  opens: boolean,
  priceScale: number,
): Price {
  if (model.kind === 'none' || model.kind === 'squareRoot' || model.kind === 'volumeShare') return 0;
  if (model.kind === 'halfSpread') return halfSpread;
  const besides = model.besidesBps === undefined ? 0 : mulDiv(basePrice, model.besidesBps, BASIS_POINTS);
  if (model.kind === 'fixedAmount') return mulDiv(model.amount, priceScale, DOLLAR) + besides;
  return besides + (model.on === 'opening' && !opens ? 0 : mulDiv(basePrice, model.bps, BASIS_POINTS));
}

/**
 * Micro-shares that may be taken of `volume` shares, whole shares only, after `taken` micro-shares are gone.
 * Infinity when the preset knows no limit.
 */
export function participationRoom(preset: Preset, volume: Shares, taken: Quantity): Quantity {
  if (preset.participationBps === 0) return Infinity;
  const cap = Math.floor((volume * preset.participationBps) / BASIS_POINTS) * SHARE;
  return Math.max(0, cap - taken);
}

/** Micro-shares left of a displayed or printed size after `taken`; Infinity when sizes do not bound. */
export function sizeRoom(preset: Preset, size: Shares, taken: Quantity): Quantity {
  if (preset.displayedSize === 'unlimited') return Infinity;
  return Math.max(0, size * SHARE - taken);
}
