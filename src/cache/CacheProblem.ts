/** What checking a cache finds: faults that reading would stumble over, and notes that a person should know. */
import type { HistorySeries } from '../domain/historyArchive.js';

/** Kinds of findings; those of {@link isFault} make data unreadable or wrong. */
export type ProblemKind =
  /** A manifest cannot be read, or lists what is not there. */
  | 'manifestDamaged'
  | 'fileMissing'
  | 'checksumWrong'
  | 'fileUnreadable'
  | 'schemaWrong'
  | 'rowsOutOfOrder'
  | 'rowsMiscounted'
  | 'logDamaged'
  | 'referenceDamaged'
  /** A data file that no manifest lists. */
  | 'fileUnlisted'
  /** What a write that was cut short has left behind; nothing reads it. */
  | 'leftover'
  | 'logTorn'
  /** Rows at times at which the exchange was closed. */
  | 'outsideCalendar'
  /** Rows that no source has claimed to have told in full. */
  | 'unclaimedRows'
  /** Rows that were received in the future by this machine's clock. */
  | 'receivedInFuture'
  /** Rows that were there once, could not be restored, and have not come again. */
  | 'rowsLost';

/** One finding. */
export interface CacheProblem {
  readonly kind: ProblemKind;
  /** Relative to the cache's folder. */
  readonly path: string;
  /** A sentence's end: what is wrong with it. */
  readonly finding: string;
  /** Whether it is of the tree of earlier versions. */
  readonly isRevision: boolean;
  /** The series that it is about, where it is about one. */
  readonly series?: HistorySeries;
}

const NOTES: readonly ProblemKind[] = [
  'leftover',
  'logTorn',
  'outsideCalendar',
  'unclaimedRows',
  'receivedInFuture',
  'rowsLost',
];

/** Whether a finding makes data unreadable or wrong. */
export function isFault({ kind }: Pick<CacheProblem, 'kind'>): boolean {
  return !NOTES.includes(kind);
}
