import { describe, expect, it } from 'vitest';
import { unfilledSection } from './accountLists.js';
import type { AccountReport, UnfilledOrder } from './accountReportTypes.js';

describe('orders not filled', () => {
  const order: UnfilledOrder = {
    sessionId: 's',
    orderId: 'o-1',
    time: 0,
    owner: 'manual',
    symbol: 'SPY',
    side: 'buy',
    type: 'limit',
    quantity: '1500',
    notional: null,
    filledQuantity: '0',
    limitPrice: '99.5',
    stopPrice: null,
    status: 'expired',
    statusReason: '',
    reason: '',
  };

  it.each([
    [null, 'Buy 1,500 SPY, limit, limit 99.5'],
    ['2500', 'Buy $2,500 of SPY, limit, limit 99.5'],
  ])('with a notional of %s are told as what was asked for', (notional, told) => {
    const unfilled = { count: 1, listed: [{ ...order, notional }] };
    expect(unfilledSection({ unfilled } as unknown as AccountReport).text).toContain(told);
  });
});
