/**
 * Recognises what a file holds by the names in its header and by its own name, or takes the caller's word.
 *
 * Known: the layouts of LEAN-derived CSV files (daily, hour, minute, second, tick; trades and quotes; factor and
 * map files) and open-high-low-close tables with a time column as most tools write them.
 */
import { basename } from 'node:path';
import { PapertapeError } from '../../domain/errors.js';
import type { HistoryKind } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { unreadable } from './csvScanner.js';

/** What a column means; the names that a `--map` takes. */
export const COLUMN_ROLES = [
  'symbol',
  'time',
  'date',
  'clock',
  'ms',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'bidOpen',
  'bidHigh',
  'bidLow',
  'bidClose',
  'bidSize',
  'askOpen',
  'askHigh',
  'askLow',
  'askClose',
  'askSize',
  'bid',
  'ask',
  'price',
  'size',
  'exchange',
  'condition',
  'saleConditions',
  'tape',
  'suspicious',
  'priceFactor',
  'splitFactor',
  'ticker',
] as const;

/** A role of {@link COLUMN_ROLES}. */
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** A recognised file. */
export interface Layout {
  readonly name: string;
  readonly kind: HistoryKind | 'factor' | 'ticker';
  /** Undefined when the rows must tell (a date alone means daily bars), and for events. */
  readonly timeframe: Timeframe | undefined;
  /** Whether intraday bars are labelled by the round clock time they fall into (09:00 for 09:30 to 10:00). */
  readonly hasClockLabels: boolean;
  /** Whether wall-clock times are known to be New York's; otherwise the caller must declare the zone (X14). */
  readonly isNewYorkTime: boolean;
  /** Field index of each role that the file has. */
  readonly columns: ReadonlyMap<ColumnRole, number>;
}

/** What the caller says of a file; it overrules what is recognised. */
export interface LayoutHints {
  readonly timeframe?: Timeframe | undefined;
  /** Role to column name. */
  readonly map?: Readonly<Partial<Record<ColumnRole, string>>> | undefined;
}

interface KnownLayout {
  readonly name: string;
  readonly kind: Layout['kind'];
  /** Column names in lower case and their roles; all must be there. */
  readonly header: Readonly<Record<string, ColumnRole>>;
}

const OHLC = { open: 'open', high: 'high', low: 'low', close: 'close' } as const;
const TICK = {
  date: 'date',
  ms: 'ms',
  exchange: 'exchange',
  condition: 'condition',
  suspicious: 'suspicious',
} as const;

/** Most demanding first: the first whose columns are all there is taken. */
const KNOWN: readonly KnownLayout[] = [
  {
    name: 'quote ticks',
    kind: 'quote',
    header: { ...TICK, bid_price: 'bid', bid_size: 'bidSize', ask_price: 'ask', ask_size: 'askSize' },
  },
  { name: 'trade ticks', kind: 'print', header: { ...TICK, price: 'price', size: 'size' } },
  {
    name: 'quote bars',
    kind: 'quoteBar',
    header: {
      date: 'date',
      ms: 'ms',
      bid_open: 'bidOpen',
      bid_high: 'bidHigh',
      bid_low: 'bidLow',
      bid_close: 'bidClose',
      bid_size: 'bidSize',
      ask_open: 'askOpen',
      ask_high: 'askHigh',
      ask_low: 'askLow',
      ask_close: 'askClose',
      ask_size: 'askSize',
    },
  },
  {
    name: 'factor file',
    kind: 'factor',
    header: { symbol: 'symbol', date: 'date', price_factor: 'priceFactor', split_factor: 'splitFactor' },
  },
  {
    name: 'map file',
    kind: 'ticker',
    header: { file: 'symbol', until_date: 'date', ticker: 'ticker', exchange_code: 'exchange' },
  },
  { name: 'intraday bars', kind: 'bar', header: { date: 'date', ms: 'ms', ...OHLC, volume: 'volume' } },
];

// oxlint-disable-next-line no-control-regex -- control characters are what it refuses
const CONTROL_CHARACTERS = /[\0-\u001F\u007F]/;
const MOST_NAMES = 20;
const LONGEST_NAME = 40;

/** Names that a column of dates with times has in generic files. */
const TIME_NAMES = ['time', 'timestamp', 'datetime'];

/** Recognises a file. Throws `DATA_LAYOUT_UNKNOWN` when neither the header nor the hints say enough. */
export function recogniseLayout(path: string, header: readonly string[], hints: LayoutHints): Layout {
  if (header.some((name) => CONTROL_CHARACTERS.test(name))) throw notText(path);
  if (hints.map !== undefined) return mappedLayout(path, header, hints);
  const names = header.map((name) => name.toLowerCase().replace(/^<(.*)>$/, '$1'));
  for (const known of KNOWN) {
    const columns = columnsOf(names, known.header);
    if (columns === undefined) continue;
    const timed = known.kind === 'bar' || known.kind === 'quoteBar';
    const timeframe = timed ? (hints.timeframe ?? timeframeOfPath(path)) : undefined;
    if (timed && timeframe === undefined) throw timeframeUnknown(path);
    return { name: known.name, kind: known.kind, timeframe, hasClockLabels: false, isNewYorkTime: true, columns };
  }
  return genericBars(path, names, hints);
}

/** Open-high-low-close tables with one time column, or a date and a clock time. */
function genericBars(path: string, names: readonly string[], hints: LayoutHints): Layout {
  const prices = columnsOf(names, { ...OHLC, volume: 'volume' }) ?? columnsOf(names, { ...OHLC, vol: 'volume' });
  const timeName = names.find((name) => TIME_NAMES.includes(name));
  const dateIndex = names.indexOf('date');
  if (prices === undefined || (timeName === undefined && dateIndex < 0)) throw layoutUnknown(path, names);
  const columns = new Map(prices);
  const hasClock = dateIndex >= 0 && timeName === 'time';
  if (hasClock) {
    columns.set('date', dateIndex);
    columns.set('clock', names.indexOf('time'));
  } else columns.set('time', timeName === undefined ? dateIndex : names.indexOf(timeName));
  for (const name of ['symbol', 'ticker']) {
    if (names.includes(name) && !columns.has('symbol')) columns.set('symbol', names.indexOf(name));
  }
  const isClockLabelled = hasClock && /(^|[\\/])hour[\\/][^\\/]*$/.test(path);
  const timeframe = hints.timeframe ?? (isClockLabelled ? '1h' : undefined);
  if (hasClock && timeframe === undefined) throw timeframeUnknown(path);
  const name = hasClock ? (isClockLabelled ? 'hour bars' : 'bars by date and time') : 'bars';
  return { name, kind: 'bar', timeframe, hasClockLabels: isClockLabelled, isNewYorkTime: isClockLabelled, columns };
}

function mappedLayout(path: string, header: readonly string[], hints: LayoutHints): Layout {
  const columns = new Map<ColumnRole, number>();
  for (const role of COLUMN_ROLES) {
    const name = hints.map?.[role];
    if (name === undefined) continue;
    const index = header.findIndex((field) => field.toLowerCase() === name.toLowerCase());
    if (index < 0) {
      if (header.some(isUndecoded)) throw notText(path);
      throw new PapertapeError(
        'DATA_LAYOUT_UNKNOWN',
        `The file ${path} has no column "${name}" for ${role}; it has ${listOf(header)}.`,
        { remedy: 'Name its columns in the mapping, such as time=Date,open=Open.' },
      );
    }
    columns.set(role, index);
  }
  const kind = kindOf(columns);
  const hasTime = columns.has('time') || columns.has('date');
  if (kind === undefined || !hasTime) {
    throw new PapertapeError('DATA_LAYOUT_UNKNOWN', `The mapping for ${path} names too few columns.`, {
      remedy:
        'Map time (or date) and open, high, low, close, volume; or bid, bidSize, ask, askSize; or price and size.',
    });
  }
  return {
    name: 'mapped columns',
    kind,
    timeframe: hints.timeframe,
    hasClockLabels: false,
    isNewYorkTime: false,
    columns,
  };
}

function kindOf(columns: ReadonlyMap<ColumnRole, number>): HistoryKind | undefined {
  const has = (...roles: ColumnRole[]): boolean => roles.every((role) => columns.has(role));
  if (has('open', 'high', 'low', 'close', 'volume')) return 'bar';
  if (has('bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'askOpen', 'askHigh', 'askLow', 'askClose')) return 'quoteBar';
  if (has('bid', 'bidSize', 'ask', 'askSize')) return 'quote';
  return has('price', 'size') ? 'print' : undefined;
}

function columnsOf(
  names: readonly string[],
  header: Readonly<Record<string, ColumnRole>>,
): ReadonlyMap<ColumnRole, number> | undefined {
  const columns = new Map<ColumnRole, number>();
  for (const [name, role] of Object.entries(header)) {
    const index = names.indexOf(name);
    if (index < 0) return undefined;
    columns.set(role, index);
  }
  return columns;
}

function timeframeOfPath(path: string): Timeframe | undefined {
  const place = path.split(/[\\/]/).slice(-2).join('/');
  if (/minute/i.test(place)) return '1m';
  return /second/i.test(place) ? '1s' : undefined;
}

/** The symbol in a file's name: what stands before the first `_` or `.csv`. */
export function symbolOfPath(path: string): string {
  const name = basename(path).replace(/\.(csv|txt|tsv|parquet)?(\.gz)?$/i, '');
  return name.split('_')[0] ?? '';
}

function layoutUnknown(path: string, names: readonly string[]): PapertapeError {
  if (names.some(isUndecoded)) return notText(path);
  return new PapertapeError(
    'DATA_LAYOUT_UNKNOWN',
    `The columns of ${path} (${listOf(names)}) are not those of a known layout.`,
    { remedy: 'Name the columns with `--map time=Date,open=Open,high=High,low=Low,close=Close,volume=Volume`.' },
  );
}

/** Column names as a message shows them: some of them, and not all of a line that is no header. */
function listOf(names: readonly string[]): string {
  return names
    .slice(0, MOST_NAMES)
    .map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name))
    .join(', ');
}

/** Whether bytes of a name were no UTF-8. */
function isUndecoded(name: string): boolean {
  return name.includes('\uFFFD');
}

/** The error for a file of another kind, such as a picture: nothing of its bytes is shown. */
function notText(path: string): PapertapeError {
  return unreadable(path, 'is neither text in UTF-8 nor gzip nor Parquet');
}

/** The error for bars whose length cannot be known. */
export function timeframeUnknown(path: string): PapertapeError {
  return new PapertapeError('DATA_LAYOUT_UNKNOWN', `The file ${path} does not say how long its bars are.`, {
    remedy: 'Give their length, such as `--timeframe 1m`.',
  });
}
