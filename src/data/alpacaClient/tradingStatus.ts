/**
 * What the status messages of the consolidated tapes mean (R7, R8). Tapes A and B use the CTA's codes, tapes C and O
 * the UTP's; the letters do not overlap where they would mean something else, so the tape is not needed.
 */
import { TradingStatus } from '../../domain/marketTables.js';

/** A status to write, `ignored` for a message that changes nothing of trading, `unknown` for a code not known. */
export type StatusMeaning = number | 'ignored' | 'unknown';

/** Codes of a halt: CTA, UTP, and the UTP's volatility pause. */
const HALTS = new Set(['2', 'H', 'P']);
const RESUMPTIONS = new Set(['3', 'T']);
/** Indications, imbalances, and that quoting, not yet trading, resumes. */
const IGNORED = new Set(['Q', '5', '6', '7', '8', '9', 'A', 'C', 'D', 'F', ' ', '']);
const SHORT_SALE = 'E';

/** Reasons that name the kind of a halt; every other one is a regulatory halt. */
const REASONS: Readonly<Record<string, number>> = {
  M: TradingStatus.LULD_PAUSE,
  LUDP: TradingStatus.LULD_PAUSE,
  LUDS: TradingStatus.LULD_PAUSE,
  T5: TradingStatus.LULD_PAUSE,
  '1': TradingStatus.MARKET_WIDE_1,
  '2': TradingStatus.MARKET_WIDE_2,
  '3': TradingStatus.MARKET_WIDE_3,
  MWC1: TradingStatus.MARKET_WIDE_1,
  MWC2: TradingStatus.MARKET_WIDE_2,
  MWC3: TradingStatus.MARKET_WIDE_3,
};

/** The meaning of a status code with its reason; `words` are the texts of both. */
export function statusMeaning(code: string, reason: string, words: string): StatusMeaning {
  if (HALTS.has(code)) {
    const named = REASONS[reason.trim()];
    return named ?? (code === 'P' ? TradingStatus.LULD_PAUSE : TradingStatus.HALTED);
  }
  if (RESUMPTIONS.has(code)) return TradingStatus.TRADING;
  if (code === SHORT_SALE) {
    return /deactivat|not in effect|lifted/i.test(words)
      ? TradingStatus.SHORT_SALE_FREE
      : TradingStatus.SHORT_SALE_RESTRICTED;
  }
  return IGNORED.has(code) ? 'ignored' : 'unknown';
}

/** Indicators of price bands that are not in force: suspended by a halt or pause, or outside the hours of the rule. */
const LIFTED = new Set(['D', 'F']);

/** Whether bands with this indicator are lifted, whatever prices they carry. */
export function areBandsLifted(indicator: string): boolean {
  return LIFTED.has(indicator);
}
