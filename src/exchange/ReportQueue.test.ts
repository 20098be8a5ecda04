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
