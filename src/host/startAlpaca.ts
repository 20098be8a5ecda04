/**
 * Starts what `papertape alpaca` runs: a session in its thread and the Alpaca protocols on a port, nothing else. No
 * database and no page; keys live as long as the process.
 */
import { MemoryProgramStore } from '../api/alpaca/MemoryProgramStore.js';
import type { SystemConfig } from '../config/systemConfig.js';
import type { PaperVenue } from '../api/alpaca/PaperVenue.js';
import { PapertapeError } from '../domain/errors.js';
import type { Money } from '../domain/units.js';
import type { VenueRequest } from '../domain/venueDesk.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { systemClock } from '../utils/clock.js';
import { randomIds } from '../utils/idGenerator.js';
import type { Logger } from '../utils/logger.js';
import type { SessionClient } from './SessionClient.js';
import { SessionKeeper } from './SessionKeeper.js';
import type { SessionPlan } from './sessionPlan.js';
import { checkTwelvedata, createTwelvedata } from './twelvedataServer.js';
import type { TwelvedataOptions } from './twelvedataServer.js';

/** What is served and to whom. */
export interface AlpacaRun {
  readonly host: string;
  readonly port: number;
  readonly accountId: string;
  readonly startingCash: Money;
  readonly fidelity: 'papertape' | 'alpaca';
  /** Preset of the account's fills; the session's where undefined. */
  readonly preset: string | undefined;
  /** Whether the clock stands still at first. */
  readonly paused: boolean;
  /** Id and secret to use; made for the run where absent. */
  readonly key: { readonly keyId: string; readonly secret: string } | undefined;
  /** Requests per minute; undefined: no limit. */
  readonly requestsPerMinute: number | undefined;
  /** The Twelve Data protocols on a port of their own; undefined: not at all. */
  readonly twelvedata: (TwelvedataOptions & { readonly port: number }) | undefined;
}

/** A server that runs. */
export interface RunningAlpaca {
  /** For trading and market data alike, without a trailing slash. */
  readonly address: string;
  /** Of the Twelve Data protocols, if they are served. */
  readonly twelvedataAddress: string | undefined;
  readonly keyId: string;
  readonly secret: string;
  readonly session: SessionClient;
  /** Rejects when it cannot go on; never resolves by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts it. Throws what `startSystem` does; whatever was started before is ended then. */
export async function startAlpaca(
  config: SystemConfig,
  plan: SessionPlan,
  run: AlpacaRun,
  log: Logger,
): Promise<RunningAlpaca> {
  checkTwelvedata(config, run.twelvedata ?? {});
  const lock = DataDirLock.acquire(config.dataDir);
  const ending: (() => void | Promise<void>)[] = [() => lock.release()];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const keeper = new SessionKeeper(plan, undefined, log);
    ending.push(() => keeper.stop());
    const opened = keeper.start();
    // Waited for below: the server's code is loaded while the thread opens the session.
    opened.catch(() => undefined);
    const { AlpacaServer } = await import('../api/alpaca/AlpacaServer.js');
    await opened;
    if (run.paused) await keeper.client.control({ action: 'pause' });
    await openAccount(keeper.venue, run);
    const common = { store: new MemoryProgramStore(), clock: systemClock, ids: randomIds, log };
    const server = await AlpacaServer.create({
      ...common,
      venue: keeper.venue,
      requestsPerMinute: run.requestsPerMinute,
    });
    ending.push(() => server.close());
    const { record, secret } = await server.keys.create(
      { accountId: run.accountId, role: 'admin', label: 'papertape alpaca' },
      run.key,
    );
    const address = await server.listen(run.host, run.port);
    let twelvedataAddress: string | undefined;
    if (run.twelvedata !== undefined) {
      const quotes = await createTwelvedata(config, run.twelvedata, { ...common, reads: keeper.venue });
      ending.push(() => quotes.close());
      twelvedataAddress = await quotes.listen(run.host, run.twelvedata.port);
    }
    const { client: session, failed } = keeper;
    return { address, twelvedataAddress, keyId: record.keyId, secret, session, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openAccount(venue: PaperVenue, run: AlpacaRun): Promise<void> {
  const { accountId, startingCash, fidelity, preset } = run;
  const put = async (request: VenueRequest): Promise<void> => {
    const answer = await venue.request('system', accountId, request);
    if (!answer.ok) throw new PapertapeError('REQUEST_INVALID', answer.refusal.message);
  };
  // Fills as Alpaca's simulator makes them belong to its fidelity, unless another preset was named.
  const fills = preset ?? (fidelity === 'alpaca' ? 'alpaca' : undefined);
  await put({
    type: 'openAccount',
    terms: { kind: 'margin', startingCash, ...(fills === undefined ? {} : { preset: fills }) },
  });
  if (fidelity === 'papertape') return;
  const state = await venue.accountState(accountId);
  if (state !== undefined) await put({ type: 'configure', settings: { ...state.settings, fidelity } });
}
