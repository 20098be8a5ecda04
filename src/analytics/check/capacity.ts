/**
 * Capacity: the same run in a market with a half, a fifth and a tenth of the volume, where every order is that many
 * times as large beside it, whatever its own sizing rule. Says how much of the volume it took and at which size the
 * profit is gone.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { BarTable } from '../../domain/marketTables.js';
import { SHARE } from '../../domain/units.js';
import { formatPercent } from '../figureText.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { thinHistory } from './alteredHistory.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';

/** Sizes that are tried, in the order of the runs. */
const SIZES = [1, 2, 5, 10] as const;
/** Participation in a day's volume above which other traders would notice. */
const NOTICED = 0.01;

/** How many runs the check makes; the first size is the plain run. */
export const CAPACITY_RUNS = SIZES.length - 1;

interface SizeFigures {
  readonly size: number;
  readonly return: number;
  /** Filled ÷ ordered shares; null without an order. */
  readonly fillRatio: number | null;
  /** Of the volume of the symbol's day: the median and the largest of all with fills; null without fills. */
  readonly medianParticipation: number | null;
  readonly maxParticipation: number | null;
}

/** Makes the check; `bars` are the bars of the window, `reference` the plain run on them. */
export async function checkCapacity(
  runs: CheckRuns,
  reference: HistoryBacktestRun,
  bars: BarTable,
): Promise<CheckResult> {
  if (reference.run.fillCount === 0) {
    return { check: 'capacity', verdict: 'skip', sentence: 'It had no fill, so there is nothing to enlarge.' };
  }
  const volumes = volumeByDay(bars);
  const sizes: SizeFigures[] = [];
  for (const size of SIZES) {
    const result = size === 1 ? reference : await runs.run({ store: thinHistory(runs.store, size) });
    sizes.push(figuresOf(result, size, volumes));
  }
  const [plain] = sizes;
  const figures = { sizes };
  if (plain === undefined || plain.maxParticipation === null) {
    return {
      check: 'capacity',
      verdict: 'skip',
      sentence: 'The bars carry no volume to compare its fills with.',
      figures,
    };
  }
  const taken = `it took up to ${formatPercent(plain.maxParticipation)} of a day's volume`;
  const verdict = plain.maxParticipation > NOTICED ? 'warn' : 'pass';
  if (plain.return <= 0) {
    return { check: 'capacity', verdict, sentence: `There is no profit to lose by size; ${taken}.`, figures };
  }
  const gone = sizes.find((entry) => entry.return <= 0);
  if (gone !== undefined) {
    const sentence = `The profit is gone at ${gone.size} times the size; at the size of the run ${taken}.`;
    return { check: 'capacity', verdict: 'warn', sentence, figures };
  }
  const largest = sizes.at(-1) ?? plain;
  const filled = largest.fillRatio === null ? '' : `, with ${formatPercent(largest.fillRatio)} of the shares filled`;
  const share = formatPercent(largest.return / plain.return);
  const sentence = `At ${largest.size} times the size the profit is ${share} of what it was${filled}; ${taken}.`;
  return { check: 'capacity', verdict, sentence, figures };
}

function figuresOf({ run }: HistoryBacktestRun, size: number, volumes: ReadonlyMap<string, number>): SizeFigures {
  const taken = new Map<string, number>();
  for (const { symbolId, time, quantity } of run.fills) {
    const key = dayKey(symbolId, time);
    taken.set(key, (taken.get(key) ?? 0) + quantity / SHARE);
  }
  const shares = [...taken]
    .flatMap(([key, quantity]) => {
      const volume = volumes.get(key) ?? 0;
      return volume > 0 ? [(quantity * size) / volume] : [];
    })
    .sort((a, b) => a - b);
  let ordered = 0;
  let filled = 0;
  for (const order of run.orders) {
    // Exits that another one made needless were never meant to fill.
    if (order.status === 'denied' || order.parentId !== undefined) continue;
    ordered += Math.max(order.quantity, order.filledQuantity);
    filled += order.filledQuantity;
  }
  return {
    size,
    return: run.finalEquity / run.config.startingCash - 1,
    fillRatio: ordered === 0 ? null : filled / ordered,
    medianParticipation: shares[Math.floor(shares.length / 2)] ?? null,
    maxParticipation: shares.at(-1) ?? null,
  };
}

/** Shares traded by symbol and New York date. */
function volumeByDay({ length, symbolId, start, volume }: BarTable): ReadonlyMap<string, number> {
  const volumes = new Map<string, number>();
  for (let row = 0; row < length; row += 1) {
    const key = dayKey(symbolId[row] ?? 0, start[row] ?? 0);
    volumes.set(key, (volumes.get(key) ?? 0) + (volume[row] ?? 0));
  }
  return volumes;
}

function dayKey(symbolId: number, time: number): string {
  return `${symbolId} ${newYorkDate(time)}`;
}
