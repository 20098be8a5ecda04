/**
 * The money of the naive exchange: cash, lots and fees of one account, as docs/fill-model.md has them and without the
 * exchange's code. Plain lists and loops; what the rulebook and the fee plans say is read as data.
 */
import { previousSession, sessionOf } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Side } from '../../domain/order.js';
import { mulDiv, notional, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import type { FeePlanData } from '../fees/FeePlan.js';
import { settlementDate } from '../rulebook/settlement.js';
import { rateOn, SEC_RATES, TAF_RATES } from '../rulebook/usEquityFees.js';

const MILLION = 1_000_000;
const CENT = 10_000;

interface Lot {
  quantity: number;
  /** Paid for it, or received for a short one; positive. */
  cost: number;
}

interface Holding {
  side: 1 | -1;
  lots: Lot[];
}

/** What an order has paid so far, by kind of fee. */
export interface PaidFees {
  commission: number;
  sec: number;
  taf: number;
}

/** Value of a quantity at a price. */
export function worth(price: number, quantity: number): number {
  return notional(price, quantity, RAW_PRICE_SCALE);
}

/** What an order owes its broker after `quantity` worth `value`. */
export function commissionOwed(plan: FeePlanData, quantity: number, value: number): number {
  const isFree = plan.perShare + plan.perOrder + plan.valuePpm + plan.minimum === 0;
  if (isFree || quantity === 0) return 0;
  const parts = plan.perOrder + mulDiv(plan.perShare, quantity, SHARE) + mulDiv(value, plan.valuePpm, MILLION);
  const least = Math.max(parts, plan.minimum);
  if (plan.maximumPpm === 0) return least;
  const most = mulDiv(value, plan.maximumPpm, MILLION);
  return plan.maximumBeatsMinimum ? Math.min(least, most) : Math.max(Math.min(parts, most), plan.minimum);
}

/** A fill of a sale: micro-shares, and their value in micro-dollars. */
export interface DatedSale {
  readonly date: TradingDate;
  readonly quantity: number;
  readonly value: number;
}

/** What a sale owes in all to the SEC and FINRA: fills at one pair of rates together, each rounded up to the cent. */
export function saleFeesOwed(sales: readonly DatedSale[]): { sec: number; taf: number } {
  const owed = { sec: 0, taf: 0 };
  for (let from = 0, to = 0; from < sales.length; from = to) {
    const [sec, taf] = ratesOf(sales[from]);
    while (to < sales.length && ratesOf(sales[to]).join() === [sec, taf].join()) to += 1;
    const part = sales.slice(from, to);
    const quantity = part.reduce((sum, sale) => sum + sale.quantity, 0);
    const value = part.reduce((sum, sale) => sum + sale.value, 0);
    // The rate is in cents per million dollars.
    owed.sec += Math.ceil(mulDiv(value, sec, 100 * MILLION) / CENT) * CENT;
    owed.taf += Math.ceil(Math.min(tafMaximum(sales[from]), mulDiv(taf, quantity, SHARE)) / CENT) * CENT;
  }
  return owed;
}

function tradeDay(sale: DatedSale | undefined): TradingDate {
  const date = sale?.date ?? 0;
  return sessionOf(date) === undefined ? previousSession(date).date : date;
}

function ratesOf(sale: DatedSale | undefined): readonly [number, number] {
  const day = tradeDay(sale);
  return [rateOn(SEC_RATES, settlementDate(day)).rate.rate, rateOn(TAF_RATES, day).rate.rate];
}

function tafMaximum(sale: DatedSale | undefined): number {
  return rateOn(TAF_RATES, tradeDay(sale)).rate.maximum;
}

/** See the module header. */
export class NaiveMoney {
  cash: number;
  fees = 0;
  realised = 0;
  readonly #holdings = new Map<number, Holding>();

  constructor(startingCash: number) {
    this.cash = startingCash;
  }

  /** Signed micro-shares. */
  position(symbolId: number): number {
    const holding = this.#holdings.get(symbolId);
    if (holding === undefined) return 0;
    return holding.side * holding.lots.reduce((sum, lot) => sum + lot.quantity, 0);
  }

  /** Signed cost of the position. */
  cost(symbolId: number): number {
    const holding = this.#holdings.get(symbolId);
    if (holding === undefined) return 0;
    return holding.side * holding.lots.reduce((sum, lot) => sum + lot.cost, 0);
  }

  get symbols(): number[] {
    return [...this.#holdings.keys()].filter((id) => this.position(id) !== 0).sort((a, b) => a - b);
  }

  /** Books a trade without its fees: the oldest lots first, the rest opens. */
  trade(symbolId: number, side: Side, quantity: number, price: number): void {
    const value = worth(price, quantity);
    const sign = side === 'buy' ? 1 : -1;
    this.cash -= sign * value;
    const holding = this.#holdings.get(symbolId) ?? { side: sign, lots: [] };
    this.#holdings.set(symbolId, holding);
    let left = quantity;
    let valueLeft = value;
    if (holding.side !== sign && holding.lots.length > 0) {
      const held = Math.abs(this.position(symbolId));
      const closing = Math.min(held, quantity);
      const closingValue = closing === quantity ? value : mulDiv(value, closing, quantity);
      const cost = takeLots(holding.lots, closing);
      this.realised += holding.side * (closingValue - cost);
      left -= closing;
      valueLeft -= closingValue;
    }
    if (left === 0) return;
    holding.side = sign;
    holding.lots.push({ quantity: left, cost: valueLeft });
  }

  pay(amount: number): void {
    this.cash -= amount;
    this.fees += amount;
  }
}

/** Takes a quantity off the oldest lots and gives its cost; a part of a lot has that part of its cost. */
function takeLots(lots: Lot[], quantity: number): number {
  let left = quantity;
  let cost = 0;
  for (;;) {
    const [oldest] = lots;
    if (oldest === undefined || left === 0) return cost;
    const part = Math.min(left, oldest.quantity);
    const partCost = part === oldest.quantity ? oldest.cost : mulDiv(oldest.cost, part, oldest.quantity);
    oldest.quantity -= part;
    oldest.cost -= partCost;
    cost += partCost;
    left -= part;
    if (oldest.quantity === 0) lots.shift();
  }
}
