/**
 * One symbol of the price stream: turns rows of the market into ticks with the volume of the trading date so far. What
 * was traded before anybody listened is read once; rows that come meanwhile wait. A market that shows prints makes a
 * tick of each that sets the last price or adds to the volume of its minute, so that bars of the ticks are the market's
 * own; one that shows bars alone makes ticks of those.
 */
import { fromNewYork, newYorkDate } from '../../../calendar/newYorkTime.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import { PrintFlag } from '../../../domain/marketTables.js';
import { DAY, MINUTE, SECOND } from '../../../domain/timeframe.js';
import type { Micros, Price, Shares } from '../../../domain/units.js';
import type { BarRow, MarketReads, PrintRow } from '../../alpaca/PaperVenue.js';
import { eachBarTick } from './barTicks.js';

/** More than a minute ever has. */
const ALL_PRINTS = 10_000_000;
/** Rows that may wait for the volume before them; of more, the oldest are not told. */
const MAX_WAITING = 50_000;

/** A price; `dayVolume` is undefined where the market does not say what was traded. */
export type EmitTick = (symbolId: number, seconds: number, price: Price, dayVolume: Shares | undefined) => void;

/** What was traded on a date before the rows that come. */
interface Before {
  readonly date: TradingDate;
  readonly minutes: readonly BarRow[];
  /** Prints that came after the last of these minutes. */
  readonly prints: readonly PrintRow[];
  readonly until: number;
}

/** See the module header. */
export class SymbolTape {
  readonly #symbolId: number;
  readonly #emit: EmitTick;
  #kind: 'print' | 'bar' | undefined;
  #waiting: (PrintRow | BarRow)[] | undefined = [];
  /** Taken into account with the first row: only that one says where it ends. */
  #before: Before | undefined;
  #date: TradingDate | undefined;
  #ended = false;
  #volume: Shares = 0;
  /** The minute that prints are counted in, and the last price within it. */
  #minute: Micros | undefined;
  #last: Price | undefined;

  constructor(symbolId: number, emit: EmitTick) {
    this.#symbolId = symbolId;
    this.#emit = emit;
  }

  /** Reads what was traded of the running date; rows are told once it is through. */
  async load(reads: MarketReads): Promise<void> {
    const { time: now } = reads.clock();
    const date = newYorkDate(now);
    const midnight = fromNewYork(date, 0);
    const until = Math.floor(now / MINUTE) * MINUTE;
    const symbolId = this.#symbolId;
    const [minutes, prints] = await Promise.all([
      reads.bars({ symbolId, base: '1m', from: midnight, to: midnight + DAY, adjust: 'raw' }),
      reads.prints({ symbolId, from: until, to: midnight + DAY, limit: ALL_PRINTS, sort: 'asc' }),
    ]);
    this.#before = { date, minutes, prints, until };
    const [first] = minutes;
    if (first !== undefined) this.#kind = first.count === 0 ? 'bar' : 'print';
    this.start();
  }

  /** Tells what waits, and from now on everything as it comes. */
  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const row of waiting) this.take(row);
  }

  /** Tells nothing any more, even if the volume before is still being read. */
  end(): void {
    this.#ended = true;
  }

  /** The next row of the symbol. */
  take(row: PrintRow | BarRow): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) {
      this.#waiting.push(row);
      if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
      return;
    }
    // A bar of prints has a count; whatever kind comes first is what the symbol's minutes are made of.
    const isOfPrints = row.kind === 'print' || row.count > 0;
    this.#kind ??= isOfPrints ? 'print' : 'bar';
    if (row.kind === 'print') {
      if (this.#kind === 'print') this.#print(row);
    } else if (this.#kind === 'bar' && row.restated !== true) {
      this.#bar(row);
    }
  }

  #print(row: PrintRow): void {
    this.#begin(newYorkDate(row.time), ({ minutes, prints, until }) => {
      for (const bar of minutes) if (bar.start < until) this.#volume += bar.volume;
      for (const print of prints) if (print.id < row.id) this.#count(print);
    });
    const isCounted = this.#count(row);
    if ((row.flags & PrintFlag.LAST) !== 0) {
      const isUnknown = (row.flags & (PrintFlag.SAMPLED | PrintFlag.VOLUME)) === PrintFlag.SAMPLED;
      this.#emit(this.#symbolId, Math.floor(row.time / SECOND), row.price, isUnknown ? undefined : this.#volume);
    } else if (isCounted && this.#last !== undefined) {
      // The volume is told with the last price, so that none of a minute is left for the next one.
      this.#emit(this.#symbolId, Math.floor(row.time / SECOND), this.#last, this.#volume);
    }
  }

  /** Counts a print as bars do: only one that may set high and low begins a minute, and without one none is counted. */
  #count({ time, price, size, flags }: PrintRow): boolean {
    const minute = Math.floor(time / MINUTE) * MINUTE;
    if ((flags & PrintFlag.HIGH_LOW) !== 0 && minute !== this.#minute) {
      this.#minute = minute;
      this.#last = undefined;
    }
    if (minute !== this.#minute) return false;
    if ((flags & PrintFlag.LAST) !== 0) this.#last = price;
    if ((flags & PrintFlag.VOLUME) === 0) return false;
    this.#volume += size;
    return true;
  }

  #bar(row: BarRow): void {
    this.#begin(newYorkDate(row.start), ({ minutes }) => {
      for (const bar of minutes) if (bar.start < row.start) this.#volume += bar.volume;
    });
    eachBarTick(row, this.#volume, (seconds, price, volume) => this.#emit(this.#symbolId, seconds, price, volume));
    this.#volume += row.volume;
  }

  /** The volume begins anew with each date; on the first one with what `count` makes of what was before. */
  #begin(date: TradingDate, count: (before: Before) => void): void {
    if (this.#date === date) return;
    this.#volume = 0;
    if (this.#date === undefined && this.#before?.date === date) count(this.#before);
    this.#date = date;
    this.#before = undefined;
  }
}
