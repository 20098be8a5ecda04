import { describe, expect, it } from 'vitest';
import { MAX_GAP_MS, Pacer } from './Pacer.js';

const START = 1_000_000_000;

describe('Pacer', () => {
  it('moves market time by speed, holds while paused, and steps', () => {
    const pacer = new Pacer(START, 0, 60);
    expect(pacer.advance(100)).toBe(START + 6_000_000);
    pacer.pause();
    expect(pacer.advance(900)).toBe(START + 6_000_000);
    pacer.step(60_000_000);
    expect(pacer.advance(950)).toBe(START + 66_000_000);
    pacer.resume();
    pacer.setSpeed(1);
    // The time that passed while it was paused is not made up.
    expect(pacer.advance(1_000)).toBe(START + 66_050_000);
  });

  it('F05, F53: a stopped process goes on where it was, and a clock that goes back moves nothing', () => {
    const pacer = new Pacer(START, 0, 10);
    expect(pacer.advance(3_600_000)).toBe(START + MAX_GAP_MS * 10_000);
    expect(pacer.advance(0)).toBe(START + MAX_GAP_MS * 10_000);
    expect(pacer.advance(3_600_100)).toBe(START + MAX_GAP_MS * 10_000 + 1_000_000);
  });

  it('runs as fast as possible at speed 0 and remembers how far the caller came', () => {
    const pacer = new Pacer(START, 0, 0);
    expect(pacer.advance(5)).toBe(Infinity);
    pacer.reached(START + 42);
    pacer.pause();
    expect(pacer.advance(6)).toBe(START + 42);
  });
});
