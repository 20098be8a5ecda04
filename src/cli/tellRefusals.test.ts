import { expect, it } from 'vitest';
import { FakeSession } from '../../test/support/FakeSession.js';
import type { TopicUpdate } from '../contracts/index.js';
import { tellRefusals } from './tellRefusals.js';
import { systemTerminal } from './terminal.js';

it('tells each refused symbol once, those that are known and those that come later', () => {
  const session = new FakeSession();
  const source = { feed: 'twelvedata', coverage: 'sampled', delay: 0, state: 'live', detail: 'is live' } as const;
  const infoWith = (refused: { symbol: string; reason: string }[]) => ({
    ...session.info(),
    sources: [{ ...source, symbolsInUse: 1, counters: {}, refused }],
  });
  const listeners: ((update: TopicUpdate) => void)[] = [];
  const written: string[] = [];
  const terminal = { ...systemTerminal(), err: (text: string) => void written.push(text) };
  const nope = { symbol: 'NOPE', reason: 'no such symbol' };
  const onUpdate = (listener: (update: TopicUpdate) => void) => {
    listeners.push(listener);
    return () => undefined;
  };
  tellRefusals({ info: () => infoWith([nope]), onUpdate }, terminal);
  const later: TopicUpdate = { topic: 'session', data: infoWith([nope, { symbol: 'OTHER', reason: '' }]) };
  for (const listener of listeners) listener(later);
  for (const listener of listeners) listener(later);
  expect(written.map((text) => text.replace(/^[^!]*!\S*\s+/, ''))).toEqual([
    'twelvedata refuses NOPE: no such symbol.\n',
    'twelvedata refuses OTHER: it gives no reason.\n',
  ]);
});
