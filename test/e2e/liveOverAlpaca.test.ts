/**
 * One Papertape trades live on another's market: a session whose source is Alpaca's stream, served by a second
 * Papertape over a socket of this machine. Market time of the one is the time of the other, and both move together.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { liveMarkets, openHistory } from '../../src/compose.js';
import { MINUTE, SECOND } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import type { OpenedSession } from '../../src/host/assembleSession.js';
import { openSession } from '../../src/host/openSession.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';
import { LIVE_LIMITS } from '../../src/host/sessionPlan.js';
import { sessionInfo } from '../../src/host/sessionViews.js';
import { verifySession } from '../../src/host/verifySession.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { required } from '../../src/utils/assert.js';
import type { LiveAlpaca } from '../support/liveAlpaca.js';
import { startLiveAlpaca } from '../support/liveAlpaca.js';
import { ManualClock } from '../support/ManualClock.js';
import { order } from '../support/sessionPlans.js';

const DATE = '2026-11-23';
const OPEN = required(sessionOf(parseDate(DATE)), DATE).open;
const SYMBOLS = ['AURX', 'BYTQ', 'CIRQ'];
const STEP_MS = 50;
const NOBODY = { on: false, reason: '', user: '', since: null };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'papertape-live-'));
  folders.push(made);
  return made;
}

/** Lets sockets work for a turn of the loop. */
const aTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Lets sockets work until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 20_000) throw new Error('what was waited for did not come');
    await aTurn();
  }
}

test('an account trades on the stream, is killed and goes on, and its tape is verified', async () => {
  const exchange = await startLiveAlpaca(folder(), {
    market: { kind: 'simulated', seed: 3, date: DATE },
    startAt: OPEN + 5 * MINUTE,
    fresh: true,
  });
  const dataDir = folder();
  const { address, keyId, secretKey } = await exchange.listen();
  const clock = new ManualClock(Math.round(exchange.now() / 1_000));
  const plan: SessionPlan = {
    dataDir,
    cwd: dataDir,
    market: { kind: 'live', source: 'alpaca', feed: 'iex', symbols: SYMBOLS },
    startingCash: 100_000 * DOLLAR,
    preset: 'papertape',
    feePlan: undefined,
    strategies: [],
    limits: LIVE_LIMITS,
    speed: 1,
    keepMarketRows: 1_000,
    startAt: undefined,
    fresh: false,
    stopFirst: undefined,
  };
  const history = openHistory(dataDir);
  const settings = {
    alpaca: { keyId, secretKey, feed: 'iex', streamUrl: address.replace('http', 'ws'), dataUrl: undefined },
    twelvedata: { key: undefined, plan: 'basic', streamUrl: undefined, restUrl: undefined },
  } as const;
  const open = (): Promise<OpenedSession> =>
    openSession(plan, {
      fs: nodeFileSystem,
      history: () => history,
      clock,
      live: liveMarkets(settings, () => undefined),
      onDurable: () => undefined,
      onNotice: () => undefined,
    });
  /** Rows that the exchange told of the symbols. */
  const told = (): number =>
    exchange.rows.filter(({ kind, symbolId }) => (kind === 'quote' || kind === 'print') && symbolId < SYMBOLS.length)
      .length;
  let session = (await open()).session;
  const live = () => required(session.live, 'the live market').market;
  const received = (): number => {
    const { quotes = 0, trades = 0 } = live().states()[0]?.counters ?? {};
    return quotes + trades;
  };
  let before = 0;
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      exchange.pass(STEP_MS);
      // What the exchange has sent comes in its step; what it keeps to itself is not waited for long.
      for (let turn = 0; turn < 100 && received() < told() - before; turn += 1) await aTurn();
      clock.advance(STEP_MS);
      session.step();
    }
  };
  /** Lets market time pass until something holds, at most for a minute. */
  const passUntil = async (holds: () => boolean): Promise<void> => {
    for (let step = 0; !holds() && step < 1_200; step += 1) await pass(STEP_MS);
    expect(holds()).toBe(true);
  };
  const held = (): number => session.composed.kernel.tracker.positions()[0]?.quantity ?? 0;
  const connect = async (): Promise<void> => {
    await until(() => {
      clock.advance(0);
      return live().states()[0]?.state.kind === 'live' && live().states()[0]?.symbolsInUse === SYMBOLS.length;
    });
    before = told();
  };

  await connect();
  await exchange.call('POST', '/papertape/resume');
  await pass(3_000);
  expect(sessionInfo(session, NOBODY)).toMatchObject({
    feed: 'alpaca',
    feedLabel: 'LIVE · ONE VENUE',
    sources: [{ feed: 'alpaca/iex', state: 'live' }],
  });
  expect(session.execute(order('AURX', 'buy', { quantity: 10 * SHARE }))).toMatchObject({ ok: true });
  await passUntil(() => held() === 10 * SHARE);
  expect(Math.abs(session.composed.kernel.now - exchange.now())).toBeLessThan(SECOND);

  // Killed: nothing is closed, and another life opens what is on the disk.
  await live().stop();
  clock.advance(5_000);
  exchange.pass(5_000);
  session = (await open()).session;
  await connect();
  expect(held()).toBe(10 * SHARE);
  const rows = session.composed.kernel.inputSequence;
  await passUntil(() => session.composed.kernel.inputSequence > rows + 20);
  expect(session.execute(order('AURX', 'sell', { quantity: 10 * SHARE }))).toMatchObject({ ok: true });
  await passUntil(() => held() === 0);
  await live().stop();
  session.close();
  await stop(exchange);

  const report = await verifySession({ dataDir, cwd: dataDir, sessionId: undefined, history: () => history });
  await history.close();
  expect(report).toMatchObject({ equal: true, difference: undefined, counts: { orders: 2, fills: 2 } });
  expect(report.counts.marketRows).toBeGreaterThan(20);
}, 60_000);

async function stop(exchange: LiveAlpaca): Promise<void> {
  await exchange.stop();
}
