/** A live source whose every word a test writes, and a history that answers what a test tells it. */
import type { PapertapeError } from '../../src/domain/errors.js';
import type {
  FeedQuality,
  HistoryPage,
  HistoryRequest,
  HistorySource,
  MarketDataSource,
  PrintCorrection,
  SourceListener,
  SourceRows,
  SourceState,
} from '../../src/domain/marketSource.js';
import { SourceRowKind } from '../../src/domain/marketSource.js';
import { PrintFlag } from '../../src/domain/marketTables.js';
import { createBarTable, ensureRoom } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import type { Micros } from '../../src/domain/units.js';
import { clearSourceRows, createSourceRows, ensureSourceRoom } from '../../src/data/sourceRows.js';
import type { Clock } from '../../src/utils/clock.js';

/** What an ordinary trade may do. */
export const TRADE = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

/** A consolidated real-time feed of this name. */
export function consolidated(source: string): FeedQuality {
  return { source, coverage: 'consolidated', delay: 0 };
}

/** A print as a script writes it. */
export interface ScriptedPrint {
  readonly symbolId?: number;
  readonly time: Micros;
  readonly price: number;
  readonly size?: number;
  readonly id?: number;
  readonly flags?: number;
  readonly exchange?: number;
}

/** Minutes of a history or a vendor. */
export interface ScriptedBar {
  readonly symbolId?: number;
  readonly start: Micros;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** See the module header. Rows collect until they are sent as one message. */
export class ScriptedFeed implements MarketDataSource {
  readonly quality: FeedQuality;
  readonly symbols: string[];
  readonly wanted: (readonly string[])[] = [];
  readonly rows: SourceRows = createSourceRows(16);
  readonly #clock: Clock;
  #listener: SourceListener | undefined;
  stopped = false;

  constructor(clock: Clock, quality: FeedQuality, symbols: readonly string[]) {
    this.#clock = clock;
    this.quality = quality;
    this.symbols = [...symbols];
  }

  get listener(): SourceListener {
    if (this.#listener === undefined) throw new Error('the source was not started');
    return this.#listener;
  }

  start(listener: SourceListener): void {
    if (this.#listener !== undefined) throw new Error('a source starts once');
    this.#listener = listener;
  }

  want(symbols: readonly string[]): void {
    this.wanted.push(symbols);
  }

  counters(): Readonly<Record<string, number>> {
    return { scripted: 1 };
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.state({ kind: 'stopped' });
    return Promise.resolve();
  }

  state(state: SourceState): void {
    this.listener.onState(state);
  }

  /** Live, with all symbols subscribed. */
  live(): void {
    this.state({ kind: 'live', since: this.#clock.now() });
    for (const symbol of this.symbols) this.listener.onSymbol(symbol, 'subscribed', undefined);
  }

  print({ symbolId = 0, time, price, size = 100, id = 0, flags = TRADE, exchange = 78 }: ScriptedPrint): this {
    const { prints } = this.#next(SourceRowKind.PRINT);
    const row = prints.length;
    prints.symbolId[row] = symbolId;
    prints.time[row] = time;
    prints.price[row] = price;
    prints.size[row] = size;
    prints.flags[row] = flags;
    prints.exchange[row] = exchange;
    this.rows.printIds[row] = id;
    prints.length = row + 1;
    return this;
  }

  quote(symbolId: number, time: Micros, bid: number, ask: number, bidSize = 100, askSize = 100, flags = 0): this {
    const { quotes } = this.#next(SourceRowKind.QUOTE);
    const row = quotes.length;
    quotes.symbolId[row] = symbolId;
    quotes.time[row] = time;
    quotes.bid[row] = bid;
    quotes.ask[row] = ask;
    quotes.bidSize[row] = bidSize;
    quotes.askSize[row] = askSize;
    quotes.flags[row] = flags;
    quotes.length = row + 1;
    return this;
  }

  status(symbolId: number, time: Micros, status: number, lower = 0, upper = 0): this {
    const { statuses } = this.#next(SourceRowKind.STATUS);
    const row = statuses.length;
    statuses.symbolId[row] = symbolId;
    statuses.time[row] = time;
    statuses.status[row] = status;
    statuses.lower[row] = lower;
    statuses.upper[row] = upper;
    statuses.length = row + 1;
    return this;
  }

  bar(bar: ScriptedBar, state = 0): this {
    const { bars, barStates } = this.#next(SourceRowKind.BAR);
    barStates[bars.length] = state;
    addBar(bars, bar);
    return this;
  }

  /** Delivers what was collected. */
  send(): void {
    this.rows.receivedAt = this.#clock.now();
    this.listener.onRows(this.rows);
    clearSourceRows(this.rows, 0);
  }

  gap(since: Micros, until: Micros): void {
    this.listener.onGap(since, until);
  }

  correct(correction: PrintCorrection): void {
    this.listener.onCorrection(correction);
  }

  #next(kind: number): SourceRows {
    ensureSourceRoom(this.rows);
    this.rows.kinds[this.rows.length] = kind;
    this.rows.length += 1;
    return this.rows;
  }
}

/** A history of minutes; `fail` is thrown instead while it is set. */
export class ScriptedHistory implements HistorySource {
  readonly quality: FeedQuality;
  readonly requests: HistoryRequest[] = [];
  readonly bars = new Map<string, readonly ScriptedBar[]>();
  fail: PapertapeError | undefined;

  constructor(quality: FeedQuality) {
    this.quality = quality;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous
  async *read(request: HistoryRequest): AsyncIterable<HistoryPage> {
    this.requests.push(request);
    if (this.fail !== undefined) throw this.fail;
    const table = createBarTable('1m', 4);
    for (const bar of this.bars.get(request.symbol) ?? []) {
      if (bar.start >= request.from && bar.start < request.to) addBar(table, bar);
    }
    yield { table, covered: { from: request.from, to: request.to } };
  }

  earliest(): Promise<Micros | undefined> {
    return Promise.resolve(undefined);
  }

  corporateActions(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}

function addBar(table: ReturnType<typeof createBarTable>, bar: ScriptedBar): void {
  ensureRoom(table);
  const row = table.length;
  table.symbolId[row] = bar.symbolId ?? 0;
  table.start[row] = bar.start;
  table.time[row] = bar.start + MINUTE;
  table.open[row] = bar.open;
  table.high[row] = bar.high;
  table.low[row] = bar.low;
  table.close[row] = bar.close;
  table.volume[row] = bar.volume;
  table.length = row + 1;
}
