/**
 * A simulated trading day as a {@link MarketStream}: agents trade about thirty symbols in limit order books, from
 * premarket to the end of after hours. The same seed, date and opening prices give the same events, in whatever
 * portions they are read, as long as nobody from outside trades. Labelled `sim` wherever its prices go.
 *
 * Orders from outside make it another market: it is then a function of what was told when, too. Time goes in slices;
 * what is told takes effect with the first slice that is not made yet, see {@link SimulatedDay.frontier}.
 */
import { sessionOf } from '../../calendar/sessions.js';
import type { Session } from '../../calendar/TradingCalendar.js';
import { formatDate, type TradingDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import type { MarketStream } from '../../domain/ports.js';
import { SECOND } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { SeededRandom } from '../../utils/random.js';
import { AgentMarket, type SimPhase } from './AgentMarket.js';
import type { OutsideOrder, OutsideTake } from './OutsideOrders.js';
import { afterSplits } from './simSplits.js';
import { SIM_UNIVERSE } from './simUniverse.js';
import { BatchRows, SliceRows } from './SliceRows.js';
import { CommonFactor, ValueProcess } from './ValueProcess.js';

/** What decides a simulated day, together with {@link SIM_VERSION}. */
export interface SimulatedDayOptions {
  readonly seed: number;
  readonly date: TradingDate;
  /**
   * Dollars per symbol of {@link SIM_UNIVERSE} at the close before, before splits of the date and the overnight gap;
   * the universe's own prices by default.
   */
  readonly openingPrices?: readonly number[];
}

/** Changes whenever the same options would give other events. */
export const SIM_VERSION = 3;

/** How long a slice is, and so how long the market takes at most to hear of orders from outside. */
const SLICE = SECOND / 4;

/** Orders from outside in one symbol, since the last time. */
export interface OutsideOrders {
  readonly symbolId: number;
  readonly orders: readonly OutsideOrder[];
  readonly takes: readonly OutsideTake[];
}

/** A day that can be read once, from premarket to the end of after hours. */
export interface SimulatedDay extends MarketStream {
  readonly start: Micros;
  readonly end: Micros;
  /** How long a slice is. */
  readonly slice: DurationMicros;
  /** Start of the first slice that is not made yet; the day's end once all are. */
  readonly frontier: Micros;
  /** What the shares are worth by now, in dollars: the next day's opening prices once this one has ended. */
  prices(): readonly number[];
  /** Whether a row at or before `time` was made and not read yet. */
  hasMade(time: Micros): boolean;
  /** Makes the slice at the frontier, which may have no rows. */
  makeSlice(): void;
  /** Tells of orders from outside; they take effect with the slice at the frontier. */
  tell(outside: readonly OutsideOrders[]): void;
  /** Tells beforehand what was told at a frontier when the day was made first, in the order in which it was told. */
  expect(time: Micros, outside: readonly OutsideOrders[]): void;
}

/** Streams of chance that belong to the whole day, to sectors, to the value and to the agents of a symbol. */
const [OF_MARKET, OF_SECTORS, OF_VALUES, OF_AGENTS] = [8_000, 8_100, 8_200, 8_300];

/** Makes the day. Throws `CALENDAR_RANGE` when the exchange has no session on `date`. */
export function createSimulatedDay(options: SimulatedDayOptions): SimulatedDay {
  const session = sessionOf(options.date);
  if (session === undefined) {
    throw new PapertapeError('CALENDAR_RANGE', `The exchange is closed on ${formatDate(options.date)}.`, {
      remedy: 'Choose a trading day.',
    });
  }
  return new AgentDay(options, session);
}

/** How many daily volatilities the bands of a symbol are away at most for such news. */
const MOST_BAND_MOVES = 3.2;

/** News that moves one symbol so far that trading in it pauses. */
interface SuddenNews {
  readonly symbolId: number;
  readonly time: Micros;
  readonly fraction: number;
}

class AgentDay implements SimulatedDay {
  readonly symbols = SIM_UNIVERSE.map((instrument) => instrument.symbol);
  readonly slice = SLICE;
  readonly start: Micros;
  readonly end: Micros;
  readonly #session: Session;
  readonly #rows = new SliceRows();
  readonly #out = new BatchRows();
  readonly #markets: readonly AgentMarket[];
  readonly #market: CommonFactor;
  readonly #sectors: ReadonlyMap<string, CommonFactor>;
  readonly #news: SuddenNews;
  readonly #expected = new Map<Micros, readonly OutsideOrders[]>();
  #frontier: Micros;
  /** Whether anybody from outside ever traded. */
  #hasOutside = false;

  constructor({ seed, date, openingPrices }: SimulatedDayOptions, session: Session) {
    this.#session = session;
    this.start = session.premarketOpen;
    this.end = session.afterHoursClose;
    this.#frontier = this.start;
    const day = new SeededRandom(seed, date, OF_MARKET);
    this.#market = new CommonFactor(day);
    const names = [...new Set(SIM_UNIVERSE.map(({ sector }) => sector))];
    this.#sectors = new Map(
      names.map((name, index) => [name, new CommonFactor(new SeededRandom(seed, date, OF_SECTORS + index))]),
    );
    const opening = afterSplits(seed, date, openingPrices ?? SIM_UNIVERSE.map(({ price }) => price));
    const overnight = day.normal();
    const seconds = (session.close - session.open) / SECOND;
    this.#markets = SIM_UNIVERSE.map((instrument, symbolId) => {
      const price = opening[symbolId] ?? instrument.price;
      // Prices keep to the grid that they began on.
      const bounds = price >= 1 ? { floor: 1.01, ceiling: 200_000 } : { floor: 0.01, ceiling: 0.98 };
      const ofValue = new SeededRandom(seed, date, OF_VALUES + symbolId);
      const value = new ValueProcess(instrument, price, overnight, bounds, ofValue);
      const ofAgents = new SeededRandom(seed, date, OF_AGENTS + symbolId);
      return new AgentMarket(instrument, symbolId, price, seconds, value, ofAgents, this.#rows);
    });
    this.#news = this.#planNews(day);
  }

  get frontier(): Micros {
    return this.#frontier;
  }

  prices(): readonly number[] {
    return this.#markets.map(({ value }) => value.value);
  }

  peekTime(): Micros {
    while (this.#rows.isEmpty && this.#frontier < this.end) this.makeSlice();
    return this.#rows.nextTime();
  }

  readUntil(time: Micros, maxEvents: number): ReturnType<MarketStream['readUntil']> {
    const out = this.#out;
    for (;;) {
      this.#rows.move(time, maxEvents, out);
      if (out.length >= maxEvents || !this.#rows.isEmpty || this.#frontier > time || this.#frontier >= this.end) break;
      this.makeSlice();
    }
    return out.take();
  }

  hasMade(time: Micros): boolean {
    return this.#rows.nextTime() <= time;
  }

  tell(outside: readonly OutsideOrders[]): void {
    this.#tellExpected();
    this.#pass(outside);
  }

  expect(time: Micros, outside: readonly OutsideOrders[]): void {
    this.#expected.set(time, [...(this.#expected.get(time) ?? []), ...outside]);
  }

  makeSlice(): void {
    const rows = this.#rows;
    const time = this.#frontier;
    if (time >= this.end) return;
    this.#tellExpected();
    const intoSecond = (time - this.start) % SECOND;
    const second = time - intoSecond;
    rows.begin(second);
    if (intoSecond === 0) this.#beginSecond(second);
    if (this.#hasOutside) {
      for (const market of this.#markets) if (!market.outside.isIdle) market.admit(intoSecond);
    }
    for (const market of this.#markets) market.play(intoSecond + SLICE);
    rows.finish();
    this.#frontier = time + SLICE;
  }

  /** What was told at this frontier before a cut comes before what is told after it. */
  #tellExpected(): void {
    const expected = this.#expected.get(this.#frontier);
    if (expected === undefined) return;
    this.#expected.delete(this.#frontier);
    this.#pass(expected);
  }

  #pass(outside: readonly OutsideOrders[]): void {
    for (const { symbolId, orders, takes } of outside) this.#markets[symbolId]?.outside.tell(orders, takes);
    this.#hasOutside = true;
  }

  #beginSecond(time: Micros): void {
    const { open, close, premarketOpen, afterHoursClose } = this.#session;
    const [phase, from, to]: [SimPhase, Micros, Micros] =
      time < open
        ? ['premarket', premarketOpen, open]
        : time < close
          ? ['regular', open, close]
          : ['afterHours', close, afterHoursClose];
    this.#market.step();
    for (const sector of this.#sectors.values()) sector.step();
    const second = (time - from) / SECOND;
    const length = (to - from) / SECOND;
    if (time === this.#news.time) this.#markets[this.#news.symbolId]?.value.news(this.#news.fraction, true);
    this.#markets.forEach((market, symbolId) => {
      if (time === open) market.open();
      if (time === close) market.close((close - open) / SECOND);
      const sector = this.#sectors.get(SIM_UNIVERSE[symbolId]?.sector ?? '') ?? this.#market;
      market.beginSecond(phase, second, length, this.#market, sector);
    });
  }

  /** On every day one of the symbols that move much has news of more than its price bands. */
  #planNews(random: SeededRandom): SuddenNews {
    const restless = SIM_UNIVERSE.flatMap(({ dailyVolatility }, symbolId) => {
      const width = this.#markets[symbolId]?.bandWidth ?? 1;
      return width <= MOST_BAND_MOVES * dailyVolatility ? [{ symbolId, width }] : [];
    });
    const { symbolId, width } = required(restless[random.below(restless.length)], 'a restless symbol');
    const seconds = (this.#session.close - this.#session.open) / SECOND;
    const time = this.#session.open + (600 + random.below(Math.floor(seconds * 0.75))) * SECOND;
    const fraction = (random.chance(0.5) ? 1 : -1) * width * (1.5 + 0.4 * random.next());
    return { symbolId, time, fraction };
  }
}
