/**
 * The paper boundary: the only hosts and keys that clients of Alpaca are made with, for trading and for market data.
 * Papertape holds no live order path; whatever is not known to be paper, or data alone, is refused, not whatever is
 * known to be live.
 */
import { PapertapeError } from '../domain/errors.js';

const PAPER_HOST = 'paper-api.alpaca.markets';
/** Services of market data: one host for each kind, and none of them takes orders. */
const DATA_HOSTS = { rest: 'data.alpaca.markets', stream: 'stream.data.alpaca.markets' } as const;
/** How Alpaca marks the keys and account numbers of paper accounts. */
const PAPER_KEY = /^PK[A-Z0-9]{4,62}$/;
const PAPER_ACCOUNT = /^PA[A-Z0-9]{2,30}$/;
const SCHEMES = { rest: ['https:', 'http:'], stream: ['wss:', 'ws:'] } as const;

/**
 * The address if it is Alpaca's paper service over TLS, or a server on this machine. Throws `LIVE_TRADING_REFUSED` for
 * every other host, a look-alike or the live one, and `CONFIG_INVALID` for what is no address.
 */
export function paperAddress(text: string, kind: keyof typeof SCHEMES): URL {
  const [secure] = SCHEMES[kind];
  const url = knownAddress(text, kind, PAPER_HOST, 'the broker');
  if (url !== undefined) return url;
  throw new PapertapeError('LIVE_TRADING_REFUSED', `Papertape does not trade at ${placeOf(text)}.`, {
    remedy: `It trades on paper only: ${secure}//${PAPER_HOST}, or a server on this machine.`,
  });
}

/**
 * The address if it is Alpaca's service of market data over TLS, or a server on this machine. Throws like {@link
 * paperAddress}: a key goes to no other host.
 */
export function dataAddress(text: string, kind: keyof typeof SCHEMES): URL {
  const [secure] = SCHEMES[kind];
  const url = knownAddress(text, kind, DATA_HOSTS[kind], 'the data source');
  if (url !== undefined) return url;
  throw new PapertapeError('LIVE_TRADING_REFUSED', `Papertape takes no Alpaca data from ${placeOf(text)}.`, {
    remedy: `It takes them from ${secure}//${DATA_HOSTS[kind]}, or from a server on this machine.`,
  });
}

function knownAddress(text: string, kind: keyof typeof SCHEMES, host: string, whose: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new PapertapeError('CONFIG_INVALID', `The address ${text} of ${whose} is not a URL.`, {
      remedy: `Use ${SCHEMES[kind][0]}//${host}, or leave it out.`,
      cause: error,
    });
  }
  const [secure, plain] = SCHEMES[kind];
  const isKnown = url.hostname === host && url.protocol === secure && url.port === '';
  const isLocal = isThisMachine(url.hostname) && (url.protocol === plain || url.protocol === secure);
  // A user name in an address is how one host is made to look like another.
  return (isKnown || isLocal) && url.username === '' && url.password === '' ? url : undefined;
}

/** Scheme and host of a URL, without what else may be in it. */
function placeOf(text: string): string {
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}

/** Refuses a key that is not a paper account's. Throws `LIVE_TRADING_REFUSED`; the key is not in the message. */
export function assertPaperKey(keyId: string): void {
  if (PAPER_KEY.test(keyId)) return;
  throw new PapertapeError('LIVE_TRADING_REFUSED', 'The API key is not the key of a paper account.', {
    remedy:
      'Keys of paper accounts begin with PK and go on with 4 to 62 capital letters and digits. Copy the whole key, ' +
      'or make one on Alpaca’s paper dashboard.',
  });
}

/** Refuses a secret that cannot be sent as it is: an error about it would show it. Throws `CONFIG_INVALID`. */
export function assertSecret(secretKey: string): void {
  if (/^[!-~]{8,256}$/.test(secretKey)) return;
  throw new PapertapeError('CONFIG_INVALID', 'The secret key is not one that a broker gives.', {
    remedy: 'Copy it again, without spaces or line ends.',
  });
}

/** Refuses an account that does not say of itself that it is a paper account. */
export function assertPaperAccount(accountNumber: string): void {
  if (PAPER_ACCOUNT.test(accountNumber)) return;
  throw new PapertapeError('LIVE_TRADING_REFUSED', 'The broker says that this account is not a paper account.', {
    remedy: 'Use the keys of a paper account.',
  });
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
