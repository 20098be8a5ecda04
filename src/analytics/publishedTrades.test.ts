/** Figures of trades and of falls against values that other projects publish in their own tests. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { drawdowns } from './drawdowns.js';
import { valueOf } from './figure.js';
import { at, endedOrder, fillOf, orderOf, quotes } from './tradeLogKit.js';
import { TradeLogger } from './TradeLogger.js';
import type { TradeRecord } from './TradeRecord.js';
import { TradeSample } from './tradeStatistics.js';

function sampleOf(profits: readonly number[]): TradeSample {
  const sample = new TradeSample();
  for (const pnl of profits) sample.add({ entryTime: 0, exitTime: DAY, pnl, returnFraction: pnl / 100 });
  return sample;
}

// freqtrade, tests/data/test_metrics.py (2026), which has −100 and 100 where ours have no number.
describe('figures of freqtrade', () => {
  it.each([
    [[1, -0.5, 2, -1, 0.5, 1.5, -0.5, 1], 1.3229],
    [[1, 0.5, 2, 1.5, 0.8], 4.3657],
    [[-1, -0.5, -2, -1.5, -0.8], -4.3657],
    [[1], NaN],
    [[], NaN],
  ])('system quality number, case %#', (profits, wanted) => {
    const { sqn } = sampleOf(profits).statistics;
    if (Number.isNaN(wanted)) expect(sqn).toBeNaN();
    else expect(sqn).toBeCloseTo(wanted, 4);
  });

  it('expectancy in money, and what it is of the mean loss', () => {
    const sample = sampleOf([100, 200, 50, -150, 300, -100, 80, -30]);
    expect(sample.meanPnl).toBeCloseTo(56.25, 12);
    expect((1 + sample.payoff) * sample.statistics.winRate - 1).toBeCloseTo(0.60267857, 8);
  });

  it('the largest drawdown is relative to its peak, from the starting balance on', () => {
    const equity = Float64Array.of(1000, 500, 1000, 11_000, 10_000);
    const time = Float64Array.from(equity, (_, day) => day * DAY);
    expect(drawdowns({ time, equity }, 1000).maxDrawdown).toBe(0.5);
    const fallen = { time: time.subarray(3), equity: equity.subarray(3) };
    expect(drawdowns(fallen, 1000).maxDrawdown).toBeCloseTo(0.090909, 6);
    const lost = { time: Float64Array.of(0), equity: Float64Array.of(100) };
    expect(drawdowns(lost, 120).maxDrawdown).toBeCloseTo(1 / 6, 12);
  });
});

/** Trades of `[shares, price]` fills, one a second, shares sold negative. */
function tradesOf(fills: readonly (readonly [shares: number, price: number])[]): readonly TradeRecord[] {
  const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR });
  log.observe(quotes([[0, 9, 11]]));
  for (const [index, [shares, price]] of fills.entries()) {
    const second = index + 1;
    const order = orderOf(`o-${index}`, shares > 0 ? 'buy' : 'sell', Math.abs(shares), second);
    log.noteOrder(order);
    log.noteFill(fillOf(`f-${index}`, order, Math.abs(shares), price, second));
    log.noteOrder(endedOrder(order, 'filled', second, Math.abs(shares)));
  }
  return log.trades;
}

// pyfolio-reloaded, tests/test_round_trips.py at 9cb1109e. Its round trip is a trade here where that goes to flat, and
// the FIFO matches of one fill where it does not.
describe('round trips of pyfolio', () => {
  type Trip = readonly [side: 'buy' | 'sell', pnl: number, returnFraction: number, seconds: number];
  it.each<[string, (readonly [number, number])[], Trip[]]>([
    [
      'in and out',
      [
        [2, 10],
        [-2, 15],
      ],
      [['buy', 10, 0.5, 1]],
    ],
    [
      'what is left over of the last fill begins another',
      [
        [2, 10],
        [2, 15],
        [-9, 10],
      ],
      [['buy', -10, -0.2, 2]],
    ],
    [
      'a fill that crosses 0 is split',
      [
        [2, 10],
        [-4, 15],
        [3, 20],
      ],
      [
        ['buy', 10, 0.5, 1],
        ['sell', -10, -1 / 3, 1],
      ],
    ],
  ])('%s', (_, fills, wanted) => {
    const closed = tradesOf(fills).filter(({ state }) => state === 'closed');
    expect(
      closed.map(({ side, pnl, returnFraction, entryTime, exitTime }) => [
        side,
        pnl / DOLLAR,
        valueOf(returnFraction),
        ((exitTime ?? 0) - entryTime) / (at(1) - at(0)),
      ]),
    ).toEqual(wanted.map(([side, pnl, fraction, seconds]) => [side, pnl, expect.closeTo(fraction, 12), seconds]));
  });

  it('one that does not come to flat', () => {
    const [open, ...others] = tradesOf([
      [4, 10],
      [-2, 15],
      [2, 20],
    ]);
    expect(others).toEqual([]);
    expect(open).toMatchObject({ state: 'open', openQuantity: 4 * SHARE });
    const [trip, ...more] = open?.roundTrips ?? [];
    expect(more).toEqual([]);
    expect(trip).toMatchObject({ quantity: 2 * SHARE, pnl: 10 * DOLLAR, entryPrice: 10 * DOLLAR });
  });
});
