/**
 * Starts everything that `papertape up` and `papertape replay` run: the session in its thread, SQL, sign-in, the
 * gateway with the page; and keeps them together: the watchdog, the next day of a simulated market, the end.
 */
import { join } from 'node:path';
import { createGateway, type Gateway } from '../api/gateway.js';
import { AlpacaServer } from '../api/alpaca/AlpacaServer.js';
import { loadAuthKeys } from '../api/microservices/auth/authKeys.js';
import { AuthService } from '../api/microservices/AuthService.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { isLoopback } from '../config/systemConfig.js';
import type { SystemConfig } from '../config/systemConfig.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { openDatabase } from '../storage/sql/database.js';
import { SqlIdentityStore } from '../storage/sql/identityStore.js';
import { SqlProgramStore } from '../storage/sql/programStore.js';
import { SqlAccountReportStore } from '../storage/sql/accountReportStore.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import { systemClock } from '../utils/clock.js';
import { randomIds } from '../utils/idGenerator.js';
import type { Logger } from '../utils/logger.js';
import { marketHistoryOf } from './marketHistory.js';
import { INSTALLATION } from './installation.js';
import { RunArchive } from './RunArchive.js';
import { announceAddress } from './serverAddress.js';
import type { SessionClient } from './SessionClient.js';
import { SessionKeeper } from './SessionKeeper.js';
import type { SessionPlan } from './sessionPlan.js';
import { TradeKeeper } from './TradeKeeper.js';
import { checkTwelvedata, createTwelvedata } from './twelvedataServer.js';
import type { TwelvedataOptions } from './twelvedataServer.js';

/** A system that runs. */
export interface RunningSystem {
  /** Where the page is, without a trailing slash. */
  readonly address: string;
  /** A link that signs the owner in once; undefined once there is a password. */
  readonly signInLink: string | undefined;
  /** Where programs find the Alpaca protocols: under the page's address, and at a port of its own if one was given. */
  readonly alpacaAddress: string;
  /** The same for the Twelve Data protocols. */
  readonly twelvedataAddress: string;
  readonly session: SessionClient;
  /** Rejects when the system cannot go on; never resolves by itself. */
  readonly failed: Promise<never>;
  /** Stops taking orders, closes the tape, and ends everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** How the Alpaca protocols are served. */
export interface AlpacaOptions {
  /** A port of their own, at exactly Alpaca's paths. */
  readonly port?: number;
  /** No limit of requests per minute. */
  readonly unlimited?: boolean;
}

/** Requests per minute and account, as Alpaca allows. */
const ALPACA_REQUESTS_PER_MINUTE = 200;

/**
 * Starts it. Throws `DATA_DIR_LOCKED`, `PORT_IN_USE`, `CONFIG_INVALID`, and the errors of tape, market and
 * strategies; whatever was started before is ended then. `history` is the data directory's; it is closed at the end.
 */
export async function startSystem(
  config: SystemConfig,
  plan: SessionPlan,
  history: HistoricalCache,
  log: Logger,
  alpaca: AlpacaOptions = {},
  twelvedata: TwelvedataOptions = {},
): Promise<RunningSystem> {
  checkTwelvedata(config, twelvedata);
  const lock = DataDirLock.acquire(config.dataDir);
  const ending: (() => void | Promise<void>)[] = [() => lock.release(), () => history.close()];
  const endAll = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const databasePath = join(config.dataDir, 'papertape.db');
    const database = await openDatabase(databasePath);
    ending.push(() => database.destroy());
    const tradeStore = new SqlTradeStore(database);
    const tradeKeeper = new TradeKeeper(tradeStore, systemClock, (error) => {
      log.error({ err: error }, 'the database took no trades; they are told again when the session is opened again');
    });
    ending.push(() => tradeKeeper.settled());
    const keeper = new SessionKeeper(plan, databasePath, log, (...closed) => tradeKeeper.take(...closed));
    ending.push(() => keeper.stop());
    await keeper.start();
    const auth = new AuthService({
      store: new SqlIdentityStore(database),
      keys: loadAuthKeys(config.dataDir, config.authSecret),
      clock: systemClock,
      ids: randomIds,
    });
    const common = { store: new SqlProgramStore(database), clock: systemClock, ids: randomIds, log };
    const programs = await AlpacaServer.create({
      ...common,
      venue: keeper.venue,
      requestsPerMinute: alpaca.unlimited === true ? undefined : ALPACA_REQUESTS_PER_MINUTE,
    });
    ending.push(() => programs.close());
    const quotes = await createTwelvedata(config, twelvedata, { ...common, reads: keeper.venue });
    ending.push(() => quotes.close());
    const gateway = await createGateway({
      config,
      history: marketHistoryOf(history),
      alpaca: programs,
      twelvedata: quotes,
      session: keeper.client,
      trades: tradeStore,
      reports: new SqlAccountReportStore(database),
      runs: new RunArchive(database, config.dataDir, systemClock),
      auth,
      clock: systemClock,
      ids: randomIds,
      log,
      version: INSTALLATION.version,
      pageDir: pageFolder(),
      dependencies: () => [keeper.databaseState],
    });
    ending.push(() => closeGateway(gateway));
    const address = await gateway.listen();
    const { host } = config;
    const ownPort = alpaca.port === undefined ? undefined : await programs.listen(host, alpaca.port);
    const quotesPort = twelvedata.port === undefined ? undefined : await quotes.listen(host, twelvedata.port);
    const server = { address: config.publicUrl ?? address, loopback: isLoopback(host) };
    ending.push(announceAddress(config.dataDir, server));
    const signInLink = await auth.startLink(server.address);
    return {
      address,
      signInLink,
      alpacaAddress: ownPort ?? `${address}/alpaca`,
      twelvedataAddress: quotesPort ?? `${address}/twelvedata`,
      session: keeper.client,
      failed: keeper.failed,
      stop: endAll,
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

async function closeGateway(gateway: Gateway): Promise<void> {
  gateway.beginShutdown();
  await gateway.close();
}

/** The built page lies beside the built program; from the sources it is in `dist/` all the same. */
function pageFolder(): string {
  return join(INSTALLATION.root, 'dist', 'page');
}
