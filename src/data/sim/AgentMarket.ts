/**
 * One simulated symbol through one day: its value, its agents and its book, in the phases of the day. A second is
 * planned as a whole and then played in slices, so that orders from outside can come between them.
 */
import type { BookSide } from '../../book/bookLayout.js';
import { MAX_TICK, NO_ASK } from '../../book/bookLayout.js';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import type { SeededRandom } from '../../utils/random.js';
import { Agents, Turn } from './agents.js';
import type { AgentView } from './agents.js';
import { uncross } from './callAuction.js';
import { OutsideOrders } from './OutsideOrders.js';
import { bandWidth, CLOSING_AUCTION_SECONDS, PAUSE_SECONDS, PriceBands } from './PriceBands.js';
import type { BandedStock } from './PriceBands.js';
import { profileOf } from './simProfile.js';
import type { SimProfile } from './simProfile.js';
import { SimulatedBook } from './SimulatedBook.js';
import { simTierOf, simVenueOf, type SimInstrument } from './simUniverse.js';
import type { MarketRows } from './SliceRows.js';
import type { CommonFactor, ValueProcess } from './ValueProcess.js';

/** The part of the day, as the simulator sees it. */
export type SimPhase = 'premarket' | 'regular' | 'afterHours';

const MOST_TURNS = 64;
const TURNS = 8;
const SECOND_MICROS = 1_000_000;
/** Orders of each side in an auction. */
const AUCTION_ORDERS = 24;
/** Part of a second after which an auction's trade comes, the symbols one after the other. */
const [AUCTION_AT, AUCTION_APART] = [120_000, 1_000];
/** Spreads outside regular hours against those within, and right after the open. */
const [EXTENDED_SPREAD, OPENING_SPREAD] = [3.5, 1.6];
const OPENING_SECONDS = 2_700;
/** The fraction by which a share of the day's volume in one trade moves the value for good, in daily volatilities. */
const LASTING_IMPACT = 6;
const [FAST_LEFT, SLOW_LEFT, PRESSURE_LEFT] = [0.95, 0.9967, 0.965];

/** See the module header. */
export class AgentMarket {
  readonly value: ValueProcess;
  readonly outside: OutsideOrders;
  readonly #symbolId: number;
  readonly #profile: SimProfile;
  readonly #random: SeededRandom;
  readonly #book: SimulatedBook;
  readonly #agents: Agents;
  readonly #bands: PriceBands;
  readonly #stock: BandedStock;
  readonly #view: AgentView;
  /** Turns of the second: time in it times {@link TURNS}, plus whose turn it is; ascending. */
  readonly #turns = new Float64Array(MOST_TURNS);
  #turnCount = 0;
  #nextTurn = 0;
  #isPaused = false;
  #pauseEnds = Infinity;
  /** Nothing happens before this part of the second: an auction comes first. */
  #quietUntil = 0;

  /** `opening` is the price in dollars before the day, of which `value` begins to move. */
  constructor(
    instrument: SimInstrument,
    symbolId: number,
    opening: number,
    sessionSeconds: number,
    value: ValueProcess,
    random: SeededRandom,
    rows: MarketRows,
  ) {
    this.#symbolId = symbolId;
    this.value = value;
    this.#random = random;
    const profile = profileOf(instrument, opening);
    this.#profile = profile;
    const cent = Math.round(0.01 / profile.tick);
    this.#stock = { tier: simTierOf(instrument), previousClose: opening, ticksPerCent: cent };
    this.#bands = new PriceBands(this.#stock, sessionSeconds);
    this.#book = new SimulatedBook(symbolId, Math.round(profile.tick * RAW_PRICE_SCALE), rows);
    const middle = value.value / profile.tick;
    this.#view = { value: middle, halfSpread: 1, step: 1, lower: 0, upper: MAX_TICK, fast: middle, slow: middle };
    this.#agents = new Agents(this.#book, profile, this.#view, random, (signedShares) => {
      const { dailyVolatility } = instrument;
      value.shift((LASTING_IMPACT * dailyVolatility * signedShares) / profile.dailyVolume);
    });
    this.#book.onTrade = (tick) => this.#bands.trade(tick);
    this.outside = new OutsideOrders(this.#book, (side: BookSide, shares) => this.#agents.notice(side, shares));
  }

  /** Whether a trading pause is in force. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** How far news must move the price for a pause, as a fraction. */
  get bandWidth(): number {
    return bandWidth(this.#stock);
  }

  /** The regular session begins: an auction, then bands and continuous trading. */
  open(): void {
    this.#book.at = 0;
    this.#agents.leave();
    this.#book.isExtended = false;
    this.#auction('open', 0.012, 0);
  }

  /** It ends; a pause that is still in force ends in the closing auction. */
  close(second: number): void {
    this.#book.at = 0;
    this.#agents.leave();
    if (this.#isPaused) this.#book.status(TradingStatus.TRADING);
    this.#isPaused = false;
    this.#pauseEnds = Infinity;
    this.#auction('close', 0.045, second);
    this.#bands.lift();
    this.#takeBands();
    this.#book.isExtended = true;
  }

  /** A second begins: the value moves, bands and pauses take effect, and the agents' turns are drawn. */
  beginSecond(phase: SimPhase, second: number, length: number, market: CommonFactor, sector: CommonFactor): void {
    const [book, view, profile] = [this.#book, this.#view, this.#profile];
    const intensity = activity(phase, second, length);
    const isRegular = phase === 'regular';
    if (!isRegular) book.isExtended = true;
    this.value.step(isRegular ? 0.7 + 0.3 * intensity : 0.3, market, sector, isRegular);
    const { burst, turbulence } = this.value;
    view.value = this.value.value / profile.tick;
    const early = isRegular && second < OPENING_SECONDS ? 1 - second / OPENING_SECONDS : 0;
    const wide = isRegular ? 1 + OPENING_SPREAD * early * early : EXTENDED_SPREAD;
    view.halfSpread = profile.halfSpread * wide * (1 + 0.8 * burst) * (0.7 + 0.3 * Math.min(turbulence, 3));
    view.step = isRegular ? profile.step : profile.step * 3;
    this.#follow();
    this.#turnCount = 0;
    this.#nextTurn = 0;
    book.at = this.#quietUntil;
    if (isRegular && this.#stepBands(second, length)) return;
    if (this.#isPaused) return;
    const busy = intensity * (1 + 3 * burst) * (0.6 + 0.4 * Math.min(turbulence, 3));
    const looks = isRegular ? profile.makerRate * (0.7 + 0.3 * Math.min(busy, 3)) : 0.03 + 0.05 * busy;
    for (const maker of [Turn.MAKER, Turn.SECOND_MAKER]) this.#draw(looks, maker);
    this.#draw(profile.noiseRate * busy, Turn.NOISE);
    this.#draw(profile.informedRate * Math.min(3, isRegular ? 0.5 + 0.5 * busy : busy), Turn.INFORMED);
    this.#draw(profile.noiseRate * 0.12 * busy, Turn.TREND);
    if (this.#turnCount > 1) this.#turns.subarray(0, this.#turnCount).sort();
    if (book.bid === 0 || book.ask === NO_ASK) this.#agents.act(Turn.MAKER);
    book.publish();
    this.#quietUntil = 0;
  }

  /** Plays the turns of the second before `until`, a part of it in microseconds. */
  play(until: number): void {
    const turns = this.#turns;
    while (this.#nextTurn < this.#turnCount) {
      const turn = turns[this.#nextTurn] ?? 0;
      const at = Math.floor(turn / TURNS);
      if (at >= until) return;
      this.#nextTurn += 1;
      this.#book.at = at;
      this.#agents.act(turn - at * TURNS);
      this.#book.publish();
    }
  }

  /** Lets orders from outside take and stand at a part of the second. */
  admit(at: number): void {
    if (this.#isPaused) return;
    this.#book.at = Math.max(at, this.#book.at);
    this.outside.admit();
    this.#book.publish();
  }

  /** Averages that agents follow, and what they forget. */
  #follow(): void {
    const [book, view] = [this.#book, this.#view];
    this.#agents.pressure *= PRESSURE_LEFT;
    if (book.bid === 0 || book.ask === NO_ASK) return;
    const middle = (book.bid + book.ask) / 2;
    view.fast = view.fast * FAST_LEFT + middle * (1 - FAST_LEFT);
    view.slow = view.slow * SLOW_LEFT + middle * (1 - SLOW_LEFT);
  }

  /** Bands, limit states, and the begin and end of pauses; true if nothing else happens in the second. */
  #stepBands(second: number, length: number): boolean {
    const [book, bands] = [this.#book, this.#bands];
    if (this.#isPaused) {
      if (second < this.#pauseEnds) return true;
      this.#isPaused = false;
      this.#pauseEnds = Infinity;
      book.status(TradingStatus.TRADING);
      this.#auction('reopen', 0.008, second);
      this.#quietUntil = 0;
      return true;
    }
    if (bands.step(second, book.bid, book.ask)) this.#takeBands();
    if (!bands.isPauseDue(second)) return false;
    const ends = second + PAUSE_SECONDS;
    this.#pauseEnds = ends > length - CLOSING_AUCTION_SECONDS ? Infinity : ends;
    this.#isPaused = true;
    book.status(TradingStatus.LULD_PAUSE);
    this.#agents.leave();
    this.outside.withdraw();
    book.voidQuote();
    return true;
  }

  /** Takes the bands over, and tells them. */
  #takeBands(): void {
    const { lower, upper } = this.#bands;
    this.#view.lower = lower;
    this.#view.upper = upper === 0 ? MAX_TICK : upper;
    this.#book.status(TradingStatus.BANDS, lower, upper);
  }

  /** An auction of the listing market around the value; continuous trading begins anew after it. */
  #auction(kind: keyof typeof AUCTION_FLAG, share: number, second: number): void {
    const [book, view, random] = [this.#book, this.#view, this.#random];
    this.outside.withdraw();
    const shares = this.#profile.dailyVolume * share * (0.6 + 0.8 * random.next());
    const spread = Math.max(1, 3 * this.#profile.halfSpread);
    const side = (sign: number): { ticks: number[]; sizes: number[] } => {
      const [ticks, sizes]: [number[], number[]] = [[], []];
      for (let order = 0; order < AUCTION_ORDERS; order += 1) {
        ticks.push(Math.max(1, Math.round(view.value + spread * (random.normal() + sign * 0.8))));
        sizes.push(Math.max(1, Math.round((shares / AUCTION_ORDERS / 100) * 2 * random.next() * 1.6)) * 100);
      }
      return { ticks, sizes };
    };
    const result = uncross(side(1), side(-1), Math.max(1, Math.round(view.value)));
    book.at = AUCTION_AT + this.#symbolId * AUCTION_APART;
    if (result.shares > 0) {
      book.print(result.tick, result.shares, AUCTION_FLAG[kind], simVenueOf(this.#symbolId).charCodeAt(0));
    }
    book.at += 1;
    if (kind !== 'close') {
      this.#bands.restart(second, result.tick);
      this.#takeBands();
      this.#agents.act(Turn.MAKER);
      this.#agents.act(Turn.SECOND_MAKER);
    }
    book.publish();
    this.#quietUntil = book.at + 1;
  }

  /** Adds turns of a kind: as many as the rate says, by chance for its fraction. */
  #draw(rate: number, turn: number): void {
    const random = this.#random;
    let count = Math.floor(rate);
    if (random.chance(rate - count)) count += 1;
    for (; count > 0 && this.#turnCount < MOST_TURNS; count -= 1) {
      const at = this.#quietUntil + random.below(SECOND_MICROS - this.#quietUntil);
      this.#turns[this.#turnCount] = at * TURNS + turn;
      this.#turnCount += 1;
    }
  }
}

const AUCTION_FLAG = {
  open: PrintFlag.OPENING_AUCTION,
  reopen: PrintFlag.REOPENING_AUCTION,
  close: PrintFlag.CLOSING_AUCTION,
} as const;

/** How busy a second is: the regular session averages about 1 in a U shape, the others a few percent of it. */
function activity(phase: SimPhase, second: number, length: number): number {
  const x = second / length;
  if (phase === 'premarket') return 0.006 + 0.07 * x * x * x;
  if (phase === 'afterHours') return 0.05 * (1 - x) * (1 - x) * (1 - x) + 0.004;
  const fromMiddle = 2 * x - 1;
  const square = fromMiddle * fromMiddle;
  return 0.5 + 2.1 * square * square * square + 0.6 * square;
}
