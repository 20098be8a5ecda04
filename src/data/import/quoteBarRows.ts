/** Rows of bid and ask bars; a side may be blank throughout. */
import type { QuoteBarTable } from '../../domain/marketTables.js';
import { createQuoteBarTable, ensureRoom } from '../../domain/tables.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { locateLabel } from './barRows.js';
import type { CsvRow } from './csvScanner.js';
import type { RefusalReason } from './importReport.js';
import type { NumberFields } from './NumberFields.js';
import type { RowContext, RowReader } from './RowReader.js';
import type { RowTimes } from './rowTimes.js';
import { BarSpans } from './tradingTimes.js';

/** Quote bars of one symbol and timeframe, ascending by start. */
export class QuoteBarRows implements RowReader {
  readonly table: QuoteBarTable;
  readonly #times: RowTimes;
  readonly #spans: BarSpans;
  readonly #bid: Side;
  readonly #ask: Side;
  #lastStart = -Infinity;

  constructor(timeframe: Timeframe, { layout, times, numbers }: RowContext) {
    this.table = createQuoteBarTable(timeframe, 1024);
    this.#times = times;
    this.#spans = new BarSpans(timeframe, layout.hasClockLabels);
    this.#bid = new Side(numbers, ['bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'bidSize']);
    this.#ask = new Side(numbers, ['askOpen', 'askHigh', 'askLow', 'askClose', 'askSize']);
  }

  read(row: CsvRow): RefusalReason | undefined {
    const bid = this.#bid;
    const ask = this.#ask;
    const refusal = bid.read(row) ?? ask.read(row) ?? locateLabel(this.#times, this.#spans, row, this.#lastStart);
    if (refusal !== undefined) return refusal;
    const { table } = this;
    ensureRoom(table);
    const at = table.length;
    table.start[at] = this.#lastStart = this.#spans.start;
    table.time[at] = this.#spans.end;
    table.bidOpen[at] = bid.open;
    table.bidHigh[at] = bid.high;
    table.bidLow[at] = bid.low;
    table.bidClose[at] = bid.close;
    table.bidSize[at] = bid.size;
    table.askOpen[at] = ask.open;
    table.askHigh[at] = ask.high;
    table.askLow[at] = ask.low;
    table.askClose[at] = ask.close;
    table.askSize[at] = ask.size;
    table.length = at + 1;
    return undefined;
  }
}

type SideRoles = readonly [
  open: Parameters<NumberFields['column']>[0],
  high: Parameters<NumberFields['column']>[0],
  low: Parameters<NumberFields['column']>[0],
  close: Parameters<NumberFields['column']>[0],
  size: Parameters<NumberFields['column']>[0],
];

/** The five numbers of one side of the row read last; all 0 when the side is blank. */
class Side {
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  size = 0;
  readonly #numbers: NumberFields;
  readonly #columns: readonly [number, number, number, number, number];

  constructor(numbers: NumberFields, [open, high, low, close, size]: SideRoles) {
    this.#numbers = numbers;
    this.#columns = [
      numbers.column(open),
      numbers.column(high),
      numbers.column(low),
      numbers.column(close),
      numbers.column(size),
    ];
  }

  read(row: CsvRow): RefusalReason | undefined {
    const numbers = this.#numbers;
    const [openAt, highAt, lowAt, closeAt, sizeAt] = this.#columns;
    if (numbers.isBlank(row, openAt) && numbers.isBlank(row, highAt) && numbers.isBlank(row, closeAt)) {
      this.open = this.high = this.low = this.close = this.size = 0;
      return undefined;
    }
    this.open = numbers.price(row, openAt);
    this.high = numbers.price(row, highAt);
    this.low = numbers.price(row, lowAt);
    this.close = numbers.price(row, closeAt);
    this.size = sizeAt < 0 ? 0 : numbers.count(row, sizeAt);
    const { open, high, low, close, size } = this;
    if (Number.isNaN(open + high + low + close + size)) return numbers.reason;
    if (!(open > 0 && high > 0 && low > 0 && close > 0 && size >= 0) || Object.is(size, -0)) return 'notPositive';
    if (high < low) return 'highBelowLow';
    return open > high || open < low || close > high || close < low ? 'outsideHighLow' : undefined;
  }
}
