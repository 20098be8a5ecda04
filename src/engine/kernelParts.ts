/** Puts the parts of a kernel together: who knows whom is decided here and nowhere else. */
import { SessionClock } from '../calendar/SessionClock.js';
import type { BrokerReport } from '../domain/brokerReport.js';
import type { KernelSink, SimulatedVenue } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import { BarBacklog } from './BarBacklog.js';
import type { EquityGuard } from './EquityGuard.js';
import { EquityTrace } from './EquityTrace.js';
import { KernelClock } from './KernelClock.js';
import { LossGuard } from './LossGuard.js';
import { MarginGuard } from './MarginGuard.js';
import { PositionTracker } from './PositionTracker.js';
import type { LotRelief, MarkModel } from './PositionTracker.js';
import type { LotFees } from './SubBook.js';
import { RiskChecks } from './riskChecks.js';
import { RuinGuard } from './RuinGuard.js';
import { SinkSwitch } from './SinkSwitch.js';
import { StrategyContext } from './StrategyContext.js';
import { StrategyRunner } from './StrategyRunner.js';
import type { StrategyResolver } from './StrategyRunner.js';
import { StreamRouter } from './StreamRouter.js';
import type { BuiltBarListener } from './StreamRouter.js';
import { Timers } from './Timers.js';
import { TradeManager } from './TradeManager.js';
import { TradeOrchestrator } from './TradeOrchestrator.js';
import type { OrderPolicy } from './OrderPolicy.js';

/** What a kernel is made of. */
export interface KernelOptions {
  readonly config: SessionConfig;
  readonly venue: SimulatedVenue;
  readonly sink: KernelSink;
  readonly resolveStrategy: StrategyResolver;
  /** How signals become orders; the preset's models. */
  readonly policy: OrderPolicy;
  readonly markModel: MarkModel;
  /** The oldest lots unless it says otherwise. */
  readonly lotRelief?: LotRelief;
  /** What each lot owes by itself, where commissions are by lot. */
  readonly lotFees?: LotFees | undefined;
  /** Whether the run ends when the equity is 0 or below; false if absent, and where the venue cannot end it. */
  readonly endsAtRuin?: boolean;
  /** Hears of bars that were built from prints or shorter bars, for charts. */
  readonly onBuiltBar?: BuiltBarListener;
  /** Where the runner notes which hook is running, for a watchdog in another thread; see `domain/hookProbe.ts`. */
  readonly hookProbe?: Int32Array;
  /** Hears what the broker said, where the venue stands for one, before its reports are taken. */
  readonly takeReport?: (report: BrokerReport) => void;
}

/** The parts, not yet with a strategy. */
export interface KernelParts {
  readonly sink: SinkSwitch;
  readonly clock: KernelClock;
  readonly sessions: SessionClock;
  /** 1 for symbols whose trading is halted, by symbol id. */
  readonly halted: Uint8Array;
  readonly tracker: PositionTracker;
  readonly checks: RiskChecks;
  readonly manager: TradeManager;
  readonly router: StreamRouter;
  readonly orchestrator: TradeOrchestrator;
  readonly timers: Timers;
  readonly runner: StrategyRunner;
  readonly lossGuard: LossGuard;
  readonly trace: EquityTrace;
  readonly backlog: BarBacklog;
}

/** Makes them from the options. */
export function assembleKernel(options: KernelOptions): KernelParts {
  const { config, venue } = options;
  const { symbols, priceScale } = config;
  const sink = new SinkSwitch(options.sink);
  const clock = new KernelClock(config.startTime);
  const sessions = new SessionClock(config.startTime);
  clock.phase = sessions.phase;
  const halted = new Uint8Array(symbols.length);
  const timers = new Timers();
  const tracker = new PositionTracker(
    symbols.length,
    priceScale,
    config.startingCash,
    options.markModel,
    options.lotRelief,
    options.lotFees,
  );
  const checks = new RiskChecks(config.limits, priceScale);
  const manager = new TradeManager(venue, sink, symbols.length, priceScale);
  const router = new StreamRouter(symbols.length, options.onBuiltBar);
  const policy = options.policy;
  const orchestrator = new TradeOrchestrator({
    config,
    policy,
    clock,
    broker: venue,
    sink,
    manager,
    tracker,
    checks,
    halted,
    timers,
  });
  const trace = new EquityTrace(tracker);
  const backlog = new BarBacklog({ clock, tracker, trace, venue });
  const { tickOf } = policy;
  const contextParts = { clock, backlog, orchestrator, manager, tracker, timers, sink, priceScale, tickOf };
  const runner = new StrategyRunner({
    sessionId: config.sessionId,
    symbols,
    priceScale,
    clock,
    backlog,
    sink,
    resolve: options.resolveStrategy,
    hookProbe: options.hookProbe,
    contextFor: (instance) => new StrategyContext(contextParts, instance),
    cancelEntries: (instance) => orchestrator.cancelEntries(instance),
  });
  const lossGuard = new LossGuard(checks, tracker, orchestrator);
  return {
    sink,
    clock,
    sessions,
    halted,
    tracker,
    checks,
    manager,
    router,
    orchestrator,
    timers,
    runner,
    lossGuard,
    trace,
    backlog,
  };
}

/** What looks at the equity: margin calls where orders are covered by margin, else the end of a run at its ruin. */
export function equityGuardOf(options: KernelOptions, parts: KernelParts, drain: () => void): EquityGuard {
  const { config, policy, venue } = options;
  if (policy.buyingPower === 'margin') {
    return new MarginGuard({ ...parts, drain, policy, priceScale: config.priceScale });
  }
  return new RuinGuard({ ...parts, drain }, options.endsAtRuin === true ? venue.ruin : undefined);
}
