/**
 * Prices of a bar as a stream of ticks would have shown them, for markets that are known as bars alone: open, one
 * extreme, the other, close, all within the bar. Whoever builds bars from them, with volumes from the differences of
 * the day's volume, gets the bar back exactly: the open brings the volume before the bar and nothing of its own, and
 * serves as the baseline of whoever begins there.
 */
import { SECOND } from '../../../domain/timeframe.js';
import type { Price, Shares } from '../../../domain/units.js';
import type { BarRow } from '../../alpaca/PaperVenue.js';

/** Calls back for each of the four ticks, in order, with Unix seconds and the volume of the day so far. */
export function eachBarTick(
  bar: Pick<BarRow, 'start' | 'time' | 'open' | 'high' | 'low' | 'close' | 'volume'>,
  volumeBefore: Shares,
  tick: (seconds: number, price: Price, dayVolume: Shares) => void,
): void {
  const { open, high, low, close, volume } = bar;
  const first = Math.ceil(bar.start / SECOND);
  // The end is not part of the bar.
  const last = Math.max(first, Math.ceil(bar.time / SECOND) - 1);
  const at = (share: number): number => first + Math.floor((last - first) * share);
  const after = (share: number): Shares => volumeBefore + Math.floor(volume * share);
  const isRising = close >= open;
  tick(first, open, volumeBefore);
  tick(at(1 / 3), isRising ? low : high, after(1 / 3));
  tick(at(2 / 3), isRising ? high : low, after(2 / 3));
  tick(last, close, volumeBefore + volume);
}
