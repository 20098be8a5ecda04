/**
 * `order-path`: a limit order over HTTP until its acknowledgement, which comes when the order is durable, with 64
 * connections that each wait for one answer before they ask again. Every second request cancels the order before,
 * so that the book stays as it is; both kinds are answered after their record is on disk. Also over the Alpaca
 * protocol, and with 5,000 other orders resting. Afterwards every acknowledged order must be on the tape exactly once.
 *
 * Peers in the same run: the bare framework answering a constant, and how often the disk syncs.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { orderUuid } from '../src/api/alpaca/alpacaIds.js';
import type { Command, CommandResult } from '../src/domain/commands.js';
import { sessionNames, tapeDirectory } from '../src/host/tapeNames.js';
import { readTape } from '../src/host/readTape.js';
import { nodeFileSystem } from '../src/storage/fileSystem.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';
import { drive } from './orderPathClient.js';
import type { Load, RequestOf } from './orderPathClient.js';

const CONNECTIONS = 64;
const WARM_UP_REQUESTS = 4_000;
const REQUESTS = 20_000;
const RUNS = 5;
const RESTING = 5_000;
const GATE = 5_000;
const P99_GATE_MS = 25;
const SYNCS = 200;
const SYNC_BYTES = 4_096;

/** Measures the cases and their peers. Collections are not counted: the server is another process. */
export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-bench-'));
  const server = startServer(folder);
  const acknowledged = new Set<string>();
  try {
    const { address, token, key, secret } = await greeting(server);
    const { hostname, port } = new URL(address);
    const go = async (requests: number, requestOf: RequestOf): Promise<Load> => {
      const connections = CONNECTIONS;
      const pid = server.pid;
      const load = await drive({ port: Number(port), connections, requests, requestOf, ...(pid ? { pid } : {}) });
      for (const id of load.orderIds) acknowledged.add(id);
      return load;
    };
    const host = `host: ${hostname}:${port}\r\n`;
    const own = `${host}authorization: Bearer ${await signIn(address, token)}\r\n`;
    const alpaca = `${host}apca-api-key-id: ${key}\r\napca-api-secret-key: ${secret}\r\n`;
    const cases = [
      await measured('order-path', go, (tag) => pairs(own, '/api/v1/orders', (id) => order(`${tag}-${id}`)), GATE),
      await measured('order-path/alpaca', go, (tag) =>
        pairs(alpaca, '/alpaca/v2/orders', (id) => alpacaOrder(`${tag}-${id}`)),
      ),
    ];
    await go(RESTING, (connection, turn) =>
      post('/api/v1/orders', own, order(`rest-${connection}-${turn}`, (40 + (turn % 500) / 100).toFixed(2))),
    );
    cases.push(
      await measured('order-path/resting', go, (tag) =>
        pairs(own, '/api/v1/orders', (id) => order(`resting-${tag}-${id}`)),
      ),
    );
    const peers = [await bareFramework(), syncRate(folder)];
    await stop(server);
    checkTape(folder, acknowledged);
    return [...cases, ...peers];
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(
  name: string,
  go: (requests: number, requestOf: RequestOf) => Promise<Load>,
  requestsOf: (tag: string) => RequestOf,
  gatePerSecond?: number,
): Promise<BenchResult> {
  const first = await go(WARM_UP_REQUESTS, requestsOf(`${name}-warm`));
  const loads: Load[] = [];
  for (let index = 0; index < RUNS; index += 1) loads.push(await go(REQUESTS, requestsOf(`${name}-${index}`)));
  return result(name, first.ms, loads, noteOf(loads), gatePerSecond);
}

/** An order, then its cancel, and so on. */
function pairs(headers: string, path: string, bodyOf: (id: string) => string): RequestOf {
  return (connection, turn, orderId) =>
    turn % 2 === 0
      ? post(path, headers, bodyOf(`${connection}-${turn}`))
      : `DELETE ${path}/${orderId} HTTP/1.1\r\n${headers}\r\n`;
}

function order(clientOrderId: string, limitPrice = '48.01'): string {
  return JSON.stringify({
    clientOrderId: clientOrderId.replaceAll('/', '-'),
    symbol: 'VEGA',
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: '1',
    limitPrice,
  });
}

function alpacaOrder(clientOrderId: string): string {
  return JSON.stringify({
    client_order_id: clientOrderId,
    symbol: 'VEGA',
    side: 'buy',
    type: 'limit',
    time_in_force: 'gtc',
    qty: '1',
    limit_price: '48.01',
  });
}

function post(path: string, headers: string, body: string): string {
  return (
    `POST ${path} HTTP/1.1\r\n${headers}content-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`
  );
}

/** Throws unless the tape has each acknowledged order once, for one command. A result follows its command. */
function checkTape(folder: string, acknowledged: ReadonlySet<string>): void {
  const [name = ''] = sessionNames(nodeFileSystem, folder);
  const seen = new Set<string>();
  const once = (id: string): void => {
    if (seen.has(id)) throw new Error(`${id} is on the tape twice`);
    seen.add(id);
  };
  let asked: string | undefined;
  for (const { record } of readTape(nodeFileSystem, tapeDirectory(folder, name)).records) {
    if (record.type === 'command') {
      asked = askedId(record.command);
    } else if (record.type === 'result' && asked !== undefined) {
      const made = madeId(record.result, name);
      if (made === undefined) continue;
      once(made);
      once(`for ${asked}`);
    }
  }
  for (const id of acknowledged) if (!seen.has(id)) throw new Error(`${id} was acknowledged and is not on the tape`);
}

/** What a command that asks for an order calls it. */
function askedId(command: Command): string | undefined {
  if (command.type === 'submitOrder') return `own ${command.clientOrderId}`;
  if (command.type !== 'venue' || command.request.type !== 'submit') return undefined;
  return `${command.accountId} ${command.request.order.clientOrderId}`;
}

/** The id of an order that was made, as its asker got it: over the Alpaca protocol a UUID. */
function madeId(result: CommandResult, sessionId: string): string | undefined {
  if (!result.ok) return undefined;
  const { answer } = result;
  if (answer === undefined) return result.orderId;
  return answer.ok && answer.orderId !== undefined ? orderUuid(sessionId, answer.orderId) : undefined;
}

/** The framework alone, taking the same body and answering a constant of the same size. */
async function bareFramework(): Promise<BenchResult> {
  const app = Fastify();
  app.post('/api/v1/orders', async () => ({ orderId: 'o-1234567' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const { port } = app.server.address() as AddressInfo;
    const requestOf: RequestOf = (connection, turn) =>
      post('/api/v1/orders', `host: 127.0.0.1:${port}\r\n`, order(`bare-${connection}-${turn}`));
    const go = (): Promise<Load> => drive({ port, connections: CONNECTIONS, requests: REQUESTS, requestOf });
    const first = await go();
    const loads = [await go(), await go(), await go()];
    return result('order-path/bare-framework', first.ms, loads, waitsOf(loads));
  } finally {
    await app.close();
  }
}

/** How often a disk makes 4 KiB durable in a row: the most that a system without group commit can acknowledge. */
function syncRate(folder: string): BenchResult {
  const file = openSync(join(folder, 'sync-probe'), 'w');
  const bytes = new Uint8Array(SYNC_BYTES);
  const go = (): number => {
    const started = performance.now();
    for (let index = 0; index < SYNCS; index += 1) {
      writeSync(file, bytes, 0, SYNC_BYTES, index * SYNC_BYTES);
      fdatasyncSync(file);
    }
    return performance.now() - started;
  };
  const firstRunMs = go();
  const runsMs = [go(), go(), go()];
  closeSync(file);
  return figures('order-path/fdatasync', 'syncs', SYNCS, firstRunMs, runsMs, 0);
}

function result(
  name: string,
  firstRunMs: number,
  loads: readonly Load[],
  note: string,
  gatePerSecond?: number,
): BenchResult {
  const work = loads[0]?.waits.length ?? 0;
  const runsMs = loads.map(({ ms }) => ms);
  return {
    ...figures(name, 'requests', work, firstRunMs, runsMs, 0),
    ...(gatePerSecond === undefined ? {} : { gatePerSecond, p99: { ms: waitOf(loads, 0.99), gateMs: P99_GATE_MS } }),
    ...(note === '' ? {} : { note }),
  };
}

/** Waits, and processor time, which other work on the machine changes least. */
function noteOf(loads: readonly Load[]): string {
  const leastCpu = (loads[0]?.cpu ?? []).map((_, index) => Math.min(...loads.map(({ cpu }) => cpu[index] ?? Infinity)));
  const cpu = leastCpu.map((micros) => micros.toFixed(0)).join(' + ');
  return `${waitsOf(loads)}; µs of processor per request ${cpu} (process, its threads, client)`;
}

/** Waits of the whole and of the best run. */
function waitsOf(loads: readonly Load[]): string {
  const best = loads.reduce((one, other) => (other.ms < one.ms ? other : one));
  const waits = (of: readonly Load[]): string =>
    [0.5, 0.99, 0.999].map((share) => waitOf(of, share).toFixed(1)).join('/');
  return `${CONNECTIONS} connections, wait p50/p99/p99.9 ${waits(loads)} ms, best run ${waits([best])} ms`;
}

/** The wait that a share of all waits of some runs does not exceed, in milliseconds. */
function waitOf(loads: readonly Load[], share: number): number {
  return quantile(Float64Array.from(loads.flatMap(({ waits }) => [...waits])), share);
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

function startServer(folder: string): ChildProcess {
  const entry = join(dirname(fileURLToPath(import.meta.url)), 'servers', 'orderPath.js');
  return spawn(process.execPath, [...process.execArgv, entry, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The first line of the server's output. */
interface Greeting {
  readonly address: string;
  readonly token: string;
  readonly key: string;
  readonly secret: string;
}

async function greeting(server: ChildProcess): Promise<Greeting> {
  let text = '';
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return JSON.parse(text) as Greeting;
  }
  throw new Error('the server ended before it said where it is');
}

async function signIn(address: string, token: string): Promise<string> {
  const answer = await fetch(`${address}/api/v1/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ token }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null) {
      resolve();
      return;
    }
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
