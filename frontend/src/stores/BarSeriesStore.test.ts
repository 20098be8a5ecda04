import { beforeEach, describe, expect, it } from 'vitest';
import type { Bars } from '../../../src/contracts/index.js';
import { BarSeriesStore } from './BarSeriesStore.js';

const TOPIC = 'bars:SPY:1m';

function bars(...rows: readonly (readonly [time: number, close: number])[]): Bars {
  const column = rows.map(([, close]) => close);
  return {
    symbol: 'SPY',
    timeframe: '1m',
    time: rows.map(([time]) => time),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    vwap: column,
    phase: rows.map(() => 1),
  };
}

let store: BarSeriesStore;
let seen: string[];

beforeEach(() => {
  store = new BarSeriesStore();
  seen = [];
});

const watch = (): (() => void) =>
  store.watch(TOPIC, ({ time, close }, from) =>
    seen.push(`${from}: ${time.map((at, index) => `${at}=${close[index]}`).join(' ')}`),
  );

describe('a series', () => {
  it('starts with its snapshot and changes by bar time', () => {
    watch();
    store.apply(TOPIC, bars([1, 10], [2, 20]), true);
    store.publish();
    store.apply(TOPIC, bars([2, 21]), false);
    store.apply(TOPIC, bars([2, 22], [3, 30]), false);
    store.publish();
    store.publish();
    expect(seen).toEqual(['0: 1=10 2=20', '1: 1=10 2=22 3=30']);
  });

  it('puts a late bar at its place', () => {
    watch();
    store.apply(TOPIC, bars([1, 10], [4, 40]), true);
    store.publish();
    store.apply(TOPIC, bars([2, 20]), false);
    store.publish();
    expect(seen.at(-1)).toBe('1: 1=10 2=20 4=40');
  });

  it('takes earlier bars in front, without those it has', () => {
    watch();
    store.apply(TOPIC, bars([5, 50], [6, 60]), true);
    store.publish();
    store.prepend(TOPIC, bars([3, 30], [4, 40], [5, 99]));
    expect(seen.at(-1)).toBe('0: 3=30 4=40 5=50 6=60');
  });

  it('is given at once to a late watcher and forgotten with the last', () => {
    store.apply(TOPIC, bars([1, 10]), true);
    store.publish();
    const end = watch();
    expect(seen).toEqual(['0: 1=10']);
    end();
    expect(store.get(TOPIC)).toBeUndefined();
  });

  it('is replaced by a second snapshot', () => {
    watch();
    store.apply(TOPIC, bars([1, 10], [2, 20]), true);
    store.apply(TOPIC, bars([7, 70]), true);
    store.publish();
    expect(seen).toEqual(['0: 7=70']);
  });
});
