/**
 * Questions to Alpaca's market-data REST. Every failure is a `SOURCE_…` error of the registry; what can pass by itself
 * (no answer, a fault of the server, too many requests) is tried again with growing, jittered pauses first. Answers are
 * read up to a size and within a time; redirects are not followed, because the key would go with them.
 */
import { PapertapeError } from '../../domain/errors.js';
import { answerText, transportFault } from '../../utils/answerText.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import type { WireFields } from './MessageReader.js';
import type { RequestPacer, RequestPriority } from './RequestPacer.js';
import { reasonOf } from './RequestPacer.js';

/** What the client works with. */
export interface DataRestParts {
  readonly baseUrl: URL;
  readonly keyId: string;
  readonly secretKey: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pacer: RequestPacer;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

const MOST_TRIES = 5;
const PAUSES = { firstMs: 500, longestMs: 8_000 };
/** After a 429 that does not say how long, and the longest that one may say. */
const RATE_PAUSE_MS = 3_000;
const LONGEST_RATE_PAUSE_MS = 120_000;
/** Ten thousand rows are a twentieth of it. */
const LARGEST_ANSWER_BYTES = 64 * 1_048_576;
const LONGEST_QUOTE = 200;

type Outcome =
  | { readonly kind: 'taken'; readonly body: WireFields }
  | { readonly kind: 'failed'; readonly error: PapertapeError }
  | { readonly kind: 'unanswered'; readonly reason: string }
  | { readonly kind: 'limited'; readonly waitMs: number };

/** See the module header. */
export class DataRestClient {
  readonly #parts: DataRestParts;
  /** Requests that left, and how often the vendor said that there were too many. */
  requests = 0;
  limited = 0;

  constructor(parts: DataRestParts) {
    this.#parts = parts;
  }

  /** The JSON object that a path with its query answers with. Ends with the signal's reason when that is aborted. */
  async get(
    path: string,
    query: Readonly<Record<string, string>>,
    priority: RequestPriority,
    signal: AbortSignal,
  ): Promise<WireFields> {
    const { pacer, random } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      await pacer.turn(priority, signal);
      const outcome = await this.#call(path, query, signal);
      if (signal.aborted) throw reasonOf(signal);
      if (outcome.kind === 'taken') return outcome.body;
      if (outcome.kind === 'failed') throw outcome.error;
      if (outcome.kind === 'limited') {
        this.limited += 1;
        if (tries >= MOST_TRIES) throw usedUp();
        pacer.pause(outcome.waitMs);
        continue;
      }
      if (tries >= MOST_TRIES) throw unavailable(path, outcome.reason);
      await this.#wait(pauseMs(PAUSES, tries - 1, random), signal);
    }
  }

  async #call(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Outcome> {
    const { baseUrl, keyId, secretKey, clock, timeoutMs } = this.#parts;
    const url = new URL(`${baseUrl.pathname.replace(/\/$/, '')}${path}`, baseUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const abort = new AbortController();
    let isLate = false;
    const stopTimer = clock.setTimer(timeoutMs, () => {
      isLate = true;
      abort.abort();
    });
    const forget = (): void => abort.abort();
    signal.addEventListener('abort', forget, { once: true });
    this.requests += 1;
    try {
      const answer = await this.#parts.fetch(url, {
        signal: abort.signal,
        redirect: 'manual',
        headers: { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secretKey },
      });
      // Whatever a server repeats of what it was sent, the secret goes no further.
      const text = (await answerText(answer, LARGEST_ANSWER_BYTES)).replaceAll(secretKey, '[secret]');
      return this.#judge(path, answer, text);
    } catch (error) {
      return { kind: 'unanswered', reason: isLate ? `no answer within ${timeoutMs} ms` : transportFault(error) };
    } finally {
      stopTimer();
      signal.removeEventListener('abort', forget);
      abort.abort();
    }
  }

  #judge(path: string, { status, headers }: Response, text: string): Outcome {
    if (status === 429) return { kind: 'limited', waitMs: this.#rateWait(headers) };
    if (status === 408 || status >= 500) return { kind: 'unanswered', reason: `it answered with ${status}` };
    if (status >= 200 && status < 300) {
      const body = parsed(text);
      if (body !== undefined) return { kind: 'taken', body };
      const error = new PapertapeError('SOURCE_MESSAGE_INVALID', `Alpaca's answer for ${path} is not a JSON object.`, {
        remedy: 'Try again; report it if it stays so.',
      });
      return { kind: 'failed', error };
    }
    return { kind: 'failed', error: refusal(path, status, text) };
  }

  #rateWait(headers: Headers): number {
    const seconds = Number(headers.get('retry-after') ?? '');
    const reset = Number(headers.get('x-ratelimit-reset') ?? '') * 1000 - this.#parts.clock.now() / 1000;
    const wait = seconds > 0 ? seconds * 1000 : reset > 0 ? reset : RATE_PAUSE_MS;
    return Math.min(wait, LONGEST_RATE_PAUSE_MS);
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancel();
        reject(reasonOf(signal));
      };
      const cancel = this.#parts.clock.setTimer(ms, () => {
        signal.removeEventListener('abort', end);
        resolve();
      });
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function parsed(text: string): WireFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as WireFields) : undefined;
  } catch {
    // Pages of proxies and gateways; the caller goes by the status.
    return undefined;
  }
}

function refusal(path: string, status: number, text: string): PapertapeError {
  const message = parsed(text)?.['message'];
  const said = typeof message === 'string' ? message.slice(0, LONGEST_QUOTE).replace(/\.$/, '') : `status ${status}`;
  const sentence = `Alpaca refuses ${path} with ${status}: ${said}.`;
  if (status === 402 || (status === 403 && /subscription|permit|agreement|plan/i.test(said))) {
    return new PapertapeError('SOURCE_PLAN_REFUSED', sentence, {
      remedy: 'Use the feed iex or delayed_sip, or a plan that covers this one.',
    });
  }
  if (status === 401 || status === 403) {
    return new PapertapeError('SOURCE_KEY_REFUSED', sentence, {
      remedy: 'Check the key and its secret; a reset of the paper account makes new ones necessary.',
    });
  }
  if (/symbol/i.test(said)) {
    return new PapertapeError('SOURCE_SYMBOL_UNKNOWN', sentence, { remedy: 'Check the symbol.' });
  }
  return new PapertapeError('SOURCE_REQUEST_REFUSED', sentence, { remedy: 'Check what was asked for.' });
}

function usedUp(): PapertapeError {
  return new PapertapeError('SOURCE_CREDITS_USED_UP', 'Alpaca says again and again that there are too many requests.', {
    remedy: 'Wait a minute, and end other programs that use the key, or lower the requests per minute.',
  });
}

function unavailable(path: string, reason: string): PapertapeError {
  const text = `Alpaca did not answer ${path}: ${reason}.`;
  return new PapertapeError('SOURCE_UNAVAILABLE', text, {
    remedy: 'Try again later; see the status page of Alpaca if this goes on.',
  });
}
