/** Which side of a symbol a run held at a time. */
import type { Micros } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';

/** The side of each symbol's position just before a time: 1 long, −1 short, 0 flat. */
export function sidesOf({ run, symbols }: HistoryBacktestRun): (symbol: string, time: Micros) => number {
  const steps = new Map<string, { readonly time: Micros; readonly quantity: number }[]>();
  for (const fill of run.fills) {
    const symbol = symbols[fill.symbolId] ?? '';
    const list = steps.get(symbol) ?? [];
    const quantity = (list.at(-1)?.quantity ?? 0) + (fill.side === 'buy' ? fill.quantity : -fill.quantity);
    list.push({ time: fill.time, quantity });
    steps.set(symbol, list);
  }
  return (symbol, time) => {
    const list = steps.get(symbol) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle]?.time ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return Math.sign(list[low - 1]?.quantity ?? 0);
  };
}
