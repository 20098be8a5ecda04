/**
 * Carries a decision out on an order: how much of it the order wants and its account can pay for, what of that closes
 * and what opens, and what becomes of the rest.
 */
import type { Micros, Quantity } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import { maySplit } from './admission.js';
import type { FillMaker } from './FillMaker.js';
import { slippageOf } from './matching/costs.js';
import type { FillDecision } from './matching/FillDecision.js';
import { takeFrom } from './matching/FillDecision.js';
import type { Preset } from './preset.js';
import { neverOpens } from './reserves.js';
import type { ReportQueue } from './ReportQueue.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What it works with. */
export interface FillDeskParts {
  readonly preset: Preset;
  readonly fills: FillMaker;
  readonly reports: ReportQueue;
  readonly emit: (event: OrderEvent, order: WorkingOrder) => void;
  readonly cancel: (order: WorkingOrder, time: Micros, reason: string) => void;
}

/** See the module header. */
export class FillDesk {
  readonly #parts: FillDeskParts;
  /** Whether slippage is paid on all that opens and nothing else, so that it depends on the position at the fill. */
  readonly #isOpeningCost: boolean;

  constructor(parts: FillDeskParts) {
    const { slippage, openingCost } = parts.preset;
    this.#parts = parts;
    this.#isOpeningCost = openingCost === 'all' && slippage.kind === 'fixedBps' && slippage.on === 'opening';
  }

  /** Fills an order by a decision whose quantity is above 0. */
  fill(order: WorkingOrder, symbol: SymbolMarket, decision: FillDecision, time: Micros): void {
    const { preset, fills } = this.#parts;
    const against = Math.max(0, -order.account.quantityOf(order.symbolId) * order.sign);
    // A fraction of what the account has is reckoned as if all of it opened.
    const isSizedHere = order.sizeFraction > 0 && order.quantity === 0;
    this.#chargeOpening(order, decision, isSizedHere || (against === 0 && !neverOpens(order)));
    const wanted = fills.wanted(order, decision);
    const quantity = Math.min(wanted, decision.quantity);
    if (quantity <= 0) {
      if (order.quantity === 0) this.#parts.cancel(order, time, fills.nothingLeft(order));
      return;
    }
    const closing = Math.min(against, quantity);
    if (against > 0) this.#chargeOpening(order, decision, closing < quantity && preset.crossing !== 'split');
    if (closing === 0 || closing === quantity || preset.crossing === 'allow') {
      this.#fillPart(order, symbol, decision, quantity, wanted, time);
    } else if (preset.crossing === 'reject' || !maySplit(order, preset)) {
      this.#parts.cancel(order, time, 'the fill would cross from long to short in one step');
    } else {
      // Its size is known now, and the first of two fills must not be taken for all of it.
      if (order.quantity === 0) this.#parts.emit({ type: 'resized', orderId: order.id, time, quantity: wanted }, order);
      this.#fillPart(order, symbol, decision, closing, wanted, time);
      this.#chargeOpening(order, decision, true);
      if (!order.closed) this.#fillPart(order, symbol, decision, quantity - closing, order.remaining, time);
    }
  }

  /** Fills what the account can pay for of a part; `left` is what the order wants, so that a fill of it is the last. */
  #fillPart(
    order: WorkingOrder,
    symbol: SymbolMarket,
    decision: FillDecision,
    quantity: Quantity,
    left: Quantity,
    time: Micros,
  ): void {
    const { fills, reports, emit, cancel, preset } = this.#parts;
    const paid = fills.payable(order, decision, quantity, time);
    const isWhole = order.timeInForce !== 'fok' || paid === left || decision.isPart;
    if (paid > 0 && isWhole) {
      takeFrom(symbol, decision, paid);
      const fill = fills.make(order, decision, paid, time, reports.dueFor(time));
      emit({ type: 'filled', orderId: order.id, time, fill, final: paid === left }, order);
    }
    const isUncovered = preset.buyingPower !== 'cash' && paid === 0 && order.filledQuantity === 0;
    const what = isUncovered ? 'it' : 'the rest';
    if (paid < quantity) cancel(order, time, `the account cannot pay for ${what} at this price`);
  }

  /** Puts the cost of opening on a decision's price, of a limit order beyond its limit if need be; or takes it off. */
  #chargeOpening(order: WorkingOrder, decision: FillDecision, opens: boolean): void {
    if (!this.#isOpeningCost) return;
    const { fills, preset } = this.#parts;
    const { basePrice, halfSpread } = decision;
    decision.setSlippage(order.sign, slippageOf(preset.slippage, basePrice, halfSpread, opens, fills.priceScale));
  }
}
