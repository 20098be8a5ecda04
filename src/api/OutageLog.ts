/**
 * Tells the log of requests that cannot be served for a while: once when an outage begins, with how many requests it
 * met when the next one does. A client that asks on while a session is opened anew must not fill the log with stacks.
 */
import type { ErrorCode } from '../domain/errors.js';
import { PapertapeError } from '../domain/errors.js';
import type { Clock } from '../utils/clock.js';
import type { Logger } from '../utils/logger.js';

/** Nothing is broken where these are answered: it is not there at the moment. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['OVERLOADED', 'SHUTTING_DOWN', 'KERNEL_UNRESPONSIVE']);
/** An outage is over when no request met it for so long. */
const OVER_MS = 10_000;

interface Outage {
  lastMs: number;
  requests: number;
}

/** See the module header. One per server. */
export class OutageLog {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #outages = new Map<ErrorCode, Outage>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Takes note of an error that a request ended with; false for one that the caller has to log itself. */
  takes(error: unknown, requestId: string, log: Pick<Logger, 'warn'>): boolean {
    if (!(error instanceof PapertapeError) || !PASSING.has(error.code)) return false;
    const { code, message } = error;
    const now = this.#clock.monotonicMs();
    const known = this.#outages.get(code);
    if (known !== undefined && now - known.lastMs < OVER_MS) {
      known.lastMs = now;
      known.requests += 1;
      return true;
    }
    this.#outages.set(code, { lastMs: now, requests: 1 });
    const before = known === undefined ? {} : { requestsOfTheLastOutage: known.requests };
    log.warn({ reqId: requestId, code, ...before }, `requests are not served at the moment: ${message}`);
    return true;
  }
}
