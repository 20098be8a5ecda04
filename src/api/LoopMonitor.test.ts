import { expect, test } from 'vitest';
import type { Clock } from '../utils/clock.js';
import { LoopMonitor } from './LoopMonitor.js';

/** A clock whose only timer runs when the test says, as late as it says. */
class LateClock implements Clock {
  #ms = 0;
  #due = 0;
  #callback: (() => void) | undefined;

  now(): number {
    return this.#ms * 1000;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    this.#due = this.#ms + delayMs;
    this.#callback = callback;
    return () => {
      this.#callback = undefined;
    };
  }

  /** Runs the timer `lateMs` after it was due. */
  fire(lateMs: number): void {
    this.#ms = this.#due + lateMs;
    this.#callback?.();
  }
}

test('F11 a block of two seconds is seen for ten seconds, then forgotten', () => {
  const clock = new LateClock();
  const monitor = new LoopMonitor(clock);
  expect(monitor.read()).toMatchObject({ state: 'up', latencyMs: 0 });
  clock.fire(3);
  expect(monitor.read()).toMatchObject({ state: 'up', latencyMs: 3 });
  clock.fire(2000);
  expect(monitor.read()).toMatchObject({ state: 'degraded', latencyMs: 2000 });
  for (let index = 0; index < 19; index += 1) clock.fire(1);
  expect(monitor.read().state).toBe('degraded');
  clock.fire(1);
  expect(monitor.read()).toMatchObject({ state: 'up', latencyMs: 1 });
  monitor.stop();
  clock.fire(5000);
  expect(monitor.read().state).toBe('up');
});
