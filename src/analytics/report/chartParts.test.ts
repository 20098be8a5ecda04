/** Labels under a chart whose stretches of time take unequal room. */
import { expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import { xLabels } from './chartParts.js';

const DAY = parseDate('2024-01-02');

/** So many points from each time of the day on, a second apart. */
function pointsFrom(stretches: readonly (readonly [hour: number, points: number])[]): Float64Array {
  return Float64Array.from(
    stretches.flatMap(([hour, points]) =>
      Array.from({ length: points }, (_, point) => fromNewYork(DAY, hour * HOUR) + point * 1e6),
    ),
  );
}

it.each([
  [
    'hours of equal room',
    [
      [9, 50],
      [10, 50],
      [11, 50],
      [12, 50],
    ],
    ['09:00', '10:00', '11:00', '12:00'],
  ],
  [
    'two that nearly touch',
    [
      [4, 5],
      [8, 95],
      [12, 100],
    ],
    ['08:00', '12:00'],
  ],
  [
    'three in a row',
    [
      [4, 8],
      [6, 8],
      [8, 34],
      [12, 50],
    ],
    ['04:00', '08:00', '12:00'],
  ],
] as const)('leave out what has no room before the next one: %s', (_, stretches, texts) => {
  const labels = xLabels(pointsFrom(stretches));
  expect(labels.map(({ text }) => text)).toEqual(texts);
  for (const [index, { left }] of labels.entries()) {
    if (index > 0) expect(left - (labels[index - 1]?.left ?? 0)).toBeGreaterThanOrEqual(10);
  }
});

it('keep the only one there is', () => {
  expect(xLabels(Float64Array.of(fromNewYork(DAY, 9 * HOUR + 31 * MINUTE)))).toEqual([{ left: 0, text: '09:31' }]);
});
