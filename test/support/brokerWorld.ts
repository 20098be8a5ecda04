/**
 * A Papertape session that trades at a broker, which is the Alpaca server of a second Papertape: real sockets, with a
 * proxy for faults before the broker's REST and trading stream. Market time of the one is the time of the other, and
 * both move together when the test says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { openHistory } from '../../src/compose.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import type { OpenedSession } from '../../src/host/assembleSession.js';
import type { LiveSession } from '../../src/host/LiveSession.js';
import { openSession } from '../../src/host/openSession.js';
import { readTape } from '../../src/host/readTape.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';
import { sessionNames, tapeDirectory } from '../../src/host/tapeNames.js';
import type { TapeRecord } from '../../src/host/tapeRecords.js';
import { verifySession } from '../../src/host/verifySession.js';
import type { VerifyReport } from '../../src/host/verifyTape.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { required } from '../../src/utils/assert.js';
import type { JsonRow } from './alpacaHarness.js';
import { BROKER_SYMBOLS, brokerPlan, brokerTools } from './brokerPlan.js';
import type { BrokerPlace } from './brokerPlan.js';
import { FaultProxy } from './FaultProxy.js';
import type { LiveAlpaca } from './liveAlpaca.js';
import { startLiveAlpaca } from './liveAlpaca.js';
import { ManualClock } from './ManualClock.js';

const DATE = '2026-11-23';
/** The day of the broker's market. */
export const BROKER_DAY = required(sessionOf(parseDate(DATE)), DATE);
const STEP_MS = 50;
const REAL_STEP_MS = 5;
/** Turns of the event loop that a step waits at most for what is under way. */
const TURNS = 400;

/** Lets sockets work for a turn of the loop. */
const aTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The broker: one for many worlds, each with an account of its own. */
export class BrokerMarket {
  readonly exchange: LiveAlpaca;
  readonly address: string;
  readonly #folder: string;
  #accounts = 0;

  private constructor(exchange: LiveAlpaca, address: string, home: string) {
    this.exchange = exchange;
    this.address = address;
    this.#folder = home;
  }

  /** Starts it five minutes after the open. */
  static async open(): Promise<BrokerMarket> {
    const home = folder();
    const market = { kind: 'simulated', seed: 3, date: DATE } as const;
    const exchange = await startLiveAlpaca(home, { market, startAt: BROKER_DAY.open + 5 * MINUTE, fresh: true });
    const { address } = await exchange.listen();
    await exchange.call('POST', '/papertape/resume');
    return new BrokerMarket(exchange, address, home);
  }

  /** A world with an account that nobody has used. */
  async world(): Promise<BrokerWorld> {
    this.#accounts += 1;
    const key = await this.exchange.key(`account-${this.#accounts}`);
    return new BrokerWorld(this, await FaultProxy.start(this.address), key);
  }

  /** Lets its market run with the wall clock, for processes that do, until the returned function is called. */
  runInRealTime(): () => void {
    let lastMs = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now();
      this.exchange.pass(nowMs - lastMs);
      lastMs = nowMs;
    }, REAL_STEP_MS);
    return () => clearInterval(timer);
  }

  async close(): Promise<void> {
    await this.exchange.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** How a session is started. */
export interface StartOptions {
  /** Other keys than those of the world's account. */
  readonly keyId?: string;
  readonly secretKey?: string;
  readonly isSlow?: boolean;
}

/** See the module header. */
export class BrokerWorld {
  readonly proxy: FaultProxy;
  clock: ManualClock;
  readonly dataDir = folder();
  readonly #market: BrokerMarket;
  readonly #key: { readonly keyId: string; readonly secretKey: string };
  readonly #history: ReturnType<typeof openHistory>;
  #opened: OpenedSession | undefined;

  constructor(market: BrokerMarket, proxy: FaultProxy, key: { readonly keyId: string; readonly secretKey: string }) {
    this.#market = market;
    this.proxy = proxy;
    this.#key = key;
    this.clock = this.#clockOfMarket();
    this.#history = openHistory(this.dataDir);
  }

  /** Where the broker is, behind the proxy. */
  get place(): BrokerPlace {
    const { address } = this.#market;
    return { address, tradingUrl: this.proxy.url, tradingStreamUrl: this.proxy.streamUrl, ...this.#key };
  }

  get session(): LiveSession {
    return required(this.#opened, 'an open session').session;
  }

  /**
   * Opens a session, or goes on with the one that is there; resolves when its market is live. Market time stands still
   * meanwhile unless the opening `isSlow`: then it waits for something that only time brings.
   */
  async start(more: Partial<SessionPlan> = {}, options: StartOptions = {}): Promise<this> {
    const { keyId, secretKey, isSlow = false } = { ...this.#key, ...options };
    const plan = { ...brokerPlan(this.dataDir), ...more };
    const opening = openSession(plan, {
      fs: nodeFileSystem,
      history: () => this.#history,
      clock: this.clock,
      ...brokerTools({ ...this.place, keyId, secretKey }),
      onDurable: () => undefined,
      onNotice: () => undefined,
    });
    await this.#whileUnderWay(opening, () => (isSlow ? this.pass(STEP_MS) : undefined));
    this.#opened = await opening;
    const { live } = this.session;
    await this.until(() => live === undefined || live.market.states()[0]?.symbolsInUse === BROKER_SYMBOLS.length);
    return this;
  }

  /** Lets time pass: the broker's market, the sockets, the session. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.#market.exchange.pass(STEP_MS);
      await this.#settle();
      this.clock.advance(STEP_MS);
      this.#opened?.session.step();
    }
  }

  /** The session's clock is at `time` at once, as if the machine had slept; the broker's market is not. */
  leap(time: number): void {
    this.clock.advance((time - this.clock.now()) / 1_000);
  }

  /** Lets time pass until it holds, at most two minutes of it. */
  async until(holds: () => boolean, what = holds.toString()): Promise<void> {
    for (let passed = 0; !holds(); passed += STEP_MS) {
      if (passed > 120_000) {
        const lines = this.session.board.take().flatMap((update) => (update.topic === 'logs' ? update.data.lines : []));
        throw new Error(`never: ${what}; ${this.state}; ${lines.map(({ text }) => text).join(' | ')}`);
      }
      await this.pass(STEP_MS);
    }
  }

  /** Waits until nothing is under way between the two, but not for ever: something may be held on purpose. */
  async #settle(): Promise<void> {
    for (let turn = 0, idle = 0; turn < TURNS && idle < 3; turn += 1) {
      await aTurn();
      idle = this.proxy.busy > 0 ? 0 : idle + 1;
    }
  }

  /** As after a kill: nothing is closed, nothing more is heard or written; the connections are gone. */
  async kill(): Promise<void> {
    const { session } = this;
    this.#opened = undefined;
    this.proxy.cut();
    const gone = Promise.all([session.live?.market.stop(), session.leaveBroker()]);
    const { clock } = this;
    // What waits for an answer ends with its patience, of which the next life knows nothing.
    await this.#whileUnderWay(gone, () => clock.advance(STEP_MS));
    this.clock = this.#clockOfMarket();
  }

  /** Gives sockets their turns, and does `each` between them, until it is settled. */
  async #whileUnderWay(work: Promise<unknown>, each: () => void | Promise<void>): Promise<void> {
    let isDone = false;
    const wait = async (): Promise<void> => {
      await Promise.allSettled([work]);
      isDone = true;
    };
    void wait();
    while (!isDone) {
      await aTurn();
      await each();
    }
  }

  #clockOfMarket(): ManualClock {
    return new ManualClock(Math.round(this.#market.exchange.now() / 1_000));
  }

  /** Ends the session as a user does. */
  async stop(): Promise<void> {
    const { session } = this;
    await session.live?.market.stop();
    await session.leaveBroker();
    session.close();
    this.#opened = undefined;
  }

  async close(): Promise<void> {
    if (this.#opened !== undefined) await this.kill();
    await this.proxy.close();
    await this.#history.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** State of the connection to the broker, as the session has heard it. */
  get state(): string {
    return required(this.session.composed.remote, 'the broker').connection.state;
  }

  /** Shares that the session holds of a symbol. */
  held(symbol = 'AURX'): number {
    return (this.session.composed.kernel.tracker.quantities[BROKER_SYMBOLS.indexOf(symbol)] ?? 0) / 1_000_000;
  }

  /** A request of the account's owner to the broker, past the session and the proxy. */
  call(method: string, url: string, body?: object): ReturnType<LiveAlpaca['call']> {
    return this.#market.exchange.call(method, url, body, this.#key);
  }

  /** Orders at the broker, whatever became of them, newest first. */
  async ordersAtBroker(): Promise<readonly JsonRow[]> {
    const { body } = await this.call('GET', '/v2/orders?status=all&limit=500&nested=false');
    return Array.isArray(body) ? body : [];
  }

  /** Shares of a symbol at the broker. */
  async heldAtBroker(symbol = 'AURX'): Promise<number> {
    const { status, body } = await this.call('GET', `/v2/positions/${symbol}`);
    return status === 200 ? Number(body.qty) : 0;
  }

  get names(): readonly string[] {
    return sessionNames(nodeFileSystem, this.dataDir);
  }

  /** Durable records of one type; of the latest session unless another is named. */
  records<Type extends TapeRecord['type']>(
    type: Type,
    name = this.names.at(-1) ?? '',
  ): Extract<TapeRecord, { type: Type }>[] {
    return readTape(nodeFileSystem, tapeDirectory(this.dataDir, name)).records.flatMap(({ record }) =>
      record.type === type ? [record as Extract<TapeRecord, { type: Type }>] : [],
    );
  }

  /** Runs the tape again; nobody can be asked. */
  verify(name = this.names.at(-1)): Promise<VerifyReport> {
    const where = { dataDir: this.dataDir, cwd: this.dataDir };
    return verifySession({ ...where, sessionId: name, history: () => this.#history });
  }
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'papertape-broker-'));
}
