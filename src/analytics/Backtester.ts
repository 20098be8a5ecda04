/**
 * Runs strategies over market data in memory, as fast as it goes: the same engine and exchange as a replay or a live
 * session, with a recorder as its sink. Loading from stored history is backtestHistory.ts.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { BarTable, MarketBatch, MarketTable } from '../domain/marketTables.js';
import { mergeTables } from '../domain/mergeTables.js';
import type { RiskLimits } from '../domain/risk.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros, Money } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { Kernel } from '../engine/Kernel.js';
import type { PaperVenue } from '../exchange/PaperVenue.js';
import { versionOf } from '../exchange/preset.js';
import { presetOf } from '../exchange/presets.js';
import type { ParamValue } from '../strategies/param.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { assert } from '../utils/assert.js';
import { runToEnd } from '../utils/runToEnd.js';
import { BacktestRecorder } from './BacktestRecorder.js';
import { BacktestRun } from './BacktestRun.js';
import type { ChosenBenchmark } from './benchmarkHistory.js';
import { composeKernel } from './composeKernel.js';
import { BarEquityRecorder, TimedEquityRecorder } from './EquityRecorder.js';
import type { EquityRecorder } from './EquityRecorder.js';
import { MergedEquityRecorder } from './MergedEquityRecorder.js';
import { sliceMarket } from './marketSlices.js';
import type { EquityRoom } from './EquityRoom.js';
import { hashMarket } from './runIdentity.js';
import type { HashFactory, RunInputs } from './runIdentity.js';
import { timeframeOf } from './strategyDefaults.js';

/** A strategy to run. */
export interface BacktestStrategy {
  /** A built-in name, or the file as the user gave it: strategies of one name have one class. */
  readonly name: string;
  readonly strategyClass: StrategyClass;
  /** SHA-256 of what decides; part of the run's identity. */
  readonly hash: string;
  /** Unique within the run; made from the name if absent. */
  readonly instanceId?: string;
  /** All of the run's symbols if absent. */
  readonly symbols?: readonly string[];
  /** Of its bars; the strategy's own if absent, else `1d`. */
  readonly timeframe?: Timeframe;
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Fraction of equity for entries without a size of their own; all of it, shared evenly, if absent. */
  readonly allocation?: number;
}

/** What a run is about, besides its data. */
export interface BacktestSetup {
  readonly strategies: readonly BacktestStrategy[];
  /** The index is the symbol id of every row. */
  readonly symbols: readonly string[];
  /** Integer price steps per dollar of the data. */
  readonly priceScale: number;
  /** {@link DEFAULT_CASH} if absent. */
  readonly startingCash?: Money;
  /** `papertape` if absent. */
  readonly preset?: string;
  /** The preset's if absent. */
  readonly feePlan?: string;
  /** None if absent. */
  readonly limits?: RiskLimits;
  /** Splits, dividends and changes of name of the range, ascending by ex-date; for prices as they were traded. */
  readonly corporateActions?: readonly DatedAction[];
  readonly seed?: number;
  /** When the session begins; at the latest the time of the first row. */
  readonly startTime: Micros;
  /** Yearly rate as a fraction, for the statistics; 0 if absent. */
  readonly riskFree?: number;
  readonly engineVersion: string;
  readonly createHash: HashFactory;
  /** SHA-256 of the data where the caller knows it already; computed when the identity is asked for if absent. */
  readonly dataHash?: string;
  /** Events between two reports of progress; some milliseconds of work if absent. */
  readonly sliceEvents?: number;
  /** See `KernelOptions.hookProbe`. */
  readonly hookProbe?: Int32Array;
  /** Where the equity is written, if all that is wanted of the run is read before the next one takes the room. */
  readonly equityRoom?: EquityRoom;
  /** Called at the end of every instant with the kernel and its venue, for checks in tests. */
  readonly onInstant?: (parts: ReturnType<typeof composeKernel>) => void;
}

/** How far a run is. */
export interface BacktestProgress {
  /** Of the events, 0 to 1. */
  readonly fraction: number;
  /** Event time. */
  readonly time: Micros;
  /** Market rows fed; equal runs report after equal numbers of them, with equal figures. */
  readonly events: number;
  readonly equity: Money;
  /** Fills so far. */
  readonly fills: number;
}

/** Micro-dollars that a run starts with unless it is told otherwise. */
export const DEFAULT_CASH: Money = 100_000 * DOLLAR;

/** Events between two reports of progress unless the setup says otherwise; of many symbols, these for each. */
const SLICE_EVENTS = 100_000;
const SLICE_EVENTS_OF_EACH = 100;

/** See the module header. One run each: `warmUp` if wanted, then `steps`. */
export class Backtester {
  readonly kernel: Kernel;
  readonly venue: PaperVenue;
  readonly #setup: BacktestSetup;
  readonly #config: SessionConfig;
  readonly #recorder = new BacktestRecorder();
  #isUsed = false;
  #history: MarketBatch | undefined;
  #inputs: RunInputs | undefined;

  /** Throws for a preset, fee plan, parameter or strategy that cannot run, as the engine does. */
  constructor(setup: BacktestSetup) {
    this.#setup = setup;
    this.#config = configOf(setup);
    const classes = classesOf(setup.strategies);
    const composed = composeKernel({
      config: this.#config,
      sink: this.#recorder,
      resolveStrategy: (name) => classes.get(name),
      ...(setup.hookProbe === undefined ? {} : { hookProbe: setup.hookProbe }),
    });
    this.kernel = composed.kernel;
    this.venue = composed.venue;
    const { onInstant } = setup;
    if (onInstant !== undefined) this.kernel.trace.listen(() => onInstant(composed));
  }

  /** Feeds bars from before the start to the indicators, a table per length. Nothing can trade on them. */
  warmUp(...history: readonly BarTable[]): void {
    this.#history = mergeTables(history);
    this.kernel.warmUp(...history);
  }

  /**
   * Runs portion by portion; the generator's return value is the result, measured against `benchmark` if given.
   * `benchmarkBefore` is the last close before the run, in dollars, of what it is measured against.
   */
  *steps(
    market: MarketBatch,
    benchmark?: ChosenBenchmark,
    benchmarkBefore?: number,
  ): Generator<BacktestProgress, BacktestRun> {
    assert(!this.#isUsed, 'a backtester runs once');
    this.#isUsed = true;
    const { kernel } = this;
    const equity = recorderFor(market, this.#config, kernel, this.#setup.equityRoom);
    kernel.start();
    let done = 0;
    const sliceEvents = Math.max(SLICE_EVENTS, SLICE_EVENTS_OF_EACH * this.#config.symbols.length);
    for (const slice of sliceMarket(market, this.#setup.sliceEvents ?? sliceEvents)) {
      kernel.process(slice);
      done += slice.length;
      const { equity: worth } = kernel.tracker;
      const fills = this.#recorder.fills.length;
      yield { fraction: done / market.length, time: kernel.now, events: done, equity: worth, fills };
    }
    // Reports under way arrive and day orders end before the last midnight.
    kernel.advanceClock(fromNewYork(newYorkDate(kernel.now) + 1, 0));
    kernel.finish();
    equity.amendLast(kernel.tracker.equity);
    return new BacktestRun({
      config: this.#config,
      kernel,
      recorder: this.#recorder,
      equity,
      market,
      inputs: () => this.inputsOf(market),
      createHash: this.#setup.createHash,
      riskFree: this.#setup.riskFree ?? 0,
      benchmark,
      benchmarkBefore,
      eventCount: market.length,
    });
  }

  /** What decides the run, known before it begins. Takes a hash of the data where the setup has none, once. */
  inputsOf(market: MarketBatch): RunInputs {
    this.#inputs ??= this.#makeInputs(market);
    return this.#inputs;
  }

  #makeInputs(market: MarketBatch): RunInputs {
    const { symbols, createHash, dataHash, engineVersion, strategies } = this.#setup;
    const { preset, feePlan, seed, startingCash, priceScale, limits } = this.#config;
    const history = this.#history;
    return {
      symbols,
      dataHash: dataHash ?? hashMarket(market, symbols, createHash),
      warmUpHash: history === undefined ? '' : hashMarket(history, symbols, createHash),
      preset: `${preset}@${versionOf(presetOf(preset))}`,
      feePlan,
      engineVersion,
      seed,
      startingCash,
      priceScale,
      limits,
      ...actionsOf(this.#setup),
      strategies: this.kernel.runner.instances.map(({ config, strategy }, index) => ({
        config,
        hash: strategies[index]?.hash ?? '',
        params: strategy.p,
      })),
    };
  }
}

/** Runs to the end. */
export function runBacktest(market: MarketBatch | BarTable, setup: BacktestSetup): BacktestRun {
  return runToEnd(new Backtester(setup).steps('kind' in market ? batchOf(market) : market));
}

/** A batch of one table. */
export function batchOf(table: MarketTable): MarketBatch {
  return { tables: [table], order: null, length: table.length };
}

/** The time of the first row, less the length of a bar. */
export function startOf(market: MarketBatch): Micros {
  let first = Infinity;
  for (const table of market.tables) {
    const column = table.kind === 'bar' || table.kind === 'quoteBar' ? table.start : table.time;
    if (table.length > 0) first = Math.min(first, column[0] ?? Infinity);
  }
  return first;
}

function recorderFor(
  market: MarketBatch,
  config: SessionConfig,
  kernel: Kernel,
  room: EquityRoom | undefined,
): EquityRecorder {
  const { symbols, priceScale, corporateActions } = config;
  const [table] = market.tables;
  if (market.tables.length === 1 && table?.kind === 'bar') {
    const { trace } = kernel;
    if (BarEquityRecorder.suits(table, symbols.length)) return new BarEquityRecorder(table, priceScale, trace, room);
    // A corporate action changes the last price between bars.
    const isMerged = symbols.length > 1 && corporateActions === undefined;
    const recorder = isMerged ? MergedEquityRecorder.of(table, priceScale, trace) : undefined;
    if (recorder !== undefined) return recorder;
  }
  const hasBars = market.tables.some(({ kind }) => kind === 'bar');
  return new TimedEquityRecorder(hasBars ? 0 : MINUTE, priceScale, kernel);
}

function configOf(setup: BacktestSetup): SessionConfig {
  const presetName = setup.preset ?? 'papertape';
  const preset = presetOf(presetName);
  return {
    sessionId: 'backtest',
    feed: 'recorded',
    symbols: setup.symbols,
    priceScale: setup.priceScale,
    accountId: 'backtest',
    startingCash: setup.startingCash ?? DEFAULT_CASH,
    preset: presetName,
    feePlan: setup.feePlan ?? preset.feePlan,
    seed: setup.seed ?? 1,
    startTime: setup.startTime,
    limits: setup.limits ?? {},
    ...actionsOf(setup),
    strategies: setup.strategies.map((strategy, index) => strategyConfig(strategy, index, setup)),
  };
}

/** Absent where there are none, so that such a run is the same as one of which nobody asked. */
function actionsOf({ corporateActions = [] }: BacktestSetup): Pick<SessionConfig, 'corporateActions'> {
  return corporateActions.length === 0 ? {} : { corporateActions };
}

function strategyConfig(strategy: BacktestStrategy, index: number, setup: BacktestSetup): StrategyConfig {
  return {
    instanceId: strategy.instanceId ?? instanceIdOf(index, setup),
    strategy: strategy.name,
    symbols: strategy.symbols ?? setup.symbols,
    timeframe: strategy.timeframe ?? timeframeOf(strategy.strategyClass),
    params: strategy.params ?? {},
    allocation: strategy.allocation ?? 1 / setup.strategies.length,
  };
}

/** The name without folder and extension; with a number from the second instance of a name on. */
function instanceIdOf(index: number, setup: BacktestSetup): string {
  const ids = setup.strategies.map(({ name }) =>
    name
      .replace(/^.*[/\\]/, '')
      .replace(/\.[cm]?[jt]s$/, '')
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .slice(0, 60),
  );
  const id = ids[index] ?? '';
  const before = ids.slice(0, index).filter((other) => other === id).length;
  return before === 0 ? id : `${id}-${before + 1}`;
}

/** The class of each name. What is loaded twice may be two classes of the same code. */
function classesOf(strategies: readonly BacktestStrategy[]): ReadonlyMap<string, StrategyClass> {
  const first = new Map<string, BacktestStrategy>();
  for (const strategy of strategies) {
    const known = first.get(strategy.name) ?? strategy;
    const isOne = known.strategyClass === strategy.strategyClass || (known.hash === strategy.hash && known.hash !== '');
    assert(isOne, `two strategies are called ${strategy.name}`);
    first.set(strategy.name, known);
  }
  return new Map(strategies.map(({ name, strategyClass }) => [name, strategyClass]));
}
