/**
 * Pages of history over many symbols: sorted by symbol, then time, `limit` rows a page counted over all. A token names
 * the last row delivered and how many rows of its very time have been, so that every row comes exactly once.
 */
import type { Micros } from '../../../domain/units.js';
import { badData } from '../alpacaError.js';
import { readTime, timeText } from '../alpacaFormat.js';
import type { HistoryRequest } from './marketQuery.js';

/** Rows of one symbol from one time to another, in the order asked for; at most `limit`. */
export type FetchRows<T> = (symbol: string, from: Micros, to: Micros, limit: number) => Promise<readonly T[]>;

/** A page. Symbols without rows are not in it. */
export interface HistoryPage<T> {
  readonly rows: ReadonlyMap<string, readonly T[]>;
  readonly nextToken: string | null;
}

interface Place {
  readonly symbol: string;
  readonly time: Micros;
  /** Rows of this symbol and time that were delivered. */
  readonly delivered: number;
}

/** Reads the next page. */
export async function readPage<T>(
  request: HistoryRequest,
  fetch: FetchRows<T>,
  timeOf: (row: T) => Micros,
): Promise<HistoryPage<T>> {
  const place = request.token === undefined ? undefined : readToken(request.token);
  const rows = new Map<string, readonly T[]>();
  let left = request.limit;
  for (const symbol of request.symbols) {
    if (place !== undefined && symbol < place.symbol) continue;
    const resumed = place?.symbol === symbol ? place : undefined;
    const { from, to } = boundsOf(request, resumed);
    if (from > to) continue;
    if (left === 0) {
      // Only a symbol that has something makes another page worth asking for.
      if ((await fetch(symbol, from, to, 1)).length > 0) return { rows, nextToken: tokenAtStart(symbol, request) };
      continue;
    }
    const skip = resumed?.delivered ?? 0;
    const found = await fetch(symbol, from, to, left + skip + 1);
    const page = found.slice(skip, skip + left);
    if (page.length > 0) rows.set(symbol, page);
    const last = page.at(-1);
    if (found.length > skip + page.length && last !== undefined) {
      return { rows, nextToken: tokenAfter(symbol, found.slice(0, skip + page.length), timeOf) };
    }
    left -= page.length;
  }
  return { rows, nextToken: null };
}

function boundsOf({ from, to, sort }: HistoryRequest, place: Place | undefined): { from: Micros; to: Micros } {
  if (place === undefined) return { from, to };
  return sort === 'asc' ? { from: Math.max(from, place.time), to } : { from, to: Math.min(to, place.time) };
}

function tokenAfter<T>(symbol: string, delivered: readonly T[], timeOf: (row: T) => Micros): string {
  const last = delivered.at(-1);
  const time = last === undefined ? 0 : timeOf(last);
  return writeToken({ symbol, time, delivered: delivered.filter((row) => timeOf(row) === time).length });
}

function tokenAtStart(symbol: string, { from, to, sort }: HistoryRequest): string {
  return writeToken({ symbol, time: sort === 'asc' ? from : to, delivered: 0 });
}

function writeToken({ symbol, time, delivered }: Place): string {
  return Buffer.from(`${symbol}|${delivered}|${timeText(time)}`).toString('base64');
}

function readToken(token: string): Place {
  const match = /^([^|]+)\|(\d{1,9})\|(.+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  const time = readTime(match?.[3] ?? '');
  if (match === null || time === undefined) throw badData('invalid page_token');
  return { symbol: match[1] ?? '', delivered: Number(match[2]), time };
}
