/** What the tests measure of simulated days: one-minute returns, volume by part of the day, spreads, pauses. */
import { sessionOf } from '../../../calendar/sessions.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import type { MarketTable, PrintTable, QuoteTable } from '../../../domain/marketTables.js';
import { PrintFlag, TradingStatus } from '../../../domain/marketTables.js';
import type { MarketStream } from '../../../domain/ports.js';
import { HOUR, MINUTE } from '../../../domain/timeframe.js';
import { required } from '../../../utils/assert.js';

const MINUTES = 390;
const AUCTIONS = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION | PrintFlag.REOPENING_AUCTION;

class Mean {
  sum = 0;
  count = 0;

  add(value: number): void {
    this.sum += value;
    this.count += 1;
  }

  get value(): number {
    return this.sum / this.count;
  }
}

/** See the module header. Days are read one after the other. */
export class MinuteFacts {
  readonly volume = { first: 0, midday: 0, last: 0 };
  /** By symbol, one entry a day. */
  readonly #returns: number[][][];
  readonly #isQuiet: boolean[][];
  readonly #spreads;
  #open = 0;
  #close = 0;
  #closes: Float64Array[] = [];
  readonly #paused = new Set<number>();

  constructor(symbols: number) {
    this.#returns = Array.from({ length: symbols }, () => []);
    this.#isQuiet = Array.from({ length: symbols }, () => []);
    this.#spreads = Array.from({ length: symbols }, () => ({
      early: new Mean(),
      regular: new Mean(),
      extended: new Mean(),
      relative: new Mean(),
    }));
  }

  /** Reads a whole day. */
  read(market: MarketStream, date: TradingDate): void {
    const session = required(sessionOf(date), 'a trading day');
    [this.#open, this.#close] = [session.open, session.close];
    this.#closes = this.#returns.map(() => new Float64Array(MINUTES + 1));
    this.#paused.clear();
    for (;;) {
      const batch = market.readUntil(Infinity, 50_000);
      if (batch.length === 0) break;
      for (const table of batch.tables) this.#take(table);
    }
    this.#closes.forEach((closes, symbolId) => {
      const returns: number[] = [];
      for (let minute = 1; minute <= MINUTES; minute += 1) {
        if (closes[minute] === 0) closes[minute] = closes[minute - 1] ?? 0;
        returns.push(Math.log((closes[minute] ?? 0) / (closes[minute - 1] ?? 0)));
      }
      this.#returns[symbolId]?.push(returns);
      this.#isQuiet[symbolId]?.push(!this.#paused.has(symbolId));
    });
  }

  /** All returns of a symbol, day after day. */
  returnsOf(symbolId: number): readonly number[] {
    return (this.#returns[symbolId] ?? []).flat();
  }

  /** Those of days without a pause. */
  quietReturns(symbolId: number): readonly number[] {
    return (this.#returns[symbolId] ?? []).filter((_, day) => this.#isQuiet[symbolId]?.[day] === true).flat();
  }

  /** The same in standard deviations. */
  standardised(symbolId: number): readonly number[] {
    const returns = this.quietReturns(symbolId);
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + value * value, 0) / returns.length);
    return returns.map((value) => value / deviation);
  }

  /** The returns of each symbol's day without a pause. */
  quietDays(): readonly (readonly number[])[] {
    return this.#returns.flatMap((days, symbolId) => days.filter((_, day) => this.#isQuiet[symbolId]?.[day] === true));
  }

  /** Mean spreads of a symbol: early, later, outside regular hours, and in parts of the price. */
  spreadOf(symbolId: number): { early: number; regular: number; extended: number; relative: number } {
    const { early, regular, extended, relative } = required(this.#spreads[symbolId], 'a symbol');
    return { early: early.value, regular: regular.value, extended: extended.value, relative: relative.value };
  }

  #take(table: MarketTable): void {
    for (let row = 0; row < table.length; row += 1) {
      if (table.kind === 'quote') this.#takeQuote(table, row);
      else if (table.kind === 'print') this.#takePrint(table, row);
      else if (table.kind === 'status' && table.status[row] === TradingStatus.LULD_PAUSE) {
        this.#paused.add(table.symbolId[row] ?? -1);
      }
    }
  }

  #takeQuote(table: QuoteTable, row: number): void {
    const [time, bid, ask] = [table.time[row] ?? 0, table.bid[row] ?? 0, table.ask[row] ?? 0];
    const spreads = this.#spreads[table.symbolId[row] ?? 0];
    if (spreads === undefined || bid === 0 || ask === 0) return;
    if (time < this.#open || time >= this.#close) spreads.extended.add(ask - bid);
    else if (time < this.#open + HOUR / 4) spreads.early.add(ask - bid);
    else {
      spreads.regular.add(ask - bid);
      spreads.relative.add((2 * (ask - bid)) / (ask + bid));
    }
  }

  #takePrint(table: PrintTable, row: number): void {
    const [time, flags] = [table.time[row] ?? 0, table.flags[row] ?? 0];
    if (time < this.#open || time >= this.#close) return;
    const closes = this.#closes[table.symbolId[row] ?? 0];
    if (closes === undefined) return;
    const price = table.price[row] ?? 0;
    if ((flags & PrintFlag.OPENING_AUCTION) !== 0) closes[0] = price;
    if ((flags & PrintFlag.LAST) !== 0) closes[Math.floor((time - this.#open) / MINUTE) + 1] = price;
    if ((flags & AUCTIONS) !== 0) return;
    const size = table.size[row] ?? 0;
    if (time < this.#open + HOUR / 2) this.volume.first += size;
    if (time >= this.#open + 3 * HOUR && time < this.#open + 3.5 * HOUR) this.volume.midday += size;
    if (time >= this.#close - HOUR / 2) this.volume.last += size;
  }
}
