/**
 * What went wrong at Twelve Data, decided in one place from the status of HTTP and the body: for years errors came
 * with status 200 and the real one in the body, and both are still met. Texts are looked at only where the code says
 * too little: a 400 that means "no data", a 429 of the day.
 */
import { PapertapeError } from '../../domain/errors.js';
import type { ErrorCode } from '../../domain/errors.js';

/** Kinds of fault. */
export type FaultKind =
  | 'badRequest'
  /** Nothing in the range that was asked for; no fault of anybody. */
  | 'noData'
  | 'auth'
  | 'plan'
  | 'notFoundOrPlan'
  | 'tooLong'
  | 'minuteLimit'
  | 'dayLimit'
  | 'server'
  | 'transport'
  | 'badPayload';

const CODES: Readonly<Record<FaultKind, ErrorCode>> = {
  badRequest: 'SOURCE_REQUEST_REFUSED',
  noData: 'SOURCE_REQUEST_REFUSED',
  auth: 'SOURCE_KEY_REFUSED',
  plan: 'SOURCE_PLAN_REFUSED',
  notFoundOrPlan: 'SOURCE_SYMBOL_UNKNOWN',
  tooLong: 'SOURCE_REQUEST_REFUSED',
  minuteLimit: 'SOURCE_CREDITS_USED_UP',
  dayLimit: 'SOURCE_CREDITS_USED_UP',
  server: 'SOURCE_UNAVAILABLE',
  transport: 'SOURCE_UNAVAILABLE',
  badPayload: 'SOURCE_MESSAGE_INVALID',
};

const REMEDIES: Readonly<Record<FaultKind, string>> = {
  badRequest: 'Check the symbol, the interval and the dates against what Twelve Data documents.',
  noData: 'Choose dates on which the symbol was traded.',
  auth: 'Check the key on the account page of Twelve Data.',
  plan: 'Use a plan that covers it, or another source.',
  notFoundOrPlan: 'Check the symbol; Twelve Data answers the same when the plan does not cover its market.',
  tooLong: 'Ask for fewer symbols at once.',
  minuteLimit: 'It is allowed again in the next minute; a larger plan allows more.',
  dayLimit: 'It is allowed again at midnight UTC; a larger plan allows more.',
  server: 'Try again later; see the status page of Twelve Data if this goes on.',
  transport: 'Check the network and the address of the service.',
  badPayload: 'Check the address of the service and what stands between; report it if this goes on.',
};

/** A fault of Twelve Data: a code of the registry, and the finer kind. Its message is free of the key. */
export class TwelveDataError extends PapertapeError {
  readonly kind: FaultKind;

  /** `said` is what happened, as the rest of a sentence "Twelve Data …" about `what`. */
  constructor(kind: FaultKind, what: string, said: string) {
    super(CODES[kind], `Twelve Data, asked for ${what}: ${said}`, { remedy: REMEDIES[kind] });
    this.kind = kind;
  }
}

/** The parsed text of an answer; undefined if it is not JSON, such as a page of a proxy. */
export function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What an answer says went wrong; undefined if nothing did. */
export interface AnswerFault {
  readonly kind: FaultKind;
  readonly code: number;
  readonly message: string;
}

/** Judges an answer by the status of HTTP and its text; `body` is the parsed text, undefined if it is not JSON. */
export function faultOfAnswer(status: number, body: unknown): AnswerFault | undefined {
  const told = faultOfBody(body);
  if (told !== undefined) return told;
  if (status >= 200 && status < 300) {
    return body === undefined ? { kind: 'badPayload', code: status, message: 'the answer is not JSON' } : undefined;
  }
  // Pages of proxies, redirects that are not followed, and errors without a body.
  return { kind: kindOf(status, ''), code: status, message: `the answer has the status ${status}` };
}

/** Judges a body alone, such as that of one symbol in an answer for several. */
export function faultOfBody(body: unknown): AnswerFault | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { status, code: told, message } = body as Readonly<Record<string, unknown>>;
  const code = typeof told === 'string' && /^\d{3}$/.test(told) ? Number(told) : told;
  const text = typeof message === 'string' ? message : '';
  const isError = status === 'error' || (typeof code === 'number' && code >= 400 && typeof message === 'string');
  if (!isError) return undefined;
  const known = typeof code === 'number' ? code : 0;
  return { kind: kindOf(known, text), code: known, message: text === '' ? 'an error without a message' : text };
}

function kindOf(code: number, message: string): FaultKind {
  switch (code) {
    case 400:
      if (/no data is available/i.test(message)) return 'noData';
      return /\*\*symbol\*\* not found/i.test(message) ? 'notFoundOrPlan' : 'badRequest';
    case 401:
      return 'auth';
    case 403:
      return 'plan';
    case 404:
      return 'notFoundOrPlan';
    case 414:
      return 'tooLong';
    case 429:
      return /for the day\b/i.test(message) ? 'dayLimit' : 'minuteLimit';
    case 408:
      return 'server';
    default:
      if (code >= 500) return 'server';
      return code >= 400 ? 'badRequest' : 'badPayload';
  }
}
