/**
 * Reads the LOBSTER sample of the reference data: messages and book rows of one morning, gzipped CSV with one
 * header line. Prices in the files are dollars × 10,000; they come out in ticks of a cent, which need not be whole
 * for hidden executions. For tests only.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BUY, SELL } from '../src/book/bookLayout.js';
import type { BookSide } from '../src/book/bookLayout.js';
import type { ReplayBook } from '../src/exchange/book/ReplayBook.js';
import { referenceData } from './referenceData.js';

const STEPS_PER_TICK = 100;

/** One row of a message file. */
export interface LobsterMessage {
  /** 1 new, 2 partly canceled, 3 deleted, 4 executed, 5 hidden execution, 7 halt. */
  readonly type: number;
  readonly number: number;
  readonly size: number;
  readonly tick: number;
  readonly side: BookSide;
  /** Microseconds since midnight in New York. */
  readonly time: number;
  /** The row as it is in the file, to find it in another one. */
  readonly text: string;
}

/** Price in ticks and shares, best first. */
export type Levels = readonly (readonly [tick: number, size: number])[];

/** The messages of a file of `l2/lobster`. */
export function readMessages(name: string): LobsterMessage[] {
  return linesOf(name).map((text) => {
    const [seconds = NaN, type = NaN, number = NaN, size = NaN, price = NaN, direction = NaN] = text
      .split(',')
      .map(Number);
    return {
      type,
      number,
      size,
      tick: price / STEPS_PER_TICK,
      side: direction === 1 ? BUY : SELL,
      time: Math.floor(seconds * 1e6),
      text,
    };
  });
}

/** The rows of a book file of `l2/lobster`: bids and asks after each message. */
export function readBookRows(name: string): { readonly bids: Levels; readonly asks: Levels }[] {
  return linesOf(name).map((line) => {
    const fields = line.split(',').map(Number);
    const levelsFrom = (first: number): Levels =>
      Array.from({ length: fields.length / 4 }, (_, level) => {
        const at = level * 4 + first;
        return [(fields[at] ?? NaN) / STEPS_PER_TICK, fields[at + 1] ?? NaN] as const;
      });
    return { asks: levelsFrom(0), bids: levelsFrom(2) };
  });
}

/** Applies a message to a book. */
export function applyMessage(book: ReplayBook, { type, number, side, tick, size }: LobsterMessage): void {
  if (type === 1) book.onAdd(number, side, tick, size);
  else if (type === 2 || type === 3) book.onCancel(number, side, tick, size);
  else if (type === 4) book.onExecution(number, side, tick, size);
  else if (type === 5) book.onHiddenExecution(side, tick, size);
  else if (type === 7 && tick * STEPS_PER_TICK === -1) book.onHalt();
  else if (type === 7 && tick * STEPS_PER_TICK === 1) book.onResume();
}

/** What stood before the first message: depth without numbers, and orders that are only known later. */
export interface LobsterStart {
  readonly depth: readonly { readonly side: BookSide; readonly tick: number; readonly size: number }[];
  readonly orders: readonly Pick<LobsterMessage, 'number' | 'side' | 'tick' | 'size'>[];
}

/** The book before the first message, from the first row after it and from messages about orders never submitted. */
export function startOf(messages: readonly LobsterMessage[], bookFile: string): LobsterStart {
  const first = readBookRows(bookFile)[0];
  const message = messages[0];
  if (first === undefined || message?.type !== 1) throw new Error('the files do not begin with a new order');
  const depth = [BUY, SELL].flatMap((side) =>
    (side === BUY ? first.bids : first.asks).map(([tick, size]) => {
      const isNew = side === message.side && tick === message.tick;
      return { side: side === BUY ? BUY : SELL, tick, size: isNew ? size - message.size : size } as const;
    }),
  );
  const submitted = new Set(messages.filter(({ type }) => type === 1).map(({ number }) => number));
  const unseen = new Map<number, Pick<LobsterMessage, 'number' | 'side' | 'tick' | 'size'>>();
  for (const { type, number, side, tick, size } of messages) {
    if (![2, 3, 4].includes(type) || submitted.has(number)) continue;
    const deepest = (side === BUY ? first.bids : first.asks).at(-1)?.[0] ?? 0;
    if (side === BUY ? tick >= deepest : tick <= deepest) continue;
    unseen.set(number, { number, side, tick, size: (unseen.get(number)?.size ?? 0) + size });
  }
  return { depth: depth.filter(({ size }) => size > 0), orders: [...unseen.values()] };
}

/** The best levels of a side of the recorded market. */
export function levelsOf(book: ReplayBook, side: BookSide, most: number): Levels {
  const [ticks, sizes] = [new Int32Array(most), new Int32Array(most)];
  const count = book.market.queues.depth(side, ticks, sizes);
  return Array.from({ length: count }, (_, i) => [ticks[i] ?? 0, sizes[i] ?? 0] as const);
}

function linesOf(name: string): string[] {
  const text = gunzipSync(readFileSync(referenceData(`l2/lobster/${name}`))).toString('utf8');
  return text.trimEnd().split('\n').slice(1);
}
