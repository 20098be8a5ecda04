/**
 * Counts the day trades of one account over its fills (R18). A day trade is closing, on the same day, what was opened
 * that day; a position held overnight may be closed before any new opening without being one. A run of closing fills
 * after a run of opening fills counts once, however many executions it takes; the next opening begins anew.
 */
import { previousSession } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Quantity } from '../../domain/units.js';
import { dayTradeRule } from './dayTrades.js';

/** A symbol's day. */
interface SymbolDay {
  /** Signed micro-shares. */
  position: Quantity;
  /** Micro-shares opened today and not closed yet. */
  openedToday: Quantity;
  /** Whether the last run of fills was a closing one that has been counted. */
  isClosing: boolean;
}

/** Counts of one day. */
interface DayCounts {
  readonly date: TradingDate;
  dayTrades: number;
  trades: number;
}

/** Everything of a {@link DayTradeCounter}, as plain data; the last of `days` is the current one. */
export interface DayTradeCounterState {
  readonly symbols: readonly (readonly [symbolId: number, day: Readonly<SymbolDay>])[];
  readonly orders: readonly string[];
  readonly days: readonly Readonly<DayCounts>[];
}

const DEFAULT_WINDOW = 5;

/** See the module header. {@link startDay} begins each trading day. */
export class DayTradeCounter {
  readonly #symbols = new Map<number, SymbolDay>();
  readonly #orders = new Set<string>();
  #days: DayCounts[] = [];
  #today: DayCounts = { date: 0, dayTrades: 0, trades: 0 };

  /** Begins a trading day; days without fills need not be told. Positions become overnight positions. */
  startDay(date: TradingDate): void {
    const rule = dayTradeRule(date);
    const length = rule?.kind === 'patternDayTrader' ? rule.businessDays : DEFAULT_WINDOW;
    let first = date;
    for (let i = 1; i < length; i += 1) first = previousSession(first).date;
    this.#today = { date, dayTrades: 0, trades: 0 };
    this.#days = [...this.#days.filter((day) => day.date >= first && day.date < date), this.#today];
    this.#orders.clear();
    for (const symbol of this.#symbols.values()) {
      symbol.openedToday = 0;
      symbol.isClosing = false;
    }
  }

  /** Sets a position that was there before the first fill, as held overnight. */
  hold(symbolId: number, position: Quantity): void {
    this.#symbols.set(symbolId, { position, openedToday: 0, isClosing: false });
  }

  /** A fill of signed micro-shares; says whether it completed a day trade. */
  onFill(symbolId: number, orderId: string, signed: Quantity): boolean {
    if (!this.#orders.has(orderId)) {
      this.#orders.add(orderId);
      this.#today.trades += 1;
    }
    const symbol = this.#symbolDay(symbolId);
    const counts = this.isDayTrade(symbolId, signed);
    if (counts) this.#today.dayTrades += 1;
    const closed = isClosing(symbol, signed) ? Math.min(Math.abs(signed), Math.abs(symbol.position)) : 0;
    const opened = Math.abs(signed) - closed;
    symbol.position += signed;
    if (closed > 0 && symbol.openedToday > 0) symbol.isClosing = true;
    symbol.openedToday = Math.max(0, symbol.openedToday - closed);
    if (opened > 0) {
      symbol.openedToday += opened;
      symbol.isClosing = false;
    }
    return counts;
  }

  /** Whether a fill of signed micro-shares would complete a day trade. */
  isDayTrade(symbolId: number, signed: Quantity): boolean {
    const symbol = this.#symbols.get(symbolId);
    return symbol !== undefined && isClosing(symbol, signed) && symbol.openedToday > 0 && !symbol.isClosing;
  }

  /** Day trades of the rolling window that ends with the current day. */
  get dayTrades(): number {
    return this.#days.reduce((sum, day) => sum + day.dayTrades, 0);
  }

  /** Orders that filled, at least in part, in the same window. */
  get trades(): number {
    return this.#days.reduce((sum, day) => sum + day.trades, 0);
  }

  /** A copy of everything, for snapshots. */
  state(): DayTradeCounterState {
    return {
      symbols: Array.from(this.#symbols, ([symbolId, day]) => [symbolId, { ...day }] as const),
      orders: [...this.#orders],
      days: this.#days.map((day) => ({ ...day })),
    };
  }

  /** Replaces everything by a {@link state}. */
  restore(state: DayTradeCounterState): void {
    this.#symbols.clear();
    this.#orders.clear();
    for (const [symbolId, day] of state.symbols) this.#symbols.set(symbolId, { ...day });
    for (const order of state.orders) this.#orders.add(order);
    this.#days = state.days.map((day) => ({ ...day }));
    this.#today = this.#days.at(-1) ?? { date: 0, dayTrades: 0, trades: 0 };
  }

  #symbolDay(symbolId: number): SymbolDay {
    let symbol = this.#symbols.get(symbolId);
    if (symbol === undefined) {
      symbol = { position: 0, openedToday: 0, isClosing: false };
      this.#symbols.set(symbolId, symbol);
    }
    return symbol;
  }
}

function isClosing(symbol: SymbolDay, signed: Quantity): boolean {
  return symbol.position !== 0 && symbol.position > 0 !== signed > 0;
}
