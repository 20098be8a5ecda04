import { describe, expect, it } from 'vitest';
import { parseDate } from '../../calendar/tradingDate.js';
import { KIND_RANK, PrintFlag, TradingStatus, type MarketBatch } from '../../domain/marketTables.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { createSimulatedDay, type SimulatedDay } from './simulatedDay.js';

const date = parseDate('2026-11-23');
/** 09:30 New York is five and a half hours after the start of premarket. */
const openOf = (day: SimulatedDay): number => day.start + 5.5 * HOUR;

interface Row {
  readonly kind: MarketBatch['tables'][number]['kind'];
  readonly time: number;
  readonly symbolId: number;
  readonly values: readonly number[];
  readonly flags: number;
}

function rowsOf(batch: MarketBatch): Row[] {
  const next = batch.tables.map(() => 0);
  const rows: Row[] = [];
  for (const index of batch.order ?? []) {
    const table = batch.tables[index];
    const at = next[index] ?? 0;
    next[index] = at + 1;
    if (table === undefined) throw new Error('order names an unknown table');
    const values =
      table.kind === 'quote'
        ? [table.bid[at], table.bidSize[at], table.ask[at], table.askSize[at]]
        : table.kind === 'print'
          ? [table.price[at], table.size[at]]
          : table.kind === 'status'
            ? [table.status[at]]
            : [];
    rows.push({
      kind: table.kind,
      time: table.time[at] ?? Number.NaN,
      symbolId: table.symbolId[at] ?? -1,
      values: values.map((value) => value ?? Number.NaN),
      flags: table.kind === 'print' ? (table.flags[at] ?? 0) : 0,
    });
  }
  return rows;
}

function read(day: SimulatedDay, until: number, step: number): Row[] {
  const rows: Row[] = [];
  for (let time = day.start; time < until; time += step) rows.push(...rowsOf(day.readUntil(time, 1_000)));
  for (let batch = day.readUntil(until, 1_000); batch.length > 0; batch = day.readUntil(until, 1_000))
    rows.push(...rowsOf(batch));
  return rows;
}

const AUCTION = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION | PrintFlag.REOPENING_AUCTION;

describe('simulated day', () => {
  it('gives the same events in whatever portions it is read', () => {
    const until = createSimulatedDay({ seed: 1, date }).start + 20 * MINUTE;
    const coarse = read(createSimulatedDay({ seed: 1, date }), until, 10 * MINUTE);
    const fine = read(createSimulatedDay({ seed: 1, date }), until, 0.37 * SECOND);
    expect(coarse.length).toBeGreaterThan(500);
    expect(fine).toEqual(coarse);
    expect(read(createSimulatedDay({ seed: 2, date }), until, 10 * MINUTE)).not.toEqual(coarse);
  });

  it('is ordered, positive and uncrossed, trades most near the open and the close, and holds halts', () => {
    const day = createSimulatedDay({ seed: 11, date });
    const open = openOf(day);
    const close = open + 6.5 * HOUR;
    const volume = { first: 0, middle: 0, last: 0 };
    let previous: Row | undefined;
    let halted = -1;
    let halts = 0;
    let auctions = 0;
    let wrong = 0;
    for (let time = day.start; day.peekTime() < Infinity; time += MINUTE) {
      for (const row of rowsOf(day.readUntil(time, 1_000_000))) {
        if (previous !== undefined) {
          const sameTime = row.time === previous.time;
          const rank = KIND_RANK[row.kind] - KIND_RANK[previous.kind];
          if (row.time < previous.time || (sameTime && (rank < 0 || (rank === 0 && row.symbolId < previous.symbolId))))
            wrong += 1;
        }
        previous = row;
        if (row.kind === 'status') {
          halted = row.values[0] === TradingStatus.LULD_PAUSE ? row.symbolId : -1;
          halts += 1;
          continue;
        }
        if (row.symbolId === halted || row.values.some((value) => !(Number.isSafeInteger(value) && value > 0)))
          wrong += 1;
        if (row.kind === 'quote' && !((row.values[0] ?? 0) < (row.values[2] ?? 0))) wrong += 1;
        if (row.kind !== 'print') continue;
        if ((row.flags & AUCTION) !== 0) {
          auctions += 1;
          continue;
        }
        const size = row.values[1] ?? 0;
        if (row.time >= open && row.time < open + HOUR / 2) volume.first += size;
        if (row.time >= open + 3 * HOUR && row.time < open + 3.5 * HOUR) volume.middle += size;
        if (row.time >= close - HOUR / 2 && row.time < close) volume.last += size;
      }
    }
    expect(wrong).toBe(0);
    expect(halts).toBe(2);
    // Thirty openings and closings, and one reopening.
    expect(auctions).toBe(61);
    expect(volume.first).toBeGreaterThan(2 * volume.middle);
    expect(volume.last).toBeGreaterThan(2 * volume.middle);
  });

  it('refuses a day on which the exchange is closed', () => {
    expect(() => createSimulatedDay({ seed: 1, date: parseDate('2026-11-26') })).toThrow(/closed on 2026-11-26/);
  });
});
