/** The figures of an account as its owner reads them. */
import type { Micros, Money, Price } from '../../domain/units.js';
import { mulDiv, notional } from '../../domain/units.js';
import type { AccountPositionState, AccountState } from '../../domain/venueDesk.js';
import type { VenueAccount } from './VenueAccount.js';

/** Reads an account at `time`. */
export function accountState(account: VenueAccount, time: Micros): AccountState {
  const { book, terms, settings, restriction, exchange, day } = account;
  const figures = account.figures();
  const { reserved } = book;
  const after = (power: Money): Money => Math.max(0, power - reserved);
  const positions = book.positions().map(({ symbolId, quantity, cost, mark }): AccountPositionState => {
    const marketValue = notional(mark, quantity, exchange.priceScale);
    return {
      symbolId,
      quantity,
      availableQuantity: Math.sign(quantity) * account.availableOf(symbolId),
      averagePrice: mulDiv(Math.abs(cost), exchange.priceScale, Math.abs(quantity)),
      cost,
      mark,
      marketValue,
      unrealisedPnl: marketValue - cost,
      intradayPnl: marketValue - day.baseOf(book, symbolId, exchange.priceScale),
      lastClose: lastCloseOf(account, symbolId, mark),
    };
  });
  return {
    accountId: account.accountId,
    time,
    terms,
    settings,
    restriction,
    cash: book.cash,
    settledCash: account.settledCash,
    equity: figures.equity,
    lastEquity: day.lastEquity,
    longMarketValue: figures.longMarketValue,
    shortMarketValue: figures.shortMarketValue,
    initialMargin: figures.initialMargin,
    maintenanceMargin: figures.maintenanceMargin,
    lastMaintenanceMargin: day.lastMaintenanceMargin,
    multiplier: figures.multiplier,
    buyingPower: after(figures.buyingPower),
    overnightBuyingPower: after(figures.overnightBuyingPower),
    nonMarginableBuyingPower: after(figures.nonMarginable),
    reserved,
    accruedFees: book.accruedFees,
    dividendsAccrued: book.dividendsAccrued,
    realisedPnl: book.realisedPnl,
    fees: book.fees,
    dayTrades: account.dayTrades,
    positions,
  };
}

/** What the account has seen, else what its market knows of the day before; where that is nothing, the mark. */
function lastCloseOf({ day, exchange }: VenueAccount, symbolId: number, mark: Price): Price {
  const seen = day.lastClose(symbolId);
  if (seen > 0) return seen;
  const known = exchange.book.symbols[symbolId]?.previousClose ?? 0;
  return known > 0 ? known : mark;
}
