/** The positions that a run ended with: they are in its equity, but in no round trip. */
import type { HistoryBacktestRun } from './backtestHistory.js';
import { formatCount, plural } from './figureText.js';
import { SHARE } from '../domain/units.js';

/** How many there are, and which in words, such as `long 10 SPY`. */
export interface OpenPositionsText {
  readonly count: number;
  readonly list: string;
}

/** What the account holds of each symbol at the end; undefined if nothing. */
export function openPositionsText({ run, symbols }: HistoryBacktestRun): OpenPositionsText | undefined {
  const held = new Map<number, number>();
  for (const { symbolId, quantity } of run.positions) held.set(symbolId, (held.get(symbolId) ?? 0) + quantity);
  const open = [...held].filter(([, quantity]) => quantity !== 0).toSorted(([a], [b]) => a - b);
  if (open.length === 0) return undefined;
  const list = open.map(([symbolId, quantity]) => {
    const shares = formatCount(Math.abs(quantity) / SHARE);
    return `${quantity > 0 ? 'long' : 'short'} ${shares} ${symbols[symbolId] ?? ''}`;
  });
  return { count: open.length, list: list.join(', ') };
}

/** The same as a note in a report. */
export function openNote({ count, list }: OpenPositionsText): string {
  const subject = count === 1 ? 'It counts' : 'They count';
  return (
    `At the end ${plural(count, 'position is', 'positions are')} still open: ${list}. ` +
    `${subject} in the equity at the last mark, and in no round trip.`
  );
}
