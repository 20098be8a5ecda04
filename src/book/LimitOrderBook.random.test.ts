import { describe, expect, it } from 'vitest';
import { isSoak, soakCount } from '../../test/soak.js';
import { SeededRandom } from '../utils/random.js';
import { BookPair, WINDOW } from '../exchange/testing/BookPair.js';
import type { Prices } from '../exchange/testing/BookPair.js';
import { BUY, SELL } from './bookLayout.js';
import type { SelfTrade } from './LimitOrderBook.js';
import { LimitOrderBook } from './LimitOrderBook.js';

const PRICES: readonly Prices[] = [
  { name: 'close prices', spread: 12, far: 0, drift: 1 },
  { name: 'wide prices', spread: 900, far: 0.05, drift: 30 },
  { name: 'leaps', spread: 40, far: 0.02, drift: 5000 },
  { name: 'anything', spread: 40, far: 0.6, drift: 100_000 },
];

const SELF_TRADES: readonly SelfTrade[] = ['allow', 'cancelResting', 'cancelIncoming'];

describe('the order book beside a naive one', () => {
  const steps = soakCount(1500, 100_000);
  const firstSeed = isSoak ? Math.floor(Math.random() * 2 ** 31) : 1;

  for (const prices of PRICES) {
    for (const [index, selfTrade] of SELF_TRADES.entries()) {
      it(`agrees on every trade and level: ${prices.name}, self-trades ${selfTrade}, ${steps} commands`, () => {
        const pair = new BookPair(firstSeed + index, selfTrade, prices, soakCount(150, 400));
        pair.run(steps);
        expect(pair.faults).toEqual([]);
        expect(pair.counts.trades).toBeGreaterThan(steps / 10);
        expect(pair.counts.kept * pair.counts.moved * pair.counts.filledAll * pair.counts.refusedAll).toBeGreaterThan(
          0,
        );
        if (selfTrade === 'cancelResting') expect(pair.counts.selfTrades).toBeGreaterThan(10);
        if (prices.drift > 1000) expect(pair.windows.size, 'the window moves').toBeGreaterThan(1);
      });
    }
  }

  it('goes on from a snapshot as if nothing had happened, handles included', () => {
    const random = new SeededRandom(11);
    const book = new LimitOrderBook({ tickSize: 1, windowTicks: WINDOW });
    const commands = Array.from({ length: 4000 }, () => [
      random.below(2),
      1 + random.below(3000),
      1 + random.below(90),
    ]);
    const apply = (target: LimitOrderBook, from: number, to: number): number[] =>
      commands.slice(from, to).map(([side = 0, tick = 0, size = 0], i) => {
        if (i % 3 === 0) return target.cancel(tick % 200);
        return target.add(side === 0 ? BUY : SELL, tick, size, from + i);
      });
    apply(book, 0, 2000);
    const restored = new LimitOrderBook({ tickSize: 1, windowTicks: 2048 });
    const text = JSON.stringify(book.snapshot());
    restored.restore(JSON.parse(text) as ReturnType<LimitOrderBook['snapshot']>);
    expect(restored.queues.checksum()).toBe(book.queues.checksum());
    expect(apply(restored, 2000, 4000)).toEqual(apply(book, 2000, 4000));
    expect(restored.snapshot()).toEqual(book.snapshot());
  });
});
