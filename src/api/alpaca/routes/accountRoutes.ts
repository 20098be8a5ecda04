/** `/v2/account`: the account, its configuration, its activities and the history of its value. */
import type { AccountSettings } from '../../../domain/venueDesk.js';
import { accountJson, configurationJson } from '../accountJson.js';
import { listActivities } from '../activityList.js';
import { invalid } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import { readPortfolioHistory } from '../portfolioHistory.js';
import { booleanField, given, objectBody, textField } from '../requestFields.js';
import { throwIfRefused } from './orderRoutes.js';

const OPTIONS_LEVELS: ReadonlySet<string> = new Set(['0', '1', '2', '3']);

/** The routes. */
export function accountRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const read = { api: 'trading', method: 'GET', access: 'read' } as const;
  return [
    {
      ...read,
      path: '/v2/account',
      handle: async ({ principal }) => {
        const state = await desk.account(principal.keyId, principal.accountId);
        const openedAt = desk.model.account(principal.accountId)?.openedAt ?? desk.facts.session.startTime;
        return ok(accountJson(state, openedAt));
      },
    },
    {
      ...read,
      path: '/v2/account/configurations',
      handle: async ({ principal }) => {
        const { settings } = await desk.account(principal.keyId, principal.accountId);
        return ok(configurationJson(settings));
      },
    },
    {
      api: 'trading',
      method: 'PATCH',
      path: '/v2/account/configurations',
      access: 'trade',
      handle: (request) => configure(desk, request),
    },
    {
      ...read,
      path: '/v2/account/activities',
      handle: ({ principal, query }) => ok(listActivities(desk, principal.accountId, query, undefined)),
    },
    {
      ...read,
      path: '/v2/account/activities/:type',
      handle: ({ principal, query, params }) => ok(listActivities(desk, principal.accountId, query, params['type'])),
    },
    {
      ...read,
      path: '/v2/account/portfolio/history',
      handle: async ({ principal, query }) => {
        await desk.account(principal.keyId, principal.accountId);
        return ok(await readPortfolioHistory(desk, principal.accountId, query));
      },
    },
  ];
}

async function configure(desk: AlpacaDesk, { principal, body }: AlpacaRequest): Promise<AlpacaAnswer> {
  const fields = objectBody(body);
  const { accountId, keyId } = principal;
  const { settings } = await desk.account(keyId, accountId);
  const multiplier = textField(fields, 'max_margin_multiplier');
  if (multiplier !== undefined && !['1', '2', '4'].includes(multiplier)) throw invalid('invalid max_margin_multiplier');
  const email = textField(fields, 'trade_confirm_email');
  if (email !== undefined && email !== 'all' && email !== 'none') throw invalid('invalid trade_confirm_email');
  const level = textField(fields, 'max_options_trading_level');
  if (level !== undefined && !OPTIONS_LEVELS.has(level)) throw invalid('invalid max_options_trading_level');
  const fidelity = given(fields, 'papertape_fidelity');
  if (fidelity !== undefined && fidelity !== 'papertape' && fidelity !== 'alpaca')
    throw invalid('invalid papertape_fidelity');
  const changed: AccountSettings = {
    ...settings,
    suspendTrade: booleanField(fields, 'suspend_trade', settings.suspendTrade),
    noShorting: booleanField(fields, 'no_shorting', settings.noShorting),
    fractionalTrading: booleanField(fields, 'fractional_trading', settings.fractionalTrading),
    maxMarginMultiplier:
      multiplier === undefined ? settings.maxMarginMultiplier : multiplier === '1' ? 1 : multiplier === '2' ? 2 : 4,
    fidelity: fidelity ?? settings.fidelity,
    tradeConfirmEmail: email ?? settings.tradeConfirmEmail ?? 'all',
    ptpNoExceptionEntry: booleanField(fields, 'ptp_no_exception_entry', settings.ptpNoExceptionEntry ?? false),
    disableOvernightTrading: booleanField(
      fields,
      'disable_overnight_trading',
      settings.disableOvernightTrading ?? false,
    ),
  };
  const answer = await desk.request(keyId, accountId, { type: 'configure', settings: changed });
  throwIfRefused(desk, answer, { symbol: '' });
  return ok(configurationJson(changed));
}
