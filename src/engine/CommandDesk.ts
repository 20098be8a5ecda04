/** Executes commands of people and programs inside the kernel: the same checks and the same paths as strategies. */
import type { BrokerReport } from '../domain/brokerReport.js';
import type { Command, CommandResult } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import { isTooLarge } from '../domain/orderSize.js';
import { isTerminal } from '../domain/orderState.js';
import { DENIAL_REASONS, REJECTION_REASONS } from '../domain/refusals.js';
import type { DenialReason, RejectionReason } from '../domain/refusals.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import type { VenueAnswer, VenueRequest } from '../domain/venueDesk.js';
import { required } from '../utils/assert.js';
import type { KernelClock } from './KernelClock.js';
import type { PositionTracker } from './PositionTracker.js';
import type { RiskChecks } from './riskChecks.js';
import type { StrategyInstance } from './StrategyInstance.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { TradeManager } from './TradeManager.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What the desk works with. */
export interface DeskParts {
  readonly config: SessionConfig;
  readonly clock: KernelClock;
  readonly manager: TradeManager;
  readonly tracker: PositionTracker;
  readonly runner: StrategyRunner;
  readonly checks: RiskChecks;
  readonly orchestrator: TradeOrchestrator;
  readonly addStrategy: (config: StrategyConfig) => StrategyInstance;
  /** Puts a request to the venue's desk; undefined while recorded events are applied, which hold its outcome (K1). */
  readonly requestVenue: (accountId: string, request: VenueRequest) => VenueAnswer | undefined;
  /** Passes on what the broker said; absent in a session without one. */
  readonly takeReport: ((report: BrokerReport) => void) | undefined;
}

const DONE: CommandResult = { ok: true };
const TOO_LARGE: CommandResult = { ok: false, reason: 'ORDER_TOO_LARGE', message: DENIAL_REASONS.ORDER_TOO_LARGE };

/** See the module header. */
export class CommandDesk {
  private readonly parts: DeskParts;

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  /** Carries out a command; every refusal is a value. */
  execute(command: Command): CommandResult {
    const { manager, clock, runner, checks, orchestrator, config } = this.parts;
    switch (command.type) {
      case 'submitOrder':
        return this.submit(command);
      case 'replaceOrder':
        return this.replace(command);
      case 'cancelOrder':
        if (manager.cancel(command.orderId, clock.now)) return { ok: true, orderId: command.orderId };
        return notFound(`There is no working order ${command.orderId}.`);
      case 'cancelAllOrders':
        orchestrator.cancelAll();
        return DONE;
      case 'closePosition':
        return this.close(config.symbols.indexOf(command.symbol), command.symbol, command.user);
      case 'killSwitch':
        checks.killSwitchOn = command.on;
        if (command.on) orchestrator.cancelAll();
        if (command.on && command.flatten) orchestrator.flattener.flatten(`kill switch: ${command.reason}`);
        return DONE;
      case 'startStrategy':
        return this.startStrategy(command.config);
      case 'stopStrategy': {
        const instance = runner.instance(command.instanceId);
        if (instance === undefined || !runner.stop(instance)) {
          return notFound(`There is no running strategy ${command.instanceId}.`);
        }
        if (command.flatten) orchestrator.flattener.flatten(`stopped by ${command.user}`, instance.id);
        return DONE;
      }
      case 'setLimits':
        checks.setLimits(command.limits);
        return DONE;
      case 'venue':
        return venueResult(this.parts.requestVenue(command.accountId, command.request));
      case 'brokerReport':
        required(this.parts.takeReport, 'the broker of the session')(command.report);
        return DONE;
    }
  }

  /** The answer after the venue has spoken: an order that it refused at once was not taken. */
  settle(result: CommandResult): CommandResult {
    if (!result.ok || result.orderId === undefined) return result;
    const order = this.parts.manager.order(result.orderId);
    if (order?.status !== 'rejected') return result;
    return refusedOrder(order);
  }

  private submit(command: Extract<Command, { readonly type: 'submitOrder' }>): CommandResult {
    const { config, manager, orchestrator, tracker } = this.parts;
    const symbolId = config.symbols.indexOf(command.symbol);
    if (symbolId < 0) {
      return { ok: false, reason: 'SYMBOL_UNKNOWN', message: `The session has no symbol ${command.symbol}.` };
    }
    const size = { ...command, legs: command.group?.exits };
    if (isTooLarge(size, tracker.lastPrice[symbolId] ?? 0, config.priceScale)) return TOO_LARGE;
    if (manager.hasManualClientOrderId(command.clientOrderId)) {
      const reason = 'DUPLICATE_CLIENT_ORDER_ID';
      return { ok: false, reason, message: REJECTION_REASONS[reason] };
    }
    const order = orchestrator.direct({
      clientOrderId: command.clientOrderId,
      symbolId,
      side: command.side,
      type: command.orderType,
      timeInForce: command.timeInForce,
      quantity: command.quantity,
      limitPrice: command.limitPrice,
      stopPrice: command.stopPrice,
      trail: command.trail,
      notional: command.notional,
      group: command.group,
      extendedHours: command.extendedHours,
      source: { kind: 'manual', user: command.user },
      reason: command.reason.slice(0, 200),
      flatten: false,
      carried: command.carried,
      carriedEntry: command.carriedEntry,
    });
    return order.status === 'denied' ? refusedOrder(order) : { ok: true, orderId: order.id };
  }

  private replace(command: Extract<Command, { readonly type: 'replaceOrder' }>): CommandResult {
    const { config, manager, orchestrator, tracker } = this.parts;
    if (manager.hasManualClientOrderId(command.clientOrderId)) {
      const reason = 'DUPLICATE_CLIENT_ORDER_ID';
      return { ok: false, reason, message: REJECTION_REASONS[reason] };
    }
    const order = manager.order(command.orderId);
    if (order === undefined || isTerminal(order.status)) {
      return notFound(`There is no working order ${command.orderId}.`);
    }
    const { quantity, limitPrice, stopPrice, trail, notional, legs } = order;
    const size = { quantity, limitPrice, stopPrice, trail, notional, legs, ...command.changes };
    if (isTooLarge(size, tracker.lastPrice[order.symbolId] ?? 0, config.priceScale)) return TOO_LARGE;
    const next = orchestrator.replace(command.orderId, command.changes, command.clientOrderId);
    if (next === undefined) {
      const reason = 'NOT_REPLACEABLE';
      return { ok: false, reason, message: REJECTION_REASONS[reason], orderId: command.orderId };
    }
    return next.status === 'denied' ? refusedOrder(next) : { ok: true, orderId: next.id };
  }

  private close(symbolId: number, symbol: string, user: string): CommandResult {
    const { orchestrator, tracker } = this.parts;
    if (symbolId < 0) return { ok: false, reason: 'SYMBOL_UNKNOWN', message: `The session has no symbol ${symbol}.` };
    let last: Order | undefined;
    for (const position of tracker.positions()) {
      if (position.symbolId !== symbolId || position.quantity === 0) continue;
      last = orchestrator.closePosition(position.owner, symbolId, `closed by ${user}`);
      if (last?.status === 'denied') return refusedOrder(last);
    }
    return last === undefined ? notFound(`There is no position in ${symbol}.`) : { ok: true, orderId: last.id };
  }

  private startStrategy(config: StrategyConfig): CommandResult {
    if (this.parts.checks.isRuined) {
      return { ok: false, reason: 'ACCOUNT_RUINED', message: DENIAL_REASONS.ACCOUNT_RUINED };
    }
    try {
      this.parts.addStrategy(config);
      return DONE;
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      return { ok: false, reason: 'STRATEGY_INVALID', message: `${error.message} ${error.remedy ?? ''}`.trim() };
    }
  }
}

/** A refusal of the venue is an answer like any other: the command itself was carried out. */
function venueResult(answer: VenueAnswer | undefined): CommandResult {
  if (answer === undefined) return DONE;
  return answer.ok && answer.orderId !== undefined
    ? { ok: true, orderId: answer.orderId, answer }
    : { ok: true, answer };
}

function notFound(message: string): CommandResult {
  return { ok: false, reason: 'NOT_FOUND', message };
}

function refusedOrder(order: Order): CommandResult {
  const text = order.statusReason ?? 'QUANTITY_ZERO';
  if (isDenial(text)) return { ok: false, reason: text, message: DENIAL_REASONS[text], orderId: order.id };
  if (isRejection(text)) return { ok: false, reason: text, message: REJECTION_REASONS[text], orderId: order.id };
  return { ok: false, reason: 'NOT_FOUND', message: text, orderId: order.id };
}

function isDenial(text: string): text is DenialReason {
  return Object.hasOwn(DENIAL_REASONS, text);
}

function isRejection(text: string): text is RejectionReason {
  return Object.hasOwn(REJECTION_REASONS, text);
}
