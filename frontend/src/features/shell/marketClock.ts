/** Market time between two messages: run on from the last one at the session's speed. */
import { useEffect, useState } from 'react';
import type { SessionInfo } from '../../../../src/contracts/index.js';
import { useLive, useLiveStore } from '../../app/TradingContext.js';

/** A message older than this is no base to guess from: the connection is lost. */
const GUESS_AT_MOST_MS = 3_000;
const REDRAW_MS = 200;

/** Market time in Micros `elapsedMs` after `session` came; never beyond the next phase, which a message announces. */
export function marketTimeAfter(session: SessionInfo, elapsedMs: number): number {
  const { time, speed, paused, ended, nextPhaseAt } = session.clock;
  if (paused || ended || speed === 0) return time;
  const guess = time + Math.min(Math.max(0, elapsedMs), GUESS_AT_MOST_MS) * 1000 * speed;
  return Math.floor(nextPhaseAt === null ? guess : Math.max(time, Math.min(guess, nextPhaseAt)));
}

/** Market time now, renewed five times a second; undefined before the session is known. */
export function useMarketTime(): number | undefined {
  const live = useLiveStore();
  const session = useLive((state) => state.session);
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  if (session === undefined) return undefined;
  return marketTimeAfter(session, performance.now() - live.state.getState().sessionReceivedAt);
}
