/**
 * The daily loss limit: stops new risk for the rest of the day, and closes everything if the limits say so.
 * One bad print must not do that (M13): the loss has to hold for two instants in a row.
 */
import type { PositionTracker } from './PositionTracker.js';
import type { RiskChecks } from './riskChecks.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

const CONFIRMATIONS = 2;

/** See the module header. */
export class LossGuard {
  private readonly checks: RiskChecks;
  private readonly tracker: PositionTracker;
  private readonly orchestrator: TradeOrchestrator;
  private breaches = 0;

  constructor(checks: RiskChecks, tracker: PositionTracker, orchestrator: TradeOrchestrator) {
    this.checks = checks;
    this.tracker = tracker;
    this.orchestrator = orchestrator;
  }

  /** A new day has its own limit. */
  startDay(): void {
    this.checks.lossStopped = false;
    this.breaches = 0;
  }

  /** Whether there is a limit to look at. */
  get isArmed(): boolean {
    return this.checks.currentLimits.maxDailyLoss !== undefined;
  }

  /** Looks at the end of an instant. */
  check(): void {
    const limits = this.checks.currentLimits;
    const limit = limits.maxDailyLoss;
    if (limit === undefined || this.checks.lossStopped) return;
    if (-this.tracker.dailyPnl < limit) {
      this.breaches = 0;
      return;
    }
    this.breaches += 1;
    if (this.breaches < CONFIRMATIONS) return;
    this.checks.lossStopped = true;
    this.orchestrator.cancelAll(true);
    if (limits.flattenOnDailyLoss === true) this.orchestrator.flattener.flatten('daily loss limit');
  }
}
