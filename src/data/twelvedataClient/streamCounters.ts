/** The counters of the stream: all names from the start, so that a figure of nothing is a zero. */
import { NUMBER_FAULTS } from './decimals.js';
import type { NumberFault } from './decimals.js';
import type { PriceField } from './streamMessages.js';

type PlainCounter =
  | 'messages'
  /** Prices that made a row. */
  | 'prices'
  /** Messages that were decoded without `JSON.parse`. */
  | 'decoded'
  | 'heartbeats'
  | 'errors'
  | 'unknown'
  | 'notJson'
  | 'unknownSymbols'
  | 'unwantedPrices'
  | 'refusedFuture'
  | 'refusedStale'
  | 'subscribed'
  | 'refused'
  | 'unanswered'
  | 'connections'
  | 'upgradesRefused'
  | 'pongsMissed'
  | 'stalls';

/** How often what happened, by name; `refused.<field>.<fault>` are prices that no row was made of. */
export type StreamCounters = Record<PlainCounter | `refused.${PriceField}.${NumberFault}`, number>;

const PLAIN: readonly PlainCounter[] = [
  'messages',
  'prices',
  'decoded',
  'heartbeats',
  'errors',
  'unknown',
  'notJson',
  'unknownSymbols',
  'unwantedPrices',
  'refusedFuture',
  'refusedStale',
  'subscribed',
  'refused',
  'unanswered',
  'connections',
  'upgradesRefused',
  'pongsMissed',
  'stalls',
];
const FIELDS: readonly PriceField[] = ['symbol', 'timestamp', 'price', 'dayVolume'];

/** Counters that stand at zero. */
export function createStreamCounters(): StreamCounters {
  const faults = FIELDS.flatMap((field) => NUMBER_FAULTS.map((fault) => `refused.${field}.${fault}` as const));
  return Object.fromEntries([...PLAIN, ...faults].map((name) => [name, 0])) as StreamCounters;
}
