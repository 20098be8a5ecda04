import { describe, expect, it } from 'vitest';
import type { MarketBatch } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { FillMoments, momentText } from './fillMoments.js';
import type { TimedFill } from './fillMoments.js';

const NINE_THIRTY = Date.UTC(2013, 9, 7, 13, 30) * 1000;
const CLOSE = Date.UTC(2013, 9, 7, 20) * 1000;
const FRIDAY_CLOSE = Date.UTC(2013, 9, 4, 20) * 1000;

function marketOf(): MarketBatch {
  const day = createBarTable('1d', 2);
  day.time.set([CLOSE, CLOSE]);
  day.start.set([NINE_THIRTY, NINE_THIRTY]);
  day.symbolId.set([0, 1]);
  day.length = 2;
  const minutes = createBarTable('1m', 2);
  minutes.time.set([NINE_THIRTY + MINUTE, CLOSE]);
  minutes.start.set([NINE_THIRTY, CLOSE - MINUTE]);
  minutes.symbolId.set([1, 1]);
  minutes.length = 2;
  return { tables: [day, minutes], order: null, length: 4 };
}

function fillOf(rule: string, changes: Partial<TimedFill['receipt']> = {}, symbolId = 0): TimedFill {
  const receipt = { basis: 'tradeBar', rule, evidenceTime: CLOSE, arrivedAt: FRIDAY_CLOSE + 40_000 } as const;
  return { symbolId, time: CLOSE, receipt: { ...receipt, ...changes } };
}

describe('the moment of a fill', () => {
  const moments = new FillMoments(marketOf());
  const tell = (fill: TimedFill): string => momentText(moments.of(fill));

  it.each([
    ['at the open of its day', fillOf('bar-open'), '2013-10-07 09:30:00'],
    ['at an open that was better than its limit', fillOf('limit-better-open'), '2013-10-07 09:30:00'],
    ['at an open beyond its stop', fillOf('stop-gap'), '2013-10-07 09:30:00'],
    ['at the close', fillOf('bar-close'), '2013-10-07 16:00:00'],
    ['inside the bar', fillOf('stop-reached'), '2013-10-07 09:30 to 16:00'],
    ['of the shortest bar that ended then', fillOf('bar-open', {}, 1), '2013-10-07 15:59:00'],
    ['not before it arrived', fillOf('bar-open', { arrivedAt: NINE_THIRTY + 90_000_000 }), '2013-10-07 09:31:30'],
    ['on a quote', fillOf('far-side', { basis: 'nbbo' }), '2013-10-07 16:00:00'],
    ['on a bar that is not there', fillOf('bar-open', { evidenceTime: CLOSE + 1 }), '2013-10-07 16:00:00'],
    ['of a symbol without bars', fillOf('bar-open', {}, 7), '2013-10-07 16:00:00'],
  ])('is told %s', (_, fill, text) => {
    expect(tell(fill)).toBe(text);
  });
});
