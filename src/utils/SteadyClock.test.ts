import { describe, expect, it } from 'vitest';
import { SteadyClock } from './SteadyClock.js';
import type { ClockJump } from './SteadyClock.js';

const START = Date.UTC(2026, 10, 30, 15) * 1_000;
const HOUR_MICROS = 3_600_000_000;

/** Two clocks that a test moves apart. */
class Machine {
  monotonic = 0;
  /** Wall time minus monotonic time, in microseconds. */
  offset = START;
  readonly jumps: ClockJump[] = [];
  readonly steady = new SteadyClock(
    {
      now: () => this.offset + this.monotonic * 1_000,
      monotonicMs: () => this.monotonic,
      setTimer: () => () => undefined,
    },
    (jump) => this.jumps.push(jump),
  );

  /** Passes time in steps of `stepMs`, with a source that tells the true time if `heard`; gives the clock's times. */
  pass(ms: number, options: { readonly heard?: boolean; readonly stepMs?: number; readonly drift?: number } = {}) {
    const { heard = false, stepMs = 100, drift = 0 } = options;
    const times: number[] = [];
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.monotonic += stepMs;
      this.offset += stepMs * drift * 1_000;
      if (heard) this.steady.witness(START + this.monotonic * 1_000);
      times.push(this.steady.now());
    }
    return times;
  }
}

describe('F53: SteadyClock', () => {
  it.each([
    ['an hour forward', HOUR_MICROS],
    ['an hour back', -HOUR_MICROS],
    ['a day forward', 24 * HOUR_MICROS],
  ])('goes on undisturbed when the wall clock is set %s while a source tells the time', (_name, by) => {
    const machine = new Machine();
    machine.pass(1_000, { heard: true });
    machine.offset += by;
    const times = machine.pass(600_000, { heard: true, stepMs: 1_000 });
    expect(times.at(-1)).toBe(START + 601_000_000);
    expect(machine.jumps).toEqual([{ kind: 'ignored', by }]);
  });

  it('follows the wall clock at once when a source confirms it, as after a sleep', () => {
    const machine = new Machine();
    machine.pass(1_000);
    machine.offset += HOUR_MICROS;
    machine.steady.now();
    machine.steady.witness(START + HOUR_MICROS + machine.monotonic * 1_000);
    expect(machine.steady.now()).toBe(START + HOUR_MICROS + 1_000_000);
    expect(machine.jumps.at(-1)?.kind).toBe('followed');
  });

  it('believes a jump that lasts when nobody tells the time, and never goes back', () => {
    const machine = new Machine();
    machine.pass(1_000);
    machine.offset += HOUR_MICROS;
    expect(machine.pass(50_000).at(-1)).toBe(START + 51_000_000);
    expect(machine.pass(20_000).at(-1)).toBe(START + HOUR_MICROS + 71_000_000);
    machine.offset -= HOUR_MICROS;
    const times = machine.pass(5_000_000, { stepMs: 1_000 });
    times.slice(1).forEach((time, index) => expect(time).toBeGreaterThanOrEqual(times[index] ?? 0));
    // The clock stood until the right time had come as far, and then went on with it.
    expect(times.at(-1)).toBe(START + machine.monotonic * 1_000);
  });

  it('makes up a drift of 500 ppm and steps of milliseconds without a jump', () => {
    const machine = new Machine();
    const times = machine.pass(3_600_000, { stepMs: 1_000, drift: 0.0005 });
    expect(Math.abs((times.at(-1) ?? 0) - (machine.offset + machine.monotonic * 1_000))).toBeLessThan(1_000);
    machine.offset -= 5_000;
    const later = machine.pass(1_000, { stepMs: 1 });
    later.slice(1).forEach((time, index) => expect(time).toBeGreaterThan(later[index] ?? 0));
    expect(machine.jumps).toEqual([]);
  });
});
