/**
 * What an exchange charges its members for a fill: a rate per share and a part of the notional, one pair for the
 * side that rested (maker) and one for the side that came (taker). A maker's rate per share may be negative, a rebate.
 *
 * Rounding: the part of the notional is rounded down to a micro-dollar, once per fill; the rate per share needs
 * none. Hence the fees of the pieces of an order never exceed the fee of the whole, and what was reserved for the
 * whole always suffices.
 */
import type { Money, Price } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';

/** What one side of a fill pays. */
export interface FeeRates {
  /** Micro-dollars per share. */
  readonly perShare: Money;
  /** Parts per million of the notional. */
  readonly notionalPpm: number;
}

/** The figures of a schedule. */
export interface FeeScheduleData {
  readonly maker: FeeRates;
  readonly taker: FeeRates;
}

const MILLION = 1_000_000;

/** See the module header. Notionals are at most the `maxNotional` of its making. */
export class FeeSchedule {
  readonly data: FeeScheduleData;
  readonly makerPerShare: Money;
  readonly takerPerShare: Money;
  /** The higher rate of both sides. */
  readonly highestPerShare: Money;
  /** The higher part of the notional of both sides; 0 if neither pays one. */
  readonly highestPpm: number;
  private readonly makerPpm: number;
  private readonly takerPpm: number;

  /**
   * Throws unless a fee is never above its notional, both fees of a trade together are not negative, and every
   * product is exact. `tickSize` is the lowest price.
   */
  constructor(data: FeeScheduleData, tickSize: Price, maxNotional: Money) {
    const { maker, taker } = data;
    for (const { perShare, notionalPpm } of [maker, taker]) {
      assert(Number.isSafeInteger(perShare), `a fee of ${perShare} micro-dollars per share`);
      assert(Number.isInteger(notionalPpm) && notionalPpm >= 0, `a fee of ${notionalPpm} millionths of the notional`);
      const ofTick = perShare + Math.ceil((tickSize * notionalPpm) / MILLION);
      assert(ofTick <= tickSize, `a fee of ${ofTick} micro-dollars at a price of ${tickSize}`);
    }
    assert(taker.perShare >= 0 && taker.perShare + maker.perShare >= 0, 'a rebate is paid out of the taker’s fee');
    this.data = data;
    this.makerPerShare = maker.perShare;
    this.makerPpm = maker.notionalPpm;
    this.takerPerShare = taker.perShare;
    this.takerPpm = taker.notionalPpm;
    this.highestPerShare = Math.max(maker.perShare, taker.perShare);
    this.highestPpm = Math.max(maker.notionalPpm, taker.notionalPpm);
    assert(Number.isSafeInteger(maxNotional * Math.max(1, this.highestPpm)), `a notional of ${maxNotional}`);
  }

  /** Micro-dollars that the resting side of a fill pays; below 0 for a rebate. */
  maker(size: number, notional: Money): Money {
    return this.makerPerShare * size + partOf(notional, this.makerPpm);
  }

  /** Micro-dollars that the incoming side of a fill pays. */
  taker(size: number, notional: Money): Money {
    return this.takerPerShare * size + partOf(notional, this.takerPpm);
  }

  /** The most micro-dollars that shares of an order can pay, in however many fills and on either side. */
  highest(size: number, notional: Money): Money {
    return this.highestPerShare * size + partOf(notional, this.highestPpm);
  }
}

/**
 * Rounded down, exactly: the product is below 2^53, so the quotient is below 2^34, where doubles lie less than 2·10⁻⁶
 * apart and division errs by less than 10⁻⁶; a quotient below an integer is at least 10⁻⁶ below it and stays there.
 */
function partOf(notional: Money, ppm: number): Money {
  return ppm === 0 ? 0 : Math.floor((notional * ppm) / MILLION);
}
