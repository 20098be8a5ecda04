/** What hooks and equity points know of fills that bars decided, whatever the preset's latency. */
import { describe, expect, it } from 'vitest';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtest, bars } from '../testing.js';

/** Buys on the second bar and notes what it holds with each. */
class Holder extends Strategy.with({}) {
  private count = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count === 2) ctx.enterLong(bar.symbol, { size: { shares: 100 }, reason: 'second bar' });
    if (this.count === 4) ctx.exit(bar.symbol, { reason: 'fourth bar' });
    ctx.log(`${ctx.position(bar.symbol).quantity}`);
  }
}

const PRICES = [100, 101, 102, 103, 104, 105].map((close) => ({
  open: close - 1,
  high: close + 1,
  low: close - 2,
  close,
}));

describe('a fill on the bar after the order', () => {
  const cases = ['papertape', 'strict', 'alpaca', 'optimistic'].flatMap((preset) =>
    ['1m', '1h', '1d'].map((timeframe) => [preset, timeframe] as const),
  );
  it.each(cases)('is known to the hook and the equity of that bar: %s, %s', async (preset, timeframe) => {
    const run = await backtest(Holder, { data: bars({ SPY: PRICES }, { timeframe }), preset });
    expect(run.logs.map((line) => line.split(' ').at(-1))).toEqual(['0', '0', '100', '100', '0', '0']);
    const [bought, sold] = run.fills;
    const paid = [bought, sold].map((fill) => (fill?.price ?? Number.NaN) * 100);
    const cash = 100_000 - (paid[0] ?? Number.NaN);
    const end = cash + (paid[1] ?? Number.NaN) - run.fees;
    const expected = [100_000, 100_000, cash + 10_200, cash + 10_300, end, end];
    expect([...run.equity]).toEqual(expected.map((value) => expect.closeTo(value, 6) as number));
  });
});
