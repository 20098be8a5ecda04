/**
 * Looks at a paper account before a session trades it: whether the keys are taken, whether it is a paper account, and
 * what is in it. Asks and changes nothing.
 */
import type { BrokerFigures } from '../../domain/brokerReport.js';
import { PapertapeError } from '../../domain/errors.js';
import type { Micros } from '../../domain/units.js';
import { assertPaperAccount, assertPaperKey, assertSecret, paperAddress } from '../../config/paperBoundary.js';
import type { Clock } from '../../utils/clock.js';
import { Lifetime } from '../../utils/Lifetime.js';
import { RequestQueue, Urgency } from './RequestQueue.js';
import { RestClient } from './RestClient.js';
import { readAccount, readPositions } from './wire.js';
import type { WireAccount, WirePositions } from './wire.js';

/** Whose account, and where. */
export interface PaperAccountOptions {
  readonly keyId: string;
  readonly secretKey: string;
  /** Without a trailing `/v2`. */
  readonly restUrl: string;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
}

/** A paper account as it was found. */
export interface PaperAccount {
  readonly accountNumber: string;
  readonly figures: BrokerFigures;
}

/** Somebody waits at a terminal: an answer that takes longer does not come. */
const TIMEOUT_MS = 5_000;
const TRIES = 3;
const QUESTIONS_A_MINUTE = 60;

/**
 * Looks at it. Throws `LIVE_TRADING_REFUSED` for an address, key or account that is not paper, `CONFIG_INVALID` for a
 * malformed address or secret, `BROKER_KEY_REFUSED` for keys that the broker does not take, `BROKER_UNAVAILABLE` if it
 * gives no answer, `BROKER_MESSAGE_INVALID` for one that cannot be read.
 */
export async function readPaperAccount(options: PaperAccountOptions): Promise<PaperAccount> {
  const { keyId, secretKey, restUrl, clock } = options;
  assertPaperKey(keyId);
  assertSecret(secretKey);
  const baseUrl = paperAddress(restUrl, 'rest');
  const lifetime = new Lifetime(clock);
  const queue = new RequestQueue(clock, QUESTIONS_A_MINUTE);
  const rest = new RestClient({ ...options, baseUrl, lifetime, queue, timeoutMs: TIMEOUT_MS });
  try {
    const account = readAccount(await ask(rest, '/v2/account', baseUrl));
    assertPaperAccount(account.accountNumber);
    const positions = readPositions(await ask(rest, '/v2/positions', baseUrl), []);
    return { accountNumber: account.accountNumber, figures: figuresOf(account, positions, clock.now()) };
  } finally {
    lifetime.end();
  }
}

/** The account's figures with all its positions. */
export function figuresOf(account: WireAccount, { own, others }: WirePositions, now: Micros): BrokerFigures {
  const { cash, equity, buyingPower } = account;
  return {
    cash,
    equity,
    buyingPower: Math.max(0, buyingPower),
    positions: [...own, ...others].filter(({ quantity }) => quantity !== 0),
    asOf: now,
  };
}

async function ask(rest: RestClient, path: string, { host }: URL): Promise<unknown> {
  let outcome = await rest.send('GET', path, undefined, Urgency.QUERY);
  for (let attempt = 1; attempt < TRIES && outcome.kind === 'unknown'; attempt += 1) {
    await rest.pause(attempt);
    outcome = await rest.send('GET', path, undefined, Urgency.QUERY);
  }
  if (outcome.kind === 'taken') return outcome.body;
  if (outcome.kind === 'unauthorized') {
    throw new PapertapeError('BROKER_KEY_REFUSED', `The broker at ${host} does not take the key.`, {
      remedy:
        'Make a key of a paper account on Alpaca’s paper dashboard, and set PAPERTAPE_ALPACA_KEY_ID and ' +
        'PAPERTAPE_ALPACA_SECRET_KEY to it.',
    });
  }
  throw new PapertapeError('BROKER_UNAVAILABLE', `The broker at ${host} cannot be reached: ${outcome.message}.`, {
    remedy: 'Nothing was sent. Check the network and the broker’s status page, then start again.',
  });
}
