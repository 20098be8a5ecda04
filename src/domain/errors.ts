/**
 * The registry of every error code a user or a program can meet; docs/errors.md lists the same codes by
 * test. Outside faults and bad input are {@link PapertapeError}s; refusals of orders are values (see
 * refusals.ts); programmer errors are assertions (utils/assert.ts) and have no code.
 */

/** What one code means: a one-sentence rule and whether trying again without a change can succeed. */
export interface ErrorDefinition {
  readonly meaning: string;
  readonly retryable: boolean;
}

const permanent = (meaning: string): ErrorDefinition => ({ meaning, retryable: false });
const transient = (meaning: string): ErrorDefinition => ({ meaning, retryable: true });

/** Every code, with its meaning. Codes are never renamed or reused. */
export const ERRORS = {
  AMOUNT_OUT_OF_RANGE: permanent('An amount left the range in which integers are exact (±2^53).'),
  USAGE: permanent('The command line, a flag or its value is not understood.'),
  CONFIG_INVALID: permanent('One or more settings are missing, malformed or contradict each other.'),
  DATE_RANGE_INVALID: permanent('A date is malformed, or the range ends before it starts.'),
  SYMBOL_INVALID: permanent('The text is not a symbol that Papertape can represent.'),
  SYMBOL_UNKNOWN: permanent('The session or the cache has no such symbol.'),
  DATA_MISSING: permanent('The cache holds no data for the symbol, kind and dates that were asked for.'),
  DATA_FILE_UNREADABLE: permanent('A data file cannot be opened, decompressed or parsed.'),
  DATA_LAYOUT_UNKNOWN: permanent('The columns of a data file match no known layout and no mapping was given.'),
  CACHE_CORRUPT: permanent('A file of the data cache does not match its checksum or cannot be read.'),
  CALENDAR_RANGE: permanent('The date lies outside the years that the exchange calendar knows.'),
  STRATEGY_UNKNOWN: permanent('No built-in strategy or file has this name.'),
  STRATEGY_INVALID: permanent('A strategy file has a syntax or type error, or exports no strategy.'),
  STRATEGY_PARAMETER_INVALID: permanent('A strategy parameter is unknown or outside its declared range.'),
  STRATEGY_FAILED: permanent('A strategy threw while it ran and was stopped.'),
  STRATEGY_STUCK: permanent('Code of a strategy did not return, and what ran it was ended.'),
  FILE_EXISTS: permanent('The file to be written is already there.'),
  FILE_UNWRITABLE: permanent('The file to be written cannot be made at this place.'),
  PRESET_UNKNOWN: permanent('No preset has this name.'),
  PORT_IN_USE: transient('Another program listens on the port.'),
  DATA_DIR_LOCKED: transient('Another Papertape process works on this data directory.'),
  DATA_DIR_UNUSABLE: permanent('The data directory cannot be created, read or written.'),
  SEARCH_NOT_FOUND: permanent('There is no search of this name in the data directory.'),
  SEARCH_CORRUPT: permanent('A search that was kept does not match its checksum; run it again.'),
  HOLDOUT_MISSING: permanent('The search held no data out that could be looked at.'),
  TAPE_NOT_FOUND: permanent('There is no tape or session of this name.'),
  JOURNAL_TAIL_TRUNCATED: permanent('An unfinished last record was cut from a tape; nothing acknowledged was lost.'),
  JOURNAL_CORRUPT: permanent('A record in the middle of a tape is damaged; the tape is refused.'),
  JOURNAL_SEGMENT_MISSING: permanent('A segment of a tape is missing, swapped or doubled; the tape is refused.'),
  JOURNAL_VERSION_UNSUPPORTED: permanent('The tape was written by a format that this version does not read.'),
  JOURNAL_SYNC_FAILED: permanent('The disk refused to make a record durable; the process stops.'),
  STORAGE_FULL: transient('The disk has no room for the next record.'),
  STORAGE_READ_ONLY: permanent('The data directory has become read-only or was removed.'),
  SNAPSHOT_IGNORED: permanent('A snapshot does not fit its tape and was not used.'),
  VERIFY_MISMATCH: permanent('Re-running a tape gave another order, fill or ledger entry than it records.'),
  HALTED: transient('Trading is halted; cancels still work.'),
  OVERLOADED: transient('The queue in front of the kernel is full.'),
  SHUTTING_DOWN: transient('The process is stopping and takes no new orders.'),
  KERNEL_UNRESPONSIVE: transient('A strategy hook did not return in time; the kernel was restarted without it.'),
  REQUEST_INVALID: permanent('A request does not fit its schema.'),
  MEDIA_TYPE_UNSUPPORTED: permanent('A request body is not sent as application/json.'),
  PAYLOAD_TOO_LARGE: permanent('A request or message is larger than is taken.'),
  UNAUTHENTICATED: permanent('The request carries no valid sign-in.'),
  FORBIDDEN: permanent('The signed-in user may not do this.'),
  NOT_FOUND: permanent('There is nothing of this name.'),
  RATE_LIMITED: transient('Too many requests in too short a time.'),
  ORDER_REFUSED: permanent('The order or request was refused; the reason code says why.'),
  LIVE_TRADING_REFUSED: permanent('The host, key or account is not one of paper trading.'),
  BROKER_KEY_REFUSED: permanent('The broker does not take the key, or none is set.'),
  BROKER_MESSAGE_INVALID: permanent('A message of the broker cannot be read.'),
  BROKER_UNAVAILABLE: transient('The broker did not answer a question.'),
  SOURCE_UNAVAILABLE: transient('A data source cannot be reached, or did not answer in time.'),
  SOURCE_KEY_REFUSED: permanent('A data source does not take the key, or none is set.'),
  SOURCE_PLAN_REFUSED: permanent('The plan of the key does not cover what was asked of a data source.'),
  SOURCE_REQUEST_REFUSED: permanent('A data source refuses the parameters of a request.'),
  SOURCE_SYMBOL_UNKNOWN: permanent('A data source does not know the symbol, or its plan does not cover it.'),
  SOURCE_CREDITS_USED_UP: transient('The requests that a data source allows are used up for now.'),
  SOURCE_MESSAGE_INVALID: permanent('A message of a data source cannot be read.'),
  JOBS_CANCELLED: permanent('The jobs were cancelled before all were done.'),
  JOB_WORKER_LOST: permanent('A job ended its worker, and another one when it was run again.'),
  JOB_QUEUE_UNAVAILABLE: transient('The Redis server of the job queue cannot be reached.'),
  JOB_DATA_DIFFERS: permanent('A worker does not have the data or the code that a job refers to.'),
  RUN_CANCELLED: permanent('A backtest was stopped before its end.'),
  RUN_UNKNOWN: permanent('No stored run has this number, or none was left unfinished.'),
  RUN_TOO_LARGE: permanent('A run has more trades than are compared while others wait.'),
  RUN_DIVERGED: permanent('A backtest that was to be continued is not the one that was stopped.'),
  INTERNAL: permanent('A fault of Papertape itself; the log has the details under the request id.'),
} as const satisfies Record<string, ErrorDefinition>;

/** A code of the registry. */
export type ErrorCode = keyof typeof ERRORS;

/**
 * An outside fault or bad input, with a code of the registry.
 *
 * `message` is a complete sentence for the user that names the thing, the value and what is allowed;
 * `remedy` says what to do. Neither ever holds a secret.
 */
export class PapertapeError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PapertapeError';
    this.code = code;
    this.remedy = options.remedy;
  }

  /** Whether trying again without a change can succeed. */
  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}
