/**
 * Trades of two runs side by side: which are the same, which differ in what, which only one of them has, and where they
 * part first. Trades are paired that have symbol, side and entry time in common, then those of a symbol and side that
 * overlap in time: the same decision, taken at another moment.
 */
import type { StoredTrade } from '../domain/runs.js';
import type { Micros } from '../domain/units.js';

/** What two trades of a pair can differ in. */
export const TRADE_FIELDS = [
  'quantity',
  'entryTime',
  'entryPrice',
  'entryReason',
  'exitTime',
  'exitPrice',
  'exitReason',
  'fees',
  'pnl',
] as const;
/** One of {@link TRADE_FIELDS}. */
export type TradeField = (typeof TRADE_FIELDS)[number];

/** A pair that is not the same. */
export interface TradeChange {
  readonly a: StoredTrade;
  readonly b: StoredTrade;
  readonly fields: readonly TradeField[];
}

/** A trade that is not in both runs as it is, in either form. */
export type TradeDifference =
  | { readonly kind: 'changed'; readonly change: TradeChange }
  | { readonly kind: 'onlyA' | 'onlyB'; readonly trade: StoredTrade };

/** Each list by entry time. */
export interface TradeComparison {
  readonly same: number;
  readonly changed: readonly TradeChange[];
  readonly onlyA: readonly StoredTrade[];
  readonly onlyB: readonly StoredTrade[];
  /** All of them by the time at which they begin: the first is usually the only one that needs an explanation. */
  readonly differences: readonly TradeDifference[];
}

/** Prices of the two runs at one scale each; compared in dollars. */
export interface PriceScales {
  readonly a: number;
  readonly b: number;
}

/** See the module header. */
export function compareTrades(
  a: readonly StoredTrade[],
  b: readonly StoredTrade[],
  scales: PriceScales,
): TradeComparison {
  const exact = pairEntries(a, b);
  const overlapping = pairOverlapping(exact.onlyA, exact.onlyB);
  let same = 0;
  const changed: TradeChange[] = [];
  for (const [one, other] of [...exact.pairs, ...overlapping.pairs]) {
    const fields = TRADE_FIELDS.filter((field) => differs(one, other, field, scales));
    if (fields.length === 0) same += 1;
    else changed.push({ a: one, b: other, fields });
  }
  changed.sort((x, y) => changeTime(x) - changeTime(y));
  const onlyA = overlapping.onlyA.toSorted(byEntry);
  const onlyB = overlapping.onlyB.toSorted(byEntry);
  return { same, changed, onlyA, onlyB, differences: byTime(changed, onlyA, onlyB) };
}

interface Pairing {
  readonly pairs: readonly (readonly [StoredTrade, StoredTrade])[];
  readonly onlyA: readonly StoredTrade[];
  readonly onlyB: readonly StoredTrade[];
}

/** Pairs trades of equal entries, in their order where there are several. */
function pairEntries(a: readonly StoredTrade[], b: readonly StoredTrade[]): Pairing {
  const waiting = grouped(b, ({ symbol, side, entryTime }) => `${symbol} ${side} ${entryTime}`);
  const taken = new Map<string, number>();
  const pairs: [StoredTrade, StoredTrade][] = [];
  const onlyA: StoredTrade[] = [];
  for (const trade of a) {
    const key = `${trade.symbol} ${trade.side} ${trade.entryTime}`;
    const place = taken.get(key) ?? 0;
    const other = waiting.get(key)?.[place];
    if (other === undefined) {
      onlyA.push(trade);
      continue;
    }
    pairs.push([trade, other]);
    taken.set(key, place + 1);
  }
  const onlyB = [...waiting].flatMap(([key, trades]) => trades.slice(taken.get(key) ?? 0));
  return { pairs, onlyA, onlyB };
}

/** Pairs trades of a symbol and side of which each is the other's first that overlaps it in time. */
function pairOverlapping(a: readonly StoredTrade[], b: readonly StoredTrade[]): Pairing {
  const keyOf = ({ symbol, side }: StoredTrade): string => `${symbol} ${side}`;
  const others = grouped(b.toSorted(byEntry), keyOf);
  const pairs: [StoredTrade, StoredTrade][] = [];
  const onlyA: StoredTrade[] = [];
  const onlyB: StoredTrade[] = [];
  for (const [key, trades] of grouped(a.toSorted(byEntry), keyOf)) {
    const waiting = others.get(key) ?? [];
    others.delete(key);
    let place = 0;
    for (const trade of trades) {
      let other = waiting[place];
      while (other !== undefined && other.exitTime <= trade.entryTime) {
        onlyB.push(other);
        place += 1;
        other = waiting[place];
      }
      if (other === undefined || other.entryTime >= trade.exitTime) onlyA.push(trade);
      else {
        pairs.push([trade, other]);
        place += 1;
      }
    }
    onlyB.push(...waiting.slice(place));
  }
  return { pairs, onlyA, onlyB: [...onlyB, ...[...others.values()].flat()] };
}

function differs(a: StoredTrade, b: StoredTrade, field: TradeField, scales: PriceScales): boolean {
  if (field !== 'entryPrice' && field !== 'exitPrice') return a[field] !== b[field];
  return scales.a === scales.b ? a[field] !== b[field] : a[field] / scales.a !== b[field] / scales.b;
}

/** Every difference by the time at which it begins; of one time, changes before trades that only one run has. */
function byTime(
  changed: readonly TradeChange[],
  onlyA: readonly StoredTrade[],
  onlyB: readonly StoredTrade[],
): readonly TradeDifference[] {
  const all: (readonly [time: Micros, difference: TradeDifference])[] = [
    ...changed.map((change) => [changeTime(change), { kind: 'changed', change }] as const),
    ...onlyA.map((trade) => [trade.entryTime, { kind: 'onlyA', trade }] as const),
    ...onlyB.map((trade) => [trade.entryTime, { kind: 'onlyB', trade }] as const),
  ];
  return all.toSorted(([x], [y]) => x - y).map(([, difference]) => difference);
}

/** When a pair begins to differ: at its entry, unless only its exit or what it came to differs. */
function changeTime({ a, b, fields }: TradeChange): Micros {
  const isLate = fields.every((field) => field.startsWith('exit') || field === 'fees' || field === 'pnl');
  return isLate ? Math.min(a.exitTime, b.exitTime) : Math.min(a.entryTime, b.entryTime);
}

function byEntry(a: StoredTrade, b: StoredTrade): number {
  return a.entryTime - b.entryTime || a.exitTime - b.exitTime;
}

function grouped(trades: readonly StoredTrade[], keyOf: (trade: StoredTrade) => string): Map<string, StoredTrade[]> {
  const groups = new Map<string, StoredTrade[]>();
  for (const trade of trades) {
    const key = keyOf(trade);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [trade]);
    else group.push(trade);
  }
  return groups;
}
