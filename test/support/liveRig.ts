/**
 * A session on a live market whose sources a test writes, on a simulated disk and a clock that the test moves. Every
 * life of it (a start of the program) opens what the disk holds, with sources of its own.
 */
import type { StrategyConfig } from '../../src/domain/session.js';
import type { HistoricalCache } from '../../src/cache/historicalCache.js';
import { openLiveMarket } from '../../src/data/twelvedataClient/streamRouter.js';
import { PapertapeError } from '../../src/domain/errors.js';
import type { FeedQuality } from '../../src/domain/marketSource.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { OpenedSession } from '../../src/host/assembleSession.js';
import type { LiveMarkets } from '../../src/host/liveMarkets.js';
import type { LiveSession } from '../../src/host/LiveSession.js';
import { openSession } from '../../src/host/openSession.js';
import { readTape, readTapeMarket } from '../../src/host/readTape.js';
import type { LivePlan, SessionPlan } from '../../src/host/sessionPlan.js';
import { LIVE_LIMITS } from '../../src/host/sessionPlan.js';
import { sessionNames, tapeDirectory } from '../../src/host/tapeNames.js';
import type { PlacedRecord, TapeRecord } from '../../src/host/tapeRecords.js';
import { streamOfBatches } from '../../src/host/tapeStream.js';
import { verifyTape, type VerifyReport } from '../../src/host/verifyTape.js';
import { builtInStrategy } from '../../src/strategies/registry.js';
import { SimulatedDisk } from '../simulation/simulatedDisk.js';
import { ManualClock } from './ManualClock.js';
import { WrittenSource, WHOLE_MARKET } from './WrittenSource.js';

/** Monday, 2026-11-30, 10:35 in New York. */
export const MONDAY_MORNING = Date.UTC(2026, 10, 30, 15, 35);

export const LIVE_MARKET: LivePlan = { kind: 'live', source: 'alpaca', symbols: ['AAPL', 'MSFT'] };

const PLAN: SessionPlan = {
  dataDir: '/data',
  cwd: '/',
  market: LIVE_MARKET,
  startingCash: 100_000 * DOLLAR,
  preset: 'papertape',
  feePlan: undefined,
  strategies: [],
  limits: LIVE_LIMITS,
  speed: 1,
  keepMarketRows: 1_000,
  startAt: undefined,
  shadows: false,
  fresh: false,
  stopFirst: undefined,
};

/** A cache without a single row. */
export function emptyHistory(): HistoricalCache {
  const nothing: Pick<HistoricalCache, 'tickers' | 'factors' | 'load' | 'coverage' | 'append'> = {
    tickers: () => Promise.resolve([]),
    factors: () => Promise.resolve(undefined),
    coverage: () => Promise.resolve([]),
    load: () => Promise.reject(new PapertapeError('DATA_MISSING', 'The cache is empty.')),
    append: () => Promise.resolve(),
  };
  return nothing as HistoricalCache;
}

/** Markets of scripted sources; each opening makes a new source. */
export function scriptedMarkets(
  opened: (source: WrittenSource) => void,
  quality: FeedQuality = WHOLE_MARKET,
): LiveMarkets {
  return {
    delayOf: () => quality.delay,
    history: () => undefined,
    open: ({ plan: _, ...request }) => {
      const source = new WrittenSource(request.clock, quality);
      opened(source);
      return openLiveMarket({ ...request, sources: [{ source, priority: 1 }] });
    },
  };
}

/** See the module header. */
export class LiveRig {
  readonly disk: SimulatedDisk;
  readonly clock: ManualClock;
  readonly durable: PlacedRecord[] = [];
  readonly #quality: FeedQuality;
  readonly #plan: SessionPlan;
  readonly #history: () => HistoricalCache;
  #source: WrittenSource | undefined;
  #opened: OpenedSession | undefined;

  constructor(
    options: {
      readonly clock?: ManualClock;
      readonly disk?: SimulatedDisk;
      readonly quality?: FeedQuality;
      readonly plan?: Partial<SessionPlan>;
      readonly history?: HistoricalCache;
    } = {},
  ) {
    this.clock = options.clock ?? new ManualClock(MONDAY_MORNING);
    this.disk = options.disk ?? new SimulatedDisk();
    this.#quality = options.quality ?? WHOLE_MARKET;
    this.#plan = { ...PLAN, ...options.plan };
    const { history } = options;
    this.#history = history === undefined ? emptyHistory : () => history;
  }

  /** Opens what is on the disk, or a new session. */
  async open(): Promise<this> {
    this.#opened = await openSession(this.#plan, {
      fs: this.disk,
      // Many disks are kept at once; zeros ahead would be most of them.
      tapeSizes: { reserveBytes: 65_536, marketReserveBytes: 65_536, extendBytes: 65_536 },
      history: this.#history,
      clock: this.clock,
      live: scriptedMarkets((source) => (this.#source = source), this.#quality),
      onDurable: (placed) => this.durable.push(placed),
      onNotice: () => undefined,
    });
    return this;
  }

  get session(): LiveSession {
    if (this.#opened === undefined) throw new Error('the session is not open');
    return this.#opened.session;
  }

  /** Starts a built-in strategy, as a person does. */
  start(config: StrategyConfig): this {
    const strategyClass = builtInStrategy(config.strategy);
    if (strategyClass !== undefined) this.#opened?.strategies.set(config.strategy, strategyClass);
    this.session.execute({ type: 'startStrategy', user: 'ann', config });
    return this;
  }

  get source(): WrittenSource {
    if (this.#source === undefined) throw new Error('no market was opened');
    return this.#source;
  }

  /** What was on the tape when it was opened. */
  get recovered(): readonly PlacedRecord[] {
    return this.#opened?.recovered ?? [];
  }

  /** Lets time pass in steps of `stepMs`; `each` says what the source brings before each step. */
  pass(ms: number, each: (step: number) => void = () => undefined, stepMs = 100): this {
    for (let step = 0; step * stepMs < ms; step += 1) {
      each(step);
      this.clock.advance(stepMs);
      this.session.step();
    }
    return this;
  }

  /** Another life on a copy of the disk, as after a kill: what was written is there, the rest is gone. */
  killed(): LiveRig {
    return new LiveRig({ clock: this.clock, disk: this.disk.copy(), quality: this.#quality, plan: this.#plan });
  }

  /** Names of the sessions on the disk, oldest first. */
  get names(): readonly string[] {
    return sessionNames(this.disk, this.#plan.dataDir);
  }

  /** Durable records of one type; of the latest session unless another is named. */
  records<Type extends TapeRecord['type']>(
    type: Type,
    name = this.names.at(-1) ?? '',
  ): Extract<TapeRecord, { type: Type }>[] {
    return readTape(this.disk, tapeDirectory(this.#plan.dataDir, name)).records.flatMap(({ record }) =>
      record.type === type ? [record as Extract<TapeRecord, { type: Type }>] : [],
    );
  }

  /** Runs a session's tape again. */
  verify(name = this.names.at(-1) ?? ''): VerifyReport {
    const directory = tapeDirectory(this.#plan.dataDir, name);
    const tape = readTape(this.disk, directory);
    return verifyTape({
      tape,
      market: streamOfBatches(tape.session.config.symbols, readTapeMarket(this.disk, directory)),
      resolveStrategy: builtInStrategy,
      sameStrategies: true,
      digest: () => ({ update: () => undefined, finish: () => '' }),
    });
  }
}
