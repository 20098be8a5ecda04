/**
 * The pace of a live market: market time is what the market itself has settled. It cannot be paused, hurried or
 * stepped; what wants to stop trading stops strategies or uses the kill switch.
 */
import { PapertapeError } from '../domain/errors.js';
import type { Micros } from '../domain/units.js';
import type { MarketPace } from './Pacer.js';

/** See the module header. */
export class WallPace implements MarketPace {
  readonly speed = 1;
  readonly paused = false;
  readonly #settledTime: () => Micros;
  #time: Micros;

  /** Begins at `start`; `settledTime` is the market's, and may lie before it for now. */
  constructor(start: Micros, settledTime: () => Micros) {
    this.#time = start;
    this.#settledTime = settledTime;
  }

  get marketTime(): Micros {
    this.#time = Math.max(this.#time, this.#settledTime());
    return this.#time;
  }

  advance(): Micros {
    return this.marketTime;
  }

  reached(time: Micros): void {
    this.#time = Math.max(this.#time, time);
  }

  /** A reader that fell behind catches up: nothing holds the market back. */
  holdAt(): void {
    // Market time is not its to hold.
  }

  setSpeed(): never {
    throw refusal('runs at the speed of the clock');
  }

  pause(): never {
    throw refusal('goes on whether anybody trades or not');
  }

  resume(): never {
    throw refusal('was not paused');
  }

  step(): never {
    throw refusal('comes as it comes');
  }
}

function refusal(why: string): PapertapeError {
  return new PapertapeError('REQUEST_INVALID', `The clock of a live session cannot be steered: its market ${why}.`, {
    remedy: 'Stop strategies one by one, or switch the kill switch on: it cancels orders and denies new ones.',
  });
}
