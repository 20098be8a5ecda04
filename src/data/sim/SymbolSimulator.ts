/**
 * One simulated symbol through one day, a market second at a time: a price that drifts, trends and bursts, a
 * best bid and offer around it, and prints that follow the session's volume curve.
 *
 * It is a plausible market, not a calibrated one: no order book, and paper orders do not move it. Only
 * arithmetic that is exact everywhere is used, so a seed gives one day on every machine.
 */
import { PrintFlag } from '../../domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import type { SeededRandom } from '../../utils/random.js';
import type { SimInstrument } from './simUniverse.js';

/** The part of the day, as the simulator sees it. */
export type SimPhase = 'premarket' | 'regular' | 'afterHours';

/** Receives what happens; `offset` is microseconds within the second. */
export interface SimEmitter {
  quote(symbolId: number, offset: number, bid: number, bidSize: number, ask: number, askSize: number): void;
  print(symbolId: number, offset: number, price: number, size: number, flags: number, exchange: number): void;
}

const REGULAR_SECONDS = 23_400;
const LAST_AND_RANGE = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
const AUCTION_FLAG = {
  open: PrintFlag.OPENING_AUCTION,
  reopen: PrintFlag.REOPENING_AUCTION,
  close: PrintFlag.CLOSING_AUCTION,
} as const;
const VENUES = 'PQZKNYBJXT';
const FINRA = 'D'.charCodeAt(0);

/** Simulates one instrument for one day; call {@link step} once for every second of the day, in order. */
export class SymbolSimulator {
  readonly instrument: SimInstrument;
  readonly #symbolId: number;
  readonly #random: SeededRandom;
  /** Efficient price in dollars. */
  #price: number;
  /** Drift per second, as a fraction; changes with the regime. */
  #drift = 0;
  #regimeSecondsLeft = 0;
  /** Extra activity after news: 0 is none, decays. */
  #burst = 0;
  #halted = false;
  #bid = 0;
  #ask = 0;

  constructor(instrument: SimInstrument, symbolId: number, openingPrice: number, random: SeededRandom) {
    this.instrument = instrument;
    this.#symbolId = symbolId;
    this.#random = random;
    // An overnight gap, sometimes with news that keeps the premarket busy.
    let gap = instrument.dailyVolatility * 0.45 * random.normal();
    if (random.chance(0.1)) {
      gap += instrument.dailyVolatility * (random.chance(0.5) ? 3 : -3) * (0.5 + random.next());
      this.#burst = 0.6;
    }
    this.#price = Math.max(openingPrice * (1 + gap), 0.5);
  }

  /** The efficient price in dollars. */
  get price(): number {
    return this.#price;
  }

  /** Stops or resumes quotes and prints; news made it stop, so it resumes busy. */
  setHalted(halted: boolean): void {
    this.#halted = halted;
    if (halted) {
      this.#bid = 0;
      this.#ask = 0;
    } else this.#burst = 1;
  }

  /** News: a jump of `fraction` and minutes of activity. */
  jump(fraction: number): void {
    this.#price = Math.max(this.#price * (1 + fraction), 0.5);
    this.#burst = 1;
  }

  /**
   * Simulates one second. `second` counts from the phase's start, `length` is the phase's length in seconds,
   * `marketMove` is the common move of all symbols in this second as a multiple of its standard deviation.
   */
  step(phase: SimPhase, second: number, length: number, marketMove: number, out: SimEmitter): void {
    const random = this.#random;
    const intensity = activity(phase, second, length);
    this.#move(phase, intensity, marketMove);
    if (this.#halted) return;
    this.#quote(phase, out, random.below(400_000));
    const perSecond =
      (this.instrument.dailyVolume / REGULAR_SECONDS / TYPICAL_PRINT) * intensity * (1 + 9 * this.#burst);
    // Busy symbols are thinned to at most a few prints a second; sizes grow instead, so volume is kept.
    const prints = Math.min(perSecond, MAX_PRINTS_PER_SECOND);
    const sizeFactor = perSecond / prints;
    let count = Math.floor(prints);
    if (random.chance(prints - count)) count += 1;
    for (let i = 0; i < count; i += 1) this.#print(phase, out, sizeFactor);
  }

  /** The opening (reopening) or closing auction: one large print at the middle. */
  auction(kind: 'open' | 'reopen' | 'close', offset: number, out: SimEmitter): void {
    if (this.#halted) return;
    const share = kind === 'close' ? 0.045 : 0.012;
    const size = Math.max(
      100,
      Math.round((this.instrument.dailyVolume * share * (0.6 + 0.8 * this.#random.next())) / 100) * 100,
    );
    const flag = AUCTION_FLAG[kind];
    const venue = (this.#symbolId % 2 === 0 ? 'N' : 'Q').charCodeAt(0);
    const tick = this.#price >= 1 ? 0.01 : 0.0001;
    const price = scaled(Math.round(this.#price / tick) * tick);
    out.print(this.#symbolId, offset, price, size, LAST_AND_RANGE | flag, venue);
  }

  #move(phase: SimPhase, intensity: number, marketMove: number): void {
    const random = this.#random;
    if (this.#regimeSecondsLeft <= 0) {
      this.#regimeSecondsLeft = 600 + random.below(3_000);
      this.#drift = (this.instrument.dailyVolatility * random.normal() * 1.3) / REGULAR_SECONDS;
    }
    this.#regimeSecondsLeft -= 1;
    if (this.#burst > 0) this.#burst = this.#burst < 0.004 ? 0 : this.#burst * 0.9955;
    if (phase === 'regular' && random.chance(1 / 26_000)) this.jump(this.instrument.dailyVolatility * random.normal());
    // Standard deviation of a second: the day's divided by the square root of its seconds.
    const sigma =
      (this.instrument.dailyVolatility / 152.97) *
      (phase === 'regular' ? 0.75 + 0.35 * intensity : 0.35) *
      (1 + 2.5 * this.#burst);
    const common = ((this.instrument.beta * 0.009) / 152.97) * marketMove;
    const own = sigma * 0.85 * random.normal();
    this.#price = Math.max(this.#price * (1 + this.#drift + common + own), 0.5);
  }

  #quote(phase: SimPhase, out: SimEmitter, offset: number): void {
    const random = this.#random;
    const price = this.#price;
    const tick = price >= 1 ? 0.01 : 0.0001;
    // Thin, dear and restless symbols have wider spreads; outside regular hours everything is wider.
    const thin = Math.min(4, 4_000_000 / this.instrument.dailyVolume);
    const fraction =
      (0.00006 + 0.00012 * thin + this.instrument.dailyVolatility * 0.006) *
      (phase === 'regular' ? 1 : 4) *
      (1 + this.#burst);
    const half = Math.max(tick / 2, (price * fraction) / 2);
    const bid = Math.max(tick, Math.floor((price - half) / tick) * tick);
    const ask = Math.max(bid + tick, Math.ceil((price + half) / tick) * tick);
    const bidScaled = scaled(bid);
    const askScaled = scaled(ask);
    if (bidScaled === this.#bid && askScaled === this.#ask && !random.chance(0.03)) return;
    this.#bid = bidScaled;
    this.#ask = askScaled;
    out.quote(this.#symbolId, offset, bidScaled, this.#displayedSize(), askScaled, this.#displayedSize());
  }

  #displayedSize(): number {
    const depth = Math.max(1, this.instrument.dailyVolume / 1_500_000);
    return 100 * (1 + this.#random.below(Math.ceil(4 * depth)));
  }

  #print(phase: SimPhase, out: SimEmitter, sizeFactor: number): void {
    const random = this.#random;
    if (this.#bid === 0) return;
    const offset = 400_000 + random.below(600_000);
    const place = random.next();
    const offExchange = random.chance(0.3);
    let price =
      place < 0.45 ? this.#bid : place < 0.9 ? this.#ask : Math.round((this.#bid + this.#ask) / 20_000) * 10_000;
    if (price === 0) price = this.#bid;
    const odd = random.chance(0.35);
    const size = odd ? 1 + random.below(99) : Math.max(100, Math.round(sizeFactor * (0.4 + 1.2 * random.next())) * 100);
    let flags: number = odd ? PrintFlag.VOLUME | PrintFlag.ODD_LOT : LAST_AND_RANGE;
    if (phase !== 'regular') flags |= PrintFlag.EXTENDED_HOURS;
    if (offExchange) flags |= PrintFlag.OFF_EXCHANGE;
    out.print(
      this.#symbolId,
      offset,
      price,
      size,
      flags,
      offExchange ? FINRA : VENUES.charCodeAt(random.below(VENUES.length)),
    );
  }
}

/** Mean size of a print in shares before thinning. */
const TYPICAL_PRINT = 110;
const MAX_PRINTS_PER_SECOND = 1.2;

/** How busy a second is: the regular session averages about 1 in a U shape, the others a few percent of it. */
function activity(phase: SimPhase, second: number, length: number): number {
  const x = second / length;
  if (phase === 'premarket') return 0.006 + 0.07 * x * x * x;
  if (phase === 'afterHours') return 0.05 * (1 - x) * (1 - x) * (1 - x) + 0.004;
  const fromMiddle = 2 * x - 1;
  const square = fromMiddle * fromMiddle;
  return 0.5 + 2.1 * square * square * square + 0.6 * square;
}

function scaled(dollars: number): number {
  return Math.round(dollars * 10_000) * (RAW_PRICE_SCALE / 10_000);
}
