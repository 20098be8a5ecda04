/**
 * Joins engine and exchange into a kernel with the models of a preset: the one place where backtests, replays
 * and sessions are put together, so that they cannot differ.
 */
import type { KernelSink, SimulatedVenue } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import { notional } from '../domain/units.js';
import { Kernel } from '../engine/Kernel.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import type { BuiltBarListener } from '../engine/StreamRouter.js';
import { feePlanOf } from '../exchange/fees/feePlans.js';
import { lotFeesOf } from '../exchange/fees/lotParts.js';
import { PaperVenue } from '../exchange/PaperVenue.js';
import { presetOf } from '../exchange/presets.js';
import { BrokerVenue } from '../exchange/remote/BrokerVenue.js';
import { tickOf } from '../exchange/rulebook/tickSizes.js';

/** What a run adds to its configuration. */
export interface KernelParts {
  readonly config: SessionConfig;
  readonly sink: KernelSink;
  readonly resolveStrategy: StrategyResolver;
  readonly onBuiltBar?: BuiltBarListener;
  readonly hookProbe?: Int32Array;
}

/** A kernel and the venue inside it. */
export interface ComposedKernel {
  readonly kernel: Kernel;
  /** The exchange that observes the market, with the desk of programs' accounts and the shadow accounts. */
  readonly venue: PaperVenue;
  /** Where the engine's orders go instead, in a session at a broker. */
  readonly remote: BrokerVenue | undefined;
  /** Where the engine's orders go: one of the two. */
  readonly execution: SimulatedVenue;
}

/**
 * Makes them. Throws `PRESET_UNKNOWN`, `CONFIG_INVALID` for an unknown fee plan, and the errors of a strategy that
 * cannot run.
 */
export function composeKernel(parts: KernelParts): ComposedKernel {
  const { config, ...rest } = parts;
  const preset = presetOf(config.preset);
  const plan = feePlanOf(config.feePlan);
  const venue = new PaperVenue(config, preset);
  const remote = config.broker === undefined ? undefined : new BrokerVenue(venue, config);
  const execution = remote ?? venue;
  const kernel = new Kernel({
    ...rest,
    config,
    venue: execution,
    ...(remote === undefined ? {} : { takeReport: (report) => remote.hear(report) }),
    policy: {
      sizing: preset.sizing,
      leverage: preset.leverage,
      overnightLeverage: preset.overnightLeverage,
      coverLeverage: preset.coverLeverage,
      reversal: preset.reversal,
      crossing: preset.crossing,
      buyingPower: preset.buyingPower,
      estimateFees: (_symbolId, _side, quantity, price) =>
        plan.commission(quantity, plan.isByValue ? notional(price, quantity, config.priceScale) : 0),
      tickOf: (price) => (preset.priceGrid === 'free' ? 1 : tickOf(price, config.priceScale)),
    },
    markModel: preset.marks,
    endsAtRuin: preset.ruin === 'endsRun',
    lotRelief: preset.lotRelief,
    lotFees: lotFeesOf(preset, plan),
  });
  return { kernel, venue, remote, execution };
}
