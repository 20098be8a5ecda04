/** What an account's books say on their own; how orders move them is tested with the exchange. */
import { describe, expect, it } from 'vitest';
import { AccountBook } from './AccountBook.js';

describe('the count of trades beside the ledger', () => {
  it('keeps the difference of sales and purchases exact when their sums would leave the exact range', () => {
    const account = new AccountBook('paper', new Float64Array(1), 1_000_000);
    for (let turn = 0; turn < 1_000; turn += 1) {
      account.countTrade(1, 3_000_000_000_000_001);
      account.countTrade(-1, 3_000_000_000_000_008);
    }
    expect(account.sold - account.bought).toBe(7_000);
    expect(Number.isSafeInteger(account.sold)).toBe(true);
  });
});
