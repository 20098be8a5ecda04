/** What a live session knows before its start is what a backtest knows that begins at the same instant. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { BacktestRecorder } from '../../src/analytics/BacktestRecorder.js';
import type { BacktestStrategy } from '../../src/analytics/Backtester.js';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import { composeKernel } from '../../src/analytics/composeKernel.js';
import { loadMarket, resolveHistory } from '../../src/analytics/historyMarket.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import type { MemoryHistory } from '../../src/cache/memoryHistory.js';
import { mergeTables } from '../../src/domain/mergeTables.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import type { Kernel } from '../../src/engine/Kernel.js';
import { loadWarmUp, warmUpBars, warmUpRecord } from '../../src/host/warmUp.js';
import { Strategy } from '../../src/strategies/Strategy.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { SeededRandom } from '../../src/utils/random.js';
import { required } from '../../src/utils/assert.js';
import { walkingBars } from '../check/checkRig.js';

const FROM = '2013-10-07';
const TO = '2013-10-08';
const SYMBOLS = ['AAA', 'BBB'];

const Days = class extends Strategy.with({}) {
  readonly mean = this.ta.average('simple', 20);
  readonly quick = this.ema(10);
};
const Quarters = class extends Strategy.with({}) {
  readonly mean = this.sma(12);
  readonly hours = this.on('1h').sma(4);
};
const Minutes = class extends Strategy.with({}) {
  readonly mean = this.sma(30);
};
const CLASSES: Readonly<Record<string, readonly [StrategyClass, Timeframe]>> = {
  days: [Days, '1d'],
  quarters: [Quarters, '15m'],
  minutes: [Minutes, '1m'],
};
const classOf = (name: string): StrategyClass | undefined => CLASSES[name]?.[0];

let history: MemoryHistory;
beforeAll(async () => {
  history = createMemoryHistory();
  // The longer the bars, the further back they reach.
  for (const [timeframe, from] of [
    ['1d', '2013-08-01'],
    ['15m', '2013-09-26'],
    ['1m', '2013-10-03'],
  ] as const) {
    for (const [index, symbol] of SYMBOLS.entries()) {
      const random = new SeededRandom(timeframe.length, index);
      // Fifteen minutes of one symbol alone are stored: those of the other come of its minutes.
      if (timeframe === '15m' && index > 0) continue;
      await history.merge(symbol, walkingBars(timeframe, { from, to: TO }, random));
    }
  }
});

/** The values of every line of every strategy, symbol by symbol. */
function linesOf({ runner }: Kernel): readonly number[] {
  const values: number[] = [];
  for (const { scopes, cursor, symbolIds } of runner.instances) {
    const { slot } = cursor;
    for (const { lines } of scopes) {
      for (const line of lines) {
        for (const own of symbolIds.keys()) {
          cursor.slot = own;
          values.push(line.value);
        }
      }
    }
    cursor.slot = slot;
  }
  return values;
}

describe('a live session that begins with a day', () => {
  it.each([
    [['days']],
    [['minutes']],
    [['quarters']],
    [['days', 'minutes']],
    [['minutes', 'days']],
    [['days', 'quarters', 'minutes']],
  ])('has the lines of a backtest of %j', async (names) => {
    const strategies = names.map((name): BacktestStrategy => ({
      name,
      hash: name,
      strategyClass: required(classOf(name), name),
      timeframe: required(CLASSES[name], name)[1],
      symbols: SYMBOLS,
    }));
    const backtest = {
      ...{ strategies, symbols: SYMBOLS, from: FROM, to: TO, adjust: 'raw' as const, engineVersion: 'test' },
      createHash: () => createHash('sha256'),
    };
    const expected: (readonly number[])[] = [];
    const { run } = await backtestFromStore(history, {
      ...backtest,
      onInstant: ({ kernel }) => expected.push(linesOf(kernel)),
    });

    const { config } = run;
    const { kernel } = composeKernel({ config, sink: new BacktestRecorder(), resolveStrategy: classOf });
    const from = { store: history, archive: history, feeds: [undefined] };
    const loaded = required(await loadWarmUp(config, classOf, from, config.startTime), 'the warm-up');
    kernel.warmUp(...warmUpBars(warmUpRecord(loaded)));
    const live: (readonly number[])[] = [];
    kernel.trace.listen(() => live.push(linesOf(kernel)));
    kernel.start();
    kernel.process(mergeTables(await loadMarket(history, resolveHistory(backtest).source)));

    expect(live.length).toBeGreaterThan(0);
    expect(expected[0]?.some(Number.isNaN)).toBe(false);
    expect(live).toEqual(expected);
  });
});
