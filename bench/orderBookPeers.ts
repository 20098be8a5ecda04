/**
 * Order books from npm under the messages of the order-book benchmark. They are no dependencies of the project: those
 * that are not found (in node_modules, or a folder of NODE_PATH) are named as missing. Both are by one author and
 * are used in the same way. A replace is a cancel and a new order there.
 */
import { createRequire } from 'node:module';
import { BUY } from '../src/book/bookLayout.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { Kind, MESSAGE_SHIFT } from './orderBookMessages.js';

const PEERS = ['nodejs-order-book', 'hft-limit-order-book'];

/** What may be wrong with the shares that a peer trades; the note of its case says what was. */
const ACCEPTED = 0.001;

/** What is used of a peer. */
interface PeerBook {
  limit(order: object): { readonly quantityLeft: number };
  market(order: object): { readonly quantityLeft: number };
  cancel(id: string): unknown;
}

/** Measures the peers that are found, as cases below `name`, and names the others; the messages trade `shares`. */
export async function measurePeers(
  name: string,
  rows: Int32Array,
  count: number,
  shares: number,
): Promise<{ readonly results: BenchResult[]; readonly missing: string[] }> {
  const results: BenchResult[] = [];
  const missing: string[] = [];
  for (const peer of PEERS) {
    const makeBook = findPeer(peer);
    if (makeBook === undefined) {
      missing.push(peer);
      continue;
    }
    let traded = 0;
    const result = await measure({
      name: `${name}/${peer}`,
      unit: 'messages',
      work: count,
      warmUps: 1,
      runs: 3,
      run: () => {
        traded = runPeer(makeBook(), rows, count);
      },
      check: () => assert(Math.abs(traded / shares - 1) < ACCEPTED, `${peer} traded ${traded} shares, not ${shares}`),
    });
    results.push({ ...result, note: `the first messages only; ${traded} shares traded, right are ${shares}` });
  }
  return { results, missing };
}

function findPeer(name: string): (() => PeerBook) | undefined {
  const require = createRequire(import.meta.url);
  try {
    require.resolve(name);
  } catch {
    // It is not installed, which its absence from the table says.
    return undefined;
  }
  const { OrderBook } = require(name) as { readonly OrderBook: new () => PeerBook };
  return () => new OrderBook();
}

/** Applies messages to a new book. Returns the shares traded. */
function runPeer(book: PeerBook, rows: Int32Array, count: number): number {
  let shares = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const id = String(rows[at + 1]);
    const side = rows[at + 2] === BUY ? 'buy' : 'sell';
    const price = rows[at + 3] ?? 0;
    const size = rows[at + 4] ?? 0;
    const kind = rows[at];
    if (kind === Kind.CANCEL || kind === Kind.REPLACE) book.cancel(id);
    if (kind === Kind.ADD || kind === Kind.REPLACE) shares += size - book.limit({ side, id, size, price }).quantityLeft;
    else if (kind === Kind.TAKE) shares += size - book.market({ side, size }).quantityLeft;
  }
  return shares;
}
