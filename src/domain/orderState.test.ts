import { describe, expect, it } from 'vitest';
import {
  isTerminal,
  nextOrderStatus,
  nextVenueStatus,
  ORDER_STATUSES,
  ORDER_TRANSITIONS,
  STATUS_OF_VENUE,
  VENUE_ORDER_STATUSES,
  VENUE_TRANSITIONS,
  type OrderStatus,
  type OrderTransition,
  type VenueOrderStatus,
  type VenueTransition,
} from './orderState.js';

/** What the TradeManager hears of each event of the venue; arrivals and queueing of an accepted order are no news. */
const HEARD: Readonly<Record<VenueTransition, OrderTransition | undefined>> = {
  hold: 'hold',
  queue: 'accept',
  activate: 'accept',
  reject: 'reject',
  partial_fill: 'partial_fill',
  fill: 'fill',
  request_cancel: 'request_cancel',
  cancel: 'cancel',
  request_replace: 'request_replace',
  replace: 'replace',
  replace_refused: 'replace_refused',
  replace_refused_held: 'replace_refused_held',
  done_for_day: 'done_for_day',
  resume: 'resume',
  expire: 'expire',
};

describe('the life of an order', () => {
  it('I-11: terminal states have no successor, and every other state can still end', () => {
    for (const status of ORDER_STATUSES) {
      expect(Object.keys(ORDER_TRANSITIONS[status]).length === 0).toBe(isTerminal(status));
    }
    for (const status of VENUE_ORDER_STATUSES) {
      expect(Object.keys(VENUE_TRANSITIONS[status]).length === 0).toBe(isTerminal(STATUS_OF_VENUE[status]));
    }
  });

  it('I-11: whatever happens at the venue, the TradeManager that hears of it is in the state of the mapping', () => {
    const start: readonly [VenueOrderStatus, OrderStatus] = ['pending_new', 'submitted'];
    const queue = [start];
    const seen = new Set([start.join(' ')]);
    for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
      const [venue, order] = pair;
      for (const key of Object.keys(VENUE_TRANSITIONS[venue])) {
        const event = key as VenueTransition;
        const nextVenue = nextVenueStatus(venue, event);
        const heard = HEARD[event];
        // An acceptance is told once, and once more when a leg begins to work.
        const isNews = order === 'submitted' || order === 'held';
        // The TradeManager replaces only what it asked for; an order of the desk has none.
        const isAsked = order === 'pending_replace' || order === 'pending_cancel';
        if (event === 'replace' && !isAsked) continue;
        const told = heard === 'accept' && !isNews ? undefined : heard;
        const nextOrder = told === undefined ? order : nextOrderStatus(order, told);
        expect(`${venue} ${event} ${nextOrder}`).toBe(`${venue} ${event} ${STATUS_OF_VENUE[nextVenue]}`);
        const next: readonly [VenueOrderStatus, OrderStatus] = [nextVenue, nextOrder];
        if (seen.has(next.join(' '))) continue;
        seen.add(next.join(' '));
        queue.push(next);
      }
    }
    expect(seen.size).toBe(VENUE_ORDER_STATUSES.length);
  });

  it.each([
    ['canceled', 'fill'],
    ['filled', 'partial_fill'],
    ['denied', 'submit'],
    ['initialized', 'fill'],
  ] as const)('F34: %s takes no %s', (status, transition) => {
    expect(() => nextOrderStatus(status, transition)).toThrow(/has no transition/);
  });
});
