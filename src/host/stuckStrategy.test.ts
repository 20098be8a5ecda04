import { describe, expect, it } from 'vitest';
import { stuckInHook, stuckWhileOpening } from './stuckStrategy.js';

describe('a session that stands still while it is opened', () => {
  it('blames a strategy only while one of its hooks runs', () => {
    expect(stuckWhileOpening(2, './Endless.ts').message).toContain('The strategy ./Endless.ts did not return');
    expect(stuckWhileOpening(2, undefined).message).toContain('A strategy did not return');
    const nobody = stuckWhileOpening(0, undefined);
    expect(nobody).toMatchObject({ code: 'KERNEL_UNRESPONSIVE', remedy: expect.stringContaining('Start it again') });
    expect(nobody.message).toBe('The session stood still for 5 seconds while it was opened, in no hook of a strategy.');
  });
});

describe('a run in which a strategy does not return', () => {
  it('is told with the hook and the minute of the market, as far as they are known', () => {
    const time = Date.UTC(2013, 9, 1, 13, 35) * 1_000;
    expect(stuckInHook('./Endless.ts', { hook: 'onBar', time }).message).toBe(
      './Endless.ts did not return from onBar for 5 seconds and was stopped, at 2013-10-01 09:35 New York time.',
    );
    expect(stuckInHook('./Endless.ts', { hook: 'constructor', time: undefined }).message).toBe(
      './Endless.ts did not return from its constructor for 5 seconds and was stopped.',
    );
    expect(stuckInHook('./Endless.ts', { hook: undefined, time: undefined }).message).toContain('from a hook for');
  });
});
