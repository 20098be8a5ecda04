/** The desk's state as canonical, JSON-safe values: what its accounts are beside their exchanges' own state. */
import type { Order } from '../../domain/order.js';
import { assert } from '../../utils/assert.js';
import type { PaperExchange } from '../PaperExchange.js';
import type { DayState } from './AccountDay.js';
import type { CashSettlementState } from '../rulebook/CashSettlement.js';
import type { DayTradeCounterState } from '../rulebook/DayTradeCounter.js';
import type { DividendDue, VenueAccount } from './VenueAccount.js';
import type { VenueDesk } from './VenueDesk.js';

const VERSION = 1;

/** One account as it is kept. */
interface AccountRecord extends Pick<VenueAccount, 'accountId' | 'terms' | 'settings' | 'restriction'> {
  readonly orders: readonly Order[];
  readonly halted: readonly number[];
  readonly canceling: readonly string[];
  readonly rejections: VenueAccount['rejections'];
  readonly delays: VenueAccount['delays'];
  readonly callDue: number;
  readonly day: DayState;
  readonly settlement: CashSettlementState;
  readonly dayTrading: DayTradeCounterState;
  readonly dividendsDue: VenueAccount['dividendsDue'];
  readonly exchange: { readonly boundary: number };
}

interface DeskRecord {
  readonly version: number;
  readonly lastOrder: number;
  readonly boundary: number;
  readonly actedTo: number;
  readonly nextCheck: number;
  readonly engineDividends: readonly DividendDue[];
  readonly closedAccounts: readonly string[];
  readonly accounts: readonly AccountRecord[];
}

/** `partOf` gives the state of an account's exchange, whole or only what works. */
export function deskSnapshot(desk: VenueDesk, partOf: (exchange: PaperExchange) => unknown): unknown {
  const record: DeskRecord = {
    version: VERSION,
    lastOrder: desk.lastOrder,
    boundary: desk.boundary,
    actedTo: desk.actedTo,
    nextCheck: desk.nextCheck,
    engineDividends: [...desk.engineDividends],
    closedAccounts: [...desk.closedAccounts],
    accounts: [...desk.accounts.values()].map((account) => ({
      accountId: account.accountId,
      terms: account.terms,
      settings: account.settings,
      restriction: account.restriction,
      orders: [...account.orders.values()],
      halted: [...account.halted],
      canceling: [...account.canceling],
      rejections: account.rejections.map((next) => ({ ...next })),
      delays: account.delays.map((next) => ({ ...next })),
      callDue: account.callDue,
      day: account.day.state(),
      settlement: account.settlement.state(),
      dayTrading: account.dayTrading.state(),
      dividendsDue: [...account.dividendsDue],
      exchange: partOf(account.exchange) as AccountRecord['exchange'],
    })),
  };
  return record;
}

/** Puts a snapshot's state into a desk; accounts that it does not have yet are opened. Undefined is an unused desk. */
export function restoreDesk(
  desk: VenueDesk,
  state: unknown,
  restorePart: (exchange: PaperExchange, part: unknown) => void,
): void {
  if (state === undefined) return;
  const record = state as DeskRecord;
  assert(record.version === VERSION, `desk snapshot version ${String(record.version)} is not ${VERSION}`);
  desk.lastOrder = record.lastOrder;
  desk.boundary = record.boundary;
  desk.actedTo = record.actedTo;
  desk.nextCheck = record.nextCheck;
  desk.engineDividends = [...record.engineDividends];
  for (const accountId of record.closedAccounts) desk.closedAccounts.add(accountId);
  for (const one of record.accounts) {
    // The exchange's clock goes on where it stood, so that no session's end is left out.
    const account = desk.accounts.get(one.accountId) ?? desk.open(one.accountId, one.terms, one.exchange.boundary - 1);
    account.terms = one.terms;
    account.settings = one.settings;
    account.restriction = one.restriction;
    account.callDue = one.callDue;
    account.day.restore(one.day);
    account.settlement.restore(one.settlement);
    account.dayTrading.restore(one.dayTrading);
    account.dividendsDue = [...one.dividendsDue];
    account.rejections = one.rejections.map((next) => ({ ...next }));
    account.delays = one.delays.map((next) => ({ ...next }));
    refill(account.halted, one.halted);
    refill(account.canceling, one.canceling);
    account.orders.clear();
    for (const order of one.orders) {
      account.orders.set(order.id, order);
      desk.register(order, account);
    }
    restorePart(account.exchange, one.exchange);
  }
}

function refill<T>(set: Set<T>, values: readonly T[]): void {
  set.clear();
  for (const value of values) set.add(value);
}
