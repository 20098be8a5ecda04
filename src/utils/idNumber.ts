/** Numbers in ids. */

/**
 * The number in an id such as `o-12`: those of orders, fills and signals are a letter, a hyphen and a number. Digit by
 * digit, because this runs for every fill.
 */
export function idNumber(id: string): number {
  let value = 0;
  for (let i = 2; i < id.length; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
}
