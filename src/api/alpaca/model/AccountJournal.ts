/**
 * The money side of the read model: accounts with their history and activities, fills and what becomes of them, made of
 * the venue's events. Orders are in `VenueModel`, which hands their fills to it.
 */
import type { Fill } from '../../../domain/fill.js';
import { notional } from '../../../domain/units.js';
import type { Micros } from '../../../domain/units.js';
import type { AccountEvent, OrderEvent } from '../../../domain/venueEvents.js';
import { activityId } from '../alpacaIds.js';
import { AccountHistory } from './AccountHistory.js';
import type { Activity, TradeActivity } from './AccountHistory.js';
import { Executions } from './Executions.js';
import type { Execution } from './Executions.js';
import type { EventNumbers, ModelListener } from './ModelEvents.js';
import type { OrderEntry } from './OrderEntry.js';
import { isClosed } from './orderStatus.js';
import type { TradeEventName } from './orderStatus.js';

/** See the module header. */
export class AccountJournal {
  readonly #accounts = new Map<string, AccountHistory>();
  readonly #executions = new Executions();
  readonly #numbers: EventNumbers;
  readonly #listener: ModelListener;

  constructor(numbers: EventNumbers, listener: ModelListener) {
    this.#numbers = numbers;
    this.#listener = listener;
  }

  /** An account's money and activities; undefined if it was never opened. */
  account(accountId: string): AccountHistory | undefined {
    return this.#accounts.get(accountId);
  }

  /** A fill of the present session, as it stands, by the id of its execution. */
  executionOf(uuid: string): Execution | undefined {
    return this.#executions.ofUuid(uuid);
  }

  /** Another session begins, with the accounts as they are or without any of them. */
  beginSession(carriesOn: boolean, time: Micros): void {
    this.#executions.clear();
    if (carriesOn) return;
    for (const account of this.#accounts.values()) account.end(time);
  }

  /** Takes a report about an account. */
  apply(event: AccountEvent): void {
    const { accountId, time } = event;
    if (event.type === 'accountOpened') {
      const fidelity = this.#numbers.session.fidelityOf(event.terms);
      const known = this.#accounts.get(accountId);
      if (known === undefined) {
        this.#accounts.set(accountId, new AccountHistory(accountId, time, event.terms.startingCash, fidelity));
      } else {
        known.fidelity = fidelity;
        known.begin(time, event.terms.startingCash);
      }
      return;
    }
    const account = this.#accounts.get(accountId);
    if (account === undefined) return;
    if (event.type === 'accountReset') account.reset(time, event.terms.startingCash);
    if (event.type === 'accountClosed') account.end(time);
    if (event.type === 'accountConfigured') account.fidelity = event.settings.fidelity;
    if (event.type !== 'booked') return;
    account.book(time, event.entries, undefined, event.kind === 'deposit');
    let amount = 0;
    let quantity = 0;
    for (const entry of event.entries) {
      if (entry.accountId !== accountId) continue;
      if (entry.account === 'cash') amount += entry.amount;
      if (entry.account === 'position') quantity += entry.quantity;
    }
    // A corporate action is told of every account; one that does not hold the symbol has nothing to show.
    if (event.entries.length === 0 && account.position(event.symbolId) === 0) return;
    this.#note(account, {
      kind: 'booked',
      id: activityId(time, this.#numbers.uuidOfEvent('booking')),
      eventId: this.#numbers.ulid(time),
      time,
      booking: event.kind,
      symbolId: event.symbolId,
      amount,
      quantity,
      note: event.note,
    });
  }

  /** A fill of an order, which follows it; books it and tells it. */
  fill(entry: OrderEntry, fill: Fill, final: boolean, time: Micros): void {
    const account = this.#accounts.get(entry.accountId);
    const before = account?.position(fill.symbolId) ?? 0;
    entry.filledQuantity += fill.quantity;
    entry.filledNotional += notional(fill.price, fill.quantity, this.#numbers.session.priceScale);
    entry.filledAt = time;
    const pending = entry.status === 'pending_cancel' || entry.status === 'pending_replace';
    if (final) entry.status = 'filled';
    else if (pending) entry.statusBefore = 'partially_filled';
    else entry.status = 'partially_filled';
    account?.book(time, fill.entries, fill.price);
    const execution: Execution = {
      fillId: fill.id,
      uuid: this.#numbers.uuid(fill.id),
      entry,
      side: fill.side === 'sell' && before <= 0 ? 'sell_short' : fill.side,
      quantity: fill.quantity,
      price: fill.price,
    };
    this.#executions.add(execution);
    this.#noteTrade(execution, final ? 'fill' : 'partial_fill', activityId(time, execution.uuid), time);
    this.#charge(account, fill, time);
    this.#tellExecution(final ? 'fill' : 'partial_fill', execution, time);
  }

  /** A fill is taken back or stands at other terms; its activity says which were taken back, or which stand. */
  revise(entry: OrderEntry, event: Extract<OrderEvent, { type: 'busted' | 'corrected' }>): void {
    const { time } = event;
    const known = this.#executions.ofFill(event.fillId);
    this.#accounts.get(entry.accountId)?.book(time, event.entries);
    if (known === undefined) return;
    const busted = event.type === 'busted';
    const quantity = busted ? 0 : event.quantity;
    const price = busted ? 0 : event.price;
    const scale = this.#numbers.session.priceScale;
    entry.filledQuantity += quantity - known.quantity;
    entry.filledNotional += notional(price, quantity, scale) - notional(known.price, known.quantity, scale);
    known.quantity = quantity;
    known.price = price;
    if (entry.filledQuantity === 0) entry.filledAt = undefined;
    const shown = { ...known, quantity: event.quantity, price: event.price };
    const name = busted ? 'trade_bust' : 'trade_correct';
    const id = this.#numbers.uuidOfEvent(`${event.type} ${event.fillId}`);
    this.#noteTrade(shown, name, activityId(time, id), time);
    this.#tellExecution(name, shown, time);
  }

  #noteTrade(execution: Execution, type: TradeActivity['type'], id: string, time: Micros): void {
    const { entry, side, price, quantity } = execution;
    const isOpenEnded = entry.notional !== undefined || isClosed(entry.status);
    this.#note(this.#accounts.get(entry.accountId), {
      kind: 'trade',
      id,
      eventId: this.#numbers.ulid(time),
      executionUuid: execution.uuid,
      time,
      type,
      orderUuid: entry.uuid,
      symbolId: entry.symbolId,
      side,
      price,
      quantity,
      leaves: isOpenEnded ? 0 : Math.max(0, entry.quantity - entry.filledQuantity),
      cumulative: entry.filledQuantity,
      // An order that is being canceled was filled in part all the same.
      status: isClosed(entry.status) ? entry.status : entry.filledQuantity > 0 ? 'partially_filled' : entry.status,
    });
  }

  #note(account: AccountHistory | undefined, activity: Activity): void {
    if (account === undefined) return;
    account.activities.push(activity);
    this.#listener.onActivity(activity, account.accountId);
  }

  /** What a fill costs beside its price is an activity of its own, so that all of them explain the cash. */
  #charge(account: AccountHistory | undefined, { id, fees, symbolId, orderId }: Fill, time: Micros): void {
    const amount = fees.reduce((sum, fee) => sum + fee.amount, 0);
    if (account === undefined || amount === 0) return;
    this.#numbers.next();
    this.#note(account, {
      kind: 'booked',
      id: activityId(time, this.#numbers.uuid(`fees of ${id}`)),
      eventId: this.#numbers.ulid(time),
      time,
      booking: 'regulatoryFee',
      symbolId,
      amount: -amount,
      quantity: 0,
      note: `${fees.map(({ kind }) => kind).join(', ')} of order ${orderId}`,
    });
  }

  #tellExecution(event: TradeEventName, { uuid, entry, price, quantity }: Execution, time: Micros): void {
    const position = this.#accounts.get(entry.accountId)?.position(entry.symbolId) ?? 0;
    this.#listener.onUpdate({
      accountId: entry.accountId,
      event,
      eventId: this.#numbers.ulid(time),
      executionId: uuid,
      time,
      entry,
      execution: { price, quantity, position },
    });
  }
}
