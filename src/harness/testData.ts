/** Market data for tests of strategies: made from prices, or read from files as `papertape data import` reads them. */
import { nyse } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { importFile } from '../data/import/importFile.js';
import type { ImportOptions } from '../data/import/importFile.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { mergeTables } from '../domain/mergeTables.js';
import { createBarTable } from '../domain/tables.js';
import { isTimeframe, TIMEFRAME_DURATION, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import type { Micros } from '../domain/units.js';

/** Market data in memory, with what its numbers mean. */
export interface TestData {
  readonly symbols: readonly string[];
  /** Integer price steps per dollar. */
  readonly priceScale: number;
  /** Of its bars, the shortest if there are several; `1m` if there are none. */
  readonly timeframe: Timeframe;
  /** Whether it has prints, of which bars of any length are made. */
  readonly prints?: boolean;
  readonly market: MarketBatch;
}

/** A bar in dollars and shares; without a volume it is one that limits nobody. */
export interface TestBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
}

/** Where the bars of {@link bars} lie. */
export interface BarsOptions {
  /** `1m` if absent. */
  readonly timeframe?: string;
  /** The first New York trading day; 2013-10-07 if absent. */
  readonly from?: string;
}

/** Ten million shares: a tenth of it, which presets let an order take, is more than tests trade. */
const AMPLE_VOLUME = 10_000_000;

/**
 * Consecutive bars of regular hours per symbol, the next day's after the last of a day. A price alone is the close
 * of a bar that opens at the close before it.
 */
export function bars(
  series: Readonly<Record<string, readonly (number | TestBar)[]>>,
  options: BarsOptions = {},
): TestData {
  const { timeframe: asked = '1m', from = '2013-10-07' } = options;
  const timeframe = timeframeOf(asked);
  const symbols = Object.keys(series);
  const length = Math.max(0, ...Object.values(series).map((prices) => prices.length));
  if (length === 0) {
    throw new PapertapeError(
      'DATA_MISSING',
      `bars(…) was given no bar${symbols.map((name) => ` of ${name}`).join()}.`,
      {
        remedy: 'Give prices or bars of each symbol, such as bars({ SPY: [100, 101, 102] }).',
      },
    );
  }
  const table = createBarTable(timeframe, length * symbols.length);
  let row = 0;
  const slots = barSlots(timeframe, from);
  for (let index = 0; index < length; index += 1) {
    const slot = slots.next().value;
    for (const [symbolId, symbol] of symbols.entries()) {
      const given = series[symbol]?.[index];
      if (given === undefined) continue;
      const bar =
        typeof given === 'number' ? barTo(given, series[symbol]?.[index - 1]) : soundBar(given, symbol, index);
      table.symbolId[row] = symbolId;
      table.start[row] = slot.start;
      table.time[row] = slot.end;
      table.open[row] = scaled(bar.open, symbol, index);
      table.high[row] = scaled(bar.high, symbol, index);
      table.low[row] = scaled(bar.low, symbol, index);
      table.close[row] = scaled(bar.close, symbol, index);
      table.volume[row] = bar.volume ?? AMPLE_VOLUME;
      row += 1;
      table.length = row;
    }
  }
  return { symbols, priceScale: RAW_PRICE_SCALE, timeframe, market: mergeTables([table]) };
}

/** What {@link csv} cannot see in the file. */
export interface CsvOptions {
  /** The file's name up to `_` or `.csv` if absent. */
  readonly symbol?: string;
  readonly timeframe?: string;
  /** The zone of times that carry no offset. */
  readonly timezone?: ImportOptions['timezone'];
}

/** Bars of one symbol from a CSV file, gzipped or not; premarket and after hours included. */
export async function csv(path: string, options: CsvOptions = {}): Promise<TestData> {
  const history = createMemoryHistory();
  await importFile(path, history, {
    symbol: options.symbol,
    timeframe: options.timeframe === undefined ? undefined : timeframeOf(options.timeframe),
    timezone: options.timezone,
  });
  const stretch = (await history.coverage()).find(({ kind }) => kind === 'bar');
  if (stretch?.timeframe === undefined) {
    throw new PapertapeError('DATA_MISSING', `The file ${path} has no bars that can be used.`, {
      remedy: 'Look at it with `papertape data import`, which says what is wrong with each row.',
    });
  }
  const { symbol, from, to } = stretch;
  const query = { symbols: [symbol], kind: 'bar', from, to, adjust: 'raw', extendedHours: true } as const;
  const table = await history.load({ ...query, timeframe: stretch.timeframe });
  return {
    symbols: [symbol],
    priceScale: RAW_PRICE_SCALE,
    timeframe: stretch.timeframe,
    market: mergeTables([table]),
  };
}

/** Throws `CONFIG_INVALID` for another text than that of a length of bars. */
function timeframeOf(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new PapertapeError('CONFIG_INVALID', `There are no bars of "${text}".`, {
    remedy: `Use one of: ${TIMEFRAMES.join(', ')}.`,
  });
}

/** The bar, if its range holds its prices, as the importer asks of rows; throws `RangeError`. */
function soundBar(bar: TestBar, symbol: string, index: number): TestBar {
  const { open, high, low, close, volume = AMPLE_VOLUME } = bar;
  if (high < Math.max(open, low, close) || low > Math.min(open, close)) {
    throw new RangeError(
      `bar ${index} of ${symbol} goes from ${low} to ${high}, which does not hold its open ${open} and close ${close}`,
    );
  }
  if (Number.isSafeInteger(volume) && volume >= 0) return bar;
  throw new RangeError(`bar ${index} of ${symbol} has the volume ${volume}; volumes are whole shares, 0 or more`);
}

function barTo(close: number, before: number | TestBar | undefined): TestBar {
  const open = before === undefined ? close : typeof before === 'number' ? before : before.close;
  return { open, high: Math.max(open, close), low: Math.min(open, close), close };
}

function scaled(dollars: number, symbol: string, index: number): number {
  const price = Math.round(dollars * RAW_PRICE_SCALE);
  if (Number.isSafeInteger(price) && price > 0) return price;
  throw new RangeError(`bar ${index} of ${symbol} has the price ${dollars}; prices are above zero`);
}

/** Start and end of bar after bar within regular hours, day after day. */
function* barSlots(timeframe: Timeframe, from: string): Generator<{ start: Micros; end: Micros }, never> {
  const length = TIMEFRAME_DURATION[timeframe];
  const first = parseDate(from, 'first date');
  let session = nyse.sessionOf(first);
  if (session === undefined) {
    const next = formatDate(nyse.nextSession(first).date);
    throw new PapertapeError('DATE_RANGE_INVALID', `The exchange is closed on ${from}.`, {
      remedy: `Start on a trading day, such as ${next}.`,
    });
  }
  for (;;) {
    for (let start = session.open; start < session.close; start += length) {
      yield { start, end: Math.min(start + length, session.close) };
    }
    session = nyse.nextSession(session.date);
  }
}
