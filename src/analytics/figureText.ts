/** Numbers as people read them: thousands separated, money with cents, fractions as percent, `n/a` for no figure. */
import { DOLLAR, formatDecimal } from '../domain/units.js';
import type { Money } from '../domain/units.js';

const PERCENT = 100;
const SECONDS_PER_DAY = 86_400;

/** Separates the thousands of a decimal text. */
export function groupThousands(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A whole number; `n/a` for none. */
export function formatCount(value: number): string {
  return !Number.isFinite(value) ? 'n/a' : groupThousands(String(value));
}

/** Micro-dollars as dollars and cents, rounded half to even on the cent: `$1,234.50`, `−$3.00`. */
export function formatMoney(money: Money): string {
  const CENT = DOLLAR / 100;
  const magnitude = Math.abs(money);
  const rest = magnitude % CENT;
  let cents = (magnitude - rest) / CENT;
  if (rest * 2 > CENT || (rest * 2 === CENT && cents % 2 === 1)) cents += 1;
  const text = groupThousands(formatDecimal(cents, 100));
  return money < 0 && cents > 0 ? `−$${text}` : `$${text}`;
}

/** A fraction as percent with two decimals and a sign where it is a change: 0.0123 → `+1.23 %`. */
export function formatPercent(fraction: number, options: { readonly signed?: boolean } = {}): string {
  if (!Number.isFinite(fraction)) return 'n/a';
  const text = Math.abs(fraction * PERCENT).toFixed(2);
  const isZero = Number(text) === 0;
  const sign = isZero ? '' : fraction < 0 ? '−' : options.signed === true ? '+' : '';
  return `${sign}${groupThousands(text)} %`;
}

/** A ratio with two decimals; an infinite one is none. */
export function formatRatio(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  return `${value < 0 ? '−' : ''}${groupThousands(Math.abs(value).toFixed(2))}`;
}

/** Days as `3 days`, with hours, minutes and seconds where they are parts of one: `2 days 4 h`, `5 min`. */
export function formatDays(days: number): string {
  if (!Number.isFinite(days) || Number.isInteger(days)) return plural(days, 'day');
  const seconds = Math.round(days * SECONDS_PER_DAY);
  const whole = Math.floor(seconds / SECONDS_PER_DAY);
  const parts = [
    [Math.floor((seconds % SECONDS_PER_DAY) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const rest = parts.filter(([count]) => count > 0).map(([count, unit]) => `${String(count)} ${unit}`);
  return [...(whole > 0 || rest.length === 0 ? [plural(whole, 'day')] : []), ...rest].join(' ');
}

/** `one file`, `3 files`; `n/a` for no number. */
export function plural(count: number, one: string, many = `${one}s`): string {
  if (!Number.isFinite(count)) return 'n/a';
  return count === 1 ? `1 ${one}` : `${formatCount(count)} ${many}`;
}
