import { expect, it } from 'vitest';
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { SECOND } from '../domain/timeframe.js';
import { OwnActivity, type BookActivity } from '../exchange/OwnActivity.js';
import { MarketReaction, type ReactiveMarket } from './MarketReaction.js';
import type { TapeRecord } from './tapeRecords.js';

const SLICE = SECOND / 4;

/** A market without rows that keeps when it was told something. */
class SilentMarket implements ReactiveMarket {
  readonly slice = SLICE;
  readonly end = 10 * SECOND;
  readonly told: [number, readonly BookActivity[]][] = [];
  frontier = 0;

  hasMade(): boolean {
    return false;
  }

  makeSlice(): void {
    this.frontier += SLICE;
  }

  tell(outside: readonly BookActivity[]): void {
    this.told.push([this.frontier, outside]);
  }

  expect(): void {
    throw new Error('nothing was told before');
  }
}

it('tells the market at the time that is on the tape, even where rows are there already and no order is open', () => {
  const market = new SilentMarket();
  const records: TapeRecord[] = [];
  const activity = new OwnActivity();
  const kernel = { inputSequence: 1, now: 0, advanceClock: () => undefined };
  const composed = { kernel, venue: { activity, isIdle: true } } as unknown as ComposedKernel;
  const reaction = new MarketReaction(market, composed, 2 * SLICE + 1, (record) => records.push(record));
  reaction.begin(-Infinity);
  activity.stand(0, { id: 'o-1', side: 'buy', price: 1_000_000, shares: 0 });
  reaction.makeUntil(2 * SECOND, () => true);
  const [record] = records;
  expect(record).toMatchObject({ type: 'marketOrders', time: 3 * SLICE });
  expect(market.told.map(([time]) => time)).toEqual([3 * SLICE]);
});
