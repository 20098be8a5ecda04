import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import '../../../test/propertySeed.js';
import { countOf, faultOfCount, faultOfPrice, priceOf, priceOfDigits, priceOfText } from './decimals.js';

describe('prices of Twelve Data', () => {
  const prices: readonly [string, number, string][] = [
    ['237', 237_000_000, 'no decimals'],
    ['241.22000', 241_220_000, 'zeros behind'],
    ['342.0157', 342_015_700, 'four decimals are what they say'],
    ['235.029999', 235_030_000, 'single-precision noise below a cent'],
    ['148.85001', 148_850_000, 'single-precision noise above a cent, five decimals'],
    ['241.235029999', 241_235_030, 'noise of a double, no cent near it'],
    ['209.30000305', 209_300_000, 'a single-precision number printed in full'],
    ['185.63999938964844', 185_640_000, 'the same with all of its digits'],
    ['4321.12354', 4_321_123_500, 'noise of a large number, to a hundredth of a cent'],
    ['100.123456', 100_123_456, 'six decimals without a round price near them'],
    ['0.123456', 123_456, 'below a dollar'],
    ['0.000001', 1, 'the smallest'],
    ['100.1234565', 100_123_456, 'half to even, down'],
    ['100.1234575', 100_123_458, 'half to even, up'],
    ['10000000', 1e13, 'the highest'],
  ];
  it.each(prices)('reads %s as %i micro-dollars: %s', (text, micros) => {
    expect(priceOfText(text)).toBe(micros);
    if (text.replace('.', '').length <= 15) expect(priceOf(Number(text))).toBe(micros);
  });

  const refused: readonly [unknown, string][] = [
    [undefined, 'missing'],
    [null, 'missing'],
    ['', 'missing'],
    ['NaN', 'notANumber'],
    [NaN, 'notANumber'],
    [Infinity, 'outOfRange'],
    ['Infinity', 'notANumber'],
    ['12,5', 'notANumber'],
    [' 12.5', 'notANumber'],
    ['.5', 'notANumber'],
    ['5.', 'notANumber'],
    ['1e2', 'exponent'],
    [1e39, 'outOfRange'],
    [1e-9, 'notPositive'],
    ['1'.repeat(40), 'tooManyDigits'],
    [`1.${'3'.repeat(39)}`, 'tooManyDigits'],
    [true, 'notANumber'],
    [[1], 'notANumber'],
    [{}, 'notANumber'],
    [0, 'notPositive'],
    [-0, 'notPositive'],
    ['-0', 'notPositive'],
    ['-5.5', 'notPositive'],
    [-5, 'notPositive'],
    ['0.0000001', 'notPositive'],
    ['10000000.01', 'outOfRange'],
    [1e16, 'outOfRange'],
  ];
  it.each(refused)('F49: refuses %j as %s', (value, fault) => {
    expect(priceOf(value)).toBeNaN();
    expect(faultOfPrice(value)).toBe(fault);
  });

  it('reads digits as it reads text and numbers', () => {
    const decimal = fc.tuple(fc.nat(999_999), fc.nat({ max: 999_999_999 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(decimal, ([whole, fraction, decimals]) => {
        const text = `${whole}.${String(fraction).padStart(9, '0').slice(0, decimals)}`;
        const expected = priceOfText(text);
        expect(priceOfDigits(Number(text.replace('.', '')), decimals)).toBe(expected);
        // As JSON has it.
        const number = Number(text);
        if (!String(number).includes('e')) expect(priceOf(number)).toBe(expected);
      }),
    );
  });

  it('undoes the noise of single precision on every price in cents up to 65,000 dollars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6_500_000 }), fc.constantFrom(5, 6, 7, 8), (cents, decimals) => {
        expect(priceOfText(Math.fround(cents / 100).toFixed(decimals))).toBe(cents * 10_000);
      }),
    );
  });

  it('moves no price by more than the noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (micros) => {
        const text = (micros / 1e6).toFixed(6);
        expect(Math.abs(priceOfText(text) - micros)).toBeLessThanOrEqual(Math.floor(micros / 2 ** 24) + 5);
      }),
    );
  });
});

describe('counts of Twelve Data', () => {
  const counts: readonly [unknown, number][] = [
    ['624277', 624_277],
    ['624277.0', 624_277],
    [27_631_112, 27_631_112],
    ['0', 0],
    [0, 0],
  ];
  it.each(counts)('reads %j', (value, count) => expect(countOf(value)).toBe(count));

  const refused: readonly [unknown, string][] = [
    [null, 'missing'],
    ['', 'missing'],
    ['12,5', 'notANumber'],
    ['12.5', 'notANumber'],
    [12.5, 'notANumber'],
    [-0, 'notPositive'],
    [-5, 'notPositive'],
    ['-5', 'notPositive'],
    ['1e3', 'exponent'],
    [NaN, 'notANumber'],
    [1e39, 'outOfRange'],
    [2 ** 53, 'outOfRange'],
    ['9'.repeat(40), 'tooManyDigits'],
    [true, 'notANumber'],
    [[3], 'notANumber'],
  ];
  it.each(refused)('F49: refuses %j as %s', (value, fault) => {
    expect(countOf(value)).toBeNaN();
    expect(faultOfCount(value)).toBe(fault);
  });
});
