import pc from 'picocolors';
import { expect, it } from 'vitest';
import type { HeatMap } from '../analytics/optimise/heatMap.js';
import { drawHeatMap } from './heatMapText.js';

const plain = pc.createColors(false);
const text = (score: number): string => score.toFixed(2);
const MAP: HeatMap = {
  x: { name: 'fast', labels: ['2', '4', '6'] },
  y: undefined,
  cells: [[-0.5, undefined, 1.5]],
  range: { low: -0.5, high: 1.5 },
};

it('ends with the scores that its shades begin at, and that of the best', () => {
  expect(drawHeatMap(MAP, plain, text).at(-1)?.trim()).toBe('░░ from -0.50  ▒▒ 0.00  ▓▓ 0.50  ██ 1.00  ◆◆ best 1.50');
});

it('has a scale of the best alone where all scores are the same', () => {
  const flat = { ...MAP, cells: [[1, 1, undefined]], range: { low: 1, high: 1 } };
  expect(drawHeatMap(flat, plain, text).at(-1)?.trim()).toBe('◆◆ best 1.00');
});
