/**
 * A load generator for `order-path` that costs little beside the server on the same machine: raw sockets, each with one
 * request under way, answers read no further than they must be. It keeps what was acknowledged, for the check that
 * follows.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What a connection sends next: `turn` counts from 0, `orderId` is what its last order was called. */
export type RequestOf = (connection: number, turn: number, orderId: string) => string;

/** One run: how long it took, and how long each request waited, in milliseconds. */
export interface Load {
  readonly ms: number;
  readonly waits: Float64Array;
  /** Ids of the orders that were acknowledged. */
  readonly orderIds: readonly string[];
  /** Microseconds of processor time per request: the server's main thread, its next busiest two, this client. */
  readonly cpu: readonly number[];
}

/** Sends requests over all connections; any answer but 200 and 204 ends the benchmark. */
export async function drive(options: {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
  readonly requestOf: RequestOf;
  /** The server's process, to read what its threads used. */
  readonly pid?: number;
}): Promise<Load> {
  const { connections, pid, requestOf } = options;
  const turns = Math.floor(options.requests / connections);
  const waits = new Float64Array(turns * connections);
  const orderIds: string[] = [];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(options.port)));
  const before = threadTimes(pid);
  const own = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    sockets.map((socket, connection) => {
      const wait = waits.subarray(connection * turns, (connection + 1) * turns);
      return converse(socket, wait, orderIds, (turn, orderId) => requestOf(connection, turn, orderId));
    }),
  );
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(own);
  const after = threadTimes(pid);
  for (const socket of sockets) socket.destroy();
  const used = [...after].map(([thread, micros]) => [thread, micros - (before.get(thread) ?? 0)] as const);
  const main = used.filter(([thread]) => thread === pid).map(([, micros]) => micros);
  const others = used.filter(([thread]) => thread !== pid).map(([, micros]) => micros);
  const busiest = others.sort((a, b) => b - a).slice(0, 2);
  const cpu = [...main, ...busiest, user + system].map((micros) => micros / waits.length);
  return { ms, waits, orderIds, cpu };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function converse(
  socket: Socket,
  waits: Float64Array,
  orderIds: string[],
  requestOf: (turn: number, orderId: string) => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let turn = 0;
    let sent = 0;
    let orderId = '';
    let received = '';
    const ask = (): void => {
      sent = performance.now();
      socket.write(requestOf(turn, orderId));
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const body = bodyOf(received);
      if (body === undefined) return;
      waits[turn] = performance.now() - sent;
      if (!/^HTTP\/1\.1 20[04] /.test(received)) {
        reject(new Error(`the server answered ${received.slice(0, 400)}`));
        return;
      }
      const made = /^\{"(?:orderId|id)":"([^"]+)"/.exec(body)?.[1];
      if (made !== undefined) {
        orderId = made;
        orderIds.push(made);
      }
      received = '';
      turn += 1;
      if (turn === waits.length) resolve();
      else ask();
    });
    ask();
  });
}

/** The body of a whole answer; undefined while some of it is missing. */
function bodyOf(received: string): string | undefined {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
  return received.length < head + 4 + length ? undefined : received.slice(head + 4, head + 4 + length);
}

/** Processor time of each thread of a process so far, in microseconds; empty where the system does not say. */
function threadTimes(pid: number | undefined): ReadonlyMap<number, number> {
  const TICK_MICROS = 10_000;
  const times = new Map<number, number>();
  if (pid === undefined || process.platform !== 'linux') return times;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The name in parentheses may hold anything; user and system time are the 14th and 15th field of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    times.set(Number(thread), (Number(fields[11]) + Number(fields[12])) * TICK_MICROS);
  }
  return times;
}
