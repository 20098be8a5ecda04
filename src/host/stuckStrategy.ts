/** What is said and done of a strategy that a watchdog has found in a hook that does not return. */
import { newYorkText } from '../calendar/newYorkText.js';
import type { Command } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import type { ProbedHook } from '../domain/hookProbe.js';
import { STUCK_AFTER_MS } from '../utils/Watchdog.js';

/** The seconds of a time, of which only the minute is known. */
const SECONDS_LENGTH = ':00'.length;

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

/** Why a run was ended in which `name` did not return from a hook, or from its constructor. */
export function stuckInHook(name: string, { hook, time }: Pick<ProbedHook, 'hook' | 'time'>): PapertapeError {
  const seconds = STUCK_AFTER_MS / 1_000;
  const place = hook === 'constructor' ? 'its constructor' : hook === undefined ? 'a hook' : hook;
  const minute = time === undefined ? undefined : newYorkText(time).slice(0, -SECONDS_LENGTH);
  const when = minute === undefined ? '' : `, at ${minute} New York time`;
  return new PapertapeError(
    'STRATEGY_STUCK',
    `${name} did not return from ${place} for ${seconds} seconds and was stopped${when}.`,
    { remedy: 'Correct it: look for a loop that has no end. A hook may take no longer than that.' },
  );
}

/** Why a run did not begin: what the file of `name` does outside its class did not come to an end. */
export function stuckWhileLoading(name: string): PapertapeError {
  const seconds = STUCK_AFTER_MS / 1_000;
  return new PapertapeError('STRATEGY_STUCK', `${name} was not loaded within ${seconds} seconds and was stopped.`, {
    remedy: 'Correct what the file does outside its class: look for a loop that has no end.',
  });
}
