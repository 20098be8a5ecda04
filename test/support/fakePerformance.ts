/** The performance of a session whose account moves and closes no trade: real figures of a made-up curve. */
import { PerformanceTracker } from '../../src/analytics/PerformanceTracker.js';
import type { TradingSession } from '../../src/api/tradingSession.js';

/** Makes it; equity in dollars. */
export function fakePerformance(
  sessionId: string,
  startEquity: number,
  curve: readonly { readonly time: number; readonly equity: number }[],
): Awaited<ReturnType<TradingSession['performance']>> {
  const tracker = new PerformanceTracker({ startEquity });
  for (const { time, equity } of curve) tracker.addPoint({ time, equity, grossExposure: 0 });
  const { figures } = tracker;
  const rolling = [...figures.rolling];
  return { sessionId, benchmark: null, figures: { ...figures, rolling }, byStrategy: [], bySymbol: [], bySession: [] };
}
