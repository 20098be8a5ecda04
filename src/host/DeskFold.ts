/**
 * Follows the accounts of the desk through the records of one tape, from what the session before left of them: terms,
 * orders, fills, ledger, positions, and what they were worth with what came from outside. It holds what is open and
 * nothing else; the rows that a record comes to are told as changes.
 */
import type { LedgerAccount, LedgerEntry } from '../domain/ledger.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { mulDiv } from '../domain/units.js';
import type { AccountTerms } from '../domain/venueDesk.js';
import type { AccountEvent, OrderEvent, VenueEvent } from '../domain/venueEvents.js';
import { isOrderEvent } from '../domain/venueEvents.js';
import { carriedDesk } from '../exchange/accounts/carriedDesk.js';
import type { CarriedDeskAccount } from '../exchange/accounts/carriedDesk.js';
import { depositEntries } from '../exchange/ledger.js';
import type { BookedKind, DeskChange } from '../storage/sql/projection.js';
import { required } from '../utils/assert.js';
import { DeskOrders } from './DeskOrders.js';
import type { SessionRecord } from './readTape.js';
import type { DeskMark } from './tapeRecords.js';

/** Ledger accounts that say what an account has and owes; the others say why. */
const BALANCES: ReadonlySet<LedgerAccount> = new Set(['cash', 'position', 'dividendsAccrued', 'accruedFees']);

interface Balance {
  readonly account: LedgerAccount;
  readonly symbolId: number;
  amount: Money;
  quantity: Quantity;
  /** Since when a position has been held. */
  openedAt: Micros;
}

interface Account {
  readonly accountId: string;
  terms: AccountTerms;
  readonly openedAt: Micros;
  readonly carriedEquity: Money | undefined;
  closedAt: Micros | undefined;
  /** By ledger account and symbol. */
  readonly balances: Map<string, Balance>;
  /** At the last mark; undefined before the first. */
  equity: Money | undefined;
  /** From outside since the last mark. */
  flow: Money;
}

/** See the module header. */
export class DeskFold {
  readonly #priceScale: number;
  readonly #orders: DeskOrders;
  readonly #accounts = new Map<string, Account>();
  /** What the session begins with. */
  readonly opening: readonly DeskChange[];

  constructor({ config, carried }: SessionRecord) {
    const { priceScale, startTime } = config;
    this.#priceScale = priceScale;
    const accounts = carriedDesk(carried?.venue, priceScale);
    const orders = accounts.flatMap((account) => account.orders);
    this.#orders = new DeskOrders(priceScale, orders);
    const opening: DeskChange[] = [];
    for (const account of accounts) {
      const books = carried?.desk?.find(({ accountId }) => accountId === account.accountId)?.books.books ?? [];
      // Tapes that say nothing of the entries leave nothing but the beginning of the session.
      const since = (symbolId: number): Micros =>
        books.find((book) => book.symbolId === symbolId)?.lots[0]?.time ?? startTime;
      opening.push(...this.#carry(account, startTime, since));
    }
    for (const order of orders) opening.push({ kind: 'order', order });
    this.opening = opening;
  }

  /** Takes the next event of the desk's accounts. */
  apply(event: VenueEvent): readonly DeskChange[] {
    return isOrderEvent(event) ? this.#applyOrder(event) : this.#applyAccount(event);
  }

  /** Takes what accounts are worth. */
  mark(time: Micros, marks: readonly DeskMark[]): readonly DeskChange[] {
    return marks.map(({ accountId, equity, cash }) => {
      const account = this.#accounts.get(accountId);
      const flow = account?.flow ?? 0;
      if (account !== undefined) Object.assign(account, { equity, flow: 0 });
      return { kind: 'point', accountId, time, equity, cash, flow } as const;
    });
  }

  #carry(from: CarriedDeskAccount, startTime: Micros, since: (symbolId: number) => Micros): readonly DeskChange[] {
    const { accountId, terms, equity } = from;
    const account = this.#add({ accountId, terms, openedAt: startTime, carriedEquity: equity });
    const entry = (name: LedgerAccount, amount: Money, symbolId = -1, quantity = 0): LedgerEntry => {
      return { accountId, account: name, symbolId, amount, quantity };
    };
    const entries = [
      entry('cash', from.cash),
      entry('dividendsAccrued', from.dividendsAccrued),
      entry('accruedFees', -from.accruedFees),
      ...from.positions.map(({ symbolId, quantity, cost }) => entry('position', cost, symbolId, quantity)),
    ];
    const moved = this.#book(account, entries, startTime);
    for (const { symbolId } of from.positions) balanceOf(account, 'position', symbolId).openedAt = since(symbolId);
    return [factsOf(account), ...moved.map((balance) => this.#positionOf(account, balance))];
  }

  #applyOrder(event: OrderEvent): readonly DeskChange[] {
    const changes = this.#orders.apply(event).map((order) => ({ kind: 'order', order }) as const);
    if (event.type === 'filled') {
      const { fill } = event;
      return [...changes, { kind: 'fill', fill }, ...this.#move(fill.accountId, fill.entries, fill.time)];
    }
    if (event.type !== 'busted' && event.type !== 'corrected') return changes;
    const { entries, time } = event;
    const accountId = entries[0]?.accountId;
    if (accountId === undefined) return changes;
    return [...changes, entriesOf(time, entries, 'reversal'), ...this.#move(accountId, entries, time)];
  }

  #applyAccount(event: AccountEvent): readonly DeskChange[] {
    const { accountId, time } = event;
    if (event.type === 'accountOpened') {
      const { terms } = event;
      const account = this.#add({ accountId, terms, openedAt: time, carriedEquity: undefined });
      const entries = depositEntries(accountId, terms.startingCash);
      this.#book(account, entries, time);
      return [factsOf(account), entriesOf(time, entries, 'deposit')];
    }
    const account = required(this.#accounts.get(accountId), `the account ${accountId}`);
    switch (event.type) {
      case 'accountReset':
        return this.#reset(account, event.terms, time);
      case 'accountClosed':
        account.closedAt = time;
        this.#accounts.delete(accountId);
        return [factsOf(account)];
      case 'booked': {
        const { entries, kind } = event;
        // A corporate action is told of every account; to one that does not hold the symbol nothing happens.
        if (entries.length === 0) return [];
        if (kind === 'deposit') account.flow += cashOf(entries);
        return [entriesOf(time, entries, kind), ...this.#move(accountId, entries, time)];
      }
      case 'accountConfigured':
      case 'accountRestricted':
      case 'injected':
        return [];
    }
  }

  /** All that is there goes, at what it is worth, and the cash of `terms` comes. */
  #reset(account: Account, terms: AccountTerms, time: Micros): readonly DeskChange[] {
    const { accountId } = account;
    const entries: LedgerEntry[] = [];
    let sum = 0;
    for (const balance of account.balances.values()) {
      const { account: name, symbolId, quantity } = balance;
      const amount = (name === 'cash' ? terms.startingCash : 0) - balance.amount;
      if (amount === 0 && quantity === 0) continue;
      entries.push({ accountId, account: name, symbolId, amount, quantity: quantity === 0 ? 0 : -quantity });
      sum += amount;
    }
    entries.push({ accountId, account: 'equity', symbolId: -1, amount: sum === 0 ? 0 : -sum, quantity: 0 });
    account.terms = terms;
    account.flow += terms.startingCash - (account.equity ?? terms.startingCash);
    return [factsOf(account), entriesOf(time, entries, 'reset'), ...this.#move(accountId, entries, time)];
  }

  #add(facts: Pick<Account, 'accountId' | 'terms' | 'openedAt' | 'carriedEquity'>): Account {
    const account: Account = { ...facts, closedAt: undefined, balances: new Map(), equity: undefined, flow: 0 };
    this.#accounts.set(facts.accountId, account);
    return account;
  }

  #move(accountId: string, entries: readonly LedgerEntry[], time: Micros): readonly DeskChange[] {
    const account = required(this.#accounts.get(accountId), `the account ${accountId}`);
    return this.#book(account, entries, time).map((balance) => this.#positionOf(account, balance));
  }

  /** Books a set of entries; gives the positions that it changed. */
  #book({ balances }: Account, entries: readonly LedgerEntry[], time: Micros): readonly Balance[] {
    const moved = new Set<Balance>();
    for (const { account, symbolId, amount, quantity } of entries) {
      if (!BALANCES.has(account)) continue;
      const key = keyOf(account, symbolId);
      const balance = balances.get(key) ?? { account, symbolId, amount: 0, quantity: 0, openedAt: time };
      balances.set(key, balance);
      const before = balance.quantity;
      balance.amount += amount;
      balance.quantity += quantity;
      if (account !== 'position') continue;
      if (before === 0 || before > 0 !== balance.quantity > 0) balance.openedAt = time;
      moved.add(balance);
    }
    return [...moved];
  }

  #positionOf({ accountId }: Account, { symbolId, amount, quantity, openedAt }: Balance): DeskChange {
    const isFlat = quantity === 0;
    const averagePrice: Price = isFlat ? 0 : mulDiv(Math.abs(amount), this.#priceScale, Math.abs(quantity));
    return { kind: 'position', accountId, symbolId, quantity, averagePrice, openedAt };
  }
}

function factsOf({ accountId, terms, openedAt, carriedEquity, closedAt }: Account): DeskChange {
  return { kind: 'account', accountId, terms, openedAt, carriedEquity, closedAt };
}

function entriesOf(time: Micros, entries: readonly LedgerEntry[], booking: BookedKind): DeskChange {
  return { kind: 'entries', time, entries, booking };
}

function balanceOf({ balances }: Account, account: LedgerAccount, symbolId: number): Balance {
  return required(balances.get(keyOf(account, symbolId)), `the balance of ${account}`);
}

function keyOf(account: LedgerAccount, symbolId: number): string {
  return `${account} ${symbolId}`;
}

function cashOf(entries: readonly LedgerEntry[]): Money {
  return entries.reduce((sum, { account, amount }) => sum + (account === 'cash' ? amount : 0), 0);
}
