/**
 * Ids that count up behind a prefix (`o-1`, `o-2`, …), as texts. Writing a number out costs more than the rest of
 * an id; of numbers that follow each other only the last three digits change.
 */
import { internalized } from './internalized.js';

const THOUSAND = 1000;
/** The largest number whose digits are kept from the one before. */
const MOST = 0x7fff_ffff;
const SHORT = Array.from({ length: THOUSAND }, (_, number) => String(number));
const PADDED = SHORT.map((text) => text.padStart(3, '0'));

/** See the module header. */
export class NumberedTexts {
  readonly prefix: string;
  /** The prefix with the thousands of the number that was asked for last. */
  #head: string;
  #thousands = 0;

  constructor(prefix: string) {
    this.prefix = internalized(prefix);
    this.#head = prefix;
  }

  /** The prefix and a whole number, 0 or above, without leading zeros. */
  of(number: number): string {
    if (number < THOUSAND) return this.prefix + (SHORT[number] ?? '');
    if (number > MOST) return this.prefix + String(number);
    // A remainder of small integers; that of doubles is a call.
    const rest = (number | 0) % THOUSAND;
    const thousands = (number - rest) / THOUSAND;
    if (thousands !== this.#thousands) {
      this.#thousands = thousands;
      this.#head = this.prefix + String(thousands);
    }
    return this.#head + (PADDED[rest] ?? '');
  }
}
