/** What the risk checks are told of an order and of the account at the moment at which it is to be sent. */
import type { OrderRequest, OrderType, Side } from '../domain/order.js';
import type { Quantity } from '../domain/units.js';
import { notional, SHARE } from '../domain/units.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import type { OrderRecord } from './OrderRecord.js';
import type { RiskInput } from './riskChecks.js';
import { sharesFor } from './sizing.js';

/**
 * Writes the market and the account, and an order of `quantity` micro-shares, into an input and gives it back. Prices,
 * fees and what is particular about the order are the caller's to add.
 */
export function fillRiskInput(
  input: RiskInput,
  { tracker, manager, clock, halted, broker, config, policy }: OrchestratorParts,
  symbolId: number,
  side: Side,
  type: OrderType,
  quantity: Quantity,
): RiskInput {
  input.now = clock.now;
  input.symbolId = symbolId;
  input.side = side;
  input.orderType = type;
  input.quantity = quantity;
  input.lastPrice = tracker.lastPrice[symbolId] ?? 0;
  input.lastPriceTime = tracker.lastPriceTime[symbolId] ?? 0;
  input.position = tracker.quantities[symbolId] ?? 0;
  input.workingBuy = manager.workingBuy[symbolId] ?? 0;
  input.workingSell = manager.workingSell[symbolId] ?? 0;
  input.equity = tracker.equity;
  input.grossExposure = tracker.grossExposure;
  input.workingExposure = manager.workingExposure;
  input.buyingPower = policy.buyingPower === 'cash' ? broker.account(config.accountId).buyingPower : Infinity;
  input.dailyPnl = tracker.dailyPnl;
  input.phase = clock.phase;
  input.halted = halted[symbolId] === 1;
  input.mayCross = policy.crossing !== 'reject';
  input.sizedAtFill = false;
  input.carried = false;
  return input;
}

/** Writes into an input what is particular about an order that takes the place of `old`, as if that were gone. */
export function replaceInput(
  input: RiskInput,
  old: OrderRecord,
  { limitPrice, stopPrice }: Pick<OrderRequest, 'limitPrice' | 'stopPrice'>,
): void {
  input.limitPrice = limitPrice ?? 0;
  input.stopPrice = stopPrice ?? 0;
  input.duplicate = false;
  input.flatten = false;
  input.mayShrink = false;
  if (old.side === 'buy') input.workingBuy -= old.working;
  else input.workingSell -= old.working;
  input.workingExposure -= old.exposure;
  input.buyingPower += old.exposure;
  // An exit closes what its entry brings, also while it waits for it.
  if (old.parentId !== undefined) input.position = old.side === 'sell' ? input.quantity : -input.quantity;
}

/**
 * Counts what an exit at the market closes as gone: an entry beside it is sent together with it where a preset does
 * that, and comes after it.
 */
export function leaveFirst(
  input: RiskInput,
  exit: OrderRecord | undefined,
  { tracker, config }: Pick<OrchestratorParts, 'tracker' | 'config'>,
): void {
  if (exit?.type !== 'market' || exit.status === 'pending_cancel') return;
  const sign = exit.side === 'buy' ? 1 : -1;
  const held = Math.max(0, -sign * input.position);
  const leaving = Math.min(held, exit.working);
  if (leaving === 0) return;
  input.position += sign * leaving;
  if (sign === 1) input.workingBuy -= leaving;
  else input.workingSell -= leaving;
  input.grossExposure -= notional(tracker.marks[input.symbolId] ?? 0, leaving, config.priceScale);
}

/**
 * About how many micro-shares the venue will make of a `fraction` at the fill. One share at least while there is
 * equity: whether that can be paid for is known at the price of the fill alone.
 */
export function estimateAtFill(
  { equity, lastPrice }: RiskInput,
  fraction: number,
  { policy, config }: Pick<OrchestratorParts, 'policy' | 'config'>,
): Quantity {
  if (equity <= 0) return 0;
  const budget = Math.floor(equity * fraction * policy.coverLeverage);
  return Math.max(SHARE, sharesFor(budget, lastPrice, config.priceScale));
}
