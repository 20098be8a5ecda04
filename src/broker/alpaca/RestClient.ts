/**
 * Calls of Alpaca's trading API. A call that left has one of three outcomes, never two: taken, refused, or unknown,
 * when no answer came that says which. Whether something unknown may be asked again is its caller's decision; questions
 * (GET) are asked again by themselves, with growing, jittered pauses (F28).
 *
 * Answers are read up to a size and within a time, whatever the other side sends; redirects are not followed.
 */
import { PapertapeError } from '../../domain/errors.js';
import { answerText, transportFault } from '../../utils/answerText.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Backoff } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import type { Lifetime } from '../../utils/Lifetime.js';
import type { RequestQueue } from './RequestQueue.js';
import { Urgency } from './RequestQueue.js';
import { readError } from './wire.js';

/** How a call ended. */
export type RestOutcome =
  | { readonly kind: 'taken'; readonly status: number; readonly body: unknown }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: number | undefined;
      readonly message: string;
    }
  /** The keys are not valid any more: nothing further may be tried with them (F30). */
  | { readonly kind: 'unauthorized'; readonly status: number; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string }
  /** It never left: nobody wanted it any more when its turn came, or its turn did not come. */
  | { readonly kind: 'unsent'; readonly message: string };

/** What the client works with. */
export interface RestParts {
  readonly baseUrl: URL;
  readonly keyId: string;
  readonly secretKey: string;
  readonly clock: Clock;
  readonly lifetime: Lifetime;
  /** Uniform in [0, 1), for the pauses. */
  readonly random: () => number;
  readonly queue: RequestQueue;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

const QUESTION_TRIES = 5;
const PAUSES: Backoff = { firstMs: 500, longestMs: 8_000 };
/** Pause after a 429 that does not say how long. */
const RATE_PAUSE_MS = 3_000;
/** Five hundred orders with two legs each are a tenth of it. */
const LARGEST_ANSWER_BYTES = 16 * 1_048_576;

type Answer = RestOutcome | { readonly kind: 'limited'; readonly waitMs: number };

/** See the module header. */
export class RestClient {
  readonly #parts: RestParts;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  /** Asks; what is unknown is asked again, at most four times. */
  async get(path: string): Promise<RestOutcome> {
    let outcome = await this.send('GET', path, undefined, Urgency.QUERY);
    for (let attempt = 1; attempt < QUESTION_TRIES && outcome.kind === 'unknown'; attempt += 1) {
      if (!(await this.pause(attempt))) return outcome;
      outcome = await this.send('GET', path, undefined, Urgency.QUERY);
    }
    return outcome;
  }

  /**
   * Sends once, in its turn, if `isWanted` says so then. A 429 was not taken: it waits and goes again, in its turn.
   */
  async send(
    method: string,
    path: string,
    body: unknown,
    urgency: Urgency,
    isWanted: () => boolean = () => true,
  ): Promise<RestOutcome> {
    const { queue } = this.#parts;
    for (;;) {
      let mayLeave: boolean;
      try {
        mayLeave = await queue.turn(urgency, isWanted);
      } catch (error) {
        if (!(error instanceof PapertapeError)) throw error;
        return { kind: 'unsent', message: error.message };
      }
      // It may have changed since, in the turn of the event loop between.
      if (!mayLeave || !isWanted())
        return { kind: 'unsent', message: 'It was not wanted any more when it could be sent.' };
      const answer = await this.#call(method, path, body);
      if (answer.kind !== 'limited') return answer;
      queue.pause(answer.waitMs);
    }
  }

  /**
   * Waits before try number `attempt` + 1: doubling, up to eight seconds, of which a random half is left out. False
   * if the client ended.
   */
  pause(attempt: number): Promise<boolean> {
    return this.#parts.lifetime.wait(pauseMs(PAUSES, attempt - 1, this.#parts.random));
  }

  async #call(method: string, path: string, body: unknown): Promise<Answer> {
    const { baseUrl, keyId, secretKey, clock, lifetime, timeoutMs } = this.#parts;
    const abort = new AbortController();
    const stopTimer = clock.setTimer(timeoutMs, () => abort.abort());
    // Nobody waits for an answer to a question when the client ends; what changes something is waited for.
    const forget = lifetime.after(timeoutMs, () => undefined, method === 'GET' ? () => abort.abort() : undefined);
    try {
      const answer = await this.#parts.fetch(new URL(`${baseUrl.pathname.replace(/\/$/, '')}${path}`, baseUrl), {
        method,
        signal: abort.signal,
        // A redirect could lead to another host; none is followed.
        redirect: 'manual',
        headers: {
          'APCA-API-KEY-ID': keyId,
          'APCA-API-SECRET-KEY': secretKey,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // Whatever a server repeats of what it was sent, the secret goes no further.
      const text = (await answerText(answer, LARGEST_ANSWER_BYTES)).replaceAll(secretKey, '[secret]');
      if (answer.status === 429) return { kind: 'limited', waitMs: retryAfterMs(answer.headers) };
      return outcomeOf(method, answer.status, text);
    } catch (error) {
      const message =
        abort.signal.aborted && !lifetime.ended ? `no answer within ${timeoutMs} ms` : transportFault(error);
      return { kind: 'unknown', message };
    } finally {
      stopTimer();
      forget();
      // What is left of an answer that was too large is not read.
      abort.abort();
    }
  }
}

function outcomeOf(method: string, status: number, text: string): RestOutcome {
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    if (text !== '' && body === undefined) return { kind: 'unknown', message: `the answer ${status} is not JSON` };
    return { kind: 'taken', status, body };
  }
  const { code, message } = readError(body ?? text);
  // A refusal of one order carries a code; the same status without one refuses the key.
  if (status === 401 || (status === 403 && code === undefined)) return { kind: 'unauthorized', status, message };
  if (status >= 400 && status < 500 && status !== 408 && status !== 425) {
    return { kind: 'refused', status, code, message };
  }
  return { kind: 'unknown', message: `${method} was answered with ${status}` };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Pages of proxies and gateways; the caller goes by the status.
    return undefined;
  }
}

function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 120) * 1000 : RATE_PAUSE_MS;
}

/** The outcome's body; throws `BROKER_UNAVAILABLE` for every other kind. */
export function bodyOf(outcome: RestOutcome, what: string): unknown {
  if (outcome.kind === 'taken') return outcome.body;
  throw new PapertapeError('BROKER_UNAVAILABLE', `The broker did not answer ${what}: ${outcome.message}.`, {
    remedy: 'It is asked again; see the broker’s status page if this goes on.',
  });
}
