/**
 * The matching engine under the messages of the order-book benchmark, sent by a thousand members: checks before the
 * trade, settlement, fees and reports, without and with a command log in 64 KiB writes to a file. The book alone
 * gives trades, shares and the final queues; conservation and reserves are checked on the accounts, and the log is
 * replayed to the same sums. Latency is that of one call, the timer's own time included.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPORT_SHIFT, Report, MAX_TICK, sideOf } from '../src/book/bookLayout.js';
import { CommandLog } from '../src/exchange/book/CommandLog.js';
import { engineFaults } from '../src/exchange/book/engineFaults.js';
import { LimitOrderBook } from '../src/book/LimitOrderBook.js';
import { MatchingEngine } from '../src/exchange/book/MatchingEngine.js';
import { MemberAccounts } from '../src/exchange/book/MemberAccounts.js';
import { replayCommandLog } from '../src/exchange/book/replayCommandLog.js';
import { BlockFile } from '../src/storage/BlockFile.js';
import { nodeFileSystem } from '../src/storage/fileSystem.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { Kind, MESSAGE_SHIFT, MIXES, makeMessages } from './orderBookMessages.js';
import type { Messages, Mix, Outcome } from './orderBookMessages.js';
import { measurePeers } from './orderBookPeers.js';

const MESSAGES = 3_000_000;
const PEER_MESSAGES = 50_000;
const MEMBERS = 1000;
const CASH = 8_000_000_000_000;
/** The messages lie around tick 100,000; members with eight million dollars each trade around 200 dollars. */
const SHIFT_TICKS = 80_000;
const HIGHEST_TICK = 60_000;
const GATE = 8e6;
const LOGGED_GATE = 4e6;

/** A market of members, and what its log was written to. */
interface Market {
  readonly accounts: MemberAccounts;
  readonly engine: MatchingEngine;
}

/** Measures the cases. */
export async function measureMatchingEngine(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-bench-'));
  try {
    const results: BenchResult[] = [];
    for (const mix of MIXES) results.push(...(await measureMix(mix, join(folder, mix.name))));
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureMix(mix: Mix, path: string): Promise<BenchResult[]> {
  const messages = membersMessages(mix);
  const expected = runAlone(messages.rows, messages.count, messages.orders);
  const peerCount = mix.resting + PEER_MESSAGES;
  const peerShares = runAlone(messages.rows, peerCount, messages.orders).shares;
  const peers = await measurePeers(`exchange/engine-${mix.name}`, messages.rows, peerCount, peerShares);
  const missing = peers.missing.length === 0 ? '' : `; not installed: ${peers.missing.join(', ')}`;
  const plain = await measure({
    name: `exchange/engine-${mix.name}`,
    unit: 'commands',
    work: messages.count,
    run: () => runEngine(makeMarket(), messages),
    check: (market) => checkMarket(market, expected),
    gatePerSecond: GATE,
    note: `${messages.note}; ${latencyNote(messages)}${missing}`,
  });
  const logged = await measure({
    name: `exchange/engine-${mix.name}-logged`,
    unit: 'commands',
    work: messages.count,
    run: () => {
      rmSync(path, { force: true });
      const file = BlockFile.create(nodeFileSystem, path);
      const log = new CommandLog(file);
      const market = runEngine(makeMarket(log), messages);
      log.flush();
      file.close();
      return market;
    },
    check: (market) => {
      checkMarket(market, expected);
      checkReplay(market, path);
    },
    gatePerSecond: LOGGED_GATE,
    note: 'with a command log in 64 KiB writes, not synced',
  });
  return [plain, logged, ...peers.results];
}

/** The messages of a mix with the member of each order, at lower prices; market orders at the highest price. */
function membersMessages(mix: Mix): Messages {
  const messages = makeMessages(mix, MESSAGES);
  const { rows, count } = messages;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const number = rows[at] === Kind.TAKE ? at >> MESSAGE_SHIFT : (rows[at + 1] ?? 0);
    rows[at + 5] = 1 + ((number * 7919) % MEMBERS);
    if (rows[at] === Kind.ADD || rows[at] === Kind.REPLACE) rows[at + 3] = (rows[at + 3] ?? 0) - SHIFT_TICKS;
    else if (rows[at + 3] === MAX_TICK) rows[at + 3] = HIGHEST_TICK;
  }
  return messages;
}

function makeMarket(log?: CommandLog): Market {
  const accounts = new MemberAccounts(MEMBERS, log);
  const engine = new MatchingEngine(accounts, {
    symbolId: 0,
    tickSize: 10_000,
    fees: { maker: { perShare: -2000, notionalPpm: 0 }, taker: { perShare: 3000, notionalPpm: 0 } },
    orderLimits: { orderShares: 10_000, orderNotional: 1_000_000_000_000 },
    memberLimits: { longShares: 1_000_000, shortShares: 1_000_000, openOrders: 10_000 },
    // The messages of one member meet each other, as the book alone lets them.
    selfTrade: 'allow',
    maxOrders: 250_000,
  });
  // A market whose log is replayed gets its members from it.
  if (log?.isReplaying === true) return { accounts, engine };
  for (let i = 0; i < MEMBERS; i += 1) accounts.deposit(accounts.open(0), CASH);
  engine.setBand(1, HIGHEST_TICK);
  return { accounts, engine };
}

function runEngine(market: Market, { rows, count, orders }: Messages): Market {
  const { engine } = market;
  const handles = new Int32Array(orders + 1);
  let refused = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    if (send(engine, rows, at, handles) < 0) refused += 1;
  }
  assert(refused === 0, `${refused} commands were refused`);
  return market;
}

function send(engine: MatchingEngine, rows: Int32Array, at: number, handles: Int32Array): number {
  const order = rows[at + 1] ?? 0;
  const side = sideOf(rows[at + 2] ?? 0);
  const tick = rows[at + 3] ?? 0;
  const size = rows[at + 4] ?? 0;
  const member = rows[at + 5] ?? 0;
  switch (rows[at]) {
    case Kind.ADD: {
      const handle = engine.add(member, order, side, tick, size);
      handles[order] = handle;
      return handle;
    }
    case Kind.CANCEL:
      return engine.cancel(member, handles[order] ?? 0, order);
    case Kind.REPLACE:
      return engine.replace(member, handles[order] ?? 0, order, tick, size);
    default:
      return engine.market(member, order, side, size);
  }
}

/** The same messages on a book alone. */
function runAlone(rows: Int32Array, count: number, orders: number): Outcome {
  const book = new LimitOrderBook({ tickSize: 10_000 });
  const handles = new Int32Array(orders + 1);
  let [trades, shares] = [0, 0];
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const [kind = 0, order = 0, sideNumber = 0, tick = 0, size = 0, member = 0] = rows.subarray(at, at + 6);
    const side = sideOf(sideNumber);
    if (kind === Kind.ADD) handles[order] = book.add(side, tick, size, order, member, true);
    else if (kind === Kind.CANCEL) book.cancel(handles[order] ?? 0);
    else if (kind === Kind.REPLACE) book.replace(handles[order] ?? 0, tick, size);
    else book.take(side, tick, size, member);
    trades += book.reportCount;
    for (let i = 0; i < book.reportCount; i += 1) shares += book.reports[(i << REPORT_SHIFT) + Report.SIZE] ?? 0;
  }
  return { trades, shares, checksum: book.queues.checksum() };
}

function checkMarket({ accounts, engine }: Market, expected: Outcome): void {
  const { trades, tradedShares } = engine;
  const is = { trades, shares: tradedShares, checksum: engine.book.queues.checksum() };
  assert(JSON.stringify(is) === JSON.stringify(expected), JSON.stringify([is, expected]));
  const faults = engineFaults(accounts, [engine]);
  assert(faults.length === 0, faults.slice(0, 3).join('; '));
}

function checkReplay({ accounts, engine }: Market, path: string): void {
  const replayed = makeMarket(new CommandLog({ write: () => undefined }, 'replay'));
  const file = BlockFile.open(nodeFileSystem, path);
  const { bytes } = replayCommandLog(file.read(), replayed.accounts, [replayed.engine]);
  assert(bytes === file.length, `${file.length - bytes} bytes of the log are torn`);
  file.close();
  const [is, was] = [
    [replayed.engine.checksum(), replayed.accounts.checksum()],
    [engine.checksum(), accounts.checksum()],
  ];
  assert(is.join() === was.join(), `replayed to ${is.join()}, was ${was.join()}`);
}

/** How long single calls take, in a run of their own after one that warms up. */
function latencyNote(messages: Messages): string {
  const { rows, count, orders } = messages;
  const times = new Float64Array(count);
  for (let run = 0; run < 2; run += 1) {
    const { engine } = makeMarket();
    const handles = new Int32Array(orders + 1);
    for (let i = 0; i < count; i += 1) {
      const started = performance.now();
      send(engine, rows, i << MESSAGE_SHIFT, handles);
      times[i] = performance.now() - started;
    }
  }
  times.sort();
  const at = (part: number): string => ((times[Math.floor(part * (count - 1))] ?? 0) * 1000).toFixed(2);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, p99.99 ${at(0.9999)}, longest ${at(1)} µs`;
}
