/**
 * Rows of the market for whoever watches it, until they are taken. Rows of a batch come in its order; what the exchange
 * makes of them, such as price bands, comes after the batch and is put in its place by time.
 */
import type { BandsRow, MarketRow, StatusRow } from '../api/alpaca/PaperVenue.js';
import { TradingStatus } from '../domain/marketTables.js';
import type { Micros, Price } from '../domain/units.js';

/** Kinds of halts by their status code; other codes are no change of trading. */
const HALTS: ReadonlyMap<number, NonNullable<StatusRow['halt']>> = new Map([
  [TradingStatus.HALTED, 'regulatory'],
  [TradingStatus.LULD_PAUSE, 'volatilityPause'],
  [TradingStatus.MARKET_WIDE_1, 'marketWide1'],
  [TradingStatus.MARKET_WIDE_2, 'marketWide2'],
  [TradingStatus.MARKET_WIDE_3, 'marketWide3'],
  [TradingStatus.OPERATOR_HALT, 'operator'],
]);

/** What the exchange says of a symbol when its bands change. */
export interface BandedSymbol {
  readonly symbolId: number;
  readonly bandLower: Price;
  readonly bandUpper: Price;
  readonly halted: boolean;
  /** Whether the feed tells of halts and pauses itself. */
  readonly tellsHalts: boolean;
}

/** See the module header. */
export class LiveRows {
  #rows: MarketRow[] | undefined;
  #later: MarketRow[] = [];
  /** The last cause of each symbol's bands. */
  readonly #bandCauses: (BandsRow['cause'] | undefined)[];

  constructor(symbolCount: number) {
    this.#bandCauses = Array.from({ length: symbolCount }, () => undefined);
  }

  /** Where rows of the present batch are put; undefined while nobody watches, so that none are made. */
  get rows(): MarketRow[] | undefined {
    return this.#rows;
  }

  /** Begins or ends collecting. */
  watch(on: boolean): void {
    this.#rows = on ? (this.#rows ?? []) : undefined;
  }

  /** The rows since the last call; empty while nobody watches. */
  take(): readonly MarketRow[] {
    const rows = this.#rows ?? [];
    const later = this.#later.splice(0);
    if (rows.length > 0) this.#rows = [];
    return later.length === 0 ? rows : [...rows, ...later].sort((a, b) => a.time - b.time);
  }

  /** A status message of the feed, by its code; only halts and their ends are rows. */
  noteStatus(symbolId: number, time: Micros, status: number): void {
    const halt = HALTS.get(status);
    const isEnd = status === TradingStatus.TRADING || status === TradingStatus.OPERATOR_RELEASE;
    if (halt !== undefined) this.#rows?.push({ kind: 'status', symbolId, time, halted: true, halt });
    else if (isEnd) this.#rows?.push({ kind: 'status', symbolId, time, halted: false });
  }

  /** New price bands, both 0 where there are none. A computed pause, and its end, is a change of status too. */
  noteBands({ symbolId, bandLower: lower, bandUpper: upper, halted, tellsHalts }: BandedSymbol, time: Micros): void {
    const before = this.#bandCauses[symbolId];
    const isNone = lower === 0 && upper === 0;
    const wasPaused = before === 'paused';
    const some = before === undefined ? 'opening' : wasPaused ? 'reopening' : 'update';
    const cause = isNone ? (halted ? 'paused' : 'outsideHours') : some;
    this.#bandCauses[symbolId] = cause;
    if (this.#rows === undefined) return;
    this.#later.push({ kind: 'bands', symbolId, time, lower, upper, cause });
    if (tellsHalts || wasPaused === (cause === 'paused')) return;
    const pause = { halted: true, halt: 'volatilityPause' } as const;
    this.#later.push({ kind: 'status', symbolId, time, ...(wasPaused ? { halted: false } : pause) });
  }
}
