/** Parameter declarations: defaults, what users may give, and the words of a refusal. */
import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { param, resolveParams } from './param.js';
import { BUILT_IN_STRATEGIES, builtInStrategy } from './registry.js';

const schema = {
  length: param.int({ default: 10, min: 2, max: 100, step: 2, unit: 'bars' }),
  weight: param.number({ default: 0.5, min: 0, max: 1 }),
  side: param.choice(['long', 'short'], { default: 'long' }),
  strict: param.bool({ default: false }),
};

describe('parameters', () => {
  it('take their defaults', () => {
    expect(resolveParams('s', schema, {})).toEqual({ length: 10, weight: 0.5, side: 'long', strict: false });
  });

  it.each([
    ['length', 4, 4],
    ['length', '100', 100],
    ['weight', '0.25', 0.25],
    ['side', 'short', 'short'],
    ['strict', 'true', true],
    ['strict', true, true],
  ])('%s = %j is %j', (name, given, value) => {
    expect(resolveParams('s', schema, { [name]: given })).toMatchObject({ [name]: value });
  });

  it.each([
    ['length', 3, 'in steps of 2'],
    ['length', 1, 'from 2 to 100'],
    ['length', 102, 'from 2 to 100'],
    ['length', 4.5, 'whole number'],
    ['length', 'ten', 'whole number'],
    ['length', '', 'whole number'],
    ['length', true, 'whole number'],
    ['weight', NaN, 'from 0 to 1'],
    ['weight', '1e999', 'from 0 to 1'],
    ['side', 'both', 'long, short'],
    ['strict', 1, 'true or false'],
    ['toString', 1, 'no parameter toString'],
    ['lenght', 1, 'no parameter lenght'],
  ])('%s = %j is refused', (name, given, words) => {
    const attempt = (): unknown => resolveParams('s', schema, { [name]: given });
    expect(attempt).toThrow(PapertapeError);
    expect(attempt).toThrow(words);
  });
});

describe('the built-in strategies', () => {
  it('have kebab-case names and valid defaults', () => {
    expect(Object.keys(BUILT_IN_STRATEGIES)).toHaveLength(10);
    for (const [name, strategy] of Object.entries(BUILT_IN_STRATEGIES)) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const defaults = resolveParams(name, strategy.params, {});
      expect(resolveParams(name, strategy.params, defaults)).toEqual(defaults);
    }
  });

  it.each(['toString', 'SmaCross', ''])('%j is none of them', (name) => {
    expect(builtInStrategy(name)).toBeUndefined();
  });
});
