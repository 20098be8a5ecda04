/**
 * The rows of one short stretch of simulated time, given symbol by symbol and handed out in the one order of X13:
 * time, then status, book, quotes, prints, then symbol id, then as they were given. No allocation per row.
 */
import type { BookTable, MarketBatch, PrintTable, QuoteTable, StatusTable } from '../../domain/marketTables.js';
import { createBookTable, createPrintTable, createQuoteTable, createStatusTable } from '../../domain/tables.js';
import type { Micros } from '../../domain/units.js';

const [STATUS, BOOK, QUOTE, PRINT] = [0, 1, 2, 3] as const;
const KINDS = 4;
/** Places of a sort key: time above kind above symbol above sequence; the longest stretch is a second. */
const [MOST_SYMBOLS, MOST_ROWS] = [64, 2 ** 20];
const KEY_OF_TIME = KINDS * MOST_SYMBOLS * MOST_ROWS;
const FIRST_CAPACITY = 1024;

/** Tables without rows share their columns: whoever adds to one replaces them. */
const NO_STATUSES = createStatusTable(0);
const NO_BOOKS = createBookTable(0);
const NO_QUOTES = createQuoteTable(0);
const NO_PRINTS = createPrintTable(0);

/** Five numbers of a row; what they mean depends on its kind. */
const FIELDS = 5;

/** Takes the rows of a symbol's market. Times are offsets from the start of the stretch, below a second. */
export interface MarketRows {
  status(symbolId: number, offset: number, status: number, lower: number, upper: number): void;
  book(
    symbolId: number,
    offset: number,
    action: number,
    side: number,
    number: number,
    price: number,
    size: number,
  ): void;
  quote(symbolId: number, offset: number, bid: number, bidSize: number, ask: number, askSize: number): void;
  print(symbolId: number, offset: number, price: number, size: number, flags: number, exchange: number): void;
}

/** See the module header. */
export class SliceRows implements MarketRows {
  #keys = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY * FIELDS);
  #start: Micros = 0;
  #length = 0;
  /** Rows handed out so far. */
  #next = 0;

  /** Begins a stretch, the rows of the one before were all taken; or goes on with one, whatever was taken of it. */
  begin(start: Micros): void {
    if (start === this.#start && !this.isEmpty) return;
    this.#start = start;
    this.#length = 0;
    this.#next = 0;
  }

  /** Puts the rows in order; none may be given after it. */
  finish(): void {
    if (this.#length - this.#next > 1) this.#keys.subarray(this.#next, this.#length).sort();
  }

  get isEmpty(): boolean {
    return this.#next >= this.#length;
  }

  /** The time of the next row; Infinity if there is none. */
  nextTime(): Micros {
    return this.isEmpty ? Infinity : this.#start + Math.floor((this.#keys[this.#next] ?? 0) / KEY_OF_TIME);
  }

  status(symbolId: number, offset: number, status: number, lower: number, upper: number): void {
    this.#add(STATUS, symbolId, offset, status, lower, upper, 0, 0);
  }

  book(
    symbolId: number,
    offset: number,
    action: number,
    side: number,
    number: number,
    price: number,
    size: number,
  ): void {
    this.#add(BOOK, symbolId, offset, action, side, number, price, size);
  }

  quote(symbolId: number, offset: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    this.#add(QUOTE, symbolId, offset, bid, bidSize, ask, askSize, 0);
  }

  print(symbolId: number, offset: number, price: number, size: number, flags: number, exchange: number): void {
    this.#add(PRINT, symbolId, offset, price, size, flags, exchange, 0);
  }

  /** Moves whole instants up to `time` into `out`, until it has `maxEvents` or nothing is left. */
  move(time: Micros, maxEvents: number, out: BatchRows): void {
    const keys = this.#keys;
    const values = this.#values;
    let instant = -1;
    while (this.#next < this.#length) {
      const key = keys[this.#next] ?? 0;
      const offset = Math.floor(key / KEY_OF_TIME);
      if (offset !== instant) {
        if (this.#start + offset > time || out.length >= maxEvents) return;
        instant = offset;
      }
      const rest = key - offset * KEY_OF_TIME;
      const kindAndSymbol = Math.floor(rest / MOST_ROWS);
      const at = (rest - kindAndSymbol * MOST_ROWS) * FIELDS;
      out.add(Math.floor(kindAndSymbol / MOST_SYMBOLS), kindAndSymbol % MOST_SYMBOLS, this.#start + offset, values, at);
      this.#next += 1;
    }
  }

  #add(kind: number, symbolId: number, offset: number, a: number, b: number, c: number, d: number, e: number): void {
    const row = this.#length;
    if (row === this.#keys.length) this.#grow();
    this.#keys[row] = ((offset * KINDS + kind) * MOST_SYMBOLS + symbolId) * MOST_ROWS + row;
    const values = this.#values;
    const at = row * FIELDS;
    values[at] = a;
    values[at + 1] = b;
    values[at + 2] = c;
    values[at + 3] = d;
    values[at + 4] = e;
    this.#length = row + 1;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }
}

/** Collects rows in their order and copies them out as a {@link MarketBatch}; used again for the next one. */
export class BatchRows {
  length = 0;
  #order = new Uint8Array(FIRST_CAPACITY);
  readonly #counts = new Uint32Array(KINDS);
  /** By kind: symbols, times and fields of its rows. */
  readonly #symbols = kinds(() => new Uint16Array(FIRST_CAPACITY));
  readonly #times = kinds(() => new Float64Array(FIRST_CAPACITY));
  readonly #fields = kinds(() => new Float64Array(FIRST_CAPACITY * FIELDS));

  /** Adds a row of a kind; its fields are those of `values` from `at` on. */
  add(kind: number, symbolId: number, time: Micros, values: Float64Array, at: number): void {
    const row = this.#counts[kind] ?? 0;
    let symbols = this.#symbols[kind] as Uint16Array;
    if (row === symbols.length) {
      this.#growKind(kind);
      symbols = this.#symbols[kind] as Uint16Array;
    }
    if (this.length === this.#order.length) {
      const order = new Uint8Array(this.#order.length * 2);
      order.set(this.#order);
      this.#order = order;
    }
    symbols[row] = symbolId;
    (this.#times[kind] as Float64Array)[row] = time;
    const fields = this.#fields[kind] as Float64Array;
    const to = row * FIELDS;
    for (let field = 0; field < FIELDS; field += 1) fields[to + field] = values[at + field] ?? 0;
    this.#counts[kind] = row + 1;
    this.#order[this.length] = kind;
    this.length += 1;
  }

  /** The rows so far as a batch of its own; empties this. */
  take(): MarketBatch {
    const tables = [this.#statuses(), this.#books(), this.#quotes(), this.#prints()];
    const { length } = this;
    const order = this.#order.slice(0, length);
    this.length = 0;
    this.#counts.fill(0);
    return { tables, order, length };
  }

  #statuses(): StatusTable {
    const rows = this.#counts[STATUS] ?? 0;
    if (rows === 0) return { ...NO_STATUSES };
    return {
      kind: 'status',
      ...this.#base(STATUS, rows),
      status: Uint8Array.from(this.#column(STATUS, rows, 0)),
      lower: this.#column(STATUS, rows, 1),
      upper: this.#column(STATUS, rows, 2),
    };
  }

  #books(): BookTable {
    const rows = this.#counts[BOOK] ?? 0;
    if (rows === 0) return { ...NO_BOOKS };
    return {
      kind: 'book',
      ...this.#base(BOOK, rows),
      action: Uint8Array.from(this.#column(BOOK, rows, 0)),
      side: Uint8Array.from(this.#column(BOOK, rows, 1)),
      number: this.#column(BOOK, rows, 2),
      price: this.#column(BOOK, rows, 3),
      size: this.#column(BOOK, rows, 4),
    };
  }

  #quotes(): QuoteTable {
    const rows = this.#counts[QUOTE] ?? 0;
    if (rows === 0) return { ...NO_QUOTES };
    return {
      kind: 'quote',
      ...this.#base(QUOTE, rows),
      bid: this.#column(QUOTE, rows, 0),
      bidSize: this.#column(QUOTE, rows, 1),
      ask: this.#column(QUOTE, rows, 2),
      askSize: this.#column(QUOTE, rows, 3),
      flags: new Uint16Array(rows),
    };
  }

  #prints(): PrintTable {
    const rows = this.#counts[PRINT] ?? 0;
    if (rows === 0) return { ...NO_PRINTS };
    return {
      kind: 'print',
      ...this.#base(PRINT, rows),
      price: this.#column(PRINT, rows, 0),
      size: this.#column(PRINT, rows, 1),
      flags: Uint16Array.from(this.#column(PRINT, rows, 2)),
      exchange: Uint8Array.from(this.#column(PRINT, rows, 3)),
    };
  }

  #base(kind: number, length: number): { length: number; symbolId: Uint16Array; time: Float64Array } {
    return {
      length,
      symbolId: (this.#symbols[kind] as Uint16Array).slice(0, length),
      time: (this.#times[kind] as Float64Array).slice(0, length),
    };
  }

  #column(kind: number, rows: number, field: number): Float64Array {
    const column = new Float64Array(rows);
    const fields = this.#fields[kind] as Float64Array;
    for (let row = 0; row < rows; row += 1) column[row] = fields[row * FIELDS + field] ?? 0;
    return column;
  }

  #growKind(kind: number): void {
    const [symbols, times, fields] = [this.#symbols[kind], this.#times[kind], this.#fields[kind]];
    if (symbols === undefined || times === undefined || fields === undefined) return;
    const capacity = symbols.length * 2;
    this.#symbols[kind] = new Uint16Array(capacity);
    this.#symbols[kind].set(symbols);
    this.#times[kind] = new Float64Array(capacity);
    this.#times[kind].set(times);
    this.#fields[kind] = new Float64Array(capacity * FIELDS);
    this.#fields[kind].set(fields);
  }
}

function kinds<T>(make: () => T): T[] {
  return Array.from({ length: KINDS }, make);
}
