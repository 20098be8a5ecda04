/**
 * The account as the broker last told it. A question that failed changes nothing but the age: no answer is never read
 * as flat or as zero (F40).
 */
import type { AccountPosition, AccountView } from '../../domain/account.js';
import type { Micros, Money, Quantity } from '../../domain/units.js';
import { mulDiv, SHARE } from '../../domain/units.js';
import type { WireAccount, WirePosition } from './wire.js';

/** See the module header. Zero everywhere until the first answer. */
export class RemoteAccount implements AccountView {
  readonly accountId: string;
  /** When the figures were true; 0 before the first answer. */
  asOf: Micros = 0;
  readonly #symbols: readonly string[];
  readonly #priceScale: number;
  #account: WireAccount | undefined;
  #positions: readonly AccountPosition[] = [];

  constructor(accountId: string, symbols: readonly string[], priceScale: number) {
    this.accountId = accountId;
    this.#symbols = symbols;
    this.#priceScale = priceScale;
  }

  get cash(): Money {
    return this.#account?.cash ?? 0;
  }
  get equity(): Money {
    return this.#account?.equity ?? 0;
  }
  get buyingPower(): Money {
    return Math.max(0, this.#account?.buyingPower ?? 0);
  }
  /** The broker has taken it off the buying power already. */
  get reserved(): Money {
    return 0;
  }
  /** Paper accounts are charged none. */
  get fees(): Money {
    return 0;
  }
  /** The broker does not tell it; the engine's own books have it. */
  get realisedPnl(): Money {
    return 0;
  }

  quantityOf(symbolId: number): Quantity {
    return this.#positions.find((position) => position.symbolId === symbolId)?.quantity ?? 0;
  }

  positions(): readonly AccountPosition[] {
    return this.#positions;
  }

  /** Takes answers in; positions in symbols that the session does not have are left out and returned. */
  update(account: WireAccount, positions: readonly WirePosition[], now: Micros): readonly WirePosition[] {
    this.#account = account;
    this.#positions = positions
      .map(({ symbol, quantity, cost, mark }) => ({
        symbolId: this.#symbols.indexOf(symbol),
        quantity,
        cost,
        mark: mulDiv(mark, this.#priceScale, SHARE),
      }))
      .filter(({ symbolId, quantity }) => symbolId >= 0 && quantity !== 0)
      .sort((a, b) => a.symbolId - b.symbolId);
    this.asOf = now;
    return positions.filter(({ symbol }) => !this.#symbols.includes(symbol));
  }
}
