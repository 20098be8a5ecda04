/**
 * What the condition codes of Alpaca's trades and quotes mean: the codes of the consolidated tapes, one character each,
 * by the tape that a message names (R1, R2, R11). Few combinations occur, so each is judged once and found again by an
 * integer that holds up to four codes.
 */
import { PrintFlag, QuoteFlag } from '../../domain/marketTables.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { SipConditions } from '../import/SipConditions.js';

/** Codes that stand for one tape each; anything else than A, B and C is judged by both plans. */
export const TAPES = ['A', 'B', 'C', ''] as const;
/** Index into {@link TAPES} of a tape's letter, given by its character code. */
export function tapeIndex(letter: number): number {
  const index = letter - 0x41;
  return index >= 0 && index < 3 ? index : 3;
}

/** Judged once per combination; the answer is `flags`, or with this bit if a code is not known. */
export const UNKNOWN_CODE = 0x10000;

/** What the tapes' codes say beside what a print may do. */
const MARKS: Readonly<Record<string, number>> = {
  '5': PrintFlag.REOPENING_AUCTION,
  G: PrintFlag.OUT_OF_SEQUENCE,
  M: PrintFlag.OFFICIAL_CLOSE,
  Q: PrintFlag.OFFICIAL_OPEN,
  U: PrintFlag.OUT_OF_SEQUENCE,
  Z: PrintFlag.OUT_OF_SEQUENCE,
};
/** Regular, opening and one-sided quotes, and no code at all. */
const FIRM = new Set(['R', 'O', 'Y', ' ']);
/** Closed, slow, non-firm, halted or indicative quotes: they are known, and nothing is filled at them. */
const NOT_FIRM = new Set('4ABCDEFGHIJKLMNPQSTUVWXZ0123');

const SLOTS = 1024;
const MOST_KEPT = SLOTS / 2;

/** Answers by key; forgotten when there are more than a market has. */
class AnswerTable {
  readonly #keys = new Int32Array(SLOTS);
  /** Answer + 1; 0 is free. */
  readonly #answers = new Int32Array(SLOTS);
  #count = 0;

  get(key: number): number {
    let slot = (Math.imul(key, 0x9e3779b1) >>> 16) & (SLOTS - 1);
    for (;;) {
      const answer = (this.#answers[slot] ?? 0) - 1;
      if (answer < 0 || this.#keys[slot] === key) return answer;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  set(key: number, answer: number): void {
    if (this.#count >= MOST_KEPT) this.clear();
    this.#count += 1;
    let slot = (Math.imul(key, 0x9e3779b1) >>> 16) & (SLOTS - 1);
    while (this.#answers[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.#keys[slot] = key;
    this.#answers[slot] = answer + 1;
  }

  clear(): void {
    this.#answers.fill(0);
    this.#count = 0;
  }
}

/** Conditions of trades. */
export class TradeConditions {
  readonly #sip = new SipConditions();
  readonly #tables = TAPES.map(() => new AnswerTable());
  #date: TradingDate = Number.MIN_SAFE_INTEGER;

  /** The date by whose rules codes are judged from now on. */
  setDate(date: TradingDate): void {
    if (date === this.#date) return;
    this.#date = date;
    for (const table of this.#tables) table.clear();
  }

  /** Flags of the codes packed in `key`, the first in the lowest byte, with {@link UNKNOWN_CODE} for one not known. */
  flagsOfPacked(key: number, tape: number): number {
    const table = this.#tables[tape];
    if (table === undefined) return UNKNOWN_CODE;
    const known = table.get(key);
    if (known >= 0) return known;
    const flags = this.flagsOf(unpacked(key), tape);
    table.set(key, flags);
    return flags;
  }

  /** The same for any number of codes. */
  flagsOf(codes: string, tape: number): number {
    const { flags, unknown } = this.#sip.of(codes, TAPES[tape] ?? '', this.#date);
    let all = flags;
    for (const code of codes) all |= MARKS[code] ?? 0;
    return unknown === '' ? all : all | UNKNOWN_CODE;
  }
}

/** Flags of a quote by its codes: one for both sides, or one for each (R11). */
export function quoteFlagsOf(codes: string): number {
  let flags = 0;
  for (const code of codes) {
    if (FIRM.has(code)) continue;
    flags |= QuoteFlag.NOT_FIRM;
    if (!NOT_FIRM.has(code)) flags |= UNKNOWN_CODE;
  }
  return flags;
}

/** Conditions of quotes by packed key, as {@link TradeConditions.flagsOfPacked}. */
export class QuoteConditions {
  readonly #table = new AnswerTable();

  flagsOfPacked(key: number): number {
    const known = this.#table.get(key);
    if (known >= 0) return known;
    const flags = quoteFlagsOf(unpacked(key));
    this.#table.set(key, flags);
    return flags;
  }
}

/** Codes as one integer, the first in the lowest byte; undefined for more than four or what is not ASCII. */
export function packCodes(codes: string): number | undefined {
  if (codes.length > 4) return undefined;
  let key = 0;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return undefined;
    key |= code << (at * 8);
  }
  return key;
}

function unpacked(key: number): string {
  let codes = '';
  for (let shift = 0; shift < 32; shift += 8) {
    const code = (key >>> shift) & 0xff;
    if (code === 0) break;
    codes += String.fromCharCode(code);
  }
  return codes;
}
