/** Rows of open, high, low, close and volume. */
import type { BarTable } from '../../domain/marketTables.js';
import { createBarTable, ensureRoom } from '../../domain/tables.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { CsvRow } from './csvScanner.js';
import type { RefusalReason } from './importReport.js';
import type { NumberFields } from './NumberFields.js';
import type { RowContext, RowReader } from './RowReader.js';
import type { RowTimes } from './rowTimes.js';
import { BarSpans } from './tradingTimes.js';

/** Bars of one symbol and timeframe, ascending by start. */
export class BarRows implements RowReader {
  readonly table: BarTable;
  readonly #times: RowTimes;
  readonly #numbers: NumberFields;
  readonly #spans: BarSpans;
  readonly #open: number;
  readonly #high: number;
  readonly #low: number;
  readonly #close: number;
  readonly #volume: number;
  #lastStart = -Infinity;

  constructor(timeframe: Timeframe, { layout, times, numbers }: RowContext) {
    this.table = createBarTable(timeframe, 1024);
    this.#times = times;
    this.#numbers = numbers;
    this.#spans = new BarSpans(timeframe, layout.hasClockLabels);
    this.#open = numbers.column('open');
    this.#high = numbers.column('high');
    this.#low = numbers.column('low');
    this.#close = numbers.column('close');
    this.#volume = numbers.column('volume');
  }

  read(row: CsvRow): RefusalReason | undefined {
    const numbers = this.#numbers;
    const open = numbers.price(row, this.#open);
    const high = numbers.price(row, this.#high);
    const low = numbers.price(row, this.#low);
    const close = numbers.price(row, this.#close);
    const volume = numbers.count(row, this.#volume);
    // NaN fails every comparison, so one sum finds it in any of them.
    if (Number.isNaN(open + high + low + close + volume)) return numbers.reason;
    if (!(open > 0 && high > 0 && low > 0 && close > 0 && volume >= 0) || Object.is(volume, -0)) return 'notPositive';
    if (high < low) return 'highBelowLow';
    if (open > high || open < low || close > high || close < low) return 'outsideHighLow';
    const refusal = locateLabel(this.#times, this.#spans, row, this.#lastStart);
    if (refusal !== undefined) return refusal;

    const { table } = this;
    ensureRoom(table);
    const at = table.length;
    table.start[at] = this.#lastStart = this.#spans.start;
    table.time[at] = this.#spans.end;
    table.open[at] = open;
    table.high[at] = high;
    table.low[at] = low;
    table.close[at] = close;
    table.volume[at] = volume;
    table.length = at + 1;
    return undefined;
  }
}

/** Finds the span of a row's bar, which must start after the last one kept. */
export function locateLabel(
  times: RowTimes,
  spans: BarSpans,
  row: CsvRow,
  lastStart: number,
): RefusalReason | undefined {
  const label = times.timeOf(row);
  if (Number.isNaN(label)) return 'timeInvalid';
  if (label === -Infinity) return 'outsideCalendar';
  const refusal = spans.locate(label);
  if (refusal !== undefined) return refusal;
  if (spans.start > lastStart) return undefined;
  return spans.start === lastStart ? 'duplicate' : 'timeBackwards';
}
