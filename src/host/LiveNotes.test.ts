import { describe, expect, it } from 'vitest';
import type { LiveMarketEvent } from '../domain/liveMarket.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { SECOND } from '../domain/timeframe.js';
import { LiveNotes } from './LiveNotes.js';

const FEED: FeedQuality = { source: 'alpaca/iex', coverage: 'venue', delay: 0 };
/** 2026-11-25 09:28:27 New York. */
const START = Date.UTC(2026, 10, 25, 14, 28, 27) * 1_000;

const notesOf = (): LiveNotes => new LiveNotes({ symbols: ['AAPL', 'MSFT', 'NOPE'], priceScale: 1_000_000 }, [FEED]);
const tell = (notes: LiveNotes, ...events: readonly LiveMarketEvent[]): void => {
  for (const event of events) notes.note(event, START);
};
const gap = (symbolIds: readonly number[], since: number, until?: number): LiveMarketEvent => ({
  kind: 'gap',
  symbolIds,
  since,
  until,
  cause: 'noSource',
});
const source = (symbolId: number, to: number | undefined, from?: number): LiveMarketEvent => ({
  kind: 'source',
  symbolId,
  from,
  to,
  at: START,
});

describe('notes about gaps', () => {
  it('a start is one gap on the tape and none in the log, however its symbols are taken', () => {
    const notes = notesOf();
    tell(notes, gap([0, 1, 2], START), source(0, 0), gap([0], START, START + 3_000), source(1, 0));
    tell(notes, gap([1], START, START + 3_100));
    const { notes: told, lines } = notes.take();
    expect(told.filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', symbolIds: [0, 1], since: START, until: START + 3_100, cause: 'noSource' },
    ]);
    expect(lines).toEqual([]);
  });

  it('a start that takes its time, and a source that is lost later, are told in words', () => {
    const notes = notesOf();
    tell(notes, gap([0], START), source(0, 0), gap([0], START, START + 5 * SECOND));
    tell(notes, source(0, undefined, 0), gap([0], START + 60 * SECOND));
    expect(notes.take().lines.map(({ text }) => text)).toEqual([
      'Data of AAPL may be missing from 09:28:27 to 09:28:32: no source was there.',
      'AAPL has its prices from no source now.',
      'Data of AAPL may be missing since 09:29:27: no source is there.',
    ]);
  });
});

it('a source that speaks while it is opened is named once it is known', () => {
  const feeds: FeedQuality[] = [];
  const notes = new LiveNotes({ symbols: ['AAPL'], priceScale: 1_000_000 }, feeds);
  tell(notes, source(0, 0), source(0, undefined, 0));
  feeds.push(FEED);
  expect(notes.take().notes).toEqual([
    { kind: 'source', symbolId: 0, feed: 'alpaca/iex' },
    { kind: 'source', symbolId: 0, feed: null },
  ]);
});

describe('symbols that a source refuses', () => {
  it('are named with the reason until they are taken after all', () => {
    const notes = notesOf();
    const symbol = (symbolId: number, state: 'subscribed' | 'refused', reason?: string): LiveMarketEvent => ({
      kind: 'symbol',
      source: 0,
      symbolId,
      state,
      reason,
    });
    tell(notes, symbol(0, 'subscribed'), symbol(2, 'refused', 'Unknown symbol.'), symbol(1, 'refused'));
    expect(notes.refused(0)).toEqual([
      { symbol: 'MSFT', reason: '' },
      { symbol: 'NOPE', reason: 'Unknown symbol.' },
    ]);
    tell(notes, symbol(1, 'subscribed'));
    expect(notes.refused(0)).toEqual([{ symbol: 'NOPE', reason: 'Unknown symbol.' }]);
    expect(notes.refused(1)).toEqual([]);
  });
});
