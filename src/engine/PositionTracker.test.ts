/** Positions and profit against a naive second implementation in exact rational arithmetic. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import { createBarTable, createPrintTable, createQuoteTable } from '../domain/tables.js';
import { PrintFlag } from '../domain/marketTables.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { PositionTracker } from './PositionTracker.js';

interface Step {
  readonly owner: 'a' | 'b';
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
}

let count = 0;
function apply(tracker: PositionTracker, step: Step): void {
  count += 1;
  const fill = {
    id: `f-${count}`,
    orderId: 'o-1',
    clientOrderId: 'c',
    accountId: 'x',
    symbolId: 0,
    side: step.side,
    quantity: step.quantity,
    price: step.price,
    time: count,
    reportTime: count,
    liquidity: 'taker',
    fees: step.fee === 0 ? [] : [{ kind: 'commission', amount: step.fee }],
    entries: [],
    receipt: {},
  } as unknown as Fill;
  tracker.applyFill(fill, { source: { kind: 'strategy', instanceId: step.owner }, reason: 'r' } as Order);
}

/** Lots as single micro-shares would be, kept as [signed quantity, price] and matched oldest first. */
function naive(steps: readonly Step[]): { quantity: number; realised: number } {
  const lots: [quantity: number, price: number][] = [];
  let realised = 0;
  for (const { side, quantity, price } of steps) {
    let left = side === 'buy' ? quantity : -quantity;
    while (left !== 0 && lots[0] !== undefined && lots[0][0] > 0 !== left > 0) {
      const lot = lots[0];
      const closed = Math.min(Math.abs(lot[0]), Math.abs(left));
      realised += (closed * (price - lot[1]) * Math.sign(lot[0])) / SHARE;
      lot[0] -= closed * Math.sign(lot[0]);
      left -= closed * Math.sign(left);
      if (lot[0] === 0) lots.shift();
    }
    if (left !== 0) lots.push([left, price]);
  }
  return { quantity: lots.reduce((sum, lot) => sum + lot[0], 0), realised };
}

const steps = (unit: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      owner: fc.constantFrom('a', 'b'),
      side: fc.constantFrom('buy', 'sell'),
      quantity: fc.integer({ min: 1, max: 500 }).map((shares) => shares * unit),
      price: fc.integer({ min: 1, max: 300_000_000 }),
      fee: fc.integer({ min: 0, max: 5_000_000 }),
    }),
    { maxLength: 30 },
  );

describe('positions', () => {
  it('are the fold of the fills, and their profit FIFO, for whole shares exactly', () => {
    fc.assert(
      fc.property(steps(SHARE), (all) => {
        const tracker = new PositionTracker(1, DOLLAR, 1_000_000 * DOLLAR, 'lastPrice');
        for (const step of all) apply(tracker, step);
        for (const owner of ['a', 'b'] as const) {
          const own = naive(all.filter((step) => step.owner === owner));
          const position = tracker.positionOf(owner, 0);
          expect(position.quantity).toBe(own.quantity);
          expect(position.realisedPnl).toBe(own.realised);
        }
        expect(tracker.quantities[0]).toBe(tracker.quantityOf('a', 0) + tracker.quantityOf('b', 0));
      }),
    );
  });

  it('add up: equity = start + realised + unrealised − fees, for fractions to the rounding of each value', () => {
    fc.assert(
      fc.property(steps(333_333), fc.integer({ min: 1, max: 300_000_000 }), (all, mark) => {
        const start = 1_000_000 * DOLLAR;
        const tracker = new PositionTracker(1, DOLLAR, start, 'lastPrice');
        for (const step of all) apply(tracker, step);
        const table = createBarTable('1m', 1);
        table.close[0] = mark;
        table.length = 1;
        tracker.onBar(table, 0);
        const positions = tracker.positions();
        const profit = positions.reduce((sum, one) => sum + one.realisedPnl + one.unrealisedPnl - one.fees, 0);
        // Each owner's value at the mark is rounded once, and so is the account's.
        expect(Math.abs(tracker.equity - start - profit)).toBeLessThanOrEqual(2);
        expect(tracker.fees).toBe(all.reduce((sum, step) => sum + step.fee, 0));
        const trips = tracker.roundTrips.toArray();
        const realised = positions.reduce((sum, one) => sum + one.realisedPnl, 0);
        const closedFees = trips.reduce((sum, trip) => sum + trip.fees, 0);
        expect(trips.reduce((sum, trip) => sum + trip.pnl, 0)).toBe(realised - closedFees);
        if (positions.every((one) => one.quantity === 0)) expect(closedFees).toBe(tracker.fees);
      }),
    );
  });

  it('keep their lots, oldest first, and an average price', () => {
    const tracker = new PositionTracker(1, DOLLAR, 0, 'lastPrice');
    const buy = (shares: number, price: number): void =>
      apply(tracker, { owner: 'a', side: 'buy', quantity: shares * SHARE, price: price * DOLLAR, fee: 0 });
    buy(10, 10);
    buy(30, 20);
    expect(tracker.positionOf('a', 0)).toMatchObject({ quantity: 40 * SHARE, averagePrice: 17.5 * DOLLAR });
    apply(tracker, { owner: 'a', side: 'sell', quantity: 15 * SHARE, price: 30 * DOLLAR, fee: 0 });
    expect(tracker.bookOf('a', 0).openLots()).toMatchObject([{ quantity: 25 * SHARE, price: 20 * DOLLAR }]);
    // 10 × (30 − 10) + 5 × (30 − 20)
    expect(tracker.positionOf('a', 0).realisedPnl).toBe(250 * DOLLAR);
  });
});

describe('marks (M13)', () => {
  it.each([
    ['inside the quote', 100, 99, 101, 100],
    ['below the bid', 90, 99, 101, 99],
    ['above the ask', 120, 99, 101, 101],
    ['with a crossed quote', 120, 101, 99, 120],
    ['with one side only', 120, 0, 101, 120],
  ] as const)('a last price %s', (_name, last, bid, ask, mark) => {
    const tracker = new PositionTracker(1, DOLLAR, 0, 'clippedToQuote');
    const prints = createPrintTable(1);
    prints.price[0] = last * DOLLAR;
    prints.flags[0] = PrintFlag.LAST;
    const quotes = createQuoteTable(1);
    quotes.bid[0] = bid * DOLLAR;
    quotes.ask[0] = ask * DOLLAR;
    tracker.onPrint(prints, 0);
    tracker.onQuote(quotes, 0);
    expect(tracker.marks[0]).toBe(mark * DOLLAR);
  });

  it('prints that do not count for the last price change nothing', () => {
    const tracker = new PositionTracker(1, DOLLAR, 0, 'clippedToQuote');
    const prints = createPrintTable(2);
    prints.price.fill(5 * DOLLAR);
    prints.flags[0] = PrintFlag.VOLUME;
    prints.flags[1] = PrintFlag.LAST | PrintFlag.SUSPICIOUS;
    tracker.onPrint(prints, 0);
    tracker.onPrint(prints, 1);
    expect(tracker.lastPrice[0]).toBe(0);
  });
});

it('a split changes what owners hold in an account that is flat', () => {
  const tracker = new PositionTracker(1, DOLLAR, 0, 'lastPrice');
  for (const [owner, side] of [
    ['a', 'buy'],
    ['b', 'sell'],
  ] as const) {
    apply(tracker, { owner, side, quantity: 10 * SHARE, price: 100 * DOLLAR, fee: 0 });
  }
  const ratio = { newShares: 2, oldShares: 1 };
  const booking = {
    type: 'booked',
    accountId: 'main',
    time: 2,
    kind: 'split',
    symbolId: 0,
    entries: [],
    note: '',
  } as const;
  tracker.applyBooking({ ...booking, ratio });
  expect(['a', 'b'].map((owner) => tracker.quantityOf(owner, 0) / SHARE)).toEqual([20, -20]);
  expect(tracker.lastPrice[0]).toBe(50 * DOLLAR);
});

describe('orders that took the place of others', () => {
  const newTracker = (): PositionTracker => new PositionTracker(1, DOLLAR, 0, 'lastPrice', 'ownEntry');
  const fill = (tracker: PositionTracker, order: Partial<Order>, side: 'buy' | 'sell', shares: number): void => {
    const terms = { symbolId: 0, side, quantity: shares * SHARE, price: 100 * DOLLAR, time: 1, fees: [] };
    const source = { kind: 'strategy', instanceId: 'a' };
    tracker.applyFill(terms as unknown as Fill, { source, reason: order.id, ...order } as Order);
  };

  it('leave the order of lots alone where an exit closes some of a later one first', () => {
    const tracker = newTracker();
    fill(tracker, { id: 'first' }, 'buy', 5);
    fill(tracker, { id: 'second' }, 'buy', 5);
    fill(tracker, { id: 'third' }, 'buy', 5);
    fill(tracker, { id: 'exit', parentId: 'second' }, 'sell', 2);
    fill(tracker, { id: 'other' }, 'sell', 6);
    const [book] = tracker.carry().books;
    expect(book?.lots.map(({ orderId, quantity }) => [orderId, quantity / SHARE])).toEqual([
      ['second', 2],
      ['third', 5],
    ]);
  });

  it('are forgotten once they are over and nothing that they opened is left', () => {
    const tracker = newTracker();
    let working = 'o-1';
    for (let number = 2; number <= 10_000; number += 1) {
      tracker.noteReplacement({ id: `o-${number}`, replaces: working }, (id) => id !== working);
      working = `o-${number}`;
    }
    expect(tracker.replacementsKnown).toBeLessThan(200);
  });

  it('are known as long as an exit may close what the first of them opened', () => {
    const tracker = newTracker();
    fill(tracker, { id: 'other' }, 'buy', 5);
    fill(tracker, { id: 'entry-0' }, 'buy', 10);
    for (let number = 1; number <= 500; number += 1) {
      tracker.noteReplacement({ id: `entry-${number}`, replaces: `entry-${number - 1}` }, () => true);
    }
    for (let number = 1; number <= 500; number += 1) {
      tracker.noteReplacement({ id: `stop-${number}`, replaces: `stop-${number - 1}` }, () => true);
    }
    fill(tracker, { id: 'stop-500', parentId: 'entry-500' }, 'sell', 10);
    expect(tracker.roundTrips.at(0)?.entryReason).toBe('entry-0');
    expect(tracker.roundTrips.length).toBe(1);
  });
});
