import { describe, expect, it } from 'vitest';
import { param } from '../../strategies/param.js';
import { brokenConstraint, constraintText, parseConstraint, parseObjective, scoreOf } from './objective.js';
import { corners, describeDimension, everyPoint, paramsAt, parseSearchSpace, spaceSize } from './searchSpace.js';
import { madeUpOutcome } from './testing/madeUpTrials.js';

const schema = {
  length: param.int({ default: 10, min: 2, max: 100, step: 2 }),
  band: param.number({ default: 1, min: 0, max: 3 }),
  step: param.number({ default: 1, min: 0, max: 1, step: 0.1 }),
  side: param.choice(['long', 'short'], { default: 'long' }),
  fade: param.bool({ default: false }),
};
const parse = (given: Readonly<Record<string, string>>) => parseSearchSpace('mine', schema, given);
const valuesOf = (given: Readonly<Record<string, string>>): unknown => {
  const [dimension] = parse(given).dimensions;
  return dimension?.kind === 'continuous' ? [dimension.low, dimension.high] : dimension?.values;
};

describe('parseSearchSpace', () => {
  it.each([
    [{ length: '4:10:2' }, [4, 6, 8, 10]],
    [{ length: '4:9:4' }, [4, 8]],
    [{ length: '10:16' }, [10, 12, 14, 16]],
    [{ length: '20, 4,20' }, [4, 20]],
    [{ band: '0.5:1.5:0.5' }, [0.5, 1, 1.5]],
    [{ band: '0.5:1.5' }, [0.5, 1.5]],
    [{ band: 'all' }, [0, 3]],
    [{ step: '0.1:0.5' }, [0.1, 0.2, 0.3, 0.4, 0.5]],
    [{ side: 'all' }, ['long', 'short']],
    [{ fade: 'true,false' }, [true, false]],
  ])('reads %j', (given, values) => {
    // A second searched parameter, so that single values are not what is left to search.
    expect(valuesOf({ ...given, ...('side' in given ? {} : { side: 'long' }) })).toEqual(values);
  });

  it('keeps single values, and searches what is not given where nothing else is', () => {
    expect(parse({ length: '4:8', side: 'short' })).toMatchObject({ fixed: { side: 'short' } });
    const all = parse({ length: '4' });
    expect(all.fixed).toEqual({ length: 4 });
    expect(all.dimensions.map(({ name }) => name)).toEqual(['band', 'step', 'side', 'fade']);
    expect(all.dimensions.map(describeDimension)).toEqual([
      '0 to 3',
      '0 to 1 in 11 steps',
      'long, short',
      'false, true',
    ]);
  });

  it.each([
    ['an unknown name', { lenght: '4:8' }, 'has no parameter lenght'],
    ['a range beyond what is declared', { length: '4:200' }, 'length of mine is 200'],
    ['a step that leaves the declared values', { length: '4:9:3' }, 'length of mine is 7'],
    ['the larger end first', { length: '10:4' }, 'range 10:4 of length'],
    ['a step of nothing', { band: '0:1:0' }, 'range 0:1:0 of band'],
    ['too many parts', { band: '0:1:0.5:2' }, 'cannot be understood'],
    ['no number', { band: 'a:b' }, 'cannot be understood'],
    ['an unknown word', { side: 'long,up' }, 'side of mine is up'],
    ['endless values', { band: '0:3:0.00001' }, 'more than 100000'],
  ])('refuses %s', (_what, given, message) => {
    expect(() => parse(given)).toThrow(message);
  });

  it('has nothing to search where everything is said', () => {
    expect(() => parseSearchSpace('mine', { side: schema.side }, { side: 'long' })).toThrow('no parameter of mine');
  });

  it('counts its points, names its corners, and has the parameters of each', () => {
    const space = parse({ length: '4:8', side: 'all', band: '2' });
    expect(spaceSize(space)).toBe(6);
    expect([...everyPoint(space)].map((point) => paramsAt(space, point))).toEqual(
      [4, 6, 8].flatMap((length) => ['long', 'short'].map((side) => ({ length, side, band: 2 }))),
    );
    expect(corners(space)).toEqual([
      [0, 0],
      [0, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(spaceSize(parse({ band: 'all' }))).toBe(Infinity);
  });
});

describe('objectives and constraints', () => {
  const { statistics } = madeUpOutcome(1, { sharpe: 1.5, maxDrawdown: 0.3, trades: 12, profitFactor: NaN });

  it.each([
    ['sharpe', 1.5],
    ['min:sharpe', -1.5],
    ['maxDrawdown', -0.3],
    ['max:maxDrawdown', 0.3],
    ['profitFactor', undefined],
    ['winRate', undefined],
  ])('%s', (text, score) => {
    expect(scoreOf(parseObjective(text), statistics)).toBe(score);
  });

  it.each([
    ['trades>=12', true],
    ['trades>12', false],
    ['maxDrawdown<=30%', true],
    ['maxDrawdown < .3', false],
    ['sharpe>=-1', true],
    ['winRate>=0', false],
    ['profitFactor>=0', false],
  ])('%s', (text, holds) => {
    const constraint = parseConstraint(text);
    expect(brokenConstraint([constraint], statistics)).toBe(holds ? undefined : constraint);
  });

  it.each(['trades', 'trades=3', 'trades>=many', 'profit>=1', '>=1'])('refuses %s', (text) => {
    expect(() => parseConstraint(text)).toThrow('--constraint');
  });

  it.each(['recoveryDays', 'max:averageWin', 'probabilisticSharpe'])('says that no search is after %s', (text) => {
    expect(() => parseObjective(text)).toThrow(`--objective ${text} names a figure that only some presets have.`);
  });

  it('are written as they are read', () => {
    expect(constraintText(parseConstraint('maxDrawdown <= 20%'))).toBe('maxDrawdown<=0.2');
    expect(() => parseObjective('sharp')).toThrow('names no figure');
  });
});
