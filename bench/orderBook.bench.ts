/**
 * The limit order book alone: messages made beforehand from a seed, applied to a book that starts empty. Three
 * mixes: deep (54 % orders, 32 % cancels, 14 % immediate-or-cancel, about 10,000 resting), touch (81 % replaces, 10
 * % orders, 6 % cancels, 3 % immediate-or-cancel, about 1,000 resting) and wide (as deep with about 200,000
 * resting). No risk checks, accounts or tape; every report is read. The naive book of the tests agrees on trades,
 * shares and the final book over a first part, an untimed run on all of it. The same book in C says what the machine
 * allows (limits.ts); other order books from npm run beside it where installed.
 */
import { REPORT_SHIFT, Report, sideOf } from '../src/book/bookLayout.js';
import { LimitOrderBook } from '../src/book/LimitOrderBook.js';
import { NaiveOrderBook } from '../src/exchange/testing/NaiveOrderBook.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { besideLimit } from './limits.js';
import type { Limit } from './limits.js';
import { Kind, MESSAGE_SHIFT, MIXES, makeMessages } from './orderBookMessages.js';
import type { Messages, Mix, Outcome } from './orderBookMessages.js';
import { measurePeers } from './orderBookPeers.js';

const MESSAGES = 3_000_000;
/** The naive book gets so many of the messages that it ends within seconds; the peers, slower still, fewer. */
const SLOW_MESSAGES = 300_000;
const PEER_MESSAGES = 50_000;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const mix of MIXES) {
    const messages = makeMessages(mix, MESSAGES);
    const naive = runNaive(messages.rows, mix.resting + SLOW_MESSAGES);
    const peerCount = mix.resting + PEER_MESSAGES;
    const { shares } = runBook(messages.rows, peerCount, messages.orders);
    const peers = await measurePeers(`order-book/${mix.name}`, messages.rows, peerCount, shares);
    const ours = await measureBook(mix, messages, naive, peers.missing);
    results.push(...besideLimit(ours, limitOf(messages)), ...peers.results);
  }
  return results;
}

async function measureBook(
  mix: Mix,
  messages: Messages,
  naive: Outcome,
  missing: readonly string[],
): Promise<BenchResult> {
  const { rows, count, orders, expected, note } = messages;
  const fast = runBook(rows, mix.resting + SLOW_MESSAGES, orders);
  assert(JSON.stringify(fast) === JSON.stringify(naive), `${mix.name}: ${JSON.stringify([fast, naive])}`);
  return measure({
    name: `order-book/${mix.name}`,
    unit: 'messages',
    work: count,
    run: () => runBook(rows, count, orders),
    check: (outcome) => {
      assert(JSON.stringify(outcome) === JSON.stringify(expected), JSON.stringify([outcome, expected]));
    },
    gatePerSecond: mix.gatePerSecond,
    note: missing.length === 0 ? note : `${note}; not installed: ${missing.join(', ')}`,
  });
}

function limitOf({ rows, count, orders, expected }: Messages): Limit {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, (count << MESSAGE_SHIFT) * rows.BYTES_PER_ELEMENT);
  return { program: 'orderBook', data: [bytes], args: [String(orders)], expected: { ...expected } };
}

/** Applies messages to a new book; reads every report. */
function runBook(rows: Int32Array, count: number, orders: number): Outcome {
  const book = new LimitOrderBook({ tickSize: 10_000 });
  const handles = new Int32Array(orders + 1);
  let trades = 0;
  let shares = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const order = rows[at + 1] ?? 0;
    const side = sideOf(rows[at + 2] ?? 0);
    const tick = rows[at + 3] ?? 0;
    const size = rows[at + 4] ?? 0;
    switch (rows[at]) {
      case Kind.ADD:
        handles[order] = book.add(side, tick, size, order);
        break;
      case Kind.CANCEL:
        book.cancel(handles[order] ?? 0);
        break;
      case Kind.REPLACE:
        book.replace(handles[order] ?? 0, tick, size);
        break;
      default:
        book.take(side, tick, size);
    }
    const { reportCount, reports } = book;
    for (let i = 0; i < reportCount; i += 1) {
      trades += 1;
      shares += reports[(i << REPORT_SHIFT) + Report.SIZE] ?? 0;
    }
  }
  return { trades, shares, checksum: book.queues.checksum() };
}

function runNaive(rows: Int32Array, count: number): Outcome {
  const book = new NaiveOrderBook('allow');
  let trades = 0;
  let shares = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const [kind = 0, order = 0, sideNumber = 0, tick = 0, size = 0] = rows.subarray(at, at + 5);
    const side = sideOf(sideNumber);
    if (kind === Kind.ADD) book.add(side, tick, size, order);
    else if (kind === Kind.CANCEL) book.cancel(order);
    else if (kind === Kind.REPLACE) book.replace(order, tick, size);
    else book.take(side, tick, size);
    trades += book.reports.length;
    for (const report of book.reports) shares += report[5];
  }
  return { trades, shares, checksum: book.checksum() };
}
