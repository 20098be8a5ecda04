/** What Alpaca's stream says is wrong, and what is to be done about it. */
import { PapertapeError } from '../../domain/errors.js';

/** What follows from an error of the stream. */
export type StreamVerdict =
  /** Another try cannot help. */
  | 'fatal'
  /** This connection is of no use; the next may be. */
  | 'reconnect'
  /** Another connection holds the account's place; it takes a while until it is gone. */
  | 'occupied'
  /** The request under way was refused; the connection goes on. */
  | 'request'
  /** The limit of symbols is reached. */
  | 'limit'
  /** A channel that this feed does not have. */
  | 'channel'
  /** Nothing; it is counted. */
  | 'note';

interface Rule {
  readonly verdict: StreamVerdict;
  readonly code: 'SOURCE_KEY_REFUSED' | 'SOURCE_PLAN_REFUSED' | 'SOURCE_REQUEST_REFUSED' | 'SOURCE_UNAVAILABLE';
  readonly remedy: string;
}

const TRY_AGAIN = 'It is tried again; see the status page of Alpaca if this goes on.';
const reconnect: Rule = { verdict: 'reconnect', code: 'SOURCE_UNAVAILABLE', remedy: TRY_AGAIN };

const RULES: Readonly<Record<number, Rule>> = {
  400: { verdict: 'request', code: 'SOURCE_REQUEST_REFUSED', remedy: 'Check the symbols that are wanted.' },
  401: reconnect,
  402: {
    verdict: 'fatal',
    code: 'SOURCE_KEY_REFUSED',
    remedy: 'Check the key and its secret; a reset of the paper account makes new ones necessary.',
  },
  403: { verdict: 'note', code: 'SOURCE_UNAVAILABLE', remedy: TRY_AGAIN },
  404: reconnect,
  405: { verdict: 'limit', code: 'SOURCE_PLAN_REFUSED', remedy: 'Want fewer symbols, or use a larger plan.' },
  406: {
    verdict: 'occupied',
    code: 'SOURCE_UNAVAILABLE',
    remedy: 'End the other program that reads this account’s data; one connection at a time is allowed.',
  },
  407: reconnect,
  408: { verdict: 'fatal', code: 'SOURCE_PLAN_REFUSED', remedy: 'The account has no access to this stream.' },
  409: {
    verdict: 'fatal',
    code: 'SOURCE_PLAN_REFUSED',
    remedy: 'Use the feed iex, or a plan that covers this one.',
  },
  410: { verdict: 'channel', code: 'SOURCE_REQUEST_REFUSED', remedy: 'Use another feed.' },
  412: { verdict: 'fatal', code: 'SOURCE_REQUEST_REFUSED', remedy: 'Use MessagePack for this stream.' },
  500: reconnect,
};

/** What an error message of the stream leads to; a code that is not known leads to another connection. */
export function judgeStreamError(code: unknown, said: string): { verdict: StreamVerdict; error: PapertapeError } {
  const rule = typeof code === 'number' ? (RULES[code] ?? reconnect) : reconnect;
  const text = `The Alpaca stream answered with error ${String(code)}: ${said}.`;
  return { verdict: rule.verdict, error: new PapertapeError(rule.code, text, { remedy: rule.remedy }) };
}

/** What an answer to the handshake that is no upgrade leads to. */
export function judgeHandshake(status: number): { verdict: StreamVerdict; error: PapertapeError } {
  const text = `The Alpaca stream's handshake was answered with ${status}.`;
  if (status === 401 || status === 403) return { verdict: 'fatal', error: faultOf(402, text) };
  if (status === 402) return { verdict: 'fatal', error: faultOf(409, text) };
  if (status === 404) {
    const remedy = 'Check the address and the feed.';
    return { verdict: 'fatal', error: new PapertapeError('SOURCE_REQUEST_REFUSED', text, { remedy }) };
  }
  return { verdict: status === 429 ? 'occupied' : 'reconnect', error: lostConnection(text) };
}

/** A connection that ended by itself. */
export function lostConnection(text: string): PapertapeError {
  return new PapertapeError('SOURCE_UNAVAILABLE', text, { remedy: TRY_AGAIN });
}

function faultOf(code: number, text: string): PapertapeError {
  const rule = RULES[code] ?? reconnect;
  return new PapertapeError(rule.code, text, { remedy: rule.remedy });
}
