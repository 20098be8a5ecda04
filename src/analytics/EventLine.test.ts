import { expect, it } from 'vitest';
import { EventLine } from './EventLine.js';

/** Tells whichever is due first, as an analysis does, the first line's before the others'. */
function told(...times: readonly (readonly number[])[]): readonly string[] {
  const events: string[] = [];
  const lines = times.map(
    (line, number) =>
      new EventLine(
        line.length,
        (index) => line[index] ?? Infinity,
        (index) => events.push(`${number}.${index}`),
      ),
  );
  for (;;) {
    const due = Math.min(...lines.map((line) => line.due));
    if (due === Infinity) return events;
    lines.find((line) => line.due === due)?.take();
  }
}

it('tells events in order of time, each once', () => {
  expect(told([], [1, 2, 2, 5], [2, 3])).toEqual(['1.0', '1.1', '1.2', '2.0', '2.1', '1.3']);
});

it('tells what happened before the one in front of it right after that', () => {
  // A signal that waited for an exit is answered, and so listed, behind later ones.
  expect(told([1, 6, 2, 7], [3, 6, 7])).toEqual(['0.0', '1.0', '0.1', '0.2', '1.1', '0.3', '1.2']);
});
