import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { HOUR } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { closingFigures } from './closingFigures.js';
import type { ClosingFigures, ClosingFill } from './closingFigures.js';

const DATES = ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07'];

function at(day: number, hour: number): number {
  return fromNewYork(parseDate(DATES[day] ?? ''), hour * HOUR);
}

/** A fill at eleven: day, shares (negative is a sale), dollars, and a fee. */
type Row = readonly [day: number, shares: number, price: number, fee?: number];

function fillOf([day, shares, price, fee = 0]: Row): ClosingFill {
  return {
    symbolId: 0,
    side: shares > 0 ? 'buy' : 'sell',
    quantity: Math.round(Math.abs(shares) * SHARE),
    price: price * DOLLAR,
    time: at(day, 11),
    fees: fee === 0 ? [] : [{ kind: 'commission', amount: fee * DOLLAR }],
  };
}

/** With 1,000 dollars at the start and at the end of each of four days. */
function figuresOf(rows: readonly Row[], splits: readonly DatedAction[] = []): ClosingFigures {
  const time = Float64Array.from(DATES, (_, day) => at(day, 16));
  return closingFigures({
    fills: rows.map(fillOf),
    priceScale: DOLLAR,
    splits,
    curve: { time, equity: time.map(() => 1000) },
    startEquity: 1000,
    days: 4,
  });
}

const NONE = {
  closings: 0,
  closingWinRate: NaN,
  averageWin: NaN,
  averageLoss: NaN,
  closingPayoff: NaN,
  closingExpectancy: NaN,
};

describe('figures of fills that close', () => {
  it.each<[string, readonly Row[], Partial<ClosingFigures>]>([
    ['nothing', [], { ...NONE, dailyTurnover: 0 }],
    ['only an opening', [[0, 10, 20, 1]], { ...NONE, dailyTurnover: 0.05 }],
    [
      'one that costs its fee twice',
      [
        [0, 10, 20, 1],
        [1, -10, 22, 1],
      ],
      {
        closings: 1,
        closingWinRate: 1,
        averageWin: 0.018,
        averageLoss: NaN,
        closingPayoff: NaN,
        closingExpectancy: NaN,
      },
    ],
    [
      'one that comes to nothing, which lost',
      [
        [0, 10, 20],
        [1, -10, 20],
      ],
      { closings: 1, closingWinRate: 0, averageWin: NaN, averageLoss: 0, closingPayoff: NaN, closingExpectancy: -1 },
    ],
    [
      'the average of two purchases, closed in two',
      [
        [0, 10, 20],
        [1, 10, 30],
        [2, -10, 35],
        [3, -10, 20],
      ],
      // +100 of 1,000, then −50 of 1,100.
      { closings: 2, closingWinRate: 0.5, averageWin: 0.1, averageLoss: -50 / 1100, closingPayoff: 2.2 },
    ],
    [
      'a fill that crosses zero: what is beyond begins at its price',
      [
        [0, 10, 20],
        [1, -15, 25],
        [2, 5, 20],
      ],
      { closings: 2, closingWinRate: 1, averageWin: (50 / 1000 + 25 / 1050) / 2 },
    ],
    [
      'a short position that is added to',
      [
        [0, -10, 20],
        [1, -10, 30],
        [2, 20, 26],
      ],
      { closings: 1, averageLoss: -0.02, closingWinRate: 0 },
    ],
    [
      'parts of a share that leave nothing: what opens after them closes nothing',
      [
        [0, 0.3, 20],
        [1, -0.1, 21],
        [1, -0.2, 21],
        [2, 1, 20],
        [3, -1, 21],
      ],
      { closings: 3, closingWinRate: 1 },
    ],
  ])('%s', (_, rows, expected) => {
    const figures = figuresOf(rows);
    for (const [name, value] of Object.entries(expected)) {
      const figure = figures[name as keyof ClosingFigures];
      if (Number.isNaN(value)) expect(figure, name).toBeNaN();
      else expect(figure, name).toBeCloseTo(value, 12);
    }
  });

  it('spread what is traded over the calendar days of the run', () => {
    const rows: Row[] = [
      [0, 10, 20],
      [0, -10, 20],
      [3, 5, 20],
    ];
    expect(figuresOf(rows).dailyTurnover).toBeCloseTo((0.4 + 0.1) / 4, 12);
  });

  it('know that shares became more on the way', () => {
    const split: DatedAction = {
      exDate: '2024-03-05',
      symbolId: 0,
      action: { kind: 'split', newShares: 4, oldShares: 1 },
    };
    const rows: Row[] = [
      [0, 10, 20],
      [1, -40, 6],
    ];
    expect(figuresOf(rows, [split])).toMatchObject({ closings: 1, closingWinRate: 1, averageWin: 0.04 });
  });

  it.each([1, -1])('know that a split leaves whole millionths of a share, bought or sold short: %d', (sign) => {
    const split: DatedAction = {
      exDate: '2024-03-05',
      symbolId: 0,
      action: { kind: 'split', newShares: 1, oldShares: 3 },
    };
    const rows: Row[] = [
      [0, sign * 7, 10],
      [1, sign * -2.333333, 30],
      [2, sign * -100, 30],
      [3, sign * 100, 30],
    ];
    expect(figuresOf(rows, [split]).closings).toBe(2);
  });
});
