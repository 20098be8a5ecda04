import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../../../src/contracts/index.js';
import { withLegsBelow } from './withLegsBelow.js';

const order = (id: string, parentId: string | null = null, role: OrderView['role'] = null): OrderView =>
  ({ id, parentId, role }) as OrderView;

describe('the exits of an order', () => {
  it('come below it, take profit first, wherever they were', () => {
    const list = [order('o-4'), order('o-3', 'o-1', 'stopLoss'), order('o-2', 'o-1', 'takeProfit'), order('o-1')];
    expect(withLegsBelow(list).map(({ id }) => id)).toEqual(['o-4', 'o-1', 'o-2', 'o-3']);
  });

  it('stay where they are without their order', () => {
    const list = [order('o-3', 'o-1', 'stopLoss'), order('o-4')];
    expect(withLegsBelow(list).map(({ id }) => id)).toEqual(['o-3', 'o-4']);
  });
});
