/** What an order's time in force is once it has arrived: some presets make auction orders of market orders. */
import type { TimeInForce } from '../domain/order.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { Preset } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** The last minutes of a session in which LEAN sends a market order on daily data to the next opening. */
const CLOSING_TOO_LATE = 15.5 * 60_000_000;

/** See the module header; `time` is that of the arrival, `session` the one of then. */
export function arrivalTimeInForce(
  order: WorkingOrder,
  symbol: SymbolMarket,
  preset: Preset,
  session: TradingSession,
  time: Micros,
): TimeInForce {
  if (order.type !== 'market' || order.timeInForce !== 'day') return order.timeInForce;
  if (session.phase !== 'regular') return preset.closedMarketOrder === 'opening' ? 'opg' : 'day';
  const isDaily = symbol.barDuration >= DAY && symbol.barDuration < Infinity;
  if (preset.dailyMarketOrder === 'as-is' || !isDaily) return 'day';
  return time >= session.close - CLOSING_TOO_LATE ? 'opg' : 'cls';
}
