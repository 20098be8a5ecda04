/**
 * Reads a broker's executions: Alpaca's account activities as JSON (an array as its API answers) or as CSV with the
 * same names, or a plain CSV with `time,symbol,side,quantity,price` and optionally `order_id,client_order_id`. A file
 * with a row that cannot be read is refused, for errors computed on the rest would be another story.
 */
import { readFileSync } from 'node:fs';
import type { BrokerExecution } from '../../domain/execution.js';
import { PapertapeError } from '../../domain/errors.js';
import type { Side } from '../../domain/order.js';
import type { Micros } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import { scanCsv } from './csvScanner.js';

/** What each figure is called, ours first. */
const NAMES = {
  time: ['time', 'transaction_time', 'timestamp', 'filled_at'],
  symbol: ['symbol', 'ticker'],
  side: ['side'],
  quantity: ['quantity', 'qty', 'shares'],
  price: ['price', 'fill_price'],
  orderId: ['order_id'],
  clientOrderId: ['client_order_id'],
  activity: ['activity_type'],
} as const;

type Row = ReadonlyMap<string, string>;

/** Reads them, in the order of the file. Throws `DATA_FILE_UNREADABLE` naming the place. */
export async function readExecutions(path: string, priceScale: number): Promise<readonly BrokerExecution[]> {
  const rows = /\.json$/i.test(path) ? jsonRows(path) : await csvRows(path);
  return rows.flatMap((row, index) => executionOf(row, `${path}, execution ${index + 1}`, priceScale) ?? []);
}

function jsonRows(path: string): readonly Row[] {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new PapertapeError('DATA_FILE_UNREADABLE', `The file ${path} cannot be read as JSON.`, {
      remedy: "Give the array that Alpaca's account activities answer, or a CSV file.",
      cause,
    });
  }
  if (!Array.isArray(document)) throw unreadable(path, 'is not an array of executions');
  return document.map((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null)
      throw unreadable(`${path}, execution ${index + 1}`, 'is no object');
    return new Map(
      Object.entries(entry).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [],
      ),
    );
  });
}

async function csvRows(path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const decoder = new TextDecoder();
  let names: readonly string[] = [];
  await scanCsv(path, /\.gz$/i.test(path), {
    onHeader: (header) => {
      names = header.map((name) => name.toLowerCase().replaceAll(' ', '_'));
      checkColumns(names, path);
    },
    onRow: ({ bytes, starts, ends, count }) => {
      const row = new Map<string, string>();
      for (let field = 0; field < count; field += 1) {
        row.set(names[field] ?? '', decoder.decode(bytes.subarray(starts[field], ends[field])).trim());
      }
      rows.push(row);
    },
    onProgress: () => undefined,
  });
  return rows;
}

const NEEDED = ['time', 'symbol', 'side', 'quantity', 'price'] as const;

/** Throws where a figure that every execution needs has no column, before a row is blamed for it. */
function checkColumns(names: readonly string[], path: string): void {
  const missing = NEEDED.filter((figure) => !NAMES[figure].some((known) => names.includes(known)));
  if (missing.length === 0) return;
  throw unreadable(path, `has no column for ${missing.join(', ')}; its columns are ${names.join(', ')}`);
}

/** Undefined for activities that are no executions. */
function executionOf(row: Row, place: string, priceScale: number): BrokerExecution | undefined {
  const valueOf = (name: keyof typeof NAMES): string | undefined => {
    for (const known of NAMES[name]) {
      const value = row.get(known);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  };
  const activity = valueOf('activity');
  if (activity !== undefined && activity !== 'FILL') return undefined;
  const need = (name: keyof typeof NAMES): string => {
    const value = valueOf(name);
    if (value === undefined) throw unreadable(place, `has no ${NAMES[name].join(' or ')}`);
    return value;
  };
  const positive = (name: 'quantity' | 'price', scale: number): number => {
    const text = need(name);
    const value = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * scale) : Number.NaN;
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw unreadable(place, `has the ${name} "${text}", which is no positive number`);
  };
  return {
    time: timeOf(need('time'), place),
    symbol: need('symbol').toUpperCase(),
    side: sideOf(need('side'), place),
    quantity: positive('quantity', SHARE),
    price: positive('price', priceScale),
    orderId: valueOf('orderId'),
    clientOrderId: valueOf('clientOrderId'),
  };
}

function sideOf(text: string, place: string): Side {
  if (/^buy/i.test(text)) return 'buy';
  // Alpaca tells short sales apart.
  if (/^sell/i.test(text)) return 'sell';
  throw unreadable(place, `has the side "${text}"; it is buy or sell`);
}

/** ISO 8601 with an offset (X14), to the microsecond. */
function timeOf(text: string, place: string): Micros {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  const [, date = '', clock = '', fraction = '', zone = ''] = parts ?? [];
  const seconds = parts === null ? Number.NaN : Date.parse(`${date}T${clock}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`);
  if (Number.isNaN(seconds)) {
    throw unreadable(place, `has the time "${text}"; write it with its offset, such as 2026-11-23T14:30:00.125Z`);
  }
  return seconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function unreadable(place: string, what: string): PapertapeError {
  return new PapertapeError('DATA_FILE_UNREADABLE', `${place} ${what}.`, {
    remedy: 'Correct the file; `papertape parity --help` names the layouts.',
  });
}
