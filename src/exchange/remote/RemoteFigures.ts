/**
 * The account at a broker as the session knows it: the figures that were reported last, and the positions that follow
 * from them by the fills heard since. Read-only to everybody but the venue that hears the reports.
 */
import type { AccountPosition, AccountView } from '../../domain/account.js';
import type { BrokerFigures } from '../../domain/brokerReport.js';
import type { Fill } from '../../domain/fill.js';
import { ReportedAccount } from '../../domain/ReportedAccount.js';
import type { Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv } from '../../domain/units.js';

/** See the module header. Everything is zero until the first figures. */
export class RemoteFigures extends ReportedAccount implements AccountView {
  /** The broker's last word; undefined before the first. */
  last: BrokerFigures | undefined = undefined;
  readonly #symbols: readonly string[];
  readonly #priceScale: number;
  /** Signed micro-shares by symbol id. */
  readonly #held: Float64Array;

  constructor(accountId: string, symbols: readonly string[], priceScale: number) {
    super(accountId);
    this.#symbols = symbols;
    this.#priceScale = priceScale;
    this.#held = new Float64Array(symbols.length);
  }

  protected get told(): BrokerFigures | undefined {
    return this.last;
  }

  quantityOf(symbolId: number): Quantity {
    return this.#held[symbolId] ?? 0;
  }

  /** Positions in the session's symbols; those that fills have opened since the last word are not among them. */
  positions(): readonly AccountPosition[] {
    return (this.last?.positions ?? [])
      .map(({ symbol, cost, mark }) => {
        const symbolId = this.#symbols.indexOf(symbol);
        const price = mulDiv(mark, this.#priceScale, DOLLAR);
        return { symbolId, quantity: this.quantityOf(symbolId), cost, mark: price };
      })
      .filter(({ symbolId, quantity }) => symbolId >= 0 && quantity !== 0)
      .sort((a, b) => a.symbolId - b.symbolId);
  }

  /** Takes the broker's word. */
  update(figures: BrokerFigures): void {
    this.last = figures;
    this.#held.fill(0);
    for (const { symbol, quantity } of figures.positions) {
      const symbolId = this.#symbols.indexOf(symbol);
      if (symbolId >= 0) this.#held[symbolId] = quantity;
    }
  }

  /** Notes a fill, or with a negative quantity what was taken back of one. */
  note({ symbolId, side }: Pick<Fill, 'symbolId' | 'side'>, quantity: Quantity): void {
    this.#held[symbolId] = this.quantityOf(symbolId) + (side === 'buy' ? quantity : -quantity);
  }
}
