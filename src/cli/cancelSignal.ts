/** Lets Ctrl+C end a piece of work in order; a second one ends the process at once. */

/** Exit code of a process that a second Ctrl+C ends: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Runs `work` with a signal that Ctrl+C or a request to end aborts. */
export async function withCancelSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancelled = new AbortController();
  const onSignal = (): void => {
    if (cancelled.signal.aborted) process.exit(INTERRUPTED);
    cancelled.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(cancelled.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
