/** A list in blocks holds what an array holds, across the ends of blocks. */
import { expect, it } from 'vitest';
import { BlockList } from './BlockList.js';

it('gives back what was pushed and set, in order', () => {
  const list = new BlockList<number>();
  const naive: number[] = [];
  for (let i = 0; i < 3000; i += 1) {
    list.push(i * 3);
    naive.push(i * 3);
    if (i % 7 === 0) {
      list.set(i >> 1, -i);
      naive[i >> 1] = -i;
    }
  }
  expect([...list]).toEqual(naive);
  expect(list.length).toBe(3000);
  for (const place of [0, 1023, 1024, 2047, 2048, 2999]) expect(list.at(place)).toBe(naive[place]);
  expect([list.at(-1), list.at(3000), list.at(99_999)]).toEqual([undefined, undefined, undefined]);
});

it('sets nothing beyond its end', () => {
  const list = new BlockList<string>();
  list.push('a');
  list.set(1, 'b');
  list.set(5000, 'c');
  expect([...list]).toEqual(['a']);
});
