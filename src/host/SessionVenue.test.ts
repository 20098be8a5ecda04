/** What a session's records tell the Alpaca side: once each, whatever is started again, and with what was before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EarlierSession } from '../api/alpaca/PaperVenue.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { readEarlierSessions } from './earlierSessions.js';
import type { SessionRecord } from './readTape.js';
import { SessionVenue } from './SessionVenue.js';

const START = Date.UTC(2026, 10, 23, 9) * 1000;

function opening(sessionId: string, follows?: string): SessionRecord {
  return {
    type: 'session',
    config: {
      sessionId,
      feed: 'sim',
      symbols: ['AAA'],
      priceScale: RAW_PRICE_SCALE,
      accountId: 'paper',
      startingCash: 1,
      preset: 'papertape',
      feePlan: 'zero',
      seed: 1,
      startTime: START,
      limits: {},
      strategies: [],
    },
    market: { kind: 'simulated', version: 1, seed: 1, date: '2026-11-23', openingPrices: [10] },
    identity: { engineVersion: '0', node: '0', v8: '0', strategies: {} },
    carried: null,
    ...(follows === undefined ? {} : { follows }),
  };
}
function opened(accountId: string): VenueEvent {
  const terms = { kind: 'margin', startingCash: 1 } as const;
  return { type: 'accountOpened', accountId, time: START, terms };
}

interface Heard {
  readonly sessions: string[];
  readonly accounts: string[];
  earlier: readonly EarlierSession[];
}
function venue(readEarlier: (record: SessionRecord) => readonly EarlierSession[] = () => []): [SessionVenue, Heard] {
  const made = new SessionVenue(
    () => {
      throw new Error('no thread here');
    },
    (error) => {
      throw error;
    },
    readEarlier,
  );
  const heard: Heard = { sessions: [], accounts: [], earlier: [] };
  made.begin(opening('one'), [opened('a')]);
  made.watch({
    onSession: (session, earlier) => {
      heard.sessions.push(session.sessionId);
      heard.earlier = earlier;
    },
    onEvents: (events) => {
      for (const event of events) if ('accountId' in event) heard.accounts.push(event.accountId);
    },
  });
  return [made, heard];
}

test('events of the desk’s accounts reach who watches, those from before first', () => {
  const [made, heard] = venue();
  made.noteEvents([opened('b')]);
  expect(heard).toMatchObject({ sessions: ['one'], accounts: ['a', 'b'] });
});

test('a session that is started again after a fault tells nothing twice, and goes on', () => {
  const [made, heard] = venue();
  made.noteEvents([opened('b')]);
  made.begin(opening('one'), [opened('a'), opened('b'), opened('c')]);
  expect(heard).toMatchObject({ sessions: ['one'], accounts: ['a', 'b', 'c'] });
  const late: string[] = [];
  made.watch({
    onSession: () => undefined,
    onEvents: (events) => {
      for (const event of events) if ('accountId' in event) late.push(event.accountId);
    },
  });
  expect(late).toEqual(['a', 'b', 'c']);
});

test('the next session has what was before, without reading it again; another one reads what it follows', () => {
  const asked: string[] = [];
  const [made, heard] = venue((record) => {
    asked.push(record.config.sessionId);
    return [];
  });
  made.noteClosing({ prices: [12.345], closes: [12 * RAW_PRICE_SCALE] });
  made.begin(opening('two', 'one'), [opened('z')]);
  expect(heard).toMatchObject({ sessions: ['one', 'two'], accounts: ['a', 'z'] });
  // Prices in cents, as a market would have printed them.
  expect(heard.earlier.map(({ session, closes, closingPrices }) => [session.sessionId, closes, closingPrices])).toEqual(
    [['one', [12 * RAW_PRICE_SCALE], [12.35 * RAW_PRICE_SCALE]]],
  );
  made.begin(opening('three', 'elsewhere'), []);
  expect(heard.earlier).toEqual([]);
  expect(asked).toEqual(['one', 'three']);
});

test('a tape that is gone ends the history, and is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-earlier-'));
  try {
    const faults: string[] = [];
    const found = readEarlierSessions(nodeFileSystem, folder, opening('two', 'one'), ({ code }) => faults.push(code));
    expect([found, faults]).toEqual([[], ['TAPE_NOT_FOUND']]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
