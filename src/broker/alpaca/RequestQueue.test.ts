import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { RequestQueue, Urgency } from './RequestQueue.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('RequestQueue', () => {
  it('F29: keeps to the rate, and lets cancels go first', async () => {
    const clock = new ManualClock();
    const queue = new RequestQueue(clock, 60, 2);
    const left: string[] = [];
    const ask = (name: string, urgency: Urgency): void => void queue.turn(urgency).then(() => left.push(name));
    ask('open 1', Urgency.OPEN);
    ask('open 2', Urgency.OPEN);
    ask('query', Urgency.QUERY);
    ask('open 3', Urgency.OPEN);
    ask('reduce', Urgency.REDUCE);
    ask('cancel', Urgency.CANCEL);
    await settle();
    // A burst of two, then one a second.
    expect(left).toEqual(['open 1', 'open 2']);
    for (const name of ['cancel', 'reduce', 'open 3', 'query']) {
      clock.advance(1_000);
      await settle();
      expect(left.at(-1)).toBe(name);
    }
    expect(left).toHaveLength(6);
    expect(queue.length).toBe(0);
  });

  it('F29: refuses the oldest of the least urgent when it is full', async () => {
    const queue = new RequestQueue(new ManualClock(), 60, 0, 2);
    const refused: string[] = [];
    const ask = (name: string, urgency: Urgency): void =>
      void queue.turn(urgency).catch((error: { code: string }) => refused.push(`${name} ${error.code}`));
    ask('old', Urgency.OPEN);
    ask('new', Urgency.OPEN);
    ask('cancel', Urgency.CANCEL);
    await settle();
    expect(refused).toEqual(['old RATE_LIMITED']);
    expect(queue.length).toBe(2);
  });

  it('F29: stands still while the broker has had too much', async () => {
    const clock = new ManualClock();
    const queue = new RequestQueue(clock, 6_000, 5);
    queue.pause(3_000);
    let left = 0;
    void queue.turn(Urgency.OPEN).then(() => (left += 1));
    clock.advance(2_990);
    await settle();
    expect(left).toBe(0);
    clock.advance(100);
    await settle();
    expect(left).toBe(1);
  });
});
