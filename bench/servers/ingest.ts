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
import { BATCH, framesOf } from '../ingestMessages.js';

const CHUNK_BYTES = 65_536;
/** Bytes on the wire by the first part of a path. */
const wires: Readonly<Record<string, Buffer>> = { single: wireOf(1), batched: wireOf(BATCH) };

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, connection, head) => {
  const parts = (request.url ?? '').split('/');
  const isRaw = parts[1] === 'raw';
  const wire = wires[parts[isRaw ? 2 : 1] ?? ''] ?? Buffer.alloc(0);
  sockets.handleUpgrade(request, connection, head, (socket) => {
    if (isRaw) pour(connection, wire);
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

function pour(connection: Duplex, wire: Buffer): void {
  let at = 0;
  const go = (): void => {
    while (at < wire.length) {
      const chunk = wire.subarray(at, at + CHUNK_BYTES);
      at += chunk.length;
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
function wireOf(batch: number): Buffer {
  const pieces = framesOf(batch).frames.flatMap((frame) => {
    const isShort = frame.length < 126;
    const head = Buffer.alloc(isShort ? 2 : 4);
    head[0] = 0x81;
    head[1] = isShort ? frame.length : 126;
    if (!isShort) head.writeUInt16BE(frame.length, 2);
    return [head, frame];
  });
  return Buffer.concat(pieces);
}
