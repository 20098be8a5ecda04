/**
 * What a {@link ReplayBook} says happened to our own orders, as rows of eight integers that are overwritten by the
 * next message or command.
 */

/** log2 of the integers in a row. */
export const FILL_SHIFT = 3;

/** Fields of a row. */
export const OwnFill = {
  /** {@link Evidence}. */
  EVIDENCE: 0,
  /** Handle of the order; 0 for one that has not rested. */
  HANDLE: 1,
  /** What the caller knows it by. */
  REF: 2,
  SIDE: 3,
  /** Price of the fill in ticks. */
  TICK: 4,
  /** Shares filled. */
  SIZE: 5,
  /** Shares of the order that are left. */
  LEFT: 6,
} as const;

/** Why an own order filled. */
export const Evidence = {
  /** It took displayed shares that nobody of us had taken. */
  DISPLAYED: 0,
  /** An order behind it in its queue was executed. */
  QUEUE: 1,
  /** An order at a worse price than its own was executed. */
  THROUGH: 2,
  /** An order came in that would have traded with it. */
  INCOMING: 3,
  /** A hidden order at a worse price, or at its own with nothing displayed ahead of it, was executed. */
  HIDDEN: 4,
} as const;

const FIRST_FILLS = 16;

/** The rows of one message or command. */
export class OwnFills {
  /** `count` rows; replaced when they grow. Read-only to users. */
  rows = new Int32Array(FIRST_FILLS << FILL_SHIFT);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  /** Two numbers of one kind lie beside each other only here: the order is that of {@link OwnFill}. */
  push(evidence: number, handle: number, ref: number, side: number, tick: number, size: number, left: number): void {
    const at = this.count << FILL_SHIFT;
    if (at === this.rows.length) {
      const rows = new Int32Array(at * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    const { rows } = this;
    rows[at + OwnFill.EVIDENCE] = evidence;
    rows[at + OwnFill.HANDLE] = handle;
    rows[at + OwnFill.REF] = ref;
    rows[at + OwnFill.SIDE] = side;
    rows[at + OwnFill.TICK] = tick;
    rows[at + OwnFill.SIZE] = size;
    rows[at + OwnFill.LEFT] = left;
    this.count += 1;
  }
}
