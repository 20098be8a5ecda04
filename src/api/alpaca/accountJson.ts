/** Account, configuration and positions in Alpaca's form, from the desk's figures. */
import type { AccountPositionState, AccountSettings, AccountState } from '../../domain/venueDesk.js';
import type { Micros } from '../../domain/units.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { previousSession } from '../../calendar/sessions.js';
import { formatDate } from '../../calendar/tradingDate.js';
import { fractionText, moneyText, priceText, quantityText, timeText } from './alpacaFormat.js';
import { accountNumber, accountUuid } from './alpacaIds.js';
import type { SessionFacts } from './SessionFacts.js';

/** `GET /v2/account`. */
export function accountJson(state: AccountState, openedAt: Micros): Record<string, unknown> {
  const { settings, restriction } = state;
  const short = -Math.abs(state.shortMarketValue) + 0;
  return {
    id: accountUuid(state.accountId),
    admin_configurations: {},
    user_configurations: null,
    account_number: accountNumber(state.accountId),
    status: 'ACTIVE',
    crypto_status: 'INACTIVE',
    options_approved_level: 0,
    options_trading_level: 0,
    currency: 'USD',
    buying_power: moneyText(state.buyingPower),
    effective_buying_power: moneyText(state.buyingPower),
    regt_buying_power: moneyText(state.overnightBuyingPower),
    non_marginable_buying_power: moneyText(state.nonMarginableBuyingPower),
    options_buying_power: moneyText(state.nonMarginableBuyingPower),
    cash: moneyText(state.cash),
    accrued_fees: moneyText(state.accruedFees),
    pending_transfer_in: '0',
    pending_transfer_out: '0',
    portfolio_value: moneyText(state.equity),
    equity: moneyText(state.equity),
    last_equity: moneyText(state.lastEquity),
    long_market_value: moneyText(state.longMarketValue),
    short_market_value: moneyText(short),
    position_market_value: moneyText(state.longMarketValue + short),
    initial_margin: moneyText(state.initialMargin),
    maintenance_margin: moneyText(state.maintenanceMargin),
    last_maintenance_margin: moneyText(state.lastMaintenanceMargin),
    sma: moneyText(Math.max(0, state.equity - state.initialMargin)),
    trading_blocked: restriction === 'liquidationOnly',
    transfers_blocked: false,
    account_blocked: false,
    trade_suspended_by_user: settings.suspendTrade,
    shorting_enabled: state.multiplier > 1 && !settings.noShorting,
    multiplier: String(state.multiplier),
    created_at: timeText(openedAt),
    balance_asof: formatDate(previousSession(newYorkDate(state.time)).date),
    crypto_tier: 0,
    intraday_adjustments: '0',
    pending_reg_taf_fees: '0',
  };
}

/** `GET /v2/account/configurations`. There are no options, so that their level is 0 whatever is asked for. */
export function configurationJson(settings: AccountSettings): Record<string, unknown> {
  return {
    fractional_trading: settings.fractionalTrading,
    max_margin_multiplier: String(settings.maxMarginMultiplier),
    max_options_trading_level: 0,
    no_shorting: settings.noShorting,
    suspend_trade: settings.suspendTrade,
    trade_confirm_email: settings.tradeConfirmEmail ?? 'all',
    ptp_no_exception_entry: settings.ptpNoExceptionEntry ?? false,
    disable_overnight_trading: settings.disableOvernightTrading ?? false,
  };
}

/** A position. */
export function positionJson(position: AccountPositionState, facts: SessionFacts): Record<string, unknown> {
  const scale = facts.session.priceScale;
  const asset = facts.asset(position.symbolId);
  const { quantity, mark, lastClose, marketValue, intradayPnl } = position;
  // The ledger keeps costs positive for longs and negative for shorts, as Alpaca shows them.
  const cost = quantity < 0 ? -Math.abs(position.cost) : Math.abs(position.cost);
  const value = quantity < 0 ? -Math.abs(marketValue) : Math.abs(marketValue);
  const intradayBase = value - intradayPnl;
  return {
    asset_id: asset.id,
    symbol: asset.symbol,
    exchange: asset.exchange,
    asset_class: 'us_equity',
    asset_marginable: true,
    qty: quantityText(quantity),
    qty_available: quantityText(position.availableQuantity),
    avg_entry_price: priceText(position.averagePrice, scale),
    side: quantity < 0 ? 'short' : 'long',
    market_value: moneyText(value),
    cost_basis: moneyText(cost),
    unrealized_pl: moneyText(position.unrealisedPnl),
    unrealized_plpc: fractionText(position.unrealisedPnl, Math.abs(cost)),
    unrealized_intraday_pl: moneyText(intradayPnl),
    unrealized_intraday_plpc: fractionText(intradayPnl, Math.abs(intradayBase)),
    current_price: priceText(mark, scale),
    lastday_price: priceText(lastClose, scale),
    change_today: lastClose === 0 ? '0' : fractionText(mark - lastClose, lastClose),
  };
}
