/**
 * The trial ledger (X11): which runs were made on which data, and when held-out data were looked at. Without it nobody
 * can say how many tries a good result took. Records are plain JSON; docs/optimise.md describes them for users.
 */
import type { Micros } from './units.js';

/** Data that something was tried on. Dates are New York dates `YYYY-MM-DD`, both inclusive. */
export interface DataStretch {
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** One configuration that was run: equal keys are the same strategy with the same parameters, bars and fills. */
export interface LedgerTrial {
  /** Of SHA-256 over strategy, parameters, preset and timeframe, {@link KEY_DIGITS} hexadecimal digits. */
  readonly key: string;
  /** Mean ÷ deviation of its daily returns; null where there is none, or it was not run to the end. */
  readonly sharpe: number | null;
  /** Number of those daily returns; absent where it is not known, and the ratio then stands for nothing. */
  readonly days?: number;
}

/** Enough that two of a million configurations hardly share a key. */
export const KEY_DIGITS = 16;

interface Recorded {
  /** Wall-clock time. */
  readonly time: Micros;
  /** Of the search, or identity of the backtest. */
  readonly run: string;
  /** What was run, such as `backtest` or `optimize`. */
  readonly command: string;
  readonly strategy: string;
  readonly data: DataStretch;
}

/** A record of the ledger. */
export type LedgerRecord =
  /** Backtests were run. */
  | (Recorded & {
      readonly kind: 'trials';
      /** SHA-256 of the market data, by symbols and columns. */
      readonly dataHash: string;
      /** Backtests, those on parts of the data and repetitions included. */
      readonly runs: number;
      readonly trials: readonly LedgerTrial[];
    })
  /** `data` is held out from a search. */
  | (Recorded & { readonly kind: 'holdout' })
  /** Held-out data were looked at on purpose. */
  | (Recorded & { readonly kind: 'opening' });

/** Whether two stretches share a symbol and a date. */
export function overlaps(a: DataStretch, b: DataStretch): boolean {
  return a.from <= b.to && b.from <= a.to && a.symbols.some((symbol) => b.symbols.includes(symbol));
}
