/**
 * Turns a decision into a fill: fees, ledger entries and receipt, all computed before anything is changed. Fills have
 * one shape and one receipt; those in numbers are written over.
 */
import type { FeeLine, Fill } from '../domain/fill.js';
import type { SymbolListing } from '../domain/listing.js';
import { leverageAt } from '../domain/marginTerms.js';
import type { FillCharges, PromptFill } from '../domain/promptFill.js';
import type { FeedCoverage } from '../domain/receipt.js';
import type { FeedKind, SessionConfig } from '../domain/session.js';
import type { DurationMicros, Micros, Money, Price, Quantity } from '../domain/units.js';
import { DOLLAR, formatDecimal, notional } from '../domain/units.js';
import { NumberedTexts } from '../utils/NumberedTexts.js';
import { costAtFill, isCoveredByMargin, sharesAtFill } from './cover.js';
import { emptyFill } from './emptyFill.js';
import type { Mutable, MutableFill, MutablePromptFill, MutableReceipt } from './emptyFill.js';
import type { FeePlan } from './fees/FeePlan.js';
import { goesOnWithLot, lotParts } from './fees/lotParts.js';
import { isRatedAnew } from './fees/orderFees.js';
import { RegulatoryFees } from './fees/RegulatoryFees.js';
import { fillEntries, settle } from './ledger.js';
import type { FillDecision } from './matching/FillDecision.js';
import { versionOf } from './preset.js';
import type { Preset, SlippageModel } from './preset.js';
import { notionalLeft, quantityFor } from './reserves.js';
import type { TradingSession } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

const COVERAGE_OF_FEED: Readonly<Record<FeedKind, FeedCoverage>> = {
  sim: 'simulated',
  recorded: 'consolidated',
  twelvedata: 'sampled',
  alpaca: 'unknown',
};
const NO_FEES: readonly FeeLine[] = [];
const TIER_UNKNOWN = 'LULD tier unknown, taken as tier 2';

/** Number of the last fill; fill ids are `f-` and this number, unique among the exchanges of a venue. */
export interface FillIds {
  last: number;
}

/** See the module header. */
export class FillMaker {
  private readonly preset: Preset;
  private readonly plan: FeePlan;
  private readonly session: TradingSession;
  readonly priceScale: number;
  private readonly feed: string;
  private readonly feedDelay: DurationMicros;
  private readonly coverage: FeedCoverage;
  private readonly models: string;
  private readonly listings: readonly SymbolListing[];
  private readonly regulatory = new RegulatoryFees();
  private readonly texts = new NumberedTexts('f-');
  private readonly charges: Mutable<FillCharges> = { commission: 0.5, secFee: 0.5, tafFee: 0.5 };
  readonly ids: FillIds;

  constructor(
    config: SessionConfig,
    preset: Preset,
    plan: FeePlan,
    session: TradingSession,
    ids: FillIds = { last: 0 },
  ) {
    this.ids = ids;
    this.preset = preset;
    this.plan = plan;
    this.session = session;
    this.priceScale = config.priceScale;
    this.feed = config.feed;
    this.feedDelay = config.feedDelay ?? 0;
    this.coverage = config.coverage ?? COVERAGE_OF_FEED[config.feed];
    this.listings = config.listings ?? [];
    this.models = describeModels(preset, plan);
  }

  /** Number of the last fill. */
  get lastId(): number {
    return this.ids.last;
  }
  set lastId(last: number) {
    this.ids.last = last;
  }

  /** The fill of `quantity` micro-shares (positive, not above what remains) by a decision at `time`. */
  make(order: WorkingOrder, decision: FillDecision, quantity: Quantity, time: Micros, reportTime: Micros): Fill {
    const into: MutableFill = emptyFill();
    const number = this.ids.last + 1;
    this.ids.last = number;
    const { account, symbolId, sign } = order;
    const value = notional(decision.price, quantity, this.priceScale);
    this.charge(order, quantity, value, this.charges);
    const fees = feeLines(this.charges);
    into.id = this.texts.of(number);
    into.orderId = order.id;
    into.clientOrderId = order.clientOrderId;
    into.accountId = account.accountId;
    into.symbolId = symbolId;
    into.side = order.side;
    into.quantity = quantity;
    into.price = decision.price;
    into.time = time;
    into.reportTime = reportTime;
    into.liquidity = decision.maker ? 'maker' : 'taker';
    into.fees = fees;
    into.entries = fillEntries(account, symbolId, sign * quantity, value, fees);
    this.writeFigures(into.receipt, order, decision, quantity, reportTime - time);
    this.writeTexts(into.receipt, order, decision);
    return into;
  }

  /** As {@link make} in numbers, of an order that takes: written into a fill that nobody reads any more. */
  makeInNumbers(
    order: WorkingOrder,
    decision: FillDecision,
    quantity: Quantity,
    time: Micros,
    reportTime: Micros,
    into: MutablePromptFill,
  ): PromptFill {
    const number = this.ids.last + 1;
    this.ids.last = number;
    const { account, symbolId, sign } = order;
    const value = notional(decision.price, quantity, this.priceScale);
    this.charge(order, quantity, value, into);
    into.number = number;
    into.accountId = account.accountId;
    into.symbolId = symbolId;
    into.sign = sign;
    into.quantity = quantity;
    into.price = decision.price;
    into.value = value;
    into.time = time;
    into.reportTime = reportTime;
    settle(account, symbolId, sign * quantity, value, into.commission + into.secFee + into.tafFee, into);
    this.writeFigures(into.receipt, order, decision, quantity, reportTime - time);
    if (this.writeTexts(into.receipt, order, decision)) into.wording += 1;
    return into;
  }

  /** Micro-shares that an order wants at the price of a decision. */
  wanted(order: WorkingOrder, decision: FillDecision): Quantity {
    if (order.notional > 0) return this.notionalQuantity(order, decision);
    if (order.sizeFraction === 0 || order.quantity !== 0) return order.remaining;
    const { account, sizeFraction } = order;
    const shares = sharesAtFill(account.buyingPower, sizeFraction, decision, this.plan, this.priceScale);
    return Math.min(decision.quantity, shares);
  }

  /** Why an order whose size its fill decides gets none. */
  nothingLeft(order: WorkingOrder): string {
    return order.notional > 0
      ? 'what is left of the notional is worth less than a millionth of a share, or nothing is held to sell'
      : 'the account cannot pay for a single share';
  }

  /**
   * How much of `quantity` the account can pay for by a decision, commission included: an order may use what it has
   * reserved and what is free, no more, and never what other orders have spent of their cover already, so that
   * purchases never take cash below zero (I-07). Whole shares where it is less than all; what closes a position is
   * always allowed. By margin all or nothing of an order. Where orders are covered when they fill, all or nothing of
   * what opens, by what the account has; cash may go below zero then by what `costAtFill` leaves out of the commission.
   */
  payable(order: WorkingOrder, decision: FillDecision, quantity: Quantity, time = decision.evidenceTime): Quantity {
    const { account, sign } = order;
    const isUnsized = order.sizeFraction > 0 && order.quantity === 0;
    const { coversAtFill } = account;
    if (this.preset.buyingPower === 'margin') {
      const leverage = leverageAt(this.preset, this.session.phase === 'regular', this.session.close, time);
      return isCoveredByMargin(order, leverage, this.plan, this.priceScale) ? quantity : 0;
    }
    if ((this.preset.buyingPower !== 'cash' && !coversAtFill) || isUnsized) return quantity;
    const held = account.quantityOf(order.symbolId);
    const closing = held * sign < 0 ? Math.min(Math.abs(held), quantity) : 0;
    if (closing === quantity) return quantity;
    if (coversAtFill) {
      const ordered = order.quantity > 0 ? order.quantity : quantity;
      const cost = costAtFill(quantity - closing, ordered, decision, this.plan, this.priceScale);
      return cost <= account.headroom + account.reserved ? quantity : closing;
    }
    const available = Math.min(order.reserve + account.buyingPower, account.headroom + account.reserved);
    let cost = notional(decision.price, quantity - closing, this.priceScale);
    if (this.plan.isFree !== true) {
      const value = order.filledNotional + notional(decision.price, quantity, this.priceScale);
      cost += this.plan.commission(order.filledQuantity + quantity, value) - order.commission;
    }
    if (cost <= available) return quantity;
    const affordable = order.isFractional
      ? this.worth(available, order, decision.price)
      : this.plan.affordable(available, decision.price, this.priceScale, order.filledQuantity, order.filledNotional);
    return Math.min(quantity, closing + affordable);
  }

  /**
   * Micro-shares, rounded down, that a notional order has left to trade at the price of a decision: what purchases
   * cost with their commission never exceeds the notional, and sales sell no more than is held.
   */
  notionalQuantity(order: WorkingOrder, decision: FillDecision): Quantity {
    const wanted = this.worth(notionalLeft(order), order, decision.price);
    return order.sign === 1 ? wanted : Math.min(wanted, Math.max(0, order.account.quantityOf(order.symbolId)));
  }

  /** Micro-shares that an amount pays for at a price, with the commission that the order would owe more. */
  private worth(amount: Money, order: WorkingOrder, price: Price): Quantity {
    const most = quantityFor(amount, price, this.priceScale);
    if (this.plan.isFree || most === 0) return most;
    const value = order.filledNotional + notional(price, most, this.priceScale);
    const owed = this.plan.commission(order.filledQuantity + most, value) - order.commission;
    return quantityFor(amount - Math.max(0, owed), price, this.priceScale);
  }

  /** Writes what a fill of `quantity` micro-shares worth `value` is charged: what the order owes more by it. */
  private charge(order: WorkingOrder, quantity: Quantity, value: Money, into: Mutable<FillCharges>): void {
    const totalQuantity = order.filledQuantity + quantity;
    const totalValue = order.filledNotional + value;
    into.commission =
      this.preset.commissionOf === 'lot' && !this.plan.isProportional
        ? this.commissionByLot(order, quantity, value)
        : Math.max(0, this.plan.commission(totalQuantity, totalValue) - order.commission);
    into.secFee = 0;
    into.tafFee = 0;
    if (order.sign === 1 || !this.preset.regulatoryFees) return;
    const { date } = this.session;
    const isAnew = isRatedAnew(order, date);
    const ratedValue = isAnew ? value : totalValue - order.ratedValue;
    const ratedQuantity = isAnew ? quantity : totalQuantity - order.ratedQuantity;
    const secPaid = isAnew ? 0 : order.secFee - order.ratedSecFee;
    const tafPaid = isAnew ? 0 : order.tafFee - order.ratedTafFee;
    into.secFee = Math.max(0, this.regulatory.secOwed(ratedValue, date) - secPaid);
    into.tafFee = Math.max(0, this.regulatory.tafOwed(ratedQuantity, date) - tafPaid);
  }

  /** What a fill is charged where each lot that it closes, and what it opens, owes the plan's commission by itself. */
  private commissionByLot(order: WorkingOrder, quantity: Quantity, value: Money): Money {
    const { account, lotQuantity, lotValue } = order;
    const { plan } = this;
    const first = account.trades?.firstAgainst(order);
    const goesOn = goesOnWithLot(order);
    // Most fills are the first of their order, and open alone or close within one lot.
    if (!goesOn && (first === undefined || first.quantity >= quantity)) return plan.commission(quantity, value);
    let [before, valueBefore] = goesOn ? [lotQuantity, lotValue] : [0, 0];
    let commission = goesOn ? -plan.commission(before, valueBefore) : 0;
    for (const part of lotParts(order, quantity, value)) {
      commission += plan.commission(before + part.quantity, valueBefore + part.value);
      before = 0;
      valueBefore = 0;
    }
    return Math.max(0, commission);
  }

  private writeFigures(
    into: MutableReceipt,
    order: WorkingOrder,
    decision: FillDecision,
    quantity: Quantity,
    reportLatency: DurationMicros,
  ): void {
    const { evidenceQuantity } = decision;
    into.evidenceTime = decision.evidenceTime;
    into.evidenceSequence = decision.evidenceSequence;
    into.bid = decision.bid;
    into.bidSize = decision.bidSize;
    into.ask = decision.ask;
    into.askSize = decision.askSize;
    into.open = decision.open;
    into.high = decision.high;
    into.low = decision.low;
    into.last = decision.last;
    into.volume = decision.volume;
    into.decidedAt = this.decidedAtOf(order);
    into.arrivedAt = order.arrivedAt;
    into.basePrice = decision.basePrice;
    into.halfSpread = decision.halfSpread;
    into.slippage = decision.slippage;
    into.impact = decision.impact;
    into.bandLower = decision.bandLower;
    into.bandUpper = decision.bandUpper;
    into.shortFloor = order.shortFloor;
    into.dataLatency = order.dataLatency;
    into.reportLatency = reportLatency;
    into.queueAtEntry = order.queueAtEntry;
    into.queueAtFill = order.queueAtEntry < 0 ? -1 : order.queueAhead;
    into.participationLimit = decision.participationLimit;
    into.participation = evidenceQuantity > 0 ? quantity / evidenceQuantity : 0;
    into.triggerPrice = order.triggerPrice;
    into.triggerTime = order.triggerTime;
  }

  /** Writes the texts of a receipt, mostly those that it has already; true if one is another. */
  private writeTexts(into: MutableReceipt, order: WorkingOrder, decision: FillDecision): boolean {
    const coverage = decision.isSampled ? 'sampled' : this.coverage;
    const notes = this.notesOf(order, decision);
    const isSameKind = into.rule === decision.rule && into.basis === decision.basis && into.coverage === coverage;
    if (isSameKind && into.notes === notes) return false;
    into.basis = decision.basis;
    into.rule = decision.rule;
    into.feed = this.feed;
    into.feedDelay = this.feedDelay;
    into.coverage = coverage;
    into.preset = this.preset.name;
    into.models = this.models;
    into.notes = notes;
    return true;
  }

  /**
   * When what fills was decided. A changed order may look at what came before the change (`Preset.replacement`) and is
   * as old as the first for that; what stands on the book was decided with the change all the same.
   */
  private decidedAtOf(order: WorkingOrder): Micros {
    const isChanged = this.preset.replacement === 'sameBar' && order.formerIds.length > 0;
    return isChanged ? Math.max(order.decidedAt, order.arrivedAt - this.preset.replaceLatency) : order.decidedAt;
  }

  private notesOf(order: WorkingOrder, decision: FillDecision): string {
    const isRegulated = order.sign === -1 && this.preset.regulatoryFees;
    const fees = isRegulated ? this.regulatory.notesOn(this.session.date) : '';
    if (!decision.areBandsComputed || this.listings[order.symbolId]?.tier !== undefined) return fees;
    return fees === '' ? TIER_UNKNOWN : `${fees}; ${TIER_UNKNOWN}`;
  }
}

function feeLines({ commission, secFee, tafFee }: FillCharges): readonly FeeLine[] {
  if (secFee === 0 && tafFee === 0) return commission === 0 ? NO_FEES : [{ kind: 'commission', amount: commission }];
  const fees: FeeLine[] = commission === 0 ? [] : [{ kind: 'commission', amount: commission }];
  if (secFee > 0) fees.push({ kind: 'sec', amount: secFee });
  if (tafFee > 0) fees.push({ kind: 'taf', amount: tafFee });
  return fees;
}

/** The models behind a preset's fills in one line, e.g. `papertape 1: cap 10 %, order 40 ms, ...`. */
function describeModels(preset: Preset, plan: FeePlan): string {
  const spread = preset.spread.kind === 'none' ? 'no modelled spread' : 'spread table 2';
  const regulatory = preset.regulatoryFees ? 'SEC and TAF by date' : 'no SEC or TAF';
  return [
    `preset ${preset.name} ${versionOf(preset)}`,
    preset.participationBps === 0 ? 'no volume cap' : `cap ${preset.participationBps / 100} % of volume`,
    describeLatency(preset),
    spread,
    `slippage ${describeSlippage(preset.slippage)}`,
    `queue ${preset.queue}`,
    `fees ${plan.data.name} ${plan.data.version}`,
    regulatory,
  ].join(', ');
}

/** The legs in milliseconds: data if modelled, order, report. */
function describeLatency(preset: Preset): string {
  const legs = [preset.orderLatency, preset.reportLatency];
  if (preset.dataLatency > 0) legs.unshift(preset.dataLatency);
  const spread = preset.latencySigmaPercent === 0 ? '' : `, log-normal ${preset.latencySigmaPercent} %`;
  return `latency ${legs.map((leg) => leg / 1000).join(' + ')} ms${spread}`;
}

function describeSlippage(model: SlippageModel): string {
  if (model.kind === 'fixedBps' || model.kind === 'fixedAmount') {
    const cost = model.kind === 'fixedBps' ? `${model.bps} bp` : `${formatDecimal(model.amount, DOLLAR)} dollars`;
    const ofSome = model.symbols === undefined ? '' : ` of ${model.symbols.join(', ')}`;
    return `${cost}${ofSome}${model.besidesBps === undefined ? '' : ` and ${model.besidesBps} bp`}`;
  }
  if (model.kind === 'squareRoot') return `square root ${model.factorPercent} %`;
  if (model.kind !== 'volumeShare') return model.kind;
  return `${model.impactBps} bp times the squared share in volume, at most ${model.limitBps} bp`;
}
