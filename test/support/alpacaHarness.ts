/** The Alpaca server over a fake venue, with a key for two accounts, for tests in process and over sockets. */
import type { InjectOptions } from 'fastify';
import { AlpacaServer } from '../../src/api/alpaca/AlpacaServer.js';
import { MemoryProgramStore } from '../../src/api/alpaca/MemoryProgramStore.js';
import type { AlpacaServerOptions } from '../../src/api/alpaca/AlpacaServer.js';
import type { Role } from '../../src/domain/identity.js';
import { systemClock } from '../../src/utils/clock.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import type { PaperVenue } from '../../src/api/alpaca/PaperVenue.js';
import { FakePaperVenue } from './FakePaperVenue.js';

/** What tests work with. */
export interface AlpacaHarness {
  readonly venue: FakePaperVenue;
  readonly server: AlpacaServer;
  readonly store: MemoryProgramStore;
  readonly keyId: string;
  readonly secret: string;
  readonly headers: Record<string, string>;
  /** Calls in process; `headers` replace those of the harness's key. */
  call(method: string, url: string, body?: object, headers?: Record<string, string>): Promise<Called>;
  key(accountId: string, role: Role): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** JSON of unknown form, into which tests look field by field. */
export type Json = ReturnType<typeof JSON.parse>;
/** An object of it. */
export type JsonRow = Readonly<Record<string, Json>>;

/** An answer. */
export interface Called {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly body: Json;
  /** The body, where it is a list. */
  readonly rows: readonly JsonRow[];
}

/** Starts it with AAPL at 199.99 to 200 and MSFT at 399.98 to 400, or over the venue `served` instead. */
export async function alpacaHarness(
  options: Partial<Pick<AlpacaServerOptions, 'requestsPerMinute' | 'clock' | 'dataLimits'>> & {
    readonly served?: PaperVenue;
  } = {},
): Promise<AlpacaHarness> {
  const venue = new FakePaperVenue();
  venue.quote('AAPL', 199.99, 200);
  venue.quote('MSFT', 399.98, 400);
  const store = new MemoryProgramStore();
  const server = await AlpacaServer.create({
    venue: options.served ?? venue,
    store,
    clock: options.clock ?? systemClock,
    ids: randomIds,
    log: createLogger({ level: 'silent' }),
    requestsPerMinute: options.requestsPerMinute,
    ...(options.dataLimits === undefined ? {} : { dataLimits: options.dataLimits }),
  });
  const key = async (accountId: string, role: Role): Promise<Record<string, string>> => {
    const created = await server.keys.create({ accountId, role, label: 'test' });
    return { 'apca-api-key-id': created.record.keyId, 'apca-api-secret-key': created.secret };
  };
  const headers = await key('bot-1', 'admin');
  return {
    venue,
    server,
    store,
    keyId: headers['apca-api-key-id'] ?? '',
    secret: headers['apca-api-secret-key'] ?? '',
    headers,
    key,
    call: async (method, url, body, other) => {
      const request: InjectOptions = {
        method: method as 'GET',
        url,
        headers: other ?? headers,
        ...(body === undefined ? {} : { payload: body }),
      };
      const answer = await server.app.inject(request);
      const json: Json = answer.body === '' ? undefined : JSON.parse(answer.body);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        body: json,
        rows: Array.isArray(json) ? json : [],
      };
    },
    close: () => server.close(),
  };
}
