/**
 * The limit up-limit down plan as the simulated market's own processor applies it to one symbol: bands around the mean
 * of five minutes' trades, limit states, trading pauses. The rules are those in force since 2020, whatever the date;
 * prices are ticks. Looked at once a second, so a pause begins up to a second late.
 */

/** Seconds that the mean is of, that a reference stands at least, of a limit state, and of a pause. */
const [WINDOW, STANDS, LIMIT_STATE] = [300, 30, 15];
/** Seconds of a pause. */
export const PAUSE_SECONDS = 300;
/** A pause that would end within these last seconds of the session goes into the closing auction. */
export const CLOSING_AUCTION_SECONDS = 600;
const DOUBLED_BEFORE_CLOSE = 1_500;
const MOVE = 0.01;

/** What the width of a symbol's bands depends on. */
export interface BandedStock {
  readonly tier: 1 | 2;
  /** Dollars. */
  readonly previousClose: number;
  /** Ticks in a cent: bands are whole cents. */
  readonly ticksPerCent: number;
}

/** The width of a stock's bands as a fraction of the reference price, not doubled. */
export function bandWidth({ tier, previousClose }: BandedStock): number {
  if (previousClose > 3) return tier === 1 ? 0.05 : 0.1;
  return previousClose >= 0.75 ? 0.2 : 0.75;
}

/** See the module header. Seconds are those of the regular session. */
export class PriceBands {
  /** Ticks; both 0 while there are no bands. */
  lower = 0;
  upper = 0;
  readonly #stock: BandedStock;
  readonly #length: number;
  readonly #sums = new Float64Array(WINDOW);
  readonly #counts = new Float64Array(WINDOW);
  #sum = 0;
  #count = 0;
  #second = 0;
  #reference = 0;
  #since = 0;
  #limitSince = -1;
  #isDoubled = false;

  constructor(stock: BandedStock, sessionSeconds: number) {
    this.#stock = stock;
    this.#length = sessionSeconds;
  }

  /** An auction of the listing market: a new reference, and everything before it is void. */
  restart(second: number, tick: number): void {
    this.#sums.fill(0);
    this.#counts.fill(0);
    this.#sum = 0;
    this.#count = 0;
    this.#second = second;
    this.#limitSince = -1;
    this.#setReference(second, tick);
  }

  /** No bands any more. */
  lift(): void {
    this.lower = 0;
    this.upper = 0;
    this.#limitSince = -1;
  }

  /** A trade that may set the last price. */
  trade(tick: number): void {
    const place = this.#second % WINDOW;
    this.#sums[place] = (this.#sums[place] ?? 0) + tick;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#sum += tick;
    this.#count += 1;
  }

  /** A second begins, with the best bid and ask of before. Says whether the bands changed. */
  step(second: number, bid: number, ask: number): boolean {
    this.#second = second;
    const place = second % WINDOW;
    this.#sum -= this.#sums[place] ?? 0;
    this.#count -= this.#counts[place] ?? 0;
    this.#sums[place] = 0;
    this.#counts[place] = 0;
    if (this.upper === 0) return false;
    if (bid >= this.upper || ask <= this.lower) {
      if (this.#limitSince < 0) this.#limitSince = second;
      return false;
    }
    this.#limitSince = -1;
    const isDue = second - this.#since >= STANDS && this.#count > 0;
    const mean = isDue ? this.#sum / this.#count : this.#reference;
    const isMoved = Math.abs(mean - this.#reference) >= MOVE * this.#reference;
    if (!isMoved && this.#isDoubled === this.#doubledAt(second)) return false;
    this.#setReference(second, isMoved ? mean : this.#reference);
    return true;
  }

  /** Whether the limit state has lasted so long that trading pauses. */
  isPauseDue(second: number): boolean {
    return this.#limitSince >= 0 && second - this.#limitSince >= LIMIT_STATE;
  }

  #doubledAt(second: number): boolean {
    if (second < this.#length - DOUBLED_BEFORE_CLOSE) return false;
    return this.#stock.tier === 1 || this.#stock.previousClose <= 3;
  }

  #setReference(second: number, tick: number): void {
    this.#reference = tick;
    this.#since = second;
    this.#isDoubled = this.#doubledAt(second);
    const { ticksPerCent, previousClose } = this.#stock;
    let away = tick * bandWidth(this.#stock);
    // Below 75 cents the lesser of 75 % and 15 cents.
    if (previousClose < 0.75) away = Math.min(away, 15 * ticksPerCent);
    if (this.#isDoubled) away *= 2;
    this.lower = Math.max(1, Math.round((tick - away) / ticksPerCent)) * ticksPerCent;
    this.upper = Math.round((tick + away) / ticksPerCent) * ticksPerCent;
  }
}
