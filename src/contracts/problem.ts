/** Problem documents (RFC 9457): the one shape of every error answer, and the codes' HTTP statuses. */
import { z } from 'zod';
import { ERRORS } from '../domain/errors.js';
import type { ErrorCode } from '../domain/errors.js';

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

/** Any code of the error registry. */
export const errorCodeSchema = z.enum(keysOf(ERRORS));

/** One field of a request that does not fit. */
export const fieldProblemSchema = z.object({
  /** Dotted path such as `body.quantity`. */
  path: z.string(),
  message: z.string(),
});

/** The body of every answer with a status of 400 or above; media type `application/problem+json`. */
export const problemSchema = z.object({
  /** `urn:papertape:error:` and the code. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** A sentence for the user that names the thing and what is allowed. */
  detail: z.string(),
  /** The request's path. */
  instance: z.string(),
  code: errorCodeSchema,
  requestId: z.string(),
  retryable: z.boolean(),
  /** What the user can do about it. */
  remedy: z.string().optional(),
  /** Only for `REQUEST_INVALID`. */
  errors: z.array(fieldProblemSchema).optional(),
  /** Only for refusals of orders: the reason of the risk checks or the venue. */
  reason: z.string().optional(),
  /** Only for refusals of orders that became an order record. */
  orderId: z.string().optional(),
});
/** The body of every answer with a status of 400 or above. */
export type Problem = z.infer<typeof problemSchema>;

/** The HTTP status of every error code. Exhaustive: a new code does not compile before it has a status. */
export const PROBLEM_STATUS: Readonly<Record<ErrorCode, number>> = {
  AMOUNT_OUT_OF_RANGE: 422,
  USAGE: 400,
  CONFIG_INVALID: 500,
  DATE_RANGE_INVALID: 400,
  SYMBOL_INVALID: 400,
  SYMBOL_UNKNOWN: 404,
  DATA_MISSING: 404,
  DATA_FILE_UNREADABLE: 422,
  DATA_LAYOUT_UNKNOWN: 422,
  CACHE_CORRUPT: 500,
  CALENDAR_RANGE: 400,
  STRATEGY_UNKNOWN: 404,
  STRATEGY_INVALID: 422,
  STRATEGY_PARAMETER_INVALID: 422,
  STRATEGY_FAILED: 409,
  STRATEGY_STUCK: 409,
  FILE_EXISTS: 409,
  FILE_UNWRITABLE: 500,
  PRESET_UNKNOWN: 404,
  PORT_IN_USE: 500,
  DATA_DIR_LOCKED: 503,
  DATA_DIR_UNUSABLE: 500,
  SEARCH_NOT_FOUND: 404,
  SEARCH_CORRUPT: 500,
  HOLDOUT_MISSING: 404,
  TAPE_NOT_FOUND: 404,
  JOURNAL_TAIL_TRUNCATED: 500,
  JOURNAL_CORRUPT: 500,
  JOURNAL_SEGMENT_MISSING: 500,
  JOURNAL_VERSION_UNSUPPORTED: 500,
  JOURNAL_SYNC_FAILED: 503,
  STORAGE_FULL: 503,
  STORAGE_READ_ONLY: 503,
  SNAPSHOT_IGNORED: 500,
  VERIFY_MISMATCH: 409,
  HALTED: 503,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
  KERNEL_UNRESPONSIVE: 503,
  REQUEST_INVALID: 400,
  MEDIA_TYPE_UNSUPPORTED: 415,
  PAYLOAD_TOO_LARGE: 413,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  ORDER_REFUSED: 422,
  LIVE_TRADING_REFUSED: 403,
  BROKER_KEY_REFUSED: 502,
  BROKER_MESSAGE_INVALID: 502,
  BROKER_UNAVAILABLE: 503,
  SOURCE_UNAVAILABLE: 503,
  SOURCE_KEY_REFUSED: 502,
  SOURCE_PLAN_REFUSED: 502,
  SOURCE_REQUEST_REFUSED: 502,
  SOURCE_SYMBOL_UNKNOWN: 404,
  SOURCE_CREDITS_USED_UP: 503,
  SOURCE_MESSAGE_INVALID: 502,
  JOBS_CANCELLED: 409,
  JOB_WORKER_LOST: 500,
  JOB_QUEUE_UNAVAILABLE: 503,
  JOB_DATA_DIFFERS: 409,
  RUN_CANCELLED: 409,
  RUN_UNKNOWN: 404,
  RUN_TOO_LARGE: 422,
  RUN_DIVERGED: 409,
  INTERNAL: 500,
};
