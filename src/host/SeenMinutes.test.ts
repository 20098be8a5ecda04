import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import type { LiveMarketEvent, MinuteState } from '../domain/liveMarket.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { MINUTE } from '../domain/timeframe.js';
import { SeenMinutes } from './SeenMinutes.js';

/** 2026-11-30 10:30 New York. */
const START = Date.UTC(2026, 10, 30, 15, 30) * 1_000;
const HOURS = { from: START - 60 * MINUTE, to: START + 60 * MINUTE };
const VENUE: FeedQuality = { source: 'alpaca/iex', coverage: 'venue', delay: 0 };
const SAMPLED: FeedQuality = { source: 'twelvedata', coverage: 'sampled', delay: 0 };

const minute = (
  symbolId: number,
  at: number,
  state: MinuteState,
  close: number | undefined,
  quality = VENUE,
): LiveMarketEvent => ({
  kind: 'minute',
  minute: {
    symbolId,
    start: START + at * MINUTE,
    state,
    figures: close === undefined ? undefined : { open: close, high: close, low: close, close, volume: 100 },
    qualities: [quality],
    isMarketWide: false,
  },
});
const source = (symbolId: number, to: number | undefined, at: number): LiveMarketEvent => ({
  kind: 'source',
  symbolId,
  from: undefined,
  to,
  at,
});

function rig(quality = VENUE) {
  const clock = new ManualClock(START / 1_000);
  const history = createMemoryHistory(clock);
  const faults: string[] = [];
  const seen = new SeenMinutes({
    symbols: ['AAPL', 'MSFT'],
    history: () => history,
    clock,
    feeds: [quality],
    hours: HOURS,
    onFault: (text) => faults.push(text),
  });
  const series = (symbol: string, feed: string | null) =>
    ({ symbol, kind: 'bar', timeframe: '1m', feed: feed ?? undefined }) as const;
  const told = async (symbol: string, feed: string | null = VENUE.source) => ({
    starts: [...(await history.times(series(symbol, feed), HOURS.from, HOURS.to))].map((at) => (at - START) / MINUTE),
    covered: (await history.stretches(series(symbol, feed))).map(({ from, to }) => [
      (from - START) / MINUTE,
      (to - START) / MINUTE,
    ]),
  });
  return { clock, history, faults, seen, told };
}

describe('what a live session sees', () => {
  it('is kept minute by minute under its feed; quiet minutes are told, incomplete ones are not', async () => {
    const { clock, seen, told, faults, history } = rig();
    for (const event of [source(0, 0, START - 5), source(1, 0, START + 5)]) seen.note(event);
    seen.note(minute(0, 0, 'complete', 100));
    // MSFT was taken within this minute.
    seen.note(minute(1, 0, 'incomplete', 200));
    clock.advance(1_000);
    seen.note(minute(0, 2, 'complete', 102));
    seen.note(minute(0, 3, 'incomplete', 103));
    seen.note(minute(1, 3, 'complete', 203));
    await seen.close();
    expect(await told('AAPL')).toEqual({ starts: [0, 2], covered: [[0, 3]] });
    expect(await told('MSFT')).toEqual({ starts: [3], covered: [[1, 4]] });
    expect(await told('AAPL', null)).toEqual({ starts: [], covered: [] });
    // History tells the missing minute, and restates another one.
    seen.note({ ...minute(0, 3, 'backfilled', 104), kind: 'revision', reason: 'backfill', before: undefined } as never);
    seen.note({ ...minute(0, 2, 'complete', 99), kind: 'revision', reason: 'late', before: undefined } as never);
    await seen.close();
    expect(await told('AAPL')).toEqual({ starts: [0, 2, 3], covered: [[0, 4]] });
    const range = { from: '2026-11-30', to: '2026-11-30', adjust: 'raw', extendedHours: true } as const;
    const bars = await history.load({ ...range, symbols: ['AAPL'], kind: 'bar', timeframe: '1m', feed: VENUE.source });
    expect(bars.kind === 'bar' ? [...bars.close.subarray(0, 3)] : []).toEqual([100, 99, 104]);
    expect(faults).toEqual([]);
  });

  it('is nothing of a symbol without a source, of closed hours, or of two feeds at once', async () => {
    const { seen, told } = rig();
    seen.note(source(0, 0, START - 5));
    seen.note(source(1, 0, START - 5));
    seen.note(source(1, undefined, START + 5));
    seen.note(minute(0, 1, 'complete', 100));
    const mixed = minute(0, 2, 'complete', 100);
    if (mixed.kind === 'minute') Object.assign(mixed.minute, { qualities: [VENUE, SAMPLED] });
    seen.note(mixed);
    seen.note(minute(0, 61, 'complete', 100));
    await seen.close();
    expect((await told('AAPL')).starts).toEqual([1]);
    expect(await told('MSFT')).toEqual({ starts: [], covered: [] });
  });

  it('of sampled prices is kept apart from the bars that the vendor publishes', async () => {
    const { seen, told } = rig(SAMPLED);
    seen.note(minute(0, 0, 'complete', 100, SAMPLED));
    await seen.close();
    expect(await told('AAPL', 'twelvedata')).toEqual({ starts: [], covered: [] });
    expect(await told('AAPL', 'twelvedata/live')).toEqual({ starts: [0], covered: [[0, 1]] });
  });

  it('says once that the cache does not take it, and tries again', async () => {
    const clock = new ManualClock(START / 1_000);
    const faults: string[] = [];
    let isFull = true;
    let appended = 0;
    const append = (): Promise<void> => {
      if (isFull) return Promise.reject(new Error('The disk is full.'));
      appended += 1;
      return Promise.resolve();
    };
    const onFault = (text: string): void => void faults.push(text);
    const parts = { symbols: ['AAPL'], history: () => ({ append }), clock, feeds: [VENUE], hours: HOURS, onFault };
    const seen = new SeenMinutes(parts);
    for (const at of [0, 1]) {
      seen.note(minute(0, at, 'complete', 100));
      await seen.close();
    }
    expect(faults).toEqual(['What the session sees does not reach the history cache: The disk is full.']);
    isFull = false;
    seen.note(minute(0, 2, 'complete', 100));
    await seen.close();
    expect(appended).toBe(1);
  });

  it('ends when nothing was told, also while a source spoke for a symbol', async () => {
    const { seen, told } = rig();
    seen.note(source(0, 0, START));
    await seen.close();
    expect(await told('AAPL')).toEqual({ starts: [], covered: [] });
  });
});
