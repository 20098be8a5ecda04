/**
 * Orders that have reached their end, in columns; an object is made again when one is asked for. A final order
 * never changes, and a long session has hundreds of thousands: as objects, the collector would copy each twice.
 */
import { ORDER_CLASSES, ORDER_TYPES, TIMES_IN_FORCE } from '../domain/order.js';
import type { LegRole, OrderRequest, Side, Trail } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/orderState.js';
import { NumberRows } from '../utils/NumberRows.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';
import { OrderRecord } from './OrderRecord.js';

const SIDES: readonly Side[] = ['buy', 'sell'];
const ROLES: readonly LegRole[] = ['takeProfit', 'stopLoss'];

/** Order number and prices; 0 stands for an absent price or id, below 0 for an absent text, fraction or class. */
const WIDTH = 30;
const EXTENDED_HOURS = 1;
const MANUAL = 2;
const INCREASES_RISK = 4;

/** See the module header. */
export class OrderArchive {
  private readonly rows = new NumberRows(WIDTH);
  private readonly texts = new TextTable();
  private readonly accounts = new TextColumn(this.texts);
  private readonly owners = new TextColumn(this.texts);
  private readonly prefixes = new TextColumn(this.texts);
  private readonly reasons = new TextColumn(this.texts);
  /** What the last client order id began with, so that a series of them is recognised at a glance. */
  private prefix = '';
  private prefixCode = -1;

  /** Copies a final order and returns its place. */
  add(order: OrderRecord): number {
    const { rows, texts } = this;
    const { source } = order;
    const isManual = source.kind === 'manual';
    const at = rows.next();
    const row = rows.block;
    row[at] = order.number;
    if (order.clientOrderNumber > 0) {
      row[at + 1] = this.prefixes.codeOf(order.clientOrderPrefix);
      row[at + 2] = order.clientOrderNumber;
    } else {
      this.addClientOrderId(order.clientOrderId, row, at + 1);
    }
    row[at + 3] = this.accounts.codeOf(order.accountId);
    row[at + 4] = order.symbolId;
    row[at + 5] = order.side === 'buy' ? 0 : 1;
    row[at + 6] = ORDER_TYPES.indexOf(order.type);
    row[at + 7] = TIMES_IN_FORCE.indexOf(order.timeInForce);
    row[at + 8] = order.quantity;
    row[at + 9] = order.limitPrice ?? 0;
    row[at + 10] = order.stopPrice ?? 0;
    row[at + 11] = order.sizeAtFill?.fraction ?? -1;
    row[at + 12] = this.owners.codeOf(isManual ? source.user : source.instanceId);
    row[at + 13] = this.reasons.codeOf(order.reason);
    // Signals are numbered by the engine alone: `s-` and a number.
    row[at + 14] = order.signalId === undefined ? 0 : numberFrom(order.signalId, 2);
    row[at + 15] = ORDER_STATUSES.indexOf(order.status);
    row[at + 16] = order.createdAt;
    row[at + 17] = order.updatedAt;
    row[at + 18] = order.filledQuantity;
    row[at + 19] = order.filledNotional;
    row[at + 20] = order.statusReason === undefined ? -1 : texts.codeOf(order.statusReason);
    row[at + 21] =
      (order.extendedHours ? EXTENDED_HOURS : 0) + (isManual ? MANUAL : 0) + (order.increasesRisk ? INCREASES_RISK : 0);
    row[at + 22] = order.notional ?? 0;
    // A share of the best price is kept below zero.
    const { trail } = order;
    row[at + 23] = trail === undefined ? 0 : trail.kind === 'price' ? trail.amount : -trail.ppm;
    row[at + 24] = order.orderClass === undefined ? -1 : ORDER_CLASSES.indexOf(order.orderClass);
    row[at + 25] = numberOfId(order.parentId);
    row[at + 26] = order.role === undefined ? -1 : ROLES.indexOf(order.role);
    row[at + 27] = numberOfId(order.replaces);
    row[at + 28] = numberOfId(order.replacedBy);
    row[at + 29] = order.timeStop;
    return rows.length - 1;
  }

  /** The order of a place that {@link add} returned; a new object every time. */
  at(place: number): OrderRecord {
    const number = (column: number): number => this.rows.at(place, column);
    const text = (column: number): string => this.texts.textOf(number(column));
    const flags = number(21);
    const record = new OrderRecord(`o-${number(0)}`, number(0), this.requestAt(number, text, flags), number(16));
    record.status = ORDER_STATUSES[number(15)] ?? 'filled';
    record.updatedAt = number(17);
    record.filledQuantity = number(18);
    record.filledNotional = number(19);
    if (number(20) >= 0) record.statusReason = text(20);
    record.increasesRisk = (flags & INCREASES_RISK) !== 0;
    const orderClass = ORDER_CLASSES[number(24)];
    const role = ROLES[number(26)];
    if (orderClass !== undefined) record.orderClass = orderClass;
    if (number(25) > 0) record.parentId = `o-${number(25)}`;
    if (role !== undefined) record.role = role;
    if (number(27) > 0) record.replaces = `o-${number(27)}`;
    if (number(28) > 0) record.replacedBy = `o-${number(28)}`;
    record.timeStop = number(29);
    return record;
  }

  private requestAt(number: (column: number) => number, text: (column: number) => string, flags: number): OrderRequest {
    const fraction = number(11);
    return {
      clientOrderId: number(2) > 0 ? `${text(1)}${number(2)}` : text(1),
      accountId: text(3),
      symbolId: number(4),
      side: SIDES[number(5)] ?? 'buy',
      type: ORDER_TYPES[number(6)] ?? 'market',
      timeInForce: TIMES_IN_FORCE[number(7)] ?? 'day',
      quantity: number(8),
      ...(number(9) === 0 ? {} : { limitPrice: number(9) }),
      ...(number(10) === 0 ? {} : { stopPrice: number(10) }),
      ...(number(22) === 0 ? {} : { notional: number(22) }),
      ...trailOf(number(23)),
      ...(fraction < 0 ? {} : { sizeAtFill: { fraction } }),
      extendedHours: (flags & EXTENDED_HOURS) !== 0,
      source: (flags & MANUAL) === 0 ? { kind: 'strategy', instanceId: text(12) } : { kind: 'manual', user: text(12) },
      reason: text(13),
      ...(number(14) === 0 ? {} : { signalId: `s-${number(14)}` }),
    };
  }

  /** Ids that count up behind one prefix are kept as prefix and number, others whole with the number 0. */
  private addClientOrderId(id: string, row: Float64Array, at: number): void {
    const { prefix } = this;
    let number = prefix !== '' && id.startsWith(prefix) ? numberFrom(id, prefix.length) : 0;
    if (number === 0) {
      const begin = id.lastIndexOf('-') + 1;
      number = numberFrom(id, begin);
      if (number > 0) this.prefix = id.slice(0, begin);
      if (number > 0) this.prefixCode = this.texts.codeOf(this.prefix);
    }
    row[at] = number > 0 ? this.prefixCode : this.texts.codeOf(id);
    row[at + 1] = number;
  }
}

function numberOfId(id: string | undefined): number {
  return id === undefined ? 0 : numberFrom(id, 2);
}

function trailOf(value: number): { readonly trail?: Trail } {
  if (value === 0) return {};
  return { trail: value > 0 ? { kind: 'price', amount: value } : { kind: 'percent', ppm: -value } };
}

/** The whole number that a text ends with from `begin` on, as it would be written; 0 for anything else. */
function numberFrom(text: string, begin: number): number {
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
