import { describe, expect, it } from 'vitest';
import { newYork, SIP } from '../../test/conformance/historyStore.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { ScriptedHistory } from '../../test/support/ScriptedHistory.js';
import type { HistoryScript } from '../../test/support/ScriptedHistory.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { PapertapeError } from '../domain/errors.js';
import { fetchSymbols, remainingText } from './fetchHistory.js';
import type { FetchPlan } from './fetchHistory.js';

function rig(script: Partial<HistoryScript> = {}, flags: Partial<FetchPlan['flags']> = {}) {
  const clock = new ManualClock(newYork('2013-10-10', 20) / 1000);
  const archive = createMemoryHistory(clock);
  const abort = new AbortController();
  const notes: string[] = [];
  const source = new ScriptedHistory({
    quality: SIP,
    pageMinutes: 390,
    ...script,
    beforePage: async (page) => {
      clock.advance(1000);
      await script.beforePage?.(page);
    },
  });
  const plan: FetchPlan = {
    archive,
    source,
    clock,
    signal: abort.signal,
    flags: { symbols: ['SPY', 'IBM'], from: '2013-10-07', to: '2013-10-08', timeframe: '1m', ...flags },
    onProgress: (done, total, note) => {
      notes.push(`${Math.round((100 * done) / total)} % ${note}`);
    },
  };
  return { plan, archive, source, abort, notes };
}

describe('data fetch', () => {
  it('asks for what is missing, tells progress with the time left, and asks nothing the second time', async () => {
    const { plan, source, notes } = rig();
    const first = await fetchSymbols(plan);
    // The source brings the after hours and the premarket between the sessions too.
    const rowsAfter = 630 + 720;
    expect(first).toEqual([
      { symbol: 'SPY', requests: 1, rowsBefore: 0, rowsAfter, actions: 0 },
      { symbol: 'IBM', requests: 1, rowsBefore: 0, rowsAfter, actions: 0 },
    ]);
    expect(notes[0]).toBe('0 % SPY');
    expect(notes.at(-1)).toBe('100 % IBM');
    expect(notes.some((note) => note.endsWith(' s left'))).toBe(true);
    const asked = source.asked.length;
    expect((await fetchSymbols(plan)).map(({ requests, actions }) => [requests, actions])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
    expect(source.asked.length).toBe(asked);
  });

  it('goes on where it was stopped', async () => {
    const { plan, source, abort } = rig({
      beforePage: (page) => {
        if (page === 1) abort.abort();
      },
    });
    const stopped = await fetchSymbols(plan);
    expect(stopped.map(({ symbol, rowsAfter, error }) => [symbol, rowsAfter, error?.code])).toEqual([
      ['SPY', 390, 'SHUTTING_DOWN'],
    ]);
    const again = await fetchSymbols({ ...plan, signal: new AbortController().signal });
    expect(again.map(({ error }) => error)).toEqual([undefined, undefined]);
    // The first page held the first session: nothing of it is asked for again.
    expect(source.asked.map(({ symbol, from }) => [symbol, from])).toEqual([
      ['SPY', newYork('2013-10-07', 9, 30)],
      ['SPY', newYork('2013-10-08', 9, 30)],
      ['IBM', newYork('2013-10-07', 9, 30)],
    ]);
  });

  it('goes on with the next symbol after one that the source does not know', async () => {
    let failures = 0;
    const { plan } = rig({
      beforePage: (page) => {
        if (page === 0 && failures++ === 0) throw new PapertapeError('SOURCE_SYMBOL_UNKNOWN', 'No such symbol.');
      },
    });
    const [spy, ibm] = await fetchSymbols(plan);
    expect(spy?.error?.code).toBe('SOURCE_SYMBOL_UNKNOWN');
    expect([ibm?.error, ibm?.rowsAfter]).toEqual([undefined, 1350]);
  });

  it.each([
    [0, 10, 5000, ''],
    [5, 10, 5000, '5 s left'],
    [1, 100, 5000, '8 min left'],
    [1, 10_000, 5000, '14 h left'],
    [10, 10, 5000, ''],
  ])('says of %d of %d after %d ms: %s', (done, total, elapsed, text) => {
    expect(remainingText(done, total, elapsed)).toBe(text);
  });
});
