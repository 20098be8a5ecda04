/** What a hook of a strategy may not do: answer something, or throw. */

/** Throws what to tell the author of a hook that returned something. */
export function refuseAnswer(hook: string, answer: unknown): never {
  const isPromise = typeof answer === 'object' && answer !== null && 'then' in answer;
  throw new TypeError(
    isPromise
      ? `${hook} returned a promise; hooks are synchronous and decide on what they see`
      : `${hook} returned a value; hooks return nothing and speak through their context`,
  );
}

/** The error with its stack, which names the author's line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? `${error.name}: ${error.message}`;
}
