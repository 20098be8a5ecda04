import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PapertapeError } from './errors.js';
import {
  addExact,
  checked,
  DOLLAR,
  formatDecimal,
  mulDiv,
  mulDivDown,
  notional,
  parseDecimal,
  SHARE,
} from './units.js';

const MAX = Number.MAX_SAFE_INTEGER;

/** The same by the school book: bigint, half to even. */
function naive(a: number, b: number, divisor: number): bigint {
  const product = BigInt(a) * BigInt(b);
  const d = BigInt(divisor);
  const floor = product >= 0n || product % d === 0n ? product / d : product / d - 1n;
  const rest = product - floor * d;
  if (rest * 2n > d || (rest * 2n === d && floor % 2n !== 0n)) return floor + 1n;
  return floor;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof PapertapeError) return error.code;
    throw error;
  }
  return 'none';
}

describe('mulDiv', () => {
  it('F52: equals the exact result rounded half to even, or says that it is out of range', () => {
    const whole = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 1, -1, MAX, -MAX));
    const divisor = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(1, 2, 1e6, 1e8, MAX));
    fc.assert(
      fc.property(whole, whole, divisor, (a, b, d) => {
        const exact = naive(a, b, d);
        const fits = exact >= BigInt(-MAX) && exact <= BigInt(MAX);
        if (!fits) expect(codeOf(() => mulDiv(a, b, d))).toBe('AMOUNT_OUT_OF_RANGE');
        else {
          const result = mulDiv(a, b, d);
          expect(BigInt(result)).toBe(exact);
          expect(Object.is(result, -0)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    // a × b ÷ divisor: halves go to the even neighbour, on both sides of zero.
    [5, 1, 2, 2],
    [7, 1, 2, 4],
    [-5, 1, 2, -2],
    [-7, 1, 2, -4],
    [1, 1, 3, 0],
    [-2, 1, 3, -1],
  ])('%d × %d ÷ %d = %d', (a, b, d, expected) => {
    expect(mulDiv(a, b, d)).toBe(expected);
  });

  it.each([
    ['a fraction', () => mulDiv(0.5, 2, 1)],
    ['not a number', () => mulDiv(Number.NaN, 2, 1)],
    ['a divisor of zero', () => mulDiv(1, 2, 0)],
    ['one beyond the range', () => checked(MAX + 1, 'amount')],
    ['a sum beyond the range', () => addExact(MAX, 1)],
  ])('F52: refuses %s', (_name, action) => {
    expect(codeOf(action)).toBe('AMOUNT_OUT_OF_RANGE');
  });

  it('values whole shares at any scale as the definition says', () => {
    // 688 shares at 144.78172417 (eight decimals): 99,609.82622896 dollars, to the micro-dollar.
    expect(notional(14_478_172_417, 688 * SHARE, 1e8)).toBe(99_609_826_229);
    expect(notional(101_250_000, -3 * SHARE, 1e6)).toBe(-303_750_000);
    expect(notional(101_250_001, 500_000, 1e6)).toBe(50_625_000);
  });
});

describe('decimals', () => {
  it('round-trip every integer at every scale', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(1, 100, 1e6, 1e8), (value, scale) => {
        expect(parseDecimal(formatDecimal(value, scale), scale)).toBe(value + 0);
      }),
    );
  });

  it.each([
    ['101.25', DOLLAR, 101_250_000],
    ['-0.000001', DOLLAR, -1],
    ['+7', DOLLAR, 7_000_000],
    ['1.2500000000', DOLLAR, 1_250_000],
    ['-0', DOLLAR, 0],
  ])('%s is read exactly', (text, scale, expected) => {
    expect(parseDecimal(text, scale)).toBe(expected);
  });

  it.each([
    '',
    ' 1',
    '1e3',
    'NaN',
    'Infinity',
    '12,5',
    '1.',
    '.5',
    '0x10',
    '1.0000001',
    '99999999999999999',
    '--1',
    '1 000',
  ])('F49: %j is not a number', (text) => {
    expect(parseDecimal(text, DOLLAR)).toBeUndefined();
  });
});

describe('mulDivDown', () => {
  it('is the exact quotient rounded down, also where the product is not safe', () => {
    expect(mulDivDown(50, 1_000_000, 33)).toBe(1_515_151);
    expect(mulDivDown(0, 5, 3)).toBe(0);
    // 9,007,199,254,740,991 × 999,999 ÷ 1,000,000 = 9,007,190,247,541,736.2…
    expect(mulDivDown(Number.MAX_SAFE_INTEGER, 999_999, 1_000_000)).toBe(9_007_190_247_541_736);
    expect(() => mulDivDown(2 ** 53, 1, 1)).toThrow(expect.objectContaining({ code: 'AMOUNT_OUT_OF_RANGE' }));
    expect(() => mulDivDown(Number.MAX_SAFE_INTEGER, 3, 2)).toThrow(/exact range/);
  });
});
