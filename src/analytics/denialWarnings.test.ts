import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { minuteBars, newYork } from '../../test/conformance/historyStore.js';
import { backtestFromStore } from './backtestHistory.js';
import { denialWarnings } from './denialWarnings.js';

/** Wishes to hold the symbol with all of its equity, on every bar. */
class Wisher extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  override onBar(bar: Bar, ctx: Context): void {
    ctx.enterLong(bar.symbol, { reason: 'wish' });
  }
}

/** What is told of two minutes at 100 dollars with so much cash, in dollars. */
async function toldOf(cash: number): Promise<readonly string[]> {
  const history = createMemoryHistory();
  const bars = [0, 1, 2].map((minute) => [newYork('2013-10-07', 9, 30 + minute), 100 * DOLLAR] as const);
  await history.merge('SPY', minuteBars(bars));
  const { run } = await backtestFromStore(history, {
    strategies: [{ name: 'wisher', strategyClass: Wisher, hash: 'h' }],
    from: '2013-10-07',
    to: '2013-10-07',
    engineVersion: '1',
    startingCash: cash * DOLLAR,
    createHash: () => createHash('sha256'),
  });
  return denialWarnings(run.signals.denials, run.orders.length);
}

describe('what is told of denied signals', () => {
  it('is why nothing was ordered, of an account that cannot pay for a share', async () => {
    expect(await toldOf(1)).toEqual([
      '3 signals were denied, and no order came of any. 3 × QUANTITY_ZERO: The quantity comes to nothing.',
    ]);
  });

  it('is nothing where a strategy asks for what it has already', async () => {
    expect(await toldOf(100_000)).toEqual([]);
  });

  it('is every reason of the risk checks, the most frequent first', () => {
    const denials = new Map([
      ['BUYING_POWER', 1],
      ['QUANTITY_ZERO', 40],
      ['MAX_POSITION_SHARES', 2],
    ] as const);
    expect(denialWarnings(denials, 5)).toEqual([
      '3 signals were denied. 2 × MAX_POSITION_SHARES: The position would exceed the limit in shares. ' +
        '1 × BUYING_POWER: The account cannot pay for the order.',
    ]);
    expect(denialWarnings(new Map([['ACCOUNT_RUINED', 3]] as const), 0)).toEqual([]);
  });
});
