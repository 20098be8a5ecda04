import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  formatCompact,
  formatMoney,
  formatPercent,
  formatPrice,
  formatShares,
  multiplyDecimals,
  negate,
  ratio,
  signOf,
  toScaled,
} from './decimal.js';

describe('prices', () => {
  it.each([
    ['101.25', '101.25'],
    ['101', '101.00'],
    ['101.5', '101.50'],
    ['0.0001', '0.0001'],
    ['1234567.125', '1,234,567.125'],
    ['-3.1', '−3.10'],
    ['not a number', 'not a number'],
  ])('%s is written %s', (text, expected) => expect(formatPrice(text)).toBe(expected));
});

describe('money', () => {
  it.each([
    ['1234.5', '$1,234.50'],
    ['-1234.5', '−$1,234.50'],
    ['0', '$0.00'],
    // Half to even, as the ledger rounds.
    ['0.125', '$0.12'],
    ['0.135', '$0.14'],
    ['-0.125', '−$0.12'],
    ['999999.995', '$1,000,000.00'],
    // An amount that rounds to nothing has no sign.
    ['-0.001', '$0.00'],
    // Beyond what a double holds.
    ['9007199254740993.01', '$9,007,199,254,740,993.01'],
  ])('%s is written %s', (text, expected) => expect(formatMoney(text)).toBe(expected));

  it('marks gains with a plus where asked, and zero with nothing', () => {
    expect(formatMoney('5', { plus: true })).toBe('+$5.00');
    expect(formatMoney('-5', { plus: true })).toBe('−$5.00');
    expect(formatMoney('0.001', { plus: true })).toBe('$0.00');
  });
});

it('shares keep their fraction and nothing else', () => {
  expect(formatShares('1000')).toBe('1,000');
  expect(formatShares('0.500000')).toBe('0.5');
});

it('percentages have a sign unless they round to zero', () => {
  expect([0.0123, -0.0123, 0, 0.00001, NaN].map((value) => formatPercent(value))).toEqual([
    '+1.23%',
    '−1.23%',
    '0.00%',
    '0.00%',
    '–',
  ]);
});

it('counts are short', () => {
  expect([0, 999, 1000, 12_345, 999_499, 4_560_000, 1.5e9].map(formatCompact)).toEqual([
    '0',
    '999',
    '1.00K',
    '12.3K',
    '999K',
    '4.56M',
    '1.50B',
  ]);
});

describe('arithmetic on decimal strings', () => {
  const decimal = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n })).map(([minus, value]) => {
    const digits = value.toString().padStart(9, '0');
    return `${minus ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
  });

  it('adds exactly and negates to its opposite', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(toScaled(addDecimals(a, b))).toBe((toScaled(a) ?? 0n) + (toScaled(b) ?? 0n));
        expect(signOf(addDecimals(a, negate(a)))).toBe(0);
      }),
    );
  });

  it('never writes a figure that is more than half a unit of its last place away', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const written = toScaled(formatMoney(text).replace(/[$,]/g, '').replace('−', '-')) ?? 0n;
        const error = written - (toScaled(text) ?? 0n);
        expect(error < 0n ? -error : error).toBeLessThanOrEqual(500_000n);
      }),
    );
  });

  it('multiplies and divides', () => {
    expect(multiplyDecimals('170', '47.04')).toBe('7996.8');
    expect(ratio('2', '8')).toBe(0.25);
    expect(ratio('2', '0')).toBe(0);
  });
});
