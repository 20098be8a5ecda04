/**
 * A Papertape session that trades at a broker, which is the Alpaca server of a second Papertape: real sockets, with a
 * proxy for faults before the broker's REST and trading stream. Market time of the one is the time of the other, and both
 * move together when the test says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { liveMarkets, openHistory, paperBrokers } from '../../src/compose.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import type { OpenedSession } from '../../src/host/assembleSession.js';
import type { LiveSession } from '../../src/host/LiveSession.js';
import { openSession } from '../../src/host/openSession.js';
import { readTape } from '../../src/host/readTape.js';
import { DEFAULT_CASH, LIVE_LIMITS } from '../../src/host/sessionPlan.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';
import { sessionNames, tapeDirectory } from '../../src/host/tapeNames.js';
import type { TapeRecord } from '../../src/host/tapeRecords.js';
import { verifySession } from '../../src/host/verifySession.js';
import type { VerifyReport } from '../../src/host/verifyTape.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { required } from '../../src/utils/assert.js';
import type { JsonRow } from './alpacaHarness.js';
import { FaultProxy } from './FaultProxy.js';
import type { LiveAlpaca } from './liveAlpaca.js';
import { startLiveAlpaca } from './liveAlpaca.js';
import { ManualClock } from './ManualClock.js';

const DATE = '2026-11-23';
/** The day of the broker's market. */
export const BROKER_DAY = required(sessionOf(parseDate(DATE)), DATE);
/** The session's symbols. */
export const BROKER_SYMBOLS = ['AURX', 'BYTQ', 'CIRQ'];
const STEP_MS = 50;
/** Turns of the event loop that a step waits at most for what is under way. */
const TURNS = 400;

/** Lets sockets work for a turn of the loop. */
const aTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** See the module header. */
export class BrokerWorld {
  readonly exchange: LiveAlpaca;
  readonly proxy: FaultProxy;
  readonly clock: ManualClock;
  readonly dataDir: string;
  readonly #folders: readonly string[];
  readonly #keys: { readonly address: string; readonly keyId: string; readonly secretKey: string };
  readonly #history: ReturnType<typeof openHistory>;
  #opened: OpenedSession | undefined;

  private constructor(
    exchange: LiveAlpaca,
    proxy: FaultProxy,
    keys: { readonly address: string; readonly keyId: string; readonly secretKey: string },
    folders: readonly [string, string],
  ) {
    this.exchange = exchange;
    this.proxy = proxy;
    this.#keys = keys;
    this.#folders = folders;
    [, this.dataDir] = folders;
    this.clock = new ManualClock(Math.round(exchange.now() / 1_000));
    this.#history = openHistory(this.dataDir);
  }

  /** Starts the broker at `startAt`, by default five minutes after the open; no session yet. */
  static async open(startAt = BROKER_DAY.open + 5 * MINUTE): Promise<BrokerWorld> {
    const folders = [folder(), folder()] as const;
    const market = { kind: 'simulated', seed: 3, date: DATE } as const;
    const exchange = await startLiveAlpaca(folders[0], { market, startAt, fresh: true });
    const keys = await exchange.listen();
    const proxy = await FaultProxy.start(keys.address);
    await exchange.call('POST', '/papertape/resume');
    return new BrokerWorld(exchange, proxy, keys, folders);
  }

  get session(): LiveSession {
    return required(this.#opened, 'an open session').session;
  }

  /** Opens a session, or goes on with the one that is there; resolves when its market is live. */
  async start(more: Partial<SessionPlan> = {}, keyId = this.#keys.keyId): Promise<this> {
    const { address, secretKey } = this.#keys;
    const streamUrl = address.replace('http', 'ws');
    const settings = {
      alpaca: { keyId, secretKey, feed: 'iex', streamUrl, dataUrl: undefined },
      twelvedata: { key: undefined, plan: 'basic', streamUrl: undefined, restUrl: undefined },
    } as const;
    const plan: SessionPlan = {
      dataDir: this.dataDir,
      cwd: this.dataDir,
      market: { kind: 'live', source: 'alpaca', feed: 'iex', symbols: BROKER_SYMBOLS },
      broker: 'alpaca',
      startingCash: DEFAULT_CASH,
      preset: 'alpaca',
      feePlan: 'zero',
      strategies: [],
      limits: LIVE_LIMITS,
      speed: 1,
      keepMarketRows: 1_000,
      startAt: undefined,
      fresh: false,
      stopFirst: undefined,
      ...more,
    };
    // Who waits for an answer while the session is opened needs the time to go on.
    const opening = openSession(plan, {
      fs: nodeFileSystem,
      history: () => this.#history,
      clock: this.clock,
      live: liveMarkets(settings, () => undefined),
      brokers: paperBrokers(settings, { tradingUrl: this.proxy.url, tradingStreamUrl: this.proxy.streamUrl }),
      onDurable: () => undefined,
      onNotice: () => undefined,
    });
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    opening.then(done, done);
    for (let turn = 0; !isDone; turn += 1) {
      await aTurn();
      if (turn % TURNS === TURNS - 1 || this.proxy.busy === 0) this.clock.advance(STEP_MS);
    }
    this.#opened = await opening;
    const { live } = this.session;
    await this.until(() => live === undefined || live.market.states()[0]?.symbolsInUse === BROKER_SYMBOLS.length);
    return this;
  }

  /** Lets time pass: the broker's market, the sockets, the session. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.exchange.pass(STEP_MS);
      await this.#settle();
      this.clock.advance(STEP_MS);
      this.#opened?.session.step();
    }
  }

  /** Lets time pass until it holds, at most ten minutes of it. */
  async until(holds: () => boolean, what = holds.toString()): Promise<void> {
    for (let passed = 0; !holds(); passed += STEP_MS) {
      if (passed > 600_000) throw new Error(`never: ${what}`);
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
    let isGone = false;
    void gone.then(() => {
      isGone = true;
    });
    while (!isGone) {
      await aTurn();
      this.clock.advance(STEP_MS);
    }
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
    await this.exchange.stop();
    await this.#history.close();
    for (const one of this.#folders) rmSync(one, { recursive: true, force: true });
  }

  /** State of the connection to the broker, as the session has heard it. */
  get state(): string {
    return required(this.session.composed.remote, 'the broker').connection.state;
  }

  /** Shares that the session holds of a symbol. */
  held(symbol = 'AURX'): number {
    return (this.session.composed.kernel.tracker.quantities[BROKER_SYMBOLS.indexOf(symbol)] ?? 0) / 1_000_000;
  }

  /** Orders at the broker, whatever became of them, newest first. */
  async ordersAtBroker(): Promise<readonly JsonRow[]> {
    const { body } = await this.exchange.call('GET', '/v2/orders?status=all&limit=500&nested=false');
    return Array.isArray(body) ? body : [];
  }

  /** Shares of a symbol at the broker. */
  async heldAtBroker(symbol = 'AURX'): Promise<number> {
    const { status, body } = await this.exchange.call('GET', `/v2/positions/${symbol}`);
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
