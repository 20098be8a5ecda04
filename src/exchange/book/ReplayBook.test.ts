import { describe, expect, it } from 'vitest';
import { applyMessage, readMessages } from '../../../test/lobsterFiles.js';
import { describeWithReferenceData } from '../../../test/referenceData.js';
import { isSoak, soakCount } from '../../../test/soak.js';
import { SeededRandom } from '../../utils/random.js';
import { NaiveReplayBook } from '../testing/NaiveReplayBook.js';
import { BUY, MAX_TICK, MIN_TICK, Refusal, SELL } from '../../book/bookLayout.js';
import { Evidence, FILL_SHIFT, OwnFill } from './ownFills.js';
import { queueFaults } from '../../book/queueFaults.js';
import { ReplayBook } from './ReplayBook.js';

const WORDS = new Map<number, string>(Object.entries(Evidence).map(([word, value]) => [value, word.toLowerCase()]));

/** Fills of the last message or command as `reference: shares@tick evidence (left)`. */
function fills(book: ReplayBook): string[] {
  return Array.from({ length: book.fills.count }, (_, row) => {
    const field = (index: number): number => book.fills.rows[(row << FILL_SHIFT) + index] ?? NaN;
    const [ref, size, tick, left] = [OwnFill.REF, OwnFill.SIZE, OwnFill.TICK, OwnFill.LEFT].map(field);
    return `${ref}: ${size}@${tick} ${WORDS.get(field(OwnFill.EVIDENCE))} (${left})`;
  });
}

describe('own orders in the queue', () => {
  it('wait until the shares before them are gone, then fill by what executes behind them', () => {
    const book = new ReplayBook();
    book.onAdd(1, BUY, 1000, 100);
    const own = book.add(BUY, 1000, 50, 7);
    book.onAdd(2, BUY, 1000, 200);
    expect(book.sharesAhead(own)).toBe(100);
    book.onExecution(1, BUY, 1000, 60);
    expect([fills(book), book.sharesAhead(own)]).toEqual([[], 40]);
    book.onCancel(1, BUY, 1000, 40);
    expect(book.sharesAhead(own)).toBe(0);
    // 30 shares that really hit order 2 would have come to us first.
    book.onExecution(2, BUY, 1000, 30);
    expect(fills(book)).toEqual(['7: 30@1000 queue (20)']);
    book.onExecution(2, BUY, 1000, 30);
    expect(fills(book)).toEqual(['7: 20@1000 queue (0)']);
    expect(book.sizeOf(own)).toBe(Refusal.UNKNOWN);
    expect(book.market.queues.sizeAt(BUY, 1000)).toBe(140);
  });

  it('fill when a worse price trades, and when an order comes in that they would meet', () => {
    const book = new ReplayBook();
    book.onAdd(1, BUY, 1000, 100);
    book.add(BUY, 1001, 50, 7);
    book.onExecution(1, BUY, 1000, 20);
    expect(fills(book)).toEqual(['7: 20@1001 through (30)']);
    // In the record nobody bid 1001, so the offer could stand there; with our bid 30 of it would have traded.
    book.onAdd(2, SELL, 1001, 80);
    expect(fills(book)).toEqual(['7: 30@1001 incoming (0)']);
    // M2: only 50 of it are left for us.
    expect(book.take(BUY, MAX_TICK, 80, 8)).toBe(50);
  });

  it('fill in their own order when the market says that an order executed them', () => {
    const book = new ReplayBook();
    book.onAdd(1, BUY, 1000, 100);
    book.add(BUY, 1000, 50, 7);
    book.add(BUY, 1001, 30, 8, 1);
    book.onAdd(2, BUY, 1000, 200);
    // The market knows whose turn it was: the better price first, and order 1 was executed before.
    book.onOwnExecution(BUY, 1000, 60);
    expect(fills(book)).toEqual(['8: 30@1001 incoming (0)', '7: 30@1000 incoming (20)']);
    book.onOwnExecution(BUY, 1002, 60);
    expect(fills(book)).toEqual([]);
    book.onHalt();
    book.onOwnExecution(BUY, 1000, 60);
    expect(fills(book)).toEqual([]);
    expect(book.market.queues.sizeAt(BUY, 1000)).toBe(300);
  });

  it('leave the display when the market takes out what they took, once', () => {
    const book = new ReplayBook();
    book.onAdd(1, SELL, 1000, 100);
    expect(book.take(BUY, 1000, 40, 7)).toBe(40);
    book.onTakenByOwn(1, SELL, 1000, 40);
    // Sixty are left, and all of them are for us.
    expect([book.market.queues.sizeAt(SELL, 1000), book.displayedUpTo(BUY, 1000, 500)]).toEqual([60, 60]);
    book.onTakenByOwn(1, SELL, 1000, 60);
    expect(book.displayedUpTo(BUY, 1000, 500)).toBe(0);
  });

  it('fill by hidden executions only if nothing displayed is before them', () => {
    const book = new ReplayBook();
    book.onAdd(1, BUY, 1000, 100);
    book.add(BUY, 1000, 50, 7);
    book.onHiddenExecution(BUY, 1000.5, 10);
    expect(fills(book)).toEqual([]);
    book.onHiddenExecution(BUY, 1000, 10);
    expect(fills(book)).toEqual([]);
    book.onHiddenExecution(BUY, 999.5, 10);
    expect(fills(book)).toEqual(['7: 10@1000 hidden (40)']);
    book.onCancel(1, BUY, 1000, 100);
    book.onHiddenExecution(BUY, 1000, 10);
    expect(fills(book)).toEqual(['7: 10@1000 hidden (30)']);
  });

  it('M2: share each executed share once, better price and earlier first', () => {
    const book = new ReplayBook();
    book.add(SELL, 1001, 10, 1);
    book.add(SELL, 1000, 10, 2);
    book.add(SELL, 1000, 10, 3, 5);
    book.onAdd(9, SELL, 1002, 100);
    book.onExecution(9, SELL, 1002, 25);
    expect(fills(book)).toEqual(['2: 10@1000 through (0)', '3: 10@1000 through (0)', '1: 5@1001 through (5)']);
  });

  it('lose their place by a larger size or another price, and keep it when they shrink', () => {
    const book = new ReplayBook();
    const own = book.add(BUY, 1000, 50, 7);
    book.onAdd(1, BUY, 1000, 100);
    expect([book.replace(own, 1000, 40), book.sharesAhead(own)]).toEqual([own, 0]);
    const larger = book.replace(own, 1000, 41);
    expect(book.sharesAhead(larger)).toBe(100);
    expect([book.cancel(larger), book.cancel(larger)]).toEqual([41, Refusal.UNKNOWN]);
  });

  it('treat an unknown order as older than they are', () => {
    const book = new ReplayBook();
    book.add(BUY, 1000, 50, 7);
    book.onExecution(99, BUY, 1000, 10);
    expect([fills(book), book.market.misfits.unknown]).toEqual([[], 1]);
    book.onExecution(99, BUY, 999, 10);
    expect(fills(book)).toEqual(['7: 10@1000 through (40)']);
  });
});

describe('own orders that take', () => {
  function offered(): ReplayBook {
    const book = new ReplayBook();
    book.onAdd(1, SELL, 1001, 30);
    book.onAdd(2, SELL, 1001, 20);
    book.onAdd(3, SELL, 1002, 40);
    return book;
  }

  it('M2, M3: walk the displayed depth, and never take a share twice', () => {
    const book = offered();
    const sum = book.market.queues.checksum();
    expect(book.take(BUY, MAX_TICK, 60, 7)).toBe(60);
    expect(fills(book)).toEqual(['7: 30@1001 displayed (30)', '7: 20@1001 displayed (10)', '7: 10@1002 displayed (0)']);
    expect(book.take(BUY, MAX_TICK, 60, 8)).toBe(30);
    expect(book.take(BUY, MAX_TICK, 60, 9)).toBe(0);
    expect(book.market.queues.checksum()).toBe(sum);
    // A new order at a price that we emptied is new liquidity; what is left of an old one is not.
    book.onCancel(3, SELL, 1002, 10);
    book.onAdd(4, SELL, 1001, 5);
    expect(book.take(BUY, MAX_TICK, 60, 9)).toBe(5);
  });

  it('R22: fill-or-kill counts what is left for us', () => {
    const book = offered();
    expect(book.take(BUY, 1001, 51, 7, 0, true)).toBe(0);
    expect(book.take(BUY, 1001, 50, 7, 0, true)).toBe(50);
    expect(book.take(BUY, 1002, 41, 7, 0, true)).toBe(0);
  });

  it('rest with what is left, at their limit', () => {
    const book = offered();
    const own = book.add(BUY, 1001, 70, 7);
    expect(fills(book)).toEqual(['7: 30@1001 displayed (40)', '7: 20@1001 displayed (20)']);
    expect(book.sizeOf(own)).toBe(20);
    book.onAdd(4, SELL, 1000, 50);
    expect(fills(book)).toEqual(['7: 20@1001 incoming (0)']);
  });

  it('are refused where they would meet their own owner', () => {
    const book = new ReplayBook();
    book.add(SELL, 1001, 10, 1, 5);
    expect([book.add(BUY, 1001, 10, 2, 5), book.take(BUY, MAX_TICK, 10, 3, 5)]).toEqual([-4, -4]);
    expect(book.add(BUY, 1001, 10, 4, 6)).toBeGreaterThan(0);
    expect(book.add(BUY, 1000, 10, 5, 5)).toBeGreaterThan(0);
    expect([book.add(BUY, 0, 10, 6), book.add(BUY, 10, 0, 6), book.take(SELL, 0.5, 1, 6)]).toEqual([-2, -1, -2]);
  });
});

describe('halts and misfits', () => {
  it('R7: nothing fills during a halt; what meets then trades when it ends', () => {
    const book = new ReplayBook();
    book.onAdd(1, SELL, 1001, 30);
    book.onHalt();
    const own = book.add(BUY, 1001, 20, 7);
    expect([fills(book), book.take(BUY, MAX_TICK, 5, 8)]).toEqual([[], 0]);
    book.onAdd(2, SELL, 1000, 5);
    expect([fills(book), book.sizeOf(own)]).toEqual([[], 20]);
    book.onResume();
    expect(fills(book)).toEqual(['7: 5@1000 displayed (15)', '7: 15@1001 displayed (0)']);
    expect(book.sizeOf(own)).toBe(Refusal.UNKNOWN);
  });

  it('counts what does not fit the record, and stays sound', () => {
    const book = new ReplayBook();
    book.market.seed(BUY, 1000, 10);
    book.market.seed(BUY, 1000, 5);
    expect(book.market.queues.sizeAt(BUY, 1000)).toBe(15);
    book.onCancel(50, BUY, 1000, 6);
    book.onExecution(51, BUY, 1000, 99);
    book.onCancel(52, BUY, 1000, 1);
    book.onAdd(1, SELL, 1005, 10);
    book.onAdd(1, SELL, 1006, 10);
    book.onAdd(2, BUY, 1007, 10);
    expect(book.market.misfits).toEqual({ unknown: 1, duplicate: 1, excess: 1, stale: 1 });
    expect(book.market.find(1, SELL, 1005)).toBe(0);
    expect(queueFaults(book.market.queues)).toEqual([]);
  });
});

describe('a replay beside a naive one', () => {
  it('agrees on every fill, and leaves the record as it was', () => {
    const firstSeed = isSoak ? Math.floor(Math.random() * 2 ** 31) : 1;
    for (let seed = firstSeed; seed < firstSeed + soakCount(6, 60); seed += 1)
      compareReplays(seed, soakCount(700, 4000));
  });
});

/** Draws a recorded market that never crosses itself, and own orders into it. */
function compareReplays(seed: number, steps: number): void {
  const random = new SeededRandom(seed);
  const [book, alone, naive] = [new ReplayBook(), new ReplayBook(), new NaiveReplayBook()];
  const own = new Map<number, number>();
  const kinds = new Set<number>();
  for (let step = 1; step <= steps; step += 1) {
    const where = `seed ${seed}, step ${step}`;
    const side = random.chance(0.5) ? BUY : SELL;
    const shown = naive.ranked(false, side);
    const draw = random.next();
    const size = 1 + random.below(100);
    if (draw < (shown.length > 25 ? 0.15 : 0.4)) {
      const best = naive.ranked(false, side === BUY ? SELL : BUY)[0]?.tick ?? 1000;
      const away = 1 + random.below(8);
      const tick = side === BUY ? best - away : best + away;
      for (const each of [book, alone, naive]) each.onAdd(step, side, tick, size);
    } else if (draw < 0.7) {
      const order = shown[random.chance(0.7) ? 0 : random.below(shown.length)];
      if (order === undefined) continue;
      const [{ id, tick }, by] = [order, 1 + random.below(order.size)];
      if (random.chance(0.6)) {
        for (const each of [book, alone]) each.onExecution(id, side, tick, by);
        naive.onExecution(id, by);
      } else {
        for (const each of [book, alone]) each.onCancel(id, side, tick, by);
        naive.onCancel(id, by);
      }
    } else if (draw < 0.9) {
      const middle = naive.ranked(false, side)[0]?.tick ?? 1000;
      const tick = middle + random.below(7) - 3;
      // Every order has an owner of its own, so that none is refused.
      if (random.chance(0.3))
        expect(book.take(side, tick, size, step, step), where).toBe(naive.take(side, tick, size, step));
      else {
        const handle = book.add(side, tick, size, step, step);
        expect(handle > 0, where).toBe(naive.add(side, tick, size, step) > 0);
        if (handle > 0) own.set(step, handle);
      }
    } else {
      const [ref = 0, handle = 0] = [...own].at(random.below(Math.max(1, own.size))) ?? [];
      if (book.sizeOf(handle) < 0) continue;
      expect(book.sharesAhead(handle), where).toBe(naive.sharesAhead(ref));
      if (random.chance(0.5)) {
        book.cancel(handle);
        naive.cancel(ref);
        own.delete(ref);
      }
    }
    compareFills(book, naive, own, kinds, where);
  }
  expect(book.market.queues.checksum()).toBe(alone.market.queues.checksum());
  expect(book.market.misfits).toEqual({ unknown: 0, duplicate: 0, excess: 0, stale: 0 });
  expect([...kinds].sort(), 'every kind of evidence but hidden').toEqual([0, 1, 2, 3]);
}

function compareFills(
  book: ReplayBook,
  naive: NaiveReplayBook,
  own: Map<number, number>,
  kinds: Set<number>,
  where: string,
): void {
  const rows = Array.from({ length: book.fills.count }, (_, row) =>
    [OwnFill.REF, OwnFill.TICK, OwnFill.SIZE, OwnFill.LEFT, OwnFill.EVIDENCE].map(
      (field) => book.fills.rows[(row << FILL_SHIFT) + field] ?? NaN,
    ),
  );
  expect(
    rows.map(([ref, tick, size]) => [ref, tick, size]),
    where,
  ).toEqual(naive.fills);
  for (const [ref = 0, , , left, kind = -1] of rows) {
    kinds.add(kind);
    if (left === 0) own.delete(ref);
  }
}

describeWithReferenceData('own orders in a recorded morning (LOBSTER)', () => {
  it('leave the market as it was, and take no displayed share twice', () => {
    const messages = readMessages('aapl_message_50.csv.gz').slice(0, 30_000);
    const [book, alone] = [new ReplayBook(), new ReplayBook()];
    let [rested, taken] = [0, 0];
    for (const [index, message] of messages.entries()) {
      applyMessage(alone, message);
      applyMessage(book, message);
      if (book.fills.count > 0) rested += 1;
      if (index % 50 !== 0) continue;
      const { queues } = book.market;
      const [bid, ask] = [queues.levels.bestOf(BUY), queues.levels.bestOf(SELL)];
      // The record begins before both sides have orders.
      if (bid < MIN_TICK || ask > MAX_TICK) continue;
      book.add(BUY, bid, 100, index, index);
      book.add(SELL, ask, 100, index, index + 1);
      const shown = queues.sizeAt(SELL, ask);
      const first = book.take(BUY, ask, MAX_TICK, index);
      expect(first).toBeLessThanOrEqual(shown);
      expect(book.take(BUY, ask, MAX_TICK, index)).toBe(0);
      taken += first;
    }
    expect(book.market.queues.checksum()).toBe(alone.market.queues.checksum());
    expect(rested).toBeGreaterThan(300);
    expect(taken).toBeGreaterThan(10_000);
  });
});
