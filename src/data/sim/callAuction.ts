/**
 * A call auction: all orders meet at the one price at which most shares trade; of several such prices the one with the
 * least imbalance, then the one nearest to the reference.
 */

/** Orders of one side: limits in ticks, sizes in shares. */
export interface AuctionSide {
  readonly ticks: readonly number[];
  readonly sizes: readonly number[];
}

/** Where an auction ends. */
export interface AuctionResult {
  readonly tick: number;
  /** Shares that trade; 0 if no prices meet, and then the tick is the reference. */
  readonly shares: number;
}

/** Finds the price. Takes time with the product of the numbers of prices and of orders: for tens of orders. */
export function uncross(buys: AuctionSide, sells: AuctionSide, reference: number): AuctionResult {
  let best: { tick: number; shares: number; imbalance: number } | undefined;
  for (const tick of [...buys.ticks, ...sells.ticks]) {
    const demand = sharesAt(buys, (limit) => limit >= tick);
    const supply = sharesAt(sells, (limit) => limit <= tick);
    const shares = Math.min(demand, supply);
    if (shares === 0) continue;
    const imbalance = Math.abs(demand - supply);
    const isBetter =
      best === undefined ||
      shares > best.shares ||
      (shares === best.shares &&
        (imbalance < best.imbalance ||
          (imbalance === best.imbalance && Math.abs(tick - reference) < Math.abs(best.tick - reference))));
    if (isBetter) best = { tick, shares, imbalance };
  }
  return best === undefined ? { tick: reference, shares: 0 } : { tick: best.tick, shares: best.shares };
}

function sharesAt(side: AuctionSide, takesPart: (limit: number) => boolean): number {
  let shares = 0;
  side.ticks.forEach((tick, order) => {
    if (takesPart(tick)) shares += side.sizes[order] ?? 0;
  });
  return shares;
}
