import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import type { ErrorCode } from '../domain/errors.js';
import { checkRange, readCash, readChoice, readDate, readParam, readPort, readSpeed, readSymbols } from './options.js';
import { readSeed, readTimeframe } from './options.js';

describe('values of flags', () => {
  const read: readonly [string, () => unknown, unknown][] = [
    ['symbols', () => readSymbols('spy, ibm,BRK.B spy'), ['SPY', 'IBM', 'BRK.B']],
    ['date', () => readDate('--from')('2013-10-07'), '2013-10-07'],
    ['timeframe', () => readTimeframe('15m'), '15m'],
    ['cash', () => readCash('100,000.50'), 100_000_500_000],
    ['cash without thousands', () => readCash('2500'), 2_500_000_000],
    ['first param', () => readParam('fast=10', undefined), { fast: '10' }],
    ['next param', () => readParam('mode=a=b', { fast: '10' }), { fast: '10', mode: 'a=b' }],
    ['the later of two', () => readParam('fast=12', { fast: '10' }), { fast: '12' }],
    ['port', () => readPort('0'), 0],
    ['speed', () => readSpeed('60x'), 60],
    ['slow speed', () => readSpeed('0.5'), 0.5],
    ['full speed', () => readSpeed('max'), 0],
    ['seed', () => readSeed('42'), 42],
    ['choice', () => readChoice('--adjust', ['raw', 'split'])('raw'), 'raw'],
    ['one day', () => checkRange('2013-10-07', '2013-10-07'), undefined],
  ];
  it.each(read)('are read: %s', (_, action, value) => {
    expect(action()).toEqual(value);
  });

  const refused: readonly [string, () => unknown, ErrorCode, string][] = [
    ['no symbol', () => readSymbols(' , '), 'USAGE', '--symbols is empty'],
    ['a path', () => readSymbols('../SPY'), 'SYMBOL_INVALID', '"../SPY"'],
    ['a day that is not there', () => readDate('--to')('2013-02-29'), 'DATE_RANGE_INVALID', '--to "2013-02-29"'],
    ['another order', () => readDate('--to')('07.10.2013'), 'DATE_RANGE_INVALID', 'YYYY-MM-DD'],
    ['a range backwards', () => checkRange('2013-10-11', '2013-10-07'), 'DATE_RANGE_INVALID', 'ends before it starts'],
    ['a timeframe of seven minutes', () => readTimeframe('7m'), 'USAGE', '--timeframe 7m'],
    ['negative cash', () => readCash('-5'), 'USAGE', '--cash -5'],
    ['cash of more decimals than there are', () => readCash('1.0000001'), 'USAGE', '--cash 1.0000001'],
    ['no cash', () => readCash('0'), 'USAGE', '--cash 0'],
    ['not a number', () => readCash('NaN'), 'USAGE', '--cash NaN'],
    ['a param without a value', () => readParam('fast', undefined), 'USAGE', '--param fast'],
    ['a port out of range', () => readPort('65536'), 'USAGE', '--port 65536'],
    ['a port in words', () => readPort('http'), 'USAGE', '--port http'],
    ['no speed', () => readSpeed('0'), 'USAGE', '--speed 0'],
    ['a seed beyond 32 bits', () => readSeed('4294967296'), 'USAGE', '--seed 4294967296'],
    ['an unknown choice', () => readChoice('--adjust', ['raw', 'split'])('splt'), 'USAGE', '--adjust splt'],
  ];
  it.each(refused)('are refused: %s', (_, action, code, part) => {
    let thrown: unknown;
    try {
      action();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PapertapeError);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(part) });
    expect(thrown).toHaveProperty('remedy', expect.any(String));
  });
});
