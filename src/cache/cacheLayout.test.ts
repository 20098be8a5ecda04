import { describe, expect, it } from 'vitest';
import { canonicalSymbol } from './cacheLayout.js';

describe('F58: a symbol has one spelling, or is refused; it is never another instrument', () => {
  it.each([
    ['SPY', 'SPY'],
    ['spy', 'SPY'],
    ['BRK.B', 'BRK.B'],
    ['brk.b', 'BRK.B'],
    ['BF-B', 'BF-B'],
    ['A', 'A'],
    ['0700', '0700'],
    ['ABCDEFGHIJKLMNOPQRST', 'ABCDEFGHIJKLMNOPQRST'],
  ])('%s is kept as %s', (symbol, expected) => {
    expect(canonicalSymbol(symbol)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['a space', ' SPY'],
    ['two words', 'SPY QQQ'],
    ['a path', '../SPY'],
    ['a slash', 'BRK/B'],
    ['a dot before', '.B'],
    ['a Cyrillic letter that looks Latin', 'АAPL'],
    ['a full-width letter', 'ＳPY'],
    ['a Kelvin sign, whose lower case is k', 'BR\u212A.B'],
    ['a dotless i, whose upper case is I', '\u0131BM'],
    ['a long s, whose upper case is S', '\u017FPY'],
    ['a ligature, whose upper case is two letters', '\uFB01'],
    ['a zero-width space', 'SPY\u200B'],
    ['a line end', 'SPY\n'],
    ['200 letters', 'A'.repeat(200)],
    ['21 letters', 'A'.repeat(21)],
  ])('%s is refused', (_, symbol) => {
    expect(() => canonicalSymbol(symbol)).toThrow(expect.objectContaining({ code: 'SYMBOL_INVALID' }));
  });
});
