/** Waits for the signal that ends a command which runs until it is stopped. */

/** Exit code of a process that a second Ctrl+C ends: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Resolves with the first signal to stop; a second one ends the process at once, for whoever cannot wait. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) process.exit(INTERRUPTED);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
