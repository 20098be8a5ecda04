/** Where a choice stands in a short list; -1 if it does not. Comparing a few names beats a call of `indexOf`. */
export function placeIn<T extends string>(choices: readonly T[], choice: T): number {
  for (let i = 0; i < choices.length; i += 1) if (choices[i] === choice) return i;
  return -1;
}
