import { describe, expect, it } from 'vitest';
import { drawdownPoints } from '../../charts/equityPoints.js';
import { formatFigure } from './FigureText.js';
import { tagsIn } from './tagsIn.js';

describe('the performance view', () => {
  it('draws how far the curve is below its highest point so far', () => {
    const points = [100, 110, 99, 121, 60.5].map((value, index) => ({ time: index as never, value }));
    expect(drawdownPoints(points).map(({ value }) => Math.round(value * 1000) / 1000)).toEqual([0, 0, -0.1, 0, -0.5]);
  });

  it('draws the falls of a session from what it began with, as the figures have them', () => {
    const points = [97_000, 97_500, 98_000].map((value, index) => ({ time: index as never, value }));
    expect(drawdownPoints(points, 100_000).map(({ value }) => value.toFixed(3))).toEqual([
      '-0.030',
      '-0.025',
      '-0.020',
    ]);
    expect(drawdownPoints(points).map(({ value }) => value)).toEqual([0, 0, 0]);
  });

  it('draws no fall of an account before it was above 0', () => {
    const points = [0, -10, 0, 100, 75].map((value, index) => ({ time: index as never, value }));
    expect(drawdownPoints(points)).toEqual([
      { time: 3, value: 0 },
      { time: 4, value: -0.25 },
    ]);
  });

  it.each([
    ['gap, chased  #late', ['gap', 'chased', 'late']],
    ['gap gap', ['gap']],
    [' , ', []],
  ])('reads the tags in %j', (text, tags) => {
    expect(tagsIn(text)).toEqual(tags);
  });

  it.each([
    [-1234.5, 'money', true, '−$1,234.50'],
    [0.1234, 'percent', true, '+12.34%'],
    [-0.001, 'ratio', true, '0.00'],
    [1.5, 'multiple', true, '+1.50R'],
    [-0.0125, 'perShare', false, '−$0.0125'],
  ] as const)('writes %d as %s', (value, kind, plus, text) => {
    expect(formatFigure(value, kind, plus)).toBe(text);
  });
});
