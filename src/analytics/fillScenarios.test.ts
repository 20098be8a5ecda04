import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { differingAssumptions, withAssumptions } from '../exchange/assumptions.js';
import { presetOf } from '../exchange/presets.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { scenarioPresets, scenariosFromStore } from './fillScenarios.js';

/** Buys on every tenth bar and sells five bars later: it pays the spread forty times a day. */
class Churner extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };
  private count = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count % 10 === 1) ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 100 } });
    if (this.count % 10 === 6) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

function flatBars(): BarTable {
  const [session] = sessionsBetween(parseDate('2013-10-07'), parseDate('2013-10-07'));
  const table = createBarTable('1m', 390);
  if (session === undefined) return table;
  for (let start = session.open; start < session.close; start += MINUTE) {
    const row = table.length;
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = 100 * DOLLAR;
    table.volume[row] = 1_000_000;
    table.length = row + 1;
  }
  return table;
}

describe('presets that take assumptions from another (M4)', () => {
  it('change those fields alone, and carry it in their name', () => {
    const slow = presetOf('papertape+strict.latency');
    expect(slow).toMatchObject({ name: 'papertape+strict.latency', orderLatency: 100_000, participationBps: 1000 });
    expect(differingAssumptions(presetOf('papertape'), slow)).toEqual(['latency']);
    const whole = presetOf('papertape+strict');
    expect(differingAssumptions(presetOf('strict'), whole)).toEqual([]);
    expect(presetOf('backtesting.py+strict.spread').name).toBe('backtesting.py+strict.spread');
    expect(withAssumptions(presetOf('lean'), presetOf('strict')).adjust).toBe('all');
  });

  it.each(['papertape+', '+strict', 'papertape+strict.', 'papertape+strict.luck', 'papertape+nobody'])(
    'know no %s',
    (name) => {
      expect(() => presetOf(name)).toThrow('No preset');
    },
  );

  it('are one run for each assumption in which expected and strict differ, and no more', () => {
    expect(scenarioPresets('papertape')).toEqual([
      'papertape',
      'papertape+strict',
      'papertape+optimistic',
      ...['latency', 'participation', 'slippage', 'limits', 'auctions', 'shortSales'].map(
        (name) => `papertape+strict.${name}`,
      ),
    ]);
  });
});

describe('fill scenarios of a backtest (M4)', () => {
  it('are three full runs, and name the assumption that carries most', async () => {
    const history = createMemoryHistory();
    await history.merge('SPY', flatBars());
    const fractions: number[] = [];
    const { runs, effects, decisive } = await scenariosFromStore(
      history,
      {
        strategies: [{ name: 'churner', strategyClass: Churner, hash: 'x' }],
        from: '2013-10-07',
        to: '2013-10-07',
        engineVersion: 'test',
        createHash: () => createHash('sha256'),
      },
      ({ fraction }) => void fractions.push(fraction),
    );
    const equity = (name: keyof typeof runs): number => runs[name].run.finalEquity;
    // The price never moves, so that all there is are costs: none, half a spread, and half a spread twice a side.
    expect(equity('optimistic')).toBeGreaterThan(equity('expected'));
    expect(equity('expected')).toBeGreaterThan(equity('strict'));
    expect(decisive?.assumption).toBe('slippage');
    expect(decisive?.change).toBeLessThan(0);
    const [slippage, ...rest] = effects;
    expect(slippage?.change).toBe(Math.min(...effects.map(({ change }) => change)));
    expect(rest.every(({ change }) => Math.abs(change) <= Math.abs(slippage?.change ?? 0))).toBe(true);
    expect(fractions.at(-1)).toBeCloseTo(1, 9);
    expect(new Set(Object.values(runs).map(({ run }) => run.identity)).size).toBe(3);
  });
});
