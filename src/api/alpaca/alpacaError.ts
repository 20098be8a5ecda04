/** Answers that are errors: status, Alpaca's code, message and extra fields. Messages are kept for compatibility. */

/** An error as Alpaca words it; thrown by handlers, answered by the server. */
export class AlpacaError extends Error {
  override readonly name = 'AlpacaError';
  readonly status: number;
  /** Alpaca's code; undefined where its answer has none. */
  readonly code: number | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: number | undefined,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  /** The JSON body. */
  body(): Record<string, unknown> {
    return { ...(this.code === undefined ? {} : { code: this.code }), message: this.message, ...this.extra };
  }
}

/** Codes of the trading API. */
export const AlpacaCode = {
  INVALID: 40010001,
  FORBIDDEN: 40310000,
  DAY_TRADING: 40310100,
  NOT_FOUND: 40410000,
  UNPROCESSABLE: 42210000,
  RATE_LIMIT: 42910000,
  INTERNAL: 50010000,
} as const;

/** 422: the request itself is wrong. */
export function invalid(message: string): AlpacaError {
  return new AlpacaError(422, AlpacaCode.INVALID, message);
}
/** 422: the request is well formed, but cannot be done. */
export function unprocessable(message: string, extra?: Readonly<Record<string, unknown>>): AlpacaError {
  return new AlpacaError(422, AlpacaCode.UNPROCESSABLE, message, extra);
}
/** 403: the account may not. */
export function forbidden(message: string, extra?: Readonly<Record<string, unknown>>): AlpacaError {
  return new AlpacaError(403, AlpacaCode.FORBIDDEN, message, extra);
}
/** 404. */
export function notFound(message: string): AlpacaError {
  return new AlpacaError(404, AlpacaCode.NOT_FOUND, message);
}
/** 400 of the market-data API. */
export function badData(message: string): AlpacaError {
  return new AlpacaError(400, undefined, message);
}
/** 401: the keys are missing or wrong. */
export function unauthorized(): AlpacaError {
  return new AlpacaError(401, undefined, 'unauthorized.');
}
