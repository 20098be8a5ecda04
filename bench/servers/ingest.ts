/**
 * The vendor of `ingest`, in a process of its own: signs a client in, lists what it subscribes to, and then sends the
 * whole market as fast as the socket takes it, from bytes that were framed before. `/raw/…` sends without being asked.
 * Prints its port and runs until it is told to stop.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { BATCH, SYMBOLS, framesOf, priceFrames } from '../ingestMessages.js';

const CHUNK_BYTES = 65_536;
/** Bytes on the wire by the first part of a path, in pieces of whole frames: an answer to a ping may go between. */
const wires: Readonly<Record<string, readonly Buffer[]>> = {
  single: wireOf(framesOf(1).frames),
  batched: wireOf(framesOf(BATCH).frames),
  prices: wireOf(priceFrames().frames),
};

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, connection, head) => {
  const parts = (request.url ?? '').split('/');
  const isRaw = parts[1] === 'raw';
  const wire = wires[parts[isRaw ? 2 : 1] ?? ''] ?? [];
  sockets.handleUpgrade(request, connection, head, (socket) => {
    if (isRaw) pour(connection, wire);
    else if (parts[1] === 'prices') servePrices(socket, () => pour(connection, wire));
    else serve(socket, () => pour(connection, wire));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit(0));

function serve(socket: WebSocket, begin: () => void): void {
  const say = (message: object): void => socket.send(JSON.stringify([message]));
  say({ T: 'success', msg: 'connected' });
  let isPouring = false;
  socket.on('message', (data: Buffer) => {
    const { action, ...lists }: Record<string, unknown> = JSON.parse(data.toString());
    if (action === 'auth') say({ T: 'success', msg: 'authenticated' });
    if (action !== 'subscribe') return;
    say({ T: 'subscription', ...lists });
    if (!isPouring) setImmediate(begin);
    isPouring = true;
  });
}

/** Twelve Data: accepts what is asked for, and begins when that is everything. */
function servePrices(socket: WebSocket, begin: () => void): void {
  let count = 0;
  socket.on('message', (data: Buffer) => {
    const message: { readonly action?: string; readonly params?: { readonly symbols?: unknown } } = JSON.parse(
      data.toString(),
    );
    if (message.action !== 'subscribe') return;
    const asked = message.params?.symbols;
    const symbols = typeof asked === 'string' ? asked.split(',') : [];
    const success = symbols.map((symbol) => ({
      symbol,
      exchange: 'NASDAQ',
      mic_code: 'XNAS',
      country: 'United States',
      type: 'Common Stock',
    }));
    socket.send(JSON.stringify({ event: 'subscribe-status', status: 'ok', success, fails: null }));
    count += symbols.length;
    if (count === SYMBOLS.length) setImmediate(begin);
  });
}

function pour(connection: Duplex, wire: readonly Buffer[]): void {
  let next = 0;
  const go = (): void => {
    for (let chunk = wire[next]; chunk !== undefined; chunk = wire[next]) {
      next += 1;
      if (!connection.write(chunk)) {
        connection.once('drain', go);
        return;
      }
    }
  };
  connection.on('error', () => connection.destroy());
  go();
}

/** Frames as a server sends them: text, final, without a mask. */
function wireOf(frames: readonly Buffer[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let pieces: Buffer[] = [];
  let size = 0;
  for (const frame of frames) {
    const isShort = frame.length < 126;
    const head = Buffer.alloc(isShort ? 2 : 4);
    head[0] = 0x81;
    head[1] = isShort ? frame.length : 126;
    if (!isShort) head.writeUInt16BE(frame.length, 2);
    pieces.push(head, frame);
    size += head.length + frame.length;
    if (size < CHUNK_BYTES) continue;
    chunks.push(Buffer.concat(pieces));
    pieces = [];
    size = 0;
  }
  return [...chunks, Buffer.concat(pieces)];
}
