import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { VenueEvent } from '../domain/venueEvents.js';
import { ReportQueue } from './ReportQueue.js';

it('a queue that is never empty keeps its order, and not what was taken', () => {
  const queue = new ReportQueue(10);
  const event = (time: number): VenueEvent => ({ type: 'activated', orderId: `o-${time}`, time });
  queue.push(event(0));
  for (let time = 1; time <= 5000; time += 1) {
    queue.push(event(time));
    expect(queue.due).toBe(time - 1 + 10);
    expect(queue.take(time + 10)?.time).toBe(time - 1);
  }
  expect(queue.list()).toEqual([event(5000)]);
  const kept: unknown = Reflect.get(queue, 'events');
  expect(Array.isArray(kept) && kept.length < 600).toBe(true);
});

it('what a bar decides is due by its start, none before one sent earlier, and at the same time after a restart', () => {
  const step = fc.record({ after: fc.nat(50), bar: fc.option(fc.integer({ min: 1, max: 60 })) });
  fc.assert(
    fc.property(fc.nat(80), fc.array(step, { maxLength: 30 }), (latency, steps) => {
      const queue = new ReportQueue(latency);
      const expected: number[] = [];
      let time = 1000;
      for (const { after, bar } of steps) {
        time += after;
        queue.elapsed = bar ?? 0;
        const own = bar === null ? time + latency : Math.max(time, time - bar + latency);
        expected.push(Math.max(own, expected.at(-1) ?? 0));
        expect(queue.dueFor(time)).toBe(expected.at(-1));
        queue.push({ type: 'activated', orderId: 'o-1', time });
        queue.elapsed = 0;
      }
      expect(queue.listDues()).toEqual(expected);
      const copy = new ReportQueue(latency);
      copy.reset(queue.list(), queue.listDues());
      expect(copy.listDues()).toEqual(expected);
      expect(copy.due).toBe(expected[0] ?? Infinity);
    }),
  );
});

it('a snapshot without times of reports gives each its latency', () => {
  const queue = new ReportQueue(10);
  queue.reset([{ type: 'activated', orderId: 'o-1', time: 5 }]);
  expect(queue.listDues()).toEqual([15]);
});
