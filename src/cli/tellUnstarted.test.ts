import { expect, it } from 'vitest';
import { FakeSession } from '../../test/support/FakeSession.js';
import type { StrategyConfig } from '../domain/session.js';
import { tellUnstarted } from './tellUnstarted.js';
import { systemTerminal } from './terminal.js';

it('names the strategies that were asked for and do not run, and is silent when all do or none were named', () => {
  const written: string[] = [];
  const terminal = { ...systemTerminal(), err: (text: string) => void written.push(text) };
  const running = new FakeSession().strategies();
  const asked = (instanceId: string, strategy: string): StrategyConfig => ({
    instanceId,
    strategy,
    symbols: ['ALTA'],
    timeframe: '1m',
    params: {},
    allocation: 0.25,
  });
  tellUnstarted(undefined, running, terminal);
  tellUnstarted([asked('demo-sma', 'sma-cross')], running, terminal);
  expect(written).toEqual([]);
  tellUnstarted([asked('demo-sma', 'sma-cross'), asked('MyIdea-1', './MyIdea.ts')], running, terminal);
  expect(written).toHaveLength(1);
  expect(written[0]).toContain('Not started: ./MyIdea.ts. The session goes on');
  expect(written[0]).toContain('--fresh');
});
