/**
 * The built-in strategies on real data: every fill of a run equals what a few loops over the closes, written from the
 * documented rule, say. Daily bars of 1998 to 2021 and minutes of October 2013; orders fill at the next open.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import type { ParamValue } from '../../src/strategies/param.js';
import { builtInStrategy } from '../../src/strategies/registry.js';
import { assert } from '../../src/utils/assert.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

const DAILY = ['SPY', 'IBM', 'BAC', 'AIG'];
const files = [...DAILY.map((symbol) => `lean/daily/${symbol.toLowerCase()}.csv.gz`), 'lean/minute/spy_trade.csv.gz'];

/** Columns of a daily file. */
interface Days {
  readonly date: readonly string[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

function readDays(symbol: string, from = ''): Days {
  const text = gunzipSync(readFileSync(referenceData(`lean/daily/${symbol.toLowerCase()}.csv.gz`))).toString();
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([date = '']) => date >= from);
  const column = (index: number): number[] => rows.map((row) => Number(row[index]));
  return { date: rows.map((row) => row[0] ?? ''), high: column(2), low: column(3), close: column(4) };
}

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
/** The last `length` values up to and with `index`. */
const last = (values: readonly number[], index: number, length: number): readonly number[] =>
  values.slice(index - length + 1, index + 1);

type Wish = 'long' | 'short' | 'flat' | undefined;
type Trade = readonly [bar: number, side: 'buy' | 'sell'];

/** Asks with every bar, given the position; a wish is filled with the bar after. */
function trades(bars: number, wishAt: (bar: number, position: number) => Wish): readonly Trade[] {
  const found: Trade[] = [];
  let position = 0;
  let wish: Wish;
  for (let bar = 0; bar < bars; bar += 1) {
    if (wish !== undefined) {
      const next = wish === 'long' ? 1 : wish === 'short' ? -1 : 0;
      found.push([bar, next > position ? 'buy' : 'sell']);
      position = next;
    }
    wish = wishAt(bar, position);
  }
  return found;
}

/** Wilder's index, NaN before there are `length` changes. */
function rsi(close: readonly number[], length: number): readonly number[] {
  let up = 0;
  let down = 0;
  return close.map((price, bar) => {
    if (bar === 0) return Number.NaN;
    const change = price - at(close, bar - 1);
    const weight = bar <= length ? 1 / length : 1;
    const keep = bar <= length ? 1 : (length - 1) / length;
    up = up * keep + (Math.max(change, 0) * weight) / (bar <= length ? 1 : length);
    down = down * keep + (Math.max(-change, 0) * weight) / (bar <= length ? 1 : length);
    return bar < length ? Number.NaN : 100 - 100 / (1 + up / down);
  });
}

/** Seeded with the simple average of the first `length` values from `from` on. */
function ema(values: readonly number[], length: number, from: number): readonly number[] {
  let average = Number.NaN;
  return values.map((value, bar) => {
    if (bar < from + length - 1) return Number.NaN;
    average =
      bar === from + length - 1 ? mean(last(values, bar, length)) : average + (value - average) * (2 / (length + 1));
    return average;
  });
}

describeWithReferenceData('built-in strategies on recorded bars', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(files);
  }, 120_000);
  afterAll(() => history.close());

  interface Wanted {
    readonly symbols: readonly string[];
    readonly params?: Readonly<Record<string, ParamValue>>;
    readonly timeframe?: Timeframe;
    readonly from?: string;
    readonly to?: string;
  }

  async function run(name: string, wanted: Wanted): Promise<BacktestRun> {
    const strategyClass = builtInStrategy(name);
    assert(strategyClass !== undefined, `there is no ${name}`);
    const { run: result } = await backtestFromStore(history.store, {
      strategies: [{ name, strategyClass, hash: '', timeframe: wanted.timeframe ?? '1d', params: wanted.params ?? {} }],
      symbols: wanted.symbols,
      from: wanted.from ?? '1998-01-02',
      to: wanted.to ?? '2021-03-31',
      preset: 'backtesting.py',
      adjust: 'raw',
      startingCash: 1_000_000 * DOLLAR,
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
    });
    return result;
  }

  /** Bar and side of every fill. */
  function fillsOf(result: BacktestRun, symbolId = 0): readonly Trade[] {
    const times = [...new Set(result.curve.time)];
    return result.fills
      .filter((fill) => fill.symbolId === symbolId)
      .map((fill) => [times.findIndex((time) => time >= fill.time), fill.side]);
  }

  it('reads what the loops read', async () => {
    const result = await run('buy-and-hold', { symbols: ['BAC'] });
    const { close } = readDays('BAC');
    expect(result.eventCount).toBe(close.length);
  });

  it.each(['long', 'longShort'] as const)('rsi-reversion, %s', async (direction) => {
    const { close } = readDays('IBM');
    const index = rsi(close, 14);
    const both = direction === 'longShort';
    const expected = trades(close.length, (bar, position) => {
      const now = at(index, bar);
      const before = at(index, bar - 1);
      if (position > 0) return now >= 50 ? 'flat' : undefined;
      if (position < 0) return now <= 50 ? 'flat' : undefined;
      if (now < 30 && before >= 30) return 'long';
      return both && now > 70 && before <= 70 ? 'short' : undefined;
    });
    expect(expected.length).toBeGreaterThan(50);
    const result = await run('rsi-reversion', { symbols: ['IBM'], params: { direction } });
    expect(fillsOf(result)).toEqual(expected);
  });

  it.each(['long', 'longShort'] as const)('bollinger-reversion, %s', async (direction) => {
    const { close } = readDays('SPY');
    const band = (bar: number, sign: number): number => {
      const window = last(close, bar, 20);
      return window.length < 20 ? Number.NaN : mean(window) + sign * 2 * spread(window);
    };
    const expected = trades(close.length, (bar, position) => {
      const price = at(close, bar);
      const middle = mean(last(close, bar, 20));
      if (position > 0) return price >= middle ? 'flat' : undefined;
      if (position < 0) return price <= middle ? 'flat' : undefined;
      if (price < band(bar, -1) && at(close, bar - 1) >= band(bar - 1, -1)) return 'long';
      if (direction === 'long') return undefined;
      return price > band(bar, 1) && at(close, bar - 1) <= band(bar - 1, 1) ? 'short' : undefined;
    });
    expect(expected.length).toBeGreaterThan(100);
    const result = await run('bollinger-reversion', { symbols: ['SPY'], params: { direction } });
    expect(fillsOf(result)).toEqual(expected);
  });

  it.each([false, true])('macd-trend, zeroLine %s', async (zeroLine) => {
    const { close } = readDays('SPY');
    const slow = ema(close, 26, 0);
    // TA-Lib begins the fast average so that both are there with the same bar.
    const fast = ema(close, 12, 14);
    const macd = close.map((_, bar) => at(fast, bar) - at(slow, bar));
    const signal = ema(macd, 9, 25);
    const expected = trades(close.length, (bar, position) => {
      const now = at(macd, bar) - at(signal, bar);
      const before = at(macd, bar - 1) - at(signal, bar - 1);
      if (now > 0 && before <= 0 && position === 0) return zeroLine && at(macd, bar) <= 0 ? undefined : 'long';
      return now < 0 && before >= 0 && position > 0 ? 'flat' : undefined;
    });
    expect(expected.length).toBeGreaterThan(100);
    const result = await run('macd-trend', { symbols: ['SPY'], params: { zeroLine } });
    expect(fillsOf(result)).toEqual(expected);
  });

  it('donchian-breakout, without its stop', async () => {
    const { high, low, close } = readDays('AIG');
    const highest = (bar: number, length: number): number =>
      bar < length ? Number.NaN : Math.max(...last(high, bar - 1, length));
    const lowest = (bar: number, length: number): number =>
      bar < length ? Number.NaN : Math.min(...last(low, bar - 1, length));
    const expected = trades(close.length, (bar, position) => {
      // A first breakout needs the bar before it to have had a channel too: the average true range takes 21 bars.
      const isOut = at(close, bar) > highest(bar, 20) && !(at(close, bar - 1) > highest(bar - 1, 20));
      if (position === 0) return bar >= 20 && isOut ? 'long' : undefined;
      return at(close, bar) < lowest(bar, 10) ? 'flat' : undefined;
    });
    expect(expected.length).toBeGreaterThan(100);
    const result = await run('donchian-breakout', { symbols: ['AIG'], params: { stop: 0 } });
    expect(fillsOf(result)).toEqual(expected);
  });

  it('donchian-breakout: its stops wait for days, and sell at their price or worse', async () => {
    const { orders, fills } = await run('donchian-breakout', { symbols: ['AIG'] });
    const stops = new Map(orders.filter(({ type }) => type === 'stop').map((order) => [order.id, order]));
    expect([...stops.values()].filter(({ status }) => status === 'expired')).toEqual([]);
    const sold = fills.flatMap(({ orderId, price }) => {
      const stop = stops.get(orderId)?.stopPrice;
      return stop === undefined ? [] : [{ price, stop }];
    });
    expect(sold.length).toBeGreaterThan(10);
    for (const { price, stop } of sold) expect(price).toBeLessThanOrEqual(stop);
  });

  it('vwap-reversion on minutes of five days', async () => {
    const result = await run('vwap-reversion', {
      symbols: ['SPY'],
      timeframe: '1m',
      from: '2013-10-07',
      to: '2013-10-11',
    });
    expect(result.roundTrips.length).toBeGreaterThan(10);
    // Flat each night: every trade begins and ends within one day of 390 minutes.
    for (const { entryTime, exitTime } of result.roundTrips) {
      expect(exitTime - entryTime).toBeLessThan(390 * 60_000_000);
    }
    const reasons = new Set(
      Array.from({ length: result.signals.length }, (_, i) => result.signals.at(i)?.signal.reason),
    );
    expect([...reasons].sort()).toEqual(
      expect.arrayContaining(['back at the VWAP', 'far above the VWAP', 'far below the VWAP']),
    );
  });

  it('pairs', async () => {
    const a = readDays('SPY', '2000-01-03');
    const b = readDays('IBM', '2000-01-03');
    expect(a.date).toEqual(b.date);
    const ratio = a.close.map((close, bar) => close / at(b.close, bar));
    let isWaiting = false;
    const expected = trades(ratio.length, (bar, position) => {
      const window = last(ratio, bar - 1, 60);
      if (bar < 60 || window.length < 60) return undefined;
      const distance = (at(ratio, bar) - mean(window)) / spread(window);
      if (Math.abs(distance) <= 0.5) isWaiting = false;
      if (position !== 0) {
        const towards = position < 0 ? distance : -distance;
        if (towards > 0.5 && towards < 4) return undefined;
        if (towards >= 4) isWaiting = true;
        return 'flat';
      }
      if (isWaiting || Math.abs(distance) <= 2 || Math.abs(distance) >= 4) return undefined;
      return distance > 0 ? 'short' : 'long';
    });
    expect(expected.length).toBeGreaterThan(40);
    const result = await run('pairs', { symbols: ['SPY', 'IBM'], from: '2000-01-03' });
    expect(fillsOf(result, 0)).toEqual(expected);
    expect(fillsOf(result, 1)).toEqual(expected.map(([bar, side]) => [bar, side === 'buy' ? 'sell' : 'buy']));
  });

  it('momentum-rotation holds the best of each month', async () => {
    const days = DAILY.map((symbol) => readDays(symbol));
    const dates = days[0]?.date ?? [];
    for (const one of days) expect(one.date).toEqual(dates);
    const result = await run('momentum-rotation', {
      symbols: DAILY,
      params: { lookback: 120, skip: 20, hold: 2 },
    });
    const held = new Set<number>();
    const expected: [month: string, symbolId: number, side: string][] = [];
    let period = '';
    for (let bar = 140; bar < dates.length - 2; bar += 1) {
      const month = dates[bar]?.slice(0, 7) ?? '';
      if (month === period) continue;
      period = month;
      const growth = days.map(({ close }) => at(close, bar - 20) / at(close, bar - 140));
      const best = [0, 1, 2, 3]
        .filter((id) => at(growth, id) > 1)
        .sort((x, y) => at(growth, y) - at(growth, x) || x - y)
        .slice(0, 2);
      const leaving = [...held].filter((id) => !best.includes(id)).sort();
      const coming = best.filter((id) => !held.has(id)).sort();
      for (const id of leaving) expected.push([month, id, 'sell']);
      for (const id of coming) expected.push([month, id, 'buy']);
      for (const id of leaving) held.delete(id);
      for (const id of coming) held.add(id);
    }
    // Resizing of what is held is not looked at: where a position begins and where it ends is.
    const times = [...new Set(result.curve.time)];
    const quantity = [0, 0, 0, 0];
    const found: typeof expected = [];
    for (const { symbolId, side, quantity: filled, time } of result.fills) {
      const before = at(quantity, symbolId);
      quantity[symbolId] = before + (side === 'buy' ? filled : -filled);
      if (before === 0 || quantity[symbolId] === 0) {
        found.push([dates[times.findIndex((one) => one >= time)]?.slice(0, 7) ?? '', symbolId, side]);
      }
    }
    const order = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.join(' ')).sort();
    expect(expected.length).toBeGreaterThan(100);
    expect(order(found)).toEqual(order(expected));
  });
});
