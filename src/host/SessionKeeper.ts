/**
 * Keeps a session running: its thread, its projections, its watchdog, the next day of a simulated market, and the view
 * that programs have of it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Dependency } from '../contracts/index.js';
import { PapertapeError } from '../domain/errors.js';
import type { SqlDatabase } from '../storage/sql/database.js';
import { Projector } from '../storage/sql/Projector.js';
import { systemClock } from '../utils/clock.js';
import type { Logger } from '../utils/logger.js';
import { INSTALLATION } from './installation.js';
import { ProjectionFeed } from './ProjectionFeed.js';
import type { SessionMessage } from './protocol.js';
import { SessionClient, type SessionEvents, type SessionThread } from './SessionClient.js';
import type { SessionPlan } from './sessionPlan.js';
import { SessionVenue } from './SessionVenue.js';
import { StrategyFiles } from './StrategyFiles.js';
import type { PlacedRecord } from './tapeRecords.js';
import { Watchdog } from './Watchdog.js';

const WATCH_EVERY_MS = 500;

/** See the module header. */
export class SessionKeeper {
  readonly client: SessionClient;
  readonly failed: Promise<never>;
  /** The session as programs see it. */
  readonly venue: SessionVenue;
  readonly #database: SqlDatabase | undefined;
  readonly #log: Logger;
  #plan: SessionPlan;
  #feed: ProjectionFeed | undefined;
  #databaseFault: string | undefined;
  #heartbeat = new Int32Array(new SharedArrayBuffer(8));
  #stopWatching: () => void = () => undefined;
  #stopping = false;
  #fail: (error: unknown) => void = () => undefined;

  /** Without a database there are no projections: the tape alone keeps what happens. */
  constructor(plan: SessionPlan, database: SqlDatabase | undefined, log: Logger) {
    this.#plan = plan;
    this.#database = database;
    this.#log = log;
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Whoever runs the system waits for this; a failure before that must not count as unhandled.
    this.failed.catch(() => undefined);
    const files = new StrategyFiles(plan, (name, error) => {
      log.warn({ strategy: name }, error instanceof Error ? error.message : String(error));
    });
    void files.refresh();
    const events: SessionEvents = {
      onRecords: (records) => {
        this.#project(records);
        this.venue.noteRecords(records);
      },
      onMarketRows: (rows) => this.venue.noteRows(rows),
      onNotice: (notice) => log.warn({ code: notice.code }, notice.message),
      onEnded: () => {
        void this.#nextDay();
      },
      onFatal: (error) => {
        log.error({ code: error.code }, error.message);
        this.#fail(error);
      },
    };
    this.venue = new SessionVenue(
      () => this.client,
      (error) => log.warn({ err: error }, 'the market could not be watched'),
    );
    this.client = new SessionClient(events, () => files.known());
  }

  get databaseState(): Dependency {
    const fault = this.#databaseFault;
    return { name: 'database', state: fault === undefined ? 'up' : 'degraded', detail: fault ?? '', latencyMs: null };
  }

  async start(): Promise<void> {
    await this.#connect();
    this.#watch();
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#stopWatching();
    await this.client.stop();
    await this.#feed?.settled();
  }

  async #connect(): Promise<void> {
    this.#feed = undefined;
    this.#heartbeat = new Int32Array(new SharedArrayBuffer(8));
    const heartbeat = this.#heartbeat;
    const plan = this.#plan;
    const opened = this.client.connect((onMessage) =>
      startThread({ plan, heartbeat }, onMessage, (error) => this.#fail(error)),
    );
    const watch = this.#watchOpening(heartbeat);
    try {
      await Promise.race([opened, watch.stuck]);
    } finally {
      watch.end();
    }
  }

  /** A strategy that never returns while the session is opened keeps it from opening: then this rejects. */
  #watchOpening(heartbeat: Int32Array): { readonly stuck: Promise<never>; end(): void } {
    const watchdog = new Watchdog(systemClock.monotonicMs());
    let stop: () => void = () => undefined;
    const stuck = new Promise<never>((_, reject) => {
      const look = (): void => {
        if (!watchdog.isStuck(Atomics.load(heartbeat, 0), systemClock.monotonicMs())) {
          stop = systemClock.setTimer(WATCH_EVERY_MS, look);
          return;
        }
        const config = this.#plan.strategies?.[Atomics.load(heartbeat, 1) - 1];
        const which = config === undefined ? 'A strategy' : `The strategy ${config.strategy}`;
        const error = new PapertapeError(
          'KERNEL_UNRESPONSIVE',
          `${which} did not return from a hook while the session was opened.`,
          { remedy: 'Correct it, or start a session without it with --fresh.' },
        );
        // First the thread, then the news: whoever hears it ends everything.
        this.client.kill().then(
          () => reject(error),
          () => reject(error),
        );
      };
      look();
    });
    return {
      stuck,
      end: () => {
        stop();
      },
    };
  }

  #project(records: readonly PlacedRecord[]): void {
    const opening = records[0]?.record;
    if (opening?.type === 'session' && this.#database !== undefined) {
      const projector = new Projector(this.#database, opening.config);
      const onFault = (error: unknown): void => {
        // The tape has everything; the next start tells the database again.
        this.#databaseFault = `The projections stopped: ${error instanceof Error ? error.message : String(error)}`;
        this.#log.error({ err: error }, 'the SQL projections stopped; the tape goes on');
      };
      this.#feed = new ProjectionFeed(projector, onFault, systemClock);
    }
    this.#feed?.push(records);
  }

  #watch(): void {
    const watchdog = new Watchdog(systemClock.monotonicMs());
    const look = (): void => {
      if (this.#stopping) return;
      if (watchdog.isStuck(Atomics.load(this.#heartbeat, 0), systemClock.monotonicMs())) {
        this.#restart().then(
          () => this.#watch(),
          (error: unknown) => this.#fail(error),
        );
        return;
      }
      this.#stopWatching = systemClock.setTimer(WATCH_EVERY_MS, look);
    };
    look();
  }

  /** A simulated market goes on with the next day, on a tape of its own; a replay stays where it ended. */
  async #nextDay(): Promise<void> {
    if (this.#plan.market.kind !== 'simulated' || this.#stopping) return;
    try {
      this.#stopWatching();
      await this.client.stop();
      this.#plan = { ...this.#plan, fresh: false, stopFirst: undefined };
      await this.#connect();
      this.#watch();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the stuck thread and starts the session again without the strategy whose hook did not return. */
  async #restart(): Promise<void> {
    const stuck = this.client.instanceAt(Atomics.load(this.#heartbeat, 1) - 1);
    this.#log.error({ instanceId: stuck }, 'a strategy did not return; the session is started again without it');
    await this.client.kill();
    this.#plan = { ...this.#plan, fresh: false, stopFirst: stuck };
    await this.#connect();
  }
}

function startThread(
  data: { readonly plan: SessionPlan; readonly heartbeat: Int32Array },
  onMessage: (message: SessionMessage) => void,
  onCrash: (error: unknown) => void,
): SessionThread {
  const worker = new Worker(workerEntry(), { workerData: data });
  worker.on('message', onMessage);
  worker.on('error', (error) => {
    onMessage({
      type: 'fatal',
      error: { code: 'INTERNAL', message: error.message, remedy: undefined, stack: error.stack },
    });
    onCrash(error);
  });
  return {
    send: (request) => {
      worker.postMessage(request);
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** The thread runs the built entry. From the sources there is none to run: TypeScript needs a loader there. */
function workerEntry(): string {
  const entry = join(INSTALLATION.root, 'dist', 'kernelWorker.js');
  if (existsSync(entry)) return entry;
  throw new PapertapeError('CONFIG_INVALID', 'The program has not been built: dist/kernelWorker.js is missing.', {
    remedy: 'Run `npm run build`, or start with `npm start`, which builds what is missing.',
  });
}
