import { describe, expect, it } from 'vitest';
import { timeLeft } from './progress.js';

describe('timeLeft', () => {
  it.each<[fraction: number, elapsedMs: number, text: string]>([
    // Loading and the first portions of a run of 8 seconds once told "about 2 h left".
    [0.0002, 1_500, ''],
    [0.04, 2_500, ''],
    [0.5, 900, ''],
    [0.5, 4_000, 'about 4 s left'],
    [0.25, 60_000, 'about 3 min left'],
    // What takes long is worth a rough word, however little is done.
    [0.01, 60_000, 'about 2 h left'],
  ])('of %d after %d ms: %s', (fraction, elapsedMs, text) => {
    expect(timeLeft(fraction, elapsedMs)).toBe(text);
  });
});
