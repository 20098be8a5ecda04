/**
 * The records of a command log: eight 32-bit integers each, 32 bytes, in blocks of 64 KiB.
 *
 *   0 kind, side and symbol     1 sequence, from 1, wrapping    2 member    3 reference
 *   4 order handle              5 price in ticks                6 shares    7 check
 *
 * An amount of money lies in 5 (its low 32 bits) and 6. The check is a sum of the other seven, each times an odd
 * number of its own, so that no change of one of them goes unseen; a record of zeros does not pass. The bytes are
 * little-endian, as every processor that Node.js runs on writes them.
 */

/** log2 of the integers in a record. */
export const RECORD_SHIFT = 3;
/** Bytes of a record. */
export const RECORD_BYTES = 4 << RECORD_SHIFT;
/** Bytes of a block. */
export const BLOCK_BYTES = 65_536;
/** The version that the first record carries. */
export const LOG_VERSION = 1;

/** Integers of a record. */
export const LogField = {
  KIND: 0,
  SEQUENCE: 1,
  MEMBER: 2,
  REF: 3,
  ORDER: 4,
  TICK: 5,
  SIZE: 6,
  CHECK: 7,
} as const;

/** Kinds of records, in the low bits of their first integer; the side is {@link SIDE_BIT} of it. */
export const LogKind = {
  /** The beginning: version in MEMBER, room for members in SIZE. */
  START: 1,
  /** An engine that takes commands from here on: fingerprint of its options in ORDER. */
  ENGINE: 2,
  /** A member's account: credit. */
  OPEN: 3,
  /** Cash paid in: amount. */
  DEPOSIT: 4,
  /** Shares brought in: SIZE. */
  DEPOSIT_SHARES: 5,
  /** A member's limits: long in TICK, short in SIZE, open orders in ORDER. */
  LIMITS: 6,
  /** The price band: lowest in TICK, highest in SIZE. */
  BAND: 7,
  ADD: 8,
  TAKE: 9,
  MARKET: 10,
  CANCEL: 11,
  REPLACE: 12,
  END_DAY: 13,
} as const;

/** The bits of the kind. */
export const KIND_MASK = 15;
/** Where the side begins. */
export const SIDE_SHIFT = 4;
/** Where the symbol begins. */
export const SYMBOL_SHIFT = 8;
/** Symbols that the bits are enough for. */
export const MOST_SYMBOLS = 2 ** 23;

/** The check of a record's other integers. */
export function checkOf(
  kind: number,
  sequence: number,
  member: number,
  ref: number,
  order: number,
  tick: number,
  size: number,
): number {
  const sum =
    Math.imul(kind, 0x9e37_79b1) +
    Math.imul(sequence, 0x85eb_ca77) +
    Math.imul(member, 0xc2b2_ae3d) +
    Math.imul(ref, 0x27d4_eb2f) +
    Math.imul(order, 0x1656_67b1) +
    Math.imul(tick, 0xd6e8_feb9) +
    Math.imul(size, 0xa5cb_9243) +
    0x2545_f491;
  return sum | 0;
}
