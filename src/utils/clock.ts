/** The machine's clock behind one interface: wall time for timestamps, monotonic time for durations. */

/** Time at the edges: wall time for timestamps, monotonic time for durations. The kernel never sees it. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC, a whole number. */
  now(): number;
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns a function that cancels. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Calls back once the input and output that is waiting has been handled. */
export function afterWaitingInput(callback: () => void): void {
  setImmediate(callback);
}

/** Keeps the process alive although nothing is open that would, until the returned function is called. */
export function keepAlive(): () => void {
  const timer = setInterval(() => undefined, 3_600_000);
  return () => {
    clearInterval(timer);
  };
}

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
