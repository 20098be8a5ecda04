/**
 * What holding overnight costs: the fee for borrowed shares (M14) and interest on a debit balance, for every calendar
 * day from one trading day to the next, accrued in the morning and paid with the first trading day of a month. A fee
 * whose rate is not known is not charged and not called zero. Alpaca's paper accounts are charged neither.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { civilOf } from '../../calendar/tradingDate.js';
import type { LedgerAccount, LedgerEntry } from '../../domain/ledger.js';
import type { Micros, Money } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';
import type { BookingKind, VenueEvent } from '../../domain/venueEvents.js';
import { borrowFee } from '../rulebook/stockBorrow.js';
import { INTEREST_RULES } from './interestRules.js';
import { ruleOn } from '../rulebook/RuleRow.js';
import type { VenueAccount } from './VenueAccount.js';

const MILLION = 1_000_000;

/** Books what the nights from the trading day `from` to `to` cost; `emit` takes each booking at once. */
export function accrueNights(
  account: VenueAccount,
  from: TradingDate,
  to: TradingDate,
  time: Micros,
  emit: (event: VenueEvent) => void,
): void {
  const { accountId, settings, book } = account;
  const entry = (name: LedgerAccount, symbolId: number, amount: Money): LedgerEntry => ({
    accountId,
    account: name,
    symbolId,
    amount,
    quantity: 0,
  });
  const book2 = (kind: BookingKind, symbolId: number, entries: readonly LedgerEntry[], note: string): void =>
    emit({ type: 'booked', accountId, time, kind, symbolId, entries, note });
  const days = to - from;
  if (settings.fidelity !== 'alpaca' && account.terms.kind === 'margin') {
    for (const { symbolId, quantity, mark } of book.positions()) {
      if (quantity >= 0) continue;
      const price = account.day.lastClose(symbolId) > 0 ? account.day.lastClose(symbolId) : mark;
      const rate = account.loanOf(symbolId)?.annualRatePpm;
      const fee = borrowFee(-quantity, price, account.exchange.priceScale, rate, days, from);
      if (fee === undefined || fee === 0) continue;
      const entries = [entry('fee:borrow', -1, fee), entry('accruedFees', -1, -fee)];
      book2('borrowFee', symbolId, entries, `${days} days on 102 % of the value`);
    }
    const rule = ruleOn(INTEREST_RULES, from);
    const debit = Math.max(0, -book.cash);
    if (rule !== undefined && debit > 0) {
      const interest = mulDiv(debit, rule.debitPpm * days, MILLION * rule.dayCount);
      if (interest > 0) {
        const entries = [entry('interest', -1, interest), entry('accruedFees', -1, -interest)];
        book2('interest', -1, entries, `${days} days on the debit`);
      }
    }
  }
  const owed = book.accruedFees;
  if (owed > 0 && civilOf(from).month !== civilOf(to).month) {
    book2('borrowFee', -1, [entry('accruedFees', -1, owed), entry('cash', -1, -owed)], 'fees of the month are paid');
  }
}
