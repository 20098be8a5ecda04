/**
 * Strategies that the following day does not start, but whose positions it goes on with: what a person, a fault or the
 * watchdog stopped while it held something. They stay in sight, with why, for as long as that is held.
 */
import type { StrategyConfig } from '../domain/session.js';
import type { Tape } from './readTape.js';
import { stuckIn } from './stuckStrategy.js';
import type { LeftStrategy, TapeRecord } from './tapeRecords.js';

/** Those of a day and its last word, in the order in which they were started. */
export function leftStrategies(
  { session, records }: Pick<Tape, 'session' | 'records'>,
  { account, strategies }: Pick<Extract<TapeRecord, { type: 'closing' }>, 'account' | 'strategies'>,
): readonly LeftStrategy[] {
  const known = new Map<string, LeftStrategy>();
  const start = (config: StrategyConfig): void => {
    known.delete(config.instanceId);
    known.set(config.instanceId, { config, state: 'stopped', error: null });
  };
  const change = (id: string, what: Partial<LeftStrategy>): void => {
    const left = known.get(id);
    if (left !== undefined) known.set(id, { ...left, ...what });
  };
  for (const left of session.left ?? []) known.set(left.config.instanceId, left);
  session.config.strategies.forEach(start);
  /** Those that somebody asked for, which the kernel may refuse. */
  const asked = new Map<string, StrategyConfig>();
  for (const { record } of records) {
    if (record.type === 'command') {
      const { command } = record;
      if (command.type === 'startStrategy') asked.set(command.config.instanceId, command.config);
      const stuck = stuckIn(command);
      if (stuck !== undefined) change(stuck.instanceId, { error: `It ${stuck.text}.` });
    } else if (record.type === 'strategy') {
      const { instanceId, state, error = null } = record;
      const config = asked.get(instanceId);
      asked.delete(instanceId);
      if (config !== undefined) start(config);
      if (state === 'quarantined') change(instanceId, { state, error });
    }
  }
  const holders = new Set(account.books.books.map(({ owner }) => owner));
  const goingOn = new Set(strategies.map(({ instanceId }) => instanceId));
  return [...known.values()].filter(({ config: { instanceId: id } }) => holders.has(id) && !goingOn.has(id));
}
