/** Decimal texts of a report as people read them. */
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
