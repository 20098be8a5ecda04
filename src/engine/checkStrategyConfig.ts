/** What a strategy may not be added to a session for; each refusal says what would be allowed. */
import { PapertapeError } from '../domain/errors.js';
import type { StrategyConfig } from '../domain/session.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';

/** Symbols that a refusal names at most. */
const NAMED_SYMBOLS = 20;

/**
 * Throws `STRATEGY_INVALID` for an instance that exists or that has no symbols or no allocation, and `SYMBOL_UNKNOWN`
 * for a symbol that is not one of `symbols`, those of the session.
 */
export function checkStrategyConfig(config: StrategyConfig, symbols: readonly string[], exists: boolean): void {
  const { instanceId, allocation } = config;
  if (exists) {
    throw new PapertapeError('STRATEGY_INVALID', `The instance ${instanceId} exists already in this session.`, {
      remedy: 'Give the new instance another name.',
    });
  }
  if (config.symbols.length === 0 || !(allocation >= 0 && allocation < Infinity)) {
    throw new PapertapeError(
      'STRATEGY_INVALID',
      `The instance ${instanceId} needs at least one symbol and an allocation of 0 or more.`,
      { remedy: 'Name its symbols and the fraction of equity that it may use, such as 0.25.' },
    );
  }
  const known = new Set(symbols);
  const unknown = config.symbols.find((symbol) => !known.has(symbol));
  if (unknown === undefined) return;
  throw new PapertapeError('SYMBOL_UNKNOWN', `The session has no symbol ${unknown}, which ${instanceId} names.`, {
    remedy: `The session has ${symbols.slice(0, NAMED_SYMBOLS).join(', ')}.`,
  });
}

/** Throws `STRATEGY_INVALID` if a strategy reads bars that are shorter than its own. */
export function checkTimeframes(
  { strategy, timeframe: own }: StrategyConfig,
  scopes: readonly { readonly timeframe: Timeframe }[],
): void {
  for (const { timeframe } of scopes) {
    if (TIMEFRAME_DURATION[timeframe] >= TIMEFRAME_DURATION[own]) continue;
    throw new PapertapeError(
      'STRATEGY_INVALID',
      `The strategy ${strategy} uses bars of ${timeframe}, shorter than its own ${own}.`,
      { remedy: `Run it on ${timeframe} or let it use longer bars.` },
    );
  }
}
