/** What the TradeOrchestrator works with; put together in kernelParts.ts. */
import type { Broker, KernelSink, SimulatedVenue } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import type { KernelClock } from './KernelClock.js';
import type { OrderPolicy } from './OrderPolicy.js';
import type { PositionTracker } from './PositionTracker.js';
import type { RiskChecks } from './riskChecks.js';
import type { Timers } from './Timers.js';
import type { TradeManager } from './TradeManager.js';

/** See the module header. */
export interface OrchestratorParts {
  readonly config: SessionConfig;
  readonly policy: OrderPolicy;
  readonly clock: KernelClock;
  readonly broker: Broker & Pick<SimulatedVenue, 'prompt' | 'merged'>;
  readonly sink: KernelSink;
  readonly manager: TradeManager;
  readonly tracker: PositionTracker;
  readonly checks: RiskChecks;
  /** 1 for symbols whose trading is halted, by symbol id. */
  readonly halted: Uint8Array;
  readonly timers: Timers;
}
