/**
 * One account's books: totals of every ledger account, positions by lots, and what open orders reserve.
 *
 * Only {@link AccountBook.post} and {@link AccountBook.postFill} change money and positions, and only by amounts that
 * sum to zero. Without rules of its own an account's buying power is cash-style: long and short positions and opening
 * orders are covered, so buying power = leverage × equity − gross position value − reserve, never below 0; the leverage
 * is 1 and the cover full unless the preset says otherwise.
 */
import type { AccountPosition, AccountView } from '../domain/account.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { Money, Price, Quantity } from '../domain/units.js';
import { addExact, notional } from '../domain/units.js';
import { AssertionError } from '../utils/assert.js';
import { IdSet } from '../utils/IdSet.js';
import type { AccountRules } from './accounts/AccountRules.js';
import type { AccountEvent } from '../domain/venueEvents.js';
import { ClientOrderIds } from './ClientOrderIds.js';
import { Lots } from './Lots.js';
import { OpenTrades } from './OpenTrades.js';
import { ORDER_RULES } from './orderRules.js';
import type { OrderRules } from './orderRules.js';
import type { Preset } from './preset.js';

/** Half of the exact range: a single trade of this size is refused elsewhere. */
const LARGE_SUM = 2 ** 52;

/** See the module header. Indexed by symbol id; marks are shared by all accounts of an exchange. */
export class AccountBook implements AccountView {
  readonly accountId: string;
  /** How its orders are treated; the preset's until its owner's settings say otherwise. */
  orderRules: OrderRules = ORDER_RULES.papertape;
  /** What its positions may be worth in all, in times of the equity, where it has no rules of its own. */
  leverage = 1;
  cash: Money = 0;
  reserved: Money = 0;
  realisedPnl: Money = 0;
  /** Deposits less withdrawals. */
  deposits: Money = 0;
  commissions: Money = 0;
  secFees: Money = 0;
  tafFees: Money = 0;
  borrowFees: Money = 0;
  interest: Money = 0;
  /** Borrow fees and interest that are owed and not paid yet. */
  accruedFees: Money = 0;
  /** Dividends earned (less those owed on shorts), and what of them has not been paid yet. */
  dividends: Money = 0;
  dividendsAccrued: Money = 0;
  /** Value of all purchases and all sales, less what both have in common once they are large; to check the ledger. */
  bought: Money = 0;
  sold: Money = 0;
  readonly quantities: Float64Array;
  readonly costs: Float64Array;
  /** Realised profit by symbol. */
  readonly realised: Float64Array;
  /** What is left of each opening fill, by symbol. */
  readonly lots: readonly Lots[];
  /** What is left of what each of its orders opened, where the preset tells that apart. */
  trades: OpenTrades | undefined = undefined;
  /** Client order ids that it ever used (I-14). */
  readonly clientOrderIds = new ClientOrderIds();
  /** The rules of the account's kind; undefined for full cover. */
  rules: AccountRules | undefined = undefined;
  readonly #marks: Float64Array;
  readonly #priceScale: number;
  #isCoveredAtFill = false;
  /** Symbols with a position, and those of them with a short one. */
  readonly #open: IdSet;
  readonly #short: IdSet;

  /** `marks` holds the current mark of every symbol and is the caller's to update. */
  constructor(accountId: string, marks: Float64Array, priceScale: number) {
    this.accountId = accountId;
    this.quantities = new Float64Array(marks.length);
    this.costs = new Float64Array(marks.length);
    this.realised = new Float64Array(marks.length);
    this.lots = Array.from(marks, () => new Lots());
    this.#open = new IdSet(marks.length);
    this.#short = new IdSet(marks.length);
    this.#marks = marks;
    this.#priceScale = priceScale;
  }

  /** Takes over what a preset says of accounts without rules of their own. */
  follow(preset: Pick<Preset, 'orderRules' | 'coverLeverage' | 'buyingPower' | 'commissionOf' | 'exitsClose'>): void {
    this.orderRules = preset.orderRules;
    this.leverage = preset.coverLeverage;
    this.#isCoveredAtFill = preset.buyingPower === 'atFill';
    this.trades = preset.commissionOf === 'lot' || preset.exitsClose === 'ownTrade' ? new OpenTrades() : undefined;
  }

  /** Whether its orders are covered when they fill, and reserve nothing before. */
  get coversAtFill(): boolean {
    return this.#isCoveredAtFill && this.rules === undefined;
  }

  get fees(): Money {
    return this.commissions + this.secFees + this.tafFees + this.borrowFees;
  }

  get equity(): Money {
    let equity = this.cash + this.dividendsAccrued - this.accruedFees;
    const { ids } = this.#open;
    for (let i = 0; i < ids.length; i += 1) equity += this.#valueOf(ids[i] ?? 0);
    return equity;
  }

  /** Sum of the absolute values of all positions. */
  get grossValue(): Money {
    let gross = 0;
    for (const symbolId of this.#open.ids) gross += Math.abs(this.#valueOf(symbolId));
    return gross;
  }

  /** Buying power before the floor at 0: negative when the account is short of cover. */
  get headroom(): Money {
    if (this.rules !== undefined) return this.rules.headroom(this);
    if (this.leverage !== 1) return Math.floor(this.equity * this.leverage) - this.grossValue - this.reserved;
    let headroom = this.cash - this.reserved;
    // A long position's value cancels against its cover; a short one counts twice.
    const { ids } = this.#short;
    for (let i = 0; i < ids.length; i += 1) headroom += 2 * this.#valueOf(ids[i] ?? 0);
    return headroom;
  }

  get buyingPower(): Money {
    return Math.max(0, this.headroom);
  }

  quantityOf(symbolId: number): Quantity {
    return this.quantities[symbolId] ?? 0;
  }

  /** Cost of the position in a symbol; negative for a short, 0 when flat. */
  costOf(symbolId: number): Money {
    return this.costs[symbolId] ?? 0;
  }

  /** Cost of the oldest `quantity` micro-shares held in a symbol, with the sign of {@link costOf}. */
  costOfOldest(symbolId: number, quantity: Quantity): Money {
    return this.#lotsOf(symbolId).costOf(quantity);
  }

  positions(): readonly AccountPosition[] {
    return this.#open.sorted().map((symbolId) => ({
      symbolId,
      quantity: this.quantityOf(symbolId),
      cost: this.costOf(symbolId),
      mark: this.#markOf(symbolId),
    }));
  }

  /** Books a set of entries of this account. A set that does not sum to zero fails an assertion (I-01). */
  post(entries: readonly LedgerEntry[]): void {
    let sum = 0;
    for (let i = 0; i < entries.length; i += 1) {
      const entry = entries[i];
      if (entry === undefined) continue;
      sum += entry.amount;
      this.#postLine(entry);
    }
    if (sum !== 0) throw new AssertionError(`the entries of a set for account ${this.accountId} sum to ${sum}`);
  }

  /** Books a fill of this account as {@link post} does its entries (I-01), and counts the trade. */
  postFill(fill: PromptFill): void {
    const { symbolId, sign, isClosing, realised, position, cash, commission, secFee, tafFee } = fill;
    const sum = realised + commission + secFee + tafFee + position + cash;
    if (sum !== 0) throw new AssertionError(`a fill for account ${this.accountId} sums to ${sum}`);
    if (isClosing) {
      this.realisedPnl = addExact(this.realisedPnl, -realised);
      this.realised[symbolId] = addExact(this.realised[symbolId] ?? 0, -realised);
    }
    if (commission !== 0) this.commissions = addExact(this.commissions, commission);
    if (secFee !== 0) this.secFees = addExact(this.secFees, secFee);
    if (tafFee !== 0) this.tafFees = addExact(this.tafFees, tafFee);
    this.#move(symbolId, sign * fill.quantity, position);
    this.cash = addExact(this.cash, cash);
    this.countTrade(sign, fill.value);
  }

  /**
   * Books what is no trade. The position line of a split changes the number of shares of every lot, not what the lots
   * are; its amount is the cost of fractions that left for cash.
   */
  book(event: Extract<AccountEvent, { readonly type: 'booked' }>): void {
    if (event.kind !== 'split') {
      this.post(event.entries);
      return;
    }
    let sum = 0;
    const before = this.quantities[event.symbolId] ?? 0;
    for (const entry of event.entries) {
      sum += entry.amount;
      if (entry.account === 'position') this.#split(entry.symbolId, entry.quantity, entry.amount);
      else this.#postLine(entry);
      if (entry.account === 'cash') this.countTrade(entry.amount > 0 ? -1 : 1, Math.abs(entry.amount));
    }
    if (sum !== 0) throw new AssertionError(`the entries of a split of account ${this.accountId} sum to ${sum}`);
    const after = this.quantities[event.symbolId] ?? 0;
    // Older records do not say the ratio.
    const ratio = event.ratio ?? { newShares: Math.abs(after), oldShares: Math.abs(before) };
    this.trades?.rescale(event.symbolId, after, ratio);
  }

  /** Whether any position is open. */
  get isInvested(): boolean {
    return this.#open.ids.length > 0;
  }

  /** The mark of a symbol. */
  markOf(symbolId: number): Price {
    return this.#markOf(symbolId);
  }

  /**
   * Records an exchange of shares for money beside the ledger, for the check of I-03. Only the difference of the two
   * sums counts there: both are lowered alike before one that grows for years leaves the exact range.
   */
  countTrade(sign: 1 | -1, value: Money): void {
    if (sign === 1) this.bought = addExact(this.bought, value);
    else this.sold = addExact(this.sold, value);
    if (this.bought < LARGE_SUM && this.sold < LARGE_SUM) return;
    const common = Math.min(this.bought, this.sold);
    this.bought -= common;
    this.sold -= common;
  }

  /** Changes what open orders reserve. */
  addReserve(change: Money): void {
    this.reserved = addExact(this.reserved, change);
  }

  /** Rebuilds the list of open symbols after the columns were restored. */
  reindex(): void {
    this.#open.clear();
    this.#short.clear();
    for (let symbolId = 0; symbolId < this.quantities.length; symbolId += 1) {
      const quantity = this.quantityOf(symbolId);
      if (quantity !== 0) this.#open.add(symbolId);
      if (quantity < 0) this.#short.add(symbolId);
    }
  }

  #postLine(entry: LedgerEntry): void {
    const { amount, symbolId } = entry;
    switch (entry.account) {
      case 'cash':
        this.cash = addExact(this.cash, amount);
        return;
      case 'position':
        this.#move(symbolId, entry.quantity, amount);
        return;
      case 'realisedPnl':
        this.realisedPnl = addExact(this.realisedPnl, -amount);
        this.realised[symbolId] = addExact(this.realised[symbolId] ?? 0, -amount);
        return;
      case 'equity':
        this.deposits = addExact(this.deposits, -amount);
        return;
      case 'fee:commission':
        this.commissions = addExact(this.commissions, amount);
        return;
      case 'fee:sec':
        this.secFees = addExact(this.secFees, amount);
        return;
      case 'fee:taf':
        this.tafFees = addExact(this.tafFees, amount);
        return;
      case 'fee:borrow':
        this.borrowFees = addExact(this.borrowFees, amount);
        return;
      case 'interest':
        this.interest = addExact(this.interest, amount);
        return;
      case 'accruedFees':
        this.accruedFees = addExact(this.accruedFees, -amount);
        return;
      case 'dividends':
        this.dividends = addExact(this.dividends, -amount);
        return;
      case 'dividendsAccrued':
        this.dividendsAccrued = addExact(this.dividendsAccrued, amount);
    }
  }

  #split(symbolId: number, change: Quantity, amount: Money): void {
    const before = this.quantities[symbolId] ?? 0;
    const quantity = addExact(before, change);
    const cost = addExact(this.costs[symbolId] ?? 0, amount);
    this.quantities[symbolId] = quantity;
    this.costs[symbolId] = cost;
    this.#lotsOf(symbolId).rescale(Math.abs(quantity), cost);
    this.reindex();
  }

  #move(symbolId: number, quantity: Quantity, amount: Money): void {
    const before = this.quantities[symbolId] ?? 0;
    const after = addExact(before, quantity);
    const cost = addExact(this.costs[symbolId] ?? 0, amount);
    this.quantities[symbolId] = after;
    this.costs[symbolId] = cost;
    const lots = this.#lotsOf(symbolId);
    if (before === 0 || before > 0 === quantity > 0) {
      lots.open(Math.abs(quantity), amount);
    } else {
      lots.close(Math.min(Math.abs(before), Math.abs(quantity)));
      // What goes beyond the old position is all that the new cost stands for.
      if (after !== 0 && after > 0 !== before > 0) lots.open(Math.abs(after), cost);
    }
    if (before === 0 && after !== 0) this.#open.add(symbolId);
    else if (before !== 0 && after === 0) this.#open.delete(symbolId);
    if (before >= 0 && after < 0) this.#short.add(symbolId);
    else if (before < 0 && after >= 0) this.#short.delete(symbolId);
  }

  #lotsOf(symbolId: number): Lots {
    const lots = this.lots[symbolId];
    // The words are made only when they are needed: this runs several times per fill.
    if (lots === undefined) throw new AssertionError(`the lots of symbol ${symbolId} are missing`);
    return lots;
  }

  #valueOf(symbolId: number): Money {
    return notional(this.#markOf(symbolId), this.quantityOf(symbolId), this.#priceScale);
  }

  #markOf(symbolId: number): Price {
    return this.#marks[symbolId] ?? 0;
  }
}
