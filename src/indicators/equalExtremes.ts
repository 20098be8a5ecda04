/** Which of several equal extremes of a window counts, where it is asked how long ago the extreme was. */
import { RollingExtreme } from './rolling.js';

/**
 * Of equal extremes the place of the `newest` or the `oldest` counts; or, as in TA-Lib, that of a new one at once, and
 * of the oldest when the one told has left the window.
 */
export type EqualExtremes = 'newest' | 'oldest' | 'talib';

/** As {@link RollingExtreme}, but of equal values the oldest. */
class OldestExtreme extends RollingExtreme {
  protected override stays(better: number): boolean {
    return better >= 0;
  }
}

/** As {@link OldestExtreme}, but a new one counts at once. */
class TalibExtreme extends OldestExtreme {
  private told = 0;

  override get ago(): number {
    return this.told;
  }

  override push(value: number): number {
    // The first window is looked through like one that the extreme has left.
    const isWithin = this.full && this.told + 1 < this.length;
    const extreme = super.push(value);
    if (isWithin) this.told = value === extreme ? 0 : this.told + 1;
    else this.told = super.ago;
    return extreme;
  }
}

/** The highest (sign 1) or lowest (sign -1) of the last `length` values. */
export function extremeOf(length: number, sign: 1 | -1, equal: EqualExtremes): RollingExtreme {
  if (equal === 'newest') return new RollingExtreme(length, sign);
  return equal === 'oldest' ? new OldestExtreme(length, sign) : new TalibExtreme(length, sign);
}
