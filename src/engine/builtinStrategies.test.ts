/** The built-in strategies in the kernel, decision by decision. */
import { describe, expect, it } from 'vitest';
import { nextSession } from '../calendar/sessions.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { builtInStrategy } from '../strategies/registry.js';
import { OPEN, batchOf, closes, minuteBars, testKernel } from './testKit.js';
import type { RecordingSink, TestSession } from './testKit.js';

function run(strategy: string, table: BarTable, params = {}, session: TestSession = {}): RecordingSink {
  const { kernel, sink } = testKernel({
    instances: [{ instanceId: 'x', strategy, params }],
    options: { resolveStrategy: builtInStrategy },
    ...session,
  });
  kernel.start();
  kernel.process(batchOf(table));
  return sink;
}

/** Intent, minute and symbol-free reason of every signal. */
function signals(sink: RecordingSink): unknown[] {
  return sink.of('signal').map(({ at, intent, outcome }) => [at, intent, outcome]);
}

describe('sma-cross', () => {
  // Averages of 2 and 3: above from minute 5 on, below from minute 7 on.
  const path = minuteBars(closes([10, 10, 10, 10, 13, 13, 7, 7, 7]));

  it('long: enters on the cross up, exits on the cross down', () => {
    const sink = run('sma-cross', path, { fast: 2, slow: 3 });
    expect(signals(sink)).toEqual([
      [5, 'enterLong', 'allow'],
      [7, 'exit', 'allow'],
    ]);
    expect(sink.of('fill').map((fill) => [fill['at'], fill['side']])).toEqual([
      [6, 'buy'],
      [8, 'sell'],
    ]);
  });

  it('both ways: a reversal is a close, then an open', () => {
    const sink = run('sma-cross', path, { fast: 2, slow: 3, direction: 'longShort' });
    expect(sink.of('fill').map((fill) => [fill['at'], fill['side']])).toEqual([
      [6, 'buy'],
      [8, 'sell'],
      [9, 'sell'],
    ]);
  });
});

describe('buy-and-hold', () => {
  it('buys each symbol once', () => {
    const { kernel, sink } = testKernel({
      symbols: ['A', 'B'],
      instances: [{ instanceId: 'x', strategy: 'buy-and-hold', allocation: 0.5 }],
      options: { resolveStrategy: builtInStrategy },
    });
    kernel.start();
    kernel.process(batchOf(minuteBars(closes([10, 11, 12]), closes([20, 21, 22]))));
    expect(sink.of('fill')).toMatchObject([
      { side: 'buy', price: 10 * DOLLAR, quantity: 5_000 * DOLLAR },
      { side: 'buy', price: 20 * DOLLAR, quantity: 2_500 * DOLLAR },
    ]);
  });
});

describe('sma-cross outside regular hours, and with averages the wrong way round', () => {
  const PARAMS = { fast: 1, slow: 2, direction: 'longShort' };
  /** Bars of a minute around the close: minutes from it, and closes in dollars. */
  function around(rows: readonly (readonly [minute: number, close: number])[]): BarTable {
    const first = nextSession(newYorkDate(OPEN) - 1);
    const second = nextSession(first.date);
    const table = createBarTable('1m', rows.length);
    for (const [row, [minute, close]] of rows.entries()) {
      // From 1,000 on: minutes after the next day's premarket began at 04:00.
      const start = minute < 1000 ? first.close + minute * MINUTE : second.premarketOpen + (minute - 1000) * MINUTE;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      for (const name of ['open', 'high', 'low', 'close'] as const) table[name][row] = close * DOLLAR;
      table.length = row + 1;
    }
    return table;
  }
  const intents = (rows: Parameters<typeof around>[0]): readonly unknown[] =>
    run('sma-cross', around(rows), PARAMS)
      .of('signal')
      .map(({ intent }) => intent);

  it.each([
    // The last bar of regular hours begins a minute before the close; premarket ends after 330 minutes, at 09:30.
    [
      'acts on the bar that ends at the close',
      [
        [-3, 10],
        [-2, 10],
        [-1, 11],
      ],
      ['enterLong'],
    ],
    [
      'does not act after hours',
      [
        [-2, 10],
        [-1, 10],
        [0, 11],
        [1, 12],
      ],
      [],
    ],
    [
      'acts on a cross of the night with the first regular bar',
      [
        [-2, 10],
        [-1, 10],
        [0, 11],
        [1, 12],
        [1330, 13],
      ],
      ['enterLong'],
    ],
    [
      'forgets a cross that was crossed back',
      [
        [-2, 10],
        [-1, 10],
        [0, 11],
        [1001, 9],
        [1330, 8],
      ],
      ['enterShort'],
    ],
    [
      'acts on the first bar of the open itself',
      [
        [-2, 10],
        [-1, 10],
        [1329, 10],
        [1330, 12],
      ],
      ['enterLong'],
    ],
  ] as const)('%s', (_name, rows, expected) => {
    expect(intents(rows)).toEqual(expected);
  });

  it.each([
    [10, 10],
    [30, 5],
  ])('refuses a fast average of %d bars and a slow one of %d', (fast, slow) => {
    expect(() => run('sma-cross', around([]), { fast, slow })).toThrowError(
      expect.objectContaining({
        code: 'STRATEGY_PARAMETER_INVALID',
        message: expect.stringContaining(`fast of sma-cross is ${fast}, and slow is ${slow}:`) as string,
      }),
    );
  });
});

describe('opening-range-breakout', () => {
  const up = [10, 11, 10, 11, 12, 12, 12];

  it('enters when a bar closes above the range, once a day, and exits below it', () => {
    const sink = run('opening-range-breakout', minuteBars(closes([...up, 9, 9, 13, 13])), { minutes: 2 });
    expect(signals(sink)).toEqual([
      [5, 'enterLong', 'allow'],
      [8, 'exit', 'allow'],
    ]);
  });

  it('is flat before the close, and enters again the next day', () => {
    const first = nextSession(newYorkDate(OPEN) - 1);
    const second = nextSession(first.date);
    const table = createBarTable('1m', 64);
    const add = (start: number, close: number): void => {
      const row = table.length;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      for (const name of ['open', 'high', 'low', 'close'] as const) table[name][row] = close * DOLLAR;
      table.length = row + 1;
    };
    for (const session of [first, second]) {
      [10, 11, 12, 12].forEach((close, minute) => add(session.open + minute * MINUTE, close));
      for (let minute = 4; minute > 0; minute -= 1) add(session.close - minute * MINUTE, 12);
    }
    const sink = run('opening-range-breakout', table, { minutes: 2, flatBeforeClose: 3 });
    expect(sink.of('signal').map(({ intent }) => intent)).toEqual(['enterLong', 'exit', 'enterLong', 'exit']);
    expect(sink.of('fill').map(({ side }) => side)).toEqual(['buy', 'sell', 'buy', 'sell']);
  });
});

describe('the daily loss limit (I-24)', () => {
  it('stops new risk and flattens when it has held for two instants', () => {
    const { kernel, sink } = testKernel({
      instances: [{ instanceId: 'x', strategy: 'buy-and-hold' }],
      options: { resolveStrategy: builtInStrategy },
      config: { limits: { maxDailyLoss: 1_000 * DOLLAR, flattenOnDailyLoss: true } },
    });
    kernel.start();
    // Bought at 100; one bad close at minute 3 does nothing, the fall from minute 5 on does.
    kernel.process(batchOf(minuteBars(closes([100, 100, 90, 100, 95, 95, 95, 95]))));
    expect(sink.of('fill').map((fill) => [fill['at'], fill['side']])).toEqual([
      [2, 'buy'],
      [7, 'sell'],
    ]);
    expect(kernel.tracker.quantityOf('x', 0)).toBe(0);
    expect(kernel.checks.lossStopped).toBe(true);
    const refused = kernel.command(
      {
        type: 'submitOrder',
        user: 'ann',
        clientOrderId: 'c',
        symbol: 'SPY',
        side: 'buy',
        orderType: 'market',
        timeInForce: 'day',
        quantity: DOLLAR,
        extendedHours: false,
        reason: '',
      },
      kernel.now,
    );
    expect(refused).toMatchObject({ ok: false, reason: 'DAILY_LOSS_LIMIT' });
  });
});

describe('parameters that do not fit each other', () => {
  it.each([
    ['rsi-reversion', { exit: 80 }, ['SPY'], 'exit of rsi-reversion is 80'],
    ['macd-trend', { fast: 26, slow: 26 }, ['SPY'], 'fast of macd-trend is 26'],
    ['donchian-breakout', { entry: 10, exit: 20 }, ['SPY'], 'exit of donchian-breakout is 20'],
    ['vwap-reversion', { width: 3, stop: 3 }, ['SPY'], 'stop of vwap-reversion is 3'],
    ['vwap-reversion', { notAfter: 2, flatBeforeClose: 5 }, ['SPY'], 'notAfter of vwap-reversion is 2'],
    ['pairs', {}, ['SPY'], 'pairs trades two symbols, and was given 1'],
    ['pairs', { exit: 3, enter: 2 }, ['SPY', 'IBM'], 'exit=3, enter=2 and stop=4'],
  ])('%s refuses %o', (strategy, params, symbols, message) => {
    const start = (): unknown =>
      testKernel({
        symbols,
        instances: [{ instanceId: 'x', strategy, params }],
        options: { resolveStrategy: builtInStrategy },
      });
    expect(start).toThrowError(
      expect.objectContaining({
        code: 'STRATEGY_PARAMETER_INVALID',
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

describe('pairs with a side that cannot be had', () => {
  it('closes the other one', () => {
    // A rises against B; more than 500 shares are not allowed, which is what B would need.
    const a = closes([10, 10.1, 10, 10.1, 10, 10.1, 10, 12, 12, 12, 12, 12, 10]);
    const b = closes([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const { kernel, sink } = testKernel({
      symbols: ['A', 'B'],
      instances: [{ instanceId: 'x', strategy: 'pairs', params: { length: 6, stop: 0, weight: 0.05 } }],
      options: { resolveStrategy: builtInStrategy },
      config: { limits: { maxPositionShares: 500_000_000 } },
    });
    kernel.start();
    kernel.process(batchOf(minuteBars(a, b)));
    expect(sink.of('signal').map(({ at, intent, outcome, reason }) => [at, intent, outcome, reason])).toEqual([
      [8, 'enterShort', 'allow', 'A is dear against B'],
      [8, 'enterLong', 'deny', 'A is dear against B'],
      [10, 'exit', 'allow', 'the other side could not be had'],
    ]);
  });
});
