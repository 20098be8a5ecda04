/** What a strategy's own subscription says where its user does not. */
import { PapertapeError } from '../domain/errors.js';
import { isTimeframe, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { StrategyClass } from '../strategies/Strategy.js';

/** A year of minute bars and more. */
const MOST_WARM_UP = 200_000;

/** The timeframe that a strategy names; `1d` if it names none. Throws `STRATEGY_INVALID` for an unknown one. */
export function timeframeOf(strategyClass: StrategyClass): Timeframe {
  const named = strategyClass.subscribe.timeframe ?? '1d';
  if (isTimeframe(named)) return named;
  throw new PapertapeError('STRATEGY_INVALID', `The strategy ${strategyClass.name} subscribes to bars of "${named}".`, {
    remedy: `Let it name one of: ${TIMEFRAMES.join(', ')}.`,
  });
}

/** The symbols that a strategy names; none if it leaves them to its user. */
export function symbolsOf(strategyClass: StrategyClass): readonly string[] {
  return strategyClass.subscribe.symbols ?? [];
}

/**
 * Bars of its own timeframe that a strategy asks for before its first day; 0 where it leaves that to its indicators
 * (`auto`). Throws `STRATEGY_INVALID` for anything else.
 */
export function warmUpBarsOf(strategyClass: StrategyClass): number {
  const { warmUp = 'auto' } = strategyClass.subscribe;
  if (warmUp === 'auto') return 0;
  if (typeof warmUp === 'number' && Number.isInteger(warmUp) && warmUp >= 0 && warmUp <= MOST_WARM_UP) return warmUp;
  throw new PapertapeError(
    'STRATEGY_INVALID',
    `The strategy ${strategyClass.name} asks for a warm-up of "${warmUp}".`,
    {
      remedy: `Let it say 'auto', or a whole number of bars up to ${MOST_WARM_UP}.`,
    },
  );
}
