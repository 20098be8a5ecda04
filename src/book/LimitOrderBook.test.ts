import { describe, expect, it } from 'vitest';
import { BUY, FLAGS, MAX_SIZE, MAX_TICK, MIN_TICK, NO_ASK, NO_BID, OWNER, REF, REPORT_SHIFT } from './bookLayout.js';
import { Refusal, Report, ReportKind, SELL, SIZE, TICK, refusalReason } from './bookLayout.js';
import type { BookOptions } from './LimitOrderBook.js';
import { LimitOrderBook } from './LimitOrderBook.js';
import { queueFaults } from './queueFaults.js';

function makeBook(options: Partial<BookOptions> = {}): LimitOrderBook {
  return new LimitOrderBook({ tickSize: 10_000, ...options });
}

/** Trades of the last command as `reference: shares@tick (left)`. */
function trades(book: LimitOrderBook): string[] {
  const words = new Map<number, string>([
    [ReportKind.TRADE, ''],
    [ReportKind.SELF_TRADE_CANCEL, 'self '],
    [ReportKind.EXPIRED, 'expired '],
  ]);
  return Array.from({ length: book.reportCount }, (_, row) => {
    const field = (index: number): number => book.reports[(row << REPORT_SHIFT) + index] ?? NaN;
    const word = words.get(field(Report.KIND)) ?? '?';
    return `${word}${field(Report.REF)}: ${field(Report.SIZE)}@${field(Report.TICK)} (${field(Report.LEFT)})`;
  });
}

/** Every order of a side by priority as `reference: shares@tick`. */
function orders(book: LimitOrderBook, side: 0 | 1): string[] {
  expect(queueFaults(book.queues)).toEqual([]);
  const list: string[] = [];
  for (let handle = book.queues.first(side); handle !== 0; handle = book.queues.following(handle)) {
    const [ref, size, tick] = [REF, SIZE, TICK].map((field) => book.queues.field(handle, field));
    list.push(`${ref}: ${size}@${tick}`);
  }
  return list;
}

describe('priority', () => {
  it('trades at the best price first, at one price with the oldest first, at the resting price', () => {
    const book = makeBook();
    book.add(SELL, 1002, 50, 1);
    book.add(SELL, 1001, 30, 2);
    book.add(SELL, 1001, 40, 3);
    book.add(SELL, 1003, 10, 4);
    // 100 = 30 + 40 at 1001, then 30 of 50 at 1002.
    expect(book.add(BUY, 1003, 100, 5)).toBe(0);
    expect(trades(book)).toEqual(['2: 30@1001 (0)', '3: 40@1001 (0)', '1: 30@1002 (20)']);
    expect(book.traded).toBe(100);
    expect(orders(book, SELL)).toEqual(['1: 20@1002', '4: 10@1003']);
  });

  it('lets what is left of an order rest at its limit', () => {
    const book = makeBook();
    book.add(BUY, 1000, 30, 1);
    const handle = book.add(SELL, 1000, 50, 2, 7, true);
    expect(trades(book)).toEqual(['1: 30@1000 (0)']);
    expect([book.bestBid, book.bestAsk]).toEqual([NO_BID, 1000]);
    expect(orders(book, SELL)).toEqual(['2: 20@1000']);
    expect([book.queues.field(handle, OWNER), book.queues.field(handle, FLAGS)]).toEqual([7, 3]);
  });

  it('counts the shares ahead at the price', () => {
    const book = makeBook();
    const [first, second, third] = [30, 40, 50].map((size, i) => book.add(BUY, 1000, size, i));
    book.add(BUY, 1001, 999, 9);
    expect([first, second, third].map((handle = 0) => book.queues.sharesAhead(handle))).toEqual([0, 30, 70]);
    book.take(SELL, MIN_TICK, 999 + 10);
    book.cancel(second ?? 0);
    expect(book.queues.sharesAhead(third ?? 0)).toBe(20);
  });

  it('writes as many levels as there is room for and there are', () => {
    const book = makeBook();
    for (const [tick, size] of [
      [1000, 5],
      [990, 6],
      [1000, 7],
      [10, 8],
    ] as const)
      book.add(BUY, tick, size, 0);
    const [ticks, sizes] = [new Int32Array(2), new Int32Array(2)];
    expect(book.queues.depth(BUY, ticks, sizes)).toBe(2);
    expect([[...ticks], [...sizes]]).toEqual([
      [1000, 990],
      [12, 6],
    ]);
    expect(book.queues.depth(SELL, ticks, sizes)).toBe(0);
    expect(book.queues.depth(BUY, new Int32Array(9), new Int32Array(9))).toBe(3);
  });
});

describe('orders that never rest', () => {
  const cases = [
    // Asks: 30 at 1001, 40 at 1002. Columns: limit, shares, all or none, traded, asks left.
    { name: 'a market order takes all there is', limit: MAX_TICK, size: 100, all: false, traded: 70, left: [] },
    { name: 'IOC stops at its limit', limit: 1001, size: 50, all: false, traded: 30, left: ['2: 40@1002'] },
    { name: 'IOC below the market', limit: 1000, size: 50, all: false, traded: 0, left: ['1: 30@1001', '2: 40@1002'] },
    { name: 'FOK with enough', limit: 1002, size: 60, all: true, traded: 60, left: ['2: 10@1002'] },
    { name: 'FOK with exactly enough', limit: 1002, size: 70, all: true, traded: 70, left: [] },
    { name: 'FOK one share short', limit: 1002, size: 71, all: true, traded: 0, left: ['1: 30@1001', '2: 40@1002'] },
    { name: 'FOK beyond its limit', limit: 1001, size: 31, all: true, traded: 0, left: ['1: 30@1001', '2: 40@1002'] },
  ];
  for (const { name, limit, size, all, traded, left } of cases) {
    it(`R22: ${name}`, () => {
      const book = makeBook();
      book.add(SELL, 1001, 30, 1);
      book.add(SELL, 1002, 40, 2);
      expect(all ? book.takeAll(BUY, limit, size) : book.take(BUY, limit, size)).toBe(traded);
      expect(book.traded).toBe(traded);
      expect(orders(book, SELL)).toEqual(left);
      expect(orders(book, BUY)).toEqual([]);
    });
  }
});

describe('changing an order', () => {
  const cases = [
    // The queue at 1000 is 1: 30, 2: 40, 3: 50; order 1 is changed. Columns: tick, size, bids afterwards.
    { name: 'smaller keeps its place', tick: 1000, size: 10, bids: ['1: 10@1000', '2: 40@1000', '3: 50@1000'] },
    { name: 'the same keeps its place', tick: 1000, size: 30, bids: ['1: 30@1000', '2: 40@1000', '3: 50@1000'] },
    { name: 'larger goes to the end', tick: 1000, size: 31, bids: ['2: 40@1000', '3: 50@1000', '1: 31@1000'] },
    { name: 'another price is a new queue', tick: 1001, size: 30, bids: ['1: 30@1001', '2: 40@1000', '3: 50@1000'] },
    { name: 'a worse price', tick: 999, size: 5, bids: ['2: 40@1000', '3: 50@1000', '1: 5@999'] },
    { name: 'a price that trades in part', tick: 1010, size: 30, bids: ['1: 10@1010', '2: 40@1000', '3: 50@1000'] },
    { name: 'a price that trades in full', tick: 1010, size: 20, bids: ['2: 40@1000', '3: 50@1000'] },
  ];
  for (const { name, tick, size, bids } of cases) {
    it(`replace: ${name}`, () => {
      const book = makeBook();
      const [handle = 0] = [30, 40, 50].map((shares, i) => book.add(BUY, 1000, shares, i + 1));
      book.add(SELL, 1010, 20, 9);
      expect(book.replace(handle, tick, size)).toBe(bids.some((text) => text.startsWith('1:')) ? handle : 0);
      expect(trades(book)).toEqual(tick === 1010 ? ['9: 20@1010 (0)'] : []);
      expect(orders(book, BUY)).toEqual(bids);
    });
  }

  it('reduces in place, and ends an order of which nothing is left', () => {
    const book = makeBook();
    const [first = 0, second = 0] = [30, 40].map((size, i) => book.add(BUY, 1000, size, i + 1));
    expect(book.reduce(first, 29)).toBe(1);
    expect(orders(book, BUY)).toEqual(['1: 1@1000', '2: 40@1000']);
    expect(book.reduce(first, 1)).toBe(0);
    expect(book.cancel(second)).toBe(40);
    expect([orders(book, BUY), book.bestBid]).toEqual([[], NO_BID]);
  });

  it('ends the orders of the day, and only them', () => {
    const book = makeBook();
    book.add(BUY, 1000, 1, 1, 0, true);
    book.add(BUY, 1000, 2, 2);
    book.add(BUY, 1001, 3, 3, 0, true);
    book.add(SELL, 1002, 4, 4, 0, true);
    expect(book.expireDay()).toBe(3);
    expect(trades(book)).toEqual(['expired 3: 3@1001 (0)', 'expired 1: 1@1000 (0)', 'expired 4: 4@1002 (0)']);
    expect([orders(book, BUY), orders(book, SELL)]).toEqual([['2: 2@1000'], []]);
  });
});

describe('self-trades', () => {
  // Asks of owners 5, 6, 5; owner 5 buys 60 at any of their prices.
  const cases = [
    { selfTrade: 'allow', reports: ['1: 20@1001 (0)', '2: 30@1001 (0)', '3: 10@1002 (30)'], bids: [] },
    {
      selfTrade: 'cancelResting',
      reports: ['self 1: 20@1001 (0)', '2: 30@1001 (0)', 'self 3: 40@1002 (0)'],
      bids: ['9: 30@1002'],
    },
    { selfTrade: 'cancelIncoming', reports: [], bids: [] },
  ] as const;
  for (const { selfTrade, reports, bids } of cases) {
    it(selfTrade, () => {
      const book = makeBook({ selfTrade });
      book.add(SELL, 1001, 20, 1, 5);
      book.add(SELL, 1001, 30, 2, 6);
      book.add(SELL, 1002, 40, 3, 5);
      book.add(BUY, 1002, 60, 9, 5);
      expect(trades(book)).toEqual(reports);
      expect(orders(book, BUY)).toEqual(bids);
    });
  }

  it('does not count own orders for fill-or-kill', () => {
    const book = makeBook({ selfTrade: 'cancelResting' });
    book.add(SELL, 1001, 20, 1, 5);
    book.add(SELL, 1001, 30, 2, 6);
    expect(book.takeAll(BUY, MAX_TICK, 31, 5)).toBe(0);
    expect(orders(book, SELL)).toEqual(['1: 20@1001', '2: 30@1001']);
    expect(book.takeAll(BUY, MAX_TICK, 30, 5)).toBe(30);
  });
});

describe('the price window', () => {
  it('finds the best prices wherever they are, and moves after the market', () => {
    const book = makeBook({ windowTicks: 1024 });
    // From a dollar to 21 million dollars and back, by leaps that no window spans.
    for (let step = 0; step < 3000; step += 1) {
      const tick = 1 + (Math.imul(step, 700_001) % (MAX_TICK - 10));
      const bid = book.add(BUY, Math.abs(tick) + 1, 10, step);
      const ask = book.add(SELL, Math.abs(tick) + 3, 10, step);
      expect([book.bestBid, book.bestAsk]).toEqual([Math.abs(tick) + 1, Math.abs(tick) + 3]);
      expect([book.cancel(bid), book.cancel(ask)]).toEqual([10, 10]);
    }
    expect([book.bestBid, book.bestAsk]).toEqual([NO_BID, NO_ASK]);
  });

  it('keeps orders at both ends of all prices', () => {
    const book = makeBook({ windowTicks: 1024 });
    const low = book.add(BUY, MIN_TICK, 1, 1);
    const high = book.add(SELL, MAX_TICK, 1, 2);
    for (let tick = 2; tick < 2_000_000; tick += 4999) book.add(BUY, tick, 3, tick);
    expect(queueFaults(book.queues)).toEqual([]);
    expect(book.take(SELL, MIN_TICK, 1_000_000)).toBe(1 + 3 * Math.ceil(2_000_000 / 4999));
    expect(book.take(BUY, MAX_TICK, 5)).toBe(1);
    expect([book.cancel(low), book.cancel(high)]).toEqual([Refusal.UNKNOWN, Refusal.UNKNOWN]);
  });

  it('moves when most work lies outside, and changes nothing by it', () => {
    const book = makeBook({ windowTicks: 1024 });
    book.add(BUY, 5000, 1, 1);
    const start = book.queues.levels.windowStart;
    for (let i = 0; i < 600; i += 1) book.add(BUY, 50_000 - i, 1, 2 + i);
    expect(start).toBe(5000 - 512);
    expect(book.queues.levels.windowStart).toBeGreaterThan(40_000);
    expect(orders(book, BUY)).toHaveLength(601);
    expect(orders(book, BUY).at(-1)).toBe('1: 1@5000');
  });
});

describe('refusals', () => {
  const bad = [0, -1, 0.5, NaN, Infinity, MAX_SIZE + 1];
  it('takes no size or price that is not a whole number in range, and changes nothing', () => {
    const book = makeBook();
    const handle = book.add(BUY, 1000, 10, 1);
    const sum = book.queues.checksum();
    for (const value of bad) {
      expect([book.add(BUY, 1000, value, 2), book.take(SELL, 1, value), book.takeAll(SELL, 1, value)]).toEqual([
        -1, -1, -1,
      ]);
      expect([book.replace(handle, 1000, value), book.reduce(handle, value)]).toEqual([-1, -1]);
      expect([book.add(BUY, value, 5, 2), book.take(SELL, value, 5), book.takeAll(SELL, value, 5)]).toEqual([
        -2, -2, -2,
      ]);
      expect(book.replace(handle, value, 5)).toBe(-2);
      expect([book.cancel(value), book.reduce(value, 1), book.replace(value, 5, 5)]).toEqual([-3, -3, -3]);
      expect([book.reportCount, book.traded]).toEqual([0, 0]);
    }
    expect(book.add(SELL, NO_ASK, 5, 2)).toBe(Refusal.PRICE);
    expect(book.reduce(handle, 11)).toBe(Refusal.SIZE);
    expect(book.queues.checksum()).toBe(sum);
  });

  it('has a reason of the venue for each', () => {
    expect([-1, -2, -3, -4, 0, 7].map(refusalReason)).toEqual([
      'QUANTITY_INVALID',
      'PRICE_INVALID',
      'ORDER_UNKNOWN',
      'PRICE_INVALID',
      undefined,
      undefined,
    ]);
  });

  it('stays exact: more shares at one price than fit are an error, and nothing changes', () => {
    const book = makeBook();
    book.add(BUY, 1000, MAX_SIZE, 1);
    const other = book.add(BUY, 999, 1, 2);
    const sum = book.queues.checksum();
    expect(() => book.add(BUY, 1000, 1, 3)).toThrow(expect.objectContaining({ code: 'AMOUNT_OUT_OF_RANGE' }));
    expect(() => book.replace(other, 1000, 1)).toThrow(expect.objectContaining({ code: 'AMOUNT_OUT_OF_RANGE' }));
    expect(book.queues.checksum()).toBe(sum);
    expect(queueFaults(book.queues)).toEqual([]);
  });

  it('converts prices at its edge, and knows those off the grid', () => {
    const book = makeBook();
    expect([book.tickOf(12_340_000), book.tickOf(12_345_000), book.tickOf(0), book.tickOf(-10_000)]).toEqual([
      1234, 0, 0, 0,
    ]);
    expect(book.priceOf(1234)).toBe(12_340_000);
  });
});

describe('a snapshot', () => {
  it('is refused when it does not hang together', () => {
    const book = makeBook();
    for (const size of [10, 20, 30]) book.add(BUY, 1000, size, size);
    const { rows, ...rest } = book.snapshot();
    // Order 2 no longer follows order 1, but itself.
    const broken = rows.map((value, i) => (i === 8 * 2 + 3 ? 2 : value));
    expect(() => makeBook().restore({ ...rest, rows: broken })).toThrow('no end');
    expect(() => book.restore({ ...rest, rows })).toThrow('empty book');
  });
});
