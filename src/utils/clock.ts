/** The machine's clock behind the {@link Clock} port: wall time for timestamps, monotonic time for durations. */
import type { Clock } from '../domain/ports.js';

/** The real clock. Times are whole microseconds; the wall clock's own resolution is what the system gives. */
export const systemClock: Clock = {
  now: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
