import { describe, expect, it } from 'vitest';
import { BUY, SELL } from '../../book/bookLayout.js';
import { BookAction } from '../../domain/marketTables.js';
import { Agent } from './AgentOrders.js';
import type { OutsideOrder } from './OutsideOrders.js';
import { OutsideOrders } from './OutsideOrders.js';
import { SimulatedBook } from './SimulatedBook.js';
import type { MarketRows } from './SliceRows.js';

const CENT = 10_000;
const WORDS = Object.keys(BookAction).map((word) => word.toLowerCase());

/** A book with agents' bids at 998 and asks at 1000 and 1001, and what it tells. */
function makeRig() {
  const told: string[] = [];
  const taken: string[] = [];
  const rows: MarketRows = {
    status: () => undefined,
    book: (_symbol, _at, action, side, _number, price, size) => {
      told.push(`${WORDS[action]} ${side === BUY ? 'buy' : 'sell'} ${size}@${price / CENT}`);
    },
    quote: (_symbol, _at, bid, bidSize, ask, askSize) => {
      told.push(`quote ${bidSize}@${bid / CENT} ${askSize}@${ask / CENT}`);
    },
    print: (_symbol, _at, price, size) => told.push(`print ${size}@${price / CENT}`),
  };
  const book = new SimulatedBook(0, CENT, rows);
  const outside = new OutsideOrders(book, (side, shares) => taken.push(`${side === BUY ? 'buy' : 'sell'} ${shares}`));
  book.rest(Agent.NOISE, BUY, 998, 200);
  book.rest(Agent.NOISE, SELL, 1000, 100);
  book.rest(Agent.NOISE, SELL, 1001, 300);
  book.publish();
  const take = (): string[] => told.splice(0);
  take();
  const stand = (id: string, side: 'buy' | 'sell', tick: number, shares: number, more: Partial<OutsideOrder> = {}) => {
    outside.tell([{ id, side, price: tick * CENT, shares, ...more }], []);
    outside.admit();
    book.publish();
  };
  return { book, outside, take, taken, stand };
}

describe('orders from outside in a simulated book', () => {
  it('stand behind what was there, are seen in the quote and in no message, and are hit in their turn', () => {
    const { book, take, stand } = makeRig();
    stand('o-1', 'buy', 998, 50);
    expect(take()).toEqual(['quote 250@998 100@1000']);
    book.rest(Agent.NOISE, BUY, 998, 100);
    take();
    book.take(SELL, 998, 230);
    expect(take()).toEqual(['execution buy 200@998', 'own_execution buy 30@998', 'print 230@998']);
    // The exchange says what is left; it keeps its place before the later order.
    stand('o-1', 'buy', 998, 20);
    book.take(SELL, 998, 40);
    expect(take()).toEqual([
      'quote 120@998 100@1000',
      'own_execution buy 20@998',
      'execution buy 20@998',
      'print 40@998',
    ]);
    stand('o-1', 'buy', 998, 0);
    expect(take()).toEqual(['quote 80@998 100@1000']);
  });

  it('keep their place when they shrink or are replaced by a smaller one, and lose it when they grow', () => {
    const { book, take, stand } = makeRig();
    stand('o-1', 'buy', 999, 50);
    book.rest(Agent.NOISE, BUY, 999, 100);
    stand('o-2', 'buy', 999, 40, { replaces: 'o-1' });
    take();
    book.take(SELL, 999, 10);
    expect(take()).toEqual(['own_execution buy 10@999', 'print 10@999']);
    stand('o-2', 'buy', 999, 60);
    take();
    book.take(SELL, 999, 110);
    expect(take()).toEqual(['execution buy 100@999', 'own_execution buy 10@999', 'print 110@999']);
  });

  it('take from the agents what they took at the exchange, which is printed and noticed', () => {
    const { outside, take, taken } = makeRig();
    outside.tell([], [{ side: 'buy', price: 1001 * CENT, shares: 250 }]);
    outside.admit();
    expect(take()).toEqual([
      'taken_by_own sell 100@1000',
      'print 100@1000',
      'taken_by_own sell 150@1001',
      'print 150@1001',
    ]);
    expect(taken).toEqual(['buy 250']);
    // More than is there, or at a price that nobody offers any more: what there is.
    outside.tell([], [{ side: 'buy', price: 1001 * CENT, shares: 500 }]);
    outside.admit();
    expect(take()).toEqual(['taken_by_own sell 150@1001', 'print 150@1001']);
    outside.tell([], [{ side: 'sell', price: 999 * CENT, shares: 10 }]);
    outside.admit();
    expect(take()).toEqual([]);
  });

  it('never meet each other', () => {
    const { outside, take, stand } = makeRig();
    stand('o-1', 'sell', 999, 50);
    take();
    outside.tell([], [{ side: 'buy', price: 1000 * CENT, shares: 80 }]);
    outside.admit();
    expect(take()).toEqual([]);
  });

  it('wait outside while they would meet what is displayed, and through a halt', () => {
    const { book, outside, take, stand } = makeRig();
    stand('o-1', 'buy', 1000, 50);
    expect(take()).toEqual([]);
    book.take(BUY, 1000, 100);
    outside.admit();
    book.publish();
    expect(take().at(-1)).toBe('quote 50@1000 300@1001');
    outside.withdraw();
    book.publish();
    expect(take().at(-1)).toBe('quote 200@998 300@1001');
    outside.admit();
    book.publish();
    expect(take().at(-1)).toBe('quote 50@1000 300@1001');
    expect(outside.isIdle).toBe(false);
  });
});
