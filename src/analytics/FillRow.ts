/**
 * A fill that is filled anew for each row of a log, so that a walk over hundreds of thousands makes no objects. Whoever
 * keeps something of it copies that.
 */
import type { FeeLine, Fill } from '../domain/fill.js';
import type { LedgerEntry } from '../domain/ledger.js';
import { emptyFill } from '../exchange/emptyFill.js';
import type { MutableReceipt } from '../exchange/emptyFill.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** See the module header. */
export interface FillRow extends Mutable<Omit<Fill, 'fees' | 'entries' | 'receipt'>> {
  fees: Mutable<FeeLine>[];
  entries: Mutable<LedgerEntry>[];
  receipt: MutableReceipt;
}

/** A fill without what it was decided on. */
export type PlainFill = Omit<Fill, 'receipt'>;

/** What a fill moved, without what it was decided on and what it cost. */
export type BareFill = Omit<PlainFill, 'fees' | 'entries'>;

/** One to begin with; what is in it means nothing. */
export function emptyFillRow(): FillRow {
  return { ...emptyFill(), fees: [], entries: [] };
}

/** The line at an index of a list of lines that is used again: the one that is there, else a new one. */
export function lineAt<T>(lines: T[], index: number, make: () => T): T {
  let line = lines[index];
  if (line === undefined) {
    line = make();
    lines[index] = line;
  }
  return line;
}
