import { describe, expect, it } from 'vitest';
import { STUCK_AFTER_MS, Watchdog } from './Watchdog.js';

describe('Watchdog', () => {
  it('K4: calls a thread stuck when its counter stands still for the whole time', () => {
    const watchdog = new Watchdog(0);
    expect(watchdog.isStuck(1, 100)).toBe(false);
    for (let now = 600; now < 100 + STUCK_AFTER_MS; now += 500) expect(watchdog.isStuck(1, now)).toBe(false);
    expect(watchdog.isStuck(1, 100 + STUCK_AFTER_MS)).toBe(true);
  });

  it('is content as long as the counter moves, however rarely', () => {
    const watchdog = new Watchdog(0);
    for (let beat = 0; beat < 20; beat += 1) expect(watchdog.isStuck(beat, beat * 2_000)).toBe(false);
  });

  it('F05: does not blame the thread for the time in which the whole process was stopped', () => {
    const watchdog = new Watchdog(0);
    expect(watchdog.isStuck(1, 100)).toBe(false);
    expect(watchdog.isStuck(1, 600_000)).toBe(false);
    expect(watchdog.isStuck(1, 601_000)).toBe(false);
  });
});
