/**
 * The program under `order-path`: the whole system as `papertape up` starts it, on a simulated market that stands
 * still, without the limits that keep a runaway client from trading this fast. Prints one line of JSON, its address,
 * a one-time sign-in token and a program's key, and runs until it is told to stop.
 */
import { join } from 'node:path';
import { ApiKeys } from '../../src/api/alpaca/ApiKeys.js';
import { openHistory } from '../../src/compose.js';
import { readSystemConfig } from '../../src/config/systemConfig.js';
import { DOLLAR } from '../../src/domain/units.js';
import { startSystem } from '../../src/host/startSystem.js';
import { joinDatabase } from '../../src/storage/sql/database.js';
import { SqlProgramStore } from '../../src/storage/sql/programStore.js';
import { systemClock } from '../../src/utils/clock.js';
import { createLogger } from '../../src/utils/logger.js';

const [dataDir = ''] = process.argv.slice(2);
const config = readSystemConfig(
  { PAPERTAPE_REQUESTS_PER_MINUTE: '0', PAPERTAPE_LOG_LEVEL: 'error' },
  { dataDir, port: 0 },
);
const system = await startSystem(
  config,
  {
    dataDir,
    cwd: dataDir,
    market: { kind: 'simulated', seed: 1, date: '2026-11-27' },
    startingCash: 1_000_000_000 * DOLLAR,
    preset: 'papertape',
    feePlan: undefined,
    strategies: [],
    limits: {},
    keepMarketRows: 0,
    startAt: undefined,
    speed: 1,
    fresh: true,
    stopFirst: undefined,
  },
  openHistory(dataDir),
  createLogger({ level: 'error' }),
  { unlimited: true },
);
const database = await joinDatabase(join(dataDir, 'papertape.db'));
const keys = new ApiKeys(new SqlProgramStore(database), systemClock);
const { record, secret } = await keys.create({ accountId: 'bench', role: 'trader', label: '' });
await database.destroy();
const token = system.signInLink?.split('#token=')[1] ?? '';
process.stdout.write(`${JSON.stringify({ address: system.address, token, key: record.keyId, secret })}\n`);
process.on('SIGTERM', () => {
  void system.stop().then(() => process.exit(0));
});
