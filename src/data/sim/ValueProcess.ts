/**
 * What the shares of the simulated companies are worth, second by second: returns that the whole market, a sector and
 * the company alone contribute, volatility that clusters (each contribution has a log volatility of a slow and a fast
 * mean-reverting part), and news that is taken in over half a minute. Prices are made by the agents around it.
 *
 * Only arithmetic that is exact everywhere; a seed gives one path on every machine, whatever the agents do.
 */
import { exactExp } from '../../utils/exactExp.js';
import type { SeededRandom } from '../../utils/random.js';
import type { SimInstrument } from './simUniverse.js';

/** Square root of the seconds of a regular session: a day's standard deviation over a second's. */
const ROOT_SECONDS = 152.97;
/** Standard deviations of the slow and the fast part of a log volatility. */
const [SLOW, FAST] = [0.55, 0.52];
/** How much of each part is left after a step of five seconds: half-lives of 140 and of 14 minutes. */
const [SLOW_LEFT, FAST_LEFT] = [0.999587, 0.995883];
/** The standard deviations of their innovations: the part's times the root of 1 less the square of what is left. */
const [SLOW_STEP, FAST_STEP] = [SLOW * 0.02873, FAST * 0.09065];
const VARIANCE = SLOW * SLOW + FAST * FAST;
const STEP_SECONDS = 5;
/** Standard deviation of the market's day, and a sector's share of a company's. */
const MARKET_DAY = 0.0095;
const SECTOR_SHARE = 0.5;

/** A volatility that clusters, as a factor whose mean square is 1. */
export class Turbulence {
  readonly #random: SeededRandom;
  #slow: number;
  #fast: number;
  #age = 0;
  /** The factor in force. */
  level: number;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#slow = SLOW * random.normal();
    this.#fast = FAST * random.normal();
    this.level = exactExp(this.#slow + this.#fast - VARIANCE);
  }

  /** A second passes. */
  step(): void {
    this.#age += 1;
    if (this.#age < STEP_SECONDS) return;
    this.#age = 0;
    this.#slow = this.#slow * SLOW_LEFT + SLOW_STEP * this.#random.normal();
    this.#fast = this.#fast * FAST_LEFT + FAST_STEP * this.#random.normal();
    this.level = exactExp(this.#slow + this.#fast - VARIANCE);
  }
}

/** What moves many companies at once: a contribution of mean square 1 to a second's return. */
export class CommonFactor {
  readonly #random: SeededRandom;
  readonly turbulence: Turbulence;
  /** The second's contribution, in standard deviations of an ordinary second. */
  move = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.turbulence = new Turbulence(random);
  }

  step(): void {
    this.turbulence.step();
    this.move = this.turbulence.level * this.#random.normal();
  }
}

/** How much of a day's return of a company each contribution makes, as standard deviations. */
interface Loadings {
  readonly market: number;
  readonly sector: number;
  readonly own: number;
}

/** The market's and the sector's part are what the company follows of them; its own is the rest. */
function loadingsOf({ dailyVolatility, beta, sector }: SimInstrument): Loadings {
  const market = Math.min(beta * MARKET_DAY, 0.92 * dailyVolatility);
  const ofSector = sector === 'Index' ? 0 : SECTOR_SHARE * dailyVolatility;
  const rest = dailyVolatility * dailyVolatility - market * market - ofSector * ofSector;
  return { market, sector: ofSector, own: Math.sqrt(Math.max(rest, 0.04 * dailyVolatility * dailyVolatility)) };
}

/** Share of pending news that is taken in within a second: half of it in about twenty seconds. */
const NEWS_PER_SECOND = 0.034;
const SUDDEN_PER_SECOND = 0.11;
const BURST_LEFT = 0.9965;

/** The value of one company through a day. */
export class ValueProcess {
  readonly #loadings: Loadings;
  readonly #instrument: SimInstrument;
  readonly #random: SeededRandom;
  readonly #turbulence: Turbulence;
  readonly #floor: number;
  readonly #ceiling: number;
  #pending = 0;
  #speed = NEWS_PER_SECOND;
  /** Dollars. */
  value: number;
  /** Extra activity after news: 0 is none, decays. */
  burst = 0;

  /**
   * `opening` in dollars, `overnight` is the market's overnight move in standard deviations. The value stays between
   * `floor` and `ceiling`.
   */
  constructor(
    instrument: SimInstrument,
    opening: number,
    overnight: number,
    bounds: { readonly floor: number; readonly ceiling: number },
    random: SeededRandom,
  ) {
    this.#instrument = instrument;
    this.#loadings = loadingsOf(instrument);
    this.#random = random;
    this.#turbulence = new Turbulence(random);
    this.#floor = bounds.floor;
    this.#ceiling = bounds.ceiling;
    // An overnight gap, sometimes with news that keeps the premarket busy.
    let gap = 0.45 * (this.#loadings.market * overnight + this.#loadings.own * random.normal());
    if (random.chance(0.08)) {
      gap += instrument.dailyVolatility * (random.chance(0.5) ? 2.5 : -2.5) * (0.5 + random.next());
      this.burst = 0.6;
    }
    this.value = opening;
    this.#moveBy(gap);
  }

  /** How restless the company is against an ordinary second. */
  get turbulence(): number {
    return this.#turbulence.level;
  }

  /** News worth a fraction of the price; a sudden one is taken in three times as fast. */
  news(fraction: number, isSudden = false): void {
    this.#pending += fraction;
    this.#speed = isSudden ? SUDDEN_PER_SECOND : NEWS_PER_SECOND;
    this.burst = Math.max(this.burst, isSudden ? 1 : 0.5);
  }

  /** What trades tell lasts: moves the value by a fraction. */
  shift(fraction: number): void {
    this.#moveBy(fraction);
  }

  /** A second passes; `scale` is its volatility against an ordinary second of regular hours. */
  step(scale: number, market: CommonFactor, sector: CommonFactor, mayHaveNews: boolean): void {
    const random = this.#random;
    this.#turbulence.step();
    if (mayHaveNews && random.chance(1 / 36_000)) {
      const size = this.#instrument.dailyVolatility * (0.2 + 0.3 * Math.abs(random.normal()));
      this.news(random.chance(0.5) ? size : -size);
    }
    const { market: ofMarket, sector: ofSector, own } = this.#loadings;
    const ownMove = own * this.#turbulence.level * (1 + 1.2 * this.burst) * random.normal();
    let fraction = (scale * (ofMarket * market.move + ofSector * sector.move + ownMove)) / ROOT_SECONDS;
    if (this.#pending !== 0) {
      const part = this.#pending * this.#speed;
      fraction += part;
      this.#pending -= part;
      if (Math.abs(this.#pending) < 1e-5) this.#pending = 0;
    }
    if (this.burst > 0) this.burst = this.burst < 0.01 ? 0 : this.burst * BURST_LEFT;
    this.#moveBy(fraction);
  }

  #moveBy(fraction: number): void {
    this.value = Math.min(this.#ceiling, Math.max(this.#floor, this.value * (1 + fraction)));
  }
}
