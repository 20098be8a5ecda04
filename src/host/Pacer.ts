/**
 * Maps monotonic time to market time: speed, pause, step. Pure; the caller brings the monotonic clock, so tests
 * advance it.
 *
 * Market time never goes back. A long gap between two calls (the process was stopped) moves the market by at
 * most {@link MAX_GAP_MS}, so that a woken process goes on instead of rushing (F05).
 */
import type { MarketControl } from '../contracts/index.js';
import type { DurationMicros, Micros } from '../domain/units.js';

/** Longest stretch of real time that one call may carry over, in milliseconds. */
export const MAX_GAP_MS = 1_000;

/** How the market of a session moves: what its steps are measured by. */
export interface MarketPace {
  /** Market seconds per real second; 0 is as fast as possible. */
  readonly speed: number;
  readonly paused: boolean;
  readonly marketTime: Micros;
  /** Market time at monotonic `nowMs`; see {@link Pacer.advance}. */
  advance(nowMs: number): Micros;
  reached(time: Micros): void;
  holdAt(time: Micros): void;
  /** These four throw `REQUEST_INVALID` where the clock cannot be steered. */
  setSpeed(speed: number): void;
  pause(): void;
  resume(): void;
  step(duration: DurationMicros): void;
}

/** Market time of a replay or simulation. */
export class Pacer implements MarketPace {
  #marketTime: Micros;
  #lastMs: number;
  #speed: number;
  #paused = false;

  /** `speed` is market seconds per real second; 0 means as fast as possible. */
  constructor(start: Micros, nowMs: number, speed: number) {
    this.#marketTime = start;
    this.#lastMs = nowMs;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get marketTime(): Micros {
    return this.#marketTime;
  }

  /**
   * Market time at monotonic `nowMs`. At speed 0 it is Infinity while running: the caller reads in portions and
   * says with {@link reached} how far it came.
   */
  advance(nowMs: number): Micros {
    const elapsedMs = Math.min(Math.max(0, nowMs - this.#lastMs), MAX_GAP_MS);
    this.#lastMs = Math.max(nowMs, this.#lastMs);
    if (this.#paused) return this.#marketTime;
    if (this.#speed === 0) return Infinity;
    this.#marketTime += Math.round(elapsedMs * 1_000 * this.#speed);
    return this.#marketTime;
  }

  /** The caller has processed everything up to `time`. */
  reached(time: Micros): void {
    if (time > this.#marketTime) this.#marketTime = time;
  }

  /** Holds the caller back to `time` when it could not keep up, instead of letting the lag grow. */
  holdAt(time: Micros): void {
    this.#marketTime = time;
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Moves a paused market on by `duration`. */
  step(duration: DurationMicros): void {
    this.#marketTime += duration;
  }
}

/** Does to a market's clock what a person asked. Throws `REQUEST_INVALID` where it cannot be steered. */
export function steer(pace: MarketPace, control: MarketControl): void {
  switch (control.action) {
    case 'pause':
      pace.pause();
      return;
    case 'resume':
      pace.resume();
      return;
    case 'speed':
      pace.setSpeed(control.speed);
      return;
    case 'step':
      pace.pause();
      pace.step(control.micros);
      return;
  }
}
