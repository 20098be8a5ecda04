/**
 * SEC and TAF fees on sales. Each is computed on the whole order so far and rounded up to the cent, as brokers
 * commonly pass them on; a fill is charged what the order owes more than it has paid, so partial fills do not
 * round up again and again. Where a rate changes between two fills of an order, what it had filled by then stays as it
 * was charged, and the sum begins anew: each fill has the rates of its own trading date.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Quantity } from '../../domain/units.js';
import { mulDiv, SHARE } from '../../domain/units.js';
import { settlementDate } from '../rulebook/settlement.js';
import type { DatedRate } from '../rulebook/usEquityFees.js';
import { rateOn, SEC_RATES, TAF_RATES } from '../rulebook/usEquityFees.js';

const CENT = 10_000;
/** Cents per million dollars to a factor of value. */
const SEC_DIVISOR = 100_000_000;

const ceilToCent = (amount: Money): Money => Math.ceil(amount / CENT) * CENT;

/** See the module header. Remembers the rates of one trade date. */
export class RegulatoryFees {
  #date: TradingDate = -1;
  #sec: DatedRate | undefined;
  #taf: DatedRate | undefined;
  #notes = '';

  /** SEC fee that an order owes in all for sales worth `value`, made on `date`. */
  secOwed(value: Money, date: TradingDate): Money {
    this.#moveTo(date);
    return this.#sec === undefined ? 0 : ceilToCent(mulDiv(value, this.#sec.rate, SEC_DIVISOR));
  }

  /** TAF that an order owes in all for `quantity` micro-shares sold on `date`. */
  tafOwed(quantity: Quantity, date: TradingDate): Money {
    this.#moveTo(date);
    if (this.#taf === undefined) return 0;
    return ceilToCent(Math.min(this.#taf.maximum, mulDiv(this.#taf.rate, quantity, SHARE)));
  }

  /** What a receipt must say about the rates of a date; empty if both are certain. */
  notesOn(date: TradingDate): string {
    this.#moveTo(date);
    return this.#notes;
  }

  #moveTo(date: TradingDate): void {
    if (date === this.#date) return;
    this.#date = date;
    const sec = rateOn(SEC_RATES, settlementDate(date));
    const taf = rateOn(TAF_RATES, date);
    this.#sec = sec.rate;
    this.#taf = taf.rate;
    const notes: string[] = [];
    if (!sec.isCertain) notes.push(`SEC rate uncertain: ${sec.rate.source}`);
    if (!taf.isCertain) notes.push(`TAF rate uncertain: ${taf.rate.source}`);
    this.#notes = notes.join('; ');
  }
}
