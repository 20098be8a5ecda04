/**
 * Halts of one symbol: which kinds are in force, and how trading comes back (R6, R7). While any is, nothing fills,
 * orders are kept and can be canceled. When the last one is lifted, trading resumes with the primary market's reopening
 * print and every earlier quote is void; where no prints are known, or none reopens, it resumes with the quotes.
 */
import { TradingStatus } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence } from './SymbolMarket.js';

/** Bits of {@link SymbolMarket.halts}. */
export const HaltKind = { REGULATORY: 1, LULD: 2, MARKET_WIDE: 4, OPERATOR: 8 } as const;

/** How long after a halt the reopening print is waited for before quotes count again. */
export const REOPENING_PATIENCE = MINUTE;

/** Puts a kind of halt into force as of `time`; `isOld` says whether what is quoted was so before. */
export function beginHalt(symbol: SymbolMarket, kind: number, time: Micros, isOld = true): void {
  if (symbol.halts === 0) symbol.haltedSince = time;
  symbol.halts |= kind;
  symbol.halted = true;
  // What a person halts here trades on in the market: its quotes stay what they are.
  if (kind === HaltKind.OPERATOR) return;
  symbol.releasedAt = 0;
  if (isOld) symbol.voidQuotes();
}

/** Lifts some kinds of halt; trading resumes at once, or waits for the reopening. */
export function endHalt(symbol: SymbolMarket, kinds: number, time: Micros): void {
  const ended = symbol.halts & kinds;
  if (ended === 0) return;
  symbol.halts &= ~kinds;
  if ((ended & HaltKind.MARKET_WIDE) !== 0) symbol.breakerLevel = 0;
  // A person's halt and those of the market do not know of each other: each ends by itself.
  if (ended !== HaltKind.OPERATOR && (symbol.halts & ~HaltKind.OPERATOR) === 0) {
    symbol.voidQuotes();
    if ((symbol.known & Evidence.PRINT) !== 0) symbol.releasedAt = time;
  }
  symbol.halted = symbol.halts !== 0 || symbol.releasedAt !== 0;
}

/** Whether the market itself does not trade, whatever a person has halted here. */
export function isHaltedByMarket(symbol: SymbolMarket): boolean {
  return (symbol.halts & ~HaltKind.OPERATOR) !== 0 || symbol.releasedAt !== 0;
}

/** Trading is open again: the primary's reopening print, or quotes after the patience. A person's halt stays. */
export function reopen(symbol: SymbolMarket): void {
  symbol.halts &= HaltKind.OPERATOR;
  symbol.breakerLevel = 0;
  symbol.releasedAt = 0;
  symbol.halted = symbol.halts !== 0;
}

/** Lets trading resume by the quotes when no print reopened it for a minute. */
export function reopenLate(symbol: SymbolMarket, time: Micros): void {
  if (symbol.releasedAt !== 0 && time >= symbol.releasedAt + REOPENING_PATIENCE) reopen(symbol);
}

/** Takes over what a status row says about halts; other rows change nothing here. */
export function applyHaltStatus(symbol: SymbolMarket, status: number, time: Micros): void {
  switch (status) {
    case TradingStatus.TRADING:
      endHalt(symbol, HaltKind.REGULATORY | HaltKind.LULD | HaltKind.MARKET_WIDE, time);
      return;
    case TradingStatus.HALTED:
      beginHalt(symbol, HaltKind.REGULATORY, time);
      return;
    case TradingStatus.LULD_PAUSE:
      beginHalt(symbol, HaltKind.LULD, time);
      return;
    case TradingStatus.MARKET_WIDE_1:
    case TradingStatus.MARKET_WIDE_2:
    case TradingStatus.MARKET_WIDE_3:
      beginHalt(symbol, HaltKind.MARKET_WIDE, time);
      symbol.breakerLevel = status - TradingStatus.MARKET_WIDE_1 + 1;
      return;
    case TradingStatus.OPERATOR_HALT:
      beginHalt(symbol, HaltKind.OPERATOR, time);
      return;
    case TradingStatus.OPERATOR_RELEASE:
      endHalt(symbol, HaltKind.OPERATOR, time);
  }
}

/** A new trading day: pauses and breakers of the day before are over, a regulatory or operator halt is not. */
export function startDayOfHalts(symbol: SymbolMarket): void {
  symbol.halts &= HaltKind.REGULATORY | HaltKind.OPERATOR;
  symbol.breakerLevel = 0;
  symbol.releasedAt = 0;
  symbol.halted = symbol.halts !== 0;
}

/** The kind of halt that an explanation names first: the widest one. */
export function haltCode(symbol: SymbolMarket): HaltCode {
  const { halts } = symbol;
  if ((halts & HaltKind.MARKET_WIDE) !== 0) return 'market-wide-halt';
  if ((halts & HaltKind.REGULATORY) !== 0) return 'halted';
  if ((halts & HaltKind.LULD) !== 0) return 'paused-at-price-band';
  if ((halts & HaltKind.OPERATOR) !== 0) return 'halted-by-operator';
  return 'waiting-for-reopening';
}

/** What {@link haltCode} gives. */
export type HaltCode =
  'halted' | 'paused-at-price-band' | 'market-wide-halt' | 'halted-by-operator' | 'waiting-for-reopening';
