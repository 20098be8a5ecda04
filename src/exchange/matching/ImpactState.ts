/**
 * What the square-root impact model knows of one symbol (M11): how much its price moves and how much of it trades in a
 * minute, both as they were before the present minute (M1), over all venues; and what of it we traded lately on each
 * side, fading with time. Kept only where a preset's slippage asks for it.
 */
import { MINUTE } from '../../domain/timeframe.js';
import type { DurationMicros, Micros, Price, Quantity, Shares } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import { exactExp } from '../../utils/exactExp.js';

/** Minutes (or bars) that the averages look back on, roughly. */
const MEMORY = 20;
const LN_2 = 0.6931471805599453;
/** No modelled impact is beyond this share of the price. */
const LARGEST_SHARE = 0.1;

/** See the module header. */
export class ImpactState {
  private minute = 0;
  private open: Price = 0;
  private last: Price = 0;
  private volume: Shares = 0;
  private variance = 0;
  private meanVolume = 0;
  private samples = 0;
  private bought = 0;
  private boughtAt: Micros = 0;
  private sold = 0;
  private soldAt: Micros = 0;
  /** Micro-shares that were taken beyond displayed sizes in the present minute. */
  walked: Quantity = 0;

  /** Whether nothing of ours is in it. */
  get isUntouched(): boolean {
    return this.bought === 0 && this.sold === 0 && this.walked === 0;
  }

  /** Shares per minute before the present one; 0 if unknown. */
  get trailingVolume(): Shares {
    return this.meanVolume;
  }

  /** A trade that counts into volume; `price` is 0 if it may not set the last price. */
  observe(time: Micros, price: Price, size: Shares): void {
    const minute = Math.floor(time / MINUTE);
    if (minute !== this.minute) {
      this.close();
      this.minute = minute;
    }
    if (price > 0) {
      if (this.open === 0) this.open = price;
      this.last = price;
    }
    this.volume += size;
  }

  /** A bar, which stands for a stretch of its own. */
  observeBar(open: Price, close: Price, volume: Shares): void {
    if (this.open === 0) this.open = open;
    this.last = close;
    this.volume = volume;
    this.close();
  }

  /** How far an execution of `quantity` moves the price against itself, on top of what was traded before. */
  impactOf(
    sign: 1 | -1,
    quantity: Quantity,
    base: Price,
    time: Micros,
    factor: number,
    halfLife: DurationMicros,
  ): Price {
    if (this.samples === 0 || this.meanVolume <= 0) return 0;
    const parent = this.recent(sign, time, halfLife) + quantity / 2;
    const share = factor * Math.sqrt(this.variance * (parent / (this.meanVolume * SHARE)));
    return Math.round(base * Math.min(LARGEST_SHARE, share));
  }

  /** Notes an execution of ours. */
  add(sign: 1 | -1, quantity: Quantity, time: Micros, halfLife: DurationMicros): void {
    const total = this.recent(sign, time, halfLife) + quantity;
    if (sign === 1) {
      this.bought = total;
      this.boughtAt = time;
    } else {
      this.sold = total;
      this.soldAt = time;
    }
  }

  /** The state as numbers. */
  list(): readonly number[] {
    const { minute, open, last, volume, variance, meanVolume, samples, bought, boughtAt, sold, soldAt, walked } = this;
    return [minute, open, last, volume, variance, meanVolume, samples, bought, boughtAt, sold, soldAt, walked];
  }

  /** Restores a {@link list}. */
  restore(list: readonly number[]): void {
    const at = (index: number): number => list[index] ?? 0;
    this.minute = at(0);
    this.open = at(1);
    this.last = at(2);
    this.volume = at(3);
    this.variance = at(4);
    this.meanVolume = at(5);
    this.samples = at(6);
    this.bought = at(7);
    this.boughtAt = at(8);
    this.sold = at(9);
    this.soldAt = at(10);
    this.walked = at(11);
  }

  /** What we traded on a side, less what has faded since. */
  private recent(sign: 1 | -1, time: Micros, halfLife: DurationMicros): Quantity {
    const quantity = sign === 1 ? this.bought : this.sold;
    if (quantity === 0) return 0;
    const halvings = (time - (sign === 1 ? this.boughtAt : this.soldAt)) / halfLife;
    return halvings > 40 ? 0 : quantity * exactExp(-LN_2 * halvings);
  }

  private close(): void {
    if (this.open > 0) {
      const move = this.last / this.open - 1;
      const weight = this.samples < MEMORY ? 1 / (this.samples + 1) : 1 / MEMORY;
      this.variance += (move * move - this.variance) * weight;
      this.meanVolume += (this.volume - this.meanVolume) * weight;
      this.samples += 1;
      this.open = this.last;
    }
    this.volume = 0;
    this.walked = 0;
  }
}
