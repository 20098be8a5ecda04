/** A step of a paused market is answered when it has been made, however long it is. */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { SessionInfo } from '../contracts/session.js';
import { HOUR, MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { required } from '../utils/assert.js';
import type { SessionMessage, SessionReply } from './protocol.js';
import { SessionWorker } from './SessionWorker.js';

const LOOK_MS = 0.5;
const DATE = '2026-11-23';
const END = required(sessionOf(parseDate(DATE)), 'the session').afterHoursClose;

/** A worker on a simulated market, a simulated disk and a clock that the test moves; it is paused at its start. */
async function openWorker() {
  const clock = new ManualClock();
  const messages: SessionMessage[] = [];
  // Looking at the clock takes time, so that a portion of work ends after some batches.
  let looks = 0;
  const monotonicMs = (): number => clock.monotonicMs() + LOOK_MS * looks++;
  const worker = new SessionWorker(
    {
      dataDir: '/data',
      cwd: '/',
      market: { kind: 'simulated', seed: 1, date: DATE },
      startingCash: 100_000 * DOLLAR,
      preset: 'papertape',
      feePlan: undefined,
      strategies: [],
      limits: {},
      keepMarketRows: 0,
      startAt: undefined,
      speed: 60,
      fresh: false,
      stopFirst: undefined,
    },
    {
      clock: { now: () => clock.now(), monotonicMs, setTimer: (ms, callback) => clock.setTimer(ms, callback) },
      tools: {
        fs: new SimulatedDisk(),
        history: () => {
          throw new Error('a simulated market asks for no history');
        },
      },
      post: (message) => messages.push(message),
      beat: () => undefined,
      defer: (callback) => void clock.setTimer(0, callback),
    },
  );
  await worker.start();
  let id = 0;
  /** Asks, and gives the session as it was told before the answer came. */
  const ask = async (args: Parameters<typeof request>[1]): Promise<SessionInfo['clock']> => {
    id += 1;
    const answered = worker.handle(request(id, args));
    for (let turn = 0; turn < 10_000; turn += 1) {
      await Promise.resolve();
      if (messages.some((message) => answerTo(message, id) !== undefined)) break;
      clock.advance(1);
    }
    await answered;
    const reply = messages.findIndex((message) => answerTo(message, id) !== undefined);
    expect(answerTo(messages[reply], id)).toMatchObject({ ok: true });
    for (const message of messages.slice(0, reply).toReversed()) {
      if (message.type !== 'updates' && message.type !== 'ready') continue;
      const told = message.updates.find((update) => update.topic === 'session');
      if (told?.topic === 'session') return told.data.clock;
    }
    throw new Error('no session was told');
  };
  return { ask, messages, worker };
}

function answerTo(message: SessionMessage | undefined, id: number): SessionReply | undefined {
  return message?.type === 'durable' ? message.replies.find((reply) => reply.id === id) : undefined;
}

function request(id: number, args: { action: 'pause' } | { action: 'step'; micros: number }) {
  return { id, method: 'control', args } as const;
}

describe('a step of the market', () => {
  it.each([
    ['a minute', MINUTE],
    ['an hour, which takes many portions', HOUR],
  ])('of %s is answered with the time after it', async (_name, micros) => {
    const { ask } = await openWorker();
    const before = await ask({ action: 'pause' });
    const after = await ask({ action: 'step', micros });
    expect(after.time - before.time).toBe(micros);
    expect(after.paused).toBe(true);
    const again = await ask({ action: 'step', micros: MINUTE });
    expect(again.time - after.time).toBe(MINUTE);
  });

  it('goes no further than the end of the session', async () => {
    const { ask, messages, worker } = await openWorker();
    await ask({ action: 'pause' });
    // At once, without the portions of a step, which the hour above has.
    await worker.handle({ id: 0, method: 'jump', args: END - HOUR });
    const after = await ask({ action: 'step', micros: 24 * HOUR });
    // After the close of after hours come ten seconds in which cancels are answered.
    expect(after).toMatchObject({ ended: true, time: END + 10 * SECOND });
    expect(messages.filter((message) => message.type === 'ended')).toHaveLength(1);
  }, 300_000);
});
