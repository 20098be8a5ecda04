/** Names of strategy instances. */

/** An instance id that no strategy of the session has: the name and the first free number. */
export function freeId(strategy: string, taken: readonly string[]): string {
  const name = (strategy.split('/').at(-1) ?? strategy)
    .replace(/\.\w+$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 50);
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
