/** Why a worker could not begin with the jobs of a setup, as the reason that BullMQ keeps of a failed job. */
import type { JobFailure } from '../../domain/jobs.js';
import { decodeJobData, encodeJobData } from './jobData.js';

const MARK = 'papertape-fault ';

/** The reason's text. */
export function writeFault(failure: JobFailure): string {
  return MARK + encodeJobData(failure);
}

/** The failure in a reason; undefined for reasons of BullMQ's own. */
export function readFault(reason: string): JobFailure | undefined {
  // Workers of this build wrote it.
  return reason.startsWith(MARK) ? (decodeJobData(reason.slice(MARK.length)) as JobFailure) : undefined;
}
