/**
 * Where two lines of one symbol may cross among the values that were computed ahead of the bar at hand: looked for
 * once, up to the last of them. Values lie in rings of {@link DEEP} places.
 */

/** Room of a line of one symbol; a power of two. */
export const DEEP = 512;
const MASK = DEEP - 1;

/** See the module header. */
export class CrossesAhead {
  /** Numbers of the values that may be on the other side than the ones before them, ascending. */
  readonly numbers = new Int32Array(DEEP);
  count = 0;
  /** The number behind the last value that was looked at. */
  end = -1;
  /** The first in {@link numbers} that {@link from} has not passed. */
  private at = 0;

  /**
   * Looks at the values [first, end) of a line, of which there are at most {@link DEEP}, beside those of another one
   * whose number is higher by `shift`.
   */
  find(values: Float64Array, others: Float64Array, shift: number, first: number, end: number): void {
    const { numbers } = this;
    let count = 0;
    let number = first | 0;
    let past = (values[(number - 1) & MASK] ?? NaN) - (others[(number - 1 + shift) & MASK] ?? NaN);
    while (number < end) {
      // Four at a time as long as none of them crosses.
      const four = Math.min((number + 4) | 0, end) | 0;
      if (((four - number) | 0) === 4) {
        const beside = (number + shift) | 0;
        const one = (values[number & MASK] ?? NaN) - (others[beside & MASK] ?? NaN);
        const two = (values[(number + 1) & MASK] ?? NaN) - (others[(beside + 1) & MASK] ?? NaN);
        const three = (values[(number + 2) & MASK] ?? NaN) - (others[(beside + 2) & MASK] ?? NaN);
        const last = (values[(number + 3) & MASK] ?? NaN) - (others[(beside + 3) & MASK] ?? NaN);
        if (one * past > 0 && two * one > 0 && three * two > 0 && last * three > 0) {
          past = last;
          number = four;
          continue;
        }
      }
      for (; number < four; number = (number + 1) | 0) {
        const now = (values[number & MASK] ?? NaN) - (others[(number + shift) & MASK] ?? NaN);
        if (!(now * past > 0)) {
          numbers[count] = number;
          count = (count + 1) | 0;
        }
        past = now;
      }
    }
    this.count = count;
    this.end = end;
    this.at = 0;
  }

  /** The first number from `number` on, {@link end} if there is none. Never asked for a lower one than before. */
  from(number: number): number {
    while (this.at < this.count && (this.numbers[this.at] ?? 0) < number) this.at += 1;
    return this.at < this.count ? (this.numbers[this.at] ?? 0) : this.end;
  }
}
