/** Closed FIFO matches in growing columns: a long backtest keeps hundreds of thousands of them. */
import type { RoundTrip } from '../domain/position.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { NumberRows } from '../utils/NumberRows.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';

/** Columns per row: of numbers, then the codes of owner and reasons. */
const WIDTH = 11;

/** When something was traded, and at which price. */
interface TradePoint {
  readonly time: Micros;
  readonly price: Price;
}

/** What a round trip came to, without whose it was. */
export type RoundTripResult = Omit<RoundTrip, 'owner' | 'symbolId' | 'entryReason' | 'exitReason'>;

/** See the module header. One match is written by `add`, `addResult`, `addReasons`, in this order. */
export class RoundTripLog {
  private readonly rows = new NumberRows(WIDTH);
  private readonly texts = new TextTable();
  private readonly owners = new TextColumn(this.texts);
  private readonly entryReasons = new TextColumn(this.texts);
  private readonly exitReasons = new TextColumn(this.texts);
  /** Where the newest row begins in its block. */
  private newest = 0;

  /** How many there are. */
  get length(): number {
    return this.rows.length;
  }

  /** Begins a row. */
  add(owner: string, symbolId: number, isLong: boolean, quantity: Quantity, entry: TradePoint, exit: TradePoint): void {
    const at = this.rows.next();
    const row = this.rows.block;
    this.newest = at;
    row[at] = symbolId;
    row[at + 1] = isLong ? quantity : -quantity;
    row[at + 2] = entry.time;
    row[at + 3] = exit.time;
    row[at + 4] = entry.price;
    row[at + 5] = exit.price;
    row[at + 8] = this.owners.codeOf(owner);
  }

  /** Completes the newest row. */
  addResult(pnl: Money, fees: Money): void {
    const at = this.newest;
    const row = this.rows.block;
    row[at + 6] = pnl;
    row[at + 7] = fees;
  }

  /** Completes the newest row. */
  addReasons(entryReason: string, exitReason: string): void {
    const at = this.newest;
    const row = this.rows.block;
    row[at + 9] = this.entryReasons.codeOf(entryReason);
    row[at + 10] = this.exitReasons.codeOf(exitReason);
  }

  /** Lets go of all rows. */
  clear(): void {
    this.rows.clear();
  }

  /** Lets go of all rows for good, for logs to come. */
  release(): void {
    this.rows.release();
  }

  /** The numbers of a row that a result is reckoned from, oldest first; zeros beyond the end. */
  resultAt(index: number): RoundTripResult {
    const { rows } = this;
    const signed = rows.at(index, 1);
    return {
      side: signed > 0 ? 'buy' : 'sell',
      quantity: Math.abs(signed),
      entryPrice: rows.at(index, 4),
      exitPrice: rows.at(index, 5),
      entryTime: rows.at(index, 2),
      exitTime: rows.at(index, 3),
      pnl: rows.at(index, 6),
      fees: rows.at(index, 7),
    };
  }

  /** A row, oldest first; undefined beyond the end. */
  at(index: number): RoundTrip | undefined {
    if (index < 0 || index >= this.rows.length) return undefined;
    const number = (column: number): number => this.rows.at(index, column);
    const text = (column: number): string => this.texts.textOf(number(column));
    return {
      owner: text(8),
      symbolId: number(0),
      ...this.resultAt(index),
      entryReason: text(9),
      exitReason: text(10),
    };
  }

  /** All rows, oldest first. */
  toArray(): RoundTrip[] {
    const all: RoundTrip[] = [];
    for (let i = 0; i < this.rows.length; i += 1) {
      const trip = this.at(i);
      if (trip !== undefined) all.push(trip);
    }
    return all;
  }
}
