/**
 * Means, variances and covariance of the last `length` pairs in constant time on average: sums of distances from a pair
 * of the window, taken anew once in `length` pairs so that nothing drifts, and out of turn after a jump has left
 * (rolling.ts). The covariance has a sum of its own, as one made from variances of sums and differences loses the
 * smaller series where one is a thousand times the other.
 */
import { LITTLE, Window } from './rolling.js';

/** See the module header. Figures are of a full window, variances never below 0. */
export class RollingPair {
  private readonly xs: Window;
  private readonly ys: Window;
  private originX = 0;
  private originY = 0;
  private sumX = 0;
  private sumY = 0;
  private squaresX = 0;
  private squaresY = 0;
  private products = 0;

  constructor(length: number) {
    this.xs = new Window(length);
    this.ys = new Window(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.xs.full;
  }

  /** The mean of the first series. */
  get meanX(): number {
    return this.originX + this.sumX / this.xs.length;
  }

  /** The mean of the second series. */
  get meanY(): number {
    return this.originY + this.sumY / this.xs.length;
  }

  /** The population variance of the first series. */
  get varianceX(): number {
    const mean = this.sumX / this.xs.length;
    return Math.max(0, this.squaresX / this.xs.length - mean * mean);
  }

  /** The population variance of the second series. */
  get varianceY(): number {
    const mean = this.sumY / this.xs.length;
    return Math.max(0, this.squaresY / this.xs.length - mean * mean);
  }

  /** The population covariance. */
  get covariance(): number {
    const { length } = this.xs;
    return this.products / length - (this.sumX / length) * (this.sumY / length);
  }

  /** Takes a pair in. */
  push(x: number, y: number): void {
    const { xs, ys } = this;
    if (xs.filled === 0) {
      this.originX = x;
      this.originY = y;
    }
    const leavingX = xs.full ? xs.leaving - this.originX : 0;
    const leavingY = ys.full ? ys.leaving - this.originY : 0;
    this.add(leavingX, leavingY, -1);
    this.add(x - this.originX, y - this.originY, 1);
    ys.push(y);
    const isRound = xs.push(x);
    const hasLost = leavesLittle(leavingX, this.squaresX) || leavesLittle(leavingY, this.squaresY);
    if (isRound || hasLost) this.takeAnew(x, y);
  }

  private add(x: number, y: number, sign: 1 | -1): void {
    this.sumX += sign * x;
    this.sumY += sign * y;
    this.squaresX += sign * x * x;
    this.squaresY += sign * y * y;
    this.products += sign * x * y;
  }

  private takeAnew(x: number, y: number): void {
    const { xs, ys } = this;
    this.originX = x;
    this.originY = y;
    this.sumX = 0;
    this.sumY = 0;
    this.squaresX = 0;
    this.squaresY = 0;
    this.products = 0;
    for (let index = 0; index < xs.length; index += 1) {
      this.add((xs.values[index] ?? 0) - x, (ys.values[index] ?? 0) - y, 1);
    }
  }
}

function leavesLittle(leaving: number, squares: number): boolean {
  return squares < LITTLE * leaving * leaving;
}
