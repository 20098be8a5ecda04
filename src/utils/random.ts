/**
 * Seeded randomness. The one generator of the project: small, fast, the same sequence on every machine.
 * Never for secrets; those come from `utils/idGenerator.ts`.
 */

/**
 * The sfc32 generator (Chris Doty-Humphrey, PractRand): 128 bits of state, period about 2^127 on average.
 *
 * Only integer operations and exact divisions by powers of two, so that a seed gives one sequence everywhere.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Seeds from an integer and any number of further integers (a stream id, a date), all mixed in. */
  constructor(seed: number, ...more: readonly number[]) {
    let mixed = mix(seed | 0);
    for (const part of more) mixed = mix(mixed ^ mix((part | 0) + 0x9e3779b9));
    this.#a = mixed;
    this.#b = mix(mixed + 0x6d2b79f5);
    this.#c = mix(this.#b ^ Math.trunc(seed / 0x1_0000_0000));
    for (let i = 0; i < 12; i += 1) this.nextUint32();
  }

  /** A uniform integer of 32 bits, 0 to 2^32 − 1. */
  nextUint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  next(): number {
    return this.nextUint32() / 4_294_967_296;
  }

  /** A uniform integer in [0, bound); bound at most 2^32. The bias is below bound ÷ 2^32. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /**
   * Approximately standard normal: the sum of 12 uniforms less 6 (Irwin–Hall). Tails end at ±6; chosen because
   * it needs no logarithm, whose last bit differs between implementations.
   */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += this.next();
    return sum;
  }

  /** Whether an event of probability `p` happens. */
  chance(p: number): boolean {
    return this.next() < p;
  }
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) | 0;
}
