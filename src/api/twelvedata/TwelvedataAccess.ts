/**
 * Who asks. The protocol knows one text as a key: an API key of Papertape is given as `KEYID.SECRET`. A server for a
 * private test run may take any key; then each text is a key of its own.
 */
import { createHash } from 'node:crypto';
import type { ApiKeys } from '../alpaca/ApiKeys.js';
import type { Plan } from './plans.js';
import { unauthorized } from './twelvedataError.js';

/** Neither a key's id nor its secret has a dot or a colon. */
const KEY = /^([^.:]+)[.:](.+)$/;
const LONGEST_KEY = 256;

/** Somebody with a key. */
export interface Principal {
  /** What credits and connections are counted by; tells nothing of the secret. */
  readonly owner: string;
  readonly plan: Plan;
}

/** What it decides by. */
export interface AccessOptions {
  readonly keys: Pick<ApiKeys, 'verify' | 'isGood'>;
  /** Whether any text is a key. */
  readonly anyKey: boolean;
  /** The plan of all keys that `planOf` does not name another for. */
  readonly plan: Plan;
  /** The plan of a key by its id; with `anyKey` by its text. */
  readonly planOf?: (key: string) => Plan | undefined;
}

/** See the module header. */
export class TwelvedataAccess {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The holder of a key. Throws 401. */
  async admit(apikey: string | undefined): Promise<Principal> {
    const { keys, anyKey, plan, planOf } = this.#options;
    if (apikey === undefined || apikey === '' || apikey.length > LONGEST_KEY) throw unauthorized();
    if (anyKey) {
      const owner = createHash('sha256').update(apikey).digest('hex');
      return { owner, plan: planOf?.(apikey) ?? plan };
    }
    const [, keyId, secret] = KEY.exec(apikey) ?? [];
    const record = keyId === undefined || secret === undefined ? undefined : await keys.verify(keyId, secret);
    if (record === undefined) throw unauthorized();
    return { owner: record.keyId, plan: planOf?.(record.keyId) ?? plan };
  }

  /** Whether somebody who was admitted still is. */
  isGood(owner: string): Promise<boolean> {
    return this.#options.anyKey ? Promise.resolve(true) : this.#options.keys.isGood(owner);
  }
}
