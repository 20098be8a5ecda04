/**
 * A wall clock that does not jump: it runs by monotonic time and follows the machine's wall clock at a bounded rate, so
 * that a clock that was set, or that drifts, moves no deadline and ends no trading day twice (F53).
 *
 * After a jump nobody can tell from the two clocks alone which of them is right: a machine that slept has a right wall
 * clock and a monotonic one that stood still; a clock that was set wrongly is the other way round. Times that come from
 * outside decide ({@link SteadyClock.witness}). Without any, a jump that lasts is believed.
 */
import type { Clock } from './clock.js';

/** Differences up to this are drift and are made up slowly. */
const JUMP_MICROS = 2_000_000;
/** How much of a difference is made up per unit of time that passes. */
const SLEW = 0.05;
/** A jump that no outside time speaks for or against is believed after this long. */
const BELIEVED_AFTER_MS = 60_000;
/** A witness is asked only if it is no older than this. */
const WITNESS_MS = 10_000;

/** A jump of the wall clock and what was made of it; `by` is in microseconds. */
export interface ClockJump {
  readonly kind: 'ignored' | 'followed';
  readonly by: number;
}

/** See the module header. `now` never goes back. */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  readonly #onJump: (jump: ClockJump) => void;
  #time: number;
  #lastMs: number;
  /** The last time that came from outside, and when it came. */
  #witness: { readonly time: number; readonly atMs: number } | undefined;
  #jumpedAtMs: number | undefined;
  /** Set while a wall clock that went back is waited for. */
  #holds = false;

  constructor(clock: Clock, onJump: (jump: ClockJump) => void = () => undefined) {
    this.#clock = clock;
    this.#onJump = onJump;
    this.#time = clock.now();
    this.#lastMs = clock.monotonicMs();
  }

  now(): number {
    const nowMs = this.#clock.monotonicMs();
    const wall = this.#clock.now();
    const elapsed = Math.max(0, nowMs - this.#lastMs) * 1_000;
    this.#lastMs = Math.max(nowMs, this.#lastMs);
    const expected = this.#time + elapsed;
    const difference = wall - expected;
    if (this.#holds && difference < 0) return Math.floor(this.#time);
    this.#holds = false;
    if (Math.abs(difference) <= JUMP_MICROS) {
      this.#jumpedAtMs = undefined;
      const most = elapsed * SLEW;
      this.#time = expected + Math.min(most, Math.max(-most, difference));
      return Math.floor(this.#time);
    }
    if (this.#jumpedAtMs === undefined) {
      this.#jumpedAtMs = nowMs;
      this.#onJump({ kind: 'ignored', by: difference });
    }
    this.#time = expected;
    if (this.#believes(wall, nowMs)) {
      this.#jumpedAtMs = undefined;
      this.#onJump({ kind: 'followed', by: difference });
      // Time goes on from here until a clock that went back has come as far.
      if (difference > 0) this.#time = wall;
      else this.#holds = true;
    }
    return Math.floor(this.#time);
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    return this.#clock.setTimer(delayMs, callback);
  }

  /** A time that somebody else's clock has just shown, with any known delay added; microseconds since the epoch. */
  witness(time: number): void {
    this.#witness = { time, atMs: this.#clock.monotonicMs() };
  }

  #believes(wall: number, nowMs: number): boolean {
    const witness = this.#witness;
    if (witness !== undefined && nowMs - witness.atMs <= WITNESS_MS) {
      const there = witness.time + (nowMs - witness.atMs) * 1_000;
      return Math.abs(there - wall) < Math.abs(there - this.#time);
    }
    return nowMs - (this.#jumpedAtMs ?? nowMs) >= BELIEVED_AFTER_MS;
  }
}
