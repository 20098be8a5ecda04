/**
 * Fees and ledger entries of the fills of a log, in columns. What each fill has of them is read into one list that the
 * next one is written over.
 */
import type { FeeKind, FeeLine } from '../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../domain/ledger.js';
import type { PromptFill } from '../domain/promptFill.js';
import { NumberRows } from '../utils/NumberRows.js';
import { placeIn } from '../utils/placeIn.js';
import { textPiece } from '../utils/TextBytes.js';
import type { TextBytes } from '../utils/TextBytes.js';
import { lineAt } from './FillRow.js';
import type { FillRow } from './FillRow.js';

const FEE_KINDS: readonly FeeKind[] = ['commission', 'sec', 'taf'];
const ACCOUNTS: readonly LedgerAccount[] = [
  'cash',
  'position',
  'realisedPnl',
  'equity',
  'fee:commission',
  'fee:sec',
  'fee:taf',
];
/** Both as `hashLedger` writes them. */
const FEE_PIECES = FEE_KINDS.map((kind) => textPiece(`${kind}:`));
const ACCOUNT_PIECES = ACCOUNTS.map((account) => textPiece(`${account}:`));
const NO_PIECE = textPiece('');
/** Character codes of what stands between. */
const LINE_END = 10;
const BLANK = 32;
const COMMA = 44;
const COLON = 58;
/** Places in both lists. */
const COMMISSION = 0;
const CASH = 0;
const POSITION = 1;
const REALISED = 2;
const FEE_PAID = 4;
/** A fill has fewer entries than this: counts of fees and entries stand in one number. */
const MOST_ENTRIES = 1024;
/** Fees and entries of a fill that are room for at first: more than those that are derived. */
const FIRST_ROOM = 8;

/** See the module header. */
export class FillLines {
  /** Kind and amount. */
  readonly #fees = new NumberRows(2);
  /** Account, symbol, amount, quantity. */
  readonly #entries = new NumberRows(4);
  /** What was read last: kind and amount of each fee, then the four figures of each entry, by their place. */
  #readFees = new Float64Array(FIRST_ROOM * 2);
  #readEntries = new Float64Array(FIRST_ROOM * 4);
  #feeCount = 0;
  #entryCount = 0;

  /** Where the next fee and the next entry will be. */
  get feesEnd(): number {
    return this.#fees.length;
  }
  get entriesEnd(): number {
    return this.#entries.length;
  }

  /** Lets go of all lines for good, for logs to come. */
  release(): void {
    this.#fees.release();
    this.#entries.release();
  }

  /** Keeps the lines of a fill and gives their counts as one number, for {@link read}. */
  add(fees: readonly FeeLine[], entries: readonly LedgerEntry[]): number {
    for (let i = 0; i < fees.length; i += 1) this.#addFee(fees[i]);
    for (let i = 0; i < entries.length; i += 1) this.#addEntry(entries[i]);
    return fees.length * MOST_ENTRIES + entries.length;
  }

  /** As {@link add} of a fill in numbers. */
  addPrompt(fill: PromptFill): number {
    const { symbolId, commission, secFee, tafFee, sign, quantity } = fill;
    const fees = [commission, secFee, tafFee];
    const charged = fees.filter((amount) => amount !== 0).length;
    if (fill.isClosing) this.#keepEntry(REALISED, symbolId, fill.realised, 0);
    for (const [kind, amount] of fees.entries()) {
      if (amount === 0) continue;
      this.#keepFee(kind, amount);
      this.#keepEntry(FEE_PAID + kind, -1, amount, 0);
    }
    this.#keepEntry(POSITION, symbolId, fill.position, sign * quantity);
    this.#keepEntry(CASH, -1, fill.cash, 0);
    return charged * MOST_ENTRIES + charged + (fill.isClosing ? 3 : 2);
  }

  /** Reads the lines that begin at two places, with the counts that {@link add} gave. */
  read(firstFee: number, firstEntry: number, counts: number): void {
    this.#feeCount = Math.floor(counts / MOST_ENTRIES);
    this.#entryCount = counts % MOST_ENTRIES;
    if (this.#feeCount * 2 > this.#readFees.length) this.#readFees = new Float64Array(this.#feeCount * 4);
    if (this.#entryCount * 4 > this.#readEntries.length) this.#readEntries = new Float64Array(this.#entryCount * 8);
    for (let i = 0; i < this.#feeCount * 2; i += 1) this.#readFees[i] = this.#fees.at(firstFee + (i >> 1), i & 1);
    for (let i = 0; i < this.#entryCount * 4; i += 1) {
      this.#readEntries[i] = this.#entries.at(firstEntry + (i >> 2), i & 3);
    }
  }

  /**
   * Reads the lines of a fill of `signed` micro-shares whose one fee is a commission, 0 if it has none: they follow
   * from what it moved, since they sum to zero. One that `closes` reduces a position.
   */
  derive(symbolId: number, signed: number, cash: number, position: number, commission: number, closes: boolean): void {
    this.#feeCount = 0;
    this.#entryCount = 0;
    if (closes) this.#put(REALISED, symbolId, -commission - position - cash, 0);
    if (commission !== 0) {
      this.#readFees[0] = COMMISSION;
      this.#readFees[1] = commission;
      this.#feeCount = 1;
      this.#put(FEE_PAID + COMMISSION, -1, commission, 0);
    }
    this.#put(POSITION, symbolId, position, signed);
    this.#put(CASH, -1, cash, 0);
  }

  /** Writes what was read into a row whose account is known. */
  writeInto({ fees, entries, accountId }: FillRow): void {
    fees.length = Math.min(fees.length, this.#feeCount);
    for (let i = 0; i < this.#feeCount; i += 1) {
      const line = lineAt(fees, i, (): FillRow['fees'][number] => ({ kind: 'commission', amount: 0 }));
      line.kind = FEE_KINDS[this.#readFees[i * 2] ?? 0] ?? 'commission';
      line.amount = this.#readFees[i * 2 + 1] ?? 0;
    }
    entries.length = Math.min(entries.length, this.#entryCount);
    for (let i = 0; i < this.#entryCount; i += 1) {
      const line = lineAt(entries, i, (): FillRow['entries'][number] => ({
        accountId,
        account: 'cash',
        symbolId: -1,
        amount: 0,
        quantity: 0,
      }));
      line.accountId = accountId;
      line.account = this.#accountAt(i);
      line.symbolId = this.#readEntries[i * 4 + 1] ?? 0;
      line.amount = this.#readEntries[i * 4 + 2] ?? 0;
      line.quantity = this.#readEntries[i * 4 + 3] ?? 0;
    }
  }

  /** Writes what was read as `hashLedger` (runIdentity.ts) does to the end of its line: fees, a blank, entries. */
  writeText(out: TextBytes): void {
    const readFees = this.#readFees;
    const lastFee = this.#feeCount - 1;
    for (let i = 0; i <= lastFee; i += 1) {
      out.piece(FEE_PIECES[readFees[i * 2] ?? 0] ?? NO_PIECE);
      out.number(readFees, i * 2 + 1, i === lastFee ? BLANK : COMMA);
    }
    if (lastFee < 0) out.character(BLANK);
    const readEntries = this.#readEntries;
    const lastEntry = this.#entryCount - 1;
    for (let i = 0; i <= lastEntry; i += 1) {
      out.piece(ACCOUNT_PIECES[readEntries[i * 4] ?? 0] ?? NO_PIECE);
      out.number(readEntries, i * 4 + 1, COLON);
      out.number(readEntries, i * 4 + 2, COLON);
      out.number(readEntries, i * 4 + 3, i === lastEntry ? LINE_END : COMMA);
    }
    if (lastEntry < 0) out.character(LINE_END);
  }

  #addFee(fee: FeeLine | undefined): void {
    if (fee !== undefined) this.#keepFee(placeIn(FEE_KINDS, fee.kind), fee.amount);
  }

  /** Amounts are read here, not handed on: beyond a call each would be allocated. */
  #addEntry(entry: LedgerEntry | undefined): void {
    if (entry === undefined) return;
    const at = this.#entries.next();
    const { block } = this.#entries;
    block[at] = placeIn(ACCOUNTS, entry.account);
    block[at + 1] = entry.symbolId;
    block[at + 2] = entry.amount;
    block[at + 3] = entry.quantity;
  }

  #keepFee(kind: number, amount: number): void {
    const at = this.#fees.next();
    this.#fees.block[at] = kind;
    this.#fees.block[at + 1] = amount;
  }

  #keepEntry(account: number, symbolId: number, amount: number, quantity: number): void {
    const at = this.#entries.next();
    const { block } = this.#entries;
    block[at] = account;
    block[at + 1] = symbolId;
    block[at + 2] = amount;
    block[at + 3] = quantity;
  }

  #accountAt(entry: number): LedgerAccount {
    return ACCOUNTS[this.#readEntries[entry * 4] ?? 0] ?? 'cash';
  }

  #put(account: number, symbolId: number, amount: number, quantity: number): void {
    const at = this.#entryCount * 4;
    this.#entryCount += 1;
    this.#readEntries[at] = account;
    this.#readEntries[at + 1] = symbolId;
    // `+ 0` turns -0 into 0: equal amounts have one representation.
    this.#readEntries[at + 2] = amount + 0;
    this.#readEntries[at + 3] = quantity;
  }
}
