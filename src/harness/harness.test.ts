import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { param, Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtest, bars, csv, goldenTrades } from '../testing.js';

const params = { shares: param.int({ default: 100, min: 1, max: 10_000 }) };

/** Buys on the second bar, sells on the fourth. */
class TwoOrders extends Strategy.with(params) {
  private count = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count === 2) ctx.enterLong(bar.symbol, { size: { shares: this.p.shares }, reason: 'second bar' });
    if (this.count === 4) ctx.exit(bar.symbol, { reason: 'fourth bar' });
    ctx.log(`${bar.symbol} ${bar.close}`);
  }
}

/** Throws on its third bar. */
class Failing extends Strategy.with({}) {
  private count = 0;
  override onBar(): void {
    this.count += 1;
    if (this.count === 3) throw new RangeError('the third bar is one too many');
  }
}

const PRICES = [100, 101, 102, 103, 104, 105];

describe('backtest', () => {
  it('fills at the next open and reports in dollars', async () => {
    const run = await backtest(TwoOrders, { data: bars({ SPY: PRICES }), preset: 'backtesting.py' });
    const shown = run.fills.map(({ newYork, symbol, side, quantity, price, reason }) => {
      return [newYork, symbol, side, quantity, price, reason];
    });
    expect(shown).toEqual([
      ['2013-10-07 09:33:00', 'SPY', 'buy', 100, 101, 'second bar'],
      ['2013-10-07 09:35:00', 'SPY', 'sell', 100, 103, 'fourth bar'],
    ]);
    expect(run.trades).toMatchObject([{ side: 'long', quantity: 100, entryPrice: 101, exitPrice: 103, pnl: 200 }]);
    expect(run.finalEquity).toBe(100_200);
    expect([...run.equity]).toEqual([100_000, 100_000, 100_100, 100_200, 100_200, 100_200]);
    expect(run.logs).toHaveLength(6);
    expect(run.fills[0]?.explanation).toContain('Bought 100 SPY at 101.00');
    expect(run.statistics.trades).toBe(1);
  });

  it('takes parameters and refuses those that the strategy does not declare', async () => {
    const data = bars({ SPY: PRICES });
    const run = await backtest(TwoOrders, { data, params: { shares: 7 } });
    expect(run.fills.map((fill) => fill.quantity)).toEqual([7, 7]);
    await expect(backtest(TwoOrders, { data, params: { shares: 0 } })).rejects.toThrow(/shares of TwoOrders is 0/);
  });

  it('fails with what the strategy threw', async () => {
    await expect(backtest(Failing, { data: bars({ SPY: PRICES }) })).rejects.toThrow(/third bar is one too many/);
  });

  it('gives equal hashes for equal runs and different ones for different runs', async () => {
    const data = bars({ SPY: PRICES });
    const [one, two, other] = await Promise.all([
      backtest(TwoOrders, { data }),
      backtest(TwoOrders, { data }),
      backtest(TwoOrders, { data, params: { shares: 99 } }),
    ]);
    expect(two.ledgerHash).toBe(one.ledgerHash);
    expect(other.ledgerHash).not.toBe(one.ledgerHash);
  });

  it('matches the trades that were accepted before', async () => {
    const run = await backtest(TwoOrders, { data: bars({ SPY: PRICES, IBM: PRICES }) });
    expect(run).toMatchGoldenTrades();
    expect(goldenTrades(run).split('\n').at(-1)).toMatch(/^\d fills?, fees /);
  });
});

describe('bars', () => {
  it('go on the next trading day after the close', () => {
    const data = bars({ SPY: Array.from({ length: 391 }, () => 100) }, { from: '2013-10-04' });
    const table = data.market.tables[0];
    expect(table?.time[389]).toBe(Date.UTC(2013, 9, 4, 20) * 1000);
    expect(table?.time[390]).toBe(Date.UTC(2013, 9, 7, 13, 31) * 1000);
  });

  it.each([
    ['a weekend', { from: '2013-10-05' }, /closed on 2013-10-05/],
    ['an unknown timeframe', { timeframe: '7m' }, /no bars of "7m"/],
  ])('refuse %s', (_name, options, message) => {
    expect(() => bars({ SPY: [100] }, options)).toThrow(message);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuse the price %d', (price) => {
    expect(() => bars({ SPY: [100, price] })).toThrow(/bar 1 of SPY/);
  });
});

describe('csv', () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-csv-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads a file as the importer does', async () => {
    const file = join(folder, 'SPY.csv');
    const rows = ['2013-10-07,100,101,99,100.5,1000', '2013-10-08,100.5,103,100,102,2000'];
    writeFileSync(file, ['date,open,high,low,close,volume', ...rows].join('\n'));
    const data = await csv(file);
    expect(data).toMatchObject({ symbols: ['SPY'], timeframe: '1d', market: { length: 2 } });
    expect(data.market.tables[0]?.time[0]).toBe(Date.UTC(2013, 9, 7, 20) * 1000);
  });

  it('refuses what no market or account could be, and says what', async () => {
    const told = (options: Partial<Parameters<typeof backtest>[1]>): Promise<unknown> =>
      backtest(TwoOrders, { data: bars({ SPY: [10, 11] }), ...options }).then(
        () => 'ran',
        (error: unknown) => error,
      );
    const bar = { open: 10, high: 11, low: 9, close: 10 };
    expect(() => bars({ SPY: [] })).toThrow('bars(…) was given no bar of SPY.');
    expect(() => bars({})).toThrow('bars(…) was given no bar.');
    expect(() => bars({ SPY: [bar, { ...bar, high: 9.5 }] })).toThrow('bar 1 of SPY goes from 9 to 9.5');
    expect(() => bars({ SPY: [{ ...bar, volume: -1 }] })).toThrow('bar 0 of SPY has the volume -1');
    expect(await told({ cash: -1 })).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('-1') });
    expect(await told({ cash: Number.NaN })).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await told({ allocation: 2 })).toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(csv('nowhere.csv', { timeframe: '7x' })).rejects.toThrow('There are no bars of "7x".');
    expect(await told({})).toBe('ran');
  });

  it('says when there is nothing to use', async () => {
    const file = join(folder, 'IBM.csv');
    writeFileSync(file, 'date,open,high,low,close,volume\n2013-10-07,100,90,99,100.5,1000\n');
    await expect(csv(file)).rejects.toThrow(/no bars that can be used/);
  });
});
