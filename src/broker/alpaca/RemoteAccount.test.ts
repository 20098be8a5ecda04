import { describe, expect, it } from 'vitest';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import { RemoteAccount } from './RemoteAccount.js';

const position = (symbol: string, shares: number): Parameters<RemoteAccount['update']>[1][number] => ({
  symbol,
  quantity: shares * SHARE,
  cost: shares * 10 * DOLLAR,
  mark: 10 * DOLLAR,
});
const account = (equity: number, cash: number): Parameters<RemoteAccount['update']>[0] => ({
  accountNumber: 'PA3ABCDEFGHI',
  cash: cash * DOLLAR,
  equity: equity * DOLLAR,
  buyingPower: -5,
});

function opened(shares: number): RemoteAccount {
  const remote = new RemoteAccount('paper', ['AAPL', 'MSFT'], RAW_PRICE_SCALE);
  remote.update(account(1_000, 1_000 - shares * 10), [position('AAPL', shares)], 1);
  return remote;
}

describe('RemoteAccount', () => {
  it('takes the first answer as it is; buying power is never negative', () => {
    const remote = opened(10);
    expect([remote.quantityOf(0), remote.quantityOf(1), remote.buyingPower, remote.asOf]).toEqual([
      10 * SHARE,
      0,
      0,
      1,
    ]);
  });

  it('expects what was filled since', () => {
    const remote = opened(10);
    remote.noteFill({ symbolId: 0, side: 'sell' }, 4 * SHARE);
    remote.noteFill({ symbolId: 1, side: 'sell' }, 2 * SHARE);
    const told = [position('AAPL', 6), position('MSFT', -2)];
    expect(remote.update(account(1_000, 960), told, 2)).toEqual({ kind: 'expected' });
  });

  // Rows: what the account says after 10 AAPL; first and second finding; AAPL believed at the end, in shares.
  it.each([
    ['more shares', [position('AAPL', 12)], 880, 'doubtful', 'differs', 12],
    ['fewer shares', [position('AAPL', 3)], 970, 'doubtful', 'differs', 3],
    ['the other side', [position('AAPL', -10)], 1_100, 'doubtful', 'differs', -10],
    ['another symbol too', [position('AAPL', 10), position('MSFT', 1)], 890, 'doubtful', 'differs', 10],
    ['another symbol instead', [position('MSFT', 10)], 900, 'doubtful', 'differs', 0],
    ['an empty list, and it is worth its cash', [], 1_000, 'doubtful', 'differs', 0],
    ['an empty list, and it is worth more than its cash', [], 900, 'doubtful', 'doubtful', 10],
    ['the same', [position('AAPL', 10)], 900, 'expected', 'expected', 10],
  ] as const)('F39, F40: %s', (_name, positions, cash, first, second, shares) => {
    const remote = opened(10);
    expect(remote.update(account(1_000, cash), positions, 2).kind).toBe(first);
    expect([remote.quantityOf(0), remote.asOf]).toEqual([10 * SHARE, first === 'expected' ? 2 : 1]);
    expect(remote.update(account(1_000, cash), positions, 3).kind).toBe(second);
    expect(remote.quantityOf(0)).toBe(shares * SHARE);
  });

  it('F40: two answers that differ from each other and from the fills are both doubted', () => {
    const remote = opened(10);
    expect(remote.update(account(1_000, 880), [position('AAPL', 12)], 2).kind).toBe('doubtful');
    expect(remote.update(account(1_000, 870), [position('AAPL', 13)], 3).kind).toBe('doubtful');
    expect(remote.update(account(1_000, 900), [position('AAPL', 10)], 4).kind).toBe('expected');
  });
});
