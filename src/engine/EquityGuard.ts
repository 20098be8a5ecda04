/** What looks at the equity after the fills of an instant, before its hooks, and may act on it; a kernel has one. */
import type { BarTable } from '../domain/marketTables.js';

/** See the module header. */
export interface EquityGuard {
  /** Whether there is anything to look at from here on. */
  readonly isArmed: boolean;
  /** Before the first input, with what was carried over from the session before. */
  adopt(): void;
  /** After the fills of an instant. */
  check(): void;
  /** Whether {@link check} has something to do now; if not, it need not be called at this instant. */
  isDue(): boolean;
  /**
   * The first of the rows [from, to) at which {@link check} has something to do with `shares` of the only symbol, or an
   * earlier one, after `from`, from which on it is to be asked again. Times rise, within one part of a day; closes are
   * above 0.
   */
  before(table: BarTable, from: number, to: number, shares: number): number;
  /** The rows [from, to), at which {@link before} has found nothing to do, were instants without a check. */
  pass(table: BarTable, from: number, to: number): void;
}
