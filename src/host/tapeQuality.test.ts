/** What is known of a feed goes with its rows: recorded, replayed, cut, merged, on the page and in receipts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyHistory, LIVE_MARKET, MONDAY_MORNING, scriptedMarkets } from '../../test/support/liveRig.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { WrittenSource } from '../../test/support/WrittenSource.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import type { LiveSession } from './LiveSession.js';
import { MarketRecorder } from './MarketRecorder.js';
import { openSession } from './openSession.js';
import { sessionInfo } from './sessionViews.js';
import { inspectTape, writeSelection } from './tapeFiles.js';

const VENUE: FeedQuality = { source: 'alpaca/iex', coverage: 'venue', delay: 0 };
const WHOLE_LATE: FeedQuality = { source: 'alpaca/delayed_sip', coverage: 'consolidated', delay: 15 * MINUTE };
const OFF = { on: false, reason: '', user: '', since: null };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-quality-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Records two minutes of a feed. */
async function record(name: string, quality: FeedQuality, symbols: readonly string[]): Promise<string> {
  const directory = join(folder, name);
  const clock = new ManualClock(MONDAY_MORNING + quality.delay / 1_000);
  let source: WrittenSource | undefined;
  const markets = scriptedMarkets((opened) => (source = opened), quality);
  const plan = { ...LIVE_MARKET, symbols };
  const recorder = new MarketRecorder({ fs: nodeFileSystem, directory, plan, markets, clock, onLine: () => undefined });
  clock.advance(10);
  for (let second = 0; second < 120; second += 1) {
    for (const symbol of symbols) {
      source?.quote(symbol, 99.99, 100.01);
      source?.print(symbol, 100, 100);
    }
    clock.advance(1_000);
    recorder.step();
  }
  await recorder.close();
  return directory;
}

/** A replay of a tape in which ten shares of a symbol are bought after a minute. */
async function replay(directory: string, dataDir: string, symbol: string): Promise<LiveSession> {
  let nowMs = 0;
  const start = MONDAY_MORNING * 1_000;
  const { session } = await openSession(
    {
      dataDir,
      cwd: folder,
      market: { kind: 'tape', directory, date: '2026-11-30' },
      startingCash: 100_000 * DOLLAR,
      preset: 'papertape',
      feePlan: undefined,
      strategies: [],
      limits: {},
      speed: 1,
      keepMarketRows: 0,
      startAt: start + MINUTE,
      fresh: false,
      stopFirst: undefined,
    },
    {
      fs: nodeFileSystem,
      history: emptyHistory,
      clock: { now: () => 0, monotonicMs: () => (nowMs += 1), setTimer: () => () => undefined },
      onDurable: () => undefined,
      onNotice: () => undefined,
    },
  );
  const order = { type: 'submitOrder', user: 'owner', clientOrderId: 'one', symbol, side: 'buy' } as const;
  const terms = { orderType: 'market', timeInForce: 'day', quantity: 10 * 1_000_000, extendedHours: false } as const;
  expect(session.execute({ ...order, ...terms, reason: 'by hand' })).toMatchObject({ ok: true });
  session.fastForward(start + 2 * MINUTE);
  return session;
}

function receiptsOf(session: LiveSession): readonly unknown[] {
  const kept = session.board.fill('f-1');
  if (kept === undefined) return [];
  const { feed, coverage, feedDelay } = kept.fill.receipt;
  return [{ feed, coverage, feedDelay }];
}

describe('the quality of a recording', () => {
  it('of one venue is on its tape, in its label, in the session and in every receipt, replayed again too', async () => {
    const recorded = await record('venue', VENUE, ['AAPL']);
    let directory = recorded;
    for (const generation of ['first', 'second']) {
      const dataDir = join(folder, `data-${generation}`);
      const session = await replay(directory, dataDir, 'AAPL');
      expect(sessionInfo(session, OFF)).toMatchObject({
        sessionId: 'replay-2026-11-30-0001',
        feed: 'recorded',
        feedLabel: 'RECORDED 2026-11-30 · ONE VENUE',
        simulated: false,
        recordedFrom: [VENUE],
      });
      expect(receiptsOf(session)).toEqual([{ feed: 'recorded', coverage: 'oneVenue', feedDelay: 0 }]);
      directory = join(dataDir, 'tapes', session.header.config.sessionId);
      session.close();
    }
  });

  it('of a part is that of the whole, and of several tapes it is the least', async () => {
    const venue = await record('merge-venue', VENUE, ['AAPL']);
    const whole = await record('merge-whole', WHOLE_LATE, ['MSFT']);
    const cut = join(folder, 'cut');
    writeSelection(nodeFileSystem, [venue], {}, cut);
    expect(inspectTape(nodeFileSystem, cut).session).toMatchObject({
      config: { coverage: 'oneVenue' },
      market: { kind: 'tape', feeds: [VENUE] },
    });
    const merged = join(folder, 'merged');
    writeSelection(nodeFileSystem, [whole, venue], {}, merged);
    expect(inspectTape(nodeFileSystem, merged).session).toMatchObject({
      config: { coverage: 'oneVenue', feedDelay: 15 * MINUTE },
      market: { feeds: [WHOLE_LATE, VENUE] },
    });
    const session = await replay(merged, join(folder, 'data-merged'), 'MSFT');
    expect(receiptsOf(session)).toEqual([{ feed: 'recorded', coverage: 'oneVenue', feedDelay: 15 * MINUTE }]);
    session.close();
  });
});
