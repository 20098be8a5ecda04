import { describe, expect, it } from 'vitest';
import { uncross } from './callAuction.js';

describe('a call auction', () => {
  it('ends where most shares trade', () => {
    const buys = { ticks: [1010, 1005, 1000], sizes: [100, 200, 300] };
    const sells = { ticks: [995, 1004, 1008], sizes: [150, 100, 400] };
    expect(uncross(buys, sells, 1010)).toEqual({ tick: 1005, shares: 250 });
    expect(uncross(buys, sells, 1000)).toEqual({ tick: 1004, shares: 250 });
  });

  it('of several such prices takes the one with the least imbalance, then the nearest to the reference', () => {
    const buys = { ticks: [1002], sizes: [100] };
    expect(uncross(buys, { ticks: [1000], sizes: [100] }, 1003)).toEqual({ tick: 1002, shares: 100 });
    expect(uncross(buys, { ticks: [1000], sizes: [100] }, 999)).toEqual({ tick: 1000, shares: 100 });
    const sells = { ticks: [1000, 1002], sizes: [100, 50] };
    expect(uncross(buys, sells, 1003)).toEqual({ tick: 1000, shares: 100 });
  });

  it('without prices that meet trades nothing, at the reference', () => {
    expect(uncross({ ticks: [99], sizes: [10] }, { ticks: [101], sizes: [10] }, 100)).toEqual({ tick: 100, shares: 0 });
  });
});
