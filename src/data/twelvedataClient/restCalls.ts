/**
 * Calls of Twelve Data's REST service: within the budget of credits, in time, with the key in a header, and judged by
 * status and body. What may go away by itself (a full minute, a fault of the server, a lost connection) is tried again;
 * anything else is thrown as a {@link TwelveDataError}. Answers are read up to a size; redirects are not followed.
 */
import { PapertapeError } from '../../domain/errors.js';
import { answerText, transportFault } from '../../utils/answerText.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Backoff } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import { withoutKey } from './apiKey.js';
import type { CreditBudget, CreditPriority } from './CreditBudget.js';
import { faultOfAnswer, faultOfBody, parsedBody, TwelveDataError } from './faults.js';
import type { AnswerFault } from './faults.js';

/** What the calls work with. */
export interface RestCallParts {
  readonly url: URL;
  readonly apiKey: string;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the pauses. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
  readonly budget: CreditBudget;
  readonly timeoutMs: number;
}

/** How one call is to be made. */
export interface CallOptions {
  readonly priority: CreditPriority;
  /** Whether it may wait for credits, and be tried again in the next minute. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

/** What became of one symbol of several. */
export type SymbolAnswer = { readonly body: unknown } | { readonly error: TwelveDataError };

/** Parameters of a query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

const MOST_TRIES = 5;
/** Minutes that a call waits through because the service says that there are no credits. */
const MOST_MINUTES = 5;
const PAUSES: Backoff = { firstMs: 1_000, longestMs: 16_000 };
/** All stocks of the world in one list are half of it. */
const LARGEST_ANSWER_BYTES = 64 * 1_048_576;
const MOST_SYMBOLS = 120;

type Answer = { readonly body: unknown } | { readonly fault: AnswerFault };

/** See the module header. */
export class RestCalls {
  readonly #parts: RestCallParts;

  constructor(parts: RestCallParts) {
    this.#parts = parts;
  }

  /** The body of an answer that is no error. `cost` is in credits; `what` names the call in messages. */
  async get(path: string, query: Query, cost: number, what: string, options: CallOptions): Promise<unknown> {
    const { budget } = this.#parts;
    const { priority, wait, signal } = options;
    let failures = 0;
    let minutes = 0;
    for (;;) {
      await budget.take(cost, priority, wait, signal);
      const answer = await this.#call(path, query, signal);
      if ('body' in answer) return answer.body;
      const { kind } = answer.fault;
      if (kind === 'minuteLimit') {
        budget.minuteIsUsedUp();
        minutes += 1;
        if (wait && minutes <= MOST_MINUTES) continue;
      }
      if (kind === 'dayLimit') budget.dayIsUsedUp();
      if (kind === 'server' || kind === 'transport') {
        failures += 1;
        if (failures < MOST_TRIES) {
          await this.#pause(pauseMs(PAUSES, failures - 1, this.#parts.random), signal);
          continue;
        }
      }
      throw this.#error(answer.fault, what);
    }
  }

  /**
   * Asks for several symbols, as many at once as the service and the minute's credits allow. What became of each is
   * kept apart; a fault of a whole call is thrown. A symbol costs one credit.
   */
  async getEach(
    path: string,
    symbols: readonly string[],
    query: Query,
    what: string,
    options: CallOptions,
  ): Promise<Map<string, SymbolAnswer>> {
    const answers = new Map<string, SymbolAnswer>();
    let left = [...new Set(symbols)];
    for (let round = 0; left.length > 0; round += 1) {
      const again: string[] = [];
      for (let at = 0; at < left.length;) {
        const most = Math.max(1, Math.min(MOST_SYMBOLS, this.#parts.budget.left().minuteLimit));
        const chunk = left.slice(at, at + most);
        at += chunk.length;
        const body = await this.get(path, { ...query, symbol: chunk.join(',') }, chunk.length, what, options);
        for (const symbol of chunk) {
          const answer = this.#answerOf(body, symbol, chunk.length, what);
          const isLater = 'error' in answer && answer.error.kind === 'minuteLimit' && options.wait;
          if (isLater && round < MOST_MINUTES) again.push(symbol);
          else answers.set(symbol, answer);
        }
        if (again.length > 0) this.#parts.budget.minuteIsUsedUp();
      }
      left = again;
    }
    return answers;
  }

  #answerOf(body: unknown, symbol: string, count: number, what: string): SymbolAnswer {
    const isKeyed = count > 1 && typeof body === 'object' && body !== null && Object.hasOwn(body, symbol);
    const own: unknown = isKeyed ? Reflect.get(body, symbol) : count > 1 ? undefined : body;
    if (typeof own !== 'object' || own === null) {
      return { error: new TwelveDataError('badPayload', what, `the answer has nothing about ${symbol}.`) };
    }
    const fault = faultOfBody(own);
    return fault === undefined ? { body: own } : { error: this.#error(fault, `${what} of ${symbol}`) };
  }

  async #call(path: string, query: Query, signal: AbortSignal): Promise<Answer> {
    const { url: base, apiKey, clock, budget, timeoutMs } = this.#parts;
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const late = new AbortController();
    const stopTimer = clock.setTimer(timeoutMs, () => late.abort());
    const { minute } = budget;
    try {
      const answer = await this.#parts.fetch(url, {
        signal: AbortSignal.any([signal, late.signal]),
        redirect: 'manual',
        // The second asks for statuses of HTTP that say what the body says.
        headers: { Authorization: `apikey ${apiKey}`, 'X-API-Version': 'last', accept: 'application/json' },
      });
      const text = await answerText(answer, LARGEST_ANSWER_BYTES);
      budget.correct(headerCount(answer, 'api-credits-used'), headerCount(answer, 'api-credits-left'), minute);
      const body = parsedBody(text);
      const fault = faultOfAnswer(answer.status, body);
      return fault === undefined ? { body } : { fault };
    } catch (error) {
      signal.throwIfAborted();
      const message = late.signal.aborted ? `no answer came within ${timeoutMs} ms` : transportFault(error);
      return { fault: { kind: 'transport', code: 0, message } };
    } finally {
      stopTimer();
      // What is left of an answer that was too large is not read.
      late.abort();
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.#parts.clock.setTimer(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      const abort = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #error({ kind, message }: AnswerFault, what: string): TwelveDataError {
    const clean = withoutKey(message, this.#parts.apiKey).replace(/\.$/, '');
    return new TwelveDataError(kind, what, `${clean}.`);
  }
}

/** The service's address; throws `CONFIG_INVALID` for one that is none, or that holds a query. */
export function restAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.username === '';
  if (isUsable) return url;
  throw new PapertapeError(
    'CONFIG_INVALID',
    'The address of Twelve Data is not understood: it begins with https:// or http:// and has no query.',
    {
      remedy: 'Leave it out for the service itself, or give the address of a server of your own; the key is set apart.',
    },
  );
}

function headerCount(answer: Response, name: string): number {
  const text = answer.headers.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}
