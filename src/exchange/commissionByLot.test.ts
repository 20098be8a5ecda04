/**
 * Commissions of a preset that charges by lot, of orders that fill in parts: a fixed part or a minimum is due once for
 * what an order opens, and once for each lot that it closes, however many fills that takes.
 */
import { describe, expect, it } from 'vitest';
import { ExchangeRig } from './testing/ExchangeRig.js';

const FLAT = [100, 100, 100, 100] as const;

/** A rig whose orders get a tenth of the volume of the bar before. */
function rigOf(feePlan: string): ExchangeRig {
  return new ExchangeRig({ preset: 'backtesting.py', feePlan, cash: 1e6, overrides: { participationBps: 1000 } });
}

interface Step {
  readonly side: 'buy' | 'sell';
  readonly shares: number;
  /** Hundreds of shares of each fill. */
  readonly fills: readonly number[];
}

/** Shares and commission in dollars of each fill of orders after one another. */
function fillsOf(feePlan: string, steps: readonly Step[]): readonly (readonly [number, number])[] {
  const rig = rigOf(feePlan);
  let minute = 31;
  const next = (hundreds: number): void => {
    rig.bar(`09:${minute}`, FLAT, hundreds * 1000);
    minute += 1;
  };
  for (const { side, shares, fills } of steps) {
    const [first = 0, ...more] = fills;
    next(first);
    rig.submit({ side, shares });
    for (const hundreds of [...more, 0]) next(hundreds);
  }
  return paidBy(rig);
}

const buy = (...fills: readonly number[]): Step => stepOf('buy', fills);
const sell = (...fills: readonly number[]): Step => stepOf('sell', fills);
function stepOf(side: 'buy' | 'sell', fills: readonly number[]): Step {
  return { side, shares: 100 * fills.reduce((sum, hundreds) => sum + hundreds, 0), fills };
}

describe('a commission by lot of orders that fill in parts', () => {
  const cases: readonly [string, string, readonly Step[], readonly (readonly [number, number])[]][] = [
    [
      'an entry pays a fixed part once, and so does what closes it',
      'per-order-10usd',
      [buy(1, 1, 1), sell(1, 2)],
      [
        [100, 10],
        [100, 0],
        [100, 0],
        [100, 10],
        [200, 0],
      ],
    ],
    [
      'what was opened in parts is one lot',
      'per-order-10usd',
      [buy(1, 1), sell(2)],
      [
        [100, 10],
        [100, 0],
        [200, 10],
      ],
    ],
    [
      'two entries are two lots for what closes them, whichever way it fills',
      'per-order-10usd',
      [buy(1), buy(1), sell(1, 1), buy(1), buy(2), sell(2, 1)],
      [
        [100, 10],
        [100, 10],
        [100, 10],
        [100, 10],
        [100, 10],
        [200, 10],
        [200, 20],
        [100, 0],
      ],
    ],
    [
      'an order that closes and opens pays for both, each once',
      'per-order-10usd',
      [buy(2), sell(1, 2, 1)],
      [
        [200, 10],
        [100, 10],
        [100, 0],
        [100, 10],
        [100, 0],
      ],
    ],
    [
      'a minimum is that of the whole order',
      'interactive-brokers-fixed',
      [buy(1, 1, 1), sell(2, 1)],
      [
        [100, 1],
        [100, 0],
        [100, 0.5],
        [200, 1],
        [100, 0.5],
      ],
    ],
    [
      'a relative part is that of each fill',
      'per-order-10usd+relative-10bps',
      [buy(1, 2), sell(3)],
      [
        [100, 20],
        [200, 20],
        [300, 40],
      ],
    ],
  ];
  it.each(cases)('%s', (_, plan, steps, expected) => {
    expect(fillsOf(plan, steps)).toEqual(expected);
  });

  it('an order that takes the place of one that has filled in part pays no fixed part again', () => {
    const rig = rigOf('per-order-10usd');
    rig.bar('09:31', FLAT, 1000);
    const order = rig.submit({ shares: 300, limit: 101 });
    rig.bar('09:32', FLAT, 1000);
    rig.replace(order, { limit: 102 });
    rig.bar('09:33', FLAT, 1000);
    expect(rig.fills.map(({ fees }) => fees.map(({ amount }) => amount))).toEqual([[10_000_000], []]);
  });

  it('an order pays for the next lot where another one has closed the rest of the one that it was at', () => {
    const rig = rigOf('per-order-10usd');
    const next = barsOf(rig);
    next(FLAT);
    rig.submit({ shares: 100 });
    next(FLAT);
    rig.submit({ shares: 100 });
    next(FLAT);
    // Fills in three parts, the second of them when the price is back.
    rig.submit({ side: 'sell', shares: 150, limit: 100 });
    next(FLAT, 500);
    rig.submit({ side: 'sell', shares: 50 });
    next(LOW);
    next(FLAT, 500);
    next(FLAT, 500);
    next(FLAT, 500);
    expect(paidBy(rig)).toEqual([
      [100, 10],
      [100, 10],
      [50, 10],
      [50, 10],
      [50, 10],
      [50, 0],
    ]);
  });

  it('an order pays for what it closes of a position that another one has turned', () => {
    const rig = rigOf('per-order-10usd');
    const next = barsOf(rig);
    next(FLAT, 500);
    rig.submit({ shares: 150, limit: 100 });
    next(FLAT, 500);
    next(HIGH);
    rig.submit({ side: 'sell', shares: 100 });
    next(HIGH);
    next(FLAT, 500);
    next(FLAT, 500);
    next(FLAT, 500);
    expect(paidBy(rig)).toEqual([
      [50, 10],
      [50, 10],
      [50, 10],
      [50, 10],
      [50, 10],
    ]);
  });

  it('an order goes on with the lot that it is at where an exit has closed another one', () => {
    const rig = rigOf('per-order-10usd');
    const next = barsOf(rig);
    next(FLAT);
    rig.submit({ shares: 100 });
    next(FLAT);
    rig.submit({ shares: 50, profit: 110, loss: 99.5 });
    next(FLAT);
    // Fills in three parts, the others when the price is back.
    rig.submit({ side: 'sell', shares: 60, limit: 100 });
    next(FLAT, 200);
    next(NEAR, 500);
    next(LOW, 500);
    next(FLAT, 200);
    next(FLAT, 200);
    expect(paidBy(rig)).toEqual([
      [100, 10],
      [50, 10],
      [20, 10],
      [50, 10],
      [20, 0],
      [20, 0],
    ]);
  });

  it('an order leaves the rest of the lot of an exit alone that has filled in part', () => {
    const rig = rigOf('per-order-10usd');
    const next = barsOf(rig);
    next(FLAT);
    rig.submit({ shares: 100 });
    next(FLAT);
    rig.submit({ shares: 50, profit: 101, loss: 90 });
    next(FLAT);
    rig.submit({ side: 'sell', shares: 60, limit: 100 });
    next(FLAT, 200);
    next(FLAT, 200);
    next(HIGH, 200);
    next(FLAT, 200);
    const left = rig.exchange.book.account('main').trades?.list()[0] ?? [];
    expect(left.filter((value) => typeof value === 'number' && value > 10)).toEqual([40e6, 30e6]);
    expect(paidBy(rig).map(([, paid]) => paid)).toEqual([10, 10, 10, 0, 10, 0]);
  });
});

const NEAR = [99.8, 99.8, 99.8, 99.8] as const;
const LOW = [99, 99, 99, 99] as const;
const HIGH = [101, 101, 101, 101] as const;

/** Sends a bar of the next minute to a rig. */
function barsOf(
  rig: ExchangeRig,
): (prices: typeof FLAT | typeof NEAR | typeof LOW | typeof HIGH, volume?: number) => void {
  let minute = 30;
  return (prices, volume = 1000) => {
    minute += 1;
    rig.bar(`09:${minute}`, prices, volume);
  };
}

/** Shares and commission in dollars of each fill. */
function paidBy(rig: ExchangeRig): readonly (readonly [number, number])[] {
  return rig.fills.map(({ quantity, fees }) => [
    quantity / 1e6,
    fees.reduce((sum, { amount }) => sum + amount, 0) / 1e6,
  ]);
}
