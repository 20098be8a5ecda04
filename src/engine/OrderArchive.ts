/**
 * Orders that have reached their end, in columns; an object is made again when one is asked for. A final order
 * never changes, and a long session has hundreds of thousands: as objects, the collector would copy each twice.
 */
import { ORDER_CLASSES, ORDER_TYPES, TIMES_IN_FORCE } from '../domain/order.js';
import type { LegRole, OrderRequest, OrderType, Side, TimeInForce, Trail } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/orderState.js';
import type { OrderStatus } from '../domain/orderState.js';
import type { Micros } from '../domain/units.js';
import { NumberRows } from '../utils/NumberRows.js';
import { placeIn } from '../utils/placeIn.js';
import { SharedRows } from '../utils/SharedRows.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';
import { OrderRecord } from './OrderRecord.js';

const SIDES: readonly Side[] = ['buy', 'sell'];
const ROLES: readonly LegRole[] = ['takeProfit', 'stopLoss'];

/** What every order has another one of. */
const WIDTH = 10;
/** Prefix of the client order id, account, choices, quantity, owner, reason. */
const SHARED_WIDTH = 6;
/** Prices, ids and terms of few; 0 stands for an absent price or id, below 0 for an absent text, fraction or class. */
const RARE_WIDTH = 12;
/** Where the choices of {@link choicesOf} begin, in bits; each has five. */
const SIDE = 0;
const TYPE = 5;
const TIME_IN_FORCE = 10;
const STATUS = 15;
const FLAGS = 20;
const CHOICE_MASK = 31;
const FILLED_AT_MARKET = termsOf('market', 'day', 'filled');
/** A row of what few orders have, of an order without any of it. */
const NOT_RARE: readonly number[] = [0, 0, -1, -1, 0, 0, -1, 0, -1, 0, 0, 0];
const EXTENDED_HOURS = 1;
const MANUAL = 2;
const INCREASES_RISK = 4;

/** See the module header. */
export class OrderArchive {
  /** Number, of the client order id, shared and rare row, of the signal, times, what was filled, its value, symbol. */
  private readonly rows = new NumberRows(WIDTH);
  private readonly shared = new SharedRows(SHARED_WIDTH);
  private readonly rare = new NumberRows(RARE_WIDTH);
  private readonly texts = new TextTable();
  private readonly accounts = new TextColumn(this.texts);
  private readonly owners = new TextColumn(this.texts);
  private readonly prefixes = new TextColumn(this.texts);
  private readonly reasons = new TextColumn(this.texts);
  /** What the last client order id began with, so that a series of them is recognised at a glance. */
  private prefix = '';
  private prefixCode = -1;
  /** Of the text that {@link takeClientOrderId} found last. */
  private idCode = -1;

  /** Copies a final order and returns its place. */
  add(order: OrderRecord): number {
    const { rows, shared } = this;
    const { source } = order;
    const isNumbered = order.clientOrderNumber > 0;
    const clientOrderNumber = isNumbered ? order.clientOrderNumber : this.takeClientOrderId(order.clientOrderId);
    const prefix = isNumbered ? this.prefixes.codeOf(order.clientOrderPrefix) : this.idCode;
    const account = this.accounts.codeOf(order.accountId);
    const choices = choicesOf(order);
    const { quantity } = order;
    const owner = this.owners.codeOf(source.kind === 'manual' ? source.user : source.instanceId);
    const reason = this.reasons.codeOf(order.reason);
    const { expected } = shared;
    const isSamePlan = expected[2] === choices && expected[3] === quantity && expected[5] === reason;
    const isSameOwner = expected[0] === prefix && expected[1] === account && expected[4] === owner;
    let place = 0;
    if (isSamePlan && isSameOwner) {
      place = shared.again();
    } else {
      const { row: terms } = shared;
      terms[0] = prefix;
      terms[1] = account;
      terms[2] = choices;
      terms[3] = quantity;
      terms[4] = owner;
      terms[5] = reason;
      place = shared.place();
    }
    const at = rows.next();
    const row = rows.block;
    row[at] = order.number;
    row[at + 1] = clientOrderNumber;
    row[at + 2] = place;
    row[at + 3] = this.rareOf(order);
    // Signals are numbered by the engine alone: `s-` and a number.
    row[at + 4] = order.signalNumber > 0 ? order.signalNumber : numberOfId(order.signalId);
    row[at + 5] = order.createdAt;
    row[at + 6] = order.updatedAt;
    row[at + 7] = order.filledQuantity;
    row[at + 8] = order.filledNotional;
    row[at + 9] = order.symbolId;
    return rows.length - 1;
  }

  /** The order of a place that {@link add} returned; a new object every time. */
  at(place: number): OrderRecord {
    const number = (column: number): number => this.rows.at(place, column);
    const shared = (column: number): number => this.shared.at(number(2), column);
    const rare = (column: number): number =>
      number(3) < 0 ? (NOT_RARE[column] ?? 0) : this.rare.at(number(3), column);
    const flags = choiceIn(shared(2), FLAGS);
    const request = this.requestAt(number, shared, rare);
    const record = new OrderRecord(`o-${number(0)}`, number(0), request, number(5));
    record.status = ORDER_STATUSES[choiceIn(shared(2), STATUS)] ?? 'filled';
    record.updatedAt = number(6);
    record.filledQuantity = number(7);
    record.filledNotional = number(8);
    if (rare(3) >= 0) record.statusReason = this.texts.textOf(rare(3));
    record.increasesRisk = (flags & INCREASES_RISK) !== 0;
    const orderClass = ORDER_CLASSES[rare(6)];
    const role = ROLES[rare(8)];
    if (orderClass !== undefined) record.orderClass = orderClass;
    if (rare(7) > 0) record.parentId = `o-${rare(7)}`;
    if (role !== undefined) record.role = role;
    if (rare(9) > 0) record.replaces = `o-${rare(9)}`;
    if (rare(10) > 0) record.replacedBy = `o-${rare(10)}`;
    record.timeStop = rare(11);
    return record;
  }

  /** When the order of a place was decided, and when it came to its end. */
  createdAt(place: number): Micros {
    return this.rows.at(place, 5);
  }
  updatedAt(place: number): Micros {
    return this.rows.at(place, 6);
  }

  /** The id of the order that it took the place of; undefined for most. */
  replaces(place: number): string | undefined {
    const row = this.rows.at(place, 3);
    const number = row < 0 ? 0 : this.rare.at(row, 9);
    return number > 0 ? `o-${number}` : undefined;
  }

  /** The row of what few orders have; -1 without any of it. */
  private rareOf(order: OrderRecord): number {
    const { limitPrice, stopPrice, sizeAtFill, statusReason, notional, trail, orderClass, parentId, role } = order;
    const isMarket = limitPrice === undefined && stopPrice === undefined && trail === undefined;
    const isSized = sizeAtFill !== undefined || notional !== undefined;
    const isGrouped = orderClass !== undefined || parentId !== undefined || role !== undefined;
    const isReplaced = order.replaces !== undefined || order.replacedBy !== undefined;
    if (isMarket && !isSized && !isGrouped && !isReplaced && statusReason === undefined && order.timeStop === 0) {
      return -1;
    }
    const at = this.rare.next();
    const row = this.rare.block;
    row[at] = limitPrice ?? 0;
    row[at + 1] = stopPrice ?? 0;
    row[at + 2] = sizeAtFill?.fraction ?? -1;
    row[at + 3] = statusReason === undefined ? -1 : this.texts.codeOf(statusReason);
    row[at + 4] = notional ?? 0;
    // A share of the best price is kept below zero.
    row[at + 5] = trail === undefined ? 0 : trail.kind === 'price' ? trail.amount : -trail.ppm;
    row[at + 6] = orderClass === undefined ? -1 : placeIn(ORDER_CLASSES, orderClass);
    row[at + 7] = numberOfId(parentId);
    row[at + 8] = role === undefined ? -1 : placeIn(ROLES, role);
    row[at + 9] = numberOfId(order.replaces);
    row[at + 10] = numberOfId(order.replacedBy);
    row[at + 11] = order.timeStop;
    return this.rare.length - 1;
  }

  private requestAt(
    number: (column: number) => number,
    shared: (column: number) => number,
    rare: (column: number) => number,
  ): OrderRequest {
    const text = (column: number): string => this.texts.textOf(shared(column));
    const choices = shared(2);
    const flags = choiceIn(choices, FLAGS);
    const fraction = rare(2);
    return {
      clientOrderId: number(1) > 0 ? `${text(0)}${number(1)}` : text(0),
      accountId: text(1),
      symbolId: number(9),
      side: SIDES[choiceIn(choices, SIDE)] ?? 'buy',
      type: ORDER_TYPES[choiceIn(choices, TYPE)] ?? 'market',
      timeInForce: TIMES_IN_FORCE[choiceIn(choices, TIME_IN_FORCE)] ?? 'day',
      quantity: shared(3),
      ...(rare(0) === 0 ? {} : { limitPrice: rare(0) }),
      ...(rare(1) === 0 ? {} : { stopPrice: rare(1) }),
      ...(rare(4) === 0 ? {} : { notional: rare(4) }),
      ...trailOf(rare(5)),
      ...(fraction < 0 ? {} : { sizeAtFill: { fraction } }),
      extendedHours: (flags & EXTENDED_HOURS) !== 0,
      source: (flags & MANUAL) === 0 ? { kind: 'strategy', instanceId: text(4) } : { kind: 'manual', user: text(4) },
      reason: text(5),
      ...(number(4) === 0 ? {} : { signalId: `s-${number(4)}` }),
    };
  }

  /**
   * Ids that count up behind one prefix are kept as prefix and number, others whole with the number 0: the number is
   * given, the code of the text is put into `idCode`.
   */
  private takeClientOrderId(id: string): number {
    const { prefix } = this;
    let number = prefix !== '' && id.startsWith(prefix) ? numberFrom(id, prefix.length) : 0;
    if (number === 0) {
      const begin = id.lastIndexOf('-') + 1;
      number = numberFrom(id, begin);
      if (number > 0) this.prefix = id.slice(0, begin);
      if (number > 0) this.prefixCode = this.texts.codeOf(this.prefix);
    }
    this.idCode = number > 0 ? this.prefixCode : this.texts.codeOf(id);
    return number;
  }
}

/** The choices of an order as one number. */
function choicesOf(order: OrderRecord): number {
  const flags =
    (order.extendedHours ? EXTENDED_HOURS : 0) +
    (order.source.kind === 'manual' ? MANUAL : 0) +
    (order.increasesRisk ? INCREASES_RISK : 0);
  const { type, timeInForce, status } = order;
  // Most orders are of this kind: three comparisons in place of three searches.
  const isPlain = type === 'market' && timeInForce === 'day' && status === 'filled';
  const terms = isPlain ? FILLED_AT_MARKET : termsOf(type, timeInForce, status);
  return ((order.side === 'buy' ? 0 : 1) << SIDE) | terms | (flags << FLAGS);
}

function termsOf(type: OrderType, timeInForce: TimeInForce, status: OrderStatus): number {
  return (
    (placeIn(ORDER_TYPES, type) << TYPE) |
    (placeIn(TIMES_IN_FORCE, timeInForce) << TIME_IN_FORCE) |
    (placeIn(ORDER_STATUSES, status) << STATUS)
  );
}

function choiceIn(choices: number, place: number): number {
  return (choices >> place) & CHOICE_MASK;
}

function numberOfId(id: string | undefined): number {
  return id === undefined ? 0 : numberFrom(id, 2);
}

function trailOf(value: number): { readonly trail?: Trail } {
  if (value === 0) return {};
  return { trail: value > 0 ? { kind: 'price', amount: value } : { kind: 'percent', ppm: -value } };
}

/** The whole number that a text ends with from `begin` on, as it would be written; 0 for anything else. */
export function numberFrom(text: string, begin: number): number {
  const { length } = text;
  if (begin === length || length - begin > 9 || text.charCodeAt(begin) === 48) return 0;
  let value = 0;
  for (let i = begin; i < length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
