/** A backtest as the flags of a command plan it: the strategy loaded, its parameters and the preset checked. */
import { createHash } from 'node:crypto';
import type { HistoryBacktest } from '../analytics/historyMarket.js';
import type { BacktestStrategy } from '../analytics/Backtester.js';
import type { AdjustMode } from '../domain/ports.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Money } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { INSTALLATION } from '../host/installation.js';
import { loadStrategy } from '../host/strategyLoader.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { resolveParams } from '../strategies/param.js';
import type { CommandContext } from './CommandContext.js';
import { checkRange } from './options.js';

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
  /** The source whose data of one venue are used. */
  readonly feed?: string;
}

/** What is run. */
export interface PlannedBacktest {
  readonly loaded: LoadedStrategy;
  readonly strategy: BacktestStrategy;
  /** Without its strategy and its feed. */
  readonly backtest: Omit<HistoryBacktest, 'strategies' | 'feed'>;
}

/** Plans it. Throws for a range, preset, strategy or parameter that cannot be. */
export async function planBacktest(
  name: string,
  flags: PlanFlags,
  context: CommandContext,
  dataDir: string,
): Promise<PlannedBacktest> {
  checkRange(flags.from, flags.to);
  const preset = presetOf(flags.preset ?? 'papertape');
  const loaded = await loadStrategy(name, { cwd: context.cwd, dataDir });
  const params = resolveParams(name, loaded.strategyClass.params, flags.param ?? {});
  const { strategyClass, hash } = loaded;
  const timeframe = flags.timeframe === undefined ? {} : { timeframe: flags.timeframe };
  return {
    loaded,
    strategy: { name, strategyClass, hash, params, ...timeframe },
    backtest: {
      from: flags.from,
      to: flags.to,
      preset: preset.name,
      engineVersion: INSTALLATION.version,
      createHash: () => createHash('sha256'),
      ...(flags.symbols === undefined ? {} : { symbols: flags.symbols }),
      ...(flags.cash === undefined ? {} : { startingCash: flags.cash }),
      ...(flags.fees === undefined ? {} : { feePlan: flags.fees }),
      ...(flags.adjust === undefined ? {} : { adjust: flags.adjust }),
    },
  };
}
