/**
 * Answers that are errors: `{"code", "message", "status": "error"}` on every endpoint. Clients are told to match on
 * `code`; where clients are known to match on words (no data, the kind of limit), those words are the service's.
 */
import type { PlanLevel } from './plans.js';

/** An error of the protocol; thrown by handlers, answered by the server. */
export class TwelvedataError extends Error {
  override readonly name = 'TwelvedataError';
  /** The HTTP status, which the body repeats. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  /** The JSON body. */
  body(): { readonly code: number; readonly message: string; readonly status: 'error' } {
    return { code: this.code, message: this.message, status: 'error' };
  }
}

/** 400: a parameter is wrong. */
export function badRequest(message: string): TwelvedataError {
  return new TwelvedataError(400, message);
}

/** 400: nothing is known of the range that was asked for. */
export function noData(): TwelvedataError {
  return badRequest('No data is available on the specified dates. Try setting different start/end dates.');
}

/** 401: no key, or one that is not known. */
export function unauthorized(): TwelvedataError {
  return new TwelvedataError(
    401,
    '**apikey** parameter is incorrect or not specified. ' +
      'Make a key with `papertape keys create` and give it as KEYID.SECRET.',
  );
}

/** 403: the plan lacks the endpoint. */
export function planTooLow(path: string, level: PlanLevel): TwelvedataError {
  return new TwelvedataError(
    403,
    `${path} is available exclusively with ${level} plans and above. Consider upgrading your API Key.`,
  );
}

/** 404: no such symbol. */
export function symbolUnknown(): TwelvedataError {
  return new TwelvedataError(
    404,
    '**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol of this session.',
  );
}

/** 404: the plan lacks the symbol. */
export function symbolNotInPlan(): TwelvedataError {
  return new TwelvedataError(
    404,
    'This symbol is available starting with a higher plan. Consider upgrading your API Key.',
  );
}

/** 404: no such endpoint. */
export function endpointUnknown(path: string): TwelvedataError {
  return new TwelvedataError(404, `The endpoint ${path} is not served here.`);
}

/** 414: values too long, or too many of them. */
export function tooLong(message: string): TwelvedataError {
  return new TwelvedataError(414, message);
}

/** 429: credits are used up; `used` counts the call that is refused. */
export function outOfCredits(window: 'minute' | 'day', used: number, limit: number): TwelvedataError {
  const [current, next] = window === 'minute' ? ['for the current minute', 'minute'] : ['for the day', 'day'];
  return new TwelvedataError(
    429,
    `You have run out of API credits ${current}. ${used} API credits were used, with the current limit being ` +
      `${limit}. Wait for the next ${next} or consider switching to a higher tier plan.`,
  );
}
