/**
 * Says what is wrong with the queues of a book, as sentences: lists that do not hang together, sums that are not the
 * sums, levels out of order, a crossed book, orders in no queue. Reads everything and changes nothing; for tests, for
 * restored snapshots, and on demand.
 */
import { FLAGS, NEXT, NO_ASK, NO_BID, PREV, SELL, SIZE, STAMP, TICK, BUY } from './bookLayout.js';
import type { BookSide } from './bookLayout.js';
import type { OrderQueues } from './OrderQueues.js';

/** See the module header; an empty list is a sound book. */
export function queueFaults(queues: OrderQueues): string[] {
  const [bestBid, bestAsk] = [queues.levels.bestOf(BUY), queues.levels.bestOf(SELL)];
  const faults = bestBid >= bestAsk ? [`the book is crossed: bid ${bestBid}, ask ${bestAsk}`] : [];
  const seen = new Set<number>();
  for (const side of [BUY, SELL] as const) sideFaults(queues, side, seen, faults);
  if (seen.size !== queues.orders.live) faults.push(`${queues.orders.live} orders are live, ${seen.size} are queued`);
  return faults;
}

function sideFaults(queues: OrderQueues, side: BookSide, seen: Set<number>, faults: string[]): void {
  const { levels } = queues;
  const end = side === BUY ? NO_BID : NO_ASK;
  const from = side === BUY ? NO_ASK : NO_BID;
  let tick = levels.bestOf(side);
  const first = levels.worse(side, from);
  if (first !== tick) faults.push(`side ${side}: the best price is ${tick}, the first level ${first}`);
  while (tick !== end) {
    levelFaults(queues, side, tick, seen, faults);
    const next = levels.worse(side, tick);
    if (side === BUY ? next >= tick : next <= tick) {
      faults.push(`side ${side}: level ${next} comes after ${tick}`);
      return;
    }
    tick = next;
  }
}

function levelFaults(queues: OrderQueues, side: BookSide, tick: number, seen: Set<number>, faults: string[]): void {
  const at = `side ${side}, tick ${tick}`;
  let shares = 0;
  let count = 0;
  let previous = 0;
  for (let handle = queues.firstAt(side, tick); handle !== 0; handle = queues.field(handle, NEXT)) {
    if (seen.has(handle)) {
      faults.push(`${at}: order ${handle} is queued twice`);
      return;
    }
    seen.add(handle);
    shares += queues.field(handle, SIZE);
    count += 1;
    if (!queues.orders.isLive(handle)) faults.push(`${at}: order ${handle} has no shares`);
    if ((queues.field(handle, FLAGS) & 1) !== side) faults.push(`${at}: order ${handle} is of the other side`);
    if (queues.field(handle, TICK) !== tick) faults.push(`${at}: order ${handle} has another price`);
    if (queues.field(handle, PREV) !== previous) faults.push(`${at}: order ${handle} does not know its elder`);
    // Stamps wrap around, so only their difference says which is older.
    if (previous !== 0 && ((queues.field(handle, STAMP) - queues.field(previous, STAMP)) | 0) <= 0) {
      faults.push(`${at}: order ${handle} is older than the one before it`);
    }
    previous = handle;
  }
  if (count === 0) faults.push(`${at}: the level is empty`);
  if (queues.lastAt(side, tick) !== previous) faults.push(`${at}: the last order is not the last`);
  if (queues.sizeAt(side, tick) !== shares) faults.push(`${at}: ${queues.sizeAt(side, tick)} shares, sum ${shares}`);
  if (queues.ordersAt(side, tick) !== count) faults.push(`${at}: ${queues.ordersAt(side, tick)} orders of ${count}`);
}
