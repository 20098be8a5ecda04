import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../domain/errors.js';
import { formatDecimal, parseDecimal, RAW_PRICE_SCALE } from '../domain/units.js';
import {
  decimalSchema,
  errorCodeSchema,
  idSchema,
  isTopic,
  limitSchema,
  microsSchema,
  newOrderSchema,
  startStrategySchema,
  positiveDecimalSchema,
  PROBLEM_STATUS,
  reasonSchema,
  ROUTES,
  symbolSchema,
} from './index.js';
import type { RouteSpec } from './index.js';

describe('scalars', () => {
  test.each([
    ['1', true],
    ['101.25', true],
    ['0.000001', true],
    ['0', false],
    ['0.0', false],
    ['-1', false],
    ['+1', false],
    ['1.', false],
    ['.5', false],
    ['1e3', false],
    ['1,000', false],
    [' 1', false],
    ['1\n', false],
    ['0.0000001', false],
    ['1234567890123', false],
    ['NaN', false],
    ['Infinity', false],
    ['١', false],
  ])('%j as a positive decimal: %s', (text, valid) => {
    expect(positiveDecimalSchema.safeParse(text).success).toBe(valid);
    if (valid) expect(parseDecimal(text, RAW_PRICE_SCALE)).toBeGreaterThan(0);
  });

  test('every exact amount can be written and read back', () => {
    for (const value of [0, 1, -1, 101_250_000, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      const text = formatDecimal(value, RAW_PRICE_SCALE);
      expect(decimalSchema.safeParse(text).success, text).toBe(true);
      expect(parseDecimal(text, RAW_PRICE_SCALE)).toBe(value);
    }
  });

  test.each([
    ['SPY', true],
    ['BRK.B', true],
    ['BF-B', true],
    ['spy', false],
    ['', false],
    ['../etc', false],
    ['A'.repeat(13), false],
    ["A'B", false],
  ])('%j as a symbol: %s', (text, valid) => {
    expect(symbolSchema.safeParse(text).success).toBe(valid);
  });

  test.each([['a b'], ['a/b'], ['<b>'], ["' or 1"], [''], ['x'.repeat(129)]])('%j is no id', (text) => {
    expect(idSchema.safeParse(text).success).toBe(false);
  });

  test('times are whole and positive, never NaN', () => {
    for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1']) {
      expect(microsSchema.safeParse(value).success, String(value)).toBe(false);
    }
    expect(microsSchema.safeParse(1_700_000_000_000_000).success).toBe(true);
  });

  test('a limit is given in digits and within bounds', () => {
    const schema = limitSchema(100, 1000);
    expect(schema.parse(undefined)).toBe(100);
    expect(schema.parse('1000')).toBe(1000);
    for (const text of ['0', '-1', '1001', '1e2', '1.5', ' 1', '01', 'all', 5, ['1', '2']]) {
      expect(schema.safeParse(text).success, String(text)).toBe(false);
    }
  });

  test('a reason is one line', () => {
    expect(reasonSchema.safeParse('crossed above, 2× volume').success).toBe(true);
    for (const text of ['a\nb', 'a\u0000b', '\u001b[31m', 'x'.repeat(201)]) {
      expect(reasonSchema.safeParse(text).success).toBe(false);
    }
  });
});

test.each([
  ['quotes', true],
  ['bars:SPY:1m', true],
  ['bars:BRK.B:1d', true],
  ['bars', false],
  ['bars:*:1m', false],
  ['bars:SPY', false],
  ['*', false],
  ['toString', false],
  ['__proto__', false],
])('%j as a topic: %s', (text, valid) => {
  expect(isTopic(text)).toBe(valid);
});

test('problem documents know every error code, with one status each', () => {
  expect([...errorCodeSchema.options].sort()).toEqual(Object.keys(ERRORS).sort());
  expect(Object.keys(PROBLEM_STATUS).sort()).toEqual(Object.keys(ERRORS).sort());
  for (const [code, status] of Object.entries(PROBLEM_STATUS)) {
    expect(Number.isInteger(status) && status >= 400 && status < 600, code).toBe(true);
  }
});

test('S30 no route that changes something is a GET, and every body refuses unknown fields', () => {
  const specs = Object.values<RouteSpec>(ROUTES);
  for (const spec of specs) {
    const isRead = spec.access === 'viewer' || spec.access === 'document';
    if (spec.method === 'GET') expect([spec.path, isRead]).toEqual([spec.path, true]);
    for (const schema of [spec.body, spec.params, spec.query]) {
      const issues = schema?.safeParse({ unknownField: 1 }).error?.issues ?? [];
      if (schema !== undefined) {
        const refused = issues.some((issue) => ['unrecognized_keys', 'invalid_union'].includes(issue.code));
        expect(refused, spec.path).toBe(true);
      }
    }
  }
});

test('an order without defaults takes the standard ones', () => {
  const order = newOrderSchema.parse({
    clientOrderId: 'm-1',
    symbol: 'SPY',
    side: 'buy',
    type: 'market',
    quantity: '1',
  });
  expect(order).toMatchObject({ timeInForce: 'day', extendedHours: false, reason: '' });
});

test('the wire is safe for browsers: Zod and the domain, nothing else', () => {
  for (const name of readdirSync(new URL('.', import.meta.url)).filter((file) => !file.endsWith('.test.ts'))) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8');
    for (const [, source = ''] of text.matchAll(/from '([^']+)'/g)) {
      expect(source, name).toMatch(/^(zod|\.\/\w+\.js|\.\.\/domain\/\w+\.js)$/);
    }
  }
});

test('no strategy instance can be called what the owner of manual orders is called', () => {
  const body = { strategy: 'sma-cross', symbols: ['SPY'], timeframe: '1m' };
  expect(startStrategySchema.safeParse({ ...body, instanceId: 'manual' }).success).toBe(false);
  expect(startStrategySchema.safeParse({ ...body, instanceId: 'manual-1' }).success).toBe(true);
});
