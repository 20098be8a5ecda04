/** The harness that users test their strategies with. */
import { describe, expect, it } from 'vitest';
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import SmaCross from '../src/strategies/builtin/SmaCross.js';
import { backtest, bars } from '../src/testing.js';

const rise = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const fall = (from: number, to: number): number[] => rise(to, from).map((price) => from + to - price);

describe('the strategy harness', () => {
  it('runs a strategy over closes and answers in dollars', async () => {
    const prices = [...fall(110, 100), ...rise(100, 130), ...fall(130, 100)];
    const run = await backtest(SmaCross, { data: bars({ SPY: prices }), params: { fast: 3, slow: 8 } });
    expect(run.error).toBeUndefined();
    expect(run.trades.length).toBeGreaterThan(0);
    const quantity = run.fills.reduce(
      (sum, { side, quantity: shares }) => sum + (side === 'buy' ? shares : -shares),
      0,
    );
    expect(quantity).toBe(0);
    const profit = run.trades.reduce((sum, trade) => sum + trade.pnl, 0);
    expect(profit).toBeGreaterThan(0);
    expect(run.equity).toBeCloseTo(100_000 + profit, 6);
    expect(run.trades[0]).toMatchObject({ symbol: 'SPY', side: 'buy', entryReason: 'fast average crossed above slow' });
  });

  it('tells what a strategy threw', async () => {
    class Broken extends Strategy.with({}) {
      override onBar(_bar: Bar, ctx: Context): void {
        ctx.exit('NOPE', { reason: '' });
      }
    }
    const run = await backtest(Broken, { data: bars({ A: [1], B: [2] }) });
    expect(run).toMatchObject({ fills: [], equity: 100_000, state: 'quarantined' });
    expect(run.error).toContain('NOPE is not a symbol of test; it has A, B');
  });

  it.each([
    ['uneven bars', () => bars({ A: [1, 2], B: [1] }), 'B has 1 bars where others have 2'],
    ['a holiday', () => bars({ A: [1] }, '2013-12-25'), 'not a trading day'],
    ['a price of nothing', () => bars({ A: [0] }), '0 is not a price'],
  ])('refuses %s', (_name, make, words) => {
    expect(make).toThrow(words);
  });
});
