/** Moments of a sample that grows, one value at a time: O(1) each, without keeping the values. */

/**
 * Count, mean and the sums of the second, third and fourth powers of the distances from the mean, updated with the
 * formulas of Pébay (2008), which lose no precision to a mean far from 0. Equal values give exactly 0 distance.
 */
export class Moments {
  count = 0;
  /** 0 before the first value. */
  mean = 0;
  m2 = 0;
  m3 = 0;
  m4 = 0;

  /** Takes a value, which must be a number. */
  add(value: number): void {
    const before = this.count;
    const count = before + 1;
    const delta = value - this.mean;
    const step = delta / count;
    const squared = step * step;
    const term = delta * step * before;
    this.count = count;
    this.mean += step;
    this.m4 += term * squared * (count * count - 3 * count + 3) + 6 * squared * this.m2 - 4 * step * this.m3;
    this.m3 += term * step * (count - 2) - 3 * step * this.m2;
    this.m2 += term;
  }

  /** Sample standard deviation (n − 1); NaN for fewer than two values. */
  get deviation(): number {
    return this.count < 2 ? NaN : Math.sqrt(this.m2 / (this.count - 1));
  }

  /** A copy that grows by itself. */
  copy(): Moments {
    return Object.assign(new Moments(), this);
  }
}

/** How two series that grow together vary with each other: O(1) per pair. Sums, not divided by the count. */
export class CoMoments {
  count = 0;
  meanX = 0;
  meanY = 0;
  varianceX = 0;
  varianceY = 0;
  covariance = 0;

  /** Takes a pair of numbers. */
  add(x: number, y: number): void {
    this.count += 1;
    const fromX = x - this.meanX;
    const fromY = y - this.meanY;
    this.meanX += fromX / this.count;
    this.meanY += fromY / this.count;
    this.varianceX += fromX * (x - this.meanX);
    this.varianceY += fromY * (y - this.meanY);
    this.covariance += fromX * (y - this.meanY);
  }

  /** A copy that grows by itself. */
  copy(): CoMoments {
    return Object.assign(new CoMoments(), this);
  }
}
