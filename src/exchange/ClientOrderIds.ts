/**
 * The client order ids that an account ever used (I-14). Ids that count up behind one prefix, as strategies give
 * them, are kept as a prefix and the last number: a long run has too many to keep each.
 */

/** Series beyond this many keep their ids one by one. */
const MOST_SERIES = 64;

interface Series {
  prefix: string;
  /** Every number from 1 to this one was used. */
  last: number;
}

/** See the module header. */
export class ClientOrderIds {
  private readonly series: Series[] = [];
  private readonly others = new Set<string>();
  /** How many of the others end in a digit: none else can be a number of a series. */
  private numbered = 0;

  /** Marks an id as used; false if it was used before. */
  use(id: string): boolean {
    const { series, others } = this;
    const isNumbered = endsInDigit(id);
    for (let i = 0; isNumbered && i < series.length; i += 1) {
      const one = series[i];
      if (one === undefined || !id.startsWith(one.prefix)) continue;
      const number = numberAfter(id, one.prefix.length);
      if (number === 0) continue;
      if (number <= one.last) return false;
      if (number > one.last + 1) break;
      one.last = number;
      this.takeFollowing(one);
      return true;
    }
    if (others.has(id)) return false;
    if (id.endsWith('-1') && series.length < MOST_SERIES) {
      const one: Series = { prefix: id.slice(0, -1), last: 1 };
      this.takeFollowing(one);
      series.push(one);
    } else {
      others.add(id);
      if (isNumbered) this.numbered += 1;
    }
    return true;
  }

  /** As {@link use} of the id that is `prefix` and then `number`, 1 or above: mostly without making its text. */
  useNumbered(prefix: string, number: number): boolean {
    const { series } = this;
    for (let i = 0; i < series.length && this.numbered === 0; i += 1) {
      const one = series[i];
      if (one === undefined || one.prefix !== prefix || number !== one.last + 1) continue;
      // The caller's own text is recognised at a glance the next time.
      one.prefix = prefix;
      one.last = number;
      return true;
    }
    return this.use(`${prefix}${number}`);
  }

  /** Whether the id that is `prefix` and then `number` is the next of its series and was not used before. */
  isNext(prefix: string, number: number): boolean {
    if (this.numbered > 0 && this.others.has(`${prefix}${number}`)) return false;
    for (let i = 0; i < this.series.length; i += 1) {
      const one = this.series[i];
      if (one !== undefined && one.prefix === prefix) return number === one.last + 1;
    }
    return false;
  }

  /** Whether an id was used. */
  has(id: string): boolean {
    if (this.others.has(id)) return true;
    return this.series.some(({ prefix, last }) => {
      if (!id.startsWith(prefix)) return false;
      const number = numberAfter(id, prefix.length);
      return number > 0 && number <= last;
    });
  }

  /** Every id, series first; in an order that does not depend on when each was used. */
  *[Symbol.iterator](): Generator<string> {
    const series = [...this.series].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
    for (const { prefix, last } of series) {
      for (let number = 1; number <= last; number += 1) yield `${prefix}${number}`;
    }
    yield* [...this.others].sort();
  }

  /** Forgets every id. */
  clear(): void {
    this.series.length = 0;
    this.others.clear();
    this.numbered = 0;
  }

  /** Keeps the next numbers of a series out of the others, so that equal sets are kept and listed alike. */
  private takeFollowing(one: Series): void {
    while (this.numbered > 0 && this.others.delete(`${one.prefix}${one.last + 1}`)) {
      one.last += 1;
      this.numbered -= 1;
    }
  }
}

function endsInDigit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 48 && last <= 57;
}

/** The positive number, without leading zeros, that the rest of a text is; 0 if it is none. */
function numberAfter(text: string, from: number): number {
  const { length } = text;
  if (from === length || length - from > 15 || text.charCodeAt(from) === 48) return 0;
  let value = 0;
  for (let i = from; i < length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
