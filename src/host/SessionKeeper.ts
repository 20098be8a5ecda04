/**
 * Keeps a session running: its thread, its projections, its watchdog, the next day of a market that goes on, and the
 * view that programs have of it.
 */
import { Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { Dependency } from '../contracts/index.js';
import { afterWaitingInput, systemClock } from '../utils/clock.js';
import type { Logger } from '../utils/logger.js';
import { Watchdog } from '../utils/Watchdog.js';
import { PROBE_WORDS } from '../domain/hookProbe.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { readEarlierSessions } from './earlierSessions.js';
import { removeOldMarkets } from './retention.js';
import { ProjectionThread } from './ProjectionThread.js';
import type { SessionMessage, SessionRequest } from './protocol.js';
import { SessionClient, type SessionEvents, type SessionThread } from './SessionClient.js';
import { planOfNextDay } from './sessionPlan.js';
import type { SessionPlan } from './sessionPlan.js';
import { SessionVenue } from './SessionVenue.js';
import { StrategyFiles } from './StrategyFiles.js';
import { threadEntry } from './threadEntry.js';
import { stuckWhileOpening } from './stuckStrategy.js';
import { watchImport } from './withHookWatch.js';

const WATCH_EVERY_MS = 500;
/** Requests to the thread in one message, so that it begins with the first while more come. */
const MOST_SENT_TOGETHER = 16;

/** See the module header. */
export class SessionKeeper {
  readonly client: SessionClient;
  readonly failed: Promise<never>;
  /** The session as programs see it. */
  readonly venue: SessionVenue;
  readonly #projections: ProjectionThread | undefined;
  readonly #log: Logger;
  #plan: SessionPlan;
  #databaseFault: string | undefined;
  #heartbeat = newHeartbeat();
  #stopWatching: () => void = () => undefined;
  #stopping = false;
  #fail: (error: unknown) => void = () => undefined;

  /**
   * `databasePath` is an open database's. Without one there are no projections: the tape alone keeps what happens.
   * `onTrades` gets closed trades. Throws `CONFIG_INVALID` if the program has not been built.
   */
  constructor(
    plan: SessionPlan,
    databasePath: string | undefined,
    log: Logger,
    onTrades: (trades: readonly TradeDocument[], accountId?: string) => void = () => undefined,
  ) {
    this.#plan = plan;
    this.#log = log;
    this.#projections =
      databasePath === undefined
        ? undefined
        : new ProjectionThread(databasePath, (message) => {
            // The tape has everything; the next start tells the database again.
            this.#databaseFault = `The projections stopped: ${message}`;
            log.error(this.#databaseFault);
          });
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Whoever runs the system waits for this; a failure before that must not count as unhandled.
    this.failed.catch(() => undefined);
    const files = new StrategyFiles({ ...plan, importing: watchImport }, (name, error) => {
      log.warn({ strategy: name }, error instanceof Error ? error.message : String(error));
    });
    void files.refresh();
    const events: SessionEvents = {
      onOpened: (session, desk) => this.venue.begin(session, desk),
      onEvents: (desk) => this.venue.noteEvents(desk),
      onTrades,
      onMarketRows: (rows) => this.venue.noteRows(rows),
      onNotice: (notice) => log.warn({ code: notice.code }, notice.message),
      onEnded: (closing) => {
        if (closing !== undefined) this.venue.noteClosing(closing);
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
      (opening) =>
        readEarlierSessions(nodeFileSystem, plan.dataDir, opening, (error) => {
          log.warn({ code: error.code }, `the accounts' history before is not shown: ${error.message}`);
        }),
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
    try {
      await this.client.stop();
    } finally {
      await this.#projections?.stop();
    }
  }

  async #connect(): Promise<void> {
    this.#removeOldMarkets();
    this.#heartbeat = newHeartbeat();
    const heartbeat = this.#heartbeat;
    const plan = this.#plan;
    const opened = this.client.connect((onMessage) =>
      startThread(plan, heartbeat, this.#projections?.connect(), onMessage, (error) => this.#fail(error)),
    );
    const watch = this.#watchOpening(heartbeat);
    try {
      await Promise.race([opened, watch.stuck]);
    } finally {
      watch.end();
    }
  }

  #removeOldMarkets(): void {
    const { keepMarketDays, dataDir } = this.#plan;
    if (keepMarketDays === undefined) return;
    const today = formatDate(newYorkDate(systemClock.now()));
    const removed = removeOldMarkets(nodeFileSystem, dataDir, today, keepMarketDays, (error) => {
      this.#log.warn({ code: error.code }, `a tape keeps its market data: ${error.message}`);
    });
    for (const { sessionId, segments } of removed) {
      this.#log.info({ sessionId, segments }, 'the market data of an old tape were removed; its decisions are kept');
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
        const hook = Atomics.load(heartbeat, 1);
        const error = stuckWhileOpening(hook, this.#plan.strategies?.[hook - 1]?.strategy);
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

  /** A simulated or live market goes on with the next day, on a tape of its own; a replay stays where it ended. */
  async #nextDay(): Promise<void> {
    const { kind } = this.#plan.market;
    if ((kind !== 'simulated' && kind !== 'live') || this.#stopping) return;
    try {
      this.#stopWatching();
      const { clock, sessionId } = this.client.info();
      const { speed, paused } = clock;
      await this.client.stop();
      this.#plan = planOfNextDay(this.#plan, { sessionId, speed });
      await this.#connect();
      if (paused && kind === 'simulated') await this.client.control({ action: 'pause' });
      this.#watch();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the stuck thread and starts the session again, without a strategy whose hook did not return. */
  async #restart(): Promise<void> {
    const hook = Atomics.load(this.#heartbeat, 1);
    const stuck = hook === 0 ? undefined : this.client.instanceAt(hook - 1);
    if (stuck === undefined) this.#log.error('the session stands still in no strategy; it is started again');
    else this.#log.error({ instanceId: stuck }, 'a strategy did not return; the session is started again without it');
    await this.client.kill();
    this.#plan = { ...this.#plan, fresh: false, stopFirst: stuck };
    await this.#connect();
  }
}

/** A counter of the thread's steps, and behind it the probe of its kernel. */
function newHeartbeat(): Int32Array {
  return new Int32Array(new SharedArrayBuffer((1 + PROBE_WORDS) * Int32Array.BYTES_PER_ELEMENT));
}

function startThread(
  plan: SessionPlan,
  heartbeat: Int32Array,
  projections: MessagePort | undefined,
  onMessage: (message: SessionMessage) => void,
  onCrash: (error: unknown) => void,
): SessionThread {
  const worker = new Worker(threadEntry('kernelWorker'), {
    workerData: { plan, heartbeat, projections },
    transferList: projections === undefined ? [] : [projections],
  });
  worker.on('message', onMessage);
  worker.on('error', (error) => {
    onMessage({
      type: 'fatal',
      error: { code: 'INTERNAL', message: error.message, remedy: undefined, stack: error.stack },
    });
    onCrash(error);
  });
  let waiting: SessionRequest[] = [];
  const flush = (): void => {
    if (waiting.length > 0) worker.postMessage(waiting);
    waiting = [];
  };
  return {
    // What one turn of the loop asks goes over together: a message costs both threads far more than a request in it.
    send: (request) => {
      waiting.push(request);
      if (waiting.length === 1) afterWaitingInput(flush);
      else if (waiting.length === MOST_SENT_TOGETHER) flush();
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
}
