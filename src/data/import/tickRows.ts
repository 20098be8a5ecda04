/** Rows of single events: trade prints, and quote changes of one or both sides. */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { PrintFlag, QuoteFlag } from '../../domain/marketTables.js';
import type { PrintTable, QuoteTable } from '../../domain/marketTables.js';
import { createPrintTable, createQuoteTable, ensureRoom } from '../../domain/tables.js';
import type { CsvRow } from './csvScanner.js';
import { fieldText } from './csvScanner.js';
import type { RefusalReason } from './importReport.js';
import type { NumberFields } from './NumberFields.js';
import type { RowContext, RowReader } from './RowReader.js';
import type { RowTimes } from './rowTimes.js';
import { flagsOfConditions } from './saleConditions.js';
import { SipConditions } from './SipConditions.js';
import { SessionLookup } from './tradingTimes.js';

const ONE = '1'.charCodeAt(0);
/** FINRA's trade reporting facilities. */
const OFF_EXCHANGE = 'D'.charCodeAt(0);
const ROUND_LOT = 100;
const ALL_COUNTS = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

/** Judges the times of events: valid, within trading hours, not going back; several may share one time. */
class EventTimes {
  readonly #times: RowTimes;
  readonly sessions = new SessionLookup();
  #last = -Infinity;
  /** The time of the row judged last. */
  time = 0;

  constructor(times: RowTimes) {
    this.#times = times;
  }

  judge(row: CsvRow): RefusalReason | undefined {
    const time = this.#times.timeOf(row);
    if (Number.isNaN(time)) return 'timeInvalid';
    if (time === -Infinity) return 'outsideCalendar';
    if (!this.sessions.isTrading(time)) return 'outsideSession';
    if (time < this.#last) return 'timeBackwards';
    this.time = time;
    return undefined;
  }

  /** The row judged last was kept. */
  keep(): void {
    this.#last = this.time;
  }
}

/** Prints of one symbol, in reported order. */
export class PrintRows implements RowReader {
  readonly table: PrintTable = createPrintTable(4096);
  readonly #times: EventTimes;
  readonly #numbers: NumberFields;
  readonly #price: number;
  readonly #size: number;
  readonly #exchange: number;
  readonly #condition: number;
  readonly #saleConditions: number;
  readonly #tape: number;
  readonly #suspicious: number;
  readonly #sipConditions = new SipConditions();

  constructor({ times, numbers }: RowContext) {
    this.#times = new EventTimes(times);
    this.#numbers = numbers;
    this.#price = numbers.column('price');
    this.#size = numbers.column('size');
    this.#exchange = numbers.column('exchange');
    this.#condition = numbers.column('condition');
    this.#saleConditions = numbers.column('saleConditions');
    this.#tape = numbers.column('tape');
    this.#suspicious = numbers.column('suspicious');
  }

  read(row: CsvRow): RefusalReason | undefined {
    const price = this.#numbers.price(row, this.#price);
    const size = this.#numbers.count(row, this.#size);
    if (Number.isNaN(price + size)) return this.#numbers.reason;
    if (!(price > 0 && size > 0)) return 'notPositive';
    const refusal = this.#times.judge(row);
    if (refusal !== undefined) return refusal;
    this.#times.keep();

    const { table } = this;
    const { time } = this.#times;
    ensureRoom(table);
    const at = table.length;
    const exchange = letter(row, this.#exchange);
    table.time[at] = time;
    table.price[at] = price;
    table.size[at] = size;
    table.exchange[at] = exchange;
    table.flags[at] = this.#flags(row, time, size, exchange);
    table.length = at + 1;
    return undefined;
  }

  #flags(row: CsvRow, time: number, size: number, exchange: number): number {
    const session = this.#times.sessions.sessionOn(time);
    let flags = this.#eligibility(row, session?.date);
    if (isOne(row, this.#suspicious)) {
      flags = (flags & ~ALL_COUNTS) | PrintFlag.SUSPICIOUS;
    }
    const isRegular = session !== undefined && time >= session.open && time < session.close;
    // An auction print belongs to the session even when it is reported after the close.
    const isAuction = (flags & (PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION)) !== 0;
    if (!isRegular && !isAuction) flags |= PrintFlag.EXTENDED_HOURS;
    if (size < ROUND_LOT) flags |= PrintFlag.ODD_LOT;
    return exchange === OFF_EXCHANGE ? flags | PrintFlag.OFF_EXCHANGE : flags;
  }

  /** What the conditions of a print let it do: by the codes of its tape, by the vendor's mask, or everything. */
  #eligibility(row: CsvRow, date: TradingDate | undefined): number {
    if (this.#saleConditions >= 0 && date !== undefined) {
      const codes = optionalText(row, this.#saleConditions);
      return this.#sipConditions.of(codes, optionalText(row, this.#tape), date).flags;
    }
    return this.#condition < 0 ? ALL_COUNTS : flagsOfConditions(hexField(row, this.#condition));
  }
}

/**
 * Quotes of one symbol. A row may update one side and leave the other blank; the stored row then holds the other
 * side as it was, from the day's start 0. A suspicious row is kept with its flag and changes nothing after it.
 */
export class QuoteRows implements RowReader {
  readonly table: QuoteTable = createQuoteTable(4096);
  readonly #times: EventTimes;
  readonly #numbers: NumberFields;
  readonly #bid: number;
  readonly #bidSize: number;
  readonly #ask: number;
  readonly #askSize: number;
  readonly #suspicious: number;
  #dayOpen = 0;
  readonly #side = { price: 0, size: 0 };
  #bidPrice = 0;
  #bidShares = 0;
  #askPrice = 0;
  #askShares = 0;

  constructor({ times, numbers }: RowContext) {
    this.#times = new EventTimes(times);
    this.#numbers = numbers;
    this.#bid = numbers.column('bid');
    this.#bidSize = numbers.column('bidSize');
    this.#ask = numbers.column('ask');
    this.#askSize = numbers.column('askSize');
    this.#suspicious = numbers.column('suspicious');
  }

  read(row: CsvRow): RefusalReason | undefined {
    const hasBid = !this.#numbers.isBlank(row, this.#bid);
    const hasAsk = !this.#numbers.isBlank(row, this.#ask);
    if (!hasBid && !hasAsk) return 'notANumber';
    const refusal = this.#times.judge(row);
    if (refusal !== undefined) return refusal;
    const { time } = this.#times;
    const dayOpen = this.#times.sessions.sessionOn(time)?.premarketOpen ?? 0;
    const isNewDay = dayOpen !== this.#dayOpen;
    let bid = isNewDay ? 0 : this.#bidPrice;
    let bidShares = isNewDay ? 0 : this.#bidShares;
    let ask = isNewDay ? 0 : this.#askPrice;
    let askShares = isNewDay ? 0 : this.#askShares;
    const side = this.#side;
    if (hasBid) {
      const fault = this.#readSide(row, this.#bid, this.#bidSize);
      if (fault !== undefined) return fault;
      bid = side.price;
      bidShares = side.size;
    }
    if (hasAsk) {
      const fault = this.#readSide(row, this.#ask, this.#askSize);
      if (fault !== undefined) return fault;
      ask = side.price;
      askShares = side.size;
    }

    this.#times.keep();
    const isSuspicious = isOne(row, this.#suspicious);
    const { table } = this;
    ensureRoom(table);
    const at = table.length;
    table.time[at] = time;
    table.bid[at] = bid;
    table.bidSize[at] = bidShares;
    table.ask[at] = ask;
    table.askSize[at] = askShares;
    table.flags[at] = isSuspicious ? QuoteFlag.SUSPICIOUS : 0;
    table.length = at + 1;
    if (isSuspicious) return undefined;
    this.#dayOpen = dayOpen;
    this.#bidPrice = bid;
    this.#bidShares = bidShares;
    this.#askPrice = ask;
    this.#askShares = askShares;
    return undefined;
  }

  #readSide(row: CsvRow, priceAt: number, sizeAt: number): RefusalReason | undefined {
    const price = this.#numbers.price(row, priceAt);
    const size = this.#numbers.count(row, sizeAt);
    if (Number.isNaN(price + size)) return this.#numbers.reason;
    if (!(price > 0 && size >= 0) || Object.is(size, -0)) return 'notPositive';
    this.#side.price = price;
    this.#side.size = size;
    return undefined;
  }
}

/** A field of hexadecimal digits; 0 when it is blank or anything else. */
function hexField(row: CsvRow, column: number): number {
  let value = 0;
  const end = row.ends[column] ?? 0;
  for (let at = row.starts[column] ?? 0; at < end; at++) {
    const digit = hexDigit(row.bytes[at] ?? 0);
    if (digit < 0) return 0;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function isOne(row: CsvRow, column: number): boolean {
  if (column < 0 || column >= row.count) return false;
  const text = row.bytes[row.starts[column] ?? 0];
  return (row.ends[column] ?? 0) - (row.starts[column] ?? 0) === 1 && text === ONE;
}

/** The byte of a one-letter field, 0 otherwise. */
function letter(row: CsvRow, column: number): number {
  if (column < 0 || column >= row.count) return 0;
  const start = row.starts[column] ?? 0;
  const byte = (row.ends[column] ?? 0) - start === 1 ? (row.bytes[start] ?? 0) : 0;
  return byte >= 65 && byte <= 90 ? byte : 0;
}

/** A field as text, or an empty one when the file has no such column. */
export function optionalText(row: CsvRow, column: number): string {
  return column < 0 || column >= row.count ? '' : fieldText(row, column);
}
