/** What makes an order prompt (see PromptFills), as far as it is known when the order comes. */
import { DAY } from '../domain/timeframe.js';
import type { ExchangeBook } from './ExchangeBook.js';
import { LatencyLeg } from './LatencyModel.js';
import type { LatencyModel } from './LatencyModel.js';
import { impactModelOf } from './matching/adjustments.js';
import type { Preset } from './preset.js';
import { reserveFor } from './reserves.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence } from './SymbolMarket.js';
import type { WorkingOrder } from './WorkingOrder.js';

/**
 * Whether orders can be prompt at all: they reach the venue at once, fills leave no trace for later ones, and no margin
 * is asked for, which is looked at again when an order fills.
 */
export function offersPrompt(preset: Preset, latency: LatencyModel): boolean {
  const isInstant = [LatencyLeg.DATA, LatencyLeg.ORDER, LatencyLeg.REPORT].every((leg) => latency.fixed(leg) === 0);
  const isPlainPreset = impactModelOf(preset.slippage) === undefined && preset.coverLeverage === 1;
  const isUnlent = preset.buyingPower !== 'margin';
  return isInstant && preset.arrival === 'next-event' && isPlainPreset && isUnlent;
}

/** Whether nothing but the bars of a symbol, shorter than a day, bears on how an order fills. */
export function isPlain(symbol: SymbolMarket): boolean {
  if (symbol.known !== Evidence.BAR || symbol.marketBasis !== 'tradeBar' || symbol.barDuration >= DAY) return false;
  return !symbol.halted && symbol.releasedAt === 0 && symbol.bandUpper === 0 && symbol.orders.length === 0;
}

/**
 * Says how much of an order opens and what that reserves. False for what is not prompt: one part that closes and one
 * that opens, and more of a short position, which is covered at prices that change until the fill.
 */
export function allocatePlainly(working: WorkingOrder, book: ExchangeBook, priceScale: number): boolean {
  const { account, symbolId, sign, quantity } = working;
  const held = account.quantityOf(symbolId) * sign;
  if (held < 0 && -held < quantity) return false;
  if (held > 0 && sign === -1) return false;
  working.openingQuantity = held < 0 ? 0 : quantity;
  working.reservePrice = book.marks[symbolId] ?? 0;
  working.reserve = reserveFor(working, working.openingQuantity, priceScale);
  return true;
}
