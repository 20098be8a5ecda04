/**
 * The account as the broker last told it, and what its positions must be by our own fills. A question that failed
 * changes nothing but the age, and an answer that does not fit the fills is taken only when it comes twice: no answer
 * is ever read as flat or as zero (F40).
 */
import type { AccountPosition, AccountView } from '../../domain/account.js';
import type { BrokerPosition } from '../../domain/brokerReport.js';
import type { Fill } from '../../domain/fill.js';
import { ReportedAccount } from '../../domain/ReportedAccount.js';
import type { Micros, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, SHARE } from '../../domain/units.js';
import type { WireAccount } from './wire.js';

/** What the account was found to be: as expected, not for the first time, or now certainly otherwise. */
export type AccountFinding =
  | { readonly kind: 'expected' }
  | { readonly kind: 'doubtful'; readonly message: string }
  | { readonly kind: 'differs'; readonly message: string };

/** See the module header. Zero everywhere until the first answer. */
export class RemoteAccount extends ReportedAccount implements AccountView {
  /** When the figures were true; 0 before the first answer. */
  asOf: Micros = 0;
  readonly #symbols: readonly string[];
  readonly #priceScale: number;
  #account: WireAccount | undefined;
  #positions: readonly AccountPosition[] = [];
  /** Signed micro-shares by symbol id: the last answer and our fills since. */
  readonly #expected = new Map<number, Quantity>();
  /** The last answer that did not fit. */
  #doubted = '';
  /** Whether it is known what to expect. */
  #isKnown: boolean;

  /**
   * `held` is what the account held by the last word of an earlier life and the fills since, signed micro-shares by
   * symbol id: the first answer is compared with it. Without it that answer is taken as it is.
   */
  constructor(accountId: string, symbols: readonly string[], priceScale: number, held?: ReadonlyMap<number, Quantity>) {
    super(accountId);
    this.#symbols = symbols;
    this.#priceScale = priceScale;
    this.#isKnown = held !== undefined;
    for (const [symbolId, quantity] of held ?? []) this.#expected.set(symbolId, quantity);
  }

  protected get told(): WireAccount | undefined {
    return this.#account;
  }

  quantityOf(symbolId: number): Quantity {
    return this.#positions.find((position) => position.symbolId === symbolId)?.quantity ?? 0;
  }

  positions(): readonly AccountPosition[] {
    return this.#positions;
  }

  /** Signed micro-shares by the last answer and the fills since. */
  expectedOf(symbolId: number): Quantity {
    return this.#expected.get(symbolId) ?? 0;
  }

  /** Notes a fill, or with a negative quantity what was taken back of one. */
  noteFill({ symbolId, side }: Pick<Fill, 'symbolId' | 'side'>, quantity: Quantity): void {
    const signed = side === 'buy' ? quantity : -quantity;
    this.#expected.set(symbolId, this.expectedOf(symbolId) + signed);
  }

  /** Takes answers in that were given while no fill was told. */
  update(account: WireAccount, positions: readonly BrokerPosition[], now: Micros): AccountFinding {
    const held = new Map(positions.map(({ symbol, quantity }) => [this.#symbols.indexOf(symbol), quantity]));
    const differences = this.#symbols.flatMap((symbol, symbolId) => {
      const quantity = held.get(symbolId) ?? 0;
      const expected = this.expectedOf(symbolId);
      if (quantity === expected) return [];
      return [`${symbol}: ${quantity / SHARE} shares instead of ${expected / SHARE}`];
    });
    const message = differences.join('; ');
    const isFirst = !this.#isKnown;
    // Without positions an account is worth its cash: anything else says that the list is not whole.
    const isContradictory = positions.length === 0 && differences.length > 0 && account.equity !== account.cash;
    if (!isFirst && (isContradictory || (message !== '' && message !== this.#doubted))) {
      this.#doubted = message;
      return { kind: 'doubtful', message };
    }
    this.#doubted = '';
    this.#isKnown = true;
    this.#account = account;
    this.#positions = positions
      .map(({ symbol, quantity, cost, mark }) => ({
        symbolId: this.#symbols.indexOf(symbol),
        quantity,
        cost,
        mark: mulDiv(mark, this.#priceScale, DOLLAR),
      }))
      .filter(({ symbolId, quantity }) => symbolId >= 0 && quantity !== 0)
      .sort((a, b) => a.symbolId - b.symbolId);
    this.#expected.clear();
    for (const { symbolId, quantity } of this.#positions) this.#expected.set(symbolId, quantity);
    this.asOf = now;
    return isFirst || message === '' ? { kind: 'expected' } : { kind: 'differs', message };
  }
}
