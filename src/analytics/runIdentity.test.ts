import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { backtestFromStore } from './backtestHistory.js';
import { BACKTEST, walkHistory } from './optimise/testing/searchRig.js';
import { hashLedger } from './runIdentity.js';

describe('the ledger hash of a run', () => {
  it('is that of its fills, taken from columns', async () => {
    const strategies = BACKTEST.strategies.map((strategy) => ({ ...strategy, params: { fast: 3, slow: 7 } }));
    const { run } = await backtestFromStore(await walkHistory(), { ...BACKTEST, strategies });
    const kinds = new Set(run.fills.flatMap(({ fees }) => fees.map(({ kind }) => kind)));
    expect(kinds.size).toBeGreaterThan(1);
    expect(run.fills.some(({ fees }) => fees.length === 0)).toBe(true);
    expect(run.ledgerHash).toBe(hashLedger(run.fills, () => createHash('sha256')));
  });
});
