import { expect, it } from 'vitest';
import type { Bars, QuoteView } from '../../../src/contracts/index.js';
import { TREND_LENGTH, TrendStore } from './TrendStore.js';

const MINUTE = 60_000_000;

function quote(minute: number, last: string | null): QuoteView {
  return {
    symbol: 'SPY',
    time: minute * MINUTE,
    last,
    previousClose: null,
    change: null,
    changeFraction: null,
    bid: null,
    bidSize: null,
    ask: null,
    askSize: null,
    open: null,
    high: null,
    low: null,
    volume: 0,
    halted: false,
  };
}

function bars(...rows: readonly (readonly [minute: number, close: number])[]): Bars {
  const close = rows.map(([, value]) => value);
  return {
    symbol: 'SPY',
    timeframe: '5m',
    time: rows.map(([minute]) => minute * MINUTE),
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
    vwap: close,
    phase: close.map(() => 1),
  };
}

it('samples every five minutes of market time and takes no notice of what lies between', () => {
  const trends = new TrendStore();
  trends.sample(quote(0, null));
  for (const minute of [1, 2, 3, 6, 8, 11]) trends.sample(quote(minute, String(minute)));
  expect(trends.get('SPY')).toEqual([1, 6, 11]);
});

it('puts earlier bars in front, without those that were sampled already', () => {
  const trends = new TrendStore();
  trends.sample(quote(20, '20'));
  trends.sample(quote(25, '25'));
  trends.addEarlier(bars([10, 10], [15, 15], [20, 99]));
  expect(trends.get('SPY')).toEqual([10, 15, 20, 25]);
  trends.addEarlier(bars([10, 10], [15, 15]));
  expect(trends.get('SPY')).toEqual([10, 15, 20, 25]);
});

it('keeps a bounded number, and the list itself while nothing changes', () => {
  const trends = new TrendStore();
  for (let index = 0; index < 100; index++) trends.sample(quote(index * 5, String(index)));
  expect(trends.get('SPY')).toHaveLength(TREND_LENGTH);
  expect(trends.get('SPY').at(-1)).toBe(99);
  const before = trends.get('SPY');
  trends.sample(quote(496, '1000'));
  expect(trends.get('SPY')).toBe(before);
});
