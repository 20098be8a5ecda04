/**
 * Runs a scenario that is written as a table: a clock, what happens then, and which orders are in another state after
 * it. Every line is compared, so that a table says all that changes and nothing else does. Prices are dollars, sizes
 * shares, clocks New York times of the rig's date.
 *
 * A line that begins with `#` is a remark, the place for the arithmetic; one with `|` goes on with the line before.
 *
 *     10:00    | A = buy 100 limit 100 profit 102 loss 99 | A new 0/100; A-tp held 0/100; A-sl held 0/100
 *     10:00:01 | quote 99.90x500 100.00x40                | A partially_filled 40/100; ...; A +40@100
 */
import { BookAction, PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { SHARE } from '../../domain/units.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { RigOptions, RigOrder } from './ExchangeRig.js';
import { at, ExchangeRig, ORDINARY } from './ExchangeRig.js';

/** The lines of a table as they should be and as they came out; to be compared as wholes. */
export interface PlayedScenario {
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

const PRINT_FLAGS: Readonly<Record<string, number>> = {
  plain: ORDINARY,
  extended: ORDINARY | PrintFlag.EXTENDED_HOURS,
  odd: PrintFlag.VOLUME,
  open: ORDINARY | PrintFlag.OPENING_AUCTION,
  close: ORDINARY | PrintFlag.CLOSING_AUCTION,
  reopen: ORDINARY | PrintFlag.REOPENING_AUCTION,
};

const BOOK_ACTIONS: Readonly<Record<string, number>> = {
  add: BookAction.ADD,
  cancel: BookAction.CANCEL,
  execute: BookAction.EXECUTION,
};

/** Plays a table. */
export function playScenario(table: string, options: RigOptions = {}): PlayedScenario {
  const player = new ScenarioPlayer(new ExchangeRig(options));
  const rows = joined(table)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const said = (clock: string, action: string, states: string): string => `${clock} | ${action} | ${states}`;
  return {
    expected: rows.map(([clock = '', action = '', states = '']) => said(clock, action, states)),
    actual: rows.map(([clock = '', action = '']) => said(clock, action, player.play(clock, action))),
  };
}

/** A line that begins with the bar is a part of the one before. */
function joined(table: string): string {
  return table.replace(/\n\s*\|\s*/g, ' ');
}

class ScenarioPlayer {
  readonly #rig: ExchangeRig;
  readonly #names = new Map<string, string>();
  /** Ids in the order in which they became known, and the last shown state of each. */
  readonly #states = new Map<string, string>();
  readonly #ends = new Map<string, string>();
  #fills = 0;
  #events = 0;

  constructor(rig: ExchangeRig) {
    this.#rig = rig;
  }

  play(clock: string, action: string): string {
    const [time = '', date] = clock.split(' ');
    this.#rig.advance(at(time, date));
    this.#act(at(time, date), action);
    return this.#changes();
  }

  #act(time: number, action: string): void {
    const rig = this.#rig;
    const words = action.split(/\s+/);
    const [verb = ''] = words;
    if (words[1] === '=') {
      this.#submit(verb, words.slice(2));
      return;
    }
    const numbers = words.slice(1).map(Number);
    const [first = NaN, second = NaN, third = NaN, fourth = NaN] = numbers;
    switch (verb) {
      case '':
        return;
      case 'quote': {
        const [bid = '', ask = ''] = words.slice(1);
        const [bidPrice = NaN, bidSize = NaN] = bid.split('x').map(Number);
        const [askPrice = NaN, askSize = NaN] = ask.split('x').map(Number);
        rig.quote(time, bidPrice, bidSize, askPrice, askSize);
        return;
      }
      case 'print':
        rig.print(time, first, second, PRINT_FLAGS[words[3] ?? 'plain']);
        return;
      case 'bar':
        rig.bar(time, [first, second, third, fourth], numbers[4] ?? 100_000);
        return;
      case 'qbar': {
        const price = [first, second, third, fourth] as const;
        const ask = [first + 0.02, second + 0.02, third + 0.02, fourth + 0.02] as const;
        rig.instant(time, rig.quoteBarRow(price, 500, ask, 500));
        return;
      }
      case 'bar5':
        rig.bar(time, [first, second, third, fourth], numbers[4] ?? 100_000, '5m');
        return;
      case 'day':
        rig.bar(time, [first, second, third, fourth], numbers[4] ?? 100_000, '1d');
        return;
      case 'status':
        rig.status(time, TradingStatus[words[1] as keyof typeof TradingStatus]);
        return;
      case 'book': {
        const [, action = '', side = '', number = '', price = '', size = ''] = words;
        const row = rig.bookRow(
          BOOK_ACTIONS[action] ?? NaN,
          side === 'buy' ? 'buy' : 'sell',
          Number(number),
          Number(price),
          Number(size),
        );
        rig.instant(time, row);
        return;
      }
      case 'halt':
        rig.halt(time, words[1] === 'on');
        return;
      case 'cancel':
        rig.cancel(this.#idOf(words[1] ?? ''));
        return;
      case 'replace':
        this.#names.set(words[3] ?? '', rig.replace(this.#idOf(words[1] ?? ''), pairsOf(words.slice(4))));
        return;
      case 'done':
        rig.endDay(this.#idOf(words[1] ?? ''));
        return;
      default:
        throw new Error(`a scenario knows no ${verb}`);
    }
  }

  #submit(name: string, words: readonly string[]): void {
    const [side = '', shares = '', type = '', ...rest] = words;
    const isNotional = shares.startsWith('$');
    const plain = type === 'market' ? rest : [type, ...rest];
    const order: RigOrder = {
      side: side === 'buy' ? 'buy' : 'sell',
      ...(isNotional ? { notional: Number(shares.slice(1)) * SHARE } : { shares: Number(shares) }),
      ...pairsOf(plain),
    };
    const id = this.#rig.submit(order);
    this.#names.set(name, id);
    const { profit, loss } = this.#rig.legs(id);
    this.#names.set(`${name}-tp`, profit);
    this.#names.set(`${name}-sl`, loss);
  }

  #idOf(name: string): string {
    return this.#names.get(name) ?? name;
  }

  #nameOf(id: string): string {
    for (const [name, known] of this.#names) if (known === id) return name;
    return id;
  }

  /** The orders whose state is another one now, in the order in which they were given, then the new fills. */
  #changes(): string {
    const { exchange } = this.#rig;
    const events = this.#rig.decided;
    const parts: string[] = [];
    for (const event of events.slice(this.#events)) {
      if (!isOrderEvent(event)) continue;
      if (event.type === 'rejected') this.#ends.set(event.orderId, `rejected ${event.reason}`);
      else if (event.type === 'replaced') this.#ends.set(event.orderId, `replaced by ${this.#nameOf(event.order.id)}`);
      else if (event.type === 'canceled' || event.type === 'expired') this.#ends.set(event.orderId, event.type);
      else if (event.type === 'filled' && event.final) this.#ends.set(event.orderId, 'filled');
      else if (event.type === 'cancelRejected') parts.push(`${this.#nameOf(event.orderId)}: cancel refused`);
      else if (event.type === 'replaceRejected') {
        parts.push(`${this.#nameOf(event.orderId)}: replace refused ${event.reason}`);
      }
    }
    this.#events = events.length;
    for (const id of [...this.#states.keys(), ...exchange.book.orders.keys(), ...this.#ends.keys()]) {
      const order = exchange.book.orders.get(id);
      const isStop = order?.type === 'trailing_stop' && order.stopPrice > 0;
      const stop = isStop ? ` stop ${order.stopPrice / SHARE}` : '';
      const size = order === undefined ? '' : order.notional > 0 ? ` ${order.filledQuantity / SHARE}` : sizeOf(order);
      const state = order === undefined ? (this.#ends.get(id) ?? 'gone') : `${order.status}${size}${stop}`;
      if (this.#states.get(id) === state) continue;
      this.#states.set(id, state);
      parts.push(`${this.#nameOf(id)} ${state}`);
    }
    const fills = events.flatMap((event) => (event.type === 'filled' ? [event.fill] : []));
    for (const fill of fills.slice(this.#fills)) {
      parts.push(`${this.#nameOf(fill.orderId)} +${fill.quantity / SHARE}@${fill.price / SHARE}`);
    }
    this.#fills = fills.length;
    return parts.join('; ');
  }
}

function sizeOf(order: { readonly filledQuantity: number; readonly quantity: number }): string {
  return ` ${order.filledQuantity / SHARE}/${order.quantity / SHARE}`;
}

/** `limit 10 tif gtc ext` as the fields of a rig's order. */
function pairsOf(words: readonly string[]): RigOrder {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i += 1) {
    const key = words[i] ?? '';
    if (key === '') continue;
    if (key === 'ext') {
      fields['extendedHours'] = true;
      continue;
    }
    i += 1;
    const value = words[i] ?? '';
    if (key === 'tif') fields['timeInForce'] = value;
    else if (key === 'class') fields['orderClass'] = value;
    else if (key === 'id') fields['clientOrderId'] = value;
    else if (key === 'touch') Object.assign(fields, { stop: Number(value), type: 'limit_if_touched' });
    else if (key === 'trail' && value.endsWith('%')) fields['trailPercent'] = Number(value.slice(0, -1));
    else fields[KEYS[key] ?? key] = Number(value);
  }
  return fields;
}

const KEYS: Readonly<Record<string, string>> = { trail: 'trailBy', losslimit: 'lossLimit', losstrail: 'lossTrailBy' };
