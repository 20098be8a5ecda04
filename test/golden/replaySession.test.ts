/**
 * A replay of 2013-10-07 as `papertape replay` runs it, on real prints, quotes and quote bars: killed in the middle
 * and continued, it decides what an undisturbed one does, and both tapes are verified.
 */
import { systemClock } from '../../src/utils/clock.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession } from '../../src/host/openSession.js';
import { DEFAULT_CASH, DEFAULT_LIMITS, type SessionPlan } from '../../src/host/sessionPlan.js';
import { verifySession } from '../../src/host/verifySession.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory, type GoldenHistory } from './goldenHistory.js';

const FILES = [
  'lean/tick/ibm_20131007_trade.csv.gz',
  'lean/tick/ibm_20131007_quote.csv.gz',
  'lean/tick/aig_20131007_trade.csv.gz',
  'lean/second/aig_quote.csv.gz',
];

describeWithReferenceData('a replayed session of 2013-10-07', () => {
  let history: GoldenHistory;
  let folder = '';
  beforeAll(async () => {
    history = await importGoldenHistory(FILES);
    folder = await mkdtemp(join(tmpdir(), 'papertape-replay-'));
  }, 120_000);
  afterAll(async () => {
    await history.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the day; `lives` are the numbers of steps after which the session is dropped as by a kill. */
  async function replay(dataDir: string, lives: readonly number[]): Promise<number> {
    const plan: SessionPlan = {
      dataDir,
      cwd: folder,
      market: { kind: 'replay', date: '2013-10-07', symbols: undefined },
      startingCash: DEFAULT_CASH,
      preset: 'papertape',
      feePlan: 'interactive-brokers-fixed',
      strategies: [
        {
          instanceId: 'cross',
          strategy: 'sma-cross',
          symbols: ['IBM', 'AIG'],
          timeframe: '1m',
          params: { fast: 3, slow: 9, direction: 'longShort' },
          allocation: 0.3,
        },
        {
          instanceId: 'orb',
          strategy: 'opening-range-breakout',
          symbols: ['IBM'],
          timeframe: '1m',
          params: {},
          allocation: 0.2,
        },
      ],
      limits: DEFAULT_LIMITS,
      keepMarketRows: 1_000,
      startAt: undefined,
      speed: 0,
      fresh: false,
      stopFirst: undefined,
    };
    let nowMs = 0;
    for (const steps of [...lives, Infinity]) {
      const { session } = await openSession(plan, {
        fs: nodeFileSystem,
        history: () => history.store,
        // Two milliseconds a look: a step ends after a dozen batches, on every machine alike.
        clock: { ...systemClock, monotonicMs: () => (nowMs += 2) },
        onDurable: () => undefined,
        onNotice: () => undefined,
      });
      for (let step = 0; step < steps && !session.ended; step += 1) session.step();
      if (session.ended) return session.composed.kernel.inputSequence;
    }
    return 0;
  }

  it('is the same whether it was killed or not, and both are verified from their tapes', async () => {
    const whole = join(folder, 'whole');
    const cut = join(folder, 'cut');
    const rows = await replay(whole, []);
    expect(rows).toBeGreaterThan(150_000);
    expect(await replay(cut, [1, 2, 1])).toBe(rows);
    const options = { cwd: folder, sessionId: undefined, history: () => history.store };
    const first = await verifySession({ ...options, dataDir: whole });
    const second = await verifySession({ ...options, dataDir: cut });
    expect(first).toMatchObject({ equal: true, difference: undefined });
    expect(first.counts.fills).toBeGreaterThan(50);
    expect(second).toEqual(first);
  }, 120_000);
});
