/**
 * The objects that every order makes, each from one literal with every field present: one hidden class for all,
 * whatever is absent. Optional fields are therefore undefined instead of missing.
 */
import type { ExitTerms, OrderRequest, OrderSource, OrderType, Side, TimeInForce } from '../domain/order.js';
import type { Signal, SignalIntent, SignalTarget } from '../domain/signal.js';
import type { Price, Quantity } from '../domain/units.js';
import type { DirectOrder } from './OrderPolicy.js';
import type { RiskInput } from './riskChecks.js';

/** A signal. */
export function createSignal(
  id: string,
  instanceId: string,
  symbolId: number,
  time: number,
  intent: SignalIntent,
  target: SignalTarget | undefined,
  orderType: OrderType,
  timeInForce: TimeInForce,
  limitPrice: Price | undefined,
  stopPrice: Price | undefined,
  reason: string,
  exits: readonly ExitTerms[] | undefined,
  timeStop: number | undefined,
): Signal {
  return {
    id,
    instanceId,
    symbolId,
    time,
    intent,
    target,
    orderType,
    timeInForce,
    limitPrice,
    stopPrice,
    exits,
    timeStop,
    reason,
  } as Signal;
}

/** A signal to close a position at the market. */
export function createExit(id: string, instanceId: string, symbolId: number, time: number, reason: string): Signal {
  const none = undefined;
  return createSignal(id, instanceId, symbolId, time, 'exit', none, 'market', 'day', none, none, reason, none, none);
}

/** The system's order at the market that closes a position of `quantity` signed micro-shares. */
export function createClose(
  clientOrderId: string,
  symbolId: number,
  quantity: Quantity,
  source: OrderSource,
  reason: string,
): DirectOrder {
  return {
    clientOrderId,
    symbolId,
    side: quantity > 0 ? 'sell' : 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity: Math.abs(quantity),
    limitPrice: undefined,
    stopPrice: undefined,
    extendedHours: false,
    source,
    reason,
    flatten: true,
  };
}

/** The request of an instance's order. */
export function createRequest(
  clientOrderId: string,
  accountId: string,
  symbolId: number,
  side: Side,
  type: OrderType,
  timeInForce: TimeInForce,
  quantity: Quantity,
  limitPrice: Price | undefined,
  stopPrice: Price | undefined,
  sizeAtFill: { readonly fraction: number } | undefined,
  source: OrderSource,
  reason: string,
  signalId: string,
): OrderRequest {
  return {
    clientOrderId,
    accountId,
    symbolId,
    side,
    type,
    timeInForce,
    quantity,
    limitPrice,
    stopPrice,
    extendedHours: false,
    sizeAtFill,
    source,
    reason,
    signalId,
  } as OrderRequest;
}

/** The request of an exit that belongs to the order of another request. */
export function createLeg(request: OrderRequest, clientOrderId: string, side: Side, terms: ExitTerms): OrderRequest {
  return {
    clientOrderId,
    accountId: request.accountId,
    symbolId: request.symbolId,
    side,
    type: terms.type,
    timeInForce: request.timeInForce,
    quantity: request.quantity,
    notional: request.notional,
    limitPrice: terms.limitPrice,
    stopPrice: terms.stopPrice,
    trail: terms.trail,
    extendedHours: request.extendedHours,
    sizeAtFill: request.sizeAtFill,
    source: request.source,
    reason: request.reason,
    signalId: request.signalId,
    carriedEntry: request.carriedEntry,
  } as OrderRequest;
}

/** The checks' input, to be filled; fractions keep the fields' representation that of a double from the start. */
export function createInput(): RiskInput {
  return {
    now: 0.5,
    symbolId: 0,
    side: 'buy',
    orderType: 'market',
    quantity: 0.5,
    limitPrice: 0.5,
    stopPrice: 0.5,
    lastPrice: 0.5,
    lastPriceTime: 0.5,
    position: 0.5,
    workingBuy: 0.5,
    workingSell: 0.5,
    equity: 0.5,
    grossExposure: 0.5,
    workingExposure: 0.5,
    buyingPower: 0.5,
    fees: 0.5,
    dailyPnl: 0.5,
    phase: 'closed',
    halted: false,
    duplicate: false,
    mayShrink: false,
    flatten: false,
    mayCross: false,
    carried: false,
    sizedAtFill: false,
  };
}
