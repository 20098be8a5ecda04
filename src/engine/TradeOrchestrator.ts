/**
 * Turns wishes into approved orders: sizes signals, runs every order through the risk checks, and sequences
 * what must not happen at once (a reversal is a close, then an open). The only maker of `RiskApproved`.
 */
import type {
  ExitTerms,
  GroupTerms,
  OrderChanges,
  OrderRequest,
  OrderType,
  RiskApproved,
  Side,
  TimeInForce,
} from '../domain/order.js';
import { isTerminal } from '../domain/orderState.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer } from '../domain/risk.js';
import type { RiskDecision } from '../domain/risk.js';
import { SIGNAL_INTENTS } from '../domain/signal.js';
import type { Signal, SignalIntent, SignalTarget } from '../domain/signal.js';
import type { DurationMicros, Micros, Price, Quantity } from '../domain/units.js';
import { mulDivDown } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import { placeIn } from '../utils/placeIn.js';
import { comingQuantity, openEntry, openExit } from './comingQuantity.js';
import { EntrySizer } from './EntrySizer.js';
import { Flattener } from './Flattener.js';
import { FleetingSignal } from './FleetingSignal.js';
import { PromptOrders, isPrompt } from './PromptOrders.js';
import { WaitingOrders } from './WaitingOrders.js';
import { NumberedTexts } from '../utils/NumberedTexts.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import type { DirectOrder } from './OrderPolicy.js';
import { createClose, createExit, createInput, createRequest } from './orderLiterals.js';
import type { OrderRecord } from './OrderRecord.js';
import { MANUAL_OWNER, ownerOf } from './PositionTracker.js';
import { signalDifference } from './recovery.js';
import type { RecordedDecisions } from './recovery.js';
import { createDecision } from './riskChecks.js';
import { estimateAtFill, fillRiskInput, leaveFirst, replaceInput } from './riskInput.js';
import type { RiskInput } from './riskChecks.js';
import { direction, fractionAtFill, groupOf, isEntry, requestOf } from './signalTerms.js';
import type { StrategyInstance } from './StrategyInstance.js';

const DUPLICATE = RISK_CHECKS.indexOf('duplicateSignal');

/** See the module header. */
export class TradeOrchestrator {
  /** Set while recorded decisions are applied; the first difference found stays in `mismatch`. */
  recorded: RecordedDecisions | undefined = undefined;
  mismatch: string | undefined = undefined;
  /** Closes positions behind the cancels of their orders. */
  readonly flattener: Flattener;
  /** The order that waits for the next bar instead of being submitted. Every other wish submits it first. */
  readonly prompt: PromptOrders;
  /** Those of a run of merged bars. */
  readonly waiting: WaitingOrders;
  private readonly parts: OrchestratorParts;
  private readonly input: RiskInput;
  private readonly refused = createDecision();
  private readonly sizer: EntrySizer;
  private readonly sizedAtFill: boolean;
  private readonly signalIds = new NumberedTexts('s-');
  private readonly fleeting = new FleetingSignal();
  private signalCount = 0;
  private systemOrderCount = 0;

  constructor(parts: OrchestratorParts) {
    this.parts = parts;
    this.flattener = new Flattener(parts, (owner, symbolId, reason) => this.closePosition(owner, symbolId, reason));
    this.prompt = new PromptOrders(parts, this.submitPrompt.bind(this));
    this.waiting = new WaitingOrders(parts);
    this.input = createInput();
    this.sizedAtFill = parts.policy.sizing === 'allInAtFill';
    this.sizer = new EntrySizer(parts);
  }

  /** Takes a strategy's wish: it is answered at once, with an order or a stored denial. */
  signal(
    instance: StrategyInstance,
    symbolId: number,
    intent: SignalIntent,
    target: SignalTarget | undefined,
    type: OrderType,
    timeInForce: TimeInForce,
    limitPrice: Price | undefined,
    stopPrice: Price | undefined,
    reason: string,
    exits?: readonly ExitTerms[],
    timeStop?: DurationMicros,
  ): void {
    this.prompt.submit();
    if (this.waiting.holds(symbolId)) this.waiting.release();
    this.signalCount += 1;
    const { fleeting } = this;
    fleeting.number = this.signalCount;
    fleeting.instanceId = instance.id;
    fleeting.symbolId = symbolId;
    fleeting.time = this.parts.clock.now;
    fleeting.ask(intent, target, type, timeInForce, limitPrice, stopPrice, reason, exits, timeStop);
    // Without a run of bars somebody may follow orders, and reads the texts of signals.
    const isUnread = this.prompt.isOpen === true || this.waiting.isOpen === true;
    this.answer(instance, isUnread ? fleeting : fleeting.named(this.signalIds.of(this.signalCount)));
  }

  /** Takes a signal of an instance and answers it. */
  private answer(instance: StrategyInstance, signal: Signal): void {
    const { symbolId, intent, target } = signal;
    const slot = instance.slotOf[symbolId] ?? -1;
    if (instance.active !== true) {
      this.refuse(signal, 'STRATEGY_STOPPED');
      return;
    }
    if (instance.isDuplicate(slot, placeIn(SIGNAL_INTENTS, intent), target?.value ?? 0, signal.time)) {
      this.refuse(signal, 'DUPLICATE_SIGNAL');
      return;
    }
    // A new wish replaces what was still waiting; an entry behind an exit comes once that has closed.
    const closes = instance.pending[slot]?.signal.intent === 'exit';
    instance.pending[slot] = undefined;
    this.follow(instance, slot, signal, closes);
  }

  /** Takes a direct order; it is sent or denied at once. */
  direct(request: DirectOrder): OrderRecord {
    this.prompt.submit();
    const { clock, manager, config, tracker } = this.parts;
    const price = request.limitPrice ?? tracker.lastPrice[request.symbolId] ?? 0;
    const isNotional = request.notional !== undefined && price > 0;
    const estimate = isNotional ? mulDivDown(request.notional, config.priceScale, price) : request.quantity;
    const input = this.fillInput(request.symbolId, request.side, request.type, estimate);
    input.limitPrice = request.limitPrice ?? 0;
    input.stopPrice = request.stopPrice ?? 0;
    input.mayShrink = false;
    input.duplicate = false;
    input.flatten = request.flatten;
    input.carried = request.carried === true;
    input.fees = this.feesOf(request.symbolId, request.side, estimate);
    const decision = this.decide(input, undefined);
    const terms = { ...request, accountId: config.accountId } as OrderRequest;
    const order = manager.create(terms, clock.now, request.group);
    if (decision.outcome === 'deny') {
      manager.deny(order, decision.reason ?? 'QUANTITY_ZERO', clock.now, decision);
      return order;
    }
    order.increasesRisk = !this.parts.checks.lastReduces;
    this.parts.checks.countSubmission(clock.now);
    manager.submit(approved(order), input.lastPrice, clock.now, decision);
    return order;
  }

  /**
   * Asks to let a working order go on under other terms. What it becomes passes the checks as if the old order were
   * gone. Answers the new order, denied if a check says no; undefined if the old one is unknown or cannot be replaced.
   */
  replace(orderId: string, changes: OrderChanges, clientOrderId: string): OrderRecord | undefined {
    const { clock, manager, config, checks } = this.parts;
    const old = manager.order(orderId);
    if (old === undefined || !manager.isReplaceable(old)) return undefined;
    const { clientOrderId: _, ...terms } = changes;
    const request = { ...requestOf(old), ...terms, clientOrderId, accountId: config.accountId } as OrderRequest;
    const quantity = Math.max(0, request.quantity - old.filledQuantity);
    const input = this.fillInput(old.symbolId, old.side, old.type, quantity);
    replaceInput(input, old, request);
    input.fees = this.feesOf(old.symbolId, old.side, quantity);
    const decision = this.decide(input, undefined);
    const next = manager.create(request, clock.now);
    if (decision.outcome === 'deny') {
      manager.deny(next, decision.reason ?? 'QUANTITY_ZERO', clock.now, decision);
      return next;
    }
    checks.countSubmission(clock.now);
    manager.replace(old, approved(next), changes, input.limitPrice || input.lastPrice, clock.now, decision);
    return next;
  }

  /** Called after a fill: the first one of an entry with a time stop sets it. */
  armTimeStop(order: OrderRecord, instance: StrategyInstance, time: Micros): void {
    if (order.timeStop === 0) return;
    this.parts.timers.setTimeStop(instance, order.symbolId, time + order.timeStop);
    order.timeStop = 0;
  }

  /** Closes an instance's position, whether it still runs or not. */
  timeStop(instance: StrategyInstance, symbolId: number): void {
    const slot = instance.slotOf[symbolId] ?? -1;
    if (slot < 0 || this.parts.tracker.quantityOf(instance.id, symbolId) === 0) return;
    const working = instance.exit[slot];
    this.signalCount += 1;
    const id = this.signalIds.of(this.signalCount);
    const { now } = this.parts.clock;
    const signal = createExit(id, instance.id, symbolId, now, 'time stop');
    if (working === undefined) {
      this.follow(instance, slot, signal);
      return;
    }
    this.parts.manager.cancel(working.id, now);
    this.wait(instance, slot, signal, working.id);
  }

  /** Called after a report on an order of an instance, before its hooks: a final order works no more. */
  releaseFinal(order: OrderRecord, instance: StrategyInstance): void {
    if (!isTerminal(order.status)) return;
    const slot = instance.slotOf[order.symbolId] ?? -1;
    if (slot < 0) return;
    // A replaced order goes on as another one.
    const next = order.replacedBy === undefined ? undefined : this.parts.manager.order(order.replacedBy);
    if (instance.entry[slot] === order) instance.entry[slot] = next;
    if (instance.exit[slot] === order) instance.exit[slot] = next;
  }

  /** Called after the hooks of a report: lets the entry that waited for the order go on. */
  continuePending(order: OrderRecord, instance: StrategyInstance): void {
    if (!isTerminal(order.status)) return;
    const slot = instance.slotOf[order.symbolId] ?? -1;
    if (slot < 0) return;
    const pending = instance.pending[slot];
    if (pending === undefined || pending.waitsFor !== order.id) return;
    if (order.replacedBy !== undefined) {
      instance.pending[slot] = { ...pending, waitsFor: order.replacedBy };
      return;
    }
    instance.pending[slot] = undefined;
    // A close that was refused leaves the position: entering now would cross through zero.
    if (order.status === 'rejected') return;
    // An exit that is under way is completed, whatever became of the strategy.
    if (!instance.active && pending.signal.intent !== 'exit') return;
    this.follow(instance, slot, pending.signal, pending.closes);
  }

  /** Cancels an instance's working entries and forgets waiting ones; exits stay. */
  cancelEntries(instance: StrategyInstance): void {
    this.prompt.submit();
    const { manager, clock } = this.parts;
    for (let slot = 0; slot < instance.symbolIds.length; slot += 1) {
      if (instance.pending[slot]?.signal.intent !== 'exit') instance.pending[slot] = undefined;
    }
    for (const order of manager.openOrders()) {
      if (ownerOf(order) === instance.id && (order.increasesRisk || instance.entry.includes(order))) {
        manager.cancel(order.id, clock.now);
      }
    }
  }

  /** Cancels every working order, or only those that enter or add to risk. */
  cancelAll(onlyRisk = false): void {
    const { manager, clock } = this.parts;
    for (const order of manager.openOrders()) if (!onlyRisk || order.increasesRisk) manager.cancel(order.id, clock.now);
  }

  /** Closes one owner's position at the market, or `most` micro-shares of it; undefined if nothing is held. */
  closePosition(owner: string, symbolId: number, reason: string, most = Infinity): OrderRecord | undefined {
    const held = this.parts.tracker.quantityOf(owner, symbolId);
    const quantity = Math.sign(held) * Math.min(Math.abs(held), most);
    if (quantity === 0) return undefined;
    this.systemOrderCount += 1;
    const id = `${this.parts.config.sessionId}-system-${this.systemOrderCount}`;
    const source =
      owner === MANUAL_OWNER
        ? ({ kind: 'manual', user: 'system' } as const)
        : ({ kind: 'strategy', instanceId: owner } as const);
    return this.direct(createClose(id, symbolId, quantity, source, reason));
  }

  /**
   * Does the next step towards a signal: cancel or close what is in the way, or send the order. `closes` says that an
   * entry is to close what is held first, also what is on its own side: its strategy asked for an exit before it.
   */
  private follow(instance: StrategyInstance, slot: number, signal: Signal, closes = false): void {
    const { tracker, manager, clock, policy, checks } = this.parts;
    const held = tracker.quantityOf(instance.id, signal.symbolId);
    // A target is of all that its strategy has open; other wishes follow one entry at a time.
    const isOpenTarget = signal.intent === 'target' && manager.isWorking(signal.symbolId);
    const other = isOpenTarget ? openEntry(manager.openOrders(), instance.id, signal.symbolId) : undefined;
    const working = instance.entry[slot] ?? other;
    const wanted = direction(signal, held);
    // What waits at the market fills in any case: the difference goes against it where orders may cross.
    const nets = isOpenTarget && wanted !== 0 && working?.type === 'market' && policy.crossing === 'allow';
    const isAgainst = working !== undefined && (wanted === 0 || working.side !== (wanted > 0 ? 'buy' : 'sell'));
    if (isAgainst && !nets) {
      manager.cancel(working.id, clock.now);
      // It may have filled and not been reported: only with its end it is known how much an exit has to close.
      if (signal.intent === 'exit' || (held === 0 && wanted !== 0)) {
        this.wait(instance, slot, signal, working.id, closes);
        return;
      }
    }
    const leaving = instance.exit[slot];
    const returns = isEntry(signal) && (closes || leaving?.type === 'market');
    const isEntering = isEntry(signal) && working?.side === (wanted > 0 ? 'buy' : 'sell');
    if (isEntering && working.status === 'pending_cancel') {
      this.wait(instance, slot, signal, working.id, closes);
      return;
    }
    const flips = held !== 0 && wanted !== 0 && (held > 0 !== wanted > 0 || returns);
    // Where one order may cross, a target sends that, unless limits are to judge what it opens by itself.
    const crosses = flips && (signal.intent !== 'target' || policy.crossing === 'reject' || checks.hasLimits);
    const exit =
      held !== 0 && (flips || signal.intent === 'exit') ? openExit(manager, instance.id, signal.symbolId) : undefined;
    if (exit !== undefined) {
      // The exits that stand in the market hold the shares: they go first, or both would sell them.
      manager.cancel(exit.id, clock.now);
      this.wait(instance, slot, signal, exit.id, closes);
      return;
    }
    if (crosses || signal.intent === 'exit') {
      if (leaving !== undefined) {
        if (!crosses || (returns && isEntering)) this.refuse(signal, 'QUANTITY_ZERO');
        else if (returns && policy.reversal === 'sameInstant')
          this.enter(instance, slot, signal, wanted > 0 ? 1 : -1, 0);
        else this.wait(instance, slot, signal, leaving.id);
        return;
      }
      const close = this.send(instance, signal, held > 0 ? 'sell' : 'buy', Math.abs(held), true, !crosses);
      if (!crosses || close === undefined) return;
      if (policy.reversal === 'afterClose') {
        this.wait(instance, slot, signal, close.id);
        return;
      }
      this.enter(instance, slot, signal, wanted > 0 ? 1 : -1, 0);
      return;
    }
    if (signal.intent !== 'target' && (held !== 0 || working !== undefined)) {
      this.refuse(signal, 'QUANTITY_ZERO');
      return;
    }
    if (isOpenTarget && isAgainst && !nets && wanted !== 0) {
      this.wait(instance, slot, signal, working.id);
      return;
    }
    const coming = isOpenTarget ? comingQuantity(manager.openOrders(), instance.id, signal.symbolId) : 0;
    this.enter(instance, slot, signal, wanted >= 0 ? 1 : -1, held, coming, nets ? undefined : working);
  }

  /**
   * Sends what brings `held`, and what open orders still add to it, to what is wanted. A `working` entry that is too
   * much for it is taken back first.
   */
  private enter(
    instance: StrategyInstance,
    slot: number,
    signal: Signal,
    sign: 1 | -1,
    held: Quantity,
    coming: Quantity = 0,
    working?: OrderRecord,
  ): void {
    if (this.sizedAtFill && fractionAtFill(signal, instance.config.allocation) > 0) {
      this.send(instance, signal, sign > 0 ? 'buy' : 'sell', 0, false);
      return;
    }
    const delta = this.sizer.quantityOf(signal, instance.config.allocation, sign, held) - coming;
    if (working !== undefined && delta !== 0 && delta > 0 !== (working.side === 'buy')) {
      this.parts.manager.cancel(working.id, this.parts.clock.now);
      this.wait(instance, slot, signal, working.id);
      return;
    }
    const side = (delta || sign) > 0 ? 'buy' : 'sell';
    const open = held + coming;
    const reduces = delta !== 0 && open > 0 !== delta > 0 && Math.abs(delta) <= Math.abs(open);
    this.send(instance, signal, side, Math.abs(delta), reduces);
  }

  private send(
    instance: StrategyInstance,
    signal: Signal,
    side: Side,
    quantity: Quantity,
    closes: boolean,
    mayWait = true,
  ): OrderRecord | undefined {
    const { clock, config, sink, checks } = this.parts;
    const fraction = this.sizedAtFill && !closes ? fractionAtFill(signal, instance.config.allocation) : 0;
    const atFill = fraction > 0;
    // Closes go at the market; the signal's own prices are those of its entry.
    const type = closes && signal.intent !== 'exit' ? 'market' : signal.orderType;
    const limitPrice = closes && signal.intent !== 'exit' ? undefined : signal.limitPrice;
    const stopPrice = closes && signal.intent !== 'exit' ? undefined : signal.stopPrice;
    const input = this.fillInput(signal.symbolId, side, type, quantity);
    input.limitPrice = limitPrice ?? 0;
    input.stopPrice = stopPrice ?? 0;
    input.duplicate = false;
    input.flatten = false;
    input.sizedAtFill = atFill;
    if (!closes) leaveFirst(input, instance.exit[instance.slotOf[signal.symbolId] ?? -1], this.parts);
    // The size of a target or of an explicit entry is the author's; only sizes that a model chose may shrink.
    input.mayShrink = !closes && signal.target === undefined;
    if (atFill) input.quantity = estimateAtFill(input, fraction, this.parts);
    input.fees = this.feesOf(signal.symbolId, side, input.quantity);
    const decision = this.decide(input, signal);
    if (decision.outcome === 'deny') {
      sink.onSignal(signal, decision, undefined);
      return undefined;
    }
    instance.clientOrderCount += 1;
    checks.countSubmission(clock.now);
    const group = closes ? undefined : groupOf(signal);
    const timeStop = closes ? 0 : (signal.timeStop ?? 0);
    const shares = atFill ? 0 : decision.quantity;
    const mayBePrompt = mayWait && group === undefined && timeStop === 0 && isPrompt(type, signal.timeInForce, shares);
    // A strategy may begin to follow its orders while it runs.
    if (mayBePrompt && this.prompt.isOpen === true && this.parts.manager.openCount === 0 && !instance.isFollowing) {
      sink.onSignal(signal, decision, this.prompt.hold(signal, instance, side, shares, !closes, input.lastPrice));
      return undefined;
    }
    const held = mayBePrompt ? this.waiting.take(signal, instance, side, shares, !closes, input.lastPrice) : undefined;
    if (held !== undefined) {
      sink.onSignal(signal, decision, held);
      return undefined;
    }
    const request = createRequest(
      instance.clientOrderIds.of(instance.clientOrderCount),
      config.accountId,
      signal.symbolId,
      input.side,
      type,
      signal.timeInForce,
      shares,
      limitPrice,
      stopPrice,
      atFill ? { fraction } : undefined,
      instance.source,
      signal.reason,
      signal.number === undefined ? signal.id : this.signalIds.of(signal.number),
    );
    const order = this.recordOf(request, instance, instance.clientOrderCount, !closes, group);
    order.timeStop = timeStop;
    sink.onSignal(signal, decision, order);
    this.parts.manager.submit(approved(order), input.lastPrice, clock.now, undefined);
    return order;
  }

  /** An order of an instance, whose client order id ends in a number; it works for its slot from now on. */
  private recordOf(
    request: OrderRequest,
    instance: StrategyInstance,
    clientOrderNumber: number,
    increasesRisk: boolean,
    group: GroupTerms | undefined,
  ): OrderRecord {
    const order = this.parts.manager.create(request, this.parts.clock.now, group);
    order.clientOrderNumber = clientOrderNumber;
    order.clientOrderPrefix = instance.clientOrderIds.prefix;
    order.increasesRisk = increasesRisk;
    const slot = instance.slotOf[request.symbolId] ?? 0;
    if (increasesRisk) instance.entry[slot] = order;
    else instance.exit[slot] = order;
    return order;
  }

  /** Submits a prompt order after all: it is as if it never waited. */
  private submitPrompt(request: OrderRequest, instance: StrategyInstance, held: OrderRecord, price: Price): void {
    const { clientOrderNumber, increasesRisk } = held;
    const order = this.recordOf(request, instance, clientOrderNumber, increasesRisk, undefined);
    this.parts.manager.submit(approved(order), price, this.parts.clock.now, undefined);
  }

  /** Lets a signal wait for the end of an order; what is kept is one of its own, with its id. */
  private wait(instance: StrategyInstance, slot: number, signal: Signal, waitsFor: string, closes = false): void {
    const kept = signal instanceof FleetingSignal ? signal.named(this.signalIds.of(signal.number)) : signal;
    instance.pending[slot] = { signal: kept, waitsFor, closes };
  }

  private decide(input: RiskInput, signal: Signal | undefined): RiskDecision {
    const own = this.parts.checks.decide(input);
    if (this.recorded === undefined) return own;
    // What the order does to risk follows from the inputs; what was allowed, and on which side, is in the record.
    const past = this.recorded.takeDecision();
    if (past?.order !== undefined) input.side = past.order.side;
    if (signal !== undefined) this.mismatch ??= signalDifference(signal, past?.signal);
    else if (past === undefined || past.signal !== undefined)
      this.mismatch ??= 'an order was given that the record does not hold';
    return past?.decision ?? own;
  }

  private refuse(signal: Signal, reason: DenialReason): void {
    const decision = this.refused;
    if (this.recorded !== undefined) this.mismatch ??= signalDifference(signal, this.recorded.takeDecision()?.signal);
    const isDuplicate = reason === 'DUPLICATE_SIGNAL';
    decision.outcome = 'deny';
    decision.reason = reason;
    decision.answers[DUPLICATE] = isDuplicate ? RiskAnswer.DENY : RiskAnswer.NOT_RUN;
    decision.measured[DUPLICATE] = isDuplicate ? 1 : 0;
    this.parts.sink.onSignal(signal, decision, undefined);
  }

  private feesOf(symbolId: number, side: Side, quantity: Quantity): number {
    return this.parts.policy.estimateFees(symbolId, side, quantity, this.input.lastPrice);
  }

  private fillInput(symbolId: number, side: Side, type: OrderType, quantity: Quantity): RiskInput {
    return fillRiskInput(this.input, this.parts, symbolId, side, type, quantity);
  }
}

/** Every check allowed it; the brand says so to the types. */
function approved(order: OrderRecord): RiskApproved<OrderRecord> {
  assert(order.status === 'initialized', 'an order is approved once');
  return order as RiskApproved<OrderRecord>;
}
