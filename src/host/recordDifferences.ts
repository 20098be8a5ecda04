/** How the decisions of two runs of one session differ: the first place, and how many of each kind are equal. */
import { newYorkText } from '../calendar/newYorkText.js';
import type { Micros } from '../domain/units.js';
import { formatDecimal, SHARE } from '../domain/units.js';
import type { TapeRecord } from './tapeRecords.js';
import { canonical } from './verifyTape.js';

/** The kinds of decision that are counted. */
export const COUNTED = ['signals', 'orders', 'fills'] as const;
/** One of them. */
export type CountedKind = (typeof COUNTED)[number];

/** How many of a kind there are, and how many of them are in both runs at the same time or at another one. */
export interface KindCount {
  readonly recorded: number;
  readonly again: number;
  readonly equal: number;
  readonly equalButTime: number;
}

/** The first place where two runs part. */
export interface RecordDifference {
  readonly time: Micros;
  /** With its time and in words for signals, orders and fills; other records as they are. */
  readonly recorded: string;
  readonly again: string;
  /** Whether a signal, an order or a fill is another one, and not only a figure beside them. */
  readonly isVisible: boolean;
}

/** All of it. */
export interface RecordComparison {
  readonly first: RecordDifference | undefined;
  readonly counts: Readonly<Record<CountedKind, KindCount>>;
  /** Whether there are the same signals, orders and fills in the same order, whatever their times. */
  readonly sameButTimes: boolean;
}

interface Line {
  readonly kind: CountedKind;
  readonly time: Micros;
  /** Without the time. */
  readonly text: string;
}

const NOTHING = 'nothing more';

/** Compares decisions in order. Symbols and price scale are the session's. */
export function compareRecords(
  recorded: readonly TapeRecord[],
  again: readonly TapeRecord[],
  symbols: readonly string[],
  priceScale: number,
): RecordComparison {
  const lineOf = (record: TapeRecord | undefined): Line | undefined =>
    record === undefined ? undefined : describe(record, symbols, priceScale);
  const linesOf = (records: readonly TapeRecord[]): readonly Line[] =>
    records.flatMap((record) => lineOf(record) ?? []);
  const one = linesOf(recorded);
  const other = linesOf(again);
  return {
    first: firstLine(one, other) ?? firstRecord(recorded, again),
    counts: Object.fromEntries(
      COUNTED.map((kind) => [kind, countOf(one.filter(isOf(kind)), other.filter(isOf(kind)))]),
    ) as Record<CountedKind, KindCount>,
    sameButTimes: one.length === other.length && one.every(({ text }, index) => text === other[index]?.text),
  };
}

/** The first signal, order or fill that is another one, or at another time. */
function firstLine(recorded: readonly Line[], again: readonly Line[]): RecordDifference | undefined {
  const most = Math.max(recorded.length, again.length);
  for (let index = 0; index < most; index += 1) {
    const one = recorded[index];
    const other = again[index];
    if (one?.text === other?.text && one?.time === other?.time) continue;
    const textOf = (line: Line | undefined): string =>
      line === undefined ? NOTHING : `${newYorkText(line.time)} ${line.text}`;
    const time = Math.min(one?.time ?? Infinity, other?.time ?? Infinity);
    return { time, recorded: textOf(one), again: textOf(other), isVisible: true };
  }
  return undefined;
}

/** The first record that is another one, in a field that the words leave out. */
function firstRecord(recorded: readonly TapeRecord[], again: readonly TapeRecord[]): RecordDifference | undefined {
  const most = Math.max(recorded.length, again.length);
  for (let index = 0; index < most; index += 1) {
    const one = recorded[index];
    const other = again[index];
    const texts = [one, other].map((record) => (record === undefined ? NOTHING : canonical(record)));
    if (texts[0] === texts[1]) continue;
    const time = Math.min(timeOf(one), timeOf(other));
    return { time, recorded: texts[0] ?? '', again: texts[1] ?? '', isVisible: false };
  }
  return undefined;
}

function countOf(recorded: readonly Line[], again: readonly Line[]): KindCount {
  const equal = shared(recorded, again, ({ time, text }) => `${time} ${text}`);
  const whatever = shared(recorded, again, ({ text }) => text);
  return { recorded: recorded.length, again: again.length, equal, equalButTime: whatever - equal };
}

/** How many lines of two lists have a counterpart with the same key in the other. */
function shared(one: readonly Line[], other: readonly Line[], keyOf: (line: Line) => string): number {
  const left = new Map<string, number>();
  for (const line of one) left.set(keyOf(line), (left.get(keyOf(line)) ?? 0) + 1);
  let count = 0;
  for (const line of other) {
    const there = left.get(keyOf(line)) ?? 0;
    if (there === 0) continue;
    left.set(keyOf(line), there - 1);
    count += 1;
  }
  return count;
}

function isOf(kind: CountedKind): (line: Line) => boolean {
  return (line) => line.kind === kind;
}

/** Signals, submitted orders and fills in words; undefined for other records. */
function describe(record: TapeRecord, symbols: readonly string[], scale: number): Line | undefined {
  const symbolOf = (id: number): string => symbols[id] ?? '';
  const price = (value: number): string => formatDecimal(value, scale);
  const shares = (value: number): string => `${formatDecimal(value, SHARE, 0)} shares`;
  if (record.type === 'signal') {
    const { instanceId, symbolId, intent, reason, time } = record.signal;
    const { outcome, quantity } = record.decision;
    const allowed = `${outcome} ${shares(quantity)}`;
    const text = `signal of ${instanceId}: ${intent} ${symbolOf(symbolId)}, ${allowed}, “${reason}”`;
    return { kind: 'signals', time, text };
  }
  if (record.type === 'order' && record.transition === 'submit') {
    const { side, quantity, symbolId, type, limitPrice, stopPrice, createdAt, source } = record.order;
    const who = source.kind === 'strategy' ? source.instanceId : 'manual';
    const prices = [
      limitPrice === undefined ? '' : ` limit ${price(limitPrice)}`,
      stopPrice === undefined ? '' : ` stop ${price(stopPrice)}`,
    ];
    const text = `order of ${who}: ${side} ${shares(quantity)} ${symbolOf(symbolId)} ${type}${prices.join('')}`;
    return { kind: 'orders', time: createdAt, text };
  }
  if (record.type === 'venue' && record.event.type === 'filled') {
    const { side, quantity, symbolId, price: at, time } = record.event.fill;
    return { kind: 'fills', time, text: `fill: ${side} ${shares(quantity)} ${symbolOf(symbolId)} at ${price(at)}` };
  }
  return undefined;
}

function timeOf(record: TapeRecord | undefined): Micros {
  if (record === undefined) return Infinity;
  if ('time' in record && typeof record.time === 'number') return record.time;
  if (record.type === 'signal') return record.signal.time;
  if (record.type === 'order') return record.order.updatedAt;
  return record.type === 'venue' ? record.now : Infinity;
}
