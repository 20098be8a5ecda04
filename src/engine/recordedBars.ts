/**
 * Bars as data vendors publish them afterwards, from prints: unlike the kernel's own, which a strategy sees at
 * their end and which never change, these take in what is known later. And the comparison of two sets of bars.
 *
 * Volume of a stretch without an eligible price belongs to the bar before. Auction trades carry the time of their
 * report: bars of a minute and more put the opening auction into the first and the closing auction into the last
 * bar of the regular session, as its first and its last price; shorter bars leave their volume out.
 */
import { sessionAt } from '../calendar/sessions.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { BarTable, PrintTable } from '../domain/marketTables.js';
import { createBarTable, createPrintTable, copyRow } from '../domain/tables.js';
import { MINUTE, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { BarBuilder } from './BarBuilder.js';

const AUCTION = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION;

/** The published bars of a timeframe from one symbol's prints; the rows of `prints` are in order of time. */
export function barsOfPrints(prints: PrintTable, timeframe: Timeframe): BarTable {
  const out = createBarTable(timeframe, 1024);
  const builder = new BarBuilder(timeframe, (prints.symbolId[0] ?? 0) + 1);
  const symbolId = prints.symbolId[0] ?? 0;
  const takesAuctions = TIMEFRAME_DURATION[timeframe] >= MINUTE;
  const auctions = createPrintTable(4);
  // A print of its own, because the flags of auction prints are changed for the builder.
  const single = createPrintTable(1);
  for (let row = 0; row < prints.length; row += 1) {
    const time = prints.time[row] ?? 0;
    if (builder.nextEnd <= time) builder.closeDue(time, out);
    single.length = 0;
    copyRow(prints, row, single);
    const flags = single.flags[0] ?? 0;
    if ((flags & AUCTION) !== 0 && (flags & PrintFlag.VOLUME) !== 0) {
      if (takesAuctions) {
        copyRow(prints, row, auctions);
        continue;
      }
      single.flags[0] = flags & ~PrintFlag.VOLUME;
    }
    builder.addPrint(single, 0);
    // Known by now: no price came in the periods since the last bar.
    addLate(out, builder.takeLateVolume(symbolId));
  }
  builder.closeDue(Infinity, out);
  addLate(out, builder.takeLateVolume(symbolId, true));
  // Openings backwards and closings forwards: the first opening and the last closing print stay.
  for (let row = auctions.length - 1; row >= 0; row -= 1) addAuction(auctions, row, out, true);
  for (let row = 0; row < auctions.length; row += 1) addAuction(auctions, row, out, false);
  return out;
}

/** How one set of bars differs from another. */
export interface BarComparison {
  /** Bars of the reference, and how many of them the other set has. */
  readonly expected: number;
  readonly found: number;
  /** Bars that the reference does not have. */
  readonly extra: number;
  /** Bars with all four prices equal, and with the volume equal. */
  readonly equalPrices: number;
  readonly equalVolume: number;
  /** Starts of bars that are missing or differ in a price, ascending. */
  readonly differences: readonly number[];
}

/** Compares `built` with `reference` bar by bar; both hold one symbol. */
export function compareBars(built: BarTable, reference: BarTable): BarComparison {
  const rows = new Map<number, number>();
  for (let row = 0; row < built.length; row += 1) rows.set(built.start[row] ?? 0, row);
  let found = 0;
  let equalPrices = 0;
  let equalVolume = 0;
  const differences: number[] = [];
  for (let row = 0; row < reference.length; row += 1) {
    const start = reference.start[row] ?? 0;
    const own = rows.get(start);
    if (own !== undefined) found += 1;
    const pricesEqual =
      own !== undefined &&
      built.open[own] === reference.open[row] &&
      built.high[own] === reference.high[row] &&
      built.low[own] === reference.low[row] &&
      built.close[own] === reference.close[row];
    if (pricesEqual) equalPrices += 1;
    else differences.push(start);
    if (own !== undefined && built.volume[own] === reference.volume[row]) equalVolume += 1;
  }
  return {
    expected: reference.length,
    found,
    extra: built.length - found,
    equalPrices,
    equalVolume,
    differences,
  };
}

function addLate(out: BarTable, late: number): void {
  const last = out.length - 1;
  if (last >= 0) out.volume[last] = (out.volume[last] ?? 0) + late;
}

function addAuction(auctions: PrintTable, at: number, out: BarTable, isOpening: boolean): void {
  const session = sessionAt(auctions.time[at] ?? 0);
  const flags = auctions.flags[at] ?? 0;
  if (session === undefined || ((flags & PrintFlag.OPENING_AUCTION) !== 0) !== isOpening) return;
  let row = -1;
  for (let i = 0; i < out.length; i += 1) {
    const start = out.start[i] ?? 0;
    if (start >= session.open && start < session.close) row = i;
    if (isOpening && row >= 0) break;
  }
  if (row < 0) return;
  const price = auctions.price[at] ?? 0;
  out.volume[row] = (out.volume[row] ?? 0) + (auctions.size[at] ?? 0);
  if ((flags & PrintFlag.HIGH_LOW) === 0) return;
  out.high[row] = Math.max(out.high[row] ?? 0, price);
  out.low[row] = Math.min(out.low[row] ?? 0, price);
  if (isOpening) out.open[row] = price;
  else out.close[row] = price;
}
