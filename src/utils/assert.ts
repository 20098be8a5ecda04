/** Programmer errors: a broken assumption stops the process or quarantines the caller; it has no user code. */

/** Thrown when an assumption of the code itself does not hold. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws an {@link AssertionError} with `message` unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Returns `value` unless it is null or undefined, in which case it throws, naming `what`. */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new AssertionError(`${what} is missing`);
  return value;
}
