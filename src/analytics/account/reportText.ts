/** Decimal texts of a report as people read them. */
import { newYorkText } from '../../calendar/newYorkText.js';
import { SECOND } from '../../domain/timeframe.js';
import { DOLLAR, parseDecimal } from '../../domain/units.js';
import { formatMoney } from '../figureText.js';
import { tone } from '../report/parts.js';

/** Money of decimal text, or `n/a`. */
export function moneyText(text: string | null, write: (money: number) => string = formatMoney): string {
  const money = text === null ? undefined : parseDecimal(text, DOLLAR);
  return money === undefined ? 'n/a' : write(money);
}

/** The class of an amount: gain, loss or none. */
export function moneyTone(text: string | null): '' | 'gain' | 'loss' {
  return tone(Number(text ?? 0));
}

/** A time in New York, to the second. */
export function timeText(time: number): string {
  return newYorkText(Math.floor(time / SECOND) * SECOND);
}

const BOOKINGS: Readonly<Record<string, string>> = {
  deposit: 'Deposits',
  reset: 'Resets',
  reversal: 'Fills taken back or put right',
  dividendPaid: 'Dividends',
  cashInLieu: 'Cash for fractions of shares',
  borrowFee: 'Borrow fees',
  interest: 'Interest',
  regulatoryFee: 'Regulatory fees',
  writeOff: 'Written off when the account was ruined',
};

/** Why something was booked, in words. */
export function bookingText(kind: string): string {
  return Object.hasOwn(BOOKINGS, kind) ? (BOOKINGS[kind] ?? kind) : kind;
}
