/** Paper fills against a broker's: matching, errors and intervals with the arithmetic shown. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { BrokerExecution } from '../../domain/execution.js';
import type { Fill } from '../../domain/fill.js';
import type { Order, Side } from '../../domain/order.js';
import { RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import { compareExecutions } from './compareExecutions.js';
import type { PaperOrder } from './compareExecutions.js';

const TEN = fromNewYork(parseDate('2013-10-07'), 10 * 3_600_000_000);

function paper(number: number, side: Side, shares: number, price: number, filled = shares): PaperOrder {
  const order = {
    id: `o-${number}`,
    clientOrderId: `mine-${number}`,
    side,
    type: 'market',
    quantity: shares * SHARE,
    filledQuantity: filled * SHARE,
    createdAt: TEN + number * 1_000_000,
  } as Order;
  const fill = {
    orderId: order.id,
    side,
    quantity: filled * SHARE,
    price: price * RAW_PRICE_SCALE,
    time: order.createdAt + 40_000,
    receipt: { bid: 99.99 * RAW_PRICE_SCALE, ask: 100.01 * RAW_PRICE_SCALE, bidSize: 500, askSize: 1000, volume: 0 },
  } as Fill;
  return { order, symbol: 'SPY', fills: filled > 0 ? [fill] : [] };
}

function executed(
  side: Side,
  shares: number,
  price: number,
  after: number,
  ids: Partial<BrokerExecution> = {},
): BrokerExecution {
  return {
    symbol: 'SPY',
    side,
    quantity: shares * SHARE,
    price: Math.round(price * RAW_PRICE_SCALE),
    time: TEN + after,
    orderId: undefined,
    clientOrderId: undefined,
    ...ids,
  };
}

describe('compareExecutions', () => {
  it('tells price in basis points and ticks, time and shares filled, worse for the order being positive', () => {
    const { errors, all } = compareExecutions(
      [paper(1, 'buy', 100, 100), paper(2, 'sell', 200, 100)],
      [
        // (100.02 × 40 + 100.04 × 60) ÷ 100 = 100.032: 3.2 ticks and 3.2 bp worse for a buyer; 60 ms later.
        executed('buy', 40, 100.02, 1_100_000, { clientOrderId: 'mine-1' }),
        executed('buy', 60, 100.04, 1_200_000, { clientOrderId: 'mine-1' }),
        // A cent more for a seller is a tick better; half of the order.
        executed('sell', 100, 100.01, 2_030_000, { clientOrderId: 'mine-2' }),
      ],
      RAW_PRICE_SCALE,
    );
    expect(errors[0]?.bp).toBeCloseTo(3.2, 9);
    expect(errors[0]?.ticks).toBeCloseTo(3.2, 9);
    expect(errors[0]).toMatchObject({
      timeMs: 60,
      spread: '2–3 ticks',
      size: '1–10 %',
      paperFilled: 1,
      brokerFilled: 1,
    });
    expect(errors[1]?.bp).toBeCloseTo(-1, 9);
    expect(errors[1]).toMatchObject({ timeMs: -10, size: '10–100 %', brokerFilled: 0.5 });
    // Mean of 3.2 and −1; t(1) = 12.706, deviation 4.2 ÷ √2, ÷ √2.
    expect(all.bp.mean).toBeCloseTo(1.1, 9);
    expect(all.bp.within).toBeCloseTo((12.706_204_7 * 4.2) / 2, 9);
    expect(all).toMatchObject({ orders: 2, brokerFilled: 0.75 });
  });

  it('matches executions without ids by symbol, side and time, and counts what fits nowhere', () => {
    const result = compareExecutions(
      [paper(1, 'buy', 100, 100), paper(2, 'buy', 100, 100), paper(3, 'sell', 50, 100)],
      [
        executed('buy', 100, 100.01, 1_100_000),
        executed('buy', 100, 100.03, 2_100_000),
        executed('buy', 10, 100, 9_000_000),
        executed('sell', 50, 100, 3_500_000, { clientOrderId: 'of somebody else' }),
      ],
      RAW_PRICE_SCALE,
    );
    expect(result.errors.map(({ orderId, ticks }) => [orderId, Math.round(ticks ?? 0)])).toEqual([
      ['o-1', 1],
      ['o-2', 3],
    ]);
    expect(result).toMatchObject({ unmatchedOrders: 1, unmatchedExecutions: 2 });
    expect(result.byProperty.side.map(({ key, orders }) => [key[0], orders])).toEqual([['buy', 2]]);
    expect(result.byAll.map(({ key }) => key)).toEqual([['market', 'buy', 'regular', '2–3 ticks', '1–10 %']]);
  });

  it('has no price error for what was filled on one side alone', () => {
    const { errors } = compareExecutions(
      [paper(1, 'buy', 100, 100, 0)],
      [executed('buy', 100, 100, 1_000_000, { orderId: 'o-1' })],
      RAW_PRICE_SCALE,
    );
    expect(errors).toMatchObject([
      { bp: null, ticks: null, timeMs: null, paperFilled: 0, brokerFilled: 1, size: 'unknown' },
    ]);
  });
});
