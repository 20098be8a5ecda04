/**
 * The account at the naive exchange: what open orders reserve, and what may be bought. Cash-style: equity less the
 * gross value of positions, less the reserves. Every figure is computed anew from lots, marks and orders.
 */
import { mulDivDown, RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import { isLeg, isSecondExit } from './naiveGroups.js';
import { isCovered } from './naiveMargin.js';
import { commissionOwed, worth } from './NaiveMoney.js';
import type { NaiveMoney } from './NaiveMoney.js';
import type { NaiveExchange } from './NaiveExchange.js';
import type { NaiveOrder } from './naiveTypes.js';

/** Of an amount in dollars what has not been traded or paid in commissions. */
function amountLeft({ order: { notional = 0 }, value, paid }: NaiveOrder): number {
  return notional - value - paid.commission;
}

/** See the module header. */
export class NaiveAccount {
  readonly #exchange: NaiveExchange;
  readonly #money: NaiveMoney;

  constructor(exchange: NaiveExchange) {
    this.#exchange = exchange;
    this.#money = exchange.money;
  }

  /** Recomputes what each open order would open: the position is closed by the orders against it as they arrive. */
  reserve(): void {
    this.#exchange.markets.forEach((_, symbolId) => {
      const position = this.#money.position(symbolId);
      let closable = Math.abs(position);
      for (const known of this.#exchange.open(symbolId)) {
        if (known.isDuplicate) continue;
        // What has nothing to close yet, and the second of two exits.
        if ((known.group !== undefined && isLeg(known) && known.armedAt === 0) || isSecondExit(known)) {
          known.opening = 0;
          continue;
        }
        const left = this.#leftOf(known);
        const closes = (known.order.side === 'buy' ? position < 0 : position > 0) ? Math.min(left, closable) : 0;
        closable -= closes;
        // A sale for an amount sells of what is held.
        known.opening = known.order.notional !== undefined && known.order.side === 'sell' ? 0 : left - closes;
      }
    });
  }

  reservedFor(known: NaiveOrder): number {
    const price = this.#priceOf(known);
    const isSound = price > 0 && known.opening > 0 && Number.isSafeInteger(known.opening);
    if (!isSound) return 0;
    if (known.order.notional !== undefined && known.opening === this.#leftOf(known)) return amountLeft(known);
    return worth(price, known.opening);
  }

  #priceOf(known: NaiveOrder): number {
    return Math.max(known.reservePrice, ...known.asked.map((ask) => ask.reservePrice));
  }

  /** What is left of an order; of an amount in dollars an estimate at the price that it is reserved at. */
  #leftOf(known: NaiveOrder): number {
    if (known.order.notional !== undefined) {
      const price = this.#priceOf(known);
      return price > 0 ? mulDivDown(Math.max(0, amountLeft(known)), RAW_PRICE_SCALE, price) : 0;
    }
    const quantity = Math.max(known.order.quantity, ...known.asked.map((ask) => ask.quantity));
    return Math.max(0, quantity - known.filled);
  }

  /** Six decimals of shares that an amount pays for: what the commission of the most could be is put aside first. */
  sharesFor(known: NaiveOrder, amount: number, price: number): number {
    const most = mulDivDown(Math.max(0, amount), RAW_PRICE_SCALE, price);
    const fee = this.#feeOf(known, most, price);
    return mulDivDown(Math.max(0, amount - Math.max(0, fee)), RAW_PRICE_SCALE, price);
  }

  /** What more of commission a fill costs. */
  #feeOf({ filled, value, paid }: NaiveOrder, quantity: number, price: number): number {
    const owed = commissionOwed(this.#exchange.plan, filled + quantity, value + worth(price, quantity));
    return owed - paid.commission;
  }

  get reserved(): number {
    return this.#exchange.orders
      .filter(({ state }) => state !== 'done')
      .reduce((sum, known) => sum + this.reservedFor(known), 0);
  }

  get equity(): number {
    return this.#money.symbols.reduce(
      (sum, id) => sum + worth(this.markOf(id), this.#money.position(id)),
      this.#money.cash,
    );
  }

  /** Equity less the gross value of the positions, before reserves. */
  get uncommitted(): number {
    return this.#money.symbols.reduce(
      (left, id) => left - Math.abs(worth(this.markOf(id), this.#money.position(id))),
      this.equity,
    );
  }

  get buyingPower(): number {
    return Math.max(0, this.uncommitted - this.reserved);
  }

  markOf(symbolId: number): number {
    return this.#exchange.markets[symbolId]?.mark ?? 0;
  }

  /** What the account says of itself, as one line. */
  get figures(): string {
    const positions = this.#money.symbols.map(
      (id) => `${id}: ${this.#money.position(id)} cost ${this.#money.cost(id)} mark ${this.markOf(id)}`,
    );
    const { cash, fees, realised } = this.#money;
    const figures = {
      cash,
      equity: this.equity,
      reserved: this.reserved,
      buyingPower: this.buyingPower,
      fees,
      realised,
    };
    return [...Object.entries(figures).map(([name, value]) => `${name} ${value}`), ...positions].join('; ');
  }

  /** How much of a quantity the account can pay for at a price, commission included. */
  affordable(known: NaiveOrder, wanted: number, price: number, closable: number): number {
    const { buyingPower } = this.#exchange.preset;
    if (buyingPower === 'unchecked') return wanted;
    if (buyingPower === 'margin') return isCovered(this.#exchange, known) ? wanted : 0;
    const opening = wanted - Math.min(wanted, closable);
    if (opening === 0) return wanted;
    const free = Math.min(this.buyingPower + this.reservedFor(known), this.uncommitted);
    const owed = (quantity: number): number => worth(price, quantity) + this.#feeOf(known, quantity, price);
    if (owed(wanted) <= free) return wanted;
    const isFraction = known.order.notional !== undefined || known.order.quantity % SHARE !== 0;
    if (isFraction) return Math.min(wanted, this.sharesFor(known, free, price));
    let quantity = Math.floor(wanted / SHARE) * SHARE;
    while (quantity > 0 && owed(quantity) > free) quantity -= SHARE;
    return quantity;
  }
}
