/** What a trail shows of bars of quotes, whose extremes are of different moments. */
import { describe, expect, it } from 'vitest';
import { createQuoteBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { batchOf } from './Backtester.js';
import { MarketTrails } from './MarketTrails.js';
import { TEN } from './tradeLogKit.js';

type Sides = readonly [bidLow: number, bidHigh: number, askLow: number, askHigh: number];

/** The ranges in dollars that minutes of quotes show. */
function rangesOf(minutes: readonly Sides[]): readonly (readonly [low: number, high: number])[] {
  const table = createQuoteBarTable('1m', minutes.length);
  for (const [row, [bidLow, bidHigh, askLow, askHigh]] of minutes.entries()) {
    table.start[row] = TEN + row * MINUTE;
    table.time[row] = TEN + (row + 1) * MINUTE;
    table.bidLow[row] = bidLow * 100;
    table.bidHigh[row] = bidHigh * 100;
    table.bidClose[row] = bidLow * 100 + row;
    table.askLow[row] = askLow * 100;
    table.askHigh[row] = askHigh * 100;
    table.askClose[row] = askHigh * 100;
  }
  table.length = minutes.length;
  const trails = new MarketTrails(1, 100);
  trails.observe(batchOf(table));
  const ranges: (readonly [number, number])[] = [];
  trails.visit(0, -Infinity, Infinity, (low, high) => ranges.push([low, high]));
  return ranges;
}

describe('the range of a bar of quotes', () => {
  it.each<[what: string, sides: Sides, range: readonly [number, number] | undefined]>([
    ['is that of the middles', [49.01, 49.03, 49.03, 49.07], [49.02, 49.05]],
    // AIG, 2013-10-07 09:48 New York: the highest bid came after the highest offer had gone.
    ['is so where the highest bid is above the highest offer', [49.01, 49.06, 49.02, 49.05], [49.015, 49.055]],
    ['is so where the lowest bid is above the lowest offer', [49.03, 49.06, 49.02, 49.07], [49.025, 49.065]],
    ['is none where a side was missing all the time', [0, 0, 49.02, 49.07], undefined],
    ['is none where a side was missing at times', [0, 49.01, 49.02, 49.07], undefined],
  ])('%s', (_what, sides, range) => {
    const [low, high] = range ?? [];
    expect(rangesOf([sides])).toEqual(
      range === undefined ? [] : [[expect.closeTo(low ?? NaN, 9) as number, expect.closeTo(high ?? NaN, 9) as number]],
    );
  });
});
