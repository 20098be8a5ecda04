/** A gateway over the fake session with one user per role, for tests. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlpacaServer } from '../../src/api/alpaca/AlpacaServer.js';
import type { TwelvedataServer } from '../../src/api/twelvedata/TwelvedataServer.js';
import { createGateway } from '../../src/api/gateway.js';
import type { Gateway } from '../../src/api/gateway.js';
import { AuthService } from '../../src/api/microservices/AuthService.js';
import type { MarketHistory } from '../../src/api/microservices/MarketDataService.js';
import type { IssuedTokens } from '../../src/api/microservices/AuthService.js';
import { loadAuthKeys } from '../../src/api/microservices/auth/authKeys.js';
import type { AuthKeys } from '../../src/api/microservices/auth/authKeys.js';
import { ROLES } from '../../src/domain/identity.js';
import type { Role } from '../../src/domain/identity.js';
import { RunArchive } from '../../src/host/RunArchive.js';
import { openDatabase } from '../../src/storage/sql/database.js';
import type { SqlDatabase } from '../../src/storage/sql/database.js';
import { SqlAccountReportStore } from '../../src/storage/sql/accountReportStore.js';
import { SqlTradeStore } from '../../src/storage/sql/tradeStore.js';
import { SqlIdentityStore } from '../../src/storage/sql/identityStore.js';
import type { Clock } from '../../src/utils/clock.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import { FakeSession } from './FakeSession.js';
import { marketHistory } from './marketHistory.js';
import { ManualClock } from './ManualClock.js';

const ORIGIN = { address: '127.0.0.1', userAgent: 'test' };

/** Everything a test of the gateway needs. */
export interface GatewayHarness<TheClock extends Clock> {
  readonly gateway: Gateway;
  readonly auth: AuthService;
  readonly session: FakeSession;
  readonly store: SqlIdentityStore;
  readonly database: SqlDatabase;
  readonly runs: RunArchive;
  readonly keys: AuthKeys;
  readonly clock: TheClock;
  /** All log lines so far. */
  readonly logLines: readonly string[];
  /** Signs a fresh device of the role's user in; the users are named like their role. */
  signIn(role: Role): Promise<IssuedTokens>;
  close(): Promise<void>;
}

/** Keys are made once: they cost more than everything else here. */
let sharedKeys: AuthKeys | undefined;

/** Keys in a directory of their own. */
export function testKeys(): AuthKeys {
  sharedKeys ??= loadAuthKeys(mkdtempSync(join(tmpdir(), 'papertape-keys-')), undefined);
  return sharedKeys;
}

/** Builds a harness on a clock under the test's control. */
export function gatewayHarness(
  options: { readonly pageDir?: string; readonly dataDir?: string; readonly history?: MarketHistory } = {},
): Promise<GatewayHarness<ManualClock>> {
  return gatewayHarnessOn(new ManualClock(), options);
}

/** Builds a harness on any clock. */
export async function gatewayHarnessOn<TheClock extends Clock>(
  clock: TheClock,
  options: {
    readonly pageDir?: string;
    /** Where files of runs lie; by default nowhere. */
    readonly dataDir?: string;
    readonly publicUrl?: string;
    readonly alpaca?: AlpacaServer;
    readonly history?: MarketHistory;
    readonly twelvedata?: TwelvedataServer;
  } = {},
): Promise<GatewayHarness<TheClock>> {
  const database = await openDatabase(':memory:');
  const store = new SqlIdentityStore(database);
  const keys = testKeys();
  const auth = new AuthService({ store, keys, clock, ids: randomIds });
  for (const role of ROLES) {
    await store.createUser({
      id: `user-${role}`,
      name: role,
      role,
      passwordHash: undefined,
      disabled: false,
      createdAt: clock.now(),
    });
  }
  const session = new FakeSession();
  const runs = new RunArchive(database, options.dataDir ?? join(tmpdir(), 'papertape-no-runs'), clock);
  const logLines: string[] = [];
  const gateway = await createGateway({
    ...(options.alpaca === undefined ? {} : { alpaca: options.alpaca }),
    ...(options.twelvedata === undefined ? {} : { twelvedata: options.twelvedata }),
    config: {
      host: '127.0.0.1',
      port: 0,
      publicUrl: options.publicUrl,
      authSecret: undefined,
      requestsPerMinute: 1200,
    },
    session,
    trades: new SqlTradeStore(database),
    reports: new SqlAccountReportStore(database),
    runs,
    history: options.history ?? marketHistory(),
    auth,
    clock,
    ids: randomIds,
    log: createLogger({ level: 'debug', stream: { write: (line: string) => void logLines.push(line) } }),
    version: '0.0.0-test',
    ...(options.pageDir === undefined ? {} : { pageDir: options.pageDir }),
  });
  return {
    gateway,
    auth,
    session,
    store,
    database,
    runs,
    keys,
    clock,
    logLines,
    signIn: async (role) => auth.signInWithLink((await auth.createLinkToken(role)).token, ORIGIN),
    close: async () => {
      await gateway.close();
      await database.destroy();
    },
  };
}
