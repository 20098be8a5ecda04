/** What the exchanges of one venue may have in common: marks, reports and fill numbers. */
import type { FillIds } from './FillMaker.js';
import type { OwnActivity } from './OwnActivity.js';
import type { ReportQueue } from './ReportQueue.js';

/** See the module header. */
export interface SharedParts {
  /** Current mark of each symbol; every exchange that sees a row writes the same. */
  readonly marks: Float64Array;
  readonly reports: ReportQueue;
  readonly fillIds: FillIds;
  /** Of the accounts that are real in the session; shadow accounts have none. */
  readonly activity?: OwnActivity;
}
