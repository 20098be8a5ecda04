/**
 * A simulated trading day as a {@link MarketStream}: the same seed, date and opening prices give the same
 * events, in whatever portions they are read. Labelled `sim` wherever its prices go.
 */
import { sessionOf } from '../../calendar/sessions.js';
import { formatDate, type TradingDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import { TradingStatus, type MarketBatch } from '../../domain/marketTables.js';
import type { MarketStream } from '../../domain/ports.js';
import { createPrintTable, createQuoteTable, createStatusTable, ensureRoom } from '../../domain/tables.js';
import { SECOND } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { SeededRandom } from '../../utils/random.js';
import { SIM_UNIVERSE } from './simUniverse.js';
import { SymbolSimulator, type SimEmitter, type SimPhase } from './SymbolSimulator.js';

/** What decides a simulated day, together with {@link SIM_VERSION}. */
export interface SimulatedDayOptions {
  readonly seed: number;
  readonly date: TradingDate;
  /** Dollars per symbol of {@link SIM_UNIVERSE}, before the overnight gap; the universe's own prices by default. */
  readonly openingPrices?: readonly number[];
}

/** Changes whenever the same options would give other events. */
export const SIM_VERSION = 2;

/** A day that can be read once, from premarket to the end of after hours. */
export interface SimulatedDay extends MarketStream {
  readonly start: Micros;
  readonly end: Micros;
  /** The efficient prices reached so far, in dollars: the next day's opening prices once this one has ended. */
  prices(): readonly number[];
}

/** Makes the day. Throws `CALENDAR_RANGE` when the exchange has no session on `date`. */
export function createSimulatedDay(options: SimulatedDayOptions): SimulatedDay {
  const session = sessionOf(options.date);
  if (session === undefined) {
    throw new PapertapeError('CALENDAR_RANGE', `The exchange is closed on ${formatDate(options.date)}.`, {
      remedy: 'Choose a trading day.',
    });
  }
  const daySeed = new SeededRandom(options.seed, options.date);
  const symbols = SIM_UNIVERSE.map((instrument, symbolId) => {
    const opening = options.openingPrices?.[symbolId] ?? instrument.price;
    return new SymbolSimulator(instrument, symbolId, opening, new SeededRandom(options.seed, options.date, symbolId));
  });
  const second = new SecondBuffer();
  let now = session.premarketOpen;
  const halt = planHalt(daySeed, session.open);

  const generate = (): void => {
    while (second.isEmpty() && now < session.afterHoursClose) {
      second.begin(now);
      const marketMove = daySeed.normal();
      const [phase, start, end]: [SimPhase, Micros, Micros] =
        now < session.open
          ? ['premarket', session.premarketOpen, session.open]
          : now < session.close
            ? ['regular', session.open, session.close]
            : ['afterHours', session.close, session.afterHoursClose];
      const halted = symbols[halt.symbolId];
      if (now === halt.from && halted) {
        halted.jump(halt.jump);
        halted.setHalted(true);
        second.status(halt.symbolId, TradingStatus.LULD_PAUSE);
      }
      if (now === halt.to && halted) {
        second.status(halt.symbolId, TradingStatus.TRADING);
        halted.setHalted(false);
        halted.auction('reopen', 250_000, second);
      }
      symbols.forEach((symbol, symbolId) => {
        if (now === session.open) symbol.auction('open', 120_000 + symbolId * 1_000, second);
        if (now === session.close) symbol.auction('close', 150_000 + symbolId * 1_000, second);
        symbol.step(phase, (now - start) / SECOND, (end - start) / SECOND, marketMove, second);
      });
      second.finish();
      now += SECOND;
    }
  };

  return {
    symbols: SIM_UNIVERSE.map((instrument) => instrument.symbol),
    start: session.premarketOpen,
    end: session.afterHoursClose,
    prices: () => symbols.map((symbol) => symbol.price),
    peekTime() {
      generate();
      return second.nextTime();
    },
    readUntil(time, maxEvents) {
      const out = new BatchBuilder();
      generate();
      while (second.nextTime() <= time && out.length < maxEvents) {
        second.moveInstant(out);
        generate();
      }
      return out.build();
    },
  };
}

/** On most days news moves one symbol so far that trading in it pauses for five minutes. */
function planHalt(random: SeededRandom, open: Micros): { symbolId: number; from: Micros; to: Micros; jump: number } {
  const symbolId = 1 + random.below(SIM_UNIVERSE.length - 1);
  const from = open + (600 + random.below(18_000)) * SECOND;
  const jump = (random.chance(0.5) ? 1 : -1) * (0.05 + 0.07 * random.next());
  return { symbolId, from, to: from + 300 * SECOND, jump };
}

const STATUS = 0;
const QUOTE = 1;
const PRINT = 2;

interface SimRow {
  readonly kind: number;
  readonly symbolId: number;
  readonly time: Micros;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** The events of one second, sorted as X13 has it: status, quotes, prints; then symbol id. */
class SecondBuffer implements SimEmitter {
  #rows: SimRow[] = [];
  #next = 0;
  #start: Micros = 0;

  begin(start: Micros): void {
    this.#start = start;
    this.#rows = [];
    this.#next = 0;
  }

  status(symbolId: number, status: number): void {
    this.#rows.push({ kind: STATUS, symbolId, time: this.#start, a: status, b: 0, c: 0, d: 0 });
  }

  quote(symbolId: number, offset: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    this.#rows.push({ kind: QUOTE, symbolId, time: this.#start + offset, a: bid, b: bidSize, c: ask, d: askSize });
  }

  print(symbolId: number, offset: number, price: number, size: number, flags: number, exchange: number): void {
    this.#rows.push({ kind: PRINT, symbolId, time: this.#start + offset, a: price, b: size, c: flags, d: exchange });
  }

  finish(): void {
    this.#rows.sort((x, y) => x.time - y.time || x.kind - y.kind || x.symbolId - y.symbolId);
  }

  isEmpty(): boolean {
    return this.#next >= this.#rows.length;
  }

  nextTime(): Micros {
    return this.#rows[this.#next]?.time ?? Infinity;
  }

  /** Moves all rows of the next instant. */
  moveInstant(out: BatchBuilder): void {
    const time = this.nextTime();
    for (let row = this.#rows[this.#next]; row !== undefined && row.time === time; row = this.#rows[this.#next]) {
      out.add(row);
      this.#next += 1;
    }
  }
}

/** Collects rows into a {@link MarketBatch}. */
class BatchBuilder {
  readonly #status = createStatusTable(0);
  readonly #quotes = createQuoteTable(64);
  readonly #prints = createPrintTable(64);
  #order: number[] = [];

  get length(): number {
    return this.#order.length;
  }

  add(row: SimRow): void {
    const table = row.kind === STATUS ? this.#status : row.kind === QUOTE ? this.#quotes : this.#prints;
    ensureRoom(table);
    const at = table.length;
    table.symbolId[at] = row.symbolId;
    table.time[at] = row.time;
    if (table.kind === 'status') {
      table.status[at] = row.a;
      table.lower[at] = row.b;
      table.upper[at] = row.c;
    } else if (table.kind === 'quote') {
      table.bid[at] = row.a;
      table.bidSize[at] = row.b;
      table.ask[at] = row.c;
      table.askSize[at] = row.d;
    } else {
      table.price[at] = row.a;
      table.size[at] = row.b;
      table.flags[at] = row.c;
      table.exchange[at] = row.d;
    }
    table.length += 1;
    this.#order.push(row.kind);
  }

  build(): MarketBatch {
    return {
      tables: [this.#status, this.#quotes, this.#prints],
      order: Uint8Array.from(this.#order),
      length: this.#order.length,
    };
  }
}
