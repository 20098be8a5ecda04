/**
 * What a matching engine did, as rows of eight integers in a ring that is made once: readers keep the number of the
 * row that they read next and come before the ring has gone round. The rows of the last command are always all
 * there; a command that needs more than the ring has makes it larger.
 *
 * A trade is two rows, first the maker's, then the taker's, with one trade number.
 */
import { assert } from '../../utils/assert.js';
import type { BookSide } from '../../book/bookLayout.js';

/** log2 of the integers in a row. */
export const EXECUTION_SHIFT = 3;

/** Fields of a row. */
export const Execution = {
  /** {@link ExecutionKind}, and the side of the order in {@link EXECUTION_SIDE_BIT}. */
  KIND: 0,
  MEMBER: 1,
  /** Handle of the order; 0 if it never rested. */
  ORDER: 2,
  /** What the member knows the order by. */
  REF: 3,
  /** Price in ticks: the limit, or of a fill the price of the trade. */
  TICK: 4,
  /** Shares accepted, filled, canceled or refused. */
  SIZE: 5,
  /** Shares of the order that are left; they rest unless a row of the same command says otherwise. */
  LEFT: 6,
  /** Of a fill the number of the trade in its engine, from 1; of a refusal its code. */
  DETAIL: 7,
} as const;

/** The bit of KIND that is set for a sell order. */
export const EXECUTION_SIDE_BIT = 16;

/** Kinds of rows. */
export const ExecutionKind = {
  /** The order was taken; LEFT is what rests after its fills, whose rows follow. */
  ACCEPTED: 1,
  /** The order rested and traded. */
  MAKER_FILL: 2,
  /** The order came and traded. */
  TAKER_FILL: 3,
  /** The member canceled the order. */
  CANCELED: 4,
  /** The order goes on with another price or size, given here; LEFT as with ACCEPTED. */
  REPLACED: 5,
  /** What an immediate order did not trade. */
  UNFILLED: 6,
  /** The order would have traded with its own member. */
  SELF_TRADE: 7,
  /** The day ended. */
  EXPIRED: 8,
  /** The command changed nothing. */
  REFUSED: 9,
} as const;

/** See the module header. */
export class ExecutionReports {
  /** The ring; replaced when it grows. Row n is at n modulo {@link capacity}. Read-only to users. */
  rows: Int32Array;
  /** Rows written so far: the number of the next. Read-only to users. */
  written = 0;
  /** Number of the first row of the last command. Read-only to users. */
  start = 0;
  private mask: number;

  /** `capacity`, in rows, is a power of two. */
  constructor(capacity: number) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, `room for ${capacity} reports`);
    this.rows = new Int32Array(capacity << EXECUTION_SHIFT);
    this.mask = capacity - 1;
  }

  /** Rows that there is room for. */
  get capacity(): number {
    return this.mask + 1;
  }

  /** The number of the oldest row that is still there. */
  get oldest(): number {
    return Math.max(0, this.written - this.capacity);
  }

  /** A field of a row that is still there. */
  field(row: number, field: number): number {
    return this.rows[((row & this.mask) << EXECUTION_SHIFT) + field] ?? 0;
  }

  /** Begins the rows of a command. */
  begin(): void {
    this.start = this.written;
  }

  /** Writes a row and returns its number. */
  write(
    kind: number,
    side: BookSide,
    member: number,
    order: number,
    ref: number,
    tick: number,
    size: number,
    left: number,
    detail: number,
  ): number {
    const row = this.written;
    if (row - this.start > this.mask) this.grow();
    this.written = row + 1;
    const { rows } = this;
    const at = (row & this.mask) << EXECUTION_SHIFT;
    rows[at | Execution.KIND] = kind + side * EXECUTION_SIDE_BIT;
    rows[at | Execution.MEMBER] = member;
    rows[at | Execution.ORDER] = order;
    rows[at | Execution.REF] = ref;
    rows[at | Execution.TICK] = tick;
    rows[at | Execution.SIZE] = size;
    rows[at | Execution.LEFT] = left;
    rows[at | Execution.DETAIL] = detail;
    return row;
  }

  /** Fills in what of an order rests, which is known only after its fills were written. */
  complete(row: number, order: number, left: number): void {
    const at = (row & this.mask) << EXECUTION_SHIFT;
    this.rows[at | Execution.ORDER] = order;
    this.rows[at | Execution.LEFT] = left;
  }

  /** Twice the room; every row that is there belongs to the command and keeps its number. */
  private grow(): void {
    const rows = new Int32Array(this.rows.length * 2);
    const mask = this.mask * 2 + 1;
    for (let row = this.start; row < this.written; row += 1) {
      const from = (row & this.mask) << EXECUTION_SHIFT;
      rows.set(this.rows.subarray(from, from + (1 << EXECUTION_SHIFT)), (row & mask) << EXECUTION_SHIFT);
    }
    this.rows = rows;
    this.mask = mask;
  }
}
