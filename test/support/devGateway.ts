/**
 * Serves the fake session for work on the page: `node --import tsx test/support/devGateway.ts [PORT]` prints a
 * sign-in link. Everything is in memory; the keys of one run do not outlive it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway } from '../../src/api/gateway.js';
import { AuthService } from '../../src/api/microservices/AuthService.js';
import { loadAuthKeys } from '../../src/api/microservices/auth/authKeys.js';
import { openDatabase } from '../../src/storage/sql/database.js';
import { SqlIdentityStore } from '../../src/storage/sql/identityStore.js';
import { SqlAccountReportStore } from '../../src/storage/sql/accountReportStore.js';
import { SqlTradeStore } from '../../src/storage/sql/tradeStore.js';
import { RunArchive } from '../../src/host/RunArchive.js';
import { systemClock } from '../../src/utils/clock.js';
import { randomIds } from '../../src/utils/idGenerator.js';
import { createLogger } from '../../src/utils/logger.js';
import { FakeSession } from './FakeSession.js';
import { marketHistory } from './marketHistory.js';

const STEP_MS = 250;

const session = new FakeSession();
const database = await openDatabase(':memory:');
const auth = new AuthService({
  store: new SqlIdentityStore(database),
  keys: loadAuthKeys(mkdtempSync(join(tmpdir(), 'papertape-dev-')), undefined),
  clock: systemClock,
  ids: randomIds,
});
const gateway = await createGateway({
  config: {
    host: '127.0.0.1',
    port: Number(process.argv[2] ?? 8080),
    publicUrl: undefined,
    authSecret: undefined,
    requestsPerMinute: 1200,
  },
  session,
  trades: new SqlTradeStore(database),
  reports: new SqlAccountReportStore(database),
  runs: new RunArchive(database, mkdtempSync(join(tmpdir(), 'papertape-dev-runs-')), systemClock),
  history: marketHistory(),
  auth,
  clock: systemClock,
  ids: randomIds,
  log: createLogger({ level: 'warn' }),
  version: '0.0.0-dev',
  pageDir: join(import.meta.dirname, '../../dist/page'),
});
const address = await gateway.listen();
setInterval(() => {
  session.advance(STEP_MS);
}, STEP_MS);

/** A fresh link at every start and every ten minutes, since each works once. */
async function printLink(): Promise<void> {
  process.stdout.write(`${(await auth.startLink(address)) ?? 'The owner has a password.'}\n`);
}
await printLink();
setInterval(() => void printLink(), 600_000);
