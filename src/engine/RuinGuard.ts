/**
 * The end of a run that has lost everything (`Preset.ruin`). At the first mark, after the fills of its instant, at
 * which the equity is 0 or below, strategies end, open orders are canceled, what is held is closed at its mark, and
 * what the account owes or has then is written off: the equity is 0 from there on. Only marks are looked at: what an
 * order at the close of a bar costs counts with the next one. What the venue has decided is heard of first: a stop may
 * have sold in time, with its report on the way.
 *
 * Bars of a stretch in which nothing is decided need no look at the equity: with a number of shares there is one price
 * at which it is 0, and the least and the highest close of a portion tell for all of them.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { RuinVenue } from '../domain/ports.js';
import { CloseRange } from './CloseRange.js';
import type { EquityGuard } from './EquityGuard.js';
import type { KernelClock } from './KernelClock.js';
import type { PositionTracker } from './PositionTracker.js';
import type { RiskChecks } from './riskChecks.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { TradeManager } from './TradeManager.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What it works with. */
export interface RuinParts {
  readonly clock: KernelClock;
  readonly tracker: PositionTracker;
  readonly checks: RiskChecks;
  readonly runner: StrategyRunner;
  readonly manager: TradeManager;
  readonly orchestrator: TradeOrchestrator;
  /** Takes and applies what the venue reports; a new decision point. */
  readonly drain: () => void;
}

/** See the module header. */
export class RuinGuard implements EquityGuard {
  /** Whether the rule is in force and the account is not at its end. Read-only to others. */
  isArmed: boolean;
  // Fields, as the parts are put together by spreading (ADR 16).
  private readonly tracker: PositionTracker;
  private readonly checks: RiskChecks;
  private readonly parts: RuinParts;
  private readonly venue: RuinVenue | undefined;
  private readonly range = new CloseRange();

  /** Without a `venue` the rule is not in force. */
  constructor(parts: RuinParts, venue: RuinVenue | undefined) {
    this.tracker = parts.tracker;
    this.checks = parts.checks;
    this.parts = parts;
    this.venue = venue;
    this.isArmed = venue !== undefined;
  }

  /** Of an account that was left with nothing by a session before: nobody trades, and there is nothing to write off. */
  adopt(): void {
    const { tracker, checks } = this;
    if (!this.isArmed || tracker.equity > 0 || tracker.positions().some(({ quantity }) => quantity !== 0)) return;
    checks.isRuined = true;
    this.isArmed = false;
  }

  isDue(): boolean {
    return this.tracker.equity <= 0;
  }

  pass(): void {
    // Rows that ruin nobody leave nothing behind.
  }

  /** Looks at the equity after the fills of an instant, before its hooks. */
  check(): void {
    if (this.isArmed === true && (this.tracker.equity <= 0 || this.checks.isRuined)) this.end();
  }

  /**
   * The first of the rows [from, to) at whose close the account is ruined with `shares` of the only symbol, else a row
   * before which it is not: `to`, or an earlier one, after `from`, from which on it is to be asked again. Closes are
   * above 0.
   */
  before(table: BarTable, from: number, to: number, shares: number): number {
    const rest = this.tracker.equityBesideSole;
    if (shares === 0) return rest > 0 ? to : from;
    // What was paid for in full is never worth less than nothing.
    if (shares > 0 && rest >= 0) return to;
    const { range } = this;
    range.reach(table, from);
    const end = Math.min(to, range.to);
    // As long as the product is exact, a whole price is on the same side of the rounded quotient as of the exact one.
    const bound = -rest / shares;
    if (shares > 0 ? range.least > bound : range.most < bound) return end;
    const { close } = table;
    let row = from;
    if (shares > 0) while (row < end && (close[row] ?? 0) > bound) row += 1;
    else while (row < end && (close[row] ?? 0) < bound) row += 1;
    return row;
  }

  /** Winds the account up, unless what was on its way says that it has something left. */
  private end(): void {
    const { clock, tracker, checks, runner, manager, orchestrator, drain } = this.parts;
    const { now } = clock;
    this.venue?.hasten(now);
    drain();
    if (!checks.isRuined && tracker.equity > 0) return;
    orchestrator.prompt.submit();
    orchestrator.waiting.release();
    checks.isRuined = true;
    for (const instance of runner.instances) runner.stop(instance);
    drain();
    this.venue?.begin(now);
    this.venue?.hasten(now);
    drain();
    if (manager.openCount === 0) {
      for (const { owner, symbolId } of tracker.positions()) {
        orchestrator.closePosition(owner, symbolId, 'the account is ruined');
      }
      this.venue?.hasten(now);
      drain();
    }
    const isHeld = tracker.positions().some(({ quantity }) => quantity !== 0);
    if (manager.openCount !== 0 || isHeld) return;
    this.venue?.finish(now);
    this.venue?.hasten(now);
    drain();
    this.isArmed = false;
  }
}
