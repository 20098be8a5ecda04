/**
 * Strategies that the following day does not start, but tells of: what a person, a fault or the watchdog stopped while
 * it held something, for as long as that is held; and what a fault or the watchdog stopped, whether it holds anything
 * or not, until somebody starts the strategy again, under whatever id.
 */
import type { StrategyConfig } from '../domain/session.js';
import type { Tape } from './readTape.js';
import { stuckIn } from './stuckStrategy.js';
import type { LeftStrategy, TapeRecord } from './tapeRecords.js';

/** So many that failed and hold nothing are told, the newest. */
const MOST_FAILED = 20;

/** Those of a day and its last word, in the order in which they were started. */
export function leftStrategies(
  { session, records }: Pick<Tape, 'session' | 'records'>,
  { account, strategies }: Pick<Extract<TapeRecord, { type: 'closing' }>, 'account' | 'strategies'>,
): readonly LeftStrategy[] {
  const known = new Map<string, LeftStrategy>();
  /** Those whose fault somebody has seen to. */
  const answered = new Set<string>();
  const start = (config: StrategyConfig): void => {
    known.delete(config.instanceId);
    answered.delete(config.instanceId);
    known.set(config.instanceId, { config, state: 'stopped', error: null });
  };
  const startAgain = (config: StrategyConfig): void => {
    for (const [id, left] of known) if (left.config.strategy === config.strategy) answered.add(id);
    start(config);
  };
  const fail = (id: string, what: Partial<LeftStrategy>): void => {
    const left = known.get(id);
    answered.delete(id);
    if (left === undefined) return;
    const { isAnswered: _, ...rest } = left;
    known.set(id, { ...rest, ...what });
  };
  for (const left of session.left ?? []) {
    known.set(left.config.instanceId, left);
    if (left.isAnswered === true) answered.add(left.config.instanceId);
  }
  session.config.strategies.forEach(start);
  /** Those that somebody asked for, which the kernel may refuse. */
  const asked = new Map<string, StrategyConfig>();
  for (const { record } of records) {
    if (record.type === 'command') {
      const { command } = record;
      if (command.type === 'startStrategy') asked.set(command.config.instanceId, command.config);
      const stuck = stuckIn(command);
      if (stuck !== undefined) fail(stuck.instanceId, { error: `It ${stuck.text}.` });
    } else if (record.type === 'strategy') {
      const { instanceId, state, error = null } = record;
      const config = asked.get(instanceId);
      asked.delete(instanceId);
      if (config !== undefined) startAgain(config);
      if (state === 'quarantined') fail(instanceId, { state, error });
    }
  }
  const holders = new Set(account.books.books.map(({ owner }) => owner));
  const goingOn = new Set(strategies.map(({ instanceId }) => instanceId));
  const rest = [...known.values()].filter(({ config }) => !goingOn.has(config.instanceId));
  const holds = ({ config }: LeftStrategy): boolean => holders.has(config.instanceId);
  const failed = rest.filter((left) => {
    return !holds(left) && left.error !== null && !answered.has(left.config.instanceId);
  });
  const told = new Set(failed.slice(-MOST_FAILED));
  return rest
    .filter((left) => holds(left) || told.has(left))
    .map((left) => (answered.has(left.config.instanceId) ? { ...left, isAnswered: true } : left));
}
