import { expect, it } from 'vitest';
import { runOn } from '../../test/support/barPaths.js';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { BarTable, MarketTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import { createBarTable, createPrintTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { BacktestRecorder } from './BacktestRecorder.js';
import { composeKernel } from './composeKernel.js';

const { open: OPEN } = nyse.nextSession(dateOf(2024, 3, 1));

/** Minutes at $20, the first of which begins at `from`. */
function minutes(count: number, from: Micros = OPEN): BarTable {
  const table = createBarTable('1m', count);
  for (let row = 0; row < count; row += 1) {
    table.start[row] = from + row * MINUTE;
    table.time[row] = from + (row + 1) * MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = 20 * RAW_PRICE_SCALE;
    table.volume[row] = 1000;
  }
  table.length = count;
  return table;
}

it('does not let a strategy read the bar that another one was shown', () => {
  let kept: Bar | undefined;
  class Keeper extends Strategy.with({}) {
    override onBar(bar: Bar): void {
      kept = bar;
    }
  }
  class Reader extends Strategy.with({}) {
    override onBar(bar: Bar, ctx: Context): void {
      if (bar.time === OPEN + 20 * MINUTE) ctx.log(`${kept?.close}`);
    }
  }
  const strategies = [Keeper, Reader].map((strategyClass) => {
    return { name: strategyClass.name, strategyClass, hash: '', timeframe: '1m' } as const;
  });
  for (const way of ['plain', 'fast'] as const) {
    const { run } = runOn(way, minutes(40), { strategies, symbols: ['X'] });
    expect(run.strategies.map(({ state }) => state)).toEqual(['stopped', 'quarantined']);
  }
});

/** What strategies, on 30 seconds, a minute and five, are shown of some batches, when, and at which decision point. */
function shownOf(feed: (process: (table: MarketTable) => void, advance: (time: Micros) => void) => void): unknown {
  const outcomes = [false, true].map((isPlain) => {
    const told: string[] = [];
    class Teller extends Strategy.with({}) {
      override onBar({ timeframe, time, volume }: Bar, ctx: Context): void {
        told.push(`${timeframe} of ${(time - OPEN) / SECOND} with ${volume} at ${(ctx.now - OPEN) / SECOND}`);
      }
    }
    const classes = new Map<string, StrategyClass>([['teller', Teller]]);
    const strategies = (['1m', '30s', '5m'] as const).map((timeframe) => {
      return { instanceId: timeframe, strategy: 'teller', symbols: ['X'], timeframe, params: {}, allocation: 0.5 };
    });
    const { kernel } = composeKernel({
      config: {
        sessionId: 'session',
        feed: 'recorded',
        symbols: ['X'],
        priceScale: RAW_PRICE_SCALE,
        accountId: 'account',
        startingCash: 1000 * DOLLAR,
        preset: 'papertape',
        feePlan: 'zero',
        seed: 1,
        startTime: OPEN,
        limits: {},
        strategies,
      },
      sink: new BacktestRecorder(),
      resolveStrategy: (name) => classes.get(name),
    });
    kernel.start();
    feed(
      (table) => {
        const order = isPlain ? new Uint8Array(table.length) : null;
        kernel.process({ tables: [table], order, length: table.length });
      },
      (time) => {
        kernel.advanceClock(time);
      },
    );
    return [...told, kernel.decisionPoint, kernel.inputSequence];
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  return outcomes[0];
}

it('shows bars of prints that end with a bar of the stream before it, on every path', () => {
  const shown = shownOf((process) => {
    for (let minute = 0; minute < 3; minute += 1) {
      const prints = createPrintTable(1);
      prints.time[0] = OPEN + minute * MINUTE + 45 * SECOND;
      prints.price[0] = 20 * RAW_PRICE_SCALE;
      prints.size[0] = 100;
      prints.flags[0] = PrintFlag.HIGH_LOW | PrintFlag.VOLUME | PrintFlag.LAST;
      prints.length = 1;
      process(prints);
      process(minutes(1, OPEN + minute * MINUTE));
    }
  });
  expect(shown).toContain('30s of 180 with 100 at 180');
});

it('counts a late row as now, on every path', () => {
  const shown = shownOf((process, advance) => {
    process(minutes(3));
    advance(OPEN + 5 * MINUTE + 10 * SECOND);
    process(minutes(4, OPEN + 3 * MINUTE));
  });
  expect(shown).toContain('1m of 240 with 1000 at 310');
});
