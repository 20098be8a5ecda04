/** What looks at the equity after the fills of an instant, before its hooks, and may act on it; a kernel has one. */
import type { BarTable } from '../domain/marketTables.js';

/** See the module header. */
export interface EquityGuard {
  /** Whether there is anything to look at from here on. */
  readonly isArmed: boolean;
  /** Whether it may act at any bar, and hooks follow, so that bars are not to be taken many at a time. */
  readonly actsAmongBars: boolean;
  /** Before the first input, with what was carried over from the session before. */
  adopt(): void;
  /** After the fills of an instant. */
  check(): void;
  /**
   * The first of the rows [from, to) at which {@link check} has something to do with `shares` of the only symbol, or an
   * earlier one, after `from`, from which on it is to be asked again. Closes are above 0.
   */
  before(table: BarTable, from: number, to: number, shares: number): number;
}
