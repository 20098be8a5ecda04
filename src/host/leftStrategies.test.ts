import { expect, it } from 'vitest';
import type { StrategyConfig } from '../domain/session.js';
import { leftStrategies } from './leftStrategies.js';
import type { SessionRecord } from './readTape.js';
import { stopOfStuck } from './stuckStrategy.js';
import type { LeftStrategy, TapeRecord } from './tapeRecords.js';

const configOf = (instanceId: string, strategy = 'sma-cross'): StrategyConfig => ({
  instanceId,
  strategy,
  symbols: ['AAPL'],
  timeframe: '1m',
  params: {},
  allocation: 0.1,
});
const start = (config: StrategyConfig): TapeRecord => ({
  type: 'command',
  at: 1,
  time: 1,
  command: { type: 'startStrategy', user: 'ann', config },
});
const state = (instanceId: string, to: 'warmingUp' | 'stopped' | 'quarantined', error?: string): TapeRecord => ({
  type: 'strategy',
  at: 1,
  time: 1,
  instanceId,
  state: to,
  ...(error === undefined ? {} : { error }),
});

/** What a day leaves that began with these strategies, ends with these running, and whose books have these owners. */
function leftOf(
  day: { readonly begun: readonly StrategyConfig[]; readonly left?: readonly LeftStrategy[] },
  records: readonly TapeRecord[],
  running: readonly StrategyConfig[],
  owners: readonly string[],
): readonly LeftStrategy[] {
  const session = { config: { strategies: day.begun }, ...(day.left === undefined ? {} : { left: day.left }) };
  const books = owners.map((owner) => ({ owner, symbolId: 0, mark: 1, lots: [] }));
  return leftStrategies(
    { session: session as unknown as SessionRecord, records: records.map((record, seq) => ({ seq, record })) },
    { account: { venue: undefined, books: { cash: 0, books } }, strategies: running },
  );
}

it('are those that hold something or failed and are not started again, with why they were stopped', () => {
  const [one, two, three, four, five] = ['one', 'two', 'three', 'four', 'five'].map((id) => configOf(id));
  const begun = [one, two, three, four, five].flatMap((config) => config ?? []);
  const records: TapeRecord[] = [
    state('one', 'quarantined', 'onBar threw Error: no'),
    { type: 'command', at: 1, time: 1, command: stopOfStuck('two') },
    state('two', 'stopped'),
    state('three', 'stopped'),
    state('four', 'quarantined', 'onBar threw Error: flat'),
    state('five', 'stopped'),
  ];
  const left = leftOf({ begun }, records, begun.slice(4), ['one', 'two', 'three', 'five', 'manual']);
  expect(left).toEqual([
    { config: one, state: 'quarantined', error: 'onBar threw Error: no' },
    { config: two, state: 'stopped', error: expect.stringMatching(/^It did not return from a hook/) },
    { config: three, state: 'stopped', error: null },
    { config: four, state: 'quarantined', error: 'onBar threw Error: flat' },
  ]);
});

it('that failed and hold nothing are told until their strategy is started again, the newest of many', () => {
  const failed = (instanceId: string): LeftStrategy => ({
    config: configOf(instanceId, 'breakout'),
    state: 'quarantined',
    error: 'onBar threw Error: no',
  });
  expect(leftOf({ begun: [], left: [failed('old')] }, [], [], [])).toEqual([failed('old')]);
  const again = [start(configOf('new', 'breakout')), state('new', 'warmingUp')];
  expect(leftOf({ begun: [], left: [failed('old')] }, again, [configOf('new')], [])).toEqual([]);
  expect(leftOf({ begun: [], left: [failed('old')] }, again.slice(0, 1), [], [])).toEqual([failed('old')]);
  // The new one fails as the old one did.
  const twice = [...again, state('new', 'quarantined', 'onBar threw Error: no')];
  expect(leftOf({ begun: [], left: [failed('old')] }, twice, [], [])).toEqual([failed('new')]);
  // What holds something is told in any case, and no more once it holds nothing.
  const answered = { ...failed('old'), isAnswered: true } as const;
  expect(leftOf({ begun: [], left: [failed('old')] }, again, [], ['old'])).toEqual([answered]);
  expect(leftOf({ begun: [], left: [answered] }, [], [], [])).toEqual([]);
  const many = Array.from({ length: 30 }, (_, index) => failed(`f${index}`));
  expect(leftOf({ begun: [], left: many }, [], [], ['f3'])).toEqual([failed('f3'), ...many.slice(10)]);
});

it('are those of earlier days too, unless one of that id was started again', () => {
  const old: LeftStrategy = { config: configOf('old'), state: 'quarantined', error: 'onBar threw Error: no' };
  const again: LeftStrategy = { ...old, config: configOf('again') };
  const refused: LeftStrategy = { ...old, config: configOf('refused') };
  const records = [
    start(configOf('again', 'buy-and-hold')),
    state('again', 'warmingUp'),
    start(configOf('refused', 'buy-and-hold')),
  ];
  const owners = ['old', 'again', 'refused'];
  expect(leftOf({ begun: [], left: [old, again, refused] }, records, [], owners)).toEqual([
    old,
    refused,
    { config: configOf('again', 'buy-and-hold'), state: 'stopped', error: null },
  ]);
  expect(leftOf({ begun: [], left: [{ ...old, state: 'stopped', error: null }] }, [], [], [])).toEqual([]);
});
