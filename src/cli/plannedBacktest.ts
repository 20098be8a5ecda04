/** A backtest as the flags of a command plan it: strategies loaded, their parameters and the preset checked. */
import { createHash } from 'node:crypto';
import type { HistoryBacktest, TickKind } from '../analytics/historyMarket.js';
import type { BacktestStrategy } from '../analytics/Backtester.js';
import { symbolsOf } from '../analytics/strategyDefaults.js';
import { PapertapeError } from '../domain/errors.js';
import type { AdjustMode } from '../domain/ports.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Money } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { INSTALLATION } from '../host/installation.js';
import type { LoadedStrategy, StrategyLoaderOptions } from '../host/strategyLoader.js';
import { resolveParams } from '../strategies/param.js';
import { assert, required } from '../utils/assert.js';
import type { CommandContext } from './CommandContext.js';
import { checkRange } from './options.js';
import type { StrategySpec } from './strategySpec.js';
import { loadWatched } from '../host/withHookWatch.js';

/** Flags that say what is run. Dates are New York trading dates, both inclusive. */
export interface PlanFlags {
  readonly symbols?: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeframe?: Timeframe;
  readonly cash?: Money;
  readonly param?: Readonly<Record<string, string>>;
  readonly preset?: string;
  readonly adjust?: AdjustMode;
  readonly fees?: string;
  /** Whether data outside regular hours are used. */
  readonly extended?: boolean;
  /** The source whose data of one venue are used. */
  readonly feed?: string;
  readonly ticks?: readonly TickKind[];
}

/** What is run, of one strategy. */
export interface PlannedBacktest {
  readonly loaded: LoadedStrategy;
  readonly strategy: BacktestStrategy;
  /** Without its strategy and its feed. */
  readonly backtest: Omit<HistoryBacktest, 'strategies' | 'feed'>;
}

/** What is run, of any number of strategies. */
export interface PlannedRun {
  readonly loaded: readonly LoadedStrategy[];
  /** Without its feed. */
  readonly backtest: Omit<HistoryBacktest, 'feed'>;
}

/** Plans one strategy. Throws for a range, preset, strategy or parameter that cannot be. */
export async function planBacktest(
  name: string,
  flags: PlanFlags,
  { cwd }: CommandContext,
  dataDir: string,
): Promise<PlannedBacktest> {
  const { loaded, backtest } = await planRun([{ name, params: {} }], flags, { cwd, dataDir });
  const { strategies, ...rest } = backtest;
  return {
    loaded: required(loaded[0], 'the strategy'),
    strategy: required(strategies[0], 'the strategy'),
    backtest: rest,
  };
}

/**
 * Plans several strategies on one account. `--param` and `--timeframe` are for each that says nothing of its own; a
 * parameter that only some of them have goes to those. Throws as {@link planBacktest} does.
 */
export async function planRun(
  specs: readonly StrategySpec[],
  flags: PlanFlags,
  where: StrategyLoaderOptions,
): Promise<PlannedRun> {
  assert(specs.length > 0, 'there is a strategy');
  checkRange(flags.from, flags.to);
  const preset = presetOf(flags.preset ?? 'papertape');
  const loaded: LoadedStrategy[] = [];
  for (const { name } of specs) loaded.push(await loadWatched(name, where));
  const known = new Set(loaded.flatMap(({ strategyClass }) => Object.keys(strategyClass.params)));
  const strategies = specs.map((spec, index) =>
    strategyOf(spec, required(loaded[index], 'a loaded strategy'), flags, specs.length === 1 ? undefined : known),
  );
  refuseRepeated(strategies);
  // What a strategy is to trade is traded in the run.
  const named = strategies.flatMap(
    ({ symbols, strategyClass }) => symbols ?? flags.symbols ?? symbolsOf(strategyClass),
  );
  const isSpecified = flags.symbols !== undefined || specs.some(({ symbols }) => symbols !== undefined);
  return {
    loaded,
    backtest: {
      strategies,
      from: flags.from,
      to: flags.to,
      preset: preset.name,
      engineVersion: INSTALLATION.version,
      createHash: () => createHash('sha256'),
      ...(isSpecified ? { symbols: [...new Set([...(flags.symbols ?? []), ...named])] } : {}),
      ...(flags.cash === undefined ? {} : { startingCash: flags.cash }),
      ...(flags.fees === undefined ? {} : { feePlan: flags.fees }),
      ...(flags.adjust === undefined ? {} : { adjust: flags.adjust }),
      ...(flags.extended === true ? { extendedHours: true } : {}),
      ...(flags.ticks === undefined ? {} : { ticks: flags.ticks }),
    },
  };
}

/** `known` are the parameters of all strategies of the run, of which this one need not have each. */
function strategyOf(
  { name, id, symbols, timeframe, allocation, params }: StrategySpec,
  { strategyClass, hash }: LoadedStrategy,
  flags: PlanFlags,
  known: ReadonlySet<string> | undefined,
): BacktestStrategy {
  const common = Object.entries(flags.param ?? {}).filter(
    ([key]) => known?.has(key) !== true || Object.hasOwn(strategyClass.params, key),
  );
  const bars = timeframe ?? flags.timeframe;
  // One of several trades what it names itself, not what another one brings into the run.
  const own = known !== undefined && flags.symbols === undefined ? symbolsOf(strategyClass) : [];
  const traded = symbols ?? (own.length > 0 ? own : undefined);
  return {
    name,
    strategyClass,
    hash,
    params: resolveParams(name, strategyClass.params, { ...Object.fromEntries(common), ...params }),
    ...(id === undefined ? {} : { instanceId: id }),
    ...(bars === undefined ? {} : { timeframe: bars }),
    ...(traded === undefined ? {} : { symbols: traded }),
    ...(allocation === undefined ? {} : { allocation }),
  };
}

function refuseRepeated(strategies: readonly BacktestStrategy[]): void {
  const ids = strategies.flatMap(({ instanceId }) => instanceId ?? []);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated === undefined) return;
  throw new PapertapeError('USAGE', `Two strategies of the run have the id ${repeated}.`, {
    remedy: 'Give each an id of its own, or none.',
  });
}
