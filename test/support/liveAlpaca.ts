/**
 * The Alpaca server over a real session on disk: kernel, exchange, tape, in the thread of the test. Market time moves
 * only when the test steps it.
 */
import type { MarketRow, PaperVenue } from '../../src/api/alpaca/PaperVenue.js';
import { AlpacaServer } from '../../src/api/alpaca/AlpacaServer.js';
import { MemoryProgramStore } from '../../src/api/alpaca/MemoryProgramStore.js';
import { openHistory } from '../../src/compose.js';
import { readEarlierSessions } from '../../src/host/earlierSessions.js';
import { SessionClient } from '../../src/host/SessionClient.js';
import type { SessionEvents } from '../../src/host/SessionClient.js';
import { DEFAULT_CASH, DEFAULT_LIMITS } from '../../src/host/sessionPlan.js';
import type { MarketPlan, SessionPlan } from '../../src/host/sessionPlan.js';
import { SessionVenue } from '../../src/host/SessionVenue.js';
import { SessionWorker } from '../../src/host/SessionWorker.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import type { Json } from './alpacaHarness.js';
import { ManualClock } from './ManualClock.js';

/** A server that runs, with the key of an account `bot`. */
export interface LiveAlpaca {
  readonly call: (
    method: string,
    url: string,
    body?: object,
    key?: { readonly keyId: string; readonly secretKey: string },
  ) => Promise<{ status: number; body: Json }>;
  /** The session as servers of protocols see it. */
  readonly venue: PaperVenue;
  /** Rows of the market since the server started. */
  readonly rows: readonly MarketRow[];
  /** Lets real time pass, in which a running market moves and one at its end is closed. */
  pass(ms: number): void;
  /** Serves on a free port of this machine; gives the address and the key. */
  listen(): Promise<{ readonly address: string; readonly keyId: string; readonly secretKey: string }>;
  /** A key of another account. */
  key(accountId: string): Promise<{ readonly keyId: string; readonly secretKey: string }>;
  /** Market time. */
  now(): number;
  stop(): Promise<void>;
}

/** Which market, from when on, and whether a session that is there goes on or is followed. */
export interface LiveAlpacaPlan {
  readonly market: MarketPlan;
  readonly startAt?: number;
  readonly fresh: boolean;
  /** Gets the bytes of the tape's durable groups, and closed trades. */
  readonly onGroup?: (bytes: Uint8Array) => void;
  readonly onTrades?: SessionEvents['onTrades'];
}

/** Starts it with its clock standing still. */
export async function startLiveAlpaca(
  dataDir: string,
  { market, startAt, fresh, onGroup, onTrades }: LiveAlpacaPlan,
): Promise<LiveAlpaca> {
  const plan: SessionPlan = {
    dataDir,
    cwd: dataDir,
    market,
    startingCash: DEFAULT_CASH,
    preset: 'papertape',
    feePlan: undefined,
    strategies: [],
    limits: DEFAULT_LIMITS,
    speed: 1,
    keepMarketRows: 100_000,
    startAt,
    fresh,
    stopFirst: undefined,
  };
  const clock = new ManualClock();
  const log = createLogger({ level: 'silent' });
  const client: SessionClient = new SessionClient(
    {
      onOpened: (session, events) => venue.begin(session, events),
      onEvents: (events) => venue.noteEvents(events),
      onMarketRows: (rows) => venue.noteRows(rows),
      onNotice: () => undefined,
      ...(onTrades === undefined ? {} : { onTrades }),
      onEnded: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    () => new Map(),
  );
  const venue = new SessionVenue(
    () => client,
    (error) => {
      throw error;
    },
    (opening) =>
      readEarlierSessions(nodeFileSystem, dataDir, opening, (error) => {
        throw error;
      }),
  );
  let starting: Promise<void> | undefined;
  await client.connect((onMessage) => {
    const worker = new SessionWorker(plan, {
      clock,
      tools: {
        fs: nodeFileSystem,
        history: () => openHistory(dataDir),
        // The log goes on using its bytes.
        ...(onGroup === undefined ? {} : { onGroup: (bytes: Uint8Array) => onGroup(bytes.slice()) }),
      },
      post: (message) => onMessage(structuredClone(message)),
      beat: () => undefined,
      defer: queueMicrotask,
    });
    starting = worker.start();
    return { send: (request) => void worker.handle(request), terminate: () => Promise.resolve() };
  });
  await starting;
  await client.control({ action: 'pause' });
  const rows: MarketRow[] = [];
  venue.watchMarket((some) => {
    for (const row of some) rows.push(row);
  });
  const options = { venue, store: new MemoryProgramStore(), clock, ids: randomIds, log, requestsPerMinute: undefined };
  const server = await AlpacaServer.create(options);
  const key = async (accountId: string): Promise<{ readonly keyId: string; readonly secretKey: string }> => {
    const { record, secret } = await server.keys.create({ accountId, role: 'admin', label: '' });
    return { keyId: record.keyId, secretKey: secret };
  };
  const own = await key('bot');
  return {
    call: async (method, url, body, { keyId, secretKey } = own) => {
      const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey };
      const request = { method: method as 'GET', url, headers, ...(body === undefined ? {} : { payload: body }) };
      const answer = await server.app.inject(request);
      return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
    },
    venue,
    rows,
    pass: (ms) => clock.advance(ms),
    listen: async () => ({
      address: await server.listen('127.0.0.1', 0),
      ...own,
    }),
    key,
    now: () => client.info().clock.time,
    stop: async () => {
      await server.close();
      await client.stop();
    },
  };
}
