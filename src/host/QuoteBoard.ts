/**
 * What is known of every symbol now, for the screen: last price, best bid and offer, the day's range and volume.
 * Reads the same batches as the kernel and decides nothing; symbols that changed since the last call are handed
 * out together, so that a burst of quotes costs one update.
 */
import type { QuoteView } from '../contracts/index.js';
import { phaseAt } from '../calendar/sessions.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { isHaltedAfter, PrintFlag, QuoteFlag, type MarketBatch, type MarketTable } from '../domain/marketTables.js';
import type { Micros, Price } from '../domain/units.js';
import { priceOrNull, priceText, type Units } from './views.js';

/** Figures of one symbol; prices 0 where unknown. */
class QuoteState {
  time: Micros = 0;
  last: Price = 0;
  previousClose: Price = 0;
  bid: Price = 0;
  bidSize = 0;
  ask: Price = 0;
  askSize = 0;
  open: Price = 0;
  high: Price = 0;
  low: Price = 0;
  volume = 0;
  halted = false;
}

/** The watch list of a session. */
export class QuoteBoard {
  readonly #units: Units;
  readonly #states: QuoteState[];
  readonly #changed = new Set<number>();
  #date = Number.NaN;

  /** `previousCloses` are prices at the session's scale, 0 where unknown. */
  constructor(units: Units, previousCloses: readonly Price[] = []) {
    this.#units = units;
    this.#states = units.symbols.map((_, symbolId) => {
      const state = new QuoteState();
      state.previousClose = previousCloses[symbolId] ?? 0;
      return state;
    });
  }

  /** Takes a batch, table by table: within one symbol the order of time is kept, which is all that matters here. */
  observe(batch: MarketBatch): void {
    for (const table of batch.tables) {
      for (let row = 0; row < table.length; row += 1) this.#observeRow(table, row);
    }
  }

  /** The price a symbol was last seen at, 0 if never. */
  last(symbolId: number): Price {
    return this.#states[symbolId]?.last ?? 0;
  }

  /** All symbols, in the session's order. */
  all(): QuoteView[] {
    return this.#states.map((_, symbolId) => this.#view(symbolId));
  }

  /** The symbols that changed since the last call. */
  takeChanged(): QuoteView[] {
    const views = [...this.#changed].sort((a, b) => a - b).map((symbolId) => this.#view(symbolId));
    this.#changed.clear();
    return views;
  }

  #observeRow(table: MarketTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const state = this.#states[symbolId];
    if (state === undefined) return;
    const time = table.time[row] ?? 0;
    this.#rollDay(time);
    state.time = time;
    this.#changed.add(symbolId);
    switch (table.kind) {
      case 'status':
        state.halted = isHaltedAfter(table.status[row] ?? 0, state.halted);
        return;
      case 'quote':
        if (((table.flags[row] ?? 0) & (QuoteFlag.NOT_FIRM | QuoteFlag.SUSPICIOUS)) !== 0) return;
        state.bid = table.bid[row] ?? 0;
        state.bidSize = table.bidSize[row] ?? 0;
        state.ask = table.ask[row] ?? 0;
        state.askSize = table.askSize[row] ?? 0;
        return;
      case 'quoteBar':
        state.bid = table.bidClose[row] ?? 0;
        state.bidSize = table.bidSize[row] ?? 0;
        state.ask = table.askClose[row] ?? 0;
        state.askSize = table.askSize[row] ?? 0;
        return;
      case 'print':
        observePrint(state, table.price[row] ?? 0, table.size[row] ?? 0, table.flags[row] ?? 0, time);
        return;
      case 'bar':
        state.last = table.close[row] ?? 0;
        widen(state, table.open[row] ?? 0, table.high[row] ?? 0, table.low[row] ?? 0);
        state.volume += table.volume[row] ?? 0;
        return;
    }
  }

  /** A new New York date: yesterday's last price becomes the previous close. */
  #rollDay(time: Micros): void {
    const date = newYorkDate(time);
    if (date === this.#date) return;
    const first = Number.isNaN(this.#date);
    this.#date = date;
    if (first) return;
    for (const state of this.#states) {
      if (state.last !== 0) state.previousClose = state.last;
      state.open = 0;
      state.high = 0;
      state.low = 0;
      state.volume = 0;
    }
  }

  #view(symbolId: number): QuoteView {
    const state = this.#states[symbolId] ?? new QuoteState();
    const units = this.#units;
    const known = state.last !== 0 && state.previousClose !== 0;
    return {
      symbol: units.symbols[symbolId] ?? '',
      time: state.time,
      last: priceOrNull(state.last, units),
      previousClose: priceOrNull(state.previousClose, units),
      change: known ? priceText(state.last - state.previousClose, units) : null,
      changeFraction: known ? state.last / state.previousClose - 1 : null,
      bid: priceOrNull(state.bid, units),
      bidSize: state.bid === 0 ? null : state.bidSize,
      ask: priceOrNull(state.ask, units),
      askSize: state.ask === 0 ? null : state.askSize,
      open: priceOrNull(state.open, units),
      high: priceOrNull(state.high, units),
      low: priceOrNull(state.low, units),
      volume: state.volume,
      halted: state.halted,
    };
  }
}

function observePrint(state: QuoteState, price: Price, size: number, flags: number, time: Micros): void {
  if ((flags & PrintFlag.SUSPICIOUS) !== 0) return;
  if ((flags & PrintFlag.VOLUME) !== 0) state.volume += size;
  if ((flags & PrintFlag.LAST) !== 0) state.last = price;
  // Extended-hours prints never touch the day's range (R2); the closing auction belongs to the regular session.
  const regular =
    (flags & PrintFlag.EXTENDED_HOURS) === 0 &&
    (phaseAt(time) === 'regular' || (flags & PrintFlag.CLOSING_AUCTION) !== 0);
  if (regular && (flags & PrintFlag.HIGH_LOW) !== 0) widen(state, price, price, price);
}

function widen(state: QuoteState, open: Price, high: Price, low: Price): void {
  if (state.open === 0) state.open = open;
  state.high = Math.max(state.high, high);
  state.low = state.low === 0 ? low : Math.min(state.low, low);
}
