/** The Twelve Data server over a fake market, with a key, for tests in process and over sockets. */
import type { InjectOptions } from 'fastify';
import { ApiKeys } from '../../src/api/alpaca/ApiKeys.js';
import { MemoryProgramStore } from '../../src/api/alpaca/MemoryProgramStore.js';
import type { BarRow, MarketReads, PrintRow } from '../../src/api/alpaca/PaperVenue.js';
import { TwelvedataServer } from '../../src/api/twelvedata/TwelvedataServer.js';
import type { TwelvedataServerOptions } from '../../src/api/twelvedata/TwelvedataServer.js';
import { fromNewYork } from '../../src/calendar/newYorkTime.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { DAY, HOUR, MINUTE } from '../../src/domain/timeframe.js';
import { systemClock } from '../../src/utils/clock.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import type { Called, Json } from './alpacaHarness.js';
import { FakePaperVenue } from './FakePaperVenue.js';
import { SocketProbe } from './SocketProbe.js';

/** What tests work with. */
export interface TwelvedataHarness {
  readonly venue: FakePaperVenue;
  readonly server: TwelvedataServer;
  readonly store: MemoryProgramStore;
  /** A key as clients give it. */
  readonly apikey: string;
  /** Calls in process with the harness's key; `headers` replace it. */
  get(url: string, headers?: Record<string, string>): Promise<Called>;
  post(url: string, body: object, headers?: Record<string, string>): Promise<Called>;
  key(): Promise<string>;
  /** Listens on a free port; gives the addresses of REST and of the stream. */
  listen(): Promise<{ readonly rest: string; readonly stream: string }>;
  /** Opens the stream with the harness's key, or another one; listens first if nothing does. */
  open(apikey?: string): Promise<SocketProbe>;
  close(): Promise<void>;
}

/** What of the server a test may choose. */
export type HarnessOptions = Partial<
  Pick<TwelvedataServerOptions, 'clock' | 'anyKey' | 'plan' | 'planOf' | 'behaviour' | 'maxWaitingBytes'>
> & { readonly reads?: MarketReads; readonly venue?: FakePaperVenue };

/** Starts it over AAPL, MSFT and BRK.B at 10:30 New York on 2026-08-03, or over the market `reads` instead. */
export async function twelvedataHarness(options: HarnessOptions = {}): Promise<TwelvedataHarness> {
  const { venue = new FakePaperVenue(), reads = venue, clock = systemClock, ...others } = options;
  const store = new MemoryProgramStore();
  const log = createLogger({ level: 'silent' });
  const server = await TwelvedataServer.create({ reads, store, clock, ids: randomIds, log, ...others });
  const keys = new ApiKeys(store, clock);
  const key = async (): Promise<string> => {
    const { record, secret } = await keys.create({ accountId: 'bot-1', role: 'viewer', label: 'test' });
    return `${record.keyId}.${secret}`;
  };
  const apikey = await key();
  const call = async (request: InjectOptions): Promise<Called> => {
    const answer = await server.app.inject(request);
    const isJson = String(answer.headers['content-type']).includes('json');
    const json: Json = isJson ? JSON.parse(answer.body) : undefined;
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: json,
      rows: Array.isArray(json) ? json : [],
    };
  };
  let listening: Promise<string> | undefined;
  const listen = async (): Promise<{ readonly rest: string; readonly stream: string }> => {
    listening ??= server.listen('127.0.0.1', 0);
    const address = await listening;
    return { rest: address, stream: `${address.replace('http', 'ws')}/v1/quotes/price` };
  };
  const own = { authorization: `apikey ${apikey}` };
  return {
    venue,
    server,
    store,
    apikey,
    get: (url, headers = own) => call({ method: 'GET', url, headers }),
    post: (url, body, headers = own) => call({ method: 'POST', url, headers, payload: body }),
    key,
    listen,
    open: async (other = apikey) =>
      SocketProbe.open(`${(await listen()).stream}?apikey=${encodeURIComponent(other)}`, {}),
    close: () => server.close(),
  };
}

/** A time of day in New York. */
export function newYork(date: string, clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE + seconds * 1_000_000);
}

/** A minute by its prices in dollars, of a symbol of {@link FakePaperVenue}; 0 for AAPL. */
export function minuteBar(
  start: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume: number,
  more: Partial<BarRow> = {},
): BarRow {
  const raw = (dollars: number): number => Math.round(dollars * 1_000_000);
  return {
    kind: 'bar',
    symbolId: 0,
    start,
    time: start + MINUTE,
    open: raw(open),
    high: raw(high),
    low: raw(low),
    close: raw(close),
    volume,
    count: 1,
    turnover: 0,
    ...more,
  };
}

/** A trading day by its prices in dollars. */
export function dayBar(
  date: string,
  prices: readonly [number, number, number, number],
  volume: number,
  more: Partial<BarRow> = {},
): BarRow {
  const start = newYork(date, '00:00');
  return minuteBar(start, prices, volume, { time: start + DAY, ...more });
}

/** A trade that sets the last price. */
export function print(id: number, time: number, dollars: number, size: number, more: Partial<PrintRow> = {}): PrintRow {
  return {
    kind: 'print',
    symbolId: 0,
    time,
    price: Math.round(dollars * 1_000_000),
    size,
    flags: 7,
    exchange: 'V',
    id,
    ...more,
  };
}
