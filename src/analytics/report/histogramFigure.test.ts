import { expect, it } from 'vitest';
import { formatRatio } from '../figureText.js';
import { histogramOf, histogramPlot } from './histogramFigure.js';

it('counts every value once, and no bin holds both gains and losses', () => {
  const values = Float64Array.from({ length: 101 }, (_, index) => (index - 30) / 100);
  const { first, step, counts } = histogramOf(values);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(101);
  const zero = Math.round(-first / step);
  expect(first + zero * step).toBeCloseTo(0, 12);
  expect(counts.slice(0, zero).reduce((sum, count) => sum + count, 0)).toBe(30);
});

it('is one bar where values differ by rounding alone', () => {
  const { counts, first, step } = histogramOf(Float64Array.of(0.037_7, 0.037_7 + 1e-15, 0.037_7 - 1e-15));
  expect([...counts]).toEqual([3]);
  expect(first).toBeLessThanOrEqual(0.037_7);
  expect(first + step).toBeGreaterThanOrEqual(0.037_7);
});

it('draws a bar for each bin, in the colour of what is bad, and marks only what is among them', () => {
  const { text } = histogramPlot({
    histogram: { first: 0, step: 0.25, counts: new Float64Array([1, 2, 3, 4]) },
    label: 'Ranks',
    text: formatRatio,
    isLoss: (from) => from < 0.5,
    marks: [
      { value: 0.5, className: 'mark' },
      { value: 7, className: 'held' },
    ],
  });
  expect(text.match(/class="bar-loss"/g)).toHaveLength(2);
  expect(text.match(/class="bar-gain"/g)).toHaveLength(2);
  expect(text).toContain('class="mark" x1="500" x2="500"');
  expect(text).not.toContain('class="held"');
});
