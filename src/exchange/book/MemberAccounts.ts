/**
 * The money of the members of a market: one row of doubles per member, a cache line each, shared by the matching
 * engines of all its symbols. Every number is an integer. Member numbers are 1, 2, …; row 0 is the exchange's own,
 * whose cash is the fees it has collected.
 *
 * Deposits and credits together stay within 2^53, and no member owes more than its credit. Since money only moves
 * between rows, no balance and no sum of balances can then leave the range in which integers are exact; nothing has
 * to be checked at a fill.
 */
import type { Money } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import type { CommandLog } from './CommandLog.js';
import { LogKind } from './commandRecords.js';
import { MemberRefusal } from './memberRefusals.js';
import { mixIn } from '../../book/OrderQueues.js';

/** log2 of the doubles in a money row. */
export const MONEY_SHIFT = 3;
/** Micro-dollars; below 0 where credit is in use. */
export const CASH = 0;
/** Micro-dollars that open buy orders need, at their limits and with the higher fee. */
export const RESERVED = 1;
/** Micro-dollars that cash may be below 0. */
export const CREDIT = 2;
/** Micro-dollars of fees paid, less rebates. */
export const FEES = 3;
/** Fills of resting orders. */
export const MAKER_FILLS = 4;
/** Fills of incoming orders. */
export const TAKER_FILLS = 5;

const TWO_32 = 2 ** 32;
const MOST_MEMBERS = 2 ** 24;

/** See the module header. */
export class MemberAccounts {
  /** Money rows, see {@link CASH} and its neighbours. Read-only to users. */
  readonly rows: Float64Array;
  /** Members that there is room for. */
  readonly capacity: number;
  /** Members that have an account; their numbers are 1 to this. Read-only to users. */
  count = 0;
  /** Micro-dollars paid in by all members: what all rows of cash add up to, the exchange's included. */
  deposited: Money = 0;
  /** Micro-dollars of all credits. */
  granted: Money = 0;
  readonly log: CommandLog | undefined;

  /** Commands that were accepted are appended to `log`, those of the engines on these accounts too. */
  constructor(capacity: number, log?: CommandLog) {
    assert(Number.isInteger(capacity) && capacity > 0 && capacity <= MOST_MEMBERS, `room for ${capacity} members`);
    this.capacity = capacity;
    this.rows = new Float64Array((capacity + 1) << MONEY_SHIFT);
    this.log = log;
    log?.start(capacity);
  }

  /** Opens an account without cash. Returns the member's number; refusals: SIZE, ACCOUNTS_FULL. */
  open(credit: Money): number {
    if (!Number.isSafeInteger(credit) || credit < 0) return MemberRefusal.SIZE;
    if (this.count === this.capacity || !this.hasRoomFor(credit)) return MemberRefusal.ACCOUNTS_FULL;
    this.log?.append(LogKind.OPEN, 0, 0, 0, credit | 0, Math.floor(credit / TWO_32));
    this.count += 1;
    this.rows[(this.count << MONEY_SHIFT) | CREDIT] = credit;
    this.granted += credit;
    return this.count;
  }

  /** Pays in a positive amount. Returns 0; refusals: MEMBER, SIZE, ACCOUNTS_FULL. */
  deposit(member: number, amount: Money): number {
    if (!this.has(member)) return MemberRefusal.MEMBER;
    if (!Number.isSafeInteger(amount) || amount <= 0) return MemberRefusal.SIZE;
    if (!this.hasRoomFor(amount)) return MemberRefusal.ACCOUNTS_FULL;
    this.log?.append(LogKind.DEPOSIT, member, 0, 0, amount | 0, Math.floor(amount / TWO_32));
    const at = (member << MONEY_SHIFT) | CASH;
    this.rows[at] = (this.rows[at] ?? 0) + amount;
    this.deposited += amount;
    return 0;
  }

  /** Whether a member has an account. Any number is allowed. */
  has(member: number): boolean {
    return member > 0 && member <= this.count && (member | 0) === member;
  }

  /** A field of a member's row, e.g. {@link CASH}; member 0 is the exchange. */
  field(member: number, field: number): number {
    return this.rows[(member << MONEY_SHIFT) + field] ?? 0;
  }

  /** Micro-dollars that new orders may need: cash and credit less what is reserved. */
  buyingPower(member: number): Money {
    const at = member << MONEY_SHIFT;
    return (this.rows[at | CASH] ?? 0) + (this.rows[at | CREDIT] ?? 0) - (this.rows[at | RESERVED] ?? 0);
  }

  /** A 32-bit sum over every row in use. */
  checksum(): number {
    let sum = mixIn(0, this.count);
    for (const value of this.rows.subarray(0, (this.count + 1) << MONEY_SHIFT)) {
      sum = mixIn(mixIn(sum, value | 0), Math.floor(value / TWO_32));
    }
    return sum >>> 0;
  }

  private hasRoomFor(amount: Money): boolean {
    return this.deposited + this.granted + amount <= Number.MAX_SAFE_INTEGER;
  }
}
