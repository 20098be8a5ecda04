/**
 * How long a message of the naive exchange is under way (M8, docs/adr/0007-latency-legs.md): the preset's median, or a
 * log-normal draw around it that depends on the seed, the leg and the time at which it is sent alone.
 */
import { exactExp } from '../../utils/exactExp.js';
import { SeededRandom } from '../../utils/random.js';
import type { NaiveExchange } from './NaiveExchange.js';

/** Streams of the random numbers. */
const STREAMS = { data: 1, order: 2, cancel: 3, replace: 4, report: 5 } as const;
/** No draw is longer than so many medians. */
const LONGEST = 50;
const WORD = 2 ** 32;

/** Micros that a leg takes for what is sent now. */
export function latencyOf({ preset, seed, now }: NaiveExchange, leg: keyof typeof STREAMS): number {
  const median = preset[`${leg}Latency`];
  if (preset.latencySigmaPercent === 0) return median;
  const draw = new SeededRandom(seed, STREAMS[leg], now % WORD, Math.floor(now / WORD)).normal();
  return Math.round(median * Math.min(LONGEST, exactExp((preset.latencySigmaPercent / 100) * draw)));
}

/**
 * When the report of what happens now arrives, at the earliest: what a bar decides was decided somewhere in it, so that
 * less than its length is none. `barStart` is when that bar began; undefined for what no bar decides.
 */
export function reportedAt(exchange: NaiveExchange, barStart: number | undefined): number {
  return Math.max(exchange.now, (barStart ?? exchange.now) + latencyOf(exchange, 'report'));
}
