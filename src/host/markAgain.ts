/**
 * What the accounts are worth where a tape says it, reckoned again by a kernel that is at that place. No decision
 * depends on it, but reports of performance do.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { deskEquityNow, equityNow } from './EquityMarks.js';
import { shadowEquityAt } from './ShadowRecorder.js';
import type { TapeRecord } from './tapeRecords.js';

/** The kinds of record that say what accounts are worth. */
export type EquityMark = Extract<TapeRecord, { type: 'equity' | 'deskEquity' | 'shadowEquity' }>;

/** One of them and its sequence number on the tape. */
export interface PlacedMark {
  readonly seq: number;
  readonly record: EquityMark;
}

/** Whether a record is an {@link EquityMark}. */
export function isMark(record: TapeRecord): record is EquityMark {
  return record.type === 'equity' || record.type === 'deskEquity' || record.type === 'shadowEquity';
}

/** Reckons the marks of one tape again, in their order. */
export class MarkAgain {
  /** Where a mark of all accounts of the desk comes, if it comes: right behind those of the same sample. */
  #wholeDeskAt = 0;

  /** What the tape should say in place of `record`; undefined for what cannot be reckoned again. */
  of({ seq, record }: PlacedMark, { kernel, venue }: ComposedKernel): EquityMark | undefined {
    const { accounts } = venue.desk;
    switch (record.type) {
      case 'equity':
        this.#wholeDeskAt = seq + 1;
        return equityNow(kernel);
      case 'shadowEquity':
        this.#wholeDeskAt = seq + 1;
        // Shadow accounts that ended on this tape are not run again.
        if (venue.shadows.accounts.length === 0) return undefined;
        return shadowEquityAt(venue.shadows, kernel.inputSequence, kernel.now);
      case 'deskEquity': {
        const isWhole = seq === this.#wholeDeskAt;
        // Around a command the one account is marked that it concerns.
        const marked = isWhole
          ? [...accounts.values()]
          : record.accounts.flatMap((one) => accounts.get(one.accountId) ?? []);
        return deskEquityNow(kernel, marked);
      }
    }
  }
}
