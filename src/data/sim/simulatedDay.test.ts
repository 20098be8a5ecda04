import { describe, expect, it } from 'vitest';
import { parseDate } from '../../calendar/tradingDate.js';
import {
  BookAction,
  KIND_RANK,
  PrintFlag,
  TradingStatus,
  type MarketBatch,
  type MarketTable,
} from '../../domain/marketTables.js';
import { columnNames, columnOf } from '../../domain/tables.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import type { OutsideOrder } from './OutsideOrders.js';
import { RecordedBooks } from './testing/RecordedBooks.js';
import { createSimulatedDay, type SimulatedDay } from './simulatedDay.js';
import { simVenueOf, SIM_UNIVERSE } from './simUniverse.js';

const date = parseDate('2026-11-23');
const CENT = 10_000;
const AUCTIONS = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION | PrintFlag.REOPENING_AUCTION;

/** A row as text: its kind and all of its columns. */
function textsOf(batch: MarketBatch): string[] {
  const texts: string[] = [];
  forEachRow(batch, (table, row) => {
    texts.push(
      `${table.kind} ${columnNames(table.kind)
        .map((name) => columnOf(table, name)[row] ?? '')
        .join(' ')}`,
    );
  });
  return texts;
}

function forEachRow(batch: MarketBatch, take: (table: MarketTable, row: number) => void): void {
  const next = batch.tables.map(() => 0);
  for (const index of batch.order ?? []) {
    const [table, row] = [batch.tables[index], next[index] ?? 0];
    next[index] = row + 1;
    if (table === undefined) throw new Error('order names an unknown table');
    take(table, row);
  }
}

function read(day: SimulatedDay, until: number, step: number): string[] {
  const rows: string[] = [];
  for (let time = day.start; time < until; time += step) rows.push(...textsOf(day.readUntil(time, 1_000)));
  for (let batch = day.readUntil(until, 1_000); batch.length > 0; batch = day.readUntil(until, 1_000))
    rows.push(...textsOf(batch));
  return rows;
}

/** An order of the fund at a price that rests at the top of the bids for a while. */
function order(id: string, shares: number): OutsideOrder {
  const price = 1_000_000 * Math.floor(SIM_UNIVERSE[0]?.price ?? 0);
  return { id, side: 'buy', price, shares };
}

describe('a simulated day', () => {
  it('gives the same events in whatever portions it is read', () => {
    const until = createSimulatedDay({ seed: 1, date }).start + 20 * MINUTE;
    const coarse = read(createSimulatedDay({ seed: 1, date }), until, 10 * MINUTE);
    const fine = read(createSimulatedDay({ seed: 1, date }), until, 0.37 * SECOND);
    expect(coarse.length).toBeGreaterThan(1_000);
    expect(fine).toEqual(coarse);
    expect(read(createSimulatedDay({ seed: 2, date }), until, MINUTE)).not.toEqual(coarse);
    const next = createSimulatedDay({ seed: 1, date: parseDate('2026-11-24') });
    expect(read(next, next.start + 20 * MINUTE, MINUTE)[0]).not.toBe(coarse[0]);
  });

  it('can be made slice by slice, which is when orders from outside would take effect', () => {
    const day = createSimulatedDay({ seed: 1, date });
    const until = day.start + 5 * MINUTE;
    const whole = read(createSimulatedDay({ seed: 1, date }), until - 1, MINUTE);
    const rows: string[] = [];
    while (day.frontier < until) {
      const from = day.frontier;
      day.makeSlice();
      expect(day.frontier).toBe(from + SECOND / 4);
      if (day.hasMade(until - 1)) rows.push(...textsOf(day.readUntil(day.frontier - 1, 100_000)));
      expect(day.hasMade(until - 1)).toBe(false);
    }
    expect(rows).toEqual(whole);
  });

  it('hears what it was told before a cut first, whatever it is told at the same frontier after it', () => {
    const resting = createSimulatedDay({ seed: 1, date });
    const entered = { symbolId: 0, takes: [], orders: [order('o-1', 400)] };
    const canceled = { symbolId: 0, takes: [], orders: [order('o-1', 0)] };
    const until = resting.start + MINUTE;
    const [whole, cut] = [createSimulatedDay({ seed: 1, date }), createSimulatedDay({ seed: 1, date })];
    for (const day of [resting, whole, cut]) while (day.frontier < day.start + 10 * SECOND) day.makeSlice();
    resting.tell([entered]);
    whole.tell([entered]);
    whole.tell([canceled]);
    cut.expect(cut.frontier, [entered]);
    cut.tell([canceled]);
    const rows = read(whole, until, SECOND);
    expect(read(cut, until, SECOND)).toEqual(rows);
    expect(read(resting, until, SECOND)).not.toEqual(rows);
  });

  it('is a legal market from premarket to after hours, told in order (X13), and its book is its quotes', () => {
    const day = createSimulatedDay({ seed: 3, date });
    const [open, close] = [day.start + 5.5 * HOUR, day.start + 12 * HOUR];
    const books = new RecordedBooks();
    const faults: string[] = [];
    const auctions = { open: 0, close: 0, reopen: 0 };
    const pauses: number[] = [];
    const [bands, paused] = [new Map<number, [number, number]>(), new Map<number, number>()];
    let [rows, lastTime, lastRank, lastSymbol] = [0, 0, 0, 0];
    const fault = (what: string): void => void (faults.length < 5 && faults.push(what));
    for (let batch = day.readUntil(Infinity, 50_000); batch.length > 0; batch = day.readUntil(Infinity, 50_000)) {
      rows += batch.length;
      forEachRow(batch, (table, row) => {
        const [time, symbolId] = [table.time[row] ?? 0, table.symbolId[row] ?? 0];
        const rank = KIND_RANK[table.kind];
        const isAfter = time > lastTime || rank > lastRank || (rank === lastRank && symbolId >= lastSymbol);
        if (time < lastTime || !isAfter) fault(`out of order at ${time}`);
        [lastTime, lastRank, lastSymbol] = [time, rank, symbolId];
        if (table.kind === 'status') {
          const status = table.status[row] ?? 0;
          if (status === TradingStatus.BANDS) bands.set(symbolId, [table.lower[row] ?? 0, table.upper[row] ?? 0]);
          else if (status === TradingStatus.LULD_PAUSE && !paused.has(symbolId)) paused.set(symbolId, time);
          else if (status === TradingStatus.TRADING && paused.has(symbolId)) {
            pauses.push(time - (paused.get(symbolId) ?? 0));
            paused.delete(symbolId);
          } else fault(`status ${status} out of turn`);
        } else if (table.kind === 'book') {
          const misfit = books.apply(table, row);
          if (misfit !== undefined) fault(`${misfit} at ${time}`);
          const isGrowing = table.action[row] !== BookAction.CANCEL;
          if (paused.has(symbolId) && isGrowing && paused.get(symbolId) !== time) fault(`book in a pause at ${time}`);
        } else if (table.kind === 'quote') {
          const [bid, ask] = [table.bid[row] ?? 0, table.ask[row] ?? 0];
          if (!(bid > 0 && ask > bid) || bid % CENT !== 0 || ask % CENT !== 0) fault(`quote ${bid} ${ask}`);
          const shown = books.quoteOf(symbolId);
          const told = [bid, table.bidSize[row], ask, table.askSize[row]];
          if (String(shown) !== String(told)) fault(`quote ${String(told)}, book ${String(shown)}`);
        } else if (table.kind === 'print') {
          const [price, size, flags] = [table.price[row] ?? 0, table.size[row] ?? 0, table.flags[row] ?? 0];
          const isRegular = time >= open && time < close;
          const isAuction = (flags & AUCTIONS) !== 0;
          if (price % CENT !== 0 || !(price > 0) || !(size > 0)) fault(`print ${price} x ${size}`);
          const isExtended = (flags & PrintFlag.EXTENDED_HOURS) !== 0;
          if (!isAuction && isExtended === isRegular) fault(`flags ${flags} at ${time}`);
          const isOdd = (flags & PrintFlag.ODD_LOT) !== 0;
          if (isOdd !== size < 100 || isOdd === ((flags & PrintFlag.LAST) !== 0)) fault(`flags ${flags} of ${size}`);
          const [lower, upper] = bands.get(symbolId) ?? [0, 0];
          if (!isAuction && upper > 0 && isRegular && (price < lower || price > upper))
            fault(`beyond bands at ${time}`);
          if (paused.has(symbolId)) fault(`print in a pause at ${time}`);
          if (isAuction) {
            if (table.exchange[row] !== simVenueOf(symbolId).charCodeAt(0)) fault('an auction of another market');
            if ((flags & PrintFlag.OPENING_AUCTION) !== 0) auctions.open += 1;
            if ((flags & PrintFlag.CLOSING_AUCTION) !== 0) auctions.close += 1;
            if ((flags & PrintFlag.REOPENING_AUCTION) !== 0) auctions.reopen += 1;
          }
        }
      });
    }
    expect(faults).toEqual([]);
    expect(rows).toBeGreaterThan(1_500_000);
    expect(auctions).toEqual({ open: SIM_UNIVERSE.length, close: SIM_UNIVERSE.length, reopen: pauses.length });
    expect(pauses.length).toBeGreaterThan(0);
    for (const pause of pauses) expect(pause).toBe(5 * MINUTE);
    expect([...bands.values()].every(([lower, upper]) => lower === 0 && upper === 0)).toBe(true);
  });

  it('goes on from the prices that a day ended with', () => {
    const openingPrices = SIM_UNIVERSE.map(({ price }) => price * 1.5);
    const day = createSimulatedDay({ seed: 3, date, openingPrices });
    day.prices().forEach((price, symbolId) => {
      expect(Math.abs(price / (openingPrices[symbolId] ?? 0) - 1)).toBeLessThan(0.3);
    });
  });

  it('refuses a day on which the exchange is closed', () => {
    expect(() => createSimulatedDay({ seed: 1, date: parseDate('2026-11-26') })).toThrow(/closed on 2026-11-26/);
  });
});
