/** Runs work that goes in steps to its end, without a pause between them. */

/** What the work came to. */
export function runToEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
