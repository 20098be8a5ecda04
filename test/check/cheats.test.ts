/** Strategies that cheat on purpose are found, each by the check that is for it; honest ones are left in peace. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { HistoryStore } from '../../src/domain/ports.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import { thinHistory } from '../../src/analytics/check/alteredHistory.js';
import { param, Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { SeededRandom } from '../../src/utils/random.js';
import { check, complaintsOf, resultOf, walkingBars, walkingHistory } from './checkRig.js';

const FIRST = '2011-01-03';
const from = '2013-01-02';
const to = '2013-06-28';
/** Where more trades are needed. */
const EARLY = '2012-01-03';
let store: HistoryStore;
let closes: readonly number[];

beforeAll(async () => {
  store = await walkingHistory(['AAA', 'BBB'], { from: FIRST, to });
  const query = {
    symbols: ['AAA'],
    kind: 'bar',
    timeframe: '1d',
    from: EARLY,
    to,
    adjust: 'raw',
    extendedHours: false,
  } as const;
  const table = (await store.load(query)) as BarTable;
  closes = [...table.close.subarray(0, table.length)].map((price) => price / RAW_PRICE_SCALE);
});

const run = (makeClass: () => StrategyClass, text?: string, first = from) =>
  check({ store, symbols: ['AAA'], from: first, to, makeClass, ...(text === undefined ? {} : { text }) });

/** Buys or sells by a forecast. */
function follow(symbol: string, rises: boolean, ctx: Context): void {
  if (rises) ctx.enterLong(symbol, { reason: 'it will rise' });
  else ctx.exit(symbol, { reason: 'it will fall' });
}

describe('cheats', () => {
  it('finds one that reads the next bar out of the table behind the cursor', async () => {
    class Peeking extends Strategy.with({}) {
      override onBar(bar: Bar, ctx: Context): void {
        const { table, row } = bar as unknown as { table: BarTable; row: number };
        follow(bar.symbol, (table.close[row + 1] ?? 0) > (table.close[row] ?? 0), ctx);
      }
    }
    const outcome = await run(() => Peeking);
    expect(resultOf(outcome, 'look-ahead')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('It sees the future'),
      evidence: { symbol: 'AAA', change: expect.stringContaining('the data end at') },
    });
    const { before, after } = resultOf(outcome, 'look-ahead').evidence ?? {};
    expect(before).not.toBe(after);
    expect(outcome.report.verdict).toBe('fail');
  });

  it('finds one that learns the future from an earlier run by module state', async () => {
    const outcome = await run(() => {
      const seen: number[] = [];
      return class Remembering extends Strategy.with({}) {
        private count = 0;
        override onBar(bar: Bar, ctx: Context): void {
          const next = seen[this.count + 1];
          seen[this.count] ??= bar.close;
          this.count += 1;
          follow(bar.symbol, next !== undefined && next > bar.close, ctx);
        }
      };
    });
    expect(resultOf(outcome, 'determinism')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('What one run left behind reaches the next'),
    });
  });

  it('finds one that brings the closes along', async () => {
    const known = closes;
    const makeClass = () =>
      class Knowing extends Strategy.with({}) {
        private count = 0;
        override onBar(bar: Bar, ctx: Context): void {
          this.count += 1;
          const now = known[this.count - 1] ?? 0;
          // A fill is known a bar later, so that a position is held for two bars at least.
          follow(bar.symbol, (known[this.count + 1] ?? now) > now, ctx);
        }
      };
    const withList = await run(makeClass, `const known = ${JSON.stringify(closes)};`, EARLY);
    expect(resultOf(withList, 'foreknowledge')).toMatchObject({
      verdict: 'fail',
      evidence: { symbol: 'AAA', change: 'constants compared with prices' },
      figures: { chain: expect.any(Number) },
    });
    // The same with a list of signs, in which no price can be found: it wins too often for one that looks at nothing.
    const withSigns = await run(makeClass, 'const rises = [true, false];', EARLY);
    expect(resultOf(withSigns, 'foreknowledge')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('it knows them from elsewhere'),
    });
  });

  it('finds one that tosses a coin, and one that looks at the clock', async () => {
    class Tossing extends Strategy.with({}) {
      override onBar(bar: Bar, ctx: Context): void {
        follow(bar.symbol, Math.random() < 0.5, ctx);
      }
    }
    expect(resultOf(await run(() => Tossing), 'determinism')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('Run twice it decides differently'),
    });
    class Clocked extends Strategy.with({}) {
      override onBar(bar: Bar, ctx: Context): void {
        follow(bar.symbol, Date.now() % 3 === 0, ctx);
      }
    }
    let milliseconds = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => (milliseconds += 7));
    expect(resultOf(await run(() => Clocked), 'determinism').verdict).toBe('fail');
    vi.restoreAllMocks();
  });

  it('finds one whose instances share state that each of them resets', async () => {
    const outcome = await run(() => {
      let bars = 0;
      return class Sharing extends Strategy.with({}) {
        override onStart(): void {
          bars = 0;
        }
        override onBar(bar: Bar, ctx: Context): void {
          bars += 1;
          if (bars % 10 === 0) ctx.enterLong(bar.symbol, { reason: 'tenth bar' });
          if (bars % 10 === 5) ctx.exit(bar.symbol, { reason: 'fifth bar' });
        }
      };
    });
    expect(resultOf(outcome, 'determinism')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('Instances of it change each other'),
    });
  });

  it('says how much warm-up is needed where the usual one is too short', async () => {
    // A parabolic stop that hardly speeds up remembers its first turn for long, which its two bars do not tell.
    class Short extends Strategy.with({}) {
      private readonly level = this.ta.sar(0.005, 0.05);
      override onBar(bar: Bar, ctx: Context): void {
        follow(bar.symbol, bar.close > this.level.value, ctx);
      }
    }
    const result = resultOf(await run(() => Short), 'warm-up');
    expect(result).toMatchObject({ verdict: 'fail', sentence: expect.stringContaining('let subscribe.warmUp say') });
  });

  it('finds one that keeps an average of its own, which nothing warms up', async () => {
    class OwnAverage extends Strategy.with({}) {
      private average = 0;
      override onBar(bar: Bar, ctx: Context): void {
        this.average = this.average === 0 ? bar.close * 1.5 : this.average + (bar.close - this.average) / 8;
        if (bar.close > this.average) ctx.enterLong(bar.symbol, { reason: 'above its average' });
        else ctx.exit(bar.symbol, { reason: 'below its average' });
      }
    }
    expect(resultOf(await run(() => OwnAverage), 'start')).toMatchObject({
      verdict: 'warn',
      sentence: expect.stringContaining('something in it depends on the first bar that it saw'),
    });
  });
});

it('is told to be large beside its market, whether it gains or loses', async () => {
  const thin = thinHistory(store, 400);
  const verdicts = await Promise.all(
    (['enterLong', 'enterShort'] as const).map(async (enter) => {
      class Large extends Strategy.with({}) {
        private count = 0;
        override onBar(bar: Bar, ctx: Context): void {
          this.count += 1;
          if (this.count === 3) ctx[enter](bar.symbol, { reason: 'large' });
        }
      }
      return resultOf(await check({ store: thin, symbols: ['AAA'], from, to, makeClass: () => Large }), 'capacity');
    }),
  );
  const taken = expect.stringMatching(/took up to [5-9]\.\d\d % of a day's volume/);
  expect(verdicts).toMatchObject([
    { verdict: 'warn', sentence: taken },
    { verdict: 'warn', sentence: taken },
  ]);
  expect(verdicts.filter(({ sentence }) => sentence.startsWith('There is no profit'))).toHaveLength(1);
});

it('does not take bars of another length for a longer warm-up', async () => {
  class Trend extends Strategy.with({}) {
    static override subscribe = { timeframe: '1h' as const, warmUp: 'auto' as const };
    private readonly average = this.ema(5);
    override onBar(bar: Bar, ctx: Context): void {
      follow(bar.symbol, bar.close > this.average.value, ctx);
    }
  }
  const window = { from: '2013-01-02', to: '2013-01-31' };
  const days = await walkingHistory(['AAA'], { from: FIRST, to: window.to });
  await days.merge('AAA', walkingBars('1h', window, new SeededRandom(3)));
  const outcome = await check({ store: days, symbols: ['AAA'], ...window, makeClass: () => Trend, timeframe: '1h' });
  expect(resultOf(outcome, 'warm-up')).toMatchObject({ verdict: 'skip' });
});

it('has nothing to warm up without indicators, whatever warm-up a strategy asks for', async () => {
  class Asks extends Strategy.with({}) {
    static override subscribe = { warmUp: 5 };
    override onBar(bar: Bar, ctx: Context): void {
      follow(bar.symbol, bar.close > bar.open, ctx);
    }
  }
  expect(resultOf(await run(() => Asks), 'warm-up')).toMatchObject({
    verdict: 'pass',
    sentence: 'It declares no indicators, so there is nothing to warm up.',
  });
});

describe('honest strategies', () => {
  const params = {
    fast: param.int({ default: 5, min: 1, max: 50 }),
    slow: param.int({ default: 20, min: 2, max: 200 }),
  };
  class Cross extends Strategy.with(params) {
    private readonly fast = this.ema(this.p.fast);
    private readonly slow = this.ema(this.p.slow);
    override onBar(bar: Bar, ctx: Context): void {
      if (this.fast.crossedAbove(this.slow)) {
        ctx.enterLong(bar.symbol, { reason: 'crossed above', stop: { percent: 5 }, target: { percent: 10 } });
      }
      if (this.fast.crossedBelow(this.slow)) ctx.exit(bar.symbol, { reason: 'crossed below' });
    }
  }
  class Reversion extends Strategy.with({}) {
    private readonly strength = this.rsi(3);
    override onBar(bar: Bar, ctx: Context): void {
      const held = ctx.position(bar.symbol).quantity;
      if (held === 0 && this.strength.value < 25) ctx.target(bar.symbol, { weight: 0.4 }, { reason: 'oversold' });
      if (held > 0 && this.strength.value > 70) ctx.exit(bar.symbol, { reason: 'overbought' });
    }
  }
  /** Trades by the calendar, and loses as often as it wins. */
  class Calendar extends Strategy.with({}) {
    private count = 0;
    override onBar(bar: Bar, ctx: Context): void {
      this.count += 1;
      const day = Math.floor(bar.time / 86_400_000_000) % 14;
      if (day === 4) ctx.enterLong(bar.symbol, { reason: 'every other week' });
      if (day === 11) ctx.exit(bar.symbol, { reason: 'a week later' });
    }
  }
  it.each([
    ['an average crossing another, with stops', Cross],
    ['a reversion that looks at its position', Reversion],
    ['a calendar rule', Calendar],
  ])('passes %s', async (_name, strategyClass) => {
    const outcome = await check({ store, symbols: ['AAA', 'BBB'], from, to, makeClass: () => strategyClass });
    expect(complaintsOf(outcome).filter((complaint) => !/^(fills|capacity) warn$/.test(complaint))).toEqual([]);
    expect(resultOf(outcome, 'look-ahead')).toMatchObject({ verdict: 'pass' });
  });
});
