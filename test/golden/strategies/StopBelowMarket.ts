/** The rule of a published LEAN backtest. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** 2021-03-01 12:00 in New York. */
const NOON = Date.UTC(2021, 2, 1, 17) * 1000;

/** At noon of the first day, a buy stop for one share two dollars below the last price. */
export default class StopBelowMarket extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1h' };

  override onBar(bar: Bar, ctx: Context): void {
    if (bar.time !== NOON) return;
    ctx.order.stop(bar.symbol, 'buy', 1, bar.close - 2, { reason: 'stop below the market', timeInForce: 'gtc' });
  }
}
