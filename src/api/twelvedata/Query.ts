/**
 * The parameters of a request: names in any case, blanks are "not given", unknown ones do not matter. Throws 400 with
 * the name, the value and what is allowed.
 */
import { badRequest, tooLong } from './twelvedataError.js';

/** Characters that one value may have. */
const LONGEST_VALUE = 4_000;
/** Symbols of one call. */
const MOST_SYMBOLS = 120;

/** See the module header. */
export class Query {
  readonly #values = new Map<string, string>();

  /** Of a name that is given twice, the last value counts. */
  constructor(fields: Iterable<readonly [string, string]>) {
    for (const [name, value] of fields) this.#values.set(name.toLowerCase(), value.trim());
  }

  /** A text. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  /** The same request without a parameter. */
  without(name: string): Query {
    return new Query([...this.#values].filter(([one]) => one !== name));
  }

  /** A whole number within bounds. */
  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw badRequest(`Invalid **${name}** provided: ${text}. Supported values: ${min} to ${max}`);
  }

  /** `true` or `false`. */
  boolean(name: string, fallback: boolean): boolean {
    return this.choice(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  /** One of some words, in any case. */
  choice<C extends string>(name: string, choices: readonly C[], fallback: C): C {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const choice = choices.find((one) => one.toLowerCase() === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw badRequest(`Invalid **${name}** provided: ${text}. Supported values: ${choices.join(', ')}`);
  }

  /** The symbols as written, and whether there was a comma; undefined if there are none. Checked by `checkLengths`. */
  symbols(): { readonly list: readonly string[]; readonly keyed: boolean } | undefined {
    const text = this.text('symbol');
    if (text === undefined) return undefined;
    const list = text.split(',').map((one) => one.trim());
    return { list: list.filter((one) => one !== ''), keyed: text.includes(',') };
  }

  /** Throws 414 for values that are too long, and for too many symbols. */
  checkLengths(): void {
    for (const [name, value] of this.#values) {
      if (value.length <= LONGEST_VALUE) continue;
      throw tooLong(`The value of **${name}** has ${value.length} characters; at most ${LONGEST_VALUE} are allowed.`);
    }
    const count = this.symbols()?.list.length ?? 0;
    if (count > MOST_SYMBOLS) {
      throw tooLong(`**symbol** names ${count} symbols; at most ${MOST_SYMBOLS} are allowed in one call.`);
    }
  }
}
