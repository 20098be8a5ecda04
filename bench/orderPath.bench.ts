/**
 * `order-path`: a limit order over HTTP until its acknowledgement, which comes when the order is durable, with 64
 * connections that each wait for one answer before they ask again. Every second request cancels the order before,
 * so that the book stays as it is; both kinds are answered after their record is on disk.
 *
 * Peers in the same run: the bare framework answering a constant, and how often the disk syncs.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';

const CONNECTIONS = 64;
const WARM_UP_REQUESTS = 4_000;
const REQUESTS = 20_000;
const RUNS = 5;
const GATE = 5_000;
const SYNCS = 200;
const SYNC_BYTES = 4_096;

/** Measures the case and its peers. Collections are not counted: the server is another process. */
export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-bench-'));
  const server = startServer(folder);
  try {
    const { address, token } = await greeting(server);
    const { hostname, port } = new URL(address);
    const bearer = await signIn(address, token);
    const host = `${hostname}:${port}`;
    const trade = (requests: number, tag: string): Promise<Load> =>
      drive(Number(port), requests, (connection, turn) =>
        turn % 2 === 0
          ? post('/api/v1/orders', host, bearer, order(`${tag}-${connection}-${turn}`))
          : cancel(connection, host, bearer),
      );
    const first = await trade(WARM_UP_REQUESTS, 'warm');
    const loads: Load[] = [];
    for (let index = 0; index < RUNS; index += 1) loads.push(await trade(REQUESTS, `run${index}`));
    const bare = await bareFramework();
    return [
      result('order-path', 'requests', first.ms, loads, GATE, latencyNote(loads)),
      result('order-path/bare-framework', 'requests', bare.first.ms, bare.loads),
      syncRate(folder),
    ];
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One run: how long it took, and how long each request waited, in milliseconds. */
interface Load {
  readonly ms: number;
  readonly waits: Float64Array;
}

const openOrders: string[] = [];

/** Sends requests over all connections, one at a time each; any answer but 200 ends the benchmark. */
async function drive(
  port: number,
  requests: number,
  requestOf: (connection: number, turn: number) => string,
): Promise<Load> {
  const waits = new Float64Array(requests);
  const perConnection = Math.floor(requests / CONNECTIONS);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  const started = performance.now();
  await Promise.all(sockets.map((socket, connection) => converse(socket, connection, perConnection, requestOf, waits)));
  const ms = performance.now() - started;
  for (const socket of sockets) socket.destroy();
  return { ms, waits: waits.subarray(0, perConnection * CONNECTIONS) };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function converse(
  socket: Socket,
  connection: number,
  turns: number,
  requestOf: (connection: number, turn: number) => string,
  waits: Float64Array,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let turn = 0;
    let sent = 0;
    let received = '';
    const ask = (): void => {
      sent = performance.now();
      socket.write(requestOf(connection, turn));
    };
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
      if (received.length < head + 4 + length) return;
      waits[connection * turns + turn] = performance.now() - sent;
      if (!received.startsWith('HTTP/1.1 200')) {
        reject(new Error(`the server answered ${received.slice(0, 400)}`));
        return;
      }
      const orderId = /"orderId":"([^"]+)"/.exec(received)?.[1];
      if (orderId !== undefined) openOrders[connection] = orderId;
      received = '';
      turn += 1;
      if (turn === turns) resolve();
      else ask();
    });
    ask();
  });
}

function order(clientOrderId: string): string {
  return JSON.stringify({
    clientOrderId,
    symbol: 'VEGA',
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: '1',
    limitPrice: '48.01',
  });
}

function post(path: string, host: string, bearer: string, body: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${bearer}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

function cancel(connection: number, host: string, bearer: string): string {
  const id = openOrders[connection] ?? '';
  return `DELETE /api/v1/orders/${id} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${bearer}\r\n\r\n`;
}

/** The framework alone, taking the same body and answering a constant of the same size. */
async function bareFramework(): Promise<{ readonly first: Load; readonly loads: readonly Load[] }> {
  const app = Fastify();
  app.post('/api/v1/orders', async () => ({ orderId: 'o-1234567' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const { port } = app.server.address() as AddressInfo;
    const go = (): Promise<Load> =>
      drive(port, REQUESTS, (connection, turn) =>
        post('/api/v1/orders', `127.0.0.1:${port}`, 'none', order(`bare-${connection}-${turn}`)),
      );
    const first = await go();
    return { first, loads: [await go(), await go(), await go()] };
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
  unit: string,
  firstRunMs: number,
  loads: readonly Load[],
  gatePerSecond?: number,
  note?: string,
): BenchResult {
  const work = loads[0]?.waits.length ?? 0;
  return {
    ...figures(
      name,
      unit,
      work,
      firstRunMs,
      loads.map(({ ms }) => ms),
      0,
    ),
    ...(gatePerSecond === undefined ? {} : { gatePerSecond }),
    ...(note === undefined ? {} : { note }),
  };
}

function latencyNote(loads: readonly Load[]): string {
  const all = Float64Array.from(loads.flatMap(({ waits }) => [...waits])).sort();
  const at = (share: number): string => (all[Math.floor(all.length * share)] ?? 0).toFixed(1);
  return `${CONNECTIONS} connections, wait p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms`;
}

function startServer(folder: string): ChildProcess {
  const entry = join(dirname(fileURLToPath(import.meta.url)), 'servers', 'orderPath.js');
  return spawn(process.execPath, [...process.execArgv, entry, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function greeting(server: ChildProcess): Promise<{ readonly address: string; readonly token: string }> {
  let text = '';
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return JSON.parse(text) as { address: string; token: string };
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
    if (server.exitCode !== null) resolve();
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
