/**
 * Handlers for the accounts that programs trade through the venue's desk. Who owns an account stands in its terms,
 * which are on the tape; an admin may see and end everybody's. What is not the user's does not exist for the user.
 */
import type { DeskAccount } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import { roleIncludes } from '../../domain/identity.js';
import { DOLLAR, formatDecimal, parseDecimal, SHARE } from '../../domain/units.js';
import type { AccountState, VenueRequest } from '../../domain/venueDesk.js';
import type { AuthService, Principal } from '../microservices/AuthService.js';
import { RefusedError } from '../problems.js';
import type { RouteHandlers } from '../routeHandlers.js';
import type { TradingSession } from '../tradingSession.js';

type AccountRouteName = 'accounts' | 'openAccount' | 'resetAccount' | 'closeAccount' | 'scenarios';

/** Handlers of the routes about the desk's accounts. */
export function accountRoutes(session: TradingSession, auth: AuthService): Pick<RouteHandlers, AccountRouteName> {
  const isVisible = (state: AccountState, principal: Principal): boolean =>
    state.terms.owner === principal.name || roleIncludes(principal.role, 'admin');
  const visible = async (accountId: string, principal: Principal): Promise<AccountState> => {
    if (accountId === session.info().accountId) {
      throw new PapertapeError('REQUEST_INVALID', `${accountId} is the session’s own account: it stays as it is.`, {
        remedy: 'Open an account of your own, or begin a session anew with `papertape up --fresh`.',
      });
    }
    const state = await session.accountState(accountId);
    if (state !== undefined && isVisible(state, principal)) return state;
    throw new PapertapeError('NOT_FOUND', `There is no account ${accountId}.`);
  };
  const put = async (principal: Principal, accountId: string, request: VenueRequest): Promise<void> => {
    const result = await session.command({ type: 'venue', user: principal.name, accountId, request });
    if (!result.ok) throw new RefusedError('ORDER_REFUSED', result.message, result.reason, undefined);
    if (result.answer?.ok === false) {
      const { reason, message } = result.answer.refusal;
      throw new RefusedError('ORDER_REFUSED', message, reason, undefined);
    }
    await auth.audit(principal, `account.${request.type}`, accountId);
  };
  const view = async (accountId: string, principal: Principal): Promise<DeskAccount> =>
    accountView(await visible(accountId, principal), session.info().symbols, session.priceScale);

  return {
    accounts: async ({ principal }) => {
      const accounts: DeskAccount[] = [];
      for (const accountId of await session.deskAccounts()) {
        const state = await session.accountState(accountId);
        if (state === undefined || !isVisible(state, principal)) continue;
        accounts.push(accountView(state, session.info().symbols, session.priceScale));
      }
      return { accounts };
    },
    openAccount: async ({ body, principal }) => {
      const { accountId, kind, preset, feePlan } = body;
      await put(principal, accountId, {
        type: 'openAccount',
        terms: {
          kind,
          startingCash: dollars(body.startingCash),
          owner: principal.name,
          ...(preset === undefined ? {} : { preset }),
          ...(feePlan === undefined ? {} : { feePlan }),
        },
      });
      return view(accountId, principal);
    },
    resetAccount: async ({ params, body, principal }) => {
      await visible(params.id, principal);
      await put(principal, params.id, { type: 'resetAccount', startingCash: dollars(body.startingCash) });
      return view(params.id, principal);
    },
    closeAccount: async ({ params, principal }) => {
      await visible(params.id, principal);
      await put(principal, params.id, { type: 'closeAccount' });
    },
    scenarios: async ({ params, query, principal }) => {
      const { accountId } = session.info();
      if (params.id === accountId) return session.scenarios({ orders: query.orders, points: query.points });
      await visible(params.id, principal);
      throw new PapertapeError('NOT_FOUND', `The account ${params.id} has no shadow accounts.`, {
        remedy: `Fill scenarios follow the session’s own account: ask for ${accountId}.`,
      });
    },
  };
}

function accountView(state: AccountState, symbols: readonly string[], priceScale: number): DeskAccount {
  const money = (amount: number): string => formatDecimal(amount, DOLLAR);
  const price = (value: number): string => formatDecimal(value, priceScale);
  const { accountId, time, terms, restriction, multiplier, dayTrades } = state;
  return {
    accountId,
    time,
    owner: terms.owner ?? '',
    kind: terms.kind,
    startingCash: money(terms.startingCash),
    restriction,
    cash: money(state.cash),
    settledCash: money(state.settledCash),
    equity: money(state.equity),
    lastEquity: money(state.lastEquity),
    buyingPower: money(state.buyingPower),
    reserved: money(state.reserved),
    initialMargin: money(state.initialMargin),
    maintenanceMargin: money(state.maintenanceMargin),
    multiplier,
    dividendsAccrued: money(state.dividendsAccrued),
    accruedFees: money(state.accruedFees),
    realisedPnl: money(state.realisedPnl),
    fees: money(state.fees),
    dayTrades,
    positions: state.positions.map((position) => ({
      symbol: symbols[position.symbolId] ?? `#${position.symbolId}`,
      quantity: formatDecimal(position.quantity, SHARE, 0),
      availableQuantity: formatDecimal(position.availableQuantity, SHARE, 0),
      averagePrice: price(position.averagePrice),
      mark: price(position.mark),
      marketValue: money(position.marketValue),
      unrealisedPnl: money(position.unrealisedPnl),
      intradayPnl: money(position.intradayPnl),
    })),
  };
}

function dollars(text: string): number {
  const amount = parseDecimal(text, DOLLAR);
  if (amount !== undefined) return amount;
  throw new PapertapeError('REQUEST_INVALID', `The amount ${text} is too large to be represented.`);
}
