/** The deepest falls of a run by its days, which the table of drawdowns shows. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { formatDate } from '../calendar/tradingDate.js';
import { samplePoints } from './returns.js';
import type { EquityCurve } from './returns.js';

/** One fall, from a peak to the first day that ended as high or higher. Days are New York dates, `YYYY-MM-DD`. */
export interface Fall {
  /** Last day at the peak before the fall; the first day where that began with the start. */
  readonly peak: string;
  /** Day of the lowest end, the first of equal ones. */
  readonly valley: string;
  /** First day that made it good; null where none has. */
  readonly recovery: string | null;
  /** Positive fraction of the peak. */
  readonly depth: number;
  /** Calendar days from the peak to the recovery, or to the last day. */
  readonly days: number;
}

/**
 * The deepest falls of the ends of days, from `startEquity` dollars on, at most `most`, the deepest first; those of one
 * depth as they came. As pyfolio's table of drawdowns has them, but that its durations are of business days, and that
 * of a fall that goes on is absent there. QuantStats has the first and the last day below the peak for peak and
 * recovery, ffn the first one below it and the recovery.
 */
export function worstFalls({ time, equity }: EquityCurve, startEquity: number, most: number): readonly Fall[] {
  const falls: Fall[] = [];
  const points = samplePoints(time, 'tradingDay') ?? [];
  const dateAt = (point: number | undefined): TradingDate => newYorkDate(time[point ?? 0] ?? 0);
  let [top, low] = [startEquity, startEquity];
  let [peak, valley] = [dateAt(points[0]), dateAt(points[0])];
  const end = (date: TradingDate, isRecovered: boolean): void => {
    if (!(low < top)) return;
    const recovery = isRecovered ? formatDate(date) : null;
    const dates = { peak: formatDate(peak), valley: formatDate(valley), recovery };
    falls.push({ ...dates, depth: 1 - low / top, days: date - peak });
  };
  for (const point of points) {
    const value = equity[point] ?? NaN;
    const date = dateAt(point);
    if (value >= top) {
      end(date, true);
      [top, low, peak, valley] = [value, value, date, date];
    } else if (value < low) [low, valley] = [value, date];
  }
  end(dateAt(points.at(-1)), false);
  return falls.toSorted((one, other) => other.depth - one.depth).slice(0, most);
}
