/** What goes around the code of strategies so that none of it can stand still unnoticed. */
import type { StrategyClass } from '../strategies/Strategy.js';

/** A watch over one thread; see `withHookWatch.ts` for that of the main thread. */
export interface StrategyWatch {
  /** Goes around the import of a file. Rejects with `STRATEGY_STUCK`, with `name`, when it does not come to its end. */
  readonly importing: (work: () => Promise<StrategyClass>, name: string) => Promise<StrategyClass>;
  /**
   * Gives `work` the probe for its kernel. Rejects with `STRATEGY_STUCK` when a hook does not return; `nameOf` names
   * the strategy that was registered at a place, from 0 on.
   */
  readonly running: <T>(
    nameOf: (place: number) => string | undefined,
    work: (hookProbe: Int32Array) => Promise<T>,
  ) => Promise<T>;
}
