/** Recordings as history: rows, the feed that they are kept under, and what is covered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_MARKET, MONDAY_MORNING, scriptedMarkets } from '../../test/support/liveRig.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { WHOLE_MARKET } from '../../test/support/WrittenSource.js';
import type { WrittenSource } from '../../test/support/WrittenSource.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { HistoryKind } from '../domain/ports.js';
import { SECOND } from '../domain/timeframe.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { MarketRecorder } from './MarketRecorder.js';
import { inspectTape, writeSelection } from './tapeFiles.js';
import { importTape } from './tapeImport.js';

const START = MONDAY_MORNING * 1_000;
const VENUE: FeedQuality = { source: 'alpaca/iex', coverage: 'venue', delay: 0 };
const SECONDS = 120;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-tape-import-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Records a print and a quote a second, with a connection that is lost from second 60 to 90. */
async function record(name: string, quality: FeedQuality): Promise<string> {
  const directory = join(folder, name);
  const clock = new ManualClock(MONDAY_MORNING);
  let source: WrittenSource | undefined;
  const markets = scriptedMarkets((opened) => (source = opened), quality);
  const parts = { fs: nodeFileSystem, directory, plan: LIVE_MARKET, markets, clock, onLine: () => undefined };
  const recorder = new MarketRecorder(parts);
  clock.advance(10);
  for (let second = 0; second < SECONDS; second += 1) {
    if (second === 60) source?.state({ kind: 'connecting', attempt: 1 });
    if (second === 90) source?.state({ kind: 'live', since: clock.now() });
    if (second < 60 || second >= 90) {
      source?.quote('AAPL', 99.99, 100.01);
      source?.print('AAPL', 100 + second / 100, 100);
    }
    clock.advance(1_000);
    recorder.step();
  }
  await recorder.close();
  return directory;
}

const series = (kind: HistoryKind, feed: string | undefined) => ({ symbol: 'AAPL', kind, timeframe: undefined, feed });

describe('a tape as history', () => {
  it.each([
    ['of one venue under its feed', VENUE, 'alpaca/iex'],
    ['of the whole market as such', WHOLE_MARKET, undefined],
  ])('%s, covered but for its gaps; again it changes nothing', async (name, quality, feed) => {
    const directory = await record(name.replaceAll(' ', '-'), quality);
    const history = createMemoryHistory(new ManualClock(MONDAY_MORNING));
    const reports = await importTape(nodeFileSystem, directory, history);
    const { rows } = inspectTape(nodeFileSystem, directory);
    expect(reports.map(({ kind, rowsKept }) => [kind, rowsKept]).toSorted()).toEqual([
      ['print', rows['print']],
      ['quote', rows['quote']],
    ]);
    expect(rows['print']).toBe(SECONDS - 30);
    const times = await history.times(series('print', feed), START, START + SECONDS * SECOND);
    expect(times).toHaveLength(SECONDS - 30);
    const covered = await history.stretches(series('print', feed));
    expect(covered.map(({ quality: told }) => told)).toEqual([quality, quality]);
    const seconds = covered.map(({ from, to }) => [from, to].map((time) => Math.round((time - START) / SECOND)));
    expect(seconds).toEqual([
      [0, 59],
      // The last row: what came after it is not on the tape.
      [90, SECONDS - 1],
    ]);
    const again = await importTape(nodeFileSystem, directory, history);
    expect(again.flatMap(({ symbols }) => symbols.map(({ outcome }) => outcome.added + outcome.replaced))).toEqual([
      0, 0,
    ]);
  });

  it('that was cut covers what it has and no more', async () => {
    const directory = await record('whole', VENUE);
    const cut = join(folder, 'cut');
    writeSelection(nodeFileSystem, [directory], { from: START + 100 * SECOND, to: START + 110 * SECOND }, cut);
    const history = createMemoryHistory(new ManualClock(MONDAY_MORNING));
    await importTape(nodeFileSystem, cut, history);
    const [stretch, ...others] = await history.stretches(series('print', 'alpaca/iex'));
    expect(others).toEqual([]);
    expect([stretch?.from, stretch?.to].map((time) => Math.round(((time ?? 0) - START) / SECOND))).toEqual([100, 109]);
  });
});
