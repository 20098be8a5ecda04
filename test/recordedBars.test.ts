/**
 * Bars built from the recorded prints of 2013-10-07 against the bars that the vendor recorded. Where they differ,
 * the source says why: the vendor filtered the two resolutions apart, and the auctions' minutes by hand.
 */
import { expect, it } from 'vitest';
import { importFile } from '../src/data/import/importFile.js';
import type { HistoryTable, HistoryWriter } from '../src/domain/history.js';
import type { BarTable, PrintTable } from '../src/domain/marketTables.js';
import { createBarTable, copyRow } from '../src/domain/tables.js';
import { DAY } from '../src/domain/timeframe.js';
import { barsOfPrints, compareBars } from '../src/engine/recordedBars.js';
import { describeWithReferenceData, referenceData } from './referenceData.js';

async function load(path: string): Promise<HistoryTable> {
  let loaded: HistoryTable | undefined;
  const outcome = { added: 0, replaced: 0, unchanged: 0 };
  const store: HistoryWriter = {
    merge: (_symbol, table) => {
      loaded = table;
      return Promise.resolve(outcome);
    },
    putFactors: () => Promise.resolve(outcome),
    putTickers: () => Promise.resolve(outcome),
  };
  await importFile(referenceData(path), store);
  if (loaded === undefined) throw new Error(`${path} holds nothing`);
  return loaded;
}

async function recorded(path: string, day: number): Promise<BarTable> {
  const table = await load(path);
  if (table.kind !== 'bar') throw new Error(`${path} holds no bars`);
  const bars = createBarTable(table.timeframe, 1024);
  for (let row = 0; row < table.length; row += 1) {
    const start = table.start[row] ?? 0;
    if (start >= day && start < day + DAY) copyRow(table, row, bars);
  }
  return bars;
}

const prints = new Map<string, Promise<PrintTable>>();
function printsOf(symbol: string): Promise<PrintTable> {
  let known = prints.get(symbol);
  known ??= load(`lean/tick/${symbol}_20131007_trade.csv.gz`).then((table) => {
    if (table.kind !== 'print') throw new Error(`${symbol}: no prints`);
    return table;
  });
  prints.set(symbol, known);
  return known;
}

/** Midnight of 2013-10-07 in New York. */
const DAY_START = Date.UTC(2013, 9, 7, 4) * 1000;

describeWithReferenceData('bars of the recorded prints of 2013-10-07', () => {
  // Bars that may differ in a price, and in volume, out of all: the auctions' bars and two corrected ones.
  it.each([
    ['spy', '1s', 'second', 16_675, 3, 2],
    ['ibm', '1s', 'second', 5_123, 0, 0],
    ['aig', '1s', 'second', 3_930, 2, 0],
    ['spy', '1m', 'minute', 828, 1, 2],
    ['ibm', '1m', 'minute', 453, 0, 0],
    ['bac', '1m', 'minute', 595, 1, 1],
    ['aig', '1m', 'minute', 433, 1, 1],
  ] as const)('%s %s', async (symbol, timeframe, folder, count, prices, volumes) => {
    const reference = await recorded(`lean/${folder}/${symbol}_trade.csv.gz`, DAY_START);
    const result = compareBars(barsOfPrints(await printsOf(symbol), timeframe), reference);
    expect(result).toMatchObject({ expected: count, found: count });
    expect(result.extra).toBeLessThanOrEqual(1);
    expect(count - result.equalPrices).toBeLessThanOrEqual(prices);
    expect(count - result.equalVolume).toBeLessThanOrEqual(volumes);
  });
});
