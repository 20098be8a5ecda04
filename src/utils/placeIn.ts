/** Places in short lists of names: comparing a few is faster than a call of `indexOf`. */

/** Where a choice stands in a short list; -1 if it does not. */
export function placeIn<T extends string>(choices: readonly T[], choice: T): number {
  for (let i = 0; i < choices.length; i += 1) if (choices[i] === choice) return i;
  return -1;
}
