/** What a strategy's own subscription says where its user does not. */
import { PapertapeError } from '../domain/errors.js';
import { isTimeframe, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { StrategyClass } from '../strategies/Strategy.js';

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
