/**
 * The backtests behind the checks: each with a strategy class that was loaded afresh unless said otherwise, on history
 * that is read once, with progress over all of them.
 */
import type { BarTable } from '../../domain/marketTables.js';
import type { HistoryStore } from '../../domain/ports.js';
import type { StrategyClass } from '../../strategies/Strategy.js';
import { backtestFromStore } from '../backtestHistory.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { HistoryBacktest } from '../historyMarket.js';
import type { BacktestStrategy } from '../Backtester.js';
import { rememberLoads } from '../rememberLoads.js';
import { timeframeOf } from '../strategyDefaults.js';

/** The strategy that is checked, and the backtest that it is checked in. */
export interface CheckSetup {
  readonly store: HistoryStore;
  /** Without its strategy. */
  readonly backtest: Omit<HistoryBacktest, 'strategies'>;
  readonly strategy: Omit<BacktestStrategy, 'strategyClass'>;
  /** The class from a module that no run has used. A class that has no module of its own is always the same one. */
  readonly freshClass: () => Promise<StrategyClass>;
  /** The text that the strategy is made of, imports included; absent for built-in strategies. */
  readonly text?: string;
}

/** How far all checks together are. */
export interface CheckProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** What is being done, in a few words. */
  readonly what: string;
}

/** How one run differs from the plain backtest. */
export interface RunChanges {
  readonly store?: HistoryStore;
  readonly strategyClass?: StrategyClass;
  readonly backtest?: Partial<HistoryBacktest>;
}

/** See the module header. */
export class CheckRuns {
  readonly setup: CheckSetup;
  /** Reads each answer once. */
  readonly store: HistoryStore;
  readonly #expected: number;
  readonly #onProgress: ((progress: CheckProgress) => void | Promise<void>) | undefined;
  #done = 0;
  #what = '';

  /** `expected` is about how many runs there will be. */
  constructor(setup: CheckSetup, expected: number, onProgress?: (progress: CheckProgress) => void | Promise<void>) {
    this.setup = setup;
    this.store = rememberLoads(setup.store);
    this.#expected = expected;
    this.#onProgress = onProgress;
  }

  /** Says what the next runs are for. */
  begin(what: string): void {
    this.#what = what;
  }

  /** Tells how far a run is that another one than {@link run} makes; `runs` is how many it stands for. */
  async report(fraction: number, runs = 1): Promise<void> {
    await this.#onProgress?.({
      fraction: Math.min(1, (this.#done + fraction * runs) / this.#expected),
      what: this.#what,
    });
    if (fraction >= 1) this.#done += runs;
  }

  /** The whole backtest of a run. */
  async plan({ strategyClass, backtest = {} }: RunChanges = {}): Promise<HistoryBacktest> {
    const { setup } = this;
    const strategy = { ...setup.strategy, strategyClass: strategyClass ?? (await setup.freshClass()) };
    return { ...setup.backtest, strategies: [strategy], ...backtest };
  }

  /** Bars of the length that `plain` was fed, from `from` to `to`, both inclusive. Throws `DATA_MISSING`. */
  async bars({ symbols, adjust, run }: HistoryBacktestRun, from: string, to: string): Promise<BarTable> {
    const { feed, extendedHours = false } = this.setup.backtest;
    const timeframe = run.config.strategies[0]?.timeframe ?? timeframeOf(await this.setup.freshClass());
    const own = feed === undefined ? {} : { feed };
    const table = await this.store.load({ symbols, kind: 'bar', timeframe, from, to, adjust, extendedHours, ...own });
    if (table.kind === 'bar') return table;
    throw new TypeError(`the store answered a query for bars with a ${table.kind} table`);
  }

  /** Runs. Throws as `backtestFromStore` does. */
  async run(changes: RunChanges = {}): Promise<HistoryBacktestRun> {
    const plan = await this.plan(changes);
    const result = await backtestFromStore(changes.store ?? this.store, plan, ({ fraction }) =>
      fraction < 1 ? this.report(fraction) : undefined,
    );
    await this.report(1);
    return result;
  }
}
