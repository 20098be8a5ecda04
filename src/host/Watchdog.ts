/**
 * Notices a thread that no longer moves: a hook of a strategy that never returns cannot be interrupted from
 * inside its thread, so the watch is kept outside (K4). Pure; the owner brings the time and the counter.
 */

import type { Command } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';

/** How long a thread may stand still before it counts as stuck, in milliseconds. */
export const STUCK_AFTER_MS = 5_000;

/** Who stops a strategy on the tape because its hook did not return. */
const WATCHDOG = 'watchdog';

/** Stops such a strategy before its session goes on. Its positions stay. */
export function stopOfStuck(instanceId: string): Command {
  return { type: 'stopStrategy', user: WATCHDOG, instanceId, flatten: false };
}

/** The strategy that a command stops as stuck, with why in words that follow its name; undefined for other commands. */
export function stuckIn(command: Command): { readonly instanceId: string; readonly text: string } | undefined {
  if (command.type !== 'stopStrategy' || command.user !== WATCHDOG) return undefined;
  const seconds = STUCK_AFTER_MS / 1_000;
  const text = `did not return from a hook for ${seconds} seconds and was stopped; its positions stay open`;
  return { instanceId: command.instanceId, text };
}

/** See the module header. */
export class Watchdog {
  #beats = -1;
  #sinceMs: number;
  #lastLookMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#lastLookMs = nowMs;
  }

  /**
   * Looks at the thread's counter; true if it has not moved for {@link STUCK_AFTER_MS}. If the looker itself was
   * stopped in between (the machine slept), nothing can be said, and the time starts anew.
   */
  isStuck(beats: number, nowMs: number): boolean {
    const wasAway = nowMs - this.#lastLookMs > STUCK_AFTER_MS / 2;
    this.#lastLookMs = nowMs;
    if (beats !== this.#beats || wasAway) {
      this.#beats = beats;
      this.#sinceMs = nowMs;
      return false;
    }
    return nowMs - this.#sinceMs >= STUCK_AFTER_MS;
  }
}

/**
 * Why a session could not be opened whose thread stood still. `hook` is above 0 while a strategy's hook runs, which is
 * that of `strategy` where it is known; in no hook, no strategy is to blame.
 */
export function stuckWhileOpening(hook: number, strategy: string | undefined): PapertapeError {
  if (hook === 0) {
    const seconds = STUCK_AFTER_MS / 1_000;
    return new PapertapeError(
      'KERNEL_UNRESPONSIVE',
      `The session stood still for ${seconds} seconds while it was opened, in no hook of a strategy.`,
      { remedy: 'Start it again. A machine that is busy with other programs may be too slow for a moment.' },
    );
  }
  const which = strategy === undefined ? 'A strategy' : `The strategy ${strategy}`;
  return new PapertapeError(
    'KERNEL_UNRESPONSIVE',
    `${which} did not return from a hook while the session was opened.`,
    { remedy: 'Correct it, or start a session without it with --fresh.' },
  );
}
