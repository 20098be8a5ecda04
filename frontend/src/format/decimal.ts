/**
 * Decimal strings of the wire as text for people. Nothing here goes through floating point, so a figure on the
 * screen is the figure of the ledger; rounding, where there is any, is half to even.
 */

/** Scale of the arithmetic here: the wire's eight decimals. */
const SCALE_DIGITS = 8;
const MINUS = '−';

/** A decimal string as an integer of 10⁻⁸; undefined for text that is no decimal. */
export function toScaled(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) return undefined;
  const value = BigInt(`${match[2] ?? '0'}${(match[3] ?? '').padEnd(SCALE_DIGITS, '0')}`);
  return match[1] === '-' ? -value : value;
}

/** Sign of a decimal string: -1, 0 or 1; text that is no decimal counts as 0. */
export function signOf(text: string): -1 | 0 | 1 {
  const value = toScaled(text) ?? 0n;
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}

/** Sum of decimal strings, as one. */
export function addDecimals(...texts: readonly string[]): string {
  return fromScaled(texts.reduce((sum, text) => sum + (toScaled(text) ?? 0n), 0n));
}

/** Rounded product of two decimal strings, for previews of amounts. */
export function multiplyDecimals(a: string, b: string): string {
  const product = (toScaled(a) ?? 0n) * (toScaled(b) ?? 0n);
  return fromScaled(divideHalfEven(product, 10n ** BigInt(SCALE_DIGITS)));
}

/** A decimal string with its sign turned round. */
export function negate(text: string): string {
  return fromScaled(-(toScaled(text) ?? 0n));
}

/** `a / b` as a number, for percentages; 0 when `b` is 0. */
export function ratio(a: string, b: string): number {
  const divisor = toScaled(b) ?? 0n;
  if (divisor === 0n) return 0;
  return Number(((toScaled(a) ?? 0n) * 1_000_000n) / divisor) / 1_000_000;
}

/** How a number is written. */
export interface NumberStyle {
  /** Fewest and most decimals; further ones are rounded. */
  readonly minDecimals?: number;
  readonly maxDecimals?: number;
  /** Whether a plus is written before what is above zero. */
  readonly plus?: boolean;
  /** Written between the sign and the figure, e.g. `$`. */
  readonly unit?: string;
}

/** A decimal string with thousands separators and a real minus; the text itself if it is no decimal. */
export function formatDecimalText(text: string, style: NumberStyle = {}): string {
  const { minDecimals = 0, maxDecimals = SCALE_DIGITS, plus = false, unit = '' } = style;
  const scaled = toScaled(text);
  if (scaled === undefined) return text;
  const step = 10n ** BigInt(SCALE_DIGITS - maxDecimals);
  const rounded = divideHalfEven(scaled, step);
  const digits = (rounded < 0n ? -rounded : rounded).toString().padStart(maxDecimals + 1, '0');
  const whole = digits.slice(0, digits.length - maxDecimals);
  const fraction = digits
    .slice(digits.length - maxDecimals)
    .replace(/0+$/, '')
    .padEnd(minDecimals, '0');
  const sign = rounded < 0n ? MINUS : plus && rounded > 0n ? '+' : '';
  return `${sign}${unit}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A price per share: two decimals, more (up to six) only where the price has them. */
export function formatPrice(text: string): string {
  return formatDecimalText(text, { minDecimals: 2, maxDecimals: 6 });
}

/** An amount of dollars, to the cent. */
export function formatMoney(text: string, options: { readonly plus?: boolean } = {}): string {
  return formatDecimalText(text, { minDecimals: 2, maxDecimals: 2, unit: '$', ...options });
}

/** A number of shares. */
export function formatShares(text: string, options: { readonly plus?: boolean } = {}): string {
  return formatDecimalText(text, { maxDecimals: 6, ...options });
}

/** A fraction as a percentage with a sign: 0.0123 is `+1.23%`. */
export function formatPercent(fraction: number, decimals = 2, plus = true): string {
  if (!Number.isFinite(fraction)) return '–';
  const text = Math.abs(fraction * 100).toFixed(decimals);
  const isZero = Number(text) === 0;
  return `${isZero ? '' : fraction < 0 ? MINUS : plus ? '+' : ''}${text}%`;
}

/** A count in the fewest characters: 12,345 is `12.3K`, 4,560,000 is `4.56M`. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const units = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ] as const;
  const size = Math.abs(value);
  for (const [unit, letter] of units) {
    if (size >= unit) {
      const figure = size / unit;
      return `${value < 0 ? MINUS : ''}${figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0)}${letter}`;
    }
  }
  return value < 0 ? `${MINUS}${size}` : String(value);
}

function fromScaled(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE_DIGITS + 1, '0');
  const whole = digits.slice(0, -SCALE_DIGITS);
  const fraction = digits.slice(-SCALE_DIGITS).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const remainder = value % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return away ? quotient + (value < 0n ? -1n : 1n) : quotient;
}
