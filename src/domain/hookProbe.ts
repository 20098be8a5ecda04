/**
 * Where the runner notes which hook of which strategy is running, in memory that another thread looks at: a hook that
 * never returns cannot say so itself. Words of an `Int32Array`; of a shorter one those that it has are written.
 */
import { MINUTE } from './timeframe.js';
import type { Micros } from './units.js';

/** One more than the instance's place in the order of registration; 0 between hooks. */
export const PROBE_PLACE = 0;
/** A number that changes with every call of a hook. */
export const PROBE_BEAT = 1;
/** Which hook, see {@link HOOK}. */
export const PROBE_HOOK = 2;
/** Market time of the call, in whole minutes since 1970. */
export const PROBE_MINUTE = 3;
/** Words of a whole probe. */
export const PROBE_WORDS = 4;

/** The numbers by which hooks are noted. */
export const HOOK = {
  constructor: 1,
  onStart: 2,
  onStop: 3,
  onSession: 4,
  onTimer: 5,
  onOrder: 6,
  onFill: 7,
  onBar: 8,
  onQuote: 9,
  onTrade: 10,
} as const;

/** Noted in place of a hook while the file of a strategy is imported. */
export const HOOK_OF_FILE = 0;

/** A hook, or the constructor with the fields of the class. */
export type HookName = keyof typeof HOOK;

/** A hook that runs. */
export interface ProbedHook {
  /** Place of its strategy in the order of registration, from 0 on. */
  readonly place: number;
  /** Undefined where the probe is too short to say, and while a file is imported. */
  readonly hook: HookName | undefined;
  /** Market time in whole minutes; undefined for a constructor, which has none, and where the probe is too short. */
  readonly time: Micros | undefined;
}

/** What a probe says; undefined between hooks. */
export function readProbe(probe: Int32Array): ProbedHook | undefined {
  const place = Atomics.load(probe, PROBE_PLACE) - 1;
  if (place < 0) return undefined;
  const code = probe[PROBE_HOOK];
  const minute = probe[PROBE_MINUTE];
  // The keys of the object above.
  const hook = (Object.keys(HOOK) as HookName[]).find((name) => HOOK[name] === code);
  return { place, hook, time: minute === undefined || hook === 'constructor' ? undefined : minute * MINUTE };
}
