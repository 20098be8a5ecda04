/** One symbol at the naive exchange: what was seen of its market, and what that decides for the orders. */
import { phaseAt } from '../../calendar/sessions.js';
import { TradingStatus } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import { mulDiv, SHARE } from '../../domain/units.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { sessionFor } from './NaiveExchange.js';
import type { NaiveBar, NaiveOrder, NaiveRow } from './naiveTypes.js';

/** A bar that can be true: positive prices, open and close between low and high. */
function isSound({ open, high, low, close }: NaiveBar): boolean {
  return [open, high, low, close].every((price) => price > 0 && price >= low && price <= high);
}

/** See the module header. */
export class NaiveMarket {
  readonly symbolId: number;
  readonly #exchange: NaiveExchange;
  /** Last known price, 0 before the first. */
  mark = 0;
  isHalted = false;
  #bar: NaiveBar | undefined;
  #before: NaiveBar | undefined;
  /** Whether the bar came in this instant, and what our orders have taken of its volume. */
  #isNew = false;
  #taken = 0;
  #shortest = Infinity;

  constructor(exchange: NaiveExchange, symbolId: number) {
    this.#exchange = exchange;
    this.symbolId = symbolId;
  }

  /** The next time at which something happens here without a row. */
  nextDue(): number {
    return Infinity;
  }

  /** Takes in the rows of one instant. */
  observe(rows: readonly NaiveRow[]): void {
    this.#isNew = false;
    for (const row of rows) {
      if (row.kind === 'status') {
        if (row.status === TradingStatus.TRADING) this.isHalted = false;
        if (row.status === TradingStatus.HALTED) this.isHalted = true;
      }
    }
    for (const row of rows) {
      if (row.kind !== 'bar' || row.span > this.#shortest) continue;
      this.#shortest = row.span;
      this.#before = this.#bar;
      this.#bar = row;
      this.#taken = 0;
      this.#isNew = true;
      if (row.close > 0) this.mark = row.close;
    }
  }

  /** Decides for every order of the symbol. */
  decide(): void {
    const bar = this.#bar;
    if (this.isHalted) return;
    if (bar !== undefined && this.#isNew && isSound(bar)) this.#decideBar(bar);
  }

  /** Half the modelled spread at a price, on evidence of a volume at a time. */
  halfSpread(price: number, volume: number, time: number): number {
    const { spread } = this.#exchange.preset;
    if (spread.kind === 'none') return 0;
    const tier = spread.tiers.find(({ below }) => price < below * 1_000_000);
    const session = this.#exchange.session(time);
    const phase = phaseAt(time);
    let part: keyof typeof spread.partPercent = phase === 'premarket' || phase === 'afterHours' ? phase : 'regular';
    if (session !== undefined && phase === 'regular') {
      if (time < session.open + 5 * MINUTE) part = 'open';
      else if (time >= session.close - 5 * MINUTE) part = 'close';
    }
    const least = Math.max(spread.minimum, mulDiv(price, tier?.half ?? 0, 1_000_000));
    const wide = mulDiv(least, spread.partPercent[part], 100) * (volume < spread.thinVolume ? spread.thinFactor : 1);
    return Math.min(wide, Math.floor(price / 2));
  }

  /** A price with everything against the order that takes. */
  #withCosts(known: NaiveOrder, price: number, volume: number, time: number): number {
    const { slippage } = this.#exchange.preset;
    const half = this.halfSpread(price, volume, time);
    const worse = half + (slippage.kind === 'halfSpread' ? half : 0);
    return known.order.side === 'buy' ? price + worse : price - worse;
  }

  /** Lets an order that begins to work look at what stands. */
  tryStanding(known: NaiveOrder): void {
    const bar = this.#bar;
    if (this.isHalted || this.#exchange.preset.arrival !== 'same-instant' || known.order.type !== 'market') return;
    if (bar === undefined || !isSound(bar)) return;
    this.#exchange.fill(known, known.order.quantity - known.filled, bar.close);
  }

  #decideBar(bar: NaiveBar): void {
    const { preset, now } = this.#exchange;
    const room = (volume: number): number =>
      preset.participationBps === 0
        ? Infinity
        : Math.max(0, Math.floor((volume * preset.participationBps) / 10_000) * SHARE - this.#taken);
    // A first bar has none before it.
    const volumeBefore = (this.#before ?? bar).volume;
    const start = now - bar.span;
    const mayTrade = (known: NaiveOrder): boolean => {
      const wait = Math.floor((known.arrivesAt - known.submittedAt) / bar.span) * bar.span;
      const isThere = known.state === 'working' || known.tif === 'opg';
      return isThere && start >= known.submittedAt + wait && this.#exchange.tradesAt(known, now - 1);
    };
    const take = (known: NaiveOrder, price: number, volume: number): void => {
      const wanted = Math.min(known.order.quantity - known.filled, room(volume));
      if (known.order.timeInForce === 'fok' && wanted < known.order.quantity) return;
      if (wanted > 0) this.#taken += this.#exchange.fill(known, wanted, price);
    };
    for (const known of this.#exchange.atVenue(this.symbolId).filter(mayTrade)) {
      const { order } = known;
      const isImmediate = order.timeInForce === 'ioc' || order.timeInForce === 'fok';
      if (known.tif === 'opg') {
        if (start >= sessionFor(now - 1).open) take(known, bar.open, volumeBefore);
      } else if (order.type === 'market' || known.isElected)
        take(known, this.#withCosts(known, bar.open, volumeBefore, start), volumeBefore);
      else if (isImmediate) {
        const price = this.#withCosts(known, bar.open, volumeBefore, start);
        if (this.#isWithin(known, price)) take(known, price, volumeBefore);
      }
      if (isImmediate) this.#endImmediate(known);
    }
    for (const known of this.#exchange.atVenue(this.symbolId).filter(mayTrade)) {
      const stop = known.order.stopPrice;
      if (known.order.type !== 'stop' || known.isElected || stop === undefined) continue;
      const isBuy = known.order.side === 'buy';
      if (isBuy ? bar.high < stop : bar.low > stop) continue;
      known.isElected = true;
      this.#exchange.tell('triggered', known.order.id, now, '');
      const isGap = isBuy ? bar.open > stop : bar.open < stop;
      take(known, this.#withCosts(known, isGap ? bar.open : stop, bar.volume, start), bar.volume);
    }
    for (const known of this.#exchange.atVenue(this.symbolId).filter(mayTrade)) {
      const limit = known.order.limitPrice;
      if (known.order.type !== 'limit' || limit === undefined) continue;
      const isBuy = known.order.side === 'buy';
      const beyond = isBuy ? limit - bar.low : bar.high - limit;
      if (preset.barLimit === 'touch' ? beyond < 0 : beyond <= 0) continue;
      const isBetter = isBuy ? bar.open < limit : bar.open > limit;
      take(known, isBetter ? bar.open : limit, bar.volume);
    }
  }

  #isWithin({ order }: NaiveOrder, price: number): boolean {
    if (order.limitPrice === undefined) return true;
    return order.side === 'buy' ? price <= order.limitPrice : price >= order.limitPrice;
  }

  #endImmediate(known: NaiveOrder): void {
    if (known.state === 'done') return;
    const isIoc = known.order.timeInForce === 'ioc';
    const reason = isIoc ? 'immediate or cancel: the rest was not available' : 'fill or kill: not all was available';
    this.#exchange.end(known, 'canceled', this.#exchange.now, reason);
  }
}
