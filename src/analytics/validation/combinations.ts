/** Choosing some of many. */

/** Every choice of `size` of the numbers 0 to `count` − 1, each ascending, in lexicographic order. */
export function* combinations(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, index) => index);
  if (size > count) return;
  for (;;) {
    yield [...chosen];
    let index = size - 1;
    while (index >= 0 && chosen[index] === count - size + index) index -= 1;
    if (index < 0) return;
    const next = (chosen[index] ?? 0) + 1;
    for (let later = index; later < size; later += 1) chosen[later] = next + later - index;
  }
}

/** How many there are. */
export function combinationCount(count: number, size: number): number {
  let product = 1;
  for (let index = 1; index <= size; index += 1) product = (product * (count - size + index)) / index;
  return Math.round(product);
}
